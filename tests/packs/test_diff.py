"""Two libraries compared in words that a lawyer reads: what came, went, changed, and whom it touches."""

import json

import pytest

from mingjing.packs.diff import Diff, diff, diff_table
from tests.lawengine.world import library, rule_text

BY_PARTY = '{{ fact = "fine_yuan", by = "party_kind", at_most = {{ citizen = {}, organization = 3000 }} }}'
RULE = rule_text("ceiling", BY_PARTY.format(200))
TWENTY = rule_text("deadline", '{ from = "filed", amount = 20, unit = "working_days" }')


def changed(old: str, new: str, text: str = RULE) -> list[str]:
    """The lines about the one rule in which one thing was replaced."""
    assert old in text
    found = diff(library(text), library(text.replace(old, new)))
    return [line for rule in found.rules for line in rule.lines]


def test_the_same_library_has_no_difference_and_comments_and_examples_are_none() -> None:
    """What the law does is the same."""
    assert diff(library(RULE), library(RULE)).same
    assert diff_table(Diff((), ())) == "两个法规包没有差别。"
    assert changed('name = "例"', 'name = "另一例"') == []
    assert changed('quote = "条文"', '# 注\nquote = "条文"') == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("citizen = 200", "citizen = 300", "自然人：罚款金额不得超过：二百元 → 三百元"),
        ('severity = "block"', 'severity = "warn"', "后果：阻断 → 提醒"),
        ('title = "试验规则"', 'title = "新名"', "名称：试验规则 → 新名"),
        ("in_force = 2020-01-01", "in_force = 2021-07-15", "施行日期：2020年1月1日 → 2021年7月15日"),
        ("in_force = 2020-01-01", "in_force = 2020-01-01\nuntil = 2026-12-31", "失效日期：无 → 2026年12月31日"),
        ('article = "第一条"', 'article = "第二条"', "依据：《试验法》第一条 → 《试验法》第二条"),
        ('article = "第一条"', 'article = "第一条", verified = false, note = "待核"', "来源：已核实 → 待核实"),
        ('quote = "条文"', 'quote = "新条文"', "条文：条文 → 新条文"),
        ('acts = ["decided"]', 'acts = ["decided", "noticed"]', "所管行为增加：告知"),
        ('topic = "decision"', 'topic = "decision"\nwhen = "urgent"', "适用条件：无 → 情况紧急"),
        ('topic = "decision"', 'topic = "hearing"', "环节：决定 → 听证"),
        ('topic = "decision"', 'topic = "decision"\nremedy = "改"', "补救：无 → 改"),
        ('topic = "decision"', 'topic = "decision"\ndated_by = "conduct"', "从旧兼从轻"),
        ('topic = "decision"', 'topic = "decision"\ngrade = { item = "9", points = 3 }', "评查 9：扣 3 分"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_words(old: str, new: str, words: str) -> None:
    """Each with what it was and what it is."""
    (line,) = changed(old, new)
    assert words in line


def test_limits_and_terms_are_told_as_sentences_where_no_figure_says_it() -> None:
    """A figure with its unit; anything else by the sentence before and after."""
    assert changed("amount = 20", "amount = 30", TWENTY) == ["期限：二十个工作日 → 三十个工作日"]
    before, after = changed('from = "filed"', 'from = "noticed"', TWENTY)
    assert before.startswith("原来：自立案")
    assert after.startswith("现在：自告知")


def test_a_new_text_and_a_text_taken_away_are_told_with_their_day() -> None:
    """As the law changes: a version more."""
    version = RULE[RULE.index("[[version]]") : RULE.index("[[example]]")]
    more = RULE.replace(
        "[[example]]", version.replace("2020", "2022").replace("200,", "500,") + "[[example]]"
    )
    (line,) = [line for rule in diff(library(RULE), library(more)).rules for line in rule.lines]
    assert line.startswith("增加2022年1月1日起施行的规定：")
    (line,) = [line for rule in diff(library(more), library(RULE)).rules for line in rule.lines]
    assert line.startswith("删除2022年1月1日起施行的规定：")


def test_rules_that_came_and_went_are_told_whole_with_acts_and_procedures() -> None:
    """And other files by what they are."""
    one, two = library(RULE), library(RULE, TWENTY, files={"area/acts/phoned.toml": PHONED})
    added = diff(one, two)
    (rule,) = added.rules
    assert (rule.state, rule.rule, rule.acts) == ("added", "cn.area.r1", ("决定",))
    assert added.files == ("新增 行为种类 cn/area/acts/phoned.toml",)
    assert diff(two, one).rules[0].state == "repealed"
    printed = diff_table(added)
    assert "新增规则 1 条。" in printed
    assert "涉及行为：决定" in printed
    assert "20 个工作日" in printed or "20个工作日" in printed
    assert json.loads(json.dumps(added.as_json()))["rules"][0]["rule"] == "cn.area.r1"


PHONED = 'kind = "phoned"\ntitle = "电话"\nstage = "notice"\nprocedures = ["ordinary"]\nroles = ["officer"]\n'
