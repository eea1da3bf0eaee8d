"""Figures of random inspection: each is tried on both sides of its line by the check of packs."""

from dataclasses import replace

import pytest

from mingjing.packs.load import library
from mingjing.packs.random_terms import NAME, check_random_terms, read_random_terms
from mingjing.packs.source import PackFile


def _file() -> PackFile:
    return next(one for one in library().packs["cn"].files if one.name == f"cn/{NAME}")


def test_the_figures_hold_against_their_examples() -> None:
    """As they are shipped; and what is not checked against the original says so."""
    assert check_random_terms(library()) == []
    terms = read_random_terms(library(), region="410481", field="urban", agency="410481-urban")
    assert terms.ceiling["C"] == 10
    assert not terms.sources["general_ceiling"].verified


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("C = 10, D", "C = 11, D", "样例“C 类 11%”按这里的数是允许"),
        ("each = 2", "each = 3", "样例“两名持证人员”按这里的数是不允许"),
        ('approver = "own_agency", allowed = false', 'approver = "government", allowed = true', "各一个"),
    ],
)
def test_a_figure_that_its_examples_do_not_bear_is_named(was: str, now: str, said: str) -> None:
    """A ceiling raised, a number of officers changed, one side of the line left out: named at its section."""
    packs = library().packs
    assert was in _file().text
    file = PackFile.parse(f"cn/{NAME}", _file().text.replace(was, now))
    others = [one for one in packs["cn"].files if one.name != file.name]
    changed = replace(library(), packs={**packs, "cn": replace(packs["cn"], files=(*others, file))})
    [fault] = check_random_terms(changed)
    assert said in fault
