"""Visits: laid out by the draw, closed until they start, ordinary cases from then on with nothing to type twice."""

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mingjing.cases.models import Act, Case
from mingjing.cases.selectors import case_by_own_code, facts_of, next_acts
from mingjing.cases.services import ActRefused, Deed, record_act
from mingjing.evidence.selectors import evidence_of
from mingjing.evidence.services import receive_upload
from mingjing.inspections.models import InspectedObject, Register, Scheme, VisitStart, VisitTask
from mingjing.inspections.planning.caps import Visits, visits_this_year
from mingjing.inspections.planning.items import note_caps
from mingjing.inspections.visiting.carrying import refer_violation
from mingjing.inspections.visiting.sheets import fill_sheet
from mingjing.inspections.visiting.visits import (
    VisitRefused,
    approve_scheme,
    assign,
    begin_visit,
)
from mingjing.kit.clock import BEIJING, legal_day
from tests.append_only import guards_lifted
from tests.cast import JUSTICE, make_agency, make_officer, make_person
from tests.onsite.phone import photo
from tests.twins import at_once

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person
    from tests.cast import Cast

FIRM = "91410481MA40C2BB52"
ITEM = {
    "code": "JC-041",
    "title": "餐饮场所燃气使用安全检查",
    "published": True,
    "ranks": ["administrative_regulation"],
    "cap": 2,
    "clauses": [
        {
            "question": "燃气泄漏报警装置是否安装并正常使用",
            "law": "城镇燃气管理条例",
            "article": "第二十八条第一款",
            "photo": True,
        },
        {"question": "连接软管是否合格", "law": "城镇燃气管理条例", "article": "第二十七条第一款"},
    ],
}
SCHEME = {
    "item": ITEM,
    "mode": "on_site",
    "onsite_reason": "须现场查看报警装置和软管。",
    "merged": True,
    "officer_opinion": "建议检查。",
    "opinion": "同意。",
}
SPECIAL = {
    "special_plan_name": "燃气安全专项检查",
    "special_plan_reason": "事故多发",
    "special_plan_approver": "舞钢市人民政府",
    "special_plan_approver_kind": "government",
    "special_plan_approved_on": "2026-01-05",
    "special_plan_filed_on": "2026-01-06",
    "special_plan_until": "2099-12-31",
}
FINE = [{"answer": "yes"}, {"answer": "yes"}]
BROKEN = [{"answer": "no", "note": "报警装置已断电"}, {"answer": "yes"}]


@pytest.fixture
def firm(cast: "Cast") -> InspectedObject:
    """One firm of the register."""
    register = Register.objects.create(region="410481", salt=b"s" * 32)
    return InspectedObject.objects.create(
        register=register,
        public_id=FIRM,
        kind="firm",
        name="舞钢市恒泰餐饮有限公司",
        risk="C",
        address="舞钢市温州路9号",
        mark=1,
        changed_at=timezone.now(),
    )


@pytest.fixture
def scheme(cast: "Cast") -> Scheme:
    """What the head has approved."""
    return approve_scheme(agency=cast.bureau, campaign=None, raw=SCHEME, by=cast.head, at=timezone.now())


@pytest.fixture
def task(cast: "Cast", firm: InspectedObject, scheme: Scheme) -> VisitTask:
    """A visit because of a complaint."""
    return assigned(cast, scheme)


def assigned(cast: "Cast", scheme: Scheme, trigger: str = "complaint") -> VisitTask:
    now = timezone.now()
    return assign(
        scheme=scheme,
        object_id=FIRM,
        trigger=trigger,
        reason="举报编号 12345-0001",
        inspectors=cast.two,
        due=legal_day(now) + timedelta(days=5),
        by=cast.clerk,
        at=now,
    )


def test_a_visit_is_an_ordinary_case_with_everything_filled_in(cast: "Cast", task: VisitTask) -> None:
    """Agency, item, grounds, object, inspectors and the count of visits come from what the system holds."""
    start = begin_visit(task=task, by=cast.officer, at=timezone.now())
    case = case_by_own_code(start.case_code)
    facts = facts_of(case)
    assert (case.procedure, case.party_name) == ("inspection", "舞钢市恒泰餐饮有限公司")
    assert facts["party_uscc"] == FIRM
    assert facts["handlers"] == cast.two
    assert facts["inspection_grounds"][0]["law"] == "城镇燃气管理条例"
    assert "本机关第 1 次、全部部门第 1 次" in facts["frequency_note"]
    assert "inspection_notice_issued" in {one.kind for one in next_acts(case, timezone.now()) if one.allowed}
    assert begin_visit(task=task, by=cast.officer2, at=timezone.now()) == start


