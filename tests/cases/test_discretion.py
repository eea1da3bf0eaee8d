"""What the system works out while an assessment is tried, and the acts that the law then refuses or allows."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mingjing.cases.models import Act, Case, CaseOutcome
from mingjing.cases.party_record import party_record
from mingjing.cases.rebuild import rebuild
from mingjing.cases.selectors import facts_of
from mingjing.cases.services import ActRefused, Deed, check_act, record_act
from tests.cast import Cast
from tests.stories import step, told

pytestmark = pytest.mark.django_db

ANOTHER = {"party_name": "舞钢市金穗农资有限公司", "party_uscc": "91410481MA40D3CC81"}


def assessment(cast: Cast, **changes: Any) -> tuple[Case, Deed]:
    """A case told until the evidence is there, and its assessment, ready to be recorded with changes."""
    tale, case = told(cast, until="evidence_collected")
    deed = tale.deed(step(tale, "discretion_assessed"), case)
    facts = {name: value for name, value in {**deed.facts, **changes}.items() if value is not None}
    return case, replace(deed, facts=facts)


def then(cast: Cast, case: Case, kind: str, **changes: Any) -> Deed:
    """The next step of the same story, with changes."""
    tale, _ = told(cast, until="evidence_collected")
    deed = tale.deed(step(tale, kind), case)
    facts = {name: value for name, value in {**deed.facts, **changes}.items() if value is not None}
    return replace(deed, facts=facts)


def record(case: Case, *deeds: Deed) -> None:
    """Record acts one after the other."""
    for deed in deeds:
        case.refresh_from_db()
        record_act(case=case, deed=deed, once=f"{case.code}{deed.kind}{case.act_count}")


def test_the_benchmark_gives_tier_and_range_with_every_step(cast: Cast) -> None:
    """60 square metres, mended in time: the bureau's own table gives 2,000 to 8,000 yuan."""
    case, deed = assessment(cast)

    facts = check_act(case=case, deed=deed).facts
    assert (facts["benchmark_low_yuan"], facts["benchmark_high_yuan"]) == ("2000", "8000")
    assert facts["benchmark_tier"] == "lighter"
    assert facts["benchmark_own"] is True
    assert "占用面积：60平方米" in facts["benchmark_steps"]
    assert "《城市管理行政处罚裁量基准》" in facts["discretion_benchmark"]
    assert facts["list_effects"] == ["lighter"]
    assert facts["first_violation"] is True


def test_an_open_question_is_asked_and_gives_no_range(cast: Cast) -> None:
    """Without the area nothing is proposed, and the form says which question is open."""
    case, deed = assessment(cast, discretion_answers=None)

    trial = check_act(case=case, deed=deed)
    assert trial.errors["discretion_answers"] == ["请回答：“占用面积”。"]
    assert trial.facts["benchmark_applied"] is False
    assert "benchmark_low_yuan" not in trial.facts


def test_a_line_that_no_table_has_is_refused(cast: Cast) -> None:
    case, deed = assessment(cast, discretion_item="urban_penalties#nothing")

    assert "没有这一条裁量基准" in check_act(case=case, deed=deed).errors["discretion_item"][0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("benchmark_high_yuan", "90000"), ("earlier_violations", 0), ("first_violation", True)],
)
def test_nobody_types_what_the_system_works_out(cast: Cast, name: str, value: Any) -> None:
    """A value sent for a computed field is refused in Chinese, also where it happens to be right."""
    case, deed = assessment(cast, **{name: value})

    with pytest.raises(ActRefused, match="由系统计算，不能填写"):
        record_act(case=case, deed=deed, once="sent")
    record(case, assessment(cast)[1])
    assert "benchmark_high_yuan" in Act.objects.get(case=case, kind="discretion_assessed").facts


def test_a_tier_that_departs_from_the_table_needs_a_reason(cast: Cast) -> None:
    """Ordinary instead of lighter is refused with the document that says so; argued it is recorded."""
    case, deed = assessment(cast, discretion_tier="ordinary")

    with pytest.raises(ActRefused, match="27号"):
        record_act(case=case, deed=deed, once="bare")
    argued = {**deed.facts, "tier_departure_reason": "另有拒不停止占用的情节。"}
    record(case, replace(deed, facts=argued))


