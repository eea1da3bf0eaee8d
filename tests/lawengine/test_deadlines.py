"""Limits in time: counted as the law counts, moved by pauses and extensions, and told step by step."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mingjing.lawengine.calendar import WorkCalendar
from mingjing.lawengine.model import ActRecord, Deadline, Law, Severity
from mingjing.lawengine.periods import days_in_words, move
from tests.lawengine.world import HEAD, act, at, law, library, rule_text, said, state_of, verdict

EXCERPT = replace(HEAD, fragment=True)
UNKNOWN_YEAR = WorkCalendar().years[-1] + 1


def limit_law(terms: str, **more: str) -> Law:
    more.setdefault("severity", "grade")
    return law(rule_text("deadline", "{ " + terms + " }", **more))


def limits(the_law: Law, on: str, *acts: ActRecord, **head: Any) -> list[Deadline]:
    return list(state_of(the_law, *acts, head=replace(HEAD, **head)).standing(at(on)).deadlines)


def limit(the_law: Law, on: str, *acts: ActRecord, **head: Any) -> Deadline:
    (only,) = limits(the_law, on, *acts, **head)
    return only


FILED = act("filed", "2026-03-02")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-03-02", 7, "working_days", "2026-03-11"),
        ("2026-02-13", 2, "working_days", "2026-02-24"),
        ("2026-03-02", 15, "calendar_days", "2026-03-17"),
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2024-02-29", 1, "years", "2025-02-28"),
        ("2025-12-15", 3, "months", "2026-03-15"),
        ("2026-03-31", -1, "months", "2026-02-28"),
        ("2026-03-11", -7, "working_days", "2026-03-02"),
    ],
)
def test_a_period_ends_on_the_right_day(start: str, amount: int, unit: Any, end: str) -> None:
    """The first day is not counted; a month ends on the day of the same number, or the month's last."""
    assert move(WorkCalendar(), date.fromisoformat(start), amount, unit) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("terms", "kept", "broken"),
    [
        ('from = "filed", amount = 7, unit = "working_days"', "2026-03-11", "2026-03-12"),
        ('from = "filed", amount = 15, unit = "calendar_days"', "2026-03-17", "2026-03-18"),
        # 11 April is a Saturday.
        ('from = "filed", amount = 40, unit = "calendar_days"', "2026-04-13", "2026-04-14"),
        ('from = "filed", amount = 40, unit = "calendar_days", roll = false', "2026-04-11", "2026-04-12"),
        ('from = "filed", amount = 2, unit = "months"', "2026-05-06", "2026-05-07"),
    ],
)
def test_the_last_day_is_in_time_and_the_next_is_late(terms: str, kept: str, broken: str) -> None:
    """Both sides of the line, and a Saturday or holiday at the end rolls on."""
    the_law = limit_law(terms)
    assert said(the_law, act("decided", kept), FILED) == "pass"
    assert said(the_law, act("decided", broken), FILED) == "breach"
    assert limit(the_law, "2026-03-03", FILED).due == date.fromisoformat(kept)


def test_hours_run_from_the_hour_and_never_roll() -> None:
    """24 hours from Friday noon end on Saturday noon."""
    the_law = limit_law('from = "filed", amount = 24, unit = "hours"')
    filed = act("filed", at("2026-03-06", 12))
    assert said(the_law, act("decided", at("2026-03-07", 12)), filed) == "pass"
    assert said(the_law, act("decided", at("2026-03-07", 12) + timedelta(minutes=1)), filed) == "breach"
    assert limit(the_law, "2026-03-06", filed).due == at("2026-03-07", 12)


