"""The file-review sheet of one case: each item of the standard with what the rules found. Pure: no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mingjing.lawengine.model import Finding, Grade, Law, Outcome, Rule, Severity, Source, Standing
from mingjing.lawengine.standing import points_lost
from mingjing.packs.review_standard import Human, Item, Level, Standard

Judged = tuple[
    int, str, Sequence[Mapping[str, Any]]
]  # number of an act, its kind, the verdicts stored with it


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding under an item: which rule, in which act, on which clause, and what mends it."""

    rule: str
    title: str
    seq: int  # 0: of the case as a whole
    act: str
    reason: str
    source: Source | None
    points: int
    veto: bool
    remedy: str


@dataclass(slots=True)
class Line:
    """One item of the standard as it stands in this case."""

    item: Item
    human: Human | None = None  # why people must look, where they must
    rules: int = 0
    passes: int = 0
    lost: int = 0
    breaches: list[Entry] = field(default_factory=list)
    unknowns: list[Entry] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Say breach, unknown, pass, none (nothing in the case bears on it) or human (people must judge all of it)."""
        if self.breaches:
            return "breach"
        if self.unknowns:
            return "unknown"
        if self.passes:
            return "pass"
        return "none" if self.rules and self.human is None else "human"


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """The whole sheet: items by stage, what stands outside the standard, and the total."""

    standard: Standard
    stages: Mapping[str, Sequence[Line]]
    others: Sequence[Entry]
    score: int
    vetoed: bool
    level: Level

    @property
    def lines(self) -> list[Line]:
        """Every item in order."""
        return [line for lines in self.stages.values() for line in lines]

    def count(self, state: str) -> int:
        """How many items stand so."""
        return sum(line.state == state for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """How many items stand how."""
        return {state: self.count(state) for state in ("breach", "unknown", "pass", "none", "human")}


def fill(
    law: Law,
    procedure: str,
    standard: Standard,
    human: Mapping[str, Human],
    acts: Iterable[Judged],
    standing: Standing,
) -> ScoreSheet:
    """Fill the sheet from what was said of the acts and from where the case stands."""
    acts = list(acts)
    lines = {item.no: Line(item, human.get(item.no)) for item in standard.items}
    for rule in law.of_procedure(procedure).rules:
        if (line := lines.get(_item(rule))) is not None:
            line.rules += 1
    for _, _, verdicts in acts:
        _count_passes(law, lines, verdicts)
    titles = {seq: law.title_of(kind) for seq, kind, _ in acts}
    others = _enter(law, lines, standing, titles)
    stages: dict[str, list[Line]] = {}
    for line in lines.values():
        stages.setdefault(line.item.stage, []).append(line)
    level = standard.level_of(standing.score, vetoed=standing.vetoed)
    return ScoreSheet(standard, stages, others, standing.score, standing.vetoed, level)


def _item(rule: Rule | None) -> str:
    """The item a breach of the rule costs; a warning costs none."""
    return rule.grade.item if rule and rule.grade and rule.severity is not Severity.WARN else ""


def _count_passes(law: Law, lines: Mapping[str, Line], verdicts: Sequence[Mapping[str, Any]]) -> None:
    for stored in verdicts:
        line = lines.get(_item(law.rules_by_id.get(stored["rule"])))
        if line is not None and stored["outcome"] == Outcome.PASS:
            line.passes += 1


def _enter(law: Law, lines: Mapping[str, Line], standing: Standing, titles: Mapping[int, str]) -> list[Entry]:
    """Write the findings under their items; gives those that no item of the standard names."""
    others: list[Entry] = []
    costs: dict[str, list[Grade]] = {}
    for finding in (*standing.findings, *standing.unknowns):
        rule = law.rules_by_id.get(finding.rule)
        line = lines.get(finding.item or _item(rule))
        entry = _entry(finding, titles)
        if finding.outcome is Outcome.UNKNOWN:
            if line is not None:
                line.unknowns.append(entry)
        elif line is None:
            others.append(entry)
        else:
            line.breaches.append(entry)
            costs.setdefault(line.item.no, []).append(_grade(finding, rule))
    for no, grades in costs.items():
        lines[no].lost = points_lost(grades)
    return others


def _entry(finding: Finding, titles: Mapping[int, str]) -> Entry:
    seq = finding.act_seq or 0
    return Entry(
        rule=finding.rule,
        title=finding.title,
        seq=seq,
        act=titles.get(seq, "全案"),
        reason=finding.reason,
        source=finding.source,
        points=finding.points,
        veto=finding.veto,
        remedy=finding.remedy,
    )


def _grade(finding: Finding, rule: Rule | None) -> Grade:
    """What the finding cost, counted each time or once as its rule says."""
    known = rule.grade if rule else None
    each, cap = (known.each, known.cap) if known else (False, finding.points)
    return Grade(finding.item, finding.points, finding.veto, each, cap)
