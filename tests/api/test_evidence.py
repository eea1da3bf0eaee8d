"""Evidence through the API: what was sent comes back byte for byte, whole or in pieces; what is none is refused."""

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mingjing.cli.demo.exhibits import exhibit
from tests.stories import told

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from tests.api.conftest import Make, Program
    from tests.cast import Cast

LABEL = {"title": "现场照片", "legal_kind": "audiovisual", "side": "against", "taken_by": "甲"}


@pytest.fixture
def case(cast: "Cast") -> "Case":
    """A case to put evidence into."""
    return told(cast, until="clue_registered")[1]


def test_a_file_comes_back_as_it_was_sent(cast: "Cast", program: "Make", case: "Case") -> None:
    """Proves that an uploaded file is listed, described and downloaded byte for byte."""
    caller, (name, content) = program(cast.officer), exhibit("现场照片", case.code)
    photo = content.read()
    sent = caller.upload(f"/cases/{case.code}/evidence", {**LABEL, "file": SimpleUploadedFile(name, photo)})
    assert sent.json()["digest"] == hashlib.sha256(photo).hexdigest()
    where = sent["Location"].removeprefix("/api/v1")
    assert caller.get(where).json()["title"] == "现场照片"
    file = caller.get(f"{where}/file")
    assert (b"".join(file.streaming_content), file["Content-Type"]) == (photo, "application/octet-stream")
    assert [one["digest"] for one in caller.get(f"/cases/{case.code}/evidence").json()["items"]] == [
        sent.json()["digest"]
    ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"legal_kind": "rumour"}, "#/legal_kind"),
        ({"side": "both"}, "#/side"),
        ({"taken_at": "gestern"}, "#/taken_at"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "#/file"),
    ],
)
def test_what_is_no_evidence_is_refused_at_its_place(
    cast: "Cast", program: "Make", case: "Case", change: dict[str, Any], pointer: str
) -> None:
    """Proves that a wrong label or file is told where it is wrong, and nothing is kept."""
    name, content = exhibit("现场照片", case.code)
    caller = program(cast.officer)
    sent = {**LABEL, "file": SimpleUploadedFile(name, content.read()), **change}
    refused = caller.upload(f"/cases/{case.code}/evidence", sent)
    assert refused.status_code == 422
    assert pointer in [one["pointer"] for one in refused.json()["errors"]], refused.json()
    assert caller.get(f"/cases/{case.code}/evidence").json()["items"] == []


def test_a_file_in_pieces_goes_on_where_it_was(cast: "Cast", program: "Make", case: "Case") -> None:
    """Proves that an upload tells its offset, refuses a piece from elsewhere, and is evidence once it is whole."""
    caller, (name, content) = program(cast.officer), exhibit("现场照片", case.code)
    photo = content.read()
    given = {**LABEL, "name": name, "size": len(photo)}
    begun = caller.post(f"/cases/{case.code}/uploads", given)
    where, half = begun["Location"], len(photo) // 2
    assert _piece(caller, where, 0, photo[:half]) == (204, str(half))
    assert _piece(caller, where, 0, photo[:half]) == (409, str(half))
    asked = caller.http.head(where, headers={"Authorization": f"Bearer {caller.token}"})
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == (str(half), str(len(photo)))
    assert _piece(caller, where, half, photo[half:]) == (204, str(len(photo)))
    taken = caller.get(where.removeprefix("/api/v1")).json()["item"]
    assert taken["digest"] == hashlib.sha256(photo).hexdigest()


def _piece(caller: "Program", where: str, at: int, piece: bytes) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {caller.token}", "Upload-Offset": str(at)}
    media = "application/offset+octet-stream"
    answer = caller.http.patch(where, piece, content_type=media, headers=headers)
    return answer.status_code, answer["Upload-Offset"]
