"""What the acts of a case come to, by tables: its end, its stages, its fines; shares, changes and months."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mingjing.analysis.lines import FITS, Span, decided_of, ended_on, fit_of, listed, spans_of
from mingjing.analysis.months import first_day, last_day, month_of, months_from, read_month, shifted
from mingjing.analysis.sums import change, quantile_of


@dataclass
class Kind:
    """A kind of act."""

    stage: str
    ends: str = ""


@dataclass
class Told:
    """An act of March 2026."""

    seq: int
    kind: str
    done_at: datetime | None
    facts: dict[str, Any] = field(default_factory=dict)


KINDS = {
    "filed": Kind("filing"),
    "asked": Kind("investigation"),
    "handed": Kind("service"),
    "decided": Kind("decision"),
    "shown": Kind("publication"),
    "closed": Kind("closing", "closed"),
    "archived": Kind("closing", "archived"),
}


def acts(*told: str | tuple[str, int]) -> list[Told]:
    """Acts as `kind day`; without a day the act does not say when it was."""
    found = []
    for seq, one in enumerate(told, 1):
        kind, day = one if isinstance(one, tuple) else (one, 0)
        found.append(Told(seq, kind, datetime(2026, 3, day, 4, tzinfo=UTC) if day else None))
    return found


def march(day: int) -> date:
    """A day of March 2026."""
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("told", "end"),
    [
        (acts(("filed", 2), ("decided", 9)), None),
        (acts(("filed", 2), ("closed", 20), ("archived", 25)), march(20)),
        (acts(("filed", 2), ("decided", 9), "closed"), march(9)),
        (acts("closed"), None),
        (acts(("unheard of", 3)), None),
    ],
)
def test_a_case_ends_with_the_act_that_closes_it(told: list[Told], end: date | None) -> None:
    """Archiving comes later and is no end; a closing without a day ends on the last day known."""
    assert ended_on(told, KINDS) == end


def test_stages_follow_one_another_and_the_last_is_open() -> None:
    """Each stage from the day it was entered; days between the same stage do not cut it."""
    told = acts(("filed", 2), ("asked", 4), ("asked", 8), ("decided", 9))

    assert spans_of(told, KINDS, None) == [
        Span("filing", march(2), march(4)),
        Span("investigation", march(4), march(9)),
        Span("decision", march(9), None),
    ]
    assert spans_of(told, KINDS, march(12))[-1].days == 3


def test_handing_over_before_the_decision_and_publishing_move_no_case() -> None:
    """As the engine has it: service is a stage of its own only when there is a decision to be served."""
    before = spans_of(acts(("asked", 2), ("handed", 4), ("decided", 9)), KINDS, None)
    after = spans_of(acts(("decided", 2), ("handed", 4), ("shown", 9)), KINDS, None)

    assert [one.stage for one in before] == ["investigation", "decision"]
    assert [one.stage for one in after] == ["decision", "service"]


def test_days_that_were_entered_out_of_order_give_no_stage_of_less_than_no_days() -> None:
    """An act entered late counts from the day its case had come to; what follows the end is left out."""
    told = acts(("filed", 9), ("asked", 4), "decided", ("archived", 30))

    assert spans_of(told, KINDS, march(20)) == [
        Span("filing", march(9), march(9)),
        Span("investigation", march(9), march(20)),
    ]


@pytest.mark.parametrize(
    ("low", "high", "fen", "departed", "fit"),
    [
        ("500", "1000", 50_000, False, "within"),
        ("500", "1000", 100_000, False, "within"),
        ("500", "1000", 49_999, False, "below"),
        ("500", "1000", 100_001, False, "above"),
        ("500", "1000", 100_001, True, "leave"),
        ("500", "1000", 100_000, True, "within"),
        ("500", None, 50_000, False, "none"),
        ("five", "1000", 50_000, False, "none"),
        ("500", "1000", None, False, "no_fine"),
    ],
)
def test_a_fine_is_held_against_what_the_benchmark_gave(
    low: str, high: str | None, fen: int | None, departed: bool, fit: str
) -> None:
    """Both ends belong to it; outside with leave is told apart; what was not assessed is not guessed."""
    assessed = {"benchmark_applied": True, "benchmark_low_yuan": low, "benchmark_high_yuan": high}

    assert fit_of(assessed, fen, departed=departed) == fit
    assert fit in FITS
    assert fit_of({**assessed, "benchmark_applied": False}, 50_000, departed=False) == "none"


def test_a_penalty_is_read_with_the_assessment_before_it_and_no_later_one() -> None:
    """Its kinds, the first law it rests on, and the benchmark that was assessed before it."""
    assessed = {"benchmark_applied": True, "benchmark_low_yuan": "500", "benchmark_high_yuan": "1000"}
    later = {**assessed, "benchmark_high_yuan": "600"}
    basis = [{"law": "《城市道路管理条例》", "article": "第四十二条"}, {"law": "其他", "article": ""}]
    told = [
        Told(1, "discretion_assessed", None, assessed),
        Told(2, "penalty_decided", None, {"penalty_kinds": ["warning", "fine"], "penalty_basis": basis}),
        Told(3, "discretion_assessed", None, later),
    ]

    found = decided_of(told, 2, 80_000)

    assert (found.kinds, found.law, found.fit) == (",warning,fine,", "城市道路管理条例", "within")
    assert decided_of(told, 1, None).law == ""


@given(some.lists(some.text("ab", min_size=1, max_size=60), max_size=12))
def test_listed_values_fit_their_column_and_each_stands_between_commas(values: list[str]) -> None:
    """However many there are, none is cut in the middle."""
    text = listed(values)

    assert len(text) <= 300
    assert not text or (text.startswith(",") and text.endswith(","))
    assert set(text.split(",")) - {""} <= set(values)


@given(some.dictionaries(some.integers(0, 500), some.integers(1, 9), min_size=1))
def test_a_share_of_counted_days_is_the_first_day_that_reaches_it(histogram: dict[int, int]) -> None:
    """As if all days lay in a row: the one at the share, rounded up."""
    row = sorted(day for day, number in histogram.items() for _ in range(number))

    for share in (0.5, 0.9, 1.0):
        reached = next(n for n in range(1, len(row) + 1) if n >= share * len(row))
        assert quantile_of(histogram, share) == row[reached - 1]
    assert quantile_of({}, 0.5) is None


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (12, 10, "+2（+20%）"),
        (4, 2, "+2"),
        (5, 5, "持平"),
        (0, 0, "—"),
        (None, 3, "—"),
        (0, 20, "-20（-100%）"),
    ],
)
def test_a_change_is_told_in_figures_and_as_a_share_only_of_enough(
    now: float | None, before: float | None, words: str
) -> None:
    """Four after two is not plus a hundred per cent."""
    assert change(now, before) == words


@given(some.dates(date(2001, 1, 1), date(2098, 12, 31)), some.integers(-300, 300))
def test_months_are_walked_without_losing_one(day: date, by: int) -> None:
    """A day lies in its month; there and back is where one was; both ends belong to a span."""
    month = month_of(day)

    assert first_day(month) <= day <= last_day(month)
    assert shifted(shifted(month, by), -by) == month
    assert len(months_from(month, shifted(month, abs(by)))) == abs(by) + 1


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "1999-01", "26-01", "2026-1", "2026-01-01", "", "２０２６-01"]
)
def test_what_is_no_month_is_not_read(text: str) -> None:
    """Only four figures, a dash and two, of this century."""
    assert read_month(text) == ""
    assert read_month("2026-01") == "2026-01"
