"""Uploading evidence: what is taken in, what is refused, and that a refusal leaves nothing behind."""

import hashlib
import io
import threading
import tracemalloc
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, connections, transaction

from mingjing.evidence import selectors, services, store
from mingjing.evidence.models import EvidenceItem
from mingjing.evidence.services import EvidenceAltered, EvidenceRefused, receive_upload, verify_item
from mingjing.translog.leaf import act_commitment
from mingjing.translog.models import Entry
from tests.evidence import files

DOSSIER = "case-1"
LABEL = {
    "dossier": DOSSIER,
    "agency": "410481-urban",
    "by": "officer",
    "title": "占道堆放现场照片",
    "legal_kind": "scene_record",
    "side": "against",
    "taken_by": "甲、乙",
    "taken_at": datetime.fromisoformat("2026-03-02T09:30+08:00"),
    "place": "舞钢市垭口街道",
}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """An empty store."""
    settings.MINGJING_HOME = tmp_path
    return tmp_path


@pytest.fixture
def nothing_kept(db, home):
    """Whatever the test does: no row, no log entry, no file, not even half of one."""
    yield
    assert EvidenceItem.objects.count() == Entry.objects.count() == 0
    assert [path for path in home.rglob("*") if path.is_file()] == []


def upload(content: bytes, name: str = "现场.jpg", **label: object) -> EvidenceItem:
    return receive_upload(io.BytesIO(content), **{"original_name": name, **LABEL, **label})


class Endless:
    """A sender that never stops; it counts how much was taken from it."""

    def __init__(self, head: bytes) -> None:
        self.head, self.given = head, 0

    def read(self, size: int, /) -> bytes:
        piece = (self.head if not self.given else b"").ljust(size, b"\0")
        self.given += len(piece)
        return piece


# --- taken in ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", files.GOOD)
def test_every_accepted_kind_of_file_is_taken_in(name):
    """From the bytes to the catalogue and back, unchanged."""
    item = upload(files.GOOD[name], name)

    content = selectors.open_content(item.digest, DOSSIER)
    with content.open() as file:
        assert file.read() == files.GOOD[name]
    assert (content.size, content.name) == (len(files.GOOD[name]), name)
    assert content.media_type == item.media_type


@pytest.mark.django_db
def test_an_upload_writes_bytes_row_and_log_entry():
    """The log commits to the whole row with a salt, and shows neither name nor digest."""
    item = upload(files.picture(), log_code="public-case-id")

    stored = EvidenceItem.objects.get()
    assert stored.digest == item.digest == hashlib.sha256(files.picture()).hexdigest()
    assert (stored.medium, stored.uploaded_by, stored.taken_at) == ("photo", "officer", LABEL["taken_at"])
    entry = Entry.objects.get()
    assert (entry.kind, entry.ref) == ("evidence", stored.commitment)
    data = bytes(entry.data).decode()
    assert act_commitment(bytes(stored.salt), stored.body()) in data
    assert "public-case-id" in data
    assert item.digest not in data
    assert DOSSIER not in data


@pytest.mark.django_db
def test_the_same_file_twice_in_one_case_is_one_item():
    """The second upload gives the first item back and says so; the label of the first stands."""
    first = upload(files.picture())
    again = upload(files.picture(), title="又一张")

    assert not first.already_there
    assert again.already_there
    assert (again.pk, again.title) == (first.pk, LABEL["title"])
    assert EvidenceItem.objects.count() == Entry.objects.count() == 1


