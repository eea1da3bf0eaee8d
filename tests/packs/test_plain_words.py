"""Every version of every rule can be told in Chinese sentences with the figures of the pack."""

import re

import pytest

from mingjing.lawengine.model import Rule
from mingjing.packs.load import library
from mingjing.packs.plain_words import KINDS, TOPICS, sentences

RULES = library().rules
LAW = library().law(region="410481", field="urban")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_told_in_words_without_codes(rule: Rule) -> None:
    """No rule is left unsaid, and no field or act is called by its identifier."""
    for version in rule.versions:
        told = sentences(rule, version, LAW)
        assert told
        assert not re.search(r"[a-z]+_[a-z_]+", "".join(told)), told


def test_every_kind_and_topic_has_its_chinese_name() -> None:
    """The browser of the packs never shows a code."""
    assert {rule.kind for rule in RULES} <= KINDS.keys()
    assert {rule.topic for rule in RULES} <= TOPICS.keys()


def test_the_figures_of_a_limit_are_in_its_sentence() -> None:
    """The sentence is made from the terms, so the figure is the pack's."""
    rule = LAW.rules_by_id["cn.penalty.on_the_spot_fine_ceiling"]
    told = "".join(sentences(rule, rule.versions[-1], LAW))
    for figure in rule.versions[-1].raw["at_most"].values():  # type: ignore[attr-defined]
        assert f"{figure:,}元" in told


def test_at_once_is_said_as_the_same_day() -> None:
    """A limit of no days is the day itself; nobody reads “within 0 days”."""
    rule = LAW.rules_by_id["cn.coercion.lifted_when_not_upheld"]
    told = "".join(sentences(rule, rule.versions[-1], LAW))
    assert "当日，应当完成" in told
    assert "0日" not in told


def test_a_sum_that_grows_is_told_with_its_rate_its_cap_and_what_does_not_count() -> None:
    """Three per cent a day, once the principal, and not while the decision is contested."""
    rule = LAW.rules_by_id["cn.execution.added_fine_rate"]
    told = "".join(sentences(rule, rule.versions[-1], LAW))
    assert "加处罚款金额每日不得超过罚款金额的 3%" in told
    assert "总额不得超过罚款金额的 1 倍" in told
    assert "的日数不计算" in told
