"""Areas on a map: read from lines, in or out, overlapping or only touching; held against a count by squares."""

import random

import pytest

from mingjing.governance.geometry import NotAnArea, inside, located, overlap, read_area

SQUARE = [(113.0, 33.0), (113.1, 33.0), (113.1, 33.1), (113.0, 33.1)]


def moved(area, east=0.0, north=0.0):
    return [(x + east, y + north) for x, y in area]


def test_the_words_of_the_phone_are_a_point_and_others_are_none():
    """The very form that the page writes is read; an address is not."""
    assert located("东经 113.51670，北纬 33.31670，误差约 12 米") == (113.5167, 33.3167)
    assert located("垭口街道建设路东段") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("113,33\n113.1,33", "3 到"),
        ("33,113\n33,114\n34,114", "第 1 行不在中国境内"),
        ("113,33\n那里", "第 2 行应当是经度和纬度"),
        ("113,33\n113.1,33.1\n113.1,33\n113,33.1", "相交"),
        ("113,33\n113.1,33.1\n113.2,33.2", "一条直线"),
    ],
)
def test_what_bounds_no_area_is_refused_with_the_line(text, said):
    """Too few points, latitude first, words, sides that cross, points on a line."""
    with pytest.raises(NotAnArea, match=said):
        read_area(text)


def test_an_area_is_read_with_either_comma_and_a_closing_point():
    """Full-width comma, blank line and the first point again at the end: the same four corners."""
    text = "113.0，33.0\n113.1,33.0\n\n113.1 33.1\n113.0,33.1\n113.0,33.0"
    assert read_area(text) == SQUARE


def test_in_or_out_agrees_with_a_count_of_the_crossings_of_a_hollow_area():
    """A U-shaped area: its arms are in, its hollow and everything around are out, its edge is in."""
    hollow = [(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)]
    source = random.Random(7)
    for _ in range(500):
        x, y = source.uniform(-1, 4), source.uniform(-1, 4)
        meant = 0 <= x <= 3 and 0 <= y <= 3 and not (1 < x < 2 and y > 1)
        assert inside((x, y), hollow) == meant, (x, y)
    assert inside((1, 2), hollow)


def test_neighbours_do_not_overlap_and_others_do():
    """A shared edge or corner is none; crossing, lying within and lying exactly upon are."""
    assert not overlap(SQUARE, moved(SQUARE, 0.1))
    assert not overlap(SQUARE, moved(SQUARE, 0.1, 0.1))
    assert overlap(SQUARE, moved(SQUARE, 0.05, 0.05))
    assert overlap(SQUARE, moved(SQUARE, 0.05))
    assert overlap(SQUARE, SQUARE)
    within = [(113.04, 33.04), (113.06, 33.04), (113.05, 33.06)]
    assert overlap(SQUARE, within)
    assert overlap(within, SQUARE)


def test_slanted_neighbours_share_an_edge_and_nothing_else():
    """Corners of any angle: what one cut made into two overlaps in nothing; a corner pushed a metre over it does."""
    west = [(113.482, 33.29), (113.515, 33.289), (113.518, 33.318), (113.486, 33.32)]
    east = [(113.515, 33.289), (113.557, 33.285), (113.566, 33.316), (113.518, 33.318)]
    assert not overlap(west, east)
    assert overlap(west, [(113.51499, 33.289), *east[1:]])
    source = random.Random(7)
    for _ in range(200):
        low, high = (113 + round(source.random(), 6), 33.0), (113 + round(source.random(), 6), 34.0)
        assert not overlap([low, high, (112.5, 33.5)], [low, high, (114.5, 33.5)])
