"""Sealed packages: valid for strangers' tools, whole or found out, kept through a reopening."""

import random
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import bagit
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.archive import services
from mingjing.archive.audit import audit_packages
from mingjing.archive.bag import BASE, Entry, commitment, entry_of, tag_entries, write_zip
from mingjing.archive.models import ArchivePackage, WaitingPackage
from mingjing.archive.services import NotPacked, seal_package, seal_pending
from mingjing.archive.verify import verify_package
from mingjing.cases.services import ActRefused, Deed, check_act, record_act
from mingjing.evidence import store
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.models import Entry as LogEntry
from tests.archive.filed import add_evidence, archiving, finished, photograph, seal_all
from tests.stories import told


@pytest.fixture
def package(cast, tmp_path):
    """The sealed package of a finished case, as a file beside the system."""
    case = finished(cast, "summary", evidence=True)
    made = seal_package(archiving(case), at=timezone.now())
    path = tmp_path / "package.zip"
    with store.open_stored(made.digest) as source:
        path.write_bytes(source.read())
    return path


def vkey() -> str:
    """The log's public key, as the agency publishes it."""
    return ensure_log_key().public.vkey


def faults(path: Path, key: str | None = None) -> list[str]:
    """The places that the check names."""
    report = verify_package(path, key or vkey())
    assert report.ok is not bool(report.faults)
    return [finding.where for finding in report.findings if finding.fault]


def test_a_package_verifies_itself_and_tells_when_no_key_was_given(package):
    """With the published key all holds; without one the report says that less is proved."""
    report = verify_package(package, vkey())
    assert report.ok, report.text
    assert report.checkpoint is not None
    assert report.checked > 20
    assert not report.findings

    alone = verify_package(package)
    assert alone.ok
    assert "只能证明包内前后一致" in alone.text


def test_another_log_has_not_logged_it(package):
    """Held against the key of somebody else's log nothing is proved."""
    from mingjing.translog.note import SigningKey  # noqa: PLC0415 - one use

    stranger = SigningKey.generate("elsewhere.example/log").public.vkey
    assert not verify_package(package, stranger).ok


def test_strangers_tools_accept_it(package, tmp_path):
    """The Library of Congress's bagit and plain sha256sum find the bag whole."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    bagit.Bag(str(tmp_path / BASE)).validate()
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run(["sha256sum", "-c", "--quiet", manifest], cwd=tmp_path / BASE, check=False)
        assert done.returncode == 0


def test_it_holds_the_bound_file_the_originals_and_the_metadata(package):
    """One bound PDF, every issued document, every piece of evidence as it was taken in, XML in the archive's words."""
    with zipfile.ZipFile(package) as archive:
        names = [name.removeprefix(f"{BASE}/") for name in archive.namelist()]
        xml = archive.read(f"{BASE}/data/元数据.xml").decode()
    assert "data/案卷.pdf" in names
    assert sum(name.startswith("data/文书/") for name in names) > 2
    assert sum(name.startswith("data/证据/") for name in names) > 1
    for word in ("电子文件封装包", "保管期限", "定期", "业务行为", "行政处罚决定书"):
        assert word in xml


@pytest.mark.parametrize("seed", range(4))
def test_any_changed_byte_is_found(package, tmp_path, seed):
    """A bit flipped anywhere, file heads and the directory of the zip included, and the check does not pass."""
    whole = package.read_bytes()
    dice = random.Random(seed)
    with zipfile.ZipFile(package) as archive:
        heads = [info.header_offset + dice.randrange(30) for info in dice.sample(archive.infolist(), 5)]
    places = [
        *heads,
        *(dice.randrange(len(whole)) for _ in range(8)),
        *(len(whole) - dice.randrange(1, 2000) for _ in range(5)),
    ]
    for place in places:
        broken = bytearray(whole)
        broken[place] ^= 1 << dice.randrange(8)
        path = tmp_path / "broken.zip"
        path.write_bytes(broken)
        assert faults(path), place


def test_a_changed_file_is_named(package, tmp_path):
    """The report names the very file in which a byte was changed."""
    with zipfile.ZipFile(package) as archive:
        info = next(one for one in archive.infolist() if one.filename.endswith("行政处罚决定书.pdf"))
        middle = info.header_offset + len(info.filename.encode()) + info.file_size // 2
    broken = bytearray(package.read_bytes())
    broken[middle] ^= 1
    path = tmp_path / "broken.zip"
    path.write_bytes(broken)
    assert info.filename.removeprefix(f"{BASE}/") in faults(path)