def test_a_limit_is_told_step_by_step() -> None:
    """Start, span, days not counted, end: a lawyer can follow it with a calendar."""
    found = limit(
        limit_law('from = "filed", amount = 5, unit = "working_days"'),
        "2026-04-02",
        act("filed", "2026-04-01"),
    )
    assert found.steps == (
        "自“立案”2026年4月1日（周三）起算，当日不计入",
        "5 个工作日：至2026年4月9日（周四）",
        "其间不计入的休息日、法定节假日：4月4日至4月6日",
    )
    assert found.source is not None
    assert (found.start, found.start_seq, found.due) == (date(2026, 4, 1), 1, date(2026, 4, 9))


def test_a_late_act_is_a_breach_that_tells_its_derivation() -> None:
    """The figure found, the figure allowed, and how it was reached."""
    found = verdict(
        limit_law('from = "filed", amount = 7, unit = "working_days"'), act("decided", "2026-03-12"), FILED
    )
    assert (found.found, found.allowed) == ("2026年3月12日（周四）", "2026年3月11日（周三）")
    assert "“决定”应当不迟于2026年3月11日（周三），实际为2026年3月12日（周四）" in found.reason
    assert "7 个工作日" in found.reason


@pytest.mark.parametrize(
    ("on", "acts", "status"),
    [
        ("2026-03-11", (), "running"),
        ("2026-03-12", (), "missed"),
        ("2026-05-01", (act("decided", "2026-03-11"),), "met"),
        ("2026-05-01", (act("decided", "2026-03-12"),), "missed"),
        ("2026-03-05", (act("withdrawn", "2026-03-04"),), "dropped"),
        ("2026-05-05", (act("withdrawn", "2026-03-04"),), "dropped"),
        ("2026-03-05", (act("decided", None),), "unknown"),
    ],
)
def test_a_limit_stands_as_its_acts_say(on: str, acts: tuple[ActRecord, ...], status: str) -> None:
    """Running to its last day, missed after it, met by the act, dropped by another."""
    the_law = limit_law('from = "filed", amount = 7, unit = "working_days", dropped_by = ["withdrawn"]')
    assert limit(the_law, on, FILED, *acts).status == status


def test_no_limit_before_its_start() -> None:
    """Nothing began, so nothing runs, and the act is not late; in an excerpt the start is unknown."""
    the_law = limit_law('from = "noticed", amount = 7, unit = "working_days"')
    assert limits(the_law, "2026-03-02", FILED) == []
    assert said(the_law, act("decided", "2026-05-01"), FILED) == "not_applicable"
    assert said(the_law, act("decided", "2026-05-01"), FILED, head=EXCERPT) == "unknown"


def test_what_has_no_date_cannot_be_counted() -> None:
    """Neither from an undated start nor to an undated end."""
    the_law = limit_law('from = "filed", amount = 7, unit = "working_days"')
    assert limit(the_law, "2026-03-02", act("filed", None)).status == "unknown"
    assert said(the_law, act("decided", "2026-03-02"), act("filed", None)) == "unknown"
    undated = verdict(the_law, act("decided", None), FILED)
    assert undated.outcome == "unknown"
    assert "行为日期不明" in undated.reason


@pytest.mark.parametrize(
    ("occurrence", "due"),
    [("first", ["2026-03-04"]), ("last", ["2026-03-11"]), ("each", ["2026-03-04", "2026-03-11"])],
)
def test_a_limit_runs_from_the_first_last_or_each_occurrence(occurrence: str, due: list[str]) -> None:
    """As the rule says."""
    terms = f'from = "asked", occurrence = "{occurrence}", amount = 2, unit = "working_days"'
    the_law = limit_law(terms, acts='["answered"]')
    acts = act("asked", "2026-03-02"), act("asked", "2026-03-09")
    assert [str(one.due) for one in limits(the_law, "2026-03-02", *acts)] == due


