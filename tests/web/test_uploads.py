"""Resumable uploads over HTTP: the protocol, who may use it, what is refused and when, and that nothing is doubled."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from mingjing.evidence import arrivals, uploads
from mingjing.evidence.selectors import evidence_of, open_content
from tests.cast import Cast
from tests.evidence import files
from tests.stories import told
from tests.web.conftest import SignIn

LABEL = {"title": "现场录音", "legal_kind": "audiovisual", "side": "against", "taken_by": "甲"}
TUS = {"Tus-Resumable": "1.0.0"}
SOUND = files.wav(seconds=20)  # 320 kB


@pytest.fixture
def desk(cast: Cast, at_desk: SignIn) -> Any:
    """An officer with a filed case."""
    _, case = told(cast, until="filing_approved")
    return at_desk(cast.officer), case


def encoded(pairs: dict[str, str]) -> str:
    """Upload-Metadata as a client writes it."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs.items())


def begin(client: Client, code: str, size: int, name: str = "现场.wav", **more: str) -> Any:
    """Ask for a new upload."""
    told_of = encoded({**LABEL, **more, "filename": name})
    return client.post(
        f"/cases/{code}/uploads/", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": told_of}
    )


def send(client: Client, address: str, at: int, piece: bytes, **more: str) -> Any:
    """Send one piece."""
    return client.generic(
        "PATCH",
        address,
        piece,
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(at), **more},
    )


def offset(client: Client, address: str) -> int:
    """Ask how far it came."""
    return int(client.head(address, headers=TUS)["Upload-Offset"])


def test_it_says_what_it_can_do(desk: Any) -> None:
    """The answer to OPTIONS names version, extensions, checksums and the largest file."""
    client, case = desk
    answer = client.options(f"/cases/{case.code}/uploads/")
    assert (answer.status_code, answer["Tus-Version"]) == (204, "1.0.0")
    assert answer["Tus-Extension"].split(",") == ["creation", "checksum", "termination", "expiration"]
    assert answer["Tus-Max-Size"] == str(settings.MINGJING_MAX_UPLOAD_BYTES)


def test_a_file_in_pieces_becomes_one_piece_of_evidence(desk: Any) -> None:
    """Three pieces, asked for the offset between them: the bytes, the label and one log entry."""
    client, case = desk
    begun = begin(client, case.code, len(SOUND), taken_at="2026-03-03T09:00", taken_until="2026-03-03T09:20")
    assert (begun.status_code, begun["Tus-Resumable"]) == (201, "1.0.0")
    at = 0
    for end in (1000, 200_000, len(SOUND)):
        answer = send(client, begun["Location"], at, SOUND[at:end])
        assert (answer.status_code, int(answer["Upload-Offset"])) == (204, end)
        assert offset(client, begun["Location"]) == end
        at = end
    (item,) = evidence_of(case.code)
    assert (item.digest, item.title, item.medium) == (hashlib.sha256(SOUND).hexdigest(), "现场录音", "audio")
    assert item.taken_until - item.taken_at == timedelta(minutes=20)
    with open_content(item.digest, case.code).open() as kept:
        assert kept.read() == SOUND
    said = client.post(f"{begun['Location']}/result").json()
    assert (said["title"], said["already_there"]) == ("现场录音", False)


def test_a_wrong_offset_is_refused_and_the_right_one_goes_on(desk: Any) -> None:
    """409 and nothing written; then from where it was."""
    client, case = desk
    address = begin(client, case.code, len(SOUND))["Location"]
    send(client, address, 0, SOUND[:5000])
    assert send(client, address, 4000, SOUND[4000:9000]).status_code == 409
    assert offset(client, address) == 5000
    assert send(client, address, 5000, SOUND[5000:9000]).status_code == 204


