"""What moves the end of a running limit: extensions and pauses, applied in the order in which they happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast

from mingjing.kit.clock import chinese_date
from mingjing.lawengine.calendar import UnknownYear
from mingjing.lawengine.periods import UNIT_NAMES, Span, day_of, extend
from mingjing.lawengine.terms import DeadlineTerms, Extension, Pause, Unit
from mingjing.lawengine.view import Event, View


class Shift(NamedTuple):
    """An extension, or a pause with the act that ended it (None: it has not ended)."""

    begin: Event
    end: Event | None
    by: Extension | Pause


def apply_shifts(span: Span, terms: DeadlineTerms, view: View, after: int, until: Event | None) -> bool:
    """Move the end of the span by everything that happened after act `after` and before the act `until`.

    Says whether the limit stands still: a pause has begun and neither ended nor been ended by `until`.
    """
    mover = _Mover(span, terms, view, until)
    for shift in sorted(_shifts(terms, view, after, until), key=lambda shift: shift.begin.seq):
        mover.apply(shift)
    return mover.paused


def _shifts(terms: DeadlineTerms, view: View, after: int, until: Event | None) -> Iterator[Shift]:
    def within(event: Event) -> bool:
        return event.seq > after and (until is None or event.seq < until.seq)

    for extension in terms.extensions:
        for event in filter(within, view.matching([extension.act])):
            yield Shift(event, event, extension)
    for pause in terms.pauses:
        ends = sorted(filter(within, view.matching([pause.end])), key=lambda event: event.seq)
        for event in filter(within, view.matching([pause.start])):
            yield Shift(event, next((end for end in ends if end.seq > event.seq), None), pause)


@dataclass(slots=True)
class _Mover:
    """Moves one span. `stood` is up to when pauses have been counted: two at once stand still only once."""

    span: Span
    terms: DeadlineTerms
    view: View
    until: Event | None
    paused: bool = False
    stood: datetime | None = None

    def apply(self, shift: Shift) -> None:
        span, begin = self.span, shift.begin
        if span.end is None:
            return
        if begin.day is None:
            self._lose(f"“{self._title(begin)}”的日期不明，无法计算届满日")
        elif begin.day > day_of(span.end):
            span.note("{}时期限已经届满，不影响期限", self._named(begin))
        elif isinstance(shift.by, Extension):
            self._lengthen(begin, shift.by)
        else:
            self._stand_still(begin, shift.end or self.until)

    def _lengthen(self, event: Event, by: Extension) -> None:
        amount = event.act.facts.get(by.field) if by.field else by.amount
        if isinstance(amount, bool) or not isinstance(amount, int):
            self._lose(f"“{self._title(event)}”没有写明“{self.view.law.label(by.field)}”，无法计算届满日")
            return
        unit = by.unit or self.terms.unit
        self._move(amount, unit, f"{self._named(event)}延长 {amount} {UNIT_NAMES[unit]}")

    def _stand_still(self, begin: Event, end: Event | None) -> None:
        if end is None:
            self.paused, self.span.end = True, None
            self.span.note("{}起中止计算，尚未恢复", self._named(begin))
            return
        if begin.at is None or end.at is None:
            self._lose(f"{self._named(begin)}后何时恢复计算不明，无法计算届满日")
            return
        first = max(begin.at, self.stood or begin.at)
        self.stood = max(end.at, first)
        try:
            amount, unit = self._length(first, self.stood)
        except UnknownYear as missing:
            self._lose(str(missing))
            return
        self._move(
            amount, unit, f"{self._named(begin)}至{self._named(end)}不计入，共 {amount} {UNIT_NAMES[unit]}"
        )

    def _length(self, first: datetime, last: datetime) -> tuple[int, Unit]:
        if self.terms.unit == "hours":
            # A started hour counts in the party's favour.
            return -(-(last - first) // timedelta(hours=1)), "hours"
        if self.terms.unit == "working_days":
            return self.view.law.calendar.count_between(first.date(), last.date()), "working_days"
        return (last.date() - first.date()).days, "calendar_days"

    def _move(self, amount: int, unit: Unit, step: str) -> None:
        extend(self.view.law.calendar, self.span, amount, unit)
        if self.span.end is not None:
            self.span.note("{}：至{}", step, self.span.end)

    def _lose(self, why: str) -> None:
        self.span.end, self.span.unknown = None, why
        self.span.note("{}", why)

    def _title(self, event: Event) -> str:
        return self.view.law.title_of(event.act.kind)

    def _named(self, event: Event) -> str:
        return f"{chinese_date(cast('date', event.day))}“{self._title(event)}”"