def test_each_occurrence_is_met_by_an_act_of_its_own() -> None:
    """Two requests, one answer: the first is met, the second runs on; a second answer in time meets it."""
    terms = 'from = "asked", occurrence = "each", amount = 2, unit = "working_days"'
    the_law = limit_law(terms, acts='["answered"]')
    acts = act("asked", "2026-03-02"), act("asked", "2026-03-03"), act("answered", "2026-03-04")
    assert [one.status for one in limits(the_law, "2026-03-05", *acts)] == ["met", "running"]
    assert said(the_law, act("answered", "2026-03-05"), *acts) == "pass"
    assert said(the_law, act("answered", "2026-03-06"), *acts) == "breach"
    both = *acts, act("answered", "2026-03-05")
    assert said(the_law, act("answered", "2026-06-05"), *both) == "not_applicable"


def test_only_the_first_act_that_meets_a_limit_is_judged_by_it() -> None:
    """A second service a year later is not late."""
    the_law = limit_law('from = "filed", amount = 7, unit = "working_days"', acts='["served"]')
    assert said(the_law, act("served", "2026-09-01"), FILED, act("served", "2026-03-04")) == "not_applicable"


def test_a_limit_is_met_only_by_the_act_it_means() -> None:
    """Serving the notice does not serve the decision, whether met_by or when says so."""
    by_reference = limit_law(
        'from = "decided", amount = 7, unit = "working_days", met_by = ["served[document=decided]"]',
        acts='["served"]',
    )
    by_condition = limit_law(
        'from = "decided", amount = 7, unit = "working_days"',
        acts='["served"]',
        extra="when = \"document == 'decided'\"",
    )
    decided = act("decided", "2026-03-02")
    notice = act("served", "2026-03-03", facts={"document": "notice"})
    for the_law in (by_reference, by_condition):
        assert limit(the_law, "2026-03-04", decided, notice).status == "running"
        assert limit(the_law, "2026-03-12", decided, notice).status == "missed"
        served = act("served", "2026-03-11", facts={"document": "decided"})
        assert limit(the_law, "2026-03-12", decided, notice, served).status == "met"
        assert said(the_law, served, decided, notice) == "pass"
        assert (
            said(the_law, act("served", "2026-03-12", facts={"document": "decided"}), decided, notice)
            == "breach"
        )
        assert (
            said(the_law, act("served", "2026-03-12", facts={"document": "notice"}), decided)
            == "not_applicable"
        )


# --- what moves the end ---------------------------------------------------------------------------

PAUSED = limit_law(
    'from = "filed", amount = 30, unit = "calendar_days", pauses = [{ from = "asked", to = "answered" }]'
)


def test_a_pause_is_not_counted() -> None:
    """30 days from 2 March end on 1 April; ten days of waiting move the end to 13 April, past a weekend."""
    assert limit(PAUSED, "2026-03-02", FILED).due == date(2026, 4, 1)
    waited = FILED, act("asked", "2026-03-10"), act("answered", "2026-03-20")
    found = limit(PAUSED, "2026-03-21", *waited)
    assert found.due == date(2026, 4, 13)
    assert (
        "2026年3月10日“委托鉴定”至2026年3月20日“收到鉴定”不计入，共 10 日（自然日）：至2026年4月11日（周六）"
        in found.steps
    )
    assert said(PAUSED, act("decided", "2026-04-13"), *waited) == "pass"
    assert said(PAUSED, act("decided", "2026-04-14"), *waited) == "breach"


def test_an_open_pause_stands_still_until_the_act_that_meets_the_limit() -> None:
    """No end can be told while it waits; a decision taken meanwhile is in time."""
    waiting = FILED, act("asked", "2026-03-10")
    found = limit(PAUSED, "2026-08-01", *waiting)
    assert (found.status, found.due) == ("paused", None)
    assert said(PAUSED, act("decided", "2026-08-03"), *waiting) == "pass"


def test_two_pauses_at_once_stand_still_once() -> None:
    """Overlapping days are not counted twice; a pause after the end moves nothing."""
    twice = (
        FILED,
        act("asked", "2026-03-10"),
        act("asked", "2026-03-12"),
        act("answered", "2026-03-20"),
    )
    assert limit(PAUSED, "2026-03-21", *twice).due == date(2026, 4, 13)
    late = FILED, act("asked", "2026-04-10"), act("answered", "2026-04-20")
    found = limit(PAUSED, "2026-04-21", *late)
    assert found.due == date(2026, 4, 1)
    assert "2026年4月10日“委托鉴定”时期限已经届满，不影响期限" in found.steps


