"""The eight points of a legal review with what the machine has found on each. Pure: a function over acts as stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mingjing.lawengine.model import Finding, Law, Outcome, Rule, Source

POINT_FIELD = "point"


@dataclass(frozen=True, slots=True)
class Fact:
    """One rule that was not kept or could not be judged, and where."""

    rule: str
    title: str
    outcome: Outcome
    reason: str
    source: Source | None
    remedy: str
    seq: int  # 0: of the case as a whole
    act: str


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who acted in the case, with his certificate as it stood on the days of these acts."""

    name: str
    certificate: str
    state: str
    auxiliary: bool
    acts: tuple[int, ...]


@dataclass(slots=True)
class Point:
    """One of the eight points: what the rules that bear on it said of the acts so far."""

    no: str
    title: str
    passes: int = 0
    breaches: list[Fact] = field(default_factory=list)
    unknowns: list[Fact] = field(default_factory=list)

    @property
    def examined(self) -> int:
        """How many judgements bear on this point."""
        return self.passes + len(self.breaches) + len(self.unknowns)

    def said(self) -> str:
        """Write what was found as the sentence a reviewer starts from; empty where no rule bears on the point."""
        if not self.examined:
            return ""
        if self.passes == self.examined:
            return f"系统核对{self.examined}项次，均合法。"
        parts = [f"系统核对{self.examined}项次，合法{self.passes}项次"]
        if self.breaches:
            parts.append(f"不合法{len(self.breaches)}项次（{_titles(self.breaches)}）")
        if self.unknowns:
            parts.append(f"因未载明不能判断{len(self.unknowns)}项次（{_titles(self.unknowns)}）")
        return "，".join(parts) + "。"


def _titles(facts: Iterable[Fact]) -> str:
    return "；".join(dict.fromkeys(fact.title for fact in facts))


def points(
    law: Law, acts: Iterable[tuple[int, str, Sequence[Mapping[str, Any]]]], overdue: Iterable[Finding]
) -> list[Point]:
    """Give the points in the order of the pack.

    `acts` are (number, kind, stored verdicts); `overdue` are the limits that ran out with nothing done.
    """
    found = {no: Point(no, title) for no, title in law.fields[POINT_FIELD].options}
    for seq, kind, verdicts in acts:
        for stored in verdicts:
            _count(law, found, stored, seq, law.title_of(kind))
    for finding in overdue:
        for point in _bearing(found, law.rules_by_id.get(finding.rule)):
            point.breaches.append(_late(finding))
    return list(found.values())


def _count(law: Law, found: Mapping[str, Point], stored: Mapping[str, Any], seq: int, act: str) -> None:
    outcome = Outcome(stored["outcome"])
    for point in _bearing(found, law.rules_by_id.get(stored["rule"])):
        if outcome is Outcome.PASS:
            point.passes += 1
        else:
            _side(point, outcome).append(_fact(stored, outcome, seq, act))


def _bearing(found: Mapping[str, Point], rule: Rule | None) -> list[Point]:
    """The points a rule bears on; a rule that the packs have since dropped bears on none."""
    return [found[str(no)] for no in rule.review_points if str(no) in found] if rule else []


def _side(point: Point, outcome: Outcome) -> list[Fact]:
    return point.breaches if outcome is Outcome.BREACH else point.unknowns


def _fact(stored: Mapping[str, Any], outcome: Outcome, seq: int, act: str) -> Fact:
    source = Source(**stored["source"]) if "source" in stored else None
    texts = (stored.get("reason", ""), source, stored.get("remedy", ""))
    return Fact(stored["rule"], stored["title"], outcome, *texts, seq=seq, act=act)


def _late(finding: Finding) -> Fact:
    return Fact(
        finding.rule,
        finding.title,
        finding.outcome,
        finding.reason,
        finding.source,
        finding.remedy,
        0,
        "尚未办理",
    )


def officers(acts: Iterable[tuple[int, Sequence[Mapping[str, Any]]]]) -> list[Officer]:
    """Give who performed the acts (number, performers), once for each state that his certificate was in."""
    seen: dict[tuple[str, str, str, bool], list[int]] = {}
    for seq, performers in acts:
        for one in performers:
            key = (one["name"], one["certificate"], one["certificate_state"], one["auxiliary"])
            seen.setdefault(key, []).append(seq)
    return [Officer(*key, tuple(numbers)) for key, numbers in seen.items()]
