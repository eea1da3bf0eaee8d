"""The mutation check finds what the examples do not show."""

from datetime import date

from mingjing.packs.check import check, table
from mingjing.packs.mutate import mutants_of, mutate, mutation_table
from tests.lawengine.world import library, rule_text

BOTH_SIDES = """
[[example]]
name = "二百元可以"
on = 2026-03-02
facts = { fine_yuan = "200" }
expect = "pass"
[[example]]
name = "二百零一元不可以"
on = 2026-03-02
facts = { fine_yuan = "201" }
expect = "breach"
[[example]]
name = "施行当日"
on = 2020-01-01
facts = { fine_yuan = "201" }
expect = "breach"
[[example]]
name = "施行前一日"
on = 2019-12-31
facts = { fine_yuan = "201" }
expect = "not_applicable"
"""


def rule(examples: str) -> str:
    text = rule_text("ceiling", '{ fact = "fine_yuan", at_most = 200 }')
    return text[: text.index("[[example]]")] + examples


def test_examples_on_both_sides_of_every_line_notice_every_slip() -> None:
    """Figure, bound and date: none survives."""
    score = mutate(library(rule(BOTH_SIDES)))
    assert (score.mutants, score.survivors) == (5, ())
    assert "得分 1.000" in mutation_table(score)


def test_an_example_that_shows_no_line_lets_slips_survive_and_they_are_named() -> None:
    """A pass far below the ceiling proves little; the author is told what to add."""
    poor = BOTH_SIDES[: BOTH_SIDES.index("[[example]]", 5)].replace('"200"', '"1"')
    packs = library(rule(poor))
    score = mutate(packs)
    assert not score.good
    assert "at_most：200 改为 201" in mutation_table(score)
    report = check(packs)
    assert not report.good
    assert "合法、违法两侧要各有一个样例" in table(report)


def test_a_wrong_example_fails_the_check_and_says_what_came_out() -> None:
    """With the reason the engine gave."""
    packs = library(rule(BOTH_SIDES.replace('fine_yuan = "200"', 'fine_yuan = "300"')))
    report = check(packs)
    (failure,) = report.failures
    assert (failure.wanted, failure.got) == ("pass", "breach")
    assert "样例“二百元可以”：应为 pass，实为 breach。罚款金额 300元，不得超过 200元" in table(report)
    assert not report.good
    assert check(library(rule(BOTH_SIDES))).good


def test_a_change_of_the_law_without_examples_is_told() -> None:
    """The day of the new text and its eve."""
    second = """
[[version]]
in_force = 2024-05-01
source = { law = "试验法", article = "第二条" }
quote = "新条文"
terms = { fact = "fine_yuan", at_most = 200 }
"""
    report = check(library(rule(second + BOTH_SIDES)))
    assert [str(day) for _, day in report.unshown] == ["2024-05-01"]
    assert "2024-05-01 改版" in table(report)


def test_every_part_of_a_rule_is_spoilt() -> None:
    """Conditions, units, lists, references, alternatives, booleans, dates."""
    data = {
        "when": "did_filed && fine_yuan <= 5",
        "version": [
            {
                "in_force": date(2020, 1, 1),
                "terms": {
                    "needs": ["filed|noticed", "served[document=decided]"],
                    "unit": "working_days",
                    "amount": 7,
                    "roll": False,
                    "at_most": {"fact": "gain_yuan", "times": 0.3},
                    "bound": "not_before",
                },
            }
        ],
    }
    changes = [change for change, _ in mutants_of(data)]
    for words in (
        "when：did_filed && fine_yuan <= 5 改为 did_filed || fine_yuan <= 5",
        "when：did_filed && fine_yuan <= 5 改为 did_filed && fine_yuan < 5",
        "when：did_filed && fine_yuan <= 5 改为 did_filed && fine_yuan <= 6",
        "when 去掉",
        "filed|noticed 改为 noticed",
        "served[document=decided] 改为 served",
        "needs 去掉 filed|noticed",
        "working_days 改为 calendar_days",
        "7 改为 8",
        "7 改为 6",
        "False 改为 True",
        "0.3 改为 0.4",
        "at_most 改为 below",
        "not_before 改为 within",
        "2020-01-01 改为 2019-12-31",
    ):
        assert any(words in change for change in changes), words
    assert data["when"] == "did_filed && fine_yuan <= 5"
