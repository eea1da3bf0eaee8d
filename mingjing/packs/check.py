"""The check of the packs: every example run, every rule counted, what is unverified or one-sided named, as a table."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from mingjing.lawengine.model import Example, Rule, Version
from mingjing.packs.defects import defects_table
from mingjing.packs.examples import Bench, Result
from mingjing.packs.load import Library
from mingjing.packs.source import PackError

__all__ = ["Report", "check", "defects_table", "is_one_sided", "table", "unshown_changes"]

# Kinds whose terms draw a line in numbers: an example must stand on either side of it.
_WITH_A_LINE: Final = ("ceiling", "deadline", "quorum")
_KEPT: Final = ("pass", "running", "met")
_BROKEN: Final = ("breach", "missed")


@dataclass(frozen=True)
class Report:
    """What a check of the packs found. `good` means that the packs may be released."""

    library: Library
    results: tuple[Result, ...]
    one_sided: tuple[Rule, ...]
    unshown: tuple[tuple[Rule, date], ...]  # a change of version without an example on its day and on its eve

    @property
    def failures(self) -> tuple[Result, ...]:
        """The examples that gave another answer than they say."""
        return tuple(result for result in self.results if not result.good)

    @property
    def good(self) -> bool:
        return not (self.failures or self.one_sided or self.unshown)


def check(library: Library) -> Report:
    """Run every example of every rule. Raises PackError where examples are not written as they must be."""
    read_examples(library)
    bench = Bench.of(library)
    return Report(
        library=library,
        results=tuple(bench.run(rule, example) for rule in library.rules for example in rule.examples),
        one_sided=tuple(rule for rule in library.rules if is_one_sided(rule)),
        unshown=tuple((rule, day) for rule in library.rules for day in unshown_changes(rule)),
    )


def read_examples(library: Library) -> None:
    """Read every example, which nobody needs until then. Raises PackError, with the first fault of every file."""
    faults: list[PackError] = []
    for rule in library.rules:
        try:
            _ = rule.examples
        except PackError as fault:
            faults.append(fault)
    if faults:
        first, *more = faults
        raise PackError(first.file, first.line, first.message, tuple(more))


def is_one_sided(rule: Rule) -> bool:
    """Say whether a rule that draws a line lacks an example on one side of it."""
    if rule.kind not in _WITH_A_LINE:
        return False
    answers = {answer for example in rule.examples for answer in _answers(example)}
    return not (answers & set(_KEPT) and answers & set(_BROKEN))


def unshown_changes(rule: Rule) -> tuple[date, ...]:
    """Give the days on which the law changed and no example shows it: one on the day, one on its eve."""
    if len(rule.versions) < 2:
        return ()
    shown = {_dated(rule, example) for example in rule.examples}
    changes = [version.in_force for version in rule.versions[1:]]
    return tuple(day for day in changes if not {day, day - timedelta(days=1)} <= shown)


def table(report: Report) -> str:
    """Give the report as people read it."""
    rows = [_row(title, rules, report) for title, rules in _by_pack(report.library)]
    rows.append(_row("合计", report.library.rules, report))
    heads = ("法律包", "规则", "阻断", "评分", "提醒", "版本", "样例", "未通过", "待核实")
    parts = [_columns([heads, *rows]), *_details(report)]
    return "\n\n".join(part for part in parts if part)


def _details(report: Report) -> Iterable[str]:
    unverified = [
        f"  {rule.id}（{rule.title}）：{version.source.cite()}。{version.source.note}"
        for rule in report.library.rules
        for version in rule.versions
        if not version.source.verified
    ]
    yield _listed("来源待核实：", unverified)
    failed = [
        f"  {r.rule.path} 样例“{r.example.name}”：应为 {r.wanted}，实为 {r.got}。{r.reason}"
        for r in report.failures
    ]
    yield _listed("样例未通过：", failed)
    one_sided = [f"  {rule.path}：合法、违法两侧要各有一个样例" for rule in report.one_sided]
    yield _listed("界限只有一侧样例：", one_sided)
    unshown = [f"  {rule.path}：{day} 改版，当日和前一日要各有一个样例" for rule, day in report.unshown]
    yield _listed("改版没有样例：", unshown)
    yield _counts(report.library)
    yield "法律包检查通过。" if report.good else "法律包检查没有通过，请按上面所列修改。"


def _counts(library: Library) -> str:
    """Say what was counted; the loader refuses a rule without article, quotation or example, so none is left."""
    versions = [version for rule in library.rules for version in rule.versions]
    unverified = sum(1 for version in versions if not version.source.verified)
    examples = sum(rule.examples_written for rule in library.rules)
    bare = sum(
        1 for rule in library.rules if not rule.examples_written or not all(map(_founded, rule.versions))
    )
    return (
        f"规则 {len(library.rules)} 条，版本 {len(versions)} 个，样例 {examples} 个；"
        f"来源待核实的版本 {unverified} 个；没有条款、引文或者样例的规则 {bare} 条。"
    )


def _founded(version: Version) -> bool:
    return bool(version.source.article and version.quote)


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *lines]) if lines else ""


def _by_pack(library: Library) -> Iterable[tuple[str, tuple[Rule, ...]]]:
    for scope, pack in library.packs.items():
        yield f"{pack.title}（{scope}）", tuple(rule for rule in library.rules if rule.scope == scope)


def _row(title: str, rules: Sequence[Rule], report: Report) -> tuple[str, ...]:
    ids = {rule.id for rule in rules}
    severities = [rule.severity.value for rule in rules]
    figures = (
        len(rules),
        *(severities.count(severity) for severity in ("block", "grade", "warn")),
        sum(len(rule.versions) for rule in rules),
        sum(len(rule.examples) for rule in rules),
        sum(1 for result in report.failures if result.rule.id in ids),
        sum(1 for rule in rules for version in rule.versions if not version.source.verified),
    )
    return (title, *map(str, figures))


def _answers(example: Example) -> Iterable[str]:
    yield example.expect
    yield str(example.setting.get("status", ""))
    # A limit asked for its end stands on both sides of it: the day it gives, and the day after.
    if "due" in example.setting:
        yield from ("pass", "breach")


def _dated(rule: Rule, example: Example) -> date:
    """Give the day by which an example's version is chosen."""
    conduct = example.facts.get("violation_ended_on") if rule.dated_by == "conduct" else None
    if isinstance(conduct, date):
        return conduct
    if isinstance(conduct, str):
        return date.fromisoformat(conduct)
    return example.on.date() if isinstance(example.on, datetime) else example.on


def _columns(rows: Sequence[Sequence[str]]) -> str:
    """Lay rows out in columns; a Chinese character is two wide."""
    widths = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join([row[0] + " " * (widths[0] - _width(row[0])), *_right(row[1:], widths[1:])]).rstrip()
        for row in rows
    ]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def _right(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [" " * (width - _width(cell)) + cell for cell, width in zip(cells, widths, strict=True)]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