def test_pauses_of_working_days_and_hours_move_the_end_in_their_unit() -> None:
    """Working days waited are worked off after; hours to the hour."""
    pauses = 'pauses = [{ from = "asked", to = "answered" }]'
    days = limit_law(f'from = "filed", amount = 5, unit = "working_days", {pauses}')
    waited = FILED, act("asked", "2026-03-04"), act("answered", "2026-03-06")
    assert limit(days, "2026-03-06", *waited).due == date(2026, 3, 11)
    hours = limit_law(f'from = "filed", amount = 24, unit = "hours", {pauses}')
    stood = (
        act("filed", at("2026-03-02", 8)),
        act("asked", at("2026-03-02", 10)),
        act("answered", at("2026-03-02", 13)),
    )
    assert limit(hours, "2026-03-02", *stood).due == at("2026-03-03", 11)


EXTENDED = limit_law(
    'from = "filed", amount = 30, unit = "calendar_days", extensions = [{ act = "extended", field = "extension_days" }]'
)


def test_an_extension_in_time_lengthens_the_limit_and_a_late_one_does_not() -> None:
    """Approved on the last day it counts, on the day after it does not; without a figure nobody can tell."""
    thirty = {"extension_days": 30}
    assert limit(EXTENDED, "2026-04-01", FILED, act("extended", "2026-04-01", facts=thirty)).due == date(
        2026, 5, 6
    )
    assert limit(EXTENDED, "2026-04-02", FILED, act("extended", "2026-04-02", facts=thirty)).due == date(
        2026, 4, 1
    )
    found = limit(EXTENDED, "2026-04-01", FILED, act("extended", "2026-04-01"))
    assert (found.status, found.due) == ("unknown", None)
    assert "没有写明“延长天数”" in found.steps[-1]
    endless = act("extended", "2026-04-01", facts={"extension_days": 2**53 - 1})
    found = limit(EXTENDED, "2026-04-01", FILED, endless)
    assert (found.status, found.due) == ("unknown", None)
    assert "超出日历" in " ".join(found.steps)


def test_an_extension_may_have_a_fixed_length_and_unit() -> None:
    """15 working days on top of 30 calendar days."""
    the_law = limit_law(
        'from = "filed", amount = 30, unit = "calendar_days", '
        'extensions = [{ act = "extended", amount = 15, unit = "working_days" }]'
    )
    assert limit(the_law, "2026-03-20", FILED, act("extended", "2026-03-20")).due == date(2026, 4, 23)


def test_a_promise_shorter_than_the_law_counts_and_is_told_apart() -> None:
    """Late against the promise only: a warning that costs nothing. Late against the law: the breach it is."""
    the_law = limit_law('from = "filed", amount = 15, unit = "working_days", promised = "filing"')
    head = replace(HEAD, promised={"filing": 5})
    assert limit(the_law, "2026-03-03", FILED, promised={"filing": 5}).due == date(2026, 3, 9)
    assert limit(the_law, "2026-03-03", FILED, promised={"filing": 50}).due == date(2026, 3, 23)
    assert said(the_law, act("decided", "2026-03-09"), FILED, head=head) == "pass"
    late = verdict(the_law, act("decided", "2026-03-10"), FILED, head=head)
    assert (late.outcome, late.severity) == ("breach", Severity.WARN)
    assert "超过本机关承诺时限，未超过法定期限" in late.reason
    unlawful = verdict(the_law, act("decided", "2026-03-24"), FILED, head=head)
    assert unlawful.severity is Severity.GRADE


# --- not before, and ahead ------------------------------------------------------------------------

