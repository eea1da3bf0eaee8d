"""From an item to a draw: what must be public, approved, filed and below the cap before anybody is drawn."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from mingjing.cli.demo.firms import credit_code
from mingjing.inspections.ceremony import begin_campaign, declare
from mingjing.inspections.models import Avoidance, InspectedObject, InspectionItem, PlanStep, YearPlan
from mingjing.inspections.planning import caps, items, joint, plans, specials
from mingjing.inspections.planning.caps import CapRefused, Visits
from mingjing.inspections.planning.items import ItemRefused
from mingjing.inspections.planning.plans import PlanRefused
from mingjing.inspections.planning.specials import Approval, SpecialTerms
from mingjing.inspections.planning.terms import terms_for
from mingjing.inspections.register.inspectors import (
    AvoidanceRefused,
    disclose,
    end_avoidance,
    hints,
    inspectors_for,
)
from mingjing.inspections.register.lists import roster_of
from tests.cast import make_officer, make_person
from tests.inspections.planning import (
    AT,
    BEGINS,
    ENDS,
    MARKET,
    filed,
    line,
    market,
    planned,
    public,
    stocked,
    terms,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cast import Cast


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: "Path") -> None:
    settings.MINGJING_HOME = tmp_path


# --- items ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"basis": "《没有这部法》第一条"}, "抽查依据："),
        ({"clauses": []}, "检查内容：至少 1 条"),
        ({"clauses": [items.Clause("问", "凭经验", "fit")]}, "检查内容第 1 条：没有写明法律依据"),
        ({"ratios": {"C": "11"}}, "C 类抽查比例 11% 超过一般检查事项的上限 10%"),
        ({"ratios": {"A": "0"}}, "至少有一个风险等级大于 0"),
        ({"ratios": {"A": "一成"}}, "A 类抽查比例：请填 0 至 100 的数"),
        ({"way": ""}, "抽查方式：请选择"),
    ],
)
def test_an_item_that_cannot_stand_is_refused(cast: "Cast", changed: dict[str, Any], said: str) -> None:
    """Law that is not in the statute book, no clause, a ratio above the ceiling: named, and nothing is written."""
    with pytest.raises(ItemRefused, match=said):
        items.save_item(terms=terms(**changed), by=cast.clerk, at=AT)
    assert not InspectionItem.objects.exists()


def test_a_key_item_has_no_ceiling(cast: "Cast") -> None:
    """The ratio that a general item may not have, a key item may; only who drafts items may write either."""
    assert items.save_item(terms=terms(ratios={"C": "11"}, key=True), by=cast.clerk, at=AT).version == 1
    with pytest.raises(ItemRefused, match="没有起草抽查事项的权限"):
        items.save_item(terms=terms(), by=cast.officer, at=AT)


def test_an_item_that_was_public_changes_by_a_new_version_that_is_not(cast: "Cast") -> None:
    """A draft is overwritten; what the public has read stays, and goes on holding until the next is public."""
    item = items.save_item(terms=terms(), by=cast.clerk, at=AT)
    assert items.save_item(terms=terms(note="补充"), by=cast.clerk, at=AT, code=item.code).version == 1
    public(item)
    second = items.save_item(terms=terms(note="再改"), by=cast.clerk, at=AT, code=item.code)
    assert (second.version, second.published_in) == (2, None)
    assert items.public_item(cast.bureau, item.code).version == 1
    items.note_published({}, agency=cast.bureau)
    with pytest.raises(ItemRefused, match="没有列入现行公布的随机抽查事项清单"):
        items.public_item(cast.bureau, item.code)


# --- the plan ---------------------------------------------------------------------------------------


def test_an_item_that_is_not_public_is_not_planned_and_a_public_one_is(cast: "Cast") -> None:
    """The line is refused with what would mend it; once the list is public it is taken."""
    item = items.save_item(terms=terms(), by=cast.clerk, at=AT)
    plan = plans.begin_plan(year=2026, by=cast.clerk, at=AT)
    with pytest.raises(PlanRefused, match="不能列入计划"):
        plans.set_line(plan=plan, terms=line(item), by=cast.clerk, at=AT)
    assert not plan.lines.exists()
    public(item)
    assert plans.set_line(plan=plan, terms=line(item), by=cast.clerk, at=AT) is not None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"begins": date(2026, 6, 1)}, "开始日期晚于结束日期"),
        ({"ends": date(2027, 1, 1)}, "应在 2026 年内"),
        ({"ratios": {"D": "31"}}, "超过一般检查事项的上限 30%"),
        ({"members": ["410482-urban"]}, "本地区没有代码为"),
    ],
)
def test_a_line_that_cannot_stand_is_refused(cast: "Cast", changed: dict[str, Any], said: str) -> None:
    """Days outside the year, a ratio above the ceiling, a department of elsewhere."""
    item = public(items.save_item(terms=terms(), by=cast.clerk, at=AT))
    plan = plans.begin_plan(year=2026, by=cast.clerk, at=AT)
    with pytest.raises(PlanRefused, match=said):
        plans.set_line(plan=plan, terms=line(item, **changed), by=cast.clerk, at=AT)
    assert not plan.lines.exists()


def test_nobody_approves_the_plan_that_he_wrote_and_an_approved_plan_is_not_rewritten(cast: "Cast") -> None:
    """The head who added a line is refused, another approves; a change needs a reason and a new approval."""
    item = public(items.save_item(terms=terms(), by=cast.clerk, at=AT))
    plan = plans.begin_plan(year=2026, by=cast.clerk, at=AT)
    plans.set_line(plan=plan, terms=line(item), by=cast.head, at=AT)
    with pytest.raises(PlanRefused, match="起草人不能批准"):
        plans.approve_plan(plan=plan, by=cast.head, at=AT)
    with pytest.raises(PlanRefused, match="没有办理检查计划这一步的权限"):
        plans.approve_plan(plan=plan, by=cast.clerk, at=AT)
    plans.approve_plan(plan=plan, by=make_person("deputy", "副", "head"), at=AT)
    with pytest.raises(PlanRefused, match="已批准，不能直接修改"):
        plans.set_line(plan=plan, terms=line(item), by=cast.clerk, at=AT)
    plans.reopen_plan(plan=plan, reason="企业反映频次偏高", by=cast.clerk, at=AT)
    assert plans.set_line(plan=plan, terms=line(item), by=cast.clerk, at=AT) is not None
    step = PlanStep.objects.filter(kind="approved").get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanStep.objects.filter(pk=step.pk).update(reason="另一理由")


def test_a_line_is_carried_out_only_when_its_plan_is_filed_and_public(cast: "Cast") -> None:
    """Approved is not filed, filed is not public; when it is both, a draw can be declared with what it gives."""
    stocked()
    item = public(items.save_item(terms=terms(), by=cast.clerk, at=AT))
    plan = plans.begin_plan(year=2026, by=cast.clerk, at=AT)
    task = plans.set_line(plan=plan, terms=line(item), by=cast.clerk, at=AT)
    assert task is not None
    plans.approve_plan(plan=plan, by=cast.head, at=AT)
    for said in ("还没有备案", "不在现行公布的年度检查计划里"):
        with pytest.raises(PlanRefused, match=said):
            terms_for(plans.line_of(cast.bureau, task.pk), BEGINS, ENDS, by=cast.clerk, at=AT)
        if said == "还没有备案":
            plans.file_plan(plan=plan, filed_with="舞钢市司法局", filing_no="1号", by=cast.clerk, at=AT)
    plans.note_published({task.pk: 1}, agency=cast.bureau, year=2026)
    listed, told = terms_for(plans.line_of(cast.bureau, task.pk), BEGINS, ENDS, by=cast.clerk, at=AT)
    campaign = begin_campaign(
        agency=cast.bureau, title="春季", begins=BEGINS, ends=ENDS, by=cast.clerk, at=AT
    )
    draw = declare(campaign=campaign, listed=listed, terms=told, by=cast.clerk, at=AT)
    assert draw.declaration["parties"] == ["舞钢市城市管理局", "舞钢市司法局"]


def test_how_many_are_drawn_follows_from_the_ratios_and_who_is_sent_from_the_certificates(
    cast: "Cast",
) -> None:
    """A tenth of C and three tenths of D, rounded up, of firms in business; two officers hold good certificates."""
    plan = planned(cast)
    listed, told = terms_for(plans.lines_of(plan)[0], BEGINS, ENDS, by=cast.clerk, at=AT)
    rows = InspectedObject.objects.filter(state="active")
    sizes = {risk: rows.filter(risk=risk).count() for risk in "CD"}
    assert {one["name"]: one["take"] for one in told["strata"]} == {
        "C类": -(-sizes["C"] // 10),
        "D类": -(-sizes["D"] * 3 // 10),
    }
    assert roster_of(listed, "C类").size == sizes["C"]
    assert len(told["inspectors"]) == 2
    assert any("抽取比例：C类 10%，D类 30%" in one for one in listed.conditions)
    with pytest.raises(PlanRefused, match="应在计划的"):
        terms_for(plans.lines_of(plan)[0], BEGINS, date(2026, 7, 1), by=cast.clerk, at=AT)


# --- special inspections ----------------------------------------------------------------------------


def test_a_special_inspection_waits_for_the_government_above_and_for_its_filing(cast: "Cast") -> None:
    """Asked for, it cannot begin; the bureau cannot approve its own; approved and filed it can."""
    stocked()
    item = public(items.save_item(terms=terms(), by=cast.clerk, at=AT))
    asked = specials.ask_special(
        terms=SpecialTerms("油烟专项", "群众反映集中", item.code, {"D": "30"}, BEGINS, ENDS),
        by=cast.clerk,
        at=AT,
    )
    approval = Approval("舞钢市人民政府", "government", "舞政函〔2026〕3号", date(2026, 3, 1))

    def begun() -> Any:
        asked.refresh_from_db()
        return terms_for(asked, BEGINS, ENDS, by=cast.clerk, at=AT)

    with pytest.raises(PlanRefused, match="还没有经上级人民政府批准"):
        begun()
    with pytest.raises(PlanRefused, match="请由上级人民政府"):
        specials.approve_special(special=asked.pk, approval=approval, by=cast.head, at=AT)
    own = Approval("舞钢市城市管理局", "own_agency", "1号", date(2026, 3, 1))
    with pytest.raises(PlanRefused, match="不能由本机关批准"):
        specials.approve_special(special=asked.pk, approval=own, by=cast.supervisor, at=AT)
    specials.approve_special(special=asked.pk, approval=approval, by=cast.supervisor, at=AT)
    with pytest.raises(PlanRefused, match="还没有备案"):
        begun()
    specials.file_special(special=asked.pk, filing_no="舞检备〔2026〕2号", by=cast.clerk, at=AT)
    _, told = begun()
    assert [one["name"] for one in told["strata"]] == ["D类"]
    assert specials.specials_in(cast.bureau, 2026) == 1


# --- caps -------------------------------------------------------------------------------------------


@pytest.fixture
def visited_often(monkeypatch: pytest.MonkeyPatch, cast: "Cast") -> dict[str, Any]:
    """Firm 8 was visited twice by two departments, firm 1 once; the caps say twice a year."""
    items.note_caps([{"name": "检查", "object": "企业", "cap": "2"}], version=1, agency=cast.bureau)
    told = {credit_code(8): {cast.bureau.pk: 1, 999: 1}, credit_code(1): {cast.bureau.pk: 1}}
    monkeypatch.setattr(
        caps, "visited", lambda region, year, agencies, codes=None: {
            one: times for one, times in told.items() if codes is None or one in codes
        },
    )  # fmt: skip
    return told


def test_a_firm_at_its_cap_is_left_out_of_the_list_before_it_is_committed(
    cast: "Cast", visited_often: dict[str, Any]
) -> None:
    """Visits of all departments count together; the public reads how many are left out and why."""
    item = public(items.save_item(terms=terms(), by=cast.clerk, at=AT))
    stocked()
    InspectedObject.objects.filter(public_id__in=visited_often).update(risk="C", state="active")
    plan = plans.begin_plan(year=2026, by=cast.clerk, at=AT)
    plans.set_line(plan=plan, terms=line(item), by=cast.clerk, at=AT)
    plan = filed(plan, author=cast.clerk, head=cast.head)
    listed, _ = terms_for(plans.lines_of(plan)[0], BEGINS, ENDS, by=cast.clerk, at=AT)
    roster = roster_of(listed, "C类")
    assert roster.place_of(credit_code(8)) is None
    assert roster.place_of(credit_code(1)) is not None
    assert "不列入 1 个：本年度检查次数已达公布的上限 2 次" in listed.conditions


def test_at_the_cap_only_an_exception_with_its_reason_lets_a_visit_happen(
    cast: "Cast", visited_often: dict[str, Any]
) -> None:
    """A plan or a draw does not; a complaint does when the reason is stated, and far beyond the cap it is told."""
    stocked(10)

    def ask(number: int, trigger: str, reason: str = "") -> Any:
        code = credit_code(number)
        return caps.check_cap(cast.bureau, "410481", code, trigger=trigger, reason=reason, on=AT.date())

    assert not ask(1, "plan").reached
    for trigger, reason, said in (("plan", "理由", "不能再查"), ("complaint", " ", "请写明理由")):
        with pytest.raises(CapRefused, match=said):
            ask(8, trigger, reason)
    let = ask(8, "complaint", "12345 转来油烟扰民投诉")
    assert let.visits == Visits(own=1, all=2)
    assert not let.clearly_exceeded
    visited_often[credit_code(8)] = {999: 3}
    assert ask(8, "complaint", "再次投诉").clearly_exceeded


def test_the_cap_of_the_authority_above_binds_all_departments(cast: "Cast") -> None:
    """A higher figure of the bureau's own does not count, a lower does; a row that names a class speaks of it alone."""
    items.note_caps([{"name": "检查", "object": "企业", "cap": "4"}], version=1, agency=cast.bureau)
    assert caps.cap_of(cast.bureau, "A") == 4
    rows = [
        {"name": "检查", "object": "各类企业", "cap": "3"},
        {"name": "检查", "object": "A类企业", "cap": "1"},
    ]
    items.note_caps(rows, version=1, agency=cast.justice)
    assert {risk: caps.cap_of(cast.bureau, risk) for risk in "AD"} == {"A": 1, "D": 3}
    items.note_caps([{"name": "检查", "object": "企业", "cap": "2"}], version=2, agency=cast.bureau)
    assert {risk: caps.cap_of(cast.bureau, risk) for risk in "AD"} == {"A": 1, "D": 2}
    assert caps.cap_of(cast.elsewhere, "A") is None


