"""A lawyer mends a pack by what he is told: file, line, what is wrong, how to mend it. One broken file a row."""

import re

import pytest

from mingjing.packs.check import read_examples
from mingjing.packs.load import PackError, library
from mingjing.packs.variants import with_file

CEILING = "cn/penalty/on_the_spot_fine_ceiling.toml"
WITHIN = "cn/penalty/decided_within.toml"
SHOWN = "cn/penalty/credential_shown.toml"
ACT = "cn/penalty/acts/penalty_decided.toml"
FIELDS = "cn/fields.toml"
PROCEDURE = "cn/penalty/procedures/ordinary.toml"
AREA = "cn/penalty/area.toml"
CALENDAR = "cn/calendar/2026.toml"

# What tells a reader how to mend a fault, not only that there is one.
MEND = re.compile(
    r"是否应为|请|应当|应为|应在|只能|只用于|写成|写作|写明|要写|要有|要按|可用的有|至少|不能|不用|不得"
)

# File, what stands there, what a slip makes of it, words of the message.
SLIPS = [
    (CEILING, 'title = "', 'title = ', "不是合法的 TOML"),
    (CEILING, 'kind = "ceiling"', 'kind = "celing"', "“kind”只能是"),
    (CEILING, 'severity = "block"', 'severity = "stop"', "只能是 block、grade、warn"),
    (CEILING, 'topic = "summary"', 'topic = "sumary"', "“topic”只能是"),
    (CEILING, "severity =", "severty =", "不认识的键“severty”，是否应为“severity”"),
    (CEILING, '["on_the_spot_decided"]', '["on_the_spot_decide"]', "没有定义，是否应为“on_the_spot_decided”"),
    (CEILING, "in_force = 2021-07-15", 'in_force = "2021年7月15日"', "要写成日期，如 2021-07-15"),
    (CEILING, "in_force = 2021-07-15", "in_force = 2921-07-15", "日期 2921-07-15 不合理"),
    (CEILING, "in_force = 2021-07-15", "in_force = 1990-07-15", "从旧到新"),
    (CEILING, "[[version]]\nin_force = 2021-07-15", "[[version]]\nuntil = 2020-01-01\nin_force = 2021-07-15", "早于"),
    (CEILING, 'article = "第五十一条" }', 'artcle = "第五十一条" }', "不认识的键“artcle”，是否应为“article”"),
    (CEILING, 'law = "行政处罚法（2021）"', 'law = ""', "缺少“law”"),
    (CEILING, "at_most = { citizen = 200", "at_moost = { citizen = 200", "是否应为“at_most”"),
    (CEILING, "at_most = { citizen = 200", "at_most = { citizn = 200", "不能是“citizn”"),
    (CEILING, "at_most = { citizen = 200", 'at_most = { citizen = "二百"', "要写成数"),
    (CEILING, 'fact = "fine_yuan"', 'fact = "fine_yan"', "字段“fine_yan”没有定义，是否应为“fine_yuan”"),
    (CEILING, 'expect = "pass"', 'expect = "合法"', "“expect”只能是 pass、breach"),
    (CEILING, "on = 2026-03-02", 'on = "昨天"', "样例要写 on = 日期"),
    (CEILING, 'facts = { party_kind = "citizen", penalty', 'facts = { party_kind = "person", penalty', "没有选项"),
    (WITHIN, 'unit = "calendar_days"', 'unit = "days"', "“unit”只能是"),
    (WITHIN, "amount = 90", 'amount = "九十"', "不小于零的整数"),
    (WITHIN, 'from = "filing_approved"', 'from = "filing_aproved"', "是否应为“filing_approved”"),
    (SHOWN, 'true = ["', 'ture = ["', "条款里没有“ture”，是否应为“true”"),
    (ACT, 'stage = "decision"', 'stage = "decide"', "“stage”只能是"),
    (ACT, 'procedures = ["ordinary"]', 'procedures = ["usual"]', "“procedures”至少一项，只能是"),
    (ACT, '{ name = "fine_yuan"', '{ name = "fine_yaun"', "没有在 fields.toml 定义，是否应为“fine_yuan”"),
    (ACT, 'roles = ["officer"]', 'roles = ["police"]', "只能是 officer"),
    (ACT, 'until = ["case_withdrawn"', 'until = ["case_withdrwn"', "是否应为“case_withdrawn”"),
    (ACT, 'kind = "penalty_decided"', 'kind = "penalty_decide"', "文件名应当与 kind 一致"),
    (FIELDS, '"罚款金额"\ntype = "money"', '"罚款金额"\ntype = "yuan"', "“type”只能是"),
    (PROCEDURE, 'enforcement = "penalty"', 'enforcement = "penaly"', "“enforcement”只能是"),
    (PROCEDURE, 'main = ["', 'main = ["nothing_', "没有定义"),
    (AREA, 'procedures = ["ordinary"', 'procedures = ["ordinry"', "ordinry"),
    (CALENDAR, "year = 2026", "year = 2025", "不在 2025 年"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "words"), SLIPS, ids=[f"{n}-{row[0]}" for n, row in enumerate(SLIPS)]
)
def test_a_slip_is_told_with_file_line_and_mend(name: str, old: str, new: str, words: str) -> None:
    """The line is the one that was spoilt, or where its table begins."""
    text = next(file.text for pack in library().packs.values() for file in pack.files if file.name == name)
    assert old in text
    spoilt = text.replace(old, new, 1)
    with pytest.raises(PackError) as caught:
        read_examples(with_file(library(), name, spoilt))
    error = caught.value
    at = spoilt[: spoilt.index(new)].count("\n") + 1
    assert words in error.message, error.message
    assert error.file == name
    assert at - 5 <= error.line <= at + new.count("\n") + 5, (error.line, at)
    assert MEND.search(error.message), error.message
    assert str(error).startswith(f"{name}:{error.line}: ")


def test_a_file_that_lies_nowhere_is_told_where_it_may_lie() -> None:
    """The packs there are."""
    with pytest.raises(PackError, match="路径应当以"):
        with_file(library(), "nowhere/rule.toml", "")
