"""The eight points with the machine's facts beside each."""

from dataclasses import replace
from datetime import datetime

import pytest

from mingjing.cases.selectors import acts_of
from mingjing.cases.services import record_act
from mingjing.kit.clock import BEIJING
from mingjing.review.selectors import checklist
from tests.cast import Cast
from tests.review.steps import opine, send_again
from tests.stories import step, told

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 5, 20, 10, 0, tzinfo=BEIJING)


def test_the_points_are_the_eight_of_the_pack_and_a_lawful_file_shows_passes(cast: Cast) -> None:
    """Titles come from the pack; what the rules passed is counted on the point they bear on."""
    _, case = told(cast, "hearing", until="legal_review_requested")

    found = checklist(case, acts_of(case)[-1].done_at).points

    assert [point.no for point in found] == [str(no) for no in range(1, 9)]
    assert found[2].title == "行政执法程序是否合法"
    assert found[2].passes > 10
    assert found[2].breaches == []
    assert found[2].said() == f"系统核对{found[2].passes}项次，均合法。"


def test_a_breach_stands_on_its_point_with_act_article_and_remedy(cast: Cast) -> None:
    """An inspection by one officer whose certificate has lapsed is held against point 2, with its act."""
    tale, case = told(cast, until="filing_approved")
    deed = replace(
        tale.deed(step(tale, "inspection_recorded"), case),
        performers=["lapsed"],
        by=cast.lapsed,
        imported=True,
    )
    act = record_act(case=case, deed=deed, once="history")

    listed = checklist(case, LATER)
    second = listed.points[1]

    here = [fact for fact in second.breaches if fact.seq == act.seq]
    assert here
    assert all(fact.act == "现场检查（勘验）" and fact.source and fact.reason for fact in here)
    assert "不合法" in second.said()
    state = {one.name: one.state for one in listed.officers}
    assert state["戊"] == "expired"
    assert state["甲"] == "valid"


def test_a_limit_that_ran_out_stands_on_its_point(cast: Cast) -> None:
    """What was not done in time is held against the case, though no act carries it."""
    _, case = told(cast, until="clue_registered")

    late = [fact for point in checklist(case, LATER).points for fact in point.breaches if fact.seq == 0]

    assert late
    assert all(fact.act == "尚未办理" for fact in late)


def test_materials_and_the_officers_note_are_those_of_the_latest_request(cast: Cast) -> None:
    """What was sent is read from the latest round."""
    _, case = told(cast, "hearing", until="legal_review_requested")
    first = checklist(case, LATER)
    opine(case, "correct")
    send_again(case, note="已补充裁量说明。", materials=["report", "evidence", "benchmark"])

    second = checklist(case, LATER)

    assert len(first.materials) == 6
    assert first.note == ""
    assert second.materials == ["案件调查终结报告", "证据材料", "裁量基准适用说明"]
    assert second.note == "已补充裁量说明。"
