"""Quartiles, fences and position of a fine among others, against figures worked out by hand."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.cases.spread import position, quantile, spread


def test_the_quartiles_lie_between_neighbours_in_proportion() -> None:
    """Of 1, 2, 3, 4 the median is 2.5 and the quartiles 1.75 and 3.25."""
    told = spread([100, 200, 300, 400])
    assert told is not None
    assert (told.q1, told.median, told.q3) == (175, 250, 325)
    assert (told.low, told.high, told.count) == (100, 400, 4)


def test_nothing_is_told_of_no_cases() -> None:
    assert spread([]) is None


def test_a_sum_beyond_the_fences_is_unusual_and_one_on_the_fence_is_not() -> None:
    """Quartiles 200 and 400: the fences are -100 and 700."""
    told = spread([100, 200, 300, 400, 500])
    assert told is not None
    assert told.reach == (-100, 700)
    assert not told.unusual(700)
    assert told.unusual(701)
    assert told.unusual(-101)


def test_of_four_cases_none_is_called_unusual() -> None:
    told = spread([100, 100, 100, 100])
    assert told is not None
    assert not told.unusual(100_000)


def test_the_position_counts_lower_equal_and_higher() -> None:
    assert position([100, 200, 200, 300], 200) == (1, 2, 1)
    assert position([], 200) == (0, 0, 0)


@given(st.lists(st.integers(0, 10**9), min_size=2))
def test_the_quartiles_are_those_of_the_statistics_module(sums: list[int]) -> None:
    """The method that Python calls inclusive, computed by somebody else."""
    ordered = sorted(sums)
    wanted = statistics.quantiles(ordered, n=4, method="inclusive")
    assert [quantile(ordered, share) for share in (0.25, 0.5, 0.75)] == pytest.approx(wanted)
