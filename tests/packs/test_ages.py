"""The ages that publicity draws its lines at: in the pack with article and words, and tried by their examples."""

from dataclasses import replace
from datetime import date

import pytest

from mingjing.packs.ages import NAME, ages, check_ages
from mingjing.packs.load import Library, library
from mingjing.packs.source import PackFile


def rewritten(old: str, new: str) -> Library:
    """The shipped packs with one thing changed in the file of the ages."""
    found = library().packs["cn"]
    files = tuple(
        PackFile.parse(NAME, file.text.replace(old, new, 1)) if file.name == NAME else file
        for file in found.files
    )
    return replace(library(), packs={**library().packs, "cn": replace(found, files=files)})


def test_the_ages_stand_in_the_pack_with_their_articles():
    """A child is below the first, and below the second whatever is told of him is sensitive."""
    known = ages()

    assert known.majority.source.cite() == "《民法典（2020）》第十七条"
    assert known.sensitive.source.cite() == "《个人信息保护法（2021）》第二十八条"
    assert known.majority.below(date(2008, 3, 4), date(2026, 3, 3))
    assert not known.majority.below(date(2008, 3, 4), date(2026, 3, 4))
    assert known.sensitive.years < known.majority.years


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", []),
        ("years = 18", "years = 19", ["例子“十八周岁生日当日已成年”"]),
        ("years = 14", 'years = "14"', ["years 要写周岁数"]),
        ("below = []", "under = []", ["缺少 below"]),
        ('article = "第十七条"\n', "", ["缺少“article”"]),
    ],
)
def test_the_check_of_packs_tries_the_examples(old, new, told):
    """As shipped all hold; another age breaks an example, and a slip is told by file and line."""
    faults = check_ages(rewritten(old, new))

    assert [one for one in told if one not in "".join(faults)] == []
    assert bool(faults) is bool(told)
    assert all(fault.startswith(f"{NAME}:") for fault in faults)