def test_a_fine_above_the_range_is_refused_and_approved_it_is_recorded(cast: Cast) -> None:
    """The notice may not propose 9,000 where the range ends at 8,000, until the head has approved why."""
    case, deed = assessment(cast, proposed_fine_yuan="9000")
    record(case, deed, then(cast, case, "investigation_reported"))
    notice = then(cast, case, "prior_notice_issued")

    with pytest.raises(ActRefused, match=r"第（十二）项"):
        record_act(case=case, deed=notice, once="above")

    approval = Deed(
        kind="benchmark_departure_approved",
        facts={
            "departure_approved_by": "head",
            "departure_reason": "占用时间长达半年，适用基准明显不当。",
            "approval_opinion": "同意调整适用。",
        },
        performers=["head"],
        by=cast.head,
        done_at=notice.done_at,
    )
    record(case, approval, notice)


def test_an_exempt_case_cannot_go_on_without_an_argument(cast: Cast) -> None:
    """Slight, mended and first: article 33 stands against the notice; argued it is issued."""
    case, deed = assessment(cast, harm_degree="slight")
    record(case, deed, then(cast, case, "investigation_reported"))
    notice = then(cast, case, "prior_notice_issued")
    assert "exempt" in facts_of(case)["list_effects"]

    with pytest.raises(ActRefused, match="第三十三条"):
        record_act(case=case, deed=notice, once="exempt")

    argued = {**deed.facts, "exempt_not_applied_reason": "清除后次日又占用同一地点，没有真正改正。"}
    record(case, replace(deed, facts=argued, done_at=notice.done_at), notice)


def test_an_earlier_decision_makes_the_next_violation_no_longer_the_first(cast: Cast) -> None:
    """The record counts, not the officer; another party's decision and a revoked one do not count."""
    told(cast, until="penalty_decided", mark="earlier")
    told(cast, until="penalty_decided", mark="other", **ANOTHER)
    case, deed = assessment(cast)

    facts = check_act(case=case, deed=replace(deed, done_at=_later(deed))).facts
    assert (facts["earlier_violations"], facts["earlier_violations_year"]) == (1, 1)
    assert facts["first_violation"] is False

    CaseOutcome.objects.exclude(case=case).update(standing=False)
    assert check_act(case=case, deed=replace(deed, done_at=_later(deed))).facts["earlier_violations"] == 0


def _later(deed: Deed) -> Any:
    """Some weeks later, when the earlier case was decided."""
    assert deed.done_at is not None
    return deed.done_at.replace(month=deed.done_at.month + 2)


def test_a_decision_on_the_same_day_is_not_an_earlier_one(cast: Cast) -> None:
    """Only what was decided before the day counts; of citizens of one name only the code tells them apart."""
    _, decided = told(cast, until="penalty_decided")
    facts = facts_of(decided)
    row = CaseOutcome.objects.get(case=decided)

    def count(before: date, **changes: Any) -> int:
        return party_record({**facts, **changes}, region="410481", before=before).count

    assert count(row.decided_on) == 0
    assert count(date.fromordinal(row.decided_on.toordinal() + 1)) == 1
    assert count(date(2030, 1, 1), party_uscc="91410481MA40D3CC81", party_name="别的公司") == 0
    assert count(date(2030, 1, 1), party_uscc=None) == 1  # by its full name
    assert count(date(2030, 1, 1), party_uscc=None, party_kind="citizen") == 0
    assert party_record(facts, region="410482", before=date(2030, 1, 1)).count == 0


def test_the_outcome_is_written_with_the_decision_and_rebuilt_from_the_acts(cast: Cast) -> None:
    """Fine, tier and violation stand in the index; a row that was tampered with is found and put right."""
    _, case = told(cast, until="penalty_decided")

    row = CaseOutcome.objects.get(case=case)
    assert (row.outcome, row.fine_fen, row.tier, row.party_kind) == (
        "penalty",
        600_000,
        "lighter",
        "organization",
    )
    assert row.corrected is True
    assert rebuild(dry_run=True).differences == []

    CaseOutcome.objects.filter(pk=row.pk).update(fine_fen=1)
    assert any("处理结果 penalty" in line for line in rebuild().differences)
    assert CaseOutcome.objects.get(case=case).fine_fen == 600_000
