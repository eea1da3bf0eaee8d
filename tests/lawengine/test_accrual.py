"""Sums that grow by the day: what is lawful on a day, to the cent, and what does not count."""

import pytest

from tests.lawengine.world import act, law, rule_text, said, verdict

TERMS = """{ fact = "told_yuan", principal = "fine_yuan", rate = 0.03, from = "served[document=decided]", amount = 15,
unit = "calendar_days", cap_times = 1, pauses = [{ from = "asked", to = "answered" }], days = "extension_days" }"""


def one(terms: str = TERMS):
    return law(rule_text("accrual", terms.replace("\n", " "), acts='["closed"]'))


GROWS = one()
SERVED = act("served", "2026-01-05", facts={"document": "decided"})


def claim(yuan: str, day: str, **facts: object):
    return act("closed", day, facts={"fine_yuan": "1000", "told_yuan": yuan, **facts})


@pytest.mark.parametrize(
    ("day", "yuan", "expected"),
    [
        ("2026-01-20", "0.01", "breach"),  # the last day for payment
        ("2026-01-21", "30", "pass"),
        ("2026-01-21", "30.01", "breach"),
        ("2026-02-22", "990", "pass"),  # the 33rd day
        ("2026-02-22", "990.01", "breach"),
        ("2026-02-23", "1000", "pass"),  # the 34th day: 1020, but not beyond the principal
        ("2026-02-23", "1000.01", "breach"),
        ("2026-12-31", "1000", "pass"),
        ("2026-01-20", "0", "pass"),
    ],
)
def test_three_per_cent_a_day_up_to_the_principal(day: str, yuan: str, expected: str) -> None:
    """Served on 5 January, due on the 20th: the first day is the 21st, and on the 34th the sum is full."""
    assert said(GROWS, claim(yuan, day), SERVED) == expected


def test_without_a_cap_the_sum_grows_on() -> None:
    """The cap is a term of the rule, not of the engine."""
    uncapped = one(TERMS.replace("cap_times = 1,", ""))
    assert said(uncapped, claim("1020", "2026-02-23"), SERVED) == "pass"
    assert said(uncapped, claim("1020.01", "2026-02-23"), SERVED) == "breach"


def test_days_under_review_do_not_count_both_ends_included() -> None:
    """From 21 to 30 January the sum stands still; 31 January is the first day."""
    paused = (SERVED, act("asked", "2026-01-21"), act("answered", "2026-01-30"))
    assert said(GROWS, claim("30", "2026-01-31"), *paused) == "pass"
    assert said(GROWS, claim("30.01", "2026-01-31"), *paused) == "breach"


def test_a_review_that_has_not_ended_stops_the_sum() -> None:
    """Two days had grown before it; nothing is added while it lasts."""
    paused = (SERVED, act("asked", "2026-01-23"))
    assert said(GROWS, claim("60", "2026-03-31"), *paused) == "pass"
    assert said(GROWS, claim("60.01", "2026-03-31"), *paused) == "breach"


def test_days_in_two_pauses_count_once() -> None:
    """A suit brought while a review runs takes no day away twice."""
    paused = (
        SERVED,
        act("asked", "2026-01-22"),
        act("asked", "2026-01-25"),
        act("answered", "2026-01-31"),
    )
    assert said(GROWS, claim("60", "2026-02-01"), *paused) == "pass"
    assert said(GROWS, claim("60.01", "2026-02-01"), *paused) == "breach"


def test_a_period_that_ends_on_a_rest_day_rolls_on() -> None:
    """Served on Friday 6 March, due on Saturday the 21st, hence Monday the 23rd: the 24th is the first day."""
    served = act("served", "2026-03-06", facts={"document": "decided"})
    assert said(GROWS, claim("0.01", "2026-03-23"), served) == "breach"
    assert said(GROWS, claim("30", "2026-03-24"), served) == "pass"


def test_the_verdict_shows_the_arithmetic() -> None:
    """Whoever is asked to pay, or to strike a claim down, can follow it figure by figure."""
    found = verdict(GROWS, claim("400", "2026-01-30"), SERVED)
    assert "自2026年1月21日起至2026年1月30日" in found.reason
    assert "1,000元 × 3% × 10 = 300元" in found.reason
    assert (found.found, found.allowed) == ("400元", "300元")


def test_cents_are_rounded_not_cut() -> None:
    """Three per cent of 0.50 is one and a half cents: two."""
    facts = {"fine_yuan": "0.50"}
    assert said(GROWS, claim("0.02", "2026-01-21", **facts), SERVED) == "pass"
    assert said(GROWS, claim("0.03", "2026-01-21", **facts), SERVED) == "breach"


def test_more_days_than_there_are_is_a_breach_by_itself() -> None:
    """The number of days stated must bear the sum out."""
    assert said(GROWS, claim("300", "2026-01-30", extension_days=10), SERVED) == "pass"
    assert said(GROWS, claim("300", "2026-01-30", extension_days=11), SERVED) == "breach"


@pytest.mark.parametrize("lost", ["fine_yuan", "told_yuan"])
def test_a_missing_sum_is_unknown(lost: str) -> None:
    """What is not known is not assumed."""
    whole = claim("300", "2026-01-30")
    facts = {name: value for name, value in whole.facts.items() if name != lost}
    found = verdict(GROWS, act("closed", "2026-01-30", facts=facts), SERVED)
    assert (found.outcome.value, found.missing) == ("unknown", (lost,))


def test_without_service_nobody_knows_since_when() -> None:
    """Service of another document is no service of the decision."""
    other = act("served", "2026-01-05", facts={"document": "notice"})
    assert said(GROWS, claim("30", "2026-01-30")) == "unknown"
    assert said(GROWS, claim("30", "2026-01-30"), other) == "unknown"


def test_an_act_without_a_day_is_unknown() -> None:
    """Days cannot be counted up to no day."""
    undated = act("closed", None, facts={"fine_yuan": "1000", "told_yuan": "30"})
    assert said(GROWS, undated, SERVED) == "unknown"
    assert said(GROWS, act("closed", None, facts={"told_yuan": "0"}), SERVED) == "pass"


def test_a_dated_fact_may_be_the_last_day_for_payment() -> None:
    """A postponement names the day itself: no period is added to it."""
    postponed = one(
        '{ fact = "told_yuan", principal = "fine_yuan", rate = 0.03, from_field = "violation_ended_on", roll = false }'
    )
    assert said(postponed, claim("30", "2026-03-02", violation_ended_on="2026-03-01")) == "pass"
    assert said(postponed, claim("30.01", "2026-03-02", violation_ended_on="2026-03-01")) == "breach"
    assert said(postponed, claim("30", "2026-03-02")) == "unknown"