# --- inspectors -------------------------------------------------------------------------------------


def test_only_certificates_valid_on_every_day_send_anybody_and_the_others_are_told_why(cast: "Cast") -> None:
    """The lapsed certificate and the one without the field are left out with the reason."""
    corps = inspectors_for(cast.bureau, {"urban"}, BEGINS, ENDS)
    assert sorted(corps.names.values()) == ["乙", "甲"]
    assert [(one.name, one.reason[:10]) for one in corps.left_out] == [("戊", "执法证在检查期间不是")]
    reasons = {one.name: one.reason for one in inspectors_for(cast.bureau, {"market"}, BEGINS, ENDS).left_out}
    assert reasons["甲"] == "执法证不包括市场监管领域"
    assert len(inspectors_for(cast.bureau, set(), BEGINS, date(2031, 1, 1)).inspectors) == 0


def test_a_relation_is_disclosed_ended_by_somebody_else_and_never_removed(cast: "Cast") -> None:
    """The officer tells of himself, the clerk of anybody; a stranger of nobody; the draw then avoids the pair."""
    plan = planned(cast)
    code = (
        InspectedObject.objects.filter(risk="D", state="active").values_list("public_id", flat=True).first()
    )
    told: Any = {"username": cast.officer.username, "public_id": code, "ground": "配偶经营", "at": AT}
    with pytest.raises(AvoidanceRefused, match="只能由本人申报"):
        disclose(by=cast.officer2, **told)
    row = disclose(by=cast.officer, **told)
    with pytest.raises(AvoidanceRefused, match="已经登记过"):
        disclose(by=cast.clerk, **told)
    _, said = terms_for(plans.lines_of(plan)[0], BEGINS, ENDS, by=cast.clerk, at=AT)
    assert said["staffing"]["avoid"] == [[row.certificate, code]]
    with pytest.raises(AvoidanceRefused, match="核实后解除"):
        end_avoidance(avoidance=row.pk, by=cast.officer, at=AT)
    end_avoidance(avoidance=row.pk, by=cast.clerk, at=AT)
    assert Avoidance.objects.get().ended_by == cast.clerk.username
    _, said = terms_for(plans.lines_of(plan)[0], BEGINS, ENDS, by=cast.clerk, at=AT)
    assert said["staffing"]["avoid"] == []


