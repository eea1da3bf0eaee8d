"""Patterns in real rows of acts: the detectors of inspections and the models that count, through the daily run."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from mingjing.cases.models import Act, Case, CaseHandler, CaseOutcome
from mingjing.cli.worker import Worker
from mingjing.kit.clock import BEIJING
from mingjing.supervision.alerts import run_alerts
from mingjing.supervision.models import Alert
from tests.cast import Cast

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 1)
START = date(2025, 9, 1)
Step = tuple[str, date, dict[str, Any], tuple[str, ...]]


def at(day: date) -> datetime:
    """Ten in the morning."""
    return datetime.combine(day, time(10), tzinfo=BEIJING)


def filed(
    cast: Cast,
    mark: str,
    steps: Sequence[Step],
    *,
    procedure: str,
    handlers: Sequence[str] = (),
    late: int = 0,
    **more: Any,
) -> Case:
    """A case as rows alone, without the law looking: what an older system might have left."""
    case = Case.objects.create(
        code=f"c-{mark}", log_code=f"l-{mark}", agency=cast.bureau, procedure=procedure, region="410481",
        field="urban", stage="decision", number=f"{mark}号", last_act_at=at(steps[-1][1]),
        act_count=len(steps), opened_on=steps[0][1], handlers=list(handlers), **more,
    )  # fmt: skip
    Act.objects.bulk_create(
        Act(
            case=case, agency=cast.bureau, seq=seq, kind=kind, code=f"a-{mark}-{seq}", facts=facts, done_at=at(day),
            performers=[{"person": who} for who in people], recorded_at=at(day + timedelta(late)),
            recorded_by="officer", pack_digest="", once=f"o-{mark}-{seq}", salt=b"", commitment="",
        )
        for seq, (kind, day, facts, people) in enumerate(steps, 1)
    )  # fmt: skip
    CaseHandler.objects.bulk_create(
        CaseHandler(case=case, agency=cast.bureau, username=one) for one in handlers
    )
    return case


def visited(cast: Cast, mark: str, day: date, people: tuple[str, ...], firm: str) -> Case:
    """An inspection of a firm, planned."""
    stated = {"inspection_trigger": "plan"}
    steps = [("inspection_approved", day, stated, ()), ("inspection_entered", day, {}, people)]
    return filed(cast, mark, steps, procedure="inspection", party_name=firm, party_code=firm, ended=True)


def found(code: str) -> list[Alert]:
    """What one model tells after the run."""
    run_alerts(at=at(DAY), on=DAY)
    return list(Alert.objects.filter(code=code))


def test_two_who_always_go_together_are_told_with_their_visits(cast: Cast) -> None:
    """Eight inspectors over a year; o0 goes with o1 and nobody else; the others take turns."""
    others = [f"o{n}" for n in range(2, 8)]
    for n in range(60):
        pair = ("o0", "o1") if n % 3 == 0 else (others[n % 6], others[(n * 5 + 1 + n // 6) % 6])
        if len(set(pair)) == 2:
            visited(cast, f"v{n}", START + timedelta(n * 4), pair, f"firm-{n}")
    (alert,) = found("inspectors_always_paired")
    assert alert.subject == "o0、o1"
    assert {"title": "实际次数", "value": 20} in alert.facts
    assert sum("case" in one for one in alert.facts) == 20
    assert not Alert.objects.filter(code__in=["inspection_burst", "inspection_repeated"]).exists()


def test_a_campaign_and_a_firm_visited_every_month_are_told(cast: Cast) -> None:
    """Visits every ten days, then thirty within a week; one firm once a month besides."""
    for n in range(25):
        visited(cast, f"u{n}", START + timedelta(n * 10), (f"p{n}", f"q{n}"), f"firm-{n}")
    for n in range(30):
        visited(cast, f"b{n}", date(2026, 3, 2) + timedelta(n % 5), (f"r{n}", f"s{n}"), f"other-{n}")
    for n in range(9):
        visited(cast, f"m{n}", START + timedelta(n * 30 + 3), (f"t{n}", f"w{n}"), "disliked")
    (burst,), (repeated,) = found("inspection_burst"), found("inspection_repeated")
    assert date(2026, 2, 16) <= date.fromisoformat(burst.subject) <= date(2026, 3, 6)
    assert repeated.subject == "disliked"


def test_a_fine_far_from_the_others_is_told_and_the_usual_is_not(cast: Cast) -> None:
    """Like cases of the region: nine of about two thousand, one of twenty thousand."""
    for n in range(10):
        steps: list[Step] = [("penalty_decided", START, {"fine_yuan": "1"}, ())]
        case = filed(cast, f"f{n}", steps, procedure="ordinary", ended=True)
        CaseOutcome.objects.create(
            case=case, agency=cast.bureau, act_seq=1, outcome="penalty", standing=True, region="410481",
            field="urban", violation="占道", violation_key="k", tier="ordinary", party_kind="firm",
            fine_fen=2_000_000 if n == 7 else 200_000 + n * 1000, decided_on=START,
        )  # fmt: skip
    (alert,) = found("unequal_penalty")
    assert alert.case_code == "c-f7"


@pytest.mark.parametrize(
    ("code", "steps", "more"),
    [
        (
            "same_day_filing_decision",
            [("filing_approved", START, {}, ()), ("penalty_decided", START, {}, ())],
            {},
        ),
        (
            "evidence_after_decision",
            [("penalty_decided", START, {}, ()), ("evidence_collected", START + timedelta(1), {}, ())],
            {},
        ),
        (
            "property_unreleased",
            [("sealing_imposed", START, {}, ()), ("case_withdrawn", START + timedelta(9), {}, ())],
            {},
        ),
        ("payment_unexecuted", [("penalty_decided", START, {"fine_yuan": "5000"}, ())], {}),
        (
            "minor_not_exempted",
            [
                (
                    "penalty_decided",
                    START,
                    {"fine_yuan": "500", "first_violation": True, "corrected": True, "harm_degree": "slight"},
                    (),
                )
            ],
            {"ended": True},
        ),
        (
            "review_late",
            [
                ("legal_review_requested", START, {}, ()),
                ("penalty_decided", START + timedelta(1), {}, ()),
                ("legal_review_opined", START + timedelta(2), {"review_conclusion": "agree"}, ("rev",)),
            ],
            {},
        ),
    ],
)
def test_a_planted_fault_is_found_in_the_case_that_has_it_and_in_no_other(
    cast: Cast, code: str, steps: list[Step], more: dict[str, Any]
) -> None:
    """Beside it stands a case in which everything came in its time."""
    filed(cast, "bad", steps, procedure="ordinary", **more)
    good: list[Step] = [
        ("filing_approved", START, {}, ()),
        ("evidence_collected", START + timedelta(2), {}, ()),
        ("legal_review_requested", START + timedelta(3), {}, ()),
        ("legal_review_opined", START + timedelta(4), {"review_conclusion": "agree"}, ("rev",)),
        ("penalty_decided", START + timedelta(9), {"fine_yuan": "5000", "first_violation": False}, ()),
        ("fine_paid", START + timedelta(12), {"paid_yuan": "5000"}, ()),
        ("case_closed", START + timedelta(20), {}, ()),
    ]
    filed(cast, "good", good, procedure="ordinary", ended=True)
    assert [one.case_code for one in found(code)] == ["c-bad"]


def test_whoever_enters_late_again_and_again_is_told_once_by_name(cast: Cast) -> None:
    """Five acts of a month before; four are not enough."""
    steps: list[Step] = [("evidence_collected", START, {}, ())] * 4
    filed(cast, "late", steps, procedure="ordinary", late=40, ended=True)
    assert found("backdated_entries") == []
    filed(cast, "later", steps[:1], procedure="ordinary", late=16, ended=True)
    assert [one.subject for one in found("backdated_entries")] == ["officer"]


def test_the_worker_raises_alerts_a_slice_a_turn_and_once_a_day(cast: Cast) -> None:
    """The real worker, turned until it has been through."""
    filed(cast, "dormant", [("filing_approved", START, {}, ())], procedure="ordinary")
    worker = Worker()
    for _ in range(20):
        worker.turn()
    worker.finish()
    alert = Alert.objects.get(code="case_dormant")
    assert [one.kind for one in alert.steps.all()] == ["told"]