def test_the_notice_may_follow_in_the_very_minute_of_the_start(cast: "Cast", task: VisitTask) -> None:
    """Forms ask for the minute: the approval that the start brings does not stand after a notice written at once."""
    now = timezone.now()
    at = (now - timedelta(minutes=2)).replace(second=41)
    start = begin_visit(task=task, by=cast.officer, at=at)
    facts = {"discipline_told": True, "recusal_told": True, "rights_told": True}
    deed = Deed(
        kind="inspection_notice_issued", facts=facts, performers=cast.two, by=cast.officer,
        done_at=at.replace(second=0, microsecond=0),
    )  # fmt: skip
    record_act(case=case_by_own_code(start.case_code), deed=deed, once="n" * 32)


def test_only_whom_the_task_names_begins_it(cast: "Cast", task: VisitTask) -> None:
    """Somebody else is refused and nothing is opened."""
    with pytest.raises(VisitRefused, match="没有派给您"):
        begin_visit(task=task, by=cast.outsider, at=timezone.now())
    assert not VisitStart.objects.exists()
    assert not Case.objects.exists()


def test_the_cap_counts_every_visit_and_excepts_what_the_law_excepts(cast: "Cast", task: VisitTask) -> None:
    """A third visit of the plan is refused by the rule, one because of a complaint is not."""
    scheme = task.scheme
    assert scheme is not None
    for one in (task, assigned(cast, scheme), assigned(cast, scheme)):
        begin_visit(task=one, by=cast.officer, at=timezone.now())
    year = legal_day(timezone.now()).year
    assert visits_this_year("410481", FIRM, year=year, agency=cast.bureau) == Visits(own=3, all=3)
    raw = SCHEME | {"special": SPECIAL}
    planned = approve_scheme(agency=cast.bureau, campaign=None, raw=raw, by=cast.head, at=timezone.now())
    with pytest.raises(ActRefused, match="上限 2 次"):
        begin_visit(task=assigned(cast, planned, "special_plan"), by=cast.officer, at=timezone.now())
    assert VisitStart.objects.count() == 3


def test_nothing_begins_without_a_reason_or_an_approval(
    cast: "Cast", firm: InspectedObject, scheme: Scheme
) -> None:
    """A task outside the draw says why; only a head approves; an item that is not published is refused."""
    with pytest.raises(VisitRefused, match="写明理由"):
        assign(
            scheme=scheme,
            object_id=FIRM,
            trigger="complaint",
            reason=" ",
            inspectors=cast.two,
            due=date(2099, 1, 1),
            by=cast.clerk,
            at=timezone.now(),
        )
    with pytest.raises(VisitRefused, match="负责人批准"):
        approve_scheme(agency=cast.bureau, campaign=None, raw=SCHEME, by=cast.clerk, at=timezone.now())
    hidden = SCHEME | {"item": ITEM | {"published": False}}
    with pytest.raises(VisitRefused, match="没有列入公布的清单"):
        approve_scheme(agency=cast.bureau, campaign=None, raw=hidden, by=cast.head, at=timezone.now())


def test_a_check_form_holds_every_answer_and_agrees_with_its_result(cast: "Cast", task: VisitTask) -> None:
    """What is not met is described; then the result cannot say that nothing was found."""
    begin_visit(task=task, by=cast.officer, at=timezone.now())
    fill: Callable[..., Any] = lambda answers, result: fill_sheet(  # noqa: E731
        task=task, answers=answers, result=result, by=cast.officer, at=timezone.now()
    )
    with pytest.raises(VisitRefused, match="没有填写"):
        fill([{"answer": "yes"}, {}], "1")
    with pytest.raises(VisitRefused, match="写明看到的情况"):
        fill([{"answer": "no"}, {"answer": "yes"}], "D")
    with pytest.raises(VisitRefused, match="不能是没有发现问题"):
        fill(BROKEN, "1")
    assert fill(FINE, "1").result == "1"