WAIT = limit_law(
    'from = "noticed", amount = 5, unit = "working_days", bound = "not_before", unless = ["waived"]'
)
TOLD = act("noticed", "2026-03-02")


@pytest.mark.parametrize(
    ("day", "more", "expected"),
    [
        ("2026-03-09", (), "breach"),
        ("2026-03-10", (), "pass"),
        ("2026-03-03", (act("waived", "2026-03-03"),), "not_applicable"),
    ],
)
def test_an_act_may_not_come_before_the_period_has_run_out(
    day: str, more: tuple[ActRecord, ...], expected: str
) -> None:
    """The last day still belongs to the party; who waives it frees the next act."""
    assert said(WAIT, act("decided", day), TOLD, *more) == expected


def test_a_waiting_period_runs_and_is_then_over() -> None:
    """It is never missed; only an act that did not wait breaks it."""
    assert limit(WAIT, "2026-03-09", TOLD).status == "running"
    assert limit(WAIT, "2026-03-10", TOLD).status == "met"
    assert limits(WAIT, "2026-03-10", TOLD, act("waived", "2026-03-03")) == []
    assert limit(WAIT, "2026-03-10", TOLD).bound == "not_before"


def test_an_act_must_come_long_enough_ahead_of_a_stated_moment() -> None:
    """Seven working days before the hearing the notice itself names; not stated, it cannot be told."""
    the_law = limit_law(
        'from_field = "hearing_at", amount = 7, unit = "working_days", bound = "before"', acts='["invited"]'
    )
    hearing = {"hearing_at": "2026-03-11T09:00+08:00"}
    assert said(the_law, act("invited", "2026-03-02", facts=hearing)) == "pass"
    assert said(the_law, act("invited", "2026-03-03", facts=hearing)) == "breach"
    assert said(the_law, act("invited", "2026-03-02")) == "unknown"
    assert limit(the_law, "2026-03-04", act("invited", "2026-03-03", facts=hearing)).status == "missed"
    assert limit(the_law, "2026-03-04", act("invited", "2026-03-02", facts=hearing)).status == "met"


def test_a_limit_may_run_from_a_date_of_the_case() -> None:
    """Two years from the end of the violation; a faulty date is no date."""
    the_law = limit_law('from_field = "violation_ended_on", amount = 2, unit = "years"', acts='["filed"]')
    ended = {"violation_ended_on": "2024-03-01"}
    assert said(the_law, act("filed", "2026-03-02", facts=ended)) == "pass"  # 1 March 2026 is a Sunday
    assert said(the_law, act("filed", "2026-03-03", facts=ended)) == "breach"
    assert said(the_law, act("filed", "2026-03-03")) == "unknown"
    assert said(the_law, act("filed", "2026-03-03", facts={"violation_ended_on": "去年"})) == "unknown"


def test_hours_from_a_fact_need_an_hour() -> None:
    """A date without an hour cannot start a limit in hours; a time without a zone is Beijing's."""
    the_law = limit_law('from_field = "secret_at", amount = 3, unit = "hours"', acts='["decided"]')
    noon = act("decided", at("2026-03-02", 12))
    assert (
        said(the_law, noon, act("filed", "2026-03-01", facts={"secret_at": "2026-03-02T09:00+08:00"}))
        == "pass"
    )
    assert (
        said(the_law, noon, act("filed", "2026-03-01", facts={"secret_at": "2026-03-02T08:59"})) == "breach"
    )
    assert said(the_law, noon, act("filed", "2026-03-01", facts={"secret_at": "2026-03-02"})) == "unknown"


# --- years nobody has published -------------------------------------------------------------------