def test_a_head_of_the_same_name_is_only_a_hint(cast: "Cast") -> None:
    """It is told to the office and changes nothing until somebody has spoken."""
    stocked(5)
    InspectedObject.objects.filter(public_id=credit_code(3)).update(representative="甲")
    assert [(one.officer, one.public_id) for one in hints(cast.bureau)] == [("甲", credit_code(3))]
    assert not Avoidance.objects.exists()
    disclose(username="officer", public_id=credit_code(3), ground="本人", by=cast.clerk, at=AT)
    assert hints(cast.bureau) == []


# --- one visit for several departments --------------------------------------------------------------


def _of_market(cast: "Cast") -> YearPlan:
    market(cast)
    clerk = make_person("clerk.market", "市", "clerk", agency=MARKET)
    head = make_person("head.market", "长", "head", agency=MARKET)
    make_officer("officer.market", "场", agency=MARKET)
    item = public(items.save_item(terms=terms(name="明厨亮灶抽查", industries=["餐饮业"]), by=clerk, at=AT))
    plan = plans.begin_plan(year=2026, by=clerk, at=AT)
    plans.set_line(plan=plan, terms=line(item, name="明厨亮灶", begins=date(2026, 4, 1)), by=clerk, at=AT)
    return filed(plan, author=clerk, head=head)


