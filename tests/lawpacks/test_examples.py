"""The law packs test themselves: every worked example runs, and every rule is shown on both sides of its line."""

from collections.abc import Iterator
from datetime import date

import pytest

from mingjing.lawengine.model import Example, Rule, Version
from mingjing.packs.check import check, is_one_sided, table, unshown_changes
from mingjing.packs.defects import defects_table
from mingjing.packs.examples import Bench
from mingjing.packs.load import library
from mingjing.packs.mutate import ENOUGH, mutate, mutation_table

LIBRARY = library()
BENCH = Bench.of(LIBRARY)


def examples() -> Iterator[object]:
    for rule in LIBRARY.rules:
        for number, example in enumerate(rule.examples):
            yield pytest.param(rule, example, id=f"{rule.id}-{number}")


def versions() -> Iterator[object]:
    for rule in LIBRARY.rules:
        for version in rule.versions:
            yield pytest.param(version, id=f"{rule.id}-{version.in_force}")


@pytest.mark.parametrize(("rule", "example"), list(examples()))
def test_a_worked_example_gives_what_it_says(rule: Rule, example: Example) -> None:
    """A lawyer reads the example; the engine must agree with him."""
    result = BENCH.run(rule, example)
    assert result.got == result.wanted, f"{rule.path}：{example.name}：{result.reason}"


@pytest.mark.parametrize("version", list(versions()))
def test_every_text_has_its_article_its_words_and_a_sane_day(version: Version) -> None:
    """No figure without the law it comes from."""
    assert version.source.law
    assert version.source.article
    assert len(version.quote) >= 4
    assert date(1949, 10, 1) <= version.in_force <= date(2027, 12, 31)


def test_every_line_in_numbers_is_shown_on_both_sides() -> None:
    """An example that keeps it and one that breaks it."""
    assert [rule.path for rule in LIBRARY.rules if is_one_sided(rule)] == []


def test_every_change_of_the_law_is_shown_on_its_day_and_on_its_eve() -> None:
    """Where a rule has several texts."""
    missing = [(rule.path, str(day)) for rule in LIBRARY.rules for day in unshown_changes(rule)]
    assert missing == []


def test_the_examples_notice_a_spoilt_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """Every figure, operator, unit and list is spoilt in turn; the score is printed."""
    score = mutate(LIBRARY)
    with capsys.disabled():
        print(f"\n{mutation_table(score).splitlines()[0]}")
    assert score.share >= ENOUGH, mutation_table(score)


def test_the_typical_files_are_lawful_and_planted_defects_are_found() -> None:
    """Whole cases without a finding, and the same cases spoilt in one place each."""
    text, good = defects_table(LIBRARY)
    assert good, text


def test_the_check_prints_a_table_of_every_pack() -> None:
    """Rules, versions, examples, unverified sources; and says whether all is well."""
    report = check(LIBRARY)
    printed = table(report)
    for pack in LIBRARY.packs.values():
        assert pack.title in printed
    assert "待核实" in printed
    assert report.good == ("法律包检查通过。" in printed)
