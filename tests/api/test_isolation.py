"""Other agencies' things are not there: every operation on an object answers 404 to an officer of another bureau."""

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from mingjing.api.whole import document
from mingjing.cases.drafts import save_draft
from mingjing.evidence.uploads import begin_upload
from tests.api.test_rooms_isolation import ROOMS
from tests.api.test_story import body
from tests.stories import step, told

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from tests.api.conftest import Make, Program
    from tests.cast import Cast

# Operations whose address names nothing of an agency's: the law is the caller's own.
OF_NOBODY = {"get_rule", "list_kinds", "get_kind"}
LABEL = {"title": "照片", "legal_kind": "audiovisual", "side": "against", "taken_by": "甲"}


def objects(cast: "Cast") -> tuple[dict[str, str], dict[str, Any]]:
    """What stands in addresses, by its name there, and a body that would do for each operation; all of the bureau."""
    tale, case = told(cast, until="inspection_recorded")
    act = case.acts.get(kind="inspection_recorded")
    item = act.evidence[0]["digest"]
    deed = body(tale, step(tale, "correction_ordered"), case)
    upload = _upload(case)
    save_draft(case_code=case.code, kind="inquiry_recorded", person="officer", form={"facts": {}})
    bodies = {
        "judge_act": deed,
        "record_act": deed,
        "preview_document": deed,
        "put_draft": {"facts": deed["facts"]},
        "begin_upload": {**LABEL, "name": "a.jpg", "size": 5},
        "mark_moment": {"second": 3, "text": "开始"},
        "take_mark_back": {},
        "upload_evidence": {**LABEL, "file": SimpleUploadedFile("a.jpg", b"12345")},
    }
    return {
        "code": case.code,
        "act": act.code,
        "digest": item,
        "upload": upload,
        "kind": "inquiry_recorded",
        "mark_no": "1",
    }, bodies


def _upload(case: "Case") -> str:
    label = {**LABEL, "place": "", "device": "", "interruptions": "", "taken_at": "", "taken_until": ""}
    return begin_upload(
        name="a.jpg",
        size=5,
        label=label,
        dossier=case.code,
        agency=case.agency.code,
        by="officer",
        log_code=case.log_code,
    ).code


def test_nothing_of_another_agency_is_there(cast: "Cast", program: "Make") -> None:
    """Proves that each operation that names an object finds it for its own agency and answers 404 for another's."""
    stranger, at_home = program(cast.outsider), program(cast.officer)
    names, bodies = objects(cast)
    asked = 0
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            name = operation["operationId"]
            if "{" not in path or name in OF_NOBODY or operation["tags"][0] in ROOMS:  # asked elsewhere
                continue
            where = path.removeprefix("/api/v1").format(**names)
            assert _ask(stranger, method, where, name, bodies) == 404, (method, path)
            assert _ask(at_home, method, where, name, bodies) not in {404, 401, 403}, (method, path)
            asked += 1
    assert asked > 12


def _ask(caller: "Program", method: str, where: str, name: str, bodies: dict[str, Any]) -> int:
    answer = _answer(caller, method, where, name, bodies)
    if answer.streaming:
        b"".join(answer.streaming_content)  # read to its end, the file is closed
    return int(answer.status_code)


def _answer(caller: "Program", method: str, where: str, name: str, bodies: dict[str, Any]) -> Any:
    if method in {"get", "delete"}:
        return getattr(caller, method)(where)
    if method == "put":
        return caller.put(where, bodies[name])
    if name == "upload_evidence":
        bodies[name]["file"].seek(0)
        return caller.upload(where, bodies[name])
    headers = {"Authorization": f"Bearer {caller.token}", "Upload-Offset": "0"}
    if method == "head":
        return caller.http.head(f"/api/v1{where}", headers=headers)
    if method == "patch":
        media = "application/offset+octet-stream"
        return caller.http.patch(f"/api/v1{where}", b"12", content_type=media, headers=headers)
    return caller.post(where, bodies[name])