def test_a_limit_into_an_unpublished_year_is_unknown_and_says_why() -> None:
    """Working days of that year cannot be counted; an act before the year begins is in time all the same."""
    the_law = limit_law('from = "filed", amount = 60, unit = "working_days"')
    filed = act("filed", f"{UNKNOWN_YEAR - 1}-12-01")
    found = limit(the_law, f"{UNKNOWN_YEAR - 1}-12-02", filed)
    assert (found.status, found.due) == ("unknown", None)
    assert f"{UNKNOWN_YEAR} 年放假安排尚未公布" in found.steps[-1]
    assert said(the_law, act("decided", f"{UNKNOWN_YEAR - 1}-12-31"), filed) == "pass"
    assert said(the_law, act("decided", f"{UNKNOWN_YEAR}-01-04"), filed) == "unknown"


def test_an_end_that_may_roll_on_in_an_unpublished_year_runs_at_least_to_its_own_day() -> None:
    """The day itself is certain; whether it rolls is not, and the step says so."""
    the_law = limit_law('from = "filed", amount = 60, unit = "calendar_days"')
    filed = act("filed", f"{UNKNOWN_YEAR - 1}-12-01")
    found = limit(the_law, f"{UNKNOWN_YEAR - 1}-12-02", filed)
    assert (found.status, found.due) == ("running", date(UNKNOWN_YEAR, 1, 30))
    assert "末日是否休息日尚不能确定" in found.steps[-1]
    assert said(the_law, act("decided", f"{UNKNOWN_YEAR}-01-30"), filed) == "pass"
    assert said(the_law, act("decided", f"{UNKNOWN_YEAR}-01-31"), filed) == "unknown"
    assert limit(the_law, f"{UNKNOWN_YEAR}-02-08", filed).status == "unknown"


def test_a_waiting_period_into_an_unpublished_year_refuses_before_it_and_is_unknown_in_it() -> None:
    """Before the year begins the period cannot have run out."""
    the_law = limit_law('from = "filed", amount = 60, unit = "working_days", bound = "not_before"')
    filed = act("filed", f"{UNKNOWN_YEAR - 1}-12-01")
    assert said(the_law, act("decided", f"{UNKNOWN_YEAR - 1}-12-31"), filed) == "breach"
    assert said(the_law, act("decided", f"{UNKNOWN_YEAR}-05-31"), filed) == "unknown"


def test_the_calendar_of_the_packs_counts() -> None:
    """A day off entered in the packs moves the end."""
    file = 'year = 2026\nissued = 2026-02-01\nsource = "试验"\noff = [2026-03-05]\nwork = []\n'
    rule = rule_text("deadline", '{ from = "filed", amount = 7, unit = "working_days" }', severity="grade")
    moved = library(rule, files={"calendar/2026.toml": file}).law(region="", field="")
    assert limit(moved, "2026-03-03", FILED).due == date(2026, 3, 12)


def test_whether_a_limit_applies_may_not_be_known_yet() -> None:
    """A condition on a fact of the case that nobody stated leaves the limit unknown; stated false, there is none."""
    the_law = limit_law('from = "noticed", amount = 7, unit = "working_days"', extra='when = "urgent"')
    started = act("noticed", "2026-03-02")
    found = limit(the_law, "2026-03-03", FILED, started)
    assert found.status == "unknown"
    assert "缺少“情况紧急”" in found.steps[-1]
    assert limits(the_law, "2026-03-03", act("filed", "2026-03-01", facts={"urgent": False}), started) == []
    assert (
        limit(the_law, "2026-03-03", act("filed", "2026-03-01", facts={"urgent": True}), started).status
        == "running"
    )


def test_days_are_written_in_runs() -> None:
    """One run as one span, a lone day as itself."""
    days = date(2026, 5, 9), date(2026, 5, 1), date(2026, 5, 2)
    assert days_in_words(days) == "5月1日至5月2日、5月9日"


def test_a_moment_in_another_zone_is_a_day_in_beijing() -> None:
    """23:00 in London on the 11th is the 12th in Beijing, hence late."""
    the_law = limit_law('from = "filed", amount = 7, unit = "working_days"')
    late = datetime.fromisoformat("2026-03-11T23:00+00:00")
    assert said(the_law, act("decided", late), FILED) == "breach"
