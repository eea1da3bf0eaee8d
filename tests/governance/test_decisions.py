"""The statutory steps of a major decision: order, grounds, least times, two persons, and that nothing vanishes."""

from datetime import date

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction

from mingjing.governance import decisions, selectors
from mingjing.governance.audit import audit_governance
from mingjing.governance.ledger import NotDone
from mingjing.governance.models import Matter, Step
from mingjing.packs.governance_terms import NAME, check_governance_terms, read_governance_terms
from mingjing.packs.load import library
from mingjing.packs.variants import with_file
from mingjing.translog.services import seal_log
from tests.append_only import guards_lifted
from tests.governance.conftest import AT, DAY

pytestmark = pytest.mark.django_db
CHANGED = (IntegrityError, OperationalError, ProgrammingError)


def test_an_item_is_listed_by_somebody_else(cast, item):
    """Who put it forward cannot list it, even where he may confirm; another can; nothing is done before."""
    with pytest.raises(NotDone, match="还没有列入目录"):
        item.takes("participation")
    with pytest.raises(NotDone, match="只有本单位有权限"):
        decisions.list_item(matter=item.row, by=cast.clerk, at=AT, consent="会议", published="官网")
    item.listed()
    assert item.now.open
    item.takes("participation")


def test_discussion_before_the_legality_review_is_refused_and_after_it_allowed(item):
    """第二十五条: neither without a review nor after one that found it unlawful; after a lawful one it is recorded."""
    item.listed()
    for code in ("participation", "argument", "risk"):
        item.takes(code)
    with pytest.raises(NotDone, match="合法性审查还没有办"):
        item.takes("discussion", result="adopted")
    item.takes("legality", result="unlawful")
    with pytest.raises(NotDone, match="合法性审查没有通过"):
        item.takes("discussion", result="adopted")
    item.takes("legality", result="lawful")
    item.takes("discussion", result="adopted")
    item.takes("publication")
    assert item.now.complete
    assert item.now.state(date(2030, 1, 1)) == "done"


def test_the_draft_changed_after_the_review_is_reviewed_again(item):
    """A step taken again makes the review fall; after the meeting adopted it nothing before may change."""
    item.listed()
    for code in ("participation", "argument", "risk"):
        item.takes(code)
    item.takes("legality", result="lawful")
    item.takes("argument")
    with pytest.raises(NotDone, match="合法性审查还没有办"):
        item.takes("discussion", result="adopted")
    item.takes("legality", result="lawful")
    item.takes("discussion", result="adopted")
    with pytest.raises(NotDone, match="集体讨论已经办完"):
        item.takes("risk")


def test_a_step_is_left_out_only_where_law_lets_it_and_with_the_reason(item):
    """Expert argument on its ground with words; never the legality review, never on another step's ground."""
    item.listed()
    with pytest.raises(NotDone, match="不能以这个理由"):
        item.takes("argument", ground="no_risk")
    with pytest.raises(NotDone, match="省去的理由"):
        item.takes("argument", ground="not_technical", text=" ")
    item.takes("argument", ground="not_technical", text="只是布点，不涉及专业技术。", files=())
    item.takes("participation")
    item.takes("risk")
    with pytest.raises(NotDone, match="没有允许省去合法性审查"):
        item.takes("legality", ground="no_risk")
    assert [one.state for one in item.now.parts] == ["done", "omitted", "done", *["waiting"] * 3]


def test_less_than_the_least_time_needs_a_reason(item):
    """Twenty-nine days of public comment are refused; thirty stand; fewer with the reason stand and are told."""
    item.listed()
    with pytest.raises(NotDone, match="不足 30"):
        item.takes("participation", done=date(2026, 3, 31))
    item.takes("participation", done=date(2026, 4, 1))
    step = item.takes("participation", done=date(2026, 3, 12), shorter="汛期将至，情况紧急。")
    assert step.facts["shorter"] == "汛期将至，情况紧急。"


