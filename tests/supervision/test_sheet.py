"""The file-review sheet: every item of the standard, what was found, and a total that adds up."""

from datetime import datetime

import pytest

from mingjing.cases.models import Case
from mingjing.kit.clock import BEIJING
from mingjing.review.scoring import review_standard, score_sheet
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)


def test_the_sheet_lists_every_item_of_the_standard_once(lying: Case) -> None:
    """Nothing of the standard is left out, whatever the case has."""
    sheet = score_sheet(lying, LATER)

    assert [line.item.no for line in sheet.lines] == [item.no for item in review_standard().items]
    assert sum(sheet.counts.values()) == len(sheet.lines)


def test_a_veto_fails_the_file_and_names_rule_clause_act_and_remedy(broken: Case) -> None:
    """The inspection by one lapsed officer is held under the item on people's qualification."""
    sheet = score_sheet(broken, LATER)
    fourth = next(line for line in sheet.lines if line.item.no == "V4")

    assert sheet.vetoed
    assert sheet.level.title == "不合格"
    assert fourth.state == "breach"
    entry = fourth.breaches[0]
    assert entry.act == "现场检查（勘验）"
    assert entry.seq == 4
    assert entry.source is not None
    assert entry.remedy


def test_points_lost_add_up_to_the_total(lying: Case) -> None:
    """What the lines say was lost is what is missing from a hundred."""
    sheet = score_sheet(lying, LATER)

    lost = sum(line.lost for line in sheet.lines)
    assert lost > 0
    assert sheet.score == max(0, 100 - lost)
    assert not sheet.vetoed


def test_a_lawful_file_passes_where_it_was_examined_and_leaves_the_rest_open(lawful: Case) -> None:
    """Passed, not concerned and left to people are three things."""
    sheet = score_sheet(lawful, LATER)
    state = {line.item.no: line.state for line in sheet.lines}

    assert state["V4"] == "pass"
    assert state["V16"] in {"none", "pass"}
    assert state["V7"] == "human"
    assert "breach" not in {state[no] for no in state if no.startswith("V")}
    assert sheet.level.title == "优秀"


def test_what_people_must_judge_says_why(lawful: Case) -> None:
    """An item that no rule can see is handed to people with the reason."""
    sheet = score_sheet(lawful, LATER)

    for line in sheet.lines:
        if line.state == "human":
            assert line.human is None or line.human.why
    assert sheet.count("human") > 0


def test_a_missed_limit_is_entered_for_the_case_as_a_whole(cast: Cast) -> None:
    """No act carries what was never done."""
    _, case = told(cast, until="penalty_decided")

    served = next(line for line in score_sheet(case, LATER).lines if line.item.no == "53")

    assert served.state == "breach"
    assert {(entry.seq, entry.act) for entry in served.breaches} == {(0, "全案")}
    assert served.lost == 10