def test_bytes_put_behind_the_zip_are_found(package):
    """Neither may anything be hung on at the end."""
    package.write_bytes(package.read_bytes() + b"\0")
    assert faults(package)


def repacked(package: Path, path: Path, changes: dict[str, bytes | None]) -> None:
    """A careful forger's package: files changed, dropped or added, and every manifest and the zip made to fit."""
    with zipfile.ZipFile(package) as archive:
        held = {i.filename.removeprefix(f"{BASE}/"): archive.read(i) for i in archive.infolist()}
    held = {name: data for name, data in {**held, **changes}.items() if data is not None}
    payload = [entry_of(name, data) for name, data in held.items() if name.startswith("data/")]
    info = [tuple(line.split(": ", 1)) for line in held["bag-info.txt"].decode().splitlines()[:-1]]
    tags = tag_entries(payload, info)  # type: ignore[arg-type]
    with path.open("wb") as file:
        write_zip(file, [*tags, entry_of("package.tlog-proof", held["package.tlog-proof"]), *payload])


def names_in(package: Path, folder: str) -> list[str]:
    """The files of a folder of the package."""
    with zipfile.ZipFile(package) as archive:
        names = [name.removeprefix(f"{BASE}/") for name in archive.namelist()]
    return [name for name in names if name.startswith(folder)]


def test_a_forger_who_makes_everything_fit_is_found_by_the_log(package, tmp_path):
    """The same content repacked is the same file; one document exchanged, dropped or added is not what was logged."""
    path = tmp_path / "forged.zip"
    repacked(package, path, {})
    assert path.read_bytes() == package.read_bytes()

    document = names_in(package, "data/文书/")[1]
    repacked(package, path, {document: b"%PDF-1.7 another"})
    assert {document, "package.tlog-proof"} <= set(faults(path))
    repacked(package, path, {document: None})
    assert {document, "package.tlog-proof"} <= set(faults(path))
    repacked(package, path, {"data/文书/999-新增.pdf": b"%PDF-1.7"})
    assert {"data/文书/999-新增.pdf", "package.tlog-proof"} <= set(faults(path))
    repacked(package, path, {"data/案卷.pdf": b"%PDF-1.7"})
    assert {"data/案卷.pdf", "package.tlog-proof"} <= set(faults(path))


def test_what_is_no_package_is_said_to_be_none(tmp_path):
    """Any other file, and an empty zip, are refused in words."""
    path = tmp_path / "x.zip"
    path.write_bytes(b"nothing of the kind")
    assert "无法读取" in verify_package(path).text
    with zipfile.ZipFile(path, "w"):
        pass
    assert "缺少" in verify_package(path).text