def test_a_violation_opens_a_penalty_case_with_everything_carried_over(cast: "Cast", task: VisitTask) -> None:
    """The visit's file names the new case, the new case the party, the facts and the articles; once only."""
    start = begin_visit(task=task, by=cast.officer, at=timezone.now())
    with pytest.raises(VisitRefused, match="先填写检查表"):
        refer_violation(start=start, by=cast.officer, at=timezone.now())
    fill_sheet(task=task, answers=BROKEN, result="D", by=cast.officer, at=timezone.now())
    with pytest.raises(ActRefused):
        refer_violation(start=start, by=cast.officer, at=timezone.now())  # nothing is on record yet
    assert Case.objects.count() == 1
    on_site(cast, start)
    opened = refer_violation(start=start, by=cast.officer, at=timezone.now())
    facts = facts_of(opened)
    assert (opened.procedure, facts["party_name"]) == ("ordinary", "舞钢市恒泰餐饮有限公司")
    assert "报警装置已断电" in facts["clue_text"]
    assert facts["place"] == "舞钢市温州路9号"
    noted = facts_of(case_by_own_code(start.case_code))
    assert noted["violated"] == [{"law": "城镇燃气管理条例", "article": "第二十八条第一款"}]
    assert [one.digest for one in evidence_of(opened.code)] == [
        one.digest for one in evidence_of(start.case_code)
    ]
    assert refer_violation(start=start, by=cast.officer, at=timezone.now()) == opened


def on_site(cast: "Cast", start: VisitStart) -> None:
    """Notice, service, entry and record, by the same services as at a desk."""
    case, now = case_by_own_code(start.case_code), timezone.now()
    shot = receive_upload(
        BytesIO(photo("onsite")),
        dossier=case.code,
        agency=cast.bureau.code,
        by="officer",
        title="现场照片",
        original_name="shot.jpg",
        legal_kind="audiovisual",
        side="against",
        taken_by="甲",
        taken_at=now,
        log_code=case.log_code,
    )
    place, told = "舞钢市温州路9号", {"discipline_told": True, "recusal_told": True}
    served = {
        "service_document": "inspection_notice_issued",
        "service_method": "direct",
        "service_place": place,
    }
    entered = {"credential_confirmed": True, "assistants_on_site": 0, "assistants_inspected": False}
    moment = now.astimezone(BEIJING).isoformat(timespec="minutes")
    steps: list[tuple[str, dict[str, Any]]] = [
        ("inspection_notice_issued", {**told, "rights_told": True}),
        ("document_served", {**served, "receiver_name": "赵国强", "receiver_relation": "representative"}),
        (
            "inspection_entered",
            {
                **told,
                **entered,
                "entered_at": moment,
                "act_place": place,
                "entry_scan": "on_the_spot",
                "entry_code": FIRM,
            }
            | {"credential_shown": True, "party_present": True, "representative_demanded": False},
        ),
        (
            "inspection_recorded",
            {"started_at": moment, "ended_at": moment, "act_place": place, "credential_shown": True}
            | {"rights_told": True, "recusal_told": True, "party_present": True, "party_signed": True}
            | {"inspection_finding": "报警装置已断电。", "no_recording_reason": "设备故障"},
        ),
    ]
    for kind, facts in steps:
        deed = Deed(
            kind=kind,
            facts=facts,
            performers=cast.two,
            by=cast.officer,
            done_at=timezone.now(),
            evidence=[shot.digest],
        )
        record_act(case=case, deed=deed, once=secrets.token_hex(16))


