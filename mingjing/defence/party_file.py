"""A case as its party may see it: only what the packs list, only his own; plain reading of acts, nothing is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from mingjing.cases.law import CaseFile
from mingjing.cases.outcomes import party_keys
from mingjing.kit.clock import legal_day
from mingjing.kit.money import parse_yuan, yuan
from mingjing.lawengine.model import ActRecord, Deadline, Field
from mingjing.lawengine.periods import UNIT_NAMES, Span, day_of, extend, roll, shown
from mingjing.packs.party_pages import SERVED, PartyPages, Right, Step

Keys = tuple[str, str]  # digests of code and of name
SERVICE: Final = "document_served"
NOBODY: Final[Keys] = ("", "")


@dataclass(frozen=True, slots=True)
class Told:
    """One step of the case in plain words."""

    seq: int
    on: date | None
    says: str
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """One right with how long it can be used, and why until then."""

    right: Right
    due: date | None
    left: str
    over: bool
    steps: Sequence[str]
    source: str


@dataclass(frozen=True)
class PartyFile:
    """One case for one party at one moment."""

    file: CaseFile
    keys: Keys
    now: datetime
    pages: PartyPages

    @cached_property
    def own(self) -> tuple[ActRecord, ...]:
        """The acts done while the case was this party's, and those before anybody was named."""
        return tuple(
            act for act, keys in _with_party(self.file.acts) if keys == NOBODY or same(keys, self.keys)
        )

    @cached_property
    def served(self) -> Mapping[int, ActRecord]:
        """The papers he has, by the number of their act: each with the act by which it came into his hands."""
        found: dict[int, ActRecord] = {}
        latest: dict[str, ActRecord] = {}
        for act in self.own:
            if act.kind in self.pages.handed_over:
                found[act.seq] = act
            elif act.kind in self.pages.papers:
                latest[act.kind] = act
            elif act.kind == SERVICE and (paper := latest.get(str(act.facts.get("service_document")))):
                found.setdefault(paper.seq, act)
        return found

    @property
    def is_current(self) -> bool:
        """Whether the case is still his: what stands of the case as a whole is shown to nobody else."""
        *_, (_, keys) = _with_party(self.file.acts)
        return same(keys, self.keys)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """What his own acts have stated, for the page to choose from by name."""
        return {name: value for act in self.own for name, value in act.facts.items()}

    @cached_property
    def steps(self) -> list[Told]:
        """What was done so far, earliest first."""
        return [
            self._told(act, step)
            for act in self.own
            if (step := self.pages.steps.get(act.kind)) is not None and self._listed(act, step)
        ]

    def _listed(self, act: ActRecord, step: Step) -> bool:
        if act.kind == SERVICE and act not in self.served.values():
            return False
        return all(act.facts.get(name) in wanted for name, wanted in step.only.items())

    def _told(self, act: ActRecord, step: Step) -> Told:
        kind = str(act.facts.get("service_document") or "")
        document = self.file.law.fields["service_document"].label(kind) if act.kind == SERVICE else ""
        shows = [
            (self.file.law.label(name), written(self.file.law.fields[name], act.facts[name]))
            for name in step.shows
            if act.facts.get(name) is not None
        ]
        on = legal_day(act.done_at) if act.done_at else None
        return Told(act.seq, on, step.says.replace("{document}", document), shows)

    @property
    def ahead(self) -> str:
        """What may come next."""
        done = {act.kind for act in self.own}
        in_hand = {act.kind for act in self.own if act.seq in self.served}
        for one in self.pages.ahead:
            if any(
                name.removeprefix(SERVED) in (in_hand if name.startswith(SERVED) else done)
                for name in one.after
            ):
                return one.says
        return ""

    @cached_property
    def rights(self) -> list[Running]:
        """His rights that are open, or were until lately, each with its limit."""
        return [found for right in self.pages.rights if (found := self._right(right)) is not None]

    def right(self, code: str) -> Running | None:
        """One right, where he has it now."""
        return next((one for one in self.rights if one.right.code == code), None)

    def _right(self, right: Right) -> Running | None:
        """The right as the last of its papers gave it; None where he has none, or has used it up."""
        papers = [act for act in self.own if act.kind in right.after and act.seq in self.served]
        if not papers or (right.told and papers[-1].facts.get(right.told) is not True):
            return None
        came = self.served[papers[-1].seq]
        if any(act.seq > papers[-1].seq and act.kind in right.until for act in self.file.acts):
            return None
        if right.amount and came.done_at is not None:
            return self._counted(right, legal_day(came.done_at))
        found = [
            one for one in self._deadlines if one.rule.endswith(f".{right.rule}") and one.due is not None
        ]
        if not right.rule or not found:
            return Running(right, None, right.without, over=False, steps=(), source=right.cited)
        last = found[-1]
        source = last.source.cite() if last.source else right.cited
        return self._running(right, day_of(last.due) if last.due else None, last.steps, source)

    @cached_property
    def _deadlines(self) -> Sequence[Deadline]:
        return self.file.state.standing(self.now).deadlines

    def _counted(self, right: Right, start: date) -> Running:
        span = Span(start, start)
        span.note("自{}收到文书起算，当日不计入", start)
        span.note("加 {} {}", right.amount, UNIT_NAMES[right.unit])
        extend(self.file.law.calendar, span, right.amount, right.unit)
        roll(self.file.law.calendar, span)
        end = day_of(span.end) if span.end else None
        if end:
            span.note("期限至{}届满", end)
        return self._running(right, end, span.steps, right.cited)

    def _running(self, right: Right, due: date | None, steps: Sequence[str], source: str) -> Running:
        today = legal_day(self.now)
        if due is None:
            return Running(right, None, "期限届满日尚不能确定", over=False, steps=steps, source=source)
        days = (due - today).days
        left = f"已于{shown(due)}届满" if days < 0 else ("今天是最后一天" if days == 0 else f"还有 {days} 天")
        return Running(right, due, left, over=days < 0, steps=steps, source=source)

    @property
    def takes_statements(self) -> bool:
        """Whether he may still state his case here: a notice is in his hands and nothing was decided since."""
        notices = [
            act.seq for act in self.own if act.seq in self.served and act.kind == "prior_notice_issued"
        ]
        closed = [act.seq for act in self.file.acts if act.kind in self.pages.closes_defence]
        return bool(notices) and self.is_current and (not closed or max(closed) < max(notices))


def _with_party(acts: Iterable[ActRecord]) -> Iterator[tuple[ActRecord, Keys]]:
    """Give each act with the party of the case as it stood then."""
    known: dict[str, Any] = {}
    for act in acts:
        known.update(act.facts)
        yield act, party_keys(known)


def facts_at(acts: Iterable[ActRecord], seq: int) -> dict[str, Any]:
    """Give what the acts up to this one had stated."""
    return {name: value for act in acts if act.seq <= seq for name, value in act.facts.items()}


def same(one: Keys, other: Keys) -> bool:
    """Whether two pairs of digests are of one party: by code where both have one, else by name."""
    if one[0] and other[0]:
        return one[0] == other[0]
    return bool(one[1]) and one[1] == other[1]


def written(field: Field, value: Any) -> str:
    """Write a fact as people read it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(field.label(str(one)) for one in value)
    return f"{yuan(parse_yuan(str(value)))}" if field.type == "money" else field.label(str(value))