def test_it_needs_neither_django_nor_a_database(package, tmp_path):
    """The command checks a package in a process that never sets Django up."""
    code = (
        "import sys; from mingjing.cli.main import main; "
        f"done = main(['verify', 'archive', {str(package)!r}, '--vkey', {vkey()!r}]); "
        "sys.exit(9 if 'django' in sys.modules else done)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin", "MINGJING_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "核验通过" in done.stdout


def test_the_worker_seals_what_is_archived_and_only_once(cast):
    """A case not archived gets no package; one that is gets one, and the next turn makes no other."""
    told(cast, "summary", until="on_the_spot_decided", mark="open")
    seal_all()
    assert seal_pending() == 0
    assert not WaitingPackage.objects.exists()

    case = finished(cast, "summary", mark="done")
    assert seal_pending() == 1
    assert seal_pending() == 0
    (made,) = ArchivePackage.objects.all()
    assert (made.case_code, made.version) == (case.code, 1)
    assert not WaitingPackage.objects.exists()
    assert list(audit_packages()) == []


def test_a_package_waits_for_documents_that_cannot_be_drawn(cast):
    """A character without a font leaves the reason and no package; nothing else stops."""
    case = finished(cast, "summary", party_name="张𠮷")
    assert seal_pending() == 0
    (waiting,) = WaitingPackage.objects.all()
    assert "U+20BB7" in waiting.reason
    with pytest.raises(NotPacked):
        seal_package(archiving(case), at=timezone.now())
    assert not ArchivePackage.objects.exists()
    assert not LogEntry.objects.filter(kind="package").exists()


def test_an_altered_document_is_not_packed(cast, monkeypatch):
    """Where the stored bytes of a document are not those that were issued, no package is made of them."""
    case = finished(cast, "summary")
    real = store.digest_stored
    monkeypatch.setattr(store, "digest_stored", lambda digest: "0" * 64)
    with pytest.raises(NotPacked):
        seal_package(archiving(case), at=timezone.now())
    monkeypatch.setattr(store, "digest_stored", real)
    assert seal_package(archiving(case), at=timezone.now()).version == 1


def test_a_sealed_package_cannot_be_changed_or_deleted(cast):
    """The database refuses, whoever asks."""
    made = seal_package(archiving(finished(cast, "summary")), at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ArchivePackage.objects.filter(pk=made.pk).update(digest="0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        ArchivePackage.objects.filter(pk=made.pk).delete()
    assert seal_package(made.act, at=timezone.now()) == made


REOPENING = {
    "reopen_ground": "late_material",
    "reopen_reason": "归档后收到当事人补交的营业执照复印件。",
    "officer_opinion": "建议重启案卷。",
    "approval_opinion": "同意。",
}
CORRECTING = {"corrected_act": 3, "record_correction_note": "门牌号应为十八号。"}
ARCHIVING = {"retention": "years_30", "volume_count": 1, "page_count": 40}


def deed(cast, kind, facts, by="head"):
    """An act of today."""
    person = getattr(cast, by)
    return Deed(kind=kind, facts=facts, performers=[person.username], by=person, done_at=timezone.now())


def test_an_archived_file_is_read_only_until_it_is_reopened(cast):
    """Every act is refused but the reopening; then the act goes through, and archiving again gives a second package."""
    case = finished(cast)
    first = seal_package(archiving(case), at=timezone.now())
    count = case.acts.count()

    with pytest.raises(ActRefused, match="案卷只能查阅"):
        record_act(case=case, deed=deed(cast, "record_corrected", CORRECTING), once="a")
    with pytest.raises(ActRefused, match="案卷只能查阅"):
        record_act(case=case, deed=deed(cast, "file_archived", ARCHIVING, "clerk"), once="b")
    assert case.acts.count() == count

    record_act(case=case, deed=deed(cast, "case_reopened", REOPENING), once="c")
    record_act(case=case, deed=deed(cast, "record_corrected", CORRECTING), once="d")
    add_evidence(cast, case, photograph(1), "late.jpg", "营业执照")
    record_act(case=case, deed=deed(cast, "file_archived", ARCHIVING, "clerk"), once="e")
    seal_all()
    second = seal_package(archiving(case), at=timezone.now())

    assert (first.version, second.version) == (1, 2)
    assert first.digest != second.digest
    assert store.stored(first.digest)
    assert second.files > first.files
    assert not check_act(case=case, deed=deed(cast, "record_corrected", CORRECTING)).lawful


def test_reopening_needs_a_ground_and_an_archived_file(cast):
    """Without its ground, or where nothing was archived, the reopening itself is refused; with both it is lawful."""
    case = finished(cast)
    groundless = {name: value for name, value in REOPENING.items() if name != "reopen_ground"}
    assert not check_act(case=case, deed=deed(cast, "case_reopened", groundless)).lawful
    assert check_act(case=case, deed=deed(cast, "case_reopened", REOPENING)).lawful

    _, running = told(cast, until="investigation_reported", mark="running")
    assert not check_act(case=running, deed=deed(cast, "case_reopened", REOPENING)).lawful


def test_no_more_memory_than_a_piece_is_held(tmp_path):
    """Bytes go through in pieces: no write into the zip is larger than one piece."""
    sizes: list[int] = []

    class Sink:
        def write(self, data: bytes) -> int:
            sizes.append(len(data))
            return len(data)

        def flush(self) -> None:
            """Nothing to do."""

    big = tmp_path / "video.mp4"
    big.write_bytes(bytes(5 * 1024 * 1024))
    entry = replace(entry_of("data/video.mp4", b""), size=big.stat().st_size, open=lambda: big.open("rb"))
    write_zip(Sink(), [entry])
    assert max(sizes) <= 1024 * 1024
    assert sum(sizes) > 5 * 1024 * 1024


def test_the_commitment_is_of_the_tag_manifest(cast):
    """Another byte in it and the log would keep another digest."""
    assert commitment(b"a") != commitment(b"b")
    assert isinstance(tag_entries([entry_of("data/x", b"x")], ())[-1], Entry)
    assert services.CURSOR == "archive"
