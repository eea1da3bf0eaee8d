"""The lines of analysis as the worker keeps them: from really recorded acts, after each of them, made anew the same."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from mingjing.analysis import following
from mingjing.analysis.models import CaseLine, LimitLine, PenaltyLine, StageSpan
from mingjing.cases.erasure import act_refs, erase_case
from mingjing.cases.models import Case
from mingjing.translog.services import seal_log
from mingjing.translog.stones import Wording, lay_stone
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db


def lines() -> dict[str, list[Any]]:
    """Every line without its id."""
    found = {}
    for model in following.MODELS:
        names = [field.attname for field in model._meta.concrete_fields if field.name != "id"]
        found[model.__name__] = sorted(map(repr, model._default_manager.values_list(*names)))
    return found


def sealed_and_followed() -> None:
    """What the worker does."""
    while seal_log(at=timezone.now(), limit=1000):
        pass
    following.follow()


def test_a_case_has_its_lines_once_its_acts_are_sealed(cast: Cast) -> None:
    """When it was opened and ended, each stage it went through, what was decided; before sealing nothing is known."""
    _, case = told(cast)
    assert not CaseLine.objects.exists()
    sealed_and_followed()

    line = CaseLine.objects.get(case=case)
    closed = case.acts.get(kind="case_closed")
    assert line.opened_on == case.opened_on
    assert line.ended_on == timezone.localdate(closed.done_at)
    spans = list(StageSpan.objects.filter(case=case).order_by("pk"))
    assert [one.stage for one in spans][:2] == ["clue", "filing"]
    assert all(one.until is not None and one.days is not None and one.days >= 0 for one in spans)
    assert all(before.until == after.since for before, after in pairwise(spans))
    assert sum(one.days or 0 for one in spans) == ((line.ended_on or spans[0].since) - spans[0].since).days
    penalty = PenaltyLine.objects.get(case=case)
    decided = case.acts.get(kind="penalty_decided")
    assert penalty.act_seq == decided.seq
    assert set(penalty.kinds.strip(",").split(",")) == set(decided.facts["penalty_kinds"])
    assert penalty.law
    assert penalty.fit == "within"
    assert following.behind() == 0


def test_the_next_act_changes_its_lines_and_no_other(cast: Cast) -> None:
    """What lay in a stage leaves it; the lines of another case stay the same rows."""
    tale, case = told(cast, until="filing_approved")
    _, other = told(cast, "summary", mark="other", until="on_the_spot_decided")
    sealed_and_followed()
    kept = set(StageSpan.objects.filter(case=other).values_list("pk", flat=True))
    before = StageSpan.objects.get(case=case, until=None)
    assert before.stage == Case.objects.get(pk=case.pk).stage == "filing"

    tale.play(len(case.acts.all()) + 3)
    sealed_and_followed()

    now = StageSpan.objects.get(case=case, until=None)
    assert now.stage == Case.objects.get(pk=case.pk).stage != "filing"
    assert set(StageSpan.objects.filter(case=other).values_list("pk", flat=True)) == kept


def test_lines_made_anew_are_those_that_were_followed(cast: Cast) -> None:
    """After a break, or of a database whose lines were lost; and following again changes nothing."""
    told(cast, until="penalty_decided")
    told(cast, "summary", mark="b")
    sealed_and_followed()
    followed = lines()
    assert followed["PenaltyLine"]
    StageSpan.objects.all().delete()
    CaseLine.objects.update(ended_on=None, opened_on=timezone.localdate() - timedelta(days=900))

    assert following.make_anew() == 2
    assert lines() == followed
    assert following.make_anew() == 2
    assert following.follow() == 0
    assert lines() == followed


def test_a_limit_that_runs_out_overnight_is_taken_over_the_day_after(cast: Cast) -> None:
    """No act says so and no entry of the log: the lines of cases whose limits wait are written anew each day."""
    _, case = told(cast, until="penalty_decided")
    sealed_and_followed()
    counted = lines()
    assert LimitLine.objects.filter(case=case).exclude(status="running").exists()

    # As they stood the day before: the limits still ran, and the file had its points.
    LimitLine.objects.update(status="running")
    CaseLine.objects.update(score=1)
    assert following.recount(case.pk) is None
    assert CaseLine.objects.get(case=case).score == 1
    assert following.recount(0) is None

    assert lines() == counted


def test_what_is_destroyed_goes_from_the_lines_too(cast: Cast) -> None:
    """Of a case whose content was lawfully destroyed its days are left, and nothing of what it was about."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    _, other = told(cast, "summary", mark="other", until="on_the_spot_decided")
    sealed_and_followed()
    assert PenaltyLine.objects.filter(case=case).exists()

    gone = act_refs(case)
    words = Wording("一件案卷", "期满", "", "", "", "甲", "乙")
    with transaction.atomic():
        lay_stone(
            words, refs=[ref for ref, _ in gone], commitments=[one for _, one in gone], at=timezone.now()
        )
        erase_case(case)
    sealed_and_followed()

    assert CaseLine.objects.get(case=case).opened_on == case.opened_on
    assert not PenaltyLine.objects.filter(case=case).exists()
    assert not LimitLine.objects.filter(case=case).exists()
    assert PenaltyLine.objects.filter(case=other).exists()
