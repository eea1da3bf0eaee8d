"""Evidence through the browser: taken in with reasons for what is not, shown, jumped in, downloaded."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from mingjing.evidence.selectors import evidence_of
from tests.cast import Cast
from tests.stories import told
from tests.web.conftest import SignIn

LABEL = {
    "legal_kind": "audiovisual",
    "side": "against",
    "taken_by": "甲",
    "taken_at": "2026-03-03T09:00",
    "place": "现场",
}


def photo(name: str = "现场.jpg", colour: str = "navy") -> SimpleUploadedFile:
    """A small real picture."""
    kept = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(kept, "JPEG")
    return SimpleUploadedFile(name, kept.getvalue(), "image/jpeg")


@pytest.fixture
def desk(cast: Cast, at_desk: SignIn) -> Any:
    """An officer with a filed case."""
    _, case = told(cast, until="filing_approved")
    return at_desk(cast.officer), case


def test_several_files_come_in_together_and_lead_back_to_the_case(desk: Any) -> None:
    """Each has its own entry; titles are told apart by number."""
    client, case = desk
    files = [photo("一.jpg", "navy"), photo("二.jpg", "teal")]
    answer = client.post(f"/cases/{case.code}/evidence/", {**LABEL, "title": "现场照片", "files": files})
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.code}/#evidence")
    items = evidence_of(case.code)
    assert [item.title for item in items] == ["现场照片（1）", "现场照片（2）"]
    assert {(item.taken_by, item.place, item.uploaded_by) for item in items} == {("甲", "现场", "officer")}


def test_what_is_refused_is_named_with_its_reason_and_the_rest_is_kept(desk: Any) -> None:
    """A good photo, an empty file and a program: one comes in, two are explained."""
    client, case = desk
    files = [photo(), SimpleUploadedFile("空.txt", b""), SimpleUploadedFile("病毒.exe", b"MZ" + b"\0" * 200)]
    answer = client.post(
        f"/cases/{case.code}/evidence/", {**LABEL, "files": files}, headers={"HX-Request": "true"}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "空.txt" in html
    assert "0 字节" in html
    assert "病毒.exe" in html
    assert "已收入 1 件" in html
    assert len(evidence_of(case.code)) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"legal_kind": ""}, "证据种类"),
        ({"side": "sideways"}, "证明方向"),
        ({"taken_by": " "}, "取证人"),
        ({"taken_at": "2099-01-01T10:00"}, "晚于现在"),
        ({"taken_at": "gestern"}, "不是有效的时间"),
    ],
)
def test_a_faulty_label_is_refused_and_what_was_typed_is_kept(
    desk: Any, wrong: dict[str, str], says: str
) -> None:
    """Nothing comes in without its particulars; without script the answer is a whole page."""
    client, case = desk
    answer = client.post(
        f"/cases/{case.code}/evidence/", {**LABEL, **wrong, "place": "湖滨大道", "files": [photo()]}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert says in html
    assert 'value="湖滨大道"' in html
    assert "<html" in html
    assert not evidence_of(case.code)


def test_no_file_chosen_is_said(desk: Any) -> None:
    """An empty form is no upload."""
    client, case = desk
    assert "没有选择文件" in client.post(f"/cases/{case.code}/evidence/", LABEL).content.decode()


def test_a_photo_is_shown_jumped_in_and_downloaded(desk: Any) -> None:
    """Page, picture, small picture, range and download of one item."""
    client, case = desk
    client.post(f"/cases/{case.code}/evidence/", {**LABEL, "title": "远景", "files": [photo("远景.jpg")]})
    item = evidence_of(case.code)[0]
    here = f"/cases/{case.code}/evidence/{item.digest}/"
    page = client.get(here).content.decode()
    assert item.digest in page
    assert "视听资料" in page
    whole = b"".join(client.get(f"{here}file").streaming_content)
    part = client.get(f"{here}file", headers={"Range": "bytes=2-5"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, whole[2:6])
    saved = client.get(f"{here}file?download")
    assert b"".join(saved.streaming_content) == whole
    assert saved["Content-Disposition"].startswith("attachment;")
    assert client.get(f"{here}thumb")["Content-Type"] == "image/jpeg"


def test_evidence_of_one_case_is_not_found_under_another(cast: Cast, at_desk: SignIn, desk: Any) -> None:
    """The address of a file is good for its own case only."""
    client, case = desk
    client.post(f"/cases/{case.code}/evidence/", {**LABEL, "files": [photo()]})
    digest = evidence_of(case.code)[0].digest
    _, other = told(cast, until="clue_accepted", mark="other")
    for part in ("", "file", "thumb"):
        for dossier, status in ((case, 200), (other, 404)):
            answer = client.get(f"/cases/{dossier.code}/evidence/{digest}/{part}")
            assert answer.status_code == status
            b"".join(answer)  # read to its end, as a browser does
