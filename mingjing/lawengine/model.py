"""The law as the engine works with it (rules with their versions), and every other value of the engine by name."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from mingjing.lawengine.judgement import (
    Deadline,
    Finding,
    Grade,
    NextAct,
    Outcome,
    Severity,
    Source,
    Standing,
    Status,
    Verdict,
)
from mingjing.lawengine.record import ActRecord, CaseHead, CertificateState, EvidenceRef, Performer
from mingjing.lawengine.vocabulary import ActKind, Field, FieldUse, Form, Procedure

if TYPE_CHECKING:
    from mingjing.lawengine.calendar import WorkCalendar
    from mingjing.lawengine.condition import Condition
    from mingjing.lawengine.judge import Plan
    from mingjing.lawengine.terms import Terms

__all__ = [
    "ActKind",
    "ActRecord",
    "CaseHead",
    "CertificateState",
    "Deadline",
    "EvidenceRef",
    "Example",
    "Field",
    "FieldUse",
    "Finding",
    "Form",
    "Grade",
    "Law",
    "NextAct",
    "Outcome",
    "Performer",
    "Procedure",
    "ProcedureLaw",
    "Rule",
    "Severity",
    "Source",
    "Standing",
    "Status",
    "Verdict",
    "Version",
]

DAYS_KEPT: Final = 64  # a case is looked at as of today, a replay as of a few days


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One dated state of a rule. `raw` is the terms as the pack wrote them, `terms` as the judge reads them."""

    in_force: date
    until: date | None
    source: Source
    quote: str
    raw: Mapping[str, object]
    terms: "Terms"
    when: "Condition | None" = None

    def in_force_on(self, day: date) -> bool:
        """Say whether this text was the law on the day."""
        return self.in_force <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example of a rule, run as a test; `setting` is everything else the pack wrote in it."""

    name: str
    on: date | datetime
    expect: str
    facts: Mapping[str, object]
    setting: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule of law with its dated versions, newest last."""

    id: str
    title: str
    kind: str
    acts: tuple[str, ...]
    severity: Severity
    topic: str
    versions: tuple[Version, ...]
    review_points: tuple[int, ...] = ()
    when: "Condition | None" = None
    if_known: tuple[str, ...] = ()  # unless a whole file states these facts the rule says nothing
    dated_by: Literal["act", "conduct"] = "act"
    overrides: str = ""
    remedy: str = ""
    grade: Grade | None = None
    find_examples: Callable[[], tuple[Example, ...]] = tuple
    examples_written: int = 0
    scope: str = "cn"
    path: str = ""
    procedures: tuple[str, ...] = ()  # the procedures in which it speaks; empty: in all
    list_row: Mapping[str, str] = field(
        default_factory=dict
    )  # what the official table of such rules says of it
    base: "Rule | None" = (
        None  # the rule an overlay replaces: it still holds on days the overlay does not cover
    )

    @property
    def examples(self) -> tuple[Example, ...]:
        """The worked examples, read when first asked for. Raises PackError where one is faulty."""
        return self.find_examples()

    @cached_property
    def lasting(self) -> Version | None:
        """The newest text, if acts are judged by their own day and it has no end: nearly always the one that counts."""
        last = self.versions[-1]
        return last if last.until is None and self.dated_by == "act" else None

    def speaks_in(self, procedure: str) -> bool:
        """Say whether the rule is one of this procedure."""
        return not self.procedures or procedure in self.procedures

    def version_on(self, day: date) -> Version | None:
        """Give the text in force on the day, or None."""
        for version in reversed(self.versions):
            if version.in_force <= day:
                return version if version.in_force_on(day) else None
        return None

    def effective_on(self, day: date) -> "tuple[Rule, Version] | None":
        """Give the rule and text that hold on the day: the overlay's own, else those of the rule it replaces."""
        if (version := self.version_on(day)) is not None:
            return self, version
        return self.base.effective_on(day) if self.base is not None else None