def test_a_piece_that_was_damaged_on_the_way_is_not_kept(desk: Any) -> None:
    """A checksum that does not fit: 460, offset unchanged; one that fits goes in."""
    client, case = desk
    address = begin(client, case.code, len(SOUND))["Location"]
    good = base64.b64encode(hashlib.sha1(SOUND[:5000], usedforsecurity=False).digest()).decode()
    damaged = b"\1" + SOUND[1:5000]
    assert send(client, address, 0, damaged, **{"Upload-Checksum": f"sha1 {good}"}).status_code == 460
    assert offset(client, address) == 0
    assert send(client, address, 0, SOUND[:5000], **{"Upload-Checksum": f"sha1 {good}"}).status_code == 204
    assert (
        send(client, address, 5000, SOUND[5000:6000], **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400
    )
    assert offset(client, address) == 5000


def test_the_last_piece_sent_twice_enters_one_item(desk: Any) -> None:
    """The answer to the last piece was lost: the file is asked for again and is there once."""
    client, case = desk
    address = begin(client, case.code, len(SOUND))["Location"]
    send(client, address, 0, SOUND)
    assert send(client, address, 0, SOUND).status_code == 409
    assert offset(client, address) == len(SOUND)
    assert client.post(f"{address}/result").status_code == 200
    assert len(evidence_of(case.code)) == 1


def test_the_same_file_again_is_said_to_be_there(desk: Any) -> None:
    """A second upload of the same bytes keeps the first entry."""
    client, case = desk
    for title, there in (("先", False), ("后", True)):
        address = begin(client, case.code, len(SOUND), title=title)["Location"]
        send(client, address, 0, SOUND)
        said = client.post(f"{address}/result").json()
        assert (said["title"], said["already_there"]) == ("先", there)
    assert len(evidence_of(case.code)) == 1


@pytest.mark.parametrize(
    ("name", "size", "label", "says"),
    [
        ("病毒.exe", 100, {}, "不接收exe"),
        ("打包.zip", 100, {}, "请先解压"),
        ("现场.wav", 0, {}, "0 字节"),
        ("现场.wav", 3 * 1024**3, {}, "超过单个文件上限"),
        ("现场.wav", 100, {"legal_kind": ""}, "证据种类"),
        ("现场.wav", 100, {"taken_at": "gestern"}, "不是有效的时间"),
        ("现场.wav", 100, {"taken_until": "2026-03-03T09:00"}, "没有填写开始时间"),
        (
            "现场.wav",
            100,
            {"taken_at": "2026-03-03T09:00", "taken_until": "2026-03-03T08:00"},
            "早于开始时间",
        ),
        ("../../现场.wav", 100, {}, "路径"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_the_first_byte(
    desk: Any, name: str, size: int, label: dict[str, str], says: str
) -> None:
    """Name, size and label are judged at the start, in Chinese, and leave no part on the disk."""
    client, case = desk
    answer = begin(client, case.code, size, name, **label)
    assert answer.status_code == 422
    assert says in answer.json()["message"]
    assert not uploads.unfinished_of(case.code, "officer")


def test_what_is_no_recording_is_refused_by_its_first_bytes(desk: Any) -> None:
    """A program called a recording ends with its first piece, its part is deleted, and it cannot go on."""
    client, case = desk
    address = begin(client, case.code, 10_000_000)["Location"]
    answer = send(client, address, 0, b"MZ\x90\0" + bytes(9000))
    assert answer.status_code == 422
    assert "程序或脚本" in answer.json()["message"]
    assert client.head(address, headers=TUS).status_code == 410
    assert not arrivals.part_of(address.rsplit("/", 1)[1]).exists()


def test_more_than_was_declared_is_refused(desk: Any) -> None:
    """The declared size holds."""
    client, case = desk
    address = begin(client, case.code, 5000)["Location"]
    assert send(client, address, 0, SOUND[:6000]).status_code == 422
    assert not evidence_of(case.code)


def test_an_upload_belongs_to_one_person_and_one_case(cast: Cast, at_desk: SignIn, desk: Any) -> None:
    """A colleague, an outsider and the address of another case find nothing; the sender goes on."""
    client, case = desk
    address = begin(client, case.code, len(SOUND))["Location"]
    code = address.rsplit("/", 1)[1]
    _, other = told(cast, until="clue_accepted", mark="other")
    assert at_desk(cast.officer2).head(address, headers=TUS).status_code == 404
    assert send(at_desk(cast.officer2), address, 0, SOUND).status_code == 404
    assert at_desk(cast.outsider).head(address, headers=TUS).status_code == 404
    assert client.head(f"/cases/{other.code}/uploads/{code}", headers=TUS).status_code == 404
    assert send(client, address, 0, SOUND[:100]).status_code == 204


def test_only_who_may_upload_begins_one(cast: Cast, at_desk: SignIn, desk: Any) -> None:
    """A supervisor looks and does not add, a stranger's case is not there, nobody is sent to sign in."""
    client, case = desk
    assert begin(at_desk(cast.supervisor), case.code, 100).status_code == 403
    assert begin(at_desk(cast.outsider), case.code, 100).status_code == 404
    assert begin(Client(), case.code, 100).status_code in {302, 401}
    assert begin(client, case.code, 100).status_code == 201


def test_a_request_without_the_form_token_is_refused(cast: Cast, desk: Any) -> None:
    """Another site cannot make a signed-in browser upload; the page's own token lets it."""
    _, case = desk
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert begin(client, case.code, 100).status_code == 403
    client.get(f"/cases/{case.code}/")
    token = client.cookies["csrftoken"].value
    headers = {**TUS, "Upload-Length": "100", "Upload-Metadata": encoded({**LABEL, "filename": "a.wav"})}
    begun = client.post(f"/cases/{case.code}/uploads/", headers={**headers, "X-CSRFToken": token})
    assert begun.status_code == 201
    assert send(client, begun["Location"], 0, SOUND[:50]).status_code == 403
    assert send(client, begun["Location"], 0, SOUND[:50], **{"X-CSRFToken": token}).status_code == 204


def test_another_version_of_the_protocol_is_told_ours(desk: Any) -> None:
    """412 with the version we speak."""
    client, case = desk
    answer = client.post(f"/cases/{case.code}/uploads/", headers={"Upload-Length": "5"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_giving_up_leaves_nothing_behind(desk: Any) -> None:
    """DELETE ends it: 404 afterwards, no part, not listed on the case page; before it was."""
    client, case = desk
    address = begin(client, case.code, len(SOUND), "长录音.wav")["Location"]
    send(client, address, 0, SOUND[:100])
    assert "长录音.wav" in client.get(f"/cases/{case.code}/").content.decode()
    assert client.delete(address, headers=TUS).status_code == 204
    assert client.head(address, headers=TUS).status_code == 404
    assert "长录音.wav" not in client.get(f"/cases/{case.code}/").content.decode()


def test_a_whole_file_whose_sender_left_is_taken_in_by_the_worker(desk: Any) -> None:
    """A crash right after the last byte: two minutes later the worker settles it, once."""
    client, case = desk
    address = begin(client, case.code, len(SOUND))["Location"]
    send(client, address, 0, SOUND[:-1])
    arrivals.add(address.rsplit("/", 1)[1], len(SOUND) - 1, SOUND[-1:])
    uploads.tidy_up(timezone.now())
    assert not evidence_of(case.code)
    for _ in range(2):
        uploads.tidy_up(timezone.now() + timedelta(minutes=3))
    assert len(evidence_of(case.code)) == 1


def test_a_crash_between_bytes_and_row_is_mended_by_asking_again(desk: Any, monkeypatch: Any) -> None:
    """The file stands at its address, the row is missing: the next question enters it."""
    client, case = desk
    address = begin(client, case.code, len(SOUND))["Location"]

    def crash(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "catalogue", crash)
        with pytest.raises(KeyboardInterrupt):
            send(client, address, 0, SOUND)
    assert not evidence_of(case.code)
    assert client.post(f"{address}/result").status_code == 200
    assert [item.size for item in evidence_of(case.code)] == [len(SOUND)]


def test_what_nobody_continues_is_swept_after_a_week(desk: Any) -> None:
    """Within the week it stays; after it part and row are gone, what is in evidence is not."""
    client, case = desk
    address = begin(client, case.code, len(SOUND))["Location"]
    send(client, address, 0, SOUND[:100])
    done = begin(client, case.code, len(SOUND))["Location"]
    send(client, done, 0, SOUND)
    uploads.tidy_up(timezone.now() + timedelta(days=6))
    assert offset(client, address) == 100
    uploads.tidy_up(timezone.now() + timedelta(days=8))
    assert client.head(address, headers=TUS).status_code == 404
    assert not arrivals.part_of(address.rsplit("/", 1)[1]).exists()
    assert len(evidence_of(case.code)) == 1
