"""The figures of visits, counted from plain rows; each table says what is counted and what is not."""

import pytest

from mingjing.inspections.patterns.figures import (
    RANDOM,
    TARGETED,
    Figures,
    Rate,
    Risk,
    Visit,
    figures,
    wilson,
)


def visit(case: str, **other: object) -> Visit:
    plain: dict[str, object] = {
        "object": f"firm of {case}",
        "risk": "C",
        "arm": RANDOM,
        "problem": False,
        "counted": True,
        "before_own": 0,
        "cap": 2,
        "joint": False,
    }
    return Visit(case=case, **{**plain, **other})  # type: ignore[arg-type]


def counted(*visits: Visit, listed: int = 10, register: dict[str, int] | None = None) -> Figures:
    return figures(visits, listed=listed, register={"C": 40} if register is None else register)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (30, 1000, 0.0211, 0.0425),
    ],
)
def test_the_interval_of_a_share_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    """Against published values (Brown, Cai and DasGupta 2001 give the formula)."""
    found = wilson(hits, of)
    assert found is not None
    assert found == pytest.approx((low, high), abs=5e-5)


def test_nothing_counted_gives_no_share_and_no_interval() -> None:
    """A dash on the page, not a nought that looks like a finding."""
    found = counted(listed=0, register={})
    assert (found.coverage, found.joint_share, found.whole.random.share, found.whole.random.interval) == (
        None,
    ) * 4
    assert found.classes == []


def test_coverage_counts_an_object_once_and_only_what_the_draw_gave() -> None:
    """Two visits to one firm, one visit because of a complaint: two firms of the lists are covered, not three."""
    found = counted(
        visit("1", object="a"), visit("2", object="a"), visit("3", object="b"),
        visit("4", object="c", arm=TARGETED),
    )  # fmt: skip
    assert (found.covered, found.listed, found.coverage) == (2, 10, 0.2)
    assert found.objects == 3


def test_coverage_by_class_is_of_the_whole_register_whoever_chose_the_object() -> None:
    """A class without a visit stands with nought, a class that the register has lost without a share."""
    found = counted(
        visit("1", object="a"), visit("2", object="a", arm=TARGETED), visit("3", risk="D"),
        register={"A": 100, "C": 40},
    )  # fmt: skip
    assert [(one.risk, one.visited, one.objects, one.share) for one in found.classes] == [
        ("A", 0, 100, 0.0),
        ("C", 1, 40, 0.025),
        ("D", 1, 0, None),
    ]


def test_the_random_arm_stands_beside_the_targeted_one_and_what_has_no_result_counts_in_neither() -> None:
    """One of two found at random, one of one after a complaint."""
    found = counted(
        visit("1"), visit("2", problem=True), visit("3", problem=None), visit("4", arm=TARGETED, problem=True)
    )
    (only,) = found.risks
    assert (only.random.share, only.targeted.share) == (0.5, 1.0)
    assert (only.random.cases, only.random.hits, only.targeted.hits) == (["1", "2"], ["2"], ["4"])
    assert found.whole.random.cases == ["1", "2"]


@pytest.mark.parametrize(
    ("random", "targeted", "said"),
    [
        ((1, 100), (60, 100), "针对性检查高于随机抽查"),
        ((60, 100), (1, 100), "针对性检查低于随机抽查"),
        ((1, 10), (3, 10), "看不出差别"),
        ((1, 10), (0, 0), "缺少对照"),
    ],
)
def test_two_shares_are_called_different_only_where_their_intervals_do_not_meet(
    random: tuple[int, int], targeted: tuple[int, int], said: str
) -> None:
    """Three of ten against one of ten says nothing yet."""
    rates = [Rate([""] * of, [""] * hits) for hits, of in (random, targeted)]
    assert Risk("C", *rates).verdict == said


def test_visits_per_firm_joint_share_and_what_is_beyond_the_cap() -> None:
    """A visit at the cap is beyond it; one that the law excepts stands apart; without a known cap nothing is beyond."""
    found = counted(
        visit("1", object="a", before_own=1),
        visit("2", object="a", before_own=2),
        visit("3", object="a", before_own=3, counted=False),
        visit("4", object="b", joint=True, before_own=9, cap=0),
    )
    assert found.per_object == [(1, 1, ["4"]), (3, 1, ["1", "2", "3"])]
    assert (found.over_cap, found.excepted) == (["2"], ["3"])
    assert found.joint_share == 0.25


def test_every_figure_opens_the_visits_that_it_counts() -> None:
    """The keys that the page links to lead to as many cases as the figure says."""
    found = counted(visit("1", problem=True), visit("2", arm=TARGETED), visit("3", risk="D", joint=True))
    opened = {key: list(cases) for key, (_, cases) in found.rows.items()}
    assert opened["visits"] == ["1", "2", "3"]
    assert opened["random-C-hits"] == ["1"]
    assert opened["random--all"] == ["1", "3"]
    assert opened["class-C"] == ["1", "2"]
    assert opened["times-1"] == ["1", "2", "3"]
    assert opened["joint"] == ["3"]
