"""Rows as models of alerts read them: names and values, made from plain cases; pure, no database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from mingjing.cases.spread import spread
from mingjing.cases.watched_rows import Breach, WatchedAct, WatchedCase, WatchedFine, WatchedLimit
from mingjing.kit.clock import legal_day
from mingjing.lawengine.calendar import UnknownYear, WorkCalendar
from mingjing.lawengine.vocabulary import Field
from mingjing.packs.alert_words import BY_KIND

SUMS: Final = ("money", "decimal")
FIRST: Final = date(2015, 1, 1)  # working days are numbered from here
THOUSAND: Final = 1000
FEN: Final = 100
DECIDED: Final = ("penalty_decided", "on_the_spot_decided")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `people` names whose it is, by `per` of the models that count."""

    subject: str
    case: str
    number: str
    values: Mapping[str, Any]
    people: Mapping[str, tuple[str, ...]]
    breaches: tuple[Breach, ...] = ()
    seq: int = 0


@dataclass(frozen=True)
class Setting:
    """What every row needs beside itself: the day, the calendar, the fields of the packs."""

    on: date
    calendar: WorkCalendar
    fields: Mapping[str, Field]

    def work(self, day: date) -> int | None:
        """Give the number of a day among the working days; None beyond the years that the calendar knows."""
        return _work(self.calendar, day)

    @property
    def common(self) -> dict[str, Any]:
        return {"today": self.on.toordinal(), "work_today": self.work(self.on)}

    def value(self, name: str, stated: Any) -> Any:
        """Give a fact as conditions compare it: sums as numbers, the rest as it is; None for what is no such thing."""
        known = self.fields.get(name)
        if known is None or known.type not in SUMS:
            return stated
        try:
            return float(str(stated))
        except ValueError:
            return None


@lru_cache(maxsize=8192)
def _work(calendar: WorkCalendar, day: date) -> int | None:
    try:
        return calendar.count_between(FIRST, day)
    except UnknownYear:
        return None


class _CaseValues(dict[str, Any]):
    """The values of a case; an act that a whole file does not have was done no times, of an excerpt that is unknown."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self.whole = whole

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            return self[name]
        return 0 if self.whole and name.startswith("n_") else default


def case_row(case: WatchedCase, setting: Setting) -> Row:
    """Give the row of a case."""
    values = _CaseValues(whole=not case.fragment)
    values.update(setting.common, procedure=case.procedure, ended=case.ended, imported=case.imported)
    for act in case.acts:
        values.update((name, setting.value(name, stated)) for name, stated in act.facts.items())
        _take_act(values, act, setting)
    _fine(values, case)
    people = {"officer": case.handlers[:1], "agency": ("",)}  # the first: each case is counted once
    return Row(case.code, case.code, case.number, values, people, case.breaches)


def _take_act(values: dict[str, Any], act: WatchedAct, setting: Setting) -> None:
    kind = act.kind
    values[f"n_{kind}"] = values.get(f"n_{kind}", 0) + 1
    if (day := act.done_on) is None:
        return
    number = day.toordinal()
    values["last_day"] = max(number, values.get("last_day", 0))
    values[f"last_{kind}"] = max(number, values.get(f"last_{kind}", 0))
    if number < values.get(f"day_{kind}", number + 1):
        values[f"day_{kind}"], values[f"work_{kind}"] = number, setting.work(day)


def _fine(values: dict[str, Any], case: WatchedCase) -> None:
    decided = [act for act in case.acts if act.kind in DECIDED]
    if not decided:
        return
    if decided[-1].done_on is not None:
        values["decided_dom"] = decided[-1].done_on.day
    try:
        fine = float(str(decided[-1].facts.get("fine_yuan")))
    except ValueError:
        return
    high = values.get("benchmark_high_yuan")
    values["fine"], values["fine_round"] = fine, fine > 0 and fine % THOUSAND == 0
    if isinstance(high, float):
        values["fine_at_top"] = fine >= high


def act_rows(case: WatchedCase, setting: Setting) -> list[Row]:
    """Give a row for each act of a case."""
    return [_act_row(case, act, setting) for act in case.acts]


def _act_row(case: WatchedCase, act: WatchedAct, setting: Setting) -> Row:
    values: dict[str, Any] = {name: setting.value(name, stated) for name, stated in act.facts.items()}
    values.update(setting.common, act=act.kind, imported=act.imported)
    if act.done_on is not None:
        values["act_day"] = act.done_on.toordinal()
        values["lag_days"] = (act.recorded_on - act.done_on).days
    people = {"performer": act.performers, "recorder": (act.recorded_by,), "agency": ("",)}
    return Row(f"{case.code}/{act.seq}", case.code, case.number, values, people, seq=act.seq)


def limit_row(limit: WatchedLimit, setting: Setting, now: datetime) -> Row:
    """Give the row of a limit; `left` counts working days and is below zero when the limit has run out."""
    due = legal_day(limit.due)
    try:
        left = -1 if limit.due < now else setting.calendar.count_between(setting.on, due)
    except UnknownYear:
        left = (due - setting.on).days
    values = {
        **setting.common,
        "rule": limit.rule,
        "title": limit.title,
        "topic": limit.topic,
        "left": left,
        "due": due.toordinal(),
    }
    subject = f"{limit.case}/{limit.rule}/{limit.start_seq}"
    return Row(subject, limit.case, limit.number, values, {}, seq=limit.start_seq)


def fine_rows(agency: int, fines: Iterable[WatchedFine], setting: Setting) -> Iterator[Row]:
    """Give the fines of one agency, each beside the spread of all like fines of the region."""
    for _, group in groupby(fines, key=lambda one: one.like):
        like = list(group)
        among = spread(sorted(one.fine_fen for one in like))
        if among is None:
            continue
        for one in like:
            if one.agency == agency:
                values = {
                    **setting.common,
                    "fine": one.fine_fen / FEN,
                    "median": among.median / FEN,
                    "ratio": one.fine_fen / among.median if among.median else 0.0,
                    "count": among.count,
                    "unusual": among.unusual(one.fine_fen),
                }
                yield Row(f"{one.case}/{one.seq}", one.case, one.number, values, {}, seq=one.seq)


def sample_values(source: str, given: Mapping[str, Any], setting: Setting) -> Mapping[str, Any]:
    """Give the values of a worked example, where days are written as days and acts not named were not done."""
    values = _CaseValues(whole=source == "cases")
    values.update(setting.common)
    for name, stated in given.items():
        values[name] = stated.toordinal() if isinstance(stated, date) else stated
        prefix, _, kind = name.partition("_")
        if isinstance(stated, date) and prefix in BY_KIND and source == "cases":
            values.setdefault(f"n_{kind}", 1)
            values.setdefault(f"work_{kind}", setting.work(stated))
            if prefix == "day":
                values.setdefault(f"last_{kind}", stated.toordinal())
        if name == "today":
            values["work_today"] = setting.work(stated)
    return values
