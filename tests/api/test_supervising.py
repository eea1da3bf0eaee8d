"""The rooms of supervision in short stories: what a program may do in them, and beside it what it may not."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mingjing.packs.alerts import AlertModel
from mingjing.personnel.selectors import person
from mingjing.supervision.alerts import alert_models
from mingjing.supervision.models import Alert
from tests.api.test_rooms import ok, pointers
from tests.appraisal.campaigns import make_readers, opened
from tests.cast import JUSTICE, make_person
from tests.evidence.files import picture, wav
from tests.rectification.conftest import TEXT
from tests.stories import told

if TYPE_CHECKING:
    from tests.api.conftest import Make
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


def below(answer: Any) -> str:
    """The address that an answer names, as programs of the tests ask for it."""
    return str(answer["self"]).removeprefix("/api/v1")


def test_a_document_is_issued_by_another_and_the_unit_answers(cast: "Cast", program: "Make") -> None:
    """Proves oversight: the drafter does not issue, the unit sees it only then, each side takes its own steps."""
    first, unit = program(cast.supervisor), program(cast.head)
    second = program(make_person("supervisor2", "子", "supervisor", agency=JUSTICE))
    told_them = {
        "kind": "opinion",
        "to": cast.bureau.code,
        "subject": "告知期限未满就作出处罚",
        "found": "抽查发现一件。",
        "basis": "《中华人民共和国行政处罚法》第四十五条",
        "demands": ["复核该案"],
    }
    assert unit.post("/supervision/documents", told_them).status_code == 403
    assert pointers(first.post("/supervision/documents", {**told_them, "to": JUSTICE})) == ["#/to"]
    row = ok(first.post("/supervision/documents", told_them, key="opinion-2026-1"), 201)
    assert ok(first.post("/supervision/documents", told_them, key="opinion-2026-1"), 201) == row
    where = f"{below(row)}/steps"
    assert unit.get(below(row)).status_code == 404
    assert first.post(where, {"step": "issued"}).status_code == 422
    ok(second.post(where, {"step": "issued"}), 201)
    assert unit.post(where, {"step": "accepted", "text": "认可"}).status_code == 403
    assert pointers(unit.post(where, {"step": "replied"})) == ["#/text"]
    assert ok(unit.post(where, {"step": "replied", "text": "已复核。"}), 201)["state"] == "replied"
    assert ok(second.post(where, {"step": "accepted", "text": "认可。"}), 201)["state"] == "accepted"
    assert first.get(f"{below(row)}/document.pdf").content.startswith(b"%PDF")


def test_an_answer_to_an_alert_is_returned_by_who_supervises(cast: "Cast", program: "Make") -> None:
    """Proves feedback: not before an answer, not without a word where it is returned, then taken."""
    model: AlertModel = next(one for one in alert_models().each if "head" in one.tells)
    days = dict.fromkeys(("first_seen", "last_seen", "due"), timezone.localdate())
    alert = Alert.objects.create(
        code=model.code, agency=cast.bureau, subject="本机关", level=model.level, **days
    )
    where, above, head = f"/alerts/{alert.pk}", program(cast.supervisor), program(cast.head)
    assert head.post(f"{where}/feedback", {"accepted": True}).status_code == 403
    assert above.post(f"{where}/feedback", {"accepted": True}).status_code == 422
    ok(head.post(f"{where}/steps", {"step": "answer", "words": "已经重新检查。"}), 201)
    assert above.post(f"{where}/feedback", {"accepted": False}).status_code == 422
    returned = ok(above.post(f"{where}/feedback", {"accepted": False, "words": "请附记录。"}), 201)
    assert returned["state"] == "handling"
    ok(head.post(f"{where}/steps", {"step": "answer", "words": "已附记录。"}), 201)
    assert ok(above.post(f"{where}/feedback", {"accepted": True}), 201)["steps"][-1]["kind"] == "accepted"


def test_a_file_is_read_by_who_was_drawn_and_objected_to_by_its_unit(cast: "Cast", program: "Make") -> None:
    """Proves file reviews: marks with their words, once; nobody else reads it; then the unit may object, once."""
    for mark in "ab":
        told(cast, "summary", mark=mark)
    make_readers()
    where = f"/file-reviews/{opened(cast, share=0).code}"
    office, unit = program(cast.supervisor), program(cast.head)
    files = ok(office.get(where))["files"]
    assert unit.get(below(files[0])).status_code == 404  # nothing is told yet
    assert office.post(f"{where}/steps", {"step": "announced"}).status_code == 422
    for name in ("beside1", "beside2", "beside3"):
        reader = program(person(name))
        for one in ok(reader.get(where))["readings"]:
            mine = ok(reader.get(below(one)))
            assert (mine["writes"], mine["opinions"]) == (True, [])
            item = mine["items"][0]["no"]
            bad = {"step": "opined", "marks": [{"no": item, "points": 100, "words": ""}]}
            assert pointers(reader.post(f"{below(one)}/steps", bad)) == [f"#/w-{item}"]
            said = ok(reader.post(f"{below(one)}/steps", {"step": "opined"}), 201)
            assert (said["writes"], said["opinions"][0]["reader"]) == (False, "")
            assert reader.post(f"{below(one)}/steps", {"step": "opined"}).status_code == 422
    assert ok(office.post(f"{where}/steps", {"step": "announced"}), 201)["state"] == "announced"
    objection = {"step": "objected", "text": "第二项有证据。"}
    assert office.post(f"{below(files[0])}/steps", objection).status_code == 403
    assert ok(unit.post(f"{below(files[0])}/steps", objection), 201)["objection"] == "第二项有证据。"
    lacking = {one["key"]: one["lacking"] for one in ok(office.get(where))["files"]}[files[0]["key"]]
    again = {"step": "appointed", "role": "again", "reader": lacking[0]["free"][0]}
    assert unit.post(f"{below(files[0])}/steps", again).status_code == 403
    ok(office.post(f"{below(files[0])}/steps", again), 201)


def test_an_item_is_closed_on_proof_by_somebody_else(cast: "Cast", program: "Make") -> None:
    """Proves rectification: read from a file, confirmed, not closed without proof nor by who asked, then closed."""
    clerk, reviewer = program(cast.clerk), program(cast.reviewer)
    sent = {"file": SimpleUploadedFile("整改方案.txt", TEXT.encode()), "title": "整改方案"}
    assert program(cast.officer).upload("/rectification-plans", sent).status_code == 403
    sent["file"] = SimpleUploadedFile("整改方案.txt", TEXT.encode())
    plan = ok(clerk.upload("/rectification-plans", sent), 201)
    done = ok(clerk.post(f"{below(plan)}/steps", {"step": "confirm_complete"}), 201)
    row = next(one for one in done["rows"] if one["state"] == "running" and one["due"])
    where = below(row)
    reason = {"step": "leave_out_rest", "text": "重复。"}
    assert ok(clerk.post(f"{below(plan)}/steps", reason), 201)["figures"]["waiting"] == 0
    asked = {"step": "submit", "text": "已完成。"}
    assert clerk.post(f"{where}/steps", asked).status_code == 422
    assert clerk.upload(f"{where}/proofs", {"text": "说明"}).status_code == 422
    photo = SimpleUploadedFile("现场.jpg", picture(), "image/jpeg")
    proof = ok(clerk.upload(f"{where}/proofs", {"text": "已整改。", "files": photo}), 201)
    (kept,) = proof["files"]
    answer = clerk.get(f"{where}/files/{kept['digest']}")
    assert b"".join(answer.streaming_content) == picture()
    ok(reviewer.post(f"{where}/steps", asked), 201)
    closing = {"step": "close", "text": "属实。"}
    assert clerk.post(f"{where}/steps", closing).status_code == 403
    assert reviewer.post(f"{where}/steps", closing).status_code == 422
    assert ok(program(cast.head).post(f"{where}/steps", closing), 201)["state"] == "closed"


def test_what_one_puts_forward_another_lists(cast: "Cast", program: "Make") -> None:
    """Proves governance: each step of a decision with its right and its file; a joint task answered by its member."""
    clerk, head, today = program(cast.clerk), program(cast.head), timezone.localdate()
    steps = ("participation", "argument", "risk", "legality", "discussion", "publication")
    item = {
        "subject": "疏导点设置方案",
        "group": "policy",
        "unit": "市容科",
        "why": "方便群众。",
        "year": today.year,
        "plan": {code: (today + timedelta(days=number)).isoformat() for number, code in enumerate(steps)},
    }
    assert pointers(clerk.post("/governance/decisions", {**item, "group": "x"})) == ["#/group"]
    made = ok(clerk.post("/governance/decisions", item), 201)
    where = f"/governance/decisions/{made['pk']}"
    listing = {"step": "listed", "consent": "党组会", "published": "官网"}
    assert clerk.post(f"{where}/steps", listing).status_code == 403
    ok(head.post(f"{where}/steps", listing), 201)
    taken = {"code": "argument", "text": "专家三人。", "done": today.isoformat()}
    assert pointers(clerk.upload(f"{where}/procedure", taken)) == ["#/files"]
    paper = SimpleUploadedFile("论证.jpg", picture(), "image/jpeg")
    assert ok(clerk.upload(f"{where}/procedure", {**taken, "files": paper}), 201)["facts"][-1]["files"]
    legality = {**taken, "code": "legality", "files": SimpleUploadedFile("a.jpg", picture())}
    assert clerk.upload(f"{where}/procedure", legality).status_code == 403

    joint = {"subject": "夜市联合执法", "members": [JUSTICE], "triggers": ["投诉集中"], "duty": "各负其责。"}
    work = ok(clerk.post("/governance/joint", joint), 201)
    where = f"/governance/joint/{work['pk']}"
    member = program(cast.supervisor)
    ok(head.post(f"{where}/steps", {"step": "confirmed"}), 201)
    due = (today + timedelta(days=3)).isoformat()
    task = {"step": "task", "trigger": 0, "members": [JUSTICE], "due": due, "text": "派员到场。"}
    assert member.post(f"{where}/steps", task).status_code == 422
    ok(clerk.post(f"{where}/steps", task), 201)
    result = {"number": 1, "text": "已到场。"}
    assert clerk.upload(f"{where}/results", result).status_code == 422
    assert ok(member.upload(f"{where}/results", result), 201)["facts"][-1]["member"] == JUSTICE


def test_the_grid_is_given_to_somebody_of_the_agency(cast: "Cast", program: "Make") -> None:
    """Proves the grid: an area needs a place and somebody of the own agency; the head does away with it."""
    clerk = program(cast.clerk)
    area = {"name": "一中队片区", "streets": ["人民路"], "charge": "officer"}
    assert pointers(clerk.post("/governance/grids", {**area, "charge": "outsider"})) == ["#/charge"]
    made = ok(clerk.post("/governance/grids", area), 201)
    where = f"/governance/grids/{made['pk']}"
    changed = ok(clerk.post(f"{where}/changes", {**area, "charge": "officer2"}), 201)
    assert changed["facts"][-1]["charge"] == "officer2"
    assert clerk.post(f"{where}/end", {"text": "合并。"}).status_code == 403
    ok(program(cast.head).post(f"{where}/end", {"text": "合并。"}), 201)


def test_a_moment_of_a_recording_is_pointed_out_and_taken_back(cast: "Cast", program: "Make") -> None:
    """Proves marks: of a recording and of no photo, for an act of this case and no other."""
    _tale, case = told(cast, until="filing_approved")
    officer, act = program(cast.officer), case.acts.first()
    label = {"legal_kind": "audiovisual", "side": "against", "taken_by": "甲"}
    where = f"/cases/{case.code}/evidence"
    sound = ok(officer.upload(where, {**label, "file": SimpleUploadedFile("询问.wav", wav())}), 201)
    photo = ok(officer.upload(where, {**label, "file": SimpleUploadedFile("现场.jpg", picture())}), 201)
    moment = {"second": 3, "text": "告知权利"}
    assert officer.post(f"{where}/{photo['digest']}/marks", moment).status_code == 422
    marks = f"{where}/{sound['digest']}/marks"
    assert officer.post(marks, {**moment, "act": "no-such-act"}).status_code == 404
    (kept,) = ok(officer.post(marks, {**moment, "act": act.code}), 201)["items"]
    assert (kept["second"], kept["act"], kept["by"]) == (3, act.code, "officer")
    assert program(cast.head).post(f"{marks}/{kept['pk']}/retraction", {}).status_code == 403
    assert ok(officer.post(f"{marks}/{kept['pk']}/retraction", {}), 201)["items"] == []
