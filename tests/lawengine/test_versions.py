"""Which text counts: the one of the act's day, or for punishments the one of the conduct unless the new is lighter."""

from dataclasses import replace

import pytest

from tests.lawengine.world import HEAD, act, at, law, library, rule_text, said, state_of, verdict

TWO_TEXTS = """
title = "上限"
kind = "ceiling"
acts = ["decided"]
severity = "block"
topic = "decision"
dated_by = "{dated_by}"
[[version]]
in_force = 1996-10-01
source = {{ law = "旧法", article = "第一条" }}
quote = "旧"
terms = {{ fact = "fine_yuan", at_most = {old} }}
[[version]]
in_force = 2021-07-15
source = {{ law = "新法", article = "第二条" }}
quote = "新"
terms = {{ fact = "fine_yuan", at_most = {new} }}
[[example]]
name = "例"
on = 2026-03-02
expect = "pass"
"""


def texts(dated_by: str, old: int, new: int) -> str:
    return TWO_TEXTS.format(dated_by=dated_by, old=old, new=new)


@pytest.mark.parametrize(
    ("day", "fine", "expected"),
    [
        ("2021-07-14", "50", "pass"),
        ("2021-07-14", "200", "breach"),
        ("2021-07-15", "200", "pass"),
        ("2021-07-15", "201", "breach"),
        ("1996-09-30", "9999", "not_applicable"),
    ],
)
def test_the_text_of_the_acts_day_counts(day: str, fine: str, expected: str) -> None:
    """The new text from its first day, the old one to its last, none before the first."""
    the_law = law(texts("act", 50, 200))
    assert said(the_law, act("decided", day, facts={"fine_yuan": fine})) == expected


def test_a_verdict_names_the_text_it_relied_on() -> None:
    """So that it can be replayed years later."""
    found = verdict(law(texts("act", 50, 200)), act("decided", "2021-07-14", facts={"fine_yuan": "200"}))
    assert found.version_from is not None
    assert (found.version_from.isoformat(), found.quote) == ("1996-10-01", "旧")
    assert found.source is not None
    assert found.source.law == "旧法"


def test_the_day_changes_at_midnight_in_beijing() -> None:
    """Half past midnight in Beijing is still the day before in London."""
    the_law = law(texts("act", 50, 200))
    moment = at("2021-07-15", 0).astimezone(tz=None)
    assert said(the_law, act("decided", moment, facts={"fine_yuan": "200"})) == "pass"


@pytest.mark.parametrize(
    ("old", "new", "ended", "fine", "expected"),
    [
        # The new text is heavier: conduct under the old one keeps the old ceiling.
        (50, 200, "2021-07-14", "200", "breach"),
        (50, 200, "2021-07-15", "200", "pass"),
        # The new text is lighter: it counts for older conduct too.
        (200, 50, "2021-07-14", "200", "breach"),
        (200, 50, "2021-07-14", "50", "pass"),
        # Before any text there was no such rule.
        (50, 200, "1990-01-01", "9999", "not_applicable"),
    ],
)
def test_punishment_goes_by_the_law_of_the_conduct_unless_the_new_law_is_lighter(
    old: int, new: int, ended: str, fine: str, expected: str
) -> None:
    """从旧兼从轻, seen from a decision of 2026."""
    the_law = law(texts("conduct", old, new))
    facts = {"fine_yuan": fine, "violation_ended_on": ended}
    assert said(the_law, act("decided", "2026-03-02", facts=facts)) == expected


def test_the_reason_says_which_text_counted_and_why() -> None:
    """The older for older conduct, the newer where it is lighter."""
    facts = {"fine_yuan": "200", "violation_ended_on": "2021-07-14"}
    of_old = verdict(law(texts("conduct", 50, 200)), act("decided", facts=facts)).reason
    of_new = verdict(law(texts("conduct", 200, 50)), act("decided", facts=facts)).reason
    assert of_old.endswith("（违法行为终了于2021年7月14日，适用行为时的规定：《旧法》第一条）")
    assert of_new.endswith(
        "（违法行为终了于2021年7月14日，现行规定对当事人更轻，适用现行规定：《新法》第二条）"
    )


def test_without_the_day_of_the_conduct_the_text_cannot_be_chosen() -> None:
    """And the verdict says which fact is missing."""
    found = verdict(law(texts("conduct", 50, 200)), act("decided", facts={"fine_yuan": "1"}))
    assert (found.outcome, found.missing) == ("unknown", ("violation_ended_on",))


def test_an_undated_act_is_judged_only_where_no_later_text_could_count() -> None:
    """After a dated act under the newest text its law is certain; before, it is not."""
    the_law = law(texts("act", 50, 200))
    undated = act("decided", None, facts={"fine_yuan": "201"})
    assert said(the_law, undated, act("filed", "2022-01-01")) == "breach"
    found = verdict(the_law, undated, act("filed", "2020-01-01"))
    assert found.outcome == "unknown"
    assert "行为日期不明" in found.reason
    assert said(the_law, undated) == "unknown"


def test_a_text_that_has_lapsed_does_not_apply() -> None:
    """Its last day is the day of `until`."""
    the_law = law(rule_text("condition", '{ holds = "false" }', more="until = 2025-12-31"))
    assert said(the_law, act("decided", "2025-12-31")) == "breach"
    assert said(the_law, act("decided", "2026-01-01")) == "not_applicable"


def test_a_local_text_goes_over_the_national_one_from_its_day_and_only_there() -> None:
    """Before the local text, and elsewhere, the national one counts."""
    local = rule_text(
        "ceiling",
        '{ fact = "fine_yuan", at_most = 100 }',
        extra='overrides = "cn.area.r0"',
        in_force="2024-01-01",
    )
    packs = library(rule_text("ceiling", '{ fact = "fine_yuan", at_most = 200 }'), overlays={"41": [local]})
    here, there = packs.law(region="410481", field="urban"), packs.law(region="130821", field="urban")
    of_2026, of_2023 = (
        act("decided", day, facts={"fine_yuan": "150"}) for day in ("2026-03-02", "2023-12-31")
    )
    assert (said(here, of_2026), said(here, of_2023), said(there, of_2026)) == ("breach", "pass", "pass")
    assert verdict(here, of_2026).rule == "41.area.r0"
    assert verdict(here, of_2023).rule == "cn.area.r0"


def test_a_punishment_rule_judges_nothing_on_other_days_than_it_says() -> None:
    """An excerpt does not change which text counts."""
    the_law = law(texts("act", 50, 200))
    state = state_of(the_law, head=replace(HEAD, fragment=True))
    (found,) = (one for one in state.judge(act("decided", "2021-07-14", facts={"fine_yuan": "60"})))
    assert found.outcome == "breach"