@pytest.mark.django_db
def test_the_same_file_in_two_cases_is_two_items_and_one_file(home):
    """Two cases may rest on the same video; the bytes are kept once."""
    upload(files.picture())
    other = upload(files.picture(), dossier="case-2")

    assert not other.already_there
    assert EvidenceItem.objects.count() == Entry.objects.count() == 2
    assert len([path for path in home.rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db
def test_pieces_may_come_in_any_size():
    """A slow sender gives a few bytes at a time; the file is the same."""

    class Slow(io.BytesIO):
        def read(self, size: int = -1, /) -> bytes:
            return super().read(min(size, 7))

    item = receive_upload(Slow(files.picture()), original_name="现场.jpg", **LABEL)

    assert item.digest == hashlib.sha256(files.picture()).hexdigest()


@pytest.mark.django_db
def test_memory_stays_flat_whatever_the_size():
    """Sixty-four megabytes pass through a few."""
    size = 64 * files.MEBIBYTE
    source = Endless(files.wav())
    source.read_all = source.read
    source.read = lambda wanted: source.read_all(min(wanted, size - source.given))

    tracemalloc.start()
    item = receive_upload(source, original_name="录音.wav", declared_size=size, **LABEL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert item.size == size
    assert peak < 8 * files.MEBIBYTE


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_four_times_at_once_is_one_item():
    """Whoever comes second, even by a moment, gets the item of the first."""
    start, items, faults = threading.Barrier(4), [], []

    def send() -> None:
        start.wait()
        try:
            items.append(upload(files.picture()))
        except Exception as fault:  # told by the assertion below
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert len({item.pk for item in items}) == EvidenceItem.objects.count() == Entry.objects.count() == 1
    assert sorted(item.already_there for item in items) == [False, True, True, True]


# --- refused ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("name", files.BAD)
def test_a_hostile_or_wrong_file_is_refused_with_a_reason(name):
    """Contradicting, dangerous, encrypted, damaged and unknown files: what is wrong, and what to do."""
    content, says = files.BAD[name]
    with pytest.raises(EvidenceRefused, match=says) as refused:
        upload(content, name)

    assert refused.value.field == "file"
    assert refused.value.remedy.startswith("请")


@pytest.mark.usefixtures("nothing_kept")
def test_a_zip_bomb_is_refused():
    """Sixty-four kilobytes that would become sixty-four megabytes."""
    with pytest.raises(EvidenceRefused, match="压缩炸弹"):
        upload(files.bomb(), "笔录.docx")


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("declared", [None, 0])
def test_an_empty_file_is_refused(declared):
    """Whether announced or found out."""
    with pytest.raises(EvidenceRefused, match="0 字节"):
        upload(b"", declared_size=declared)


@pytest.mark.usefixtures("nothing_kept")
def test_five_gigabytes_announced_are_refused_before_a_byte_is_read():
    """The refusal names the limit of this installation."""
    source = Endless(files.wav())
    with pytest.raises(EvidenceRefused, match="2048 MB"):
        receive_upload(source, original_name="录音.wav", declared_size=5 * 1024**3, **LABEL)

    assert source.given == 0


@pytest.mark.usefixtures("nothing_kept")
def test_an_endless_sender_is_cut_off_at_the_limit(settings):
    """Whatever was announced, no more is read than the limit and one piece."""
    settings.MINGJING_MAX_UPLOAD_BYTES = 3 * files.MEBIBYTE
    source = Endless(files.wav())
    with pytest.raises(EvidenceRefused, match="上限 3 MB"):
        receive_upload(source, original_name="录音.wav", **LABEL)

    assert source.given <= 4 * files.MEBIBYTE


@pytest.mark.django_db
def test_a_file_of_exactly_the_limit_is_taken(settings):
    """The limit itself is allowed, one byte more is not."""
    settings.MINGJING_MAX_UPLOAD_BYTES = len(files.wav())
    assert upload(files.wav(), "录音.wav").size == len(files.wav())

    with pytest.raises(EvidenceRefused, match="上限"):
        upload(files.wav() + b"\0", "录音.wav")
    assert EvidenceItem.objects.count() == 1


@pytest.mark.usefixtures("nothing_kept")
def test_a_wrong_type_is_refused_without_reading_on():
    """Two gigabytes of program are not received to be refused at the end."""
    source = Endless(b"MZ\x90")
    with pytest.raises(EvidenceRefused, match="程序"):
        receive_upload(source, original_name="录像.mp4", **LABEL)

    assert source.given == store.CHUNK


@pytest.mark.usefixtures("nothing_kept")
def test_an_upload_that_breaks_off_is_refused():
    """Fewer bytes than announced: half a picture is no evidence."""
    with pytest.raises(EvidenceRefused, match="没有传完整"):
        upload(files.picture(), declared_size=len(files.picture()) + 1)


@pytest.mark.usefixtures("nothing_kept")
def test_a_sender_that_vanishes_leaves_nothing():
    """The connection is lost in the middle."""

    class Vanishing(Endless):
        def read(self, size: int, /) -> bytes:
            if self.given:
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        receive_upload(Vanishing(files.wav()), original_name="录音.wav", **LABEL)


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"title": " "}, "title", "没有填写证据名称"),
        ({"title": "长" * 201}, "title", "200"),
        ({"title": "a\0b"}, "title", "控制字符"),
        ({"taken_by": ""}, "taken_by", "没有填写取证人"),
        ({"place": "长" * 201}, "place", "200"),
        ({"legal_kind": "rumour"}, "legal_kind", "书证、物证"),
        ({"side": "maybe"}, "side", "证明方向"),
        ({"taken_at": datetime.fromisoformat("2999-01-01T00:00+08:00")}, "taken_at", "晚于现在"),
        ({"original_name": "../x.jpg"}, "file", "路径"),
    ],
)
def test_a_wrong_label_is_refused_at_the_field_before_reading(wrong, field, says):
    """What people say about the file is checked first; no byte is read in vain."""
    source = Endless(files.wav())
    with pytest.raises(EvidenceRefused, match=says) as refused:
        receive_upload(source, **{"original_name": "录音.wav", **LABEL, **wrong})

    assert (refused.value.field, source.given) == (field, 0)


