"""Why a decision is major, by the packs as they stand."""

from datetime import datetime

import pytest

from mingjing.kit.clock import BEIJING
from mingjing.review.selectors import reasons_major
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 9, 1, 10, 0, tzinfo=BEIJING)
BEFORE_THE_LAW = datetime(2017, 9, 1, 10, 0, tzinfo=BEIJING)


def test_a_heard_case_on_major_rights_is_major_with_article_and_words(cast: Cast) -> None:
    """The reviewer reads which rules demand a review, and each rule's own words."""
    _, case = told(cast, "hearing", until="legal_review_requested")

    reasons = {one.verdict.rule: one for one in reasons_major(case, LATER)}

    heard = reasons["cn.penalty.legal_review_rights_after_hearing"]
    assert heard.certain
    assert heard.decision == "行政处罚决定"
    assert heard.verdict.source is not None
    assert heard.verdict.source.cite() == "《行政处罚法（2021）》第五十八条第一款第（二）项"
    assert "听证程序" in heard.verdict.quote


def test_a_plain_case_is_not_major(cast: Cast) -> None:
    """Where the report has denied every ground, no rule demands a review: not even perhaps."""
    _, case = told(cast, until="statement_answered")

    assert reasons_major(case, LATER) == ()


def test_before_the_report_it_cannot_be_told_and_the_missing_facts_are_named(cast: Cast) -> None:
    """Unknown is not no: each ground that nobody has stated yet is listed with what it waits for."""
    _, case = told(cast, until="filing_approved")

    reasons = reasons_major(case, LATER)

    assert not any(one.certain for one in reasons)
    named = {name for one in reasons for name in one.missing}
    assert any("重大权益" in name for name in named)
    assert all(one.missing for one in reasons)


def test_a_review_already_made_stays_a_reason(cast: Cast) -> None:
    """The reasons do not vanish once the opinion is there: the page goes on saying why it was needed."""
    _, case = told(cast, "hearing", until="legal_review_opined")

    assert any(one.certain for one in reasons_major(case, LATER))


def test_the_law_of_the_day_decides(cast: Cast) -> None:
    """Rules that were not yet in force on a day are no reasons on that day."""
    _, case = told(cast, "hearing", until="legal_review_requested")

    then = {one.verdict.rule for one in reasons_major(case, BEFORE_THE_LAW)}

    assert "cn.penalty.legal_review_rights_after_hearing" not in then