def test_papers_written_afterwards_are_no_procedure(item):
    """A review sent before the risk assessment was done is refused, so is a step without proof; with both it stands."""
    item.listed()
    for code in ("participation", "argument"):
        item.takes(code)
    with pytest.raises(NotDone, match="附上证明"):
        item.takes("risk", files=())
    item.takes("risk")
    with pytest.raises(NotDone, match="日期早于"):
        item.takes("legality", result="lawful", begun=date(2026, 4, 13))
    item.takes("legality", result="lawful")


def test_the_reviewer_is_not_who_put_it_forward(cast, item):
    """A clerk has no say on legality; a reviewer who put an item forward leaves it to another."""
    item.listed()
    for code in ("participation", "argument", "risk"):
        item.takes(code)
    with pytest.raises(NotDone, match="有权限"):
        item.takes("legality", by=cast.clerk, result="lawful")
    item.takes("legality", by=cast.reviewer, result="lawful")


def test_a_step_over_its_planned_day_is_late(item):
    """Late the day after, not on the day; what is left out or not listed is never late."""
    assert not item.now.late(date(2026, 12, 31))
    item.listed()
    assert not item.now.late(date(2026, 6, 1))
    assert [one.terms.code for one in item.now.late(date(2026, 6, 2))] == ["participation"]
    item.takes("participation")
    assert not item.now.late(date(2026, 6, 2))


def test_another_agency_neither_sees_nor_changes_it(cast, item):
    """The outsider sees nothing; the supervisor above sees it and cannot write; the own clerk does both."""
    assert selectors.of_year(cast.supervisor, "decision", 2026) == [item.row]
    assert selectors.of_year(cast.clerk, "decision", 2026) == [item.row]
    assert not selectors.of_year(cast.outsider, "decision", 2026)
    with pytest.raises(selectors.NoSuchMatter):
        selectors.matter_for(cast.outsider, "decision", item.row.pk)
    with pytest.raises(NotDone, match="只有本单位"):
        decisions.list_item(matter=item.row, by=cast.supervisor, at=AT, consent="会议", published="官网")


def test_an_item_taken_off_takes_no_further_step(cast, item):
    """With the reason, and by the head: then nothing more."""
    item.listed()
    with pytest.raises(NotDone, match="请写明理由"):
        decisions.drop(matter=item.row, by=cast.head, at=AT + DAY, why="")
    decisions.drop(matter=item.row, by=cast.head, at=AT + DAY, why="上级统一安排。")
    with pytest.raises(NotDone, match="已经了结"):
        item.takes("participation")


def test_nothing_can_be_changed_and_whoever_does_is_found(item):
    """The database refuses; where somebody lifts its guard, the log tells."""
    item.listed()
    seal_log(at=AT)
    assert not list(audit_governance())
    for rows in (Matter.objects.all(), Step.objects.all()):
        with pytest.raises(CHANGED), transaction.atomic():
            rows.delete()
    with guards_lifted(connection):
        Matter.objects.filter(pk=item.row.pk).update(subject="无事")
        Step.objects.filter(matter=item.row).update(facts={"consent": "没有"})
    assert sum("改动" in fault for fault in audit_governance()) == 2


def test_the_terms_are_read_and_their_examples_come_out():
    """Every scope reads; an example that comes out otherwise is told at its line; 荥阳 asks a lecture each quarter."""
    assert check_governance_terms(library()) == []
    assert read_governance_terms(library(), region="410182", field="urban", agency="x").per == "quarter"
    assert read_governance_terms(library(), region="410481", field="urban", agency="x").per == "year"
    file = next(one for one in library().packs["cn"].files if one.name == f"cn/{NAME}")
    for right, wrong, said in (
        ("allowed = false", "allowed = true", "结果不同"),
        ('report_by = "03-01"', 'report_by = "三月"', "月-日"),
        ('after = ["legality"]', 'after = ["later"]', "不在前面"),
    ):
        broken = with_file(library(), f"cn/{NAME}", file.text.replace(right, wrong, 1))
        assert said in check_governance_terms(broken)[0]