def test_plans_that_meet_the_same_firms_are_joined_by_consent_into_one_visit(cast: "Cast") -> None:
    """The overlap is found, proposed, accepted; the lead draws for both, the member draws no more of its own."""
    own, other = planned(cast), _of_market(cast)
    (found,) = joint.overlaps(cast.bureau, 2026)
    assert (found.begins, found.ends) == (date(2026, 4, 1), date(2026, 5, 31))
    assert (
        found.objects == InspectedObject.objects.filter(industry="餐饮业", risk="C", state="active").count()
    )
    joint.propose_joint(lead=found.own, others=[found.other], by=cast.clerk, at=AT)
    (waiting,) = joint.waiting_for(other.agency)
    clerk = other.agency.people.get(username="clerk.market")
    with pytest.raises(PlanRefused, match="没有等待本机关答复"):
        joint.answer_joint(member=waiting.pk, accept=True, reason="", by=cast.clerk, at=AT)
    joint.answer_joint(member=waiting.pk, accept=True, reason="", by=clerk, at=AT)
    with pytest.raises(PlanRefused, match="已并入舞钢市城市管理局"):
        terms_for(plans.lines_of(other)[0], date(2026, 4, 1), ENDS, by=clerk, at=AT)
    listed, told = terms_for(plans.lines_of(own)[0], date(2026, 4, 1), ENDS, by=cast.clerk, at=AT)
    assert [one["name"] for one in told["strata"]] == ["C类"]  # restaurants alone
    assert "联合检查：舞钢市市场监督管理局，一次上门" in listed.conditions


def test_a_proposal_that_is_refused_leaves_both_to_themselves(cast: "Cast") -> None:
    """The refusal says why; both draw as planned."""
    own, other = planned(cast), _of_market(cast)
    (found,) = joint.overlaps(cast.bureau, 2026)
    joint.propose_joint(lead=found.own, others=[found.other], by=cast.clerk, at=AT)
    (waiting,) = joint.waiting_for(other.agency)
    clerk = other.agency.people.get(username="clerk.market")
    with pytest.raises(PlanRefused, match="请写明理由"):
        joint.answer_joint(member=waiting.pk, accept=False, reason="", by=clerk, at=AT)
    joint.answer_joint(member=waiting.pk, accept=False, reason="时间不便", by=clerk, at=AT)
    _, told = terms_for(plans.lines_of(own)[0], date(2026, 4, 1), ENDS, by=cast.clerk, at=AT)
    assert len(told["strata"]) == 2
    assert joint.overlaps(cast.bureau, 2026)[0].joint is None