@dataclass(frozen=True, eq=False)
class Law:
    """Everything that binds one agency: rules with overlays applied, kinds of act, fields, forms, working days."""

    rules: tuple[Rule, ...]
    kinds: Mapping[str, ActKind]
    fields: Mapping[str, Field]
    forms: Mapping[str, Form]
    calendar: "WorkCalendar"
    digest: str
    region: str = ""
    field: str = ""
    agency: str = ""
    procedures: Mapping[str, Procedure] = dataclasses.field(default_factory=dict)

    @cached_property
    def _of_procedures(self) -> "dict[str, ProcedureLaw]":
        return {}

    def of_procedure(self, procedure: str) -> "ProcedureLaw":
        """Give the part of the law that cases of one procedure go by; the same procedure gives the same object."""
        if procedure not in self._of_procedures:
            self._of_procedures[procedure] = ProcedureLaw(self, procedure)
        return self._of_procedures[procedure]

    def rules_for(self, procedure: str) -> Mapping[str, tuple[Rule, ...]]:
        """Give the rules that speak about each kind of act in cases of this procedure."""
        return self.of_procedure(procedure).rules_by_act

    def kinds_in(self, procedure: str) -> Mapping[str, ActKind]:
        """Give the kinds of act of a procedure in their order, as that procedure uses them."""
        return self.of_procedure(procedure).kinds

    @cached_property
    def rules_by_id(self) -> Mapping[str, Rule]:
        """Each rule by its id; an overridden rule is found under its own id too."""
        found: dict[str, Rule] = {}
        for rule in self.rules:
            link: Rule | None = rule
            while link is not None:
                found[link.id], link = link, link.base
        return found

    @cached_property
    def deadlines(self) -> tuple[Rule, ...]:
        """The rules that set a limit in time, of every procedure."""
        return tuple(rule for rule in self.rules if rule.kind == "deadline")

    @cached_property
    def numeric_fields(self) -> frozenset[str]:
        """Fields written as decimal strings, which conditions read as doubles."""
        return frozenset(f.name for f in self.fields.values() if f.type in ("money", "decimal"))

    @cached_property
    def nothing_done(self) -> Mapping[str, object]:
        """What conditions read of acts before any act: did_<kind> is false and n_<kind> is 0."""
        start: dict[str, object] = {f"did_{kind}": False for kind in self.kinds}
        return start | {f"n_{kind}": 0 for kind in self.kinds}

    def title_of(self, kind: str) -> str:
        """Give the Chinese title of a kind of act, or the kind itself where the packs do not know it."""
        known = self.kinds.get(kind)
        return known.title if known else kind

    def label(self, name: str) -> str:
        """Give the Chinese title of a field, or its name where the packs do not know it."""
        known = self.fields.get(name)
        return known.title if known else name


@dataclass(frozen=True, eq=False)
class ProcedureLaw:
    """The law as cases of one procedure see it: the rules that speak in it, and its kinds of act in their order."""

    law: Law
    procedure: str
    plans: "dict[str, tuple[Plan | Rule, ...]]" = field(default_factory=dict, repr=False)  # kept by the judge
    _limits: "dict[date, tuple[tuple[str, Rule, Version], ...]]" = field(default_factory=dict, repr=False)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that speak in this procedure."""
        return tuple(rule for rule in self.law.rules if rule.speaks_in(self.procedure))

    @cached_property
    def rules_by_act(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that speak about each kind of act; a kind from elsewhere is there too, so that it can be judged."""
        found: dict[str, list[Rule]] = {kind: [] for kind in self.law.kinds}
        for rule in self.rules:
            for kind in dict.fromkeys(rule.acts):
                found.setdefault(kind, []).append(rule)
        return {kind: tuple(rules) for kind, rules in found.items()}

    @cached_property
    def deadlines(self) -> tuple[Rule, ...]:
        """The rules that set a limit in time."""
        return tuple(rule for rule in self.rules if rule.kind == "deadline")

    def limits_on(self, day: date) -> "tuple[tuple[str, Rule, Version], ...]":
        """Give the limits in force on a day, each with the kind of act it waits for and the text of that day."""
        if (known := self._limits.get(day)) is not None:
            return known
        chosen = [(rule.acts[0], rule.effective_on(day)) for rule in self.deadlines]
        found = tuple((kind, *one) for kind, one in chosen if one is not None)
        if len(self._limits) >= DAYS_KEPT:
            self._limits.clear()
        self._limits[day] = found
        return found

    @cached_property
    def kinds(self) -> Mapping[str, ActKind]:
        """The kinds of act of this procedure in their order, as it uses them."""
        used = [
            kind.in_procedure(self.procedure)
            for kind in self.law.kinds.values()
            if self.procedure in kind.procedures
        ]
        return {kind.kind: kind for kind in sorted(used, key=lambda kind: (kind.order, kind.kind))}
