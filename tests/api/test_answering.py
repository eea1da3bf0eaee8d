"""Disputes, wrong cases, goods, norms, applications and indicators in short stories: allowed, and beside it refused."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mingjing.personnel.selectors import ENFORCEMENT_FIELDS
from mingjing.property.models import CustodyItem
from tests.api.test_rooms import ok, pointers
from tests.api.test_supervising import below
from tests.cast import make_person
from tests.evidence.files import picture
from tests.property.test_custody import SEIZURE, enter
from tests.stories import told

if TYPE_CHECKING:
    from tests.api.conftest import Make
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_suit_is_entered_answered_and_lost_with_its_causes(cast: "Cast", program: "Make") -> None:
    """Proves disputes: by who may, against an act of the case; a loss names its cause and article; what it teaches."""
    _tale, case = told(cast, "summary", until="on_the_spot_decided")
    lawyer, today = program(cast.reviewer), timezone.localdate().isoformat()
    decision = case.acts.get(kind="on_the_spot_decided").code
    suit = {"kind": "litigation", "decision": decision, "body": "舞钢市人民法院", "opened_on": today}
    where = f"/cases/{case.code}/disputes"
    assert program(cast.officer).post(where, suit).status_code == 403
    assert pointers(lawyer.post(where, {**suit, "decision": "not-of-this-case"})) == ["#/decision"]
    assert pointers(lawyer.post(where, {**suit, "previous": "SS20260101-AAAAAA"})) == ["#/previous"]
    row = ok(lawyer.post(where, suit, key="suit-2026-1"), 201)
    assert ok(lawyer.post(where, suit, key="suit-2026-1"), 201) == row
    steps = f"{below(row)}/steps"
    assert pointers(lawyer.post(steps, {"step": "reply", "text": "答辩状"})) == ["#/on"]
    ok(lawyer.post(steps, {"step": "reply", "on": today, "text": "答辩状"}), 201)
    lost = {"step": "decide", "on": today, "outcome": "unlawful", "docket": "（2026）豫0481行初8号"}
    assert pointers(lawyer.post(steps, lost)) == ["#/causes"]
    cause = {"cause": "procedure", "law": "行政处罚法", "article": "第四十四条"}
    assert ok(lawyer.post(steps, {**lost, "causes": [cause]}), 201)["lost"] is True
    assert ok(lawyer.get("/dispute-lessons"))["items"][0]["cause"] == "procedure"
    assert lawyer.post(steps, {"step": "confirm"}).status_code == 403  # publications are others' to withdraw
    assert ok(program(cast.officer).get(f"/cases/{case.code}/objections"))["items"]


def test_whoever_answers_for_a_wrong_case_is_heard_first(cast: "Cast", program: "Make") -> None:
    """Proves wrong cases: taken up from above, heard, found; what he says for himself is not read by his head."""
    _tale, case = told(cast, "summary", until="on_the_spot_decided")
    above, officer, head = program(cast.supervisor), program(cast.officer), program(cast.head)
    where = f"/cases/{case.code}/wrong-case"
    taken = {"source": "review", "what": "没有送达。"}
    assert head.post(where, taken).status_code == 403
    assert above.post(where, {**taken, "source": "gossip"}).status_code == 422
    row = ok(above.post(where, taken), 201)
    finding = {"step": "find", "person": "officer", "degree": "slight", "text": "疏忽。"}
    assert above.post(f"{below(row)}/steps", finding).status_code == 422
    assert ok(head.get("/own-wrong-cases"))["items"] == []
    own = f"/own-wrong-cases/{row['no']}/words"
    assert head.post(own, {"step": "state", "text": "我陈述。"}).status_code == 404
    said = ok(officer.post(own, {"step": "state", "text": "当时已经口头告知。"}), 201)
    assert said["steps"][-1]["text"] == "当时已经口头告知。"
    assert [one["text"] for one in ok(head.get(below(row)))["steps"] if one["hidden"]] == [""]
    found = ok(above.post(f"{below(row)}/steps", finding), 201)
    assert [one["degree"] for one in found["answers"] if one["person"] == "officer"] == ["slight"]


def test_goods_move_when_two_have_signed(cast: "Cast", program: "Make") -> None:
    """Proves custody: what a move needs, not signed twice by one, dropped without a trace; a count with its reasons."""
    _tale, case = told(cast, SEIZURE, until="sealing_imposed")
    enter()
    first, second = program(cast.officer), program(cast.officer2)
    item = CustodyItem.objects.filter(case_code=case.code).earliest("pk")
    move = {"items": [item.code], "kind": "store", "place": "一号库"}
    assert program(cast.reviewer).post("/custody/moves", move).status_code == 403
    assert pointers(first.post("/custody/moves", {**move, "place": ""})) == ["#/place"]
    waiting = ok(first.post("/custody/moves", move), 201)
    assert ok(second.post(f"{below(waiting)}/drop", {}), 201) == {"dropped": True}
    assert second.post(f"{below(waiting)}/signature", {}).status_code == 404
    waiting = ok(first.post("/custody/moves", move), 201)
    assert first.post(f"{below(waiting)}/signature", {}).status_code == 422
    signed = ok(second.post(f"{below(waiting)}/signature", {}), 201)
    assert (signed["items"][0]["state"], signed["items"][0]["place"]) == ("stored", "一号库")
    assert ok(first.get(f"/custody/items/{item.code}"))["moves"][0]["second"] == "officer2"
    count = {"place": "一号库", "present": [], "companion": "officer2"}
    assert pointers(first.post("/custody/counts", count)) == ["#/reasons"]
    made = ok(first.post("/custody/counts", {**count, "present": [item.code]}), 201)
    assert (made["expected"], made["found"]) == (1, 1)


def test_a_law_is_published_by_another_on_what_was_read(cast: "Cast", program: "Make") -> None:
    """Proves drafts of norms: drafted, not checked unread, published and ended by the head; its author may not."""
    author, head = program(cast.reviewer), program(cast.head)
    law = {
        "name": "舞钢市夜市管理办法",
        "level": "规范性文件",
        "edition": [{"year": 2024, "number": "舞政〔2024〕1号", "in_force": "2024-05-01", "articles": 30}],
    }
    assert head.post("/norms/law-drafts", law).status_code == 403
    assert author.post("/norms/law-drafts", {**law, "name": "中华人民共和国行政处罚法"}).status_code == 422
    draft = ok(author.post("/norms/law-drafts", law), 201)
    steps = f"{below(draft)}/steps"
    assert author.post(steps, {"step": "check", "seen": draft["digest"]}).status_code == 403
    assert head.post(steps, {"step": "check"}).status_code == 422  # nothing was read
    assert head.post(steps, {"step": "publish", "seen": draft["digest"]}).status_code == 422
    ok(head.post(steps, {"step": "check", "seen": draft["digest"]}), 201)
    out = ok(head.post(steps, {"step": "publish", "seen": draft["digest"]}), 201)["version"]
    ending = {"until": "2026-12-31", "reason": "已经废止。"}
    assert author.post(f"/norms/versions/{out['pk']}/ending", ending).status_code == 403
    assert ok(head.post(f"/norms/versions/{out['pk']}/ending", ending), 201)["last_day"] == "2026-12-31"


def test_an_application_is_decided_by_the_head_and_not_by_oneself(cast: "Cast", program: "Make") -> None:
    """Proves training: one asks for oneself; a refusal says why; nobody decides on their own."""
    asked = {"fields": [ENFORCEMENT_FIELDS[0][0]], "reason": "转岗"}
    officer, head = program(cast.officer), program(cast.head)
    assert pointers(officer.post("/training/applications", {**asked, "fields": ["x"]})) == ["#/fields"]
    made = ok(officer.post("/training/applications", asked), 201)
    where = f"/training/applications/{made['pk']}/decision"
    assert officer.post(where, {"approved": True}).status_code == 403
    assert pointers(head.post(where, {"approved": False})) == ["#/opinion"]
    assert ok(head.post(where, {"approved": True}), 201)["steps"][-1]["kind"] == "approved"
    both = program(make_person("both", "申", "officer head"))
    own = ok(both.post("/training/applications", asked), 201)
    assert both.post(f"/training/applications/{own['pk']}/decision", {"approved": True}).status_code == 422
    assert ok(officer.get("/training/applications"))["items"][0]["pk"] == made["pk"]
    assert officer.get("/training/applications", {"of": "board"}).status_code == 403


def test_a_report_of_a_violation_becomes_a_case_with_its_files(cast: "Cast", program: "Make") -> None:
    """Proves complaints: files come with the report; not before it is accepted, nor for the unit above, once."""
    desk = program(cast.clerk)
    form = {
        "kind": "violation",
        "about": cast.bureau.code,
        "channel": "hall",
        "text": "占道堆放。",
        "name": "王小明",
        "files": SimpleUploadedFile("现场.jpg", picture()),
    }
    no = ok(desk.upload("/complaints-with-files", form), 201)["no"]
    (kept,) = ok(desk.get(f"/complaints/{no}"))["files"]
    assert b"".join(desk.get(f"/complaints/{no}/files/{kept['digest']}").streaming_content) == picture()
    above = program(cast.supervisor)
    assert above.get(f"/complaints/{no}/files/{kept['digest']}").status_code == 404
    assert desk.post(f"/complaints/{no}/case", {}).status_code == 422
    ok(desk.post(f"/complaints/{no}/steps", {"step": "accept"}), 201)
    made = ok(desk.post(f"/complaints/{no}/case", {}), 201)
    assert ok(desk.post(f"/complaints/{no}/case", {}), 201) == made
    case = desk.get(below(made)).content.decode()
    assert "占道堆放" in case
    assert "王小明" not in case
    assert program(cast.officer).post(f"/complaints/{no}/case", {}).status_code in {403, 404}


def test_an_indicator_is_read_with_what_it_counts(cast: "Cast", program: "Make") -> None:
    """Proves the appraisal: figures, the rows behind one, the same share again; officers have no such view."""
    told(cast, "summary", until="on_the_spot_decided")
    assert program(cast.officer).get("/appraisal").status_code == 403
    head = program(cast.head)
    (unit,) = ok(head.get("/appraisal"))["items"]
    counted = next(one for one in unit["figures"] if one["of"])
    behind = ok(head.get(f"/appraisal/{cast.bureau.code}/{counted['indicator']}"))
    assert len(behind["rows"]) == counted["of"]
    assert sum(one["counts"] for one in behind["rows"]) == counted["hits"]
    assert head.get("/appraisal-export.zip").status_code == 403
    assert program(cast.supervisor).get("/appraisal-export.zip").content.startswith(b"PK")
    assert head.get(f"/appraisal/{cast.bureau.code}/no_such").status_code == 404


def test_a_moved_deadline_is_asked_for_in_the_future(cast: "Cast", program: "Make") -> None:
    """Proves that a step's day is the room's to judge: an extension into the past is refused, a later one is not."""
    above = program(cast.supervisor)
    unit = program(cast.head)
    second = program(make_person("supervisor3", "寅", "supervisor", agency=cast.justice.code))
    row = ok(
        above.post(
            "/supervision/documents",
            {
                "kind": "notice",
                "to": cast.bureau.code,
                "subject": "补正",
                "found": "缺页。",
                "basis": "行政处罚法",
                "demands": ["补正"],
            },
        ),
        201,
    )
    steps, today = f"{below(row)}/steps", timezone.localdate()
    ok(second.post(steps, {"step": "issued"}), 201)
    ok(unit.post(steps, {"step": "extension_asked", "text": "材料较多。"}), 201)
    longer = {"step": "extended", "text": "同意。", "due": today.isoformat()}
    assert pointers(second.post(steps, longer)) == ["#/due"]
    longer["due"] = (today + timedelta(days=60)).isoformat()
    assert ok(second.post(steps, longer), 201)["due"] == longer["due"]


def test_a_report_is_counted_here_and_approved_by_another(cast: "Cast", program: "Make") -> None:
    """Proves reports: no period that still runs, not approved by who handed in, published only when approved."""
    clerk, head = program(cast.clerk), program(cast.head)
    today = timezone.localdate()
    last = today.replace(day=1) - timedelta(days=1)
    report = {"form": "monthly", "period": f"{last:%Y-%m}", "cutoff": today.isoformat()}
    assert pointers(clerk.post("/statistics/reports", {**report, "period": "2026"})) == ["#/period"]
    assert clerk.post("/statistics/reports", {**report, "period": f"{today:%Y-%m}"}).status_code == 422
    assert program(cast.officer).post("/statistics/reports", report).status_code == 403
    made = ok(clerk.post("/statistics/reports", report, key="report-2026-1"), 201)
    assert ok(clerk.post("/statistics/reports", report, key="report-2026-1"), 201) == made
    steps = f"{below(made)}/steps"
    assert clerk.post(steps, {"step": "approved"}).status_code == 403
    assert head.post(steps, {"step": "published"}).status_code == 422
    assert pointers(head.post(steps, {"step": "returned"})) == ["#/text"]
    assert ok(head.post(steps, {"step": "approved"}), 201)["state"] == "approved"
    assert ok(head.post(steps, {"step": "published"}), 201)["state"] == "published"


def test_receipts_go_out_by_number_and_items_by_the_list(cast: "Cast", program: "Make") -> None:
    """Proves receipts: given to one's own people and once; what may be charged is the head's to list and to end."""
    clerk, head, today = program(cast.clerk), program(cast.head), timezone.localdate().isoformat()
    numbers = {"kind": "fine", "first": "豫财0000001", "last": "豫财0000100"}
    came = {**numbers, "source": "舞钢市财政局", "received_on": today}
    assert head.post("/receipts", came).status_code == 403
    book = ok(clerk.post("/receipts", came), 201)
    given = {"step": "issued", "first": "1", "last": "10", "holder": "officer"}
    steps = f"{below(book)}/steps"
    assert pointers(clerk.post(steps, {**given, "holder": "outsider"})) == ["#/holder"]
    assert ok(clerk.post(steps, given), 201)["stretches"][0]["holder"] == "officer"
    assert clerk.post(steps, given).status_code == 422
    item = {"kind": "fee", "title": "占道费", "list_no": "第一项", "basis": "条例", "standard": "十元"}
    assert clerk.post("/charge-items", {**item, "in_force": today}).status_code == 403
    (listed,) = ok(head.post("/charge-items", {**item, "in_force": today}), 201)["items"]
    ending = {"until": today, "reason": "取消。"}
    ended = ok(head.post(f"/charge-items/{listed['pk']}/ending", ending), 201)["items"]
    assert ended[0]["pk"] == listed["pk"]
    assert head.post(f"/charge-items/{listed['pk']}/ending", ending).status_code == 422


def test_the_desk_of_training_is_kept_by_who_keeps_it(cast: "Cast", program: "Make") -> None:
    """Proves the desk: a head may not, the system administrator may; a class that is yet to come does not count."""
    today = timezone.localdate()
    hour = {"username": "officer", "title": "公共法律知识", "hours": 4, "proof": "签到册"}
    assert program(cast.head).post("/training/classes", {**hour, "on": today.isoformat()}).status_code == 403
    desk = program(cast.admin)
    later = (today + timedelta(days=1)).isoformat()
    assert pointers(desk.post("/training/classes", {**hour, "on": later})) == ["#/on"]
    assert ok(desk.post("/training/classes", {**hour, "on": today.isoformat()}), 201)["hours"] == 4
    assert ok(program(cast.officer).get("/training/own"))["hours"] == 4
    bad = SimpleUploadedFile("questions.json", b"not json")
    assert pointers(desk.upload("/training/questions", {"file": bad})) == ["#/file"]
    question = '[{"id": "q1", "kind": "judge", "text": "先告知后处罚。", "answer": ["true"]}]'
    good = SimpleUploadedFile("questions.json", question.encode())
    assert ok(desk.upload("/training/questions", {"file": good, "subject": "公共法律知识"}), 201)["told"]
