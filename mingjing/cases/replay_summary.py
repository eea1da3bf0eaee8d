"""What a replay found, gathered by clause for people to read; nothing is judged here and no case is read."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mingjing.cases.replay import CaseRow, Replayed
from mingjing.lawengine.model import Outcome, Severity, Verdict
from mingjing.lawengine.replay import Difference
from mingjing.packs.load import Library

CLEAR: Final = "没有问题"
OF_ACTS: Final = "行为的先后和次数"
WHOLE: Final = "全案（到期未办）"


class Line(NamedTuple):
    """One difference in one case."""

    clause: "Clause"
    case: CaseRow
    act: str
    seq: int | None
    before: str
    after: str
    figure: str
    reason: str


@dataclass(eq=False)
class Clause:
    """Everything that one rule makes different by one text of it."""

    rule: str
    title: str
    cite: str
    quote: str
    cases: set[int] = field(default_factory=set)
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)  # the first ones only


class Summary:
    """Takes in replayed cases one by one; keeps counts, and of every clause the first `shown` lines."""

    def __init__(self, old: Library, new: Library, *, shown: int = 20) -> None:
        self._rules = {rule.id: rule for library in (old, new) for rule in library.rules}
        self._kinds = {**old.kinds, **new.kinds}
        self._shown = shown
        self._clauses: dict[tuple[str, str], Clause] = {}
        self.cases = self.worse = self.better = 0

    @property
    def clauses(self) -> list[Clause]:
        """The clauses, those that touch most cases first."""
        return sorted(self._clauses.values(), key=lambda one: (-len(one.cases), one.rule, one.cite))

    def add(self, found: Replayed) -> list[Line]:
        """Take in a case; gives its lines."""
        self.cases += 1
        lines = [self._line(found.case, one) for one in found.found]
        # A case that gains one fault and loses another is both.
        self.worse += any(_heavier(one) for one in found.found)
        self.better += any(_heavier(_turned(one)) for one in found.found)
        for line in lines:
            clause = line.clause
            clause.cases.add(found.case.pk)
            clause.changes[line.before, line.after] += 1
            if len(clause.lines) < self._shown:
                clause.lines.append(line)
        return lines

    def _clause(self, difference: Difference) -> Clause:
        verdict = difference.after or difference.before
        rule = self._rules.get(difference.rule)
        version = rule.versions[-1] if rule else None
        source = (verdict.source if verdict else None) or (version.source if version else None)
        key = (difference.rule, source.cite() if source else "")
        if key not in self._clauses:
            quote = (verdict.quote if verdict else "") or (version.quote if version else "")
            self._clauses[key] = Clause(key[0], rule.title if rule else OF_ACTS, key[1], quote)
        return self._clauses[key]

    def _line(self, case: CaseRow, one: Difference) -> Line:
        told = next(v for v in (one.after, one.before) if v is not None and v.outcome is not Outcome.PASS)
        kind = self._kinds.get(one.kind)
        act = (kind.title if kind else one.kind) or WHOLE
        return Line(
            self._clause(one),
            case,
            act,
            one.seq,
            _said(one.before),
            _said(one.after),
            _figure(one.before, one.after),
            told.reason,
        )


def _said(verdict: Verdict | None) -> str:
    """Give a verdict in a few words."""
    if verdict is None or verdict.outcome is Outcome.PASS:
        return CLEAR
    if verdict.outcome is Outcome.UNKNOWN:
        return "不能判断"
    if verdict.severity is Severity.WARN:
        return "提醒"
    if verdict.grade and verdict.grade.veto:
        return "违法（一票否决）"
    return f"违法（扣 {verdict.grade.points} 分）" if verdict.grade else "违法"


def _figure(before: Verdict | None, after: Verdict | None) -> str:
    found = next((one.found for one in (after, before) if one and one.found), "")
    was, now = (one.allowed if one else "" for one in (before, after))
    parts = [
        f"实际：{found}" if found else "",
        f"原来允许：{was}" if was else "",
        f"现在允许：{now}" if now else "",
    ]
    return "；".join(part for part in parts if part)


def _weight(verdict: Verdict | None) -> tuple[int, int]:
    if verdict is None or verdict.outcome is Outcome.PASS:
        return (0, 0)
    if verdict.outcome is Outcome.UNKNOWN or verdict.severity is Severity.WARN:
        return (1, 0)
    return (2, 1000 if verdict.grade and verdict.grade.veto else verdict.grade.points if verdict.grade else 0)


def _heavier(one: Difference) -> bool:
    return _weight(one.after) > _weight(one.before)


def _turned(one: Difference) -> Difference:
    return Difference(one.rule, one.kind, one.seq, one.after, one.before)