def test_what_was_begun_and_opened_is_never_changed(cast: "Cast", task: VisitTask) -> None:
    """The database refuses it, whoever asks."""
    begin_visit(task=task, by=cast.officer, at=timezone.now())
    for table in ("inspections_visitstart", "inspections_scheme"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


# --- one count --------------------------------------------------------------------------------


def handed_to(agency: "Agency", start: VisitStart) -> None:
    """Let a visit be another department's, with the acts that carry their agency."""
    with guards_lifted(connection):
        Act.objects.filter(case__code=start.case_code).update(agency=agency)
        Case.objects.filter(code=start.case_code).update(agency=agency)


def test_visits_are_counted_once_over_all_departments(cast: "Cast", task: VisitTask, scheme: Scheme) -> None:
    """Begun by this bureau or approved by another, by credit code; called off or from afar they do not count."""
    now = timezone.now()
    year, market = legal_day(now).year, make_agency("410481-market", "舞钢市市场监督管理局", field="market")

    def count() -> Visits:
        return visits_this_year("410481", FIRM, year=year, agency=cast.bureau)

    assert count() == Visits(own=0, all=0)
    start = begin_visit(task=task, by=cast.officer, at=now)
    assert count() == Visits(own=1, all=1)
    on_site(cast, start)  # the same visit, now with somebody there
    assert count() == Visits(own=1, all=1)
    foreign = begin_visit(task=assigned(cast, scheme), by=cast.officer, at=now)
    handed_to(market, foreign)
    assert count() == Visits(own=1, all=2)
    again = case_by_own_code(begin_visit(task=assigned(cast, scheme), by=cast.officer, at=now).case_code)
    assert count() == Visits(own=2, all=3)
    off = {"call_off_ground": "not_operating", "call_off_reason": "企业已停业", "approval_opinion": "同意"}
    deed = Deed(
        kind="inspection_called_off", facts=off, performers=["head"], by=cast.head, done_at=timezone.now()
    )
    record_act(case=again, deed=deed, once="off")
    papers = SCHEME | {"mode": "documents"}
    afar = approve_scheme(agency=cast.bureau, campaign=None, raw=papers, by=cast.head, at=now)
    begin_visit(task=assigned(cast, afar), by=cast.officer, at=timezone.now())
    assert count() == Visits(own=1, all=2)
    assert visits_this_year("410481", FIRM, year=year - 1) == Visits(own=0, all=0)


def test_visits_of_other_departments_use_up_the_cap_of_the_authority_above(
    cast: "Cast", task: VisitTask, scheme: Scheme
) -> None:
    """One visit a year, and another department was there: a special inspection stays closed, a complaint goes."""
    note_caps([{"name": "检查", "object": "企业", "cap": "1"}], version=1, agency=cast.justice)
    start = begin_visit(task=task, by=cast.officer, at=timezone.now())
    market = make_agency("410481-market", "舞钢市市场监督管理局", field="market")
    handed_to(market, start)
    raw = SCHEME | {"special": SPECIAL}
    planned = approve_scheme(agency=cast.bureau, campaign=None, raw=raw, by=cast.head, at=timezone.now())
    closed = assigned(cast, planned, "special_plan")
    with pytest.raises(VisitRefused, match="各部门已检查 1 次，公布的上限 1 次"):
        begin_visit(task=closed, by=cast.officer, at=timezone.now())
    assert not hasattr(closed, "start")
    assert begin_visit(task=assigned(cast, scheme), by=cast.officer, at=timezone.now()).before_all == 1


def department(name: str) -> tuple["Agency", "Person", "Person", list["Person"]]:
    """Another agency of the county, under the same authority: its head, its clerk, two officers."""
    code = f"410481-{name}"
    body = make_agency(code, name, parent=JUSTICE)
    head, clerk = (make_person(f"{name}-{role}", role, role, code) for role in ("head", "clerk"))
    return body, head, clerk, [make_officer(f"{name}-{n}", f"员{n}", code) for n in range(2)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on_postgresql
def test_of_two_last_visits_at_once_one_takes_place(cast: "Cast", firm: InspectedObject) -> None:
    """One visit a year, and two departments begin at the same moment: the second waits, and is refused."""
    note_caps([{"name": "检查", "object": "企业", "cap": "1"}], version=1, agency=cast.justice)
    raw, now, jobs = SCHEME | {"special": SPECIAL}, timezone.now(), []
    for name in ("one", "two"):
        body, head, clerk, officers = department(name)
        scheme = approve_scheme(agency=body, campaign=None, raw=raw, by=head, at=now)
        task = assign(
            scheme=scheme,
            object_id=FIRM,
            trigger="special_plan",
            reason="专项检查",
            inspectors=[one.username for one in officers],
            due=legal_day(now) + timedelta(days=5),
            by=clerk,
            at=now,
        )
        jobs.append(lambda task=task, by=officers[0]: begin_visit(task=task, by=by, at=timezone.now()))
    one, other = at_once(*jobs, before='INSERT INTO "inspections_visitstart"')
    assert isinstance(one, VisitStart), one
    assert "上限 1 次" in str(other)
    assert VisitStart.objects.count() == 1
