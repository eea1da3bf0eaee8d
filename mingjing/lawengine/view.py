"""What a judge sees of a case at one act: earlier acts, facts known then, and the context conditions are run in."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from mingjing.kit.clock import beijing
from mingjing.lawengine.calendar import UnknownYear
from mingjing.lawengine.condition import Condition, Context, context_of
from mingjing.lawengine.model import ActRecord, CaseHead, EvidenceRef, Law
from mingjing.lawengine.shortcut import ASK
from mingjing.lawengine.terms import ActRef

if TYPE_CHECKING:
    from mingjing.lawengine.judge import CaseState


class Event(NamedTuple):
    """An act with its day and hour in Beijing; both None where the file does not say when."""

    act: ActRecord
    day: date | None
    at: datetime | None

    @property
    def seq(self) -> int:
        return self.act.seq


def event_of(act: ActRecord) -> Event:
    """Give the act with its legal day."""
    if act.done_at is None:
        return Event(act, None, None)
    at = beijing(act.done_at)
    return Event(act, at.date(), at)


class View:
    """The case as it stands when `act` is judged: everything recorded before it, and what the act itself states.

    A field that the act's own form asks for and that is not a fact of the whole case is read from this act alone:
    that credentials were shown at the inspection says nothing of the inquiry.
    """

    __slots__ = ("_earlier", "act", "at", "context", "day", "facts", "floor", "head", "law", "variables")

    def __init__(self, state: "CaseState", event: Event) -> None:
        self.law: Law = state.law
        self.head: CaseHead = state.head
        self.act, self.day, self.at = event
        self.floor = state.last_day
        self._earlier = state.by_kind
        self.facts: dict[str, object] = dict(state.facts)
        self.variables: dict[str, object] = dict(state.variables)
        self._take_over(event.act)
        self.context: Context = context_of(self.variables.get)

    def _take_over(self, act: ActRecord) -> None:
        facts, variables = self.facts, self.variables
        kind = self.law.kinds.get(act.kind)
        for name in facts.keys() & kind.own_fields if kind else ():
            del facts[name]
            variables.pop(name, None)
        facts.update(act.facts)
        variables.update(readable(act.facts, self.law))
        variables["act_kind"] = act.kind
        if act.performers:
            variables["performer_count"] = len(act.performers)
        if self.day is not None:
            variables["act_day"] = self.day.isoformat()
            if (worked := _worked(self.law, self.day)) is not None:
                variables["act_day_is_working"] = worked

    @property
    def fragment(self) -> bool:
        """Say whether the file is an excerpt, in which what is missing may still have happened."""
        return self.head.fragment

    def done(self, kind: str) -> list[Event]:
        """Give the earlier acts of a kind, in order."""
        return self._earlier.get(kind, [])

    def matching(self, refs: Iterable[ActRef]) -> Iterator[Event]:
        """Give the earlier acts that one of the references means, reference by reference."""
        for ref in refs:
            yield from (event for event in self._earlier.get(ref.kind, ()) if ref.matches(event.act.facts))

    def evidence(self) -> Iterator[EvidenceRef]:
        """Give all evidence that earlier acts rest on."""
        for events in self._earlier.values():
            for event in events:
                yield from event.act.evidence

    def rows(self, name: str) -> Iterator[Mapping[str, object]]:
        """Give the rows of a table as every earlier act and this one have stated it."""
        stated = [event.act.facts.get(name) for events in self._earlier.values() for event in events]
        for rows in (*stated, self.facts.get(name)):
            yield from rows if isinstance(rows, list) else ()

    def holds(self, condition: Condition) -> bool | None:
        """Say whether a condition holds as the case stands at this act; None where that cannot be told."""
        if condition.plain is not None and (said := condition.plain(self.variables.get)) != ASK:
            return said
        wanted = condition.tables
        if not wanted:
            return condition.holds(self.context)
        variables = self.variables
        tables = {name: variables[name] for name in wanted if name in variables}
        return condition.holds(
            context_of(lambda name: None if name in wanted else variables.get(name), tables)
        )

    def missing(self, condition: Condition) -> tuple[str, ...]:
        """Give the facts that a condition needs and that are not known."""
        return tuple(sorted(name for name in condition.names if name not in self.variables))


def _worked(law: Law, day: date) -> bool | None:
    """Say whether a day is worked; None where its year's notice is not known."""
    try:
        return law.calendar.is_working_day(day)
    except UnknownYear:
        return None


def readable(facts: Mapping[str, object], law: Law) -> Iterator[tuple[str, object]]:
    """Give facts as conditions read them: decimal strings as doubles, the rest as they are."""
    numeric = law.numeric_fields
    for name, value in facts.items():
        yield name, _double(value) if name in numeric else value


def _double(value: object) -> object:
    # Only conditions see doubles; ceilings compare exact decimals. What is no number stays text, hence unknown.
    try:
        return float(str(value))
    except ValueError:
        return value
