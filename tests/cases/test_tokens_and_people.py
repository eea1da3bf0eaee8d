"""What a sender names is his own: the token of his form, the people of his agency."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from mingjing.cases.models import Act, Case
from mingjing.cases.services import ActRefused, Deed, Origin, open_case, record_act
from mingjing.kit.clock import BEIJING
from tests.cast import Cast
from tests.stories import step, telling, told

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 20, 10, tzinfo=BEIJING)


def test_a_token_of_another_act_records_nothing_and_says_so(cast: Cast) -> None:
    """Whoever knows the token of one act gets no other act for it; his own form sent twice is one act."""
    tale, case = told(cast, until="clue_accepted")
    deed = tale.deed(step(tale, "filing_approved"), case)
    taken = Act.objects.get(case=case, kind="clue_accepted").once
    with pytest.raises(ActRefused, match="已经用于另一个行为"):
        record_act(case=case, deed=deed, once=taken)
    assert Act.objects.filter(case=case).count() == 2

    first = record_act(case=case, deed=deed, once="own")
    assert record_act(case=case, deed=deed, once="own") == first


def test_a_token_of_another_case_opens_none_and_records_none(cast: Cast) -> None:
    """The token of an act in one case is no answer in another, nor for a case still to be opened."""
    tale, case = told(cast, until="clue_accepted")
    other, there = told(cast, until="clue_accepted", mark="other")
    opening, second = Act.objects.filter(case=there).order_by("seq")
    with pytest.raises(ActRefused, match="另一个行为"):
        record_act(case=case, deed=other.deed(step(other, "clue_accepted"), case), once=second.once)
    first = tale.deed(tale.story.steps[0], None)
    with pytest.raises(ActRefused, match="另一个行为"):
        open_case(agency=cast.bureau, procedure="ordinary", deed=first, once=second.once)
    assert Case.objects.count() == 2

    again = open_case(agency=cast.bureau, procedure="ordinary", deed=first, once=opening.once)
    assert again == opening


@pytest.mark.parametrize("stranger", ["outsider", "supervisor"])
def test_performers_are_people_of_the_agency(cast: Cast, stranger: str) -> None:
    """Another agency's officer is refused at the box where he was entered; a colleague is taken."""
    tale = telling(cast)
    deed = tale.deed(tale.story.steps[0], None)
    wrong = replace(deed, performers=["officer", stranger])
    with pytest.raises(ActRefused, match="不是本机关人员") as refused:
        open_case(agency=cast.bureau, procedure="ordinary", deed=wrong, once="wrong")
    assert list(refused.value.trial.errors) == ["performers"]

    right = replace(deed, performers=["officer", "officer2"])
    assert open_case(agency=cast.bureau, procedure="ordinary", deed=right, once="right").seq == 1


@pytest.mark.parametrize("stranger", ["outsider", "nobody"])
def test_people_named_in_a_fact_are_people_of_the_agency(cast: Cast, stranger: str) -> None:
    """A case is not given to somebody elsewhere, who would find it on his desk, nor to nobody."""
    tale, case = told(cast, until="clue_accepted")
    deed = tale.deed(step(tale, "filing_approved"), case)
    wrong = {**deed.facts, "handlers": ["officer", stranger]}
    with pytest.raises(ActRefused, match="不是本机关人员") as refused:
        record_act(case=case, deed=replace(deed, facts=wrong), once="wrong")
    assert list(refused.value.trial.errors) == ["handlers"]

    right = {**deed.facts, "handlers": ["officer", "lapsed"]}
    assert record_act(case=case, deed=replace(deed, facts=right), once="right").facts["handlers"]


def test_an_act_before_anybody_kept_records_is_refused(cast: Cast) -> None:
    """A year that was mistyped is said at the box, and no calendar falls over it."""
    tale = telling(cast)
    deed = tale.deed(tale.story.steps[0], None)
    with pytest.raises(ActRefused, match="请核对年份"):
        open_case(
            agency=cast.bureau,
            procedure="ordinary",
            deed=replace(deed, done_at=datetime(202, 3, 2, 10, tzinfo=BEIJING)),
            once="old",
        )
    assert not Case.objects.exists()


def test_an_imported_number_longer_than_its_column_does_not_break_the_case(cast: Cast) -> None:
    """The act keeps what the table stated; the lists show what they have room for, on either database."""
    number = "舞城管罚决〔2025〕1号" + "之" * 100
    facts: dict[str, Any] = {"document_no": number, "party_name": "张三"}
    deed = Deed(kind="penalty_decided", facts=facts, performers=(), by=cast.admin, done_at=AT, imported=True)
    origin = Origin(region="410481", field="urban", source="表格")
    act = open_case(agency=cast.bureau, procedure="ordinary", deed=deed, once="import", origin=origin)

    case = Case.objects.get(pk=act.case_id)
    assert act.facts["document_no"] == number
    assert (case.number, case.decision_no) == (number[:80], number[:80])
