"""The file-review standard: every item is found by a rule or named as one that a person must judge."""

from collections.abc import Mapping
from typing import Any

import pytest

from mingjing.lawengine.model import Grade
from mingjing.packs.load import library
from mingjing.packs.review_standard import FILE, Item, read_standard

HUMAN = "cn/review/human_items.toml"


@pytest.fixture(scope="module")
def items() -> dict[str, Item]:
    return {item.no: item for item in read_standard(library().file(FILE)).items}


@pytest.fixture(scope="module")
def human() -> dict[str, Mapping[str, Any]]:
    return {row["no"]: row for row in library().file(HUMAN).data["item"]}


def _grades() -> dict[str, Grade]:
    """Every grade by the id of its rule."""
    return {rule.id: rule.grade for rule in library().rules if rule.grade}


def test_a_rule_costs_only_items_that_the_standard_has(items: dict[str, Item]):
    """A slip in an item's number would let the deduction go nowhere."""
    strange = {rule: grade.item for rule, grade in _grades().items() if grade.item not in items}
    assert not strange


def test_every_item_is_found_by_a_rule_or_left_to_people(
    items: dict[str, Item], human: dict[str, Mapping[str, Any]]
):
    """Nothing of the standard is silently passed over, and nothing is left to people twice."""
    by_rule = {grade.item for grade in _grades().values()}
    assert set(items) - by_rule - set(human) == set()
    whole = {no for no, row in human.items() if not row.get("partly", False)}
    assert whole & by_rule == set()


def test_what_people_judge_is_named_as_in_the_standard_and_says_why(
    items: dict[str, Item], human: dict[str, Mapping[str, Any]]
):
    """The two lists are one vocabulary."""
    for no, row in human.items():
        assert (row["title"], row["stage"], row["points"]) == (
            items[no].title,
            items[no].stage,
            items[no].points,
        )
        assert row["why"].strip()


def test_a_veto_of_the_standard_is_a_veto_in_every_rule(items: dict[str, Item]):
    """A breach that makes a file worthless may not cost a point or two instead, nor the other way round."""
    differing = {
        rule: grade.item for rule, grade in _grades().items() if grade.veto != items[grade.item].veto
    }
    assert not differing
