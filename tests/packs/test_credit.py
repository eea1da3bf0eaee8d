"""The grades of the credit register as the shipped packs set them: every worked example holds, faults are told."""

from datetime import date

import pytest

from mingjing.packs.credit import NAME, credit_terms, read_terms, samples
from mingjing.packs.load import build, library
from mingjing.packs.source import PackError, PackFile

HENAN = {"region": "410481", "field": "urban", "agency": "410481-urban"}
ELSEWHERE = {"region": "500000", "field": "urban", "agency": ""}


def test_every_worked_example_of_the_packs_gets_its_grade():
    """The examples stand beside the figures; both sides of every amount are among them."""
    told = list(samples(library()))
    wrong = []
    for one in told:
        region = "" if one.scope == "cn" else one.scope
        got = read_terms(library(), region, "", "").proposal(one.penalty)
        if ((got.grade.code if got.grade else ""), got.sure) != (one.grade, one.sure):
            wrong.append(f"{one.file} {one.name}: {got}")
    assert len(told) >= 12
    assert wrong == []


def test_a_period_is_counted_from_the_day_of_the_decision_and_ends_on_the_day_of_the_same_number():
    """31 January and three months end on 30 April; what is decided before the rules came is not graded."""
    terms = credit_terms(**ELSEWHERE)
    general = terms.grade("general")
    assert terms.span(general, date(2026, 1, 31), library().calendar) == (
        date(2026, 4, 30),
        date(2027, 1, 31),
    )
    assert terms.binds("ordinary", date(2026, 4, 1))
    assert not terms.binds("ordinary", date(2026, 3, 31))
    assert not terms.binds("licence", date(2026, 4, 1))


def test_nothing_of_it_is_passed_off_as_checked():
    """The text of the rules was not at hand: every screen that shows a figure has to say so."""
    terms = credit_terms(**HENAN)
    assert not terms.source.verified
    assert not terms.repair.source.verified
    assert terms.source.note


def test_a_ground_of_an_unknown_grade_is_refused_by_file_and_line():
    """A slip in a local file is told when it is read, not when somebody publishes."""
    packs = dict(library().packs)
    slip = PackFile.parse(f"41/{NAME}", '[[ground]]\nid = "x"\ngrade = "sirious"\nwhy = "因为"\n')
    files = tuple(slip if file.name == slip.name else file for file in packs["41"].files)
    packs["41"] = type(packs["41"])(**{**_fields(packs["41"]), "files": files})
    with pytest.raises(PackError, match="sirious"):
        read_terms(build(packs), "410481", "", "")


def _fields(pack):
    return {name: getattr(pack, name) for name in pack.__slots__}
