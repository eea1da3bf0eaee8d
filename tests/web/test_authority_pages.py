"""The pages of bodies, delegations, duties, training and examinations, as people send them."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.personnel import agency_register, authority, duties, selectors
from mingjing.personnel.warnings import expiring_for
from mingjing.training import exams, hours
from mingjing.training.selectors import exams_set
from tests.cast import BUREAU, Cast, make_agency, make_officer, make_person
from tests.web.conftest import SignIn

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.usefixtures("one_day")
TODAY = legal_day(timezone.now())
ISO = TODAY.isoformat()
AUDIT = reverse("audit")
AGREEMENT: dict[str, Any] = {
    "number": "舞城管委〔2026〕1号",
    "delegator": BUREAU,
    "delegate": "410481-station",
    "delegation_powers": ["penalty"],
    "basis": "《城市市容和环境卫生管理条例》；第六条",
    "matters": "占道经营；城市市容和环境卫生管理条例；第三十四条；警告、一千元以下罚款",
    "fine_at_most": "1,000",
    "delegation_basis_rank": "regulation",
    "delegate_kind": "organization",
    "delegate_lawful": "true",
    "delegate_staffed": "true",
    "delegate_technical_needed": "false",
    "delegate_technical": "false",
    "in_delegator_name": "true",
    "no_redelegation": "true",
    "delegation_liability": "委托机关承担责任。",
    "delegation_requirements": "每季度检查。",
    "valid_from": ISO,
    "valid_until": (TODAY + timedelta(days=300)).isoformat(),
    "signed_on": ISO,
}


def sent(form: str, values: dict[str, Any]) -> dict[str, Any]:
    """What was typed as this form sends it."""
    return {f"{form}.{name}": value for name, value in values.items()}


def test_an_agreement_is_signed_published_and_read(cast: Cast, at_desk: SignIn) -> None:
    """What the law forbids comes back with its article and what was typed; mended it is taken, then published."""
    make_agency("410481-station", "舞钢市环境卫生站", kind="delegated", parent=BUREAU)
    client = at_desk(cast.admin)
    address = "/people/agreements/new/delegation/"
    wrong = client.post(address, sent("agreement", {**AGREEMENT, "delegate_kind": "enterprise"}))
    assert wrong.status_code == 422
    assert "第二十条第一款" in wrong.content.decode()
    muddled = client.post(address, sent("agreement", {**AGREEMENT, "matters": "占道经营"}))
    assert "不是四项" in muddled.content.decode()
    assert client.post(address, sent("agreement", AGREEMENT)).status_code == 302
    (found,) = authority.agreements_of([cast.bureau.pk], TODAY)
    assert (found.state, found.row.terms["fine_at_most"]) == ("unpublished", "1000")
    step = f"/people/agreements/{found.row.pk}/publish/"
    assert client.post(step, sent("publish", {"on": ISO, "note": "市政府网站"})).status_code == 302
    page = client.get(f"/people/agreements/{found.row.pk}/").content.decode()
    assert "占道经营" in page
    assert "有效" in page
    assert client.post(step, sent("publish", {"on": ISO, "note": "再次"})).status_code == 422


def test_an_agency_is_changed_confirmed_and_given_posts(cast: Cast, at_desk: SignIn) -> None:
    """Each step from its page; the day before the change shows nothing yet; a colleague sees it without forms."""
    client, page = at_desk(cast.admin), f"/people/agencies/{BUREAU}/"
    shown = client.get(page).context["forms"]["change"].typed
    change = sent("change", {**shown, "phone": "0375-1111111", "reason": "电话变更"})
    assert client.post(page + "change/", change).status_code == 302
    assert client.post(page + "change/", change).status_code == 422  # nothing changed
    assert selectors.agency(BUREAU).phone == "0375-1111111"
    confirmed = {
        "kind": "confirmed", "document": "公告", "document_no": "1号", "confirmed_by": "市政府", "on": ISO,
        "published_at": "网站", "published_on": ISO,
    }  # fmt: skip
    assert client.post(page + "confirm/", sent("confirm", confirmed)).status_code == 302
    post = sent("post", {"department": "一中队", "name": "调查岗"})
    assert client.post(page + "post/", post).status_code == 302
    ((pk, _),) = duties.posts_of(BUREAU)
    duty = {"post": pk, "duties": ["ordinary/investigation"], "responsibility": "收集证据"}
    assert client.post(page + "duty/", sent("duty", duty)).status_code == 302
    assert client.post("/people/officer/post/", {"post": pk}).status_code == 302
    assert [line.people for line in duties.responsibility_list(BUREAU)] == [("甲",)]
    trail = at_desk(cast.audit).get(AUDIT).content.decode()
    for title in ("变更机关登记", "确认执法主体", "增加岗位", "分解职权", "安排岗位"):
        assert title in trail
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert "这一天还没有登记" in client.get(f"{page}?on={yesterday}").content.decode()
    read = at_desk(cast.officer).get(page).content.decode()
    assert "0375-1111111" in read
    assert "变更登记事项" not in read
    listed = at_desk(cast.officer).get("/people/responsibilities/list.pdf")
    assert b"".join([listed.content])[:4] == b"%PDF"


def test_the_act_form_tells_of_somebody_outside_his_duties(cast: Cast, at_desk: SignIn) -> None:
    """A hint beside the form, no refusal; whoever holds the post is not named."""
    post = agency_register.add_post(code=BUREAU, department="一中队", name="受理岗", by="admin")
    agency_register.set_duties(post=post.pk, duties=[("ordinary", "clue")], responsibility="受理", by="admin")
    agency_register.place_person(username="officer", post=post.pk, by="admin")
    address = "/cases/new/clue_registered/check?procedure=ordinary"
    client = at_desk(cast.officer)
    told = client.post(address, {"performers": ["officer", "officer2"]}).content.decode()
    assert "超出岗位职责" in told
    assert "乙的岗位不负责" in told
    assert "超出岗位职责" not in client.post(address, {"performers": ["officer"]}).content.decode()


@pytest.mark.parametrize(("days", "step"), [(90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (0, 7)])
def test_a_certificate_is_warned_of_to_holder_head_and_administrator(
    cast: Cast, at_desk: SignIn, days: int, step: int
) -> None:
    """At ninety, thirty and seven days; a colleague is not told."""
    holder = make_officer("soon", "临", until=TODAY + timedelta(days=days))
    for viewer in (holder, cast.head, cast.admin):
        assert [one.step for one in expiring_for(viewer, TODAY)] == [step]
    assert expiring_for(cast.officer, TODAY) == []
    assert "证件到期提醒" in at_desk(holder).get("/").content.decode()


def test_a_certificate_that_runs_longer_is_not_warned_of(cast: Cast) -> None:
    """Ninety-one days ahead nobody is told yet."""
    make_officer("later", "远", until=TODAY + timedelta(days=91))
    assert expiring_for(cast.head, TODAY) == []


def bank_and_exam(client: "Client") -> None:
    """Three questions imported from a file and an examination set from the page."""
    rows = [
        {"id": str(n), "type": "判断", "q": f"第{n}题", "answer": "A", "options": {"A": "对", "B": "错"}}
        for n in range(3)
    ]
    rows.append({"id": "9", "type": "单选", "q": "坏题", "answer": "C", "options": {"A": "对", "B": "错"}})
    file = SimpleUploadedFile("q.json", json.dumps(rows).encode())
    report = client.post("/training/desk/import/", {"file": file, "import.subject": "公共"})
    assert "新增 3 题" in report.content.decode()
    assert "不在选项中" in report.content.decode()
    exam = {
        "title": "资格考试", "parts": "公共；判断；2", "minutes": "60", "pass_mark": "60", "attempts": "2",
        "hours": "4", "qualifies": "true", "opens_on": ISO, "closes_on": ISO,
    }  # fmt: skip
    assert client.post("/training/desk/exam/", sent("exam", {**exam, "parts": "公共 2"})).status_code == 422
    assert client.post("/training/desk/exam/", sent("exam", exam)).status_code == 302


def test_an_examination_is_sat_from_the_application_to_the_certificate(cast: Cast, at_desk: SignIn) -> None:
    """Applied, approved by the head, sat with answers saved on the way, graded, and the certificate issued."""
    novice = make_person("novice", "新", "officer")
    admin, own = at_desk(cast.admin), at_desk(novice)
    bank_and_exam(admin)
    applied = sent("apply", {"fields": ["urban"], "reason": "新录用"})
    assert own.post("/training/apply/", applied).status_code == 302
    assert own.post("/training/apply/", applied).status_code == 422
    (waiting,) = at_desk(cast.head).get("/training/board/").context["applications"]
    decided = at_desk(cast.head).post(f"/training/applications/{waiting.row.pk}/", {"approved": "true"})
    assert decided.status_code == 302
    issue = sent("issue", {
        "number": "16041048109999", "issuer": "省政府", "fields": ["urban"], "valid_from": ISO,
        "valid_until": (TODAY + timedelta(days=1800)).isoformat(), "exam_proof": "",
    })  # fmt: skip
    assert "没有通过执法资格考试" in admin.post("/people/novice/certificates/", issue).content.decode()
    sitting = own.post(f"/training/exams/{exams_set()[0].pk}/")["Location"]
    right = {"q.1": "A", "q.2": "A"}
    assert own.post(f"{sitting}save", right).status_code == 200
    assert at_desk(cast.officer).get(sitting).status_code == 404
    assert own.post(sitting, right).status_code == 302
    assert own.post(f"{sitting}save", {"q.1": "B"}).status_code == 409
    assert "100 分，合格" in own.get(sitting).content.decode()
    assert exams.passed_exam(novice) is not None
    assert hours.balance_of(novice, TODAY.year).hours == 4
    assert admin.post("/people/novice/certificates/", issue).status_code == 302
    assert own.get("/training/hours.pdf").content[:4] == b"%PDF"


def test_a_course_is_read_tested_and_counted(cast: Cast, at_desk: SignIn) -> None:
    """Wrong answers come back with the provisions; right ones count; the head sees who is short."""
    client = at_desk(cast.officer)
    course = client.get("/training/").context["courses"][0][0]
    address = client.post(f"/training/courses/{course.code}/")["Location"]
    asked = client.get(address).context["quiz"].asked
    assert client.post(address, {"q.1": "Z"}).status_code == 422
    right = {f"q.{n}": one["answer"] for n, one in enumerate(asked, 1)}
    assert client.post(address, right).status_code == 302
    lines = at_desk(cast.head).get("/training/board/").context["lines"]
    assert {one.person.username: one.hours for one in lines}["officer"] == course.hours


def test_counsel_gives_an_opinion_in_a_review_and_nobody_else(cast: Cast, at_desk: SignIn) -> None:
    """Noted as counsel by the administrator he is on the list; an officer may not note it."""
    assert at_desk(cast.officer).post("/people/clerk/post/", {"counsel": "true"}).status_code == 403
    assert authority.counsel_among(BUREAU) == set()
    assert at_desk(cast.admin).post("/people/clerk/post/", {"counsel": "true"}).status_code == 302
    assert authority.counsel_among(BUREAU) == {"clerk"}
    page = at_desk(cast.officer).get("/people/reviewers/").content.decode()
    assert "庚" in page