@pytest.mark.usefixtures("nothing_kept")
def test_no_row_without_its_log_entry(monkeypatch):
    """If the entry cannot be queued, the row is not there either. Only the bytes are; the next upload finds them."""

    def broken(**anything: object) -> None:
        raise RuntimeError("the log is down")

    monkeypatch.setattr(services, "enqueue", broken)
    with pytest.raises(RuntimeError):
        upload(files.picture())
    assert EvidenceItem.objects.count() == 0

    path = store.path_of(hashlib.sha256(files.picture()).hexdigest())
    assert path.read_bytes() == files.picture()
    path.unlink()


# --- kept -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE evidence_evidenceitem SET title = 'x'",
        "UPDATE evidence_evidenceitem SET digest = 'x'",
        "DELETE FROM evidence_evidenceitem",
        "INSERT OR REPLACE INTO evidence_evidenceitem SELECT * FROM evidence_evidenceitem",
        "TRUNCATE evidence_evidenceitem",
    ],
)
def test_the_database_refuses_every_change(change):
    """Whoever has the password of the database cannot touch a row either."""
    if change.startswith("TRUNCATE" if connection.vendor == "sqlite" else "INSERT"):
        change = "DELETE FROM evidence_evidenceitem WHERE id > 0"
    item = upload(files.picture())
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)

    assert EvidenceItem.objects.get().title == item.title
    upload(files.picture("PNG"), "另一张.png")
    assert EvidenceItem.objects.count() == 2


@pytest.mark.django_db
def test_an_untouched_item_verifies():
    """The twin of the alarms below."""
    assert verify_item(upload(files.picture()).digest) == []


@pytest.mark.django_db
def test_one_changed_byte_is_found():
    """Re-reading the stored file finds a single flipped bit; sending the file again says so too."""
    item = upload(files.picture())
    path = store.path_of(item.digest)
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)

    assert "可能被改动或损坏" in verify_item(item.digest)[0]
    with pytest.raises(EvidenceAltered):
        upload(files.picture(), dossier="case-2")
    assert EvidenceItem.objects.count() == 1


@pytest.mark.django_db
def test_a_missing_file_is_found():
    """The row is there, the bytes are not."""
    item = upload(files.picture())
    store.path_of(item.digest).unlink()

    assert "缺失" in verify_item(item.digest)[0]
    with pytest.raises(selectors.NotInEvidence):
        selectors.open_content(item.digest, DOSSIER)


@pytest.mark.django_db
@pytest.mark.parametrize(("with_commitment", "says"), [(False, "登记内容被改动"), (True, "没有存证")])
def test_a_row_forged_behind_the_triggers_is_found(with_commitment, says):
    """A rewritten label does not fit its commitment; a commitment made to fit it is not in the log."""
    item = upload(files.picture())
    forged = EvidenceItem.objects.get()
    forged.pk, forged.dossier, forged.title = None, "case-2", "另一个名称"
    if with_commitment:
        forged.commitment = act_commitment(bytes(forged.salt), forged.body())
    EvidenceItem.objects.bulk_create([forged])

    (problem,) = verify_item(item.digest)
    assert "case-2" in problem
    assert says in problem


@pytest.mark.django_db
def test_an_unknown_digest_is_said_to_be_unknown():
    """Nothing is verified that nobody ever entered."""
    assert len(verify_item("0" * 64)) == 2


@pytest.mark.django_db
def test_the_law_engine_sees_digest_kind_medium_and_side():
    """In the order asked, each once, of this case only."""
    photo, sound = (
        upload(files.picture()),
        upload(files.wav(), "录音.wav", legal_kind="audiovisual", side="for"),
    )
    other = upload(files.picture("PNG"), "x.png", dossier="case-2")

    refs = selectors.refs([sound.digest, photo.digest, sound.digest, other.digest, "0" * 64], dossier=DOSSIER)

    assert [(ref.digest, ref.legal_kind, ref.medium, ref.side) for ref in refs] == [
        (sound.digest, "audiovisual", "audio", "for"),
        (photo.digest, "scene_record", "photo", "against"),
    ]


@pytest.mark.django_db
def test_a_case_shows_its_own_evidence_only():
    """Another case's file cannot be opened through this case, though its digest is known."""
    mine, other = upload(files.picture()), upload(files.wav(), "录音.wav", dossier="case-2")

    assert [item.digest for item in selectors.evidence_of(DOSSIER)] == [mine.digest]
    assert selectors.item(mine.digest, DOSSIER).legal_kind_title == "勘验笔录、现场笔录"
    for read in (selectors.item, selectors.open_content):
        with pytest.raises(selectors.NotInEvidence):
            read(other.digest, DOSSIER)
