"""Reads a plan: the outline's points become proposed items with units and limits. Proposed only: a person confirms."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import PurePath
from typing import Final

from mingjing.lawengine.calendar import WorkCalendar
from mingjing.rectification.plan.dates import (
    Dated,
    Kind,
    Limit,
    dated,
    limits_in_text,
    stage_limit,
    stated_limits,
)
from mingjing.rectification.plan.items import Plan, PlanItem
from mingjing.rectification.plan.outline import Node, read_outline
from mingjing.rectification.plan.paper import text_of
from mingjing.rectification.plan.units import labelled_units, ordered_units

SHORT: Final = 26
# Chapters that say why and whereto, not what is to be done.
_AIMS: Final = re.compile(
    r"指导思想|总体要求|基本要求|基本原则|工作原则|整改原则|(?:总体|工作|整改|主要|基本)目标|^目标任务$|总体思路|重要意义"
)
_ORDER: Final = re.compile(r"责令([一-鿿]{2,20}?)(?:改正|整改|停止)")
_ASKED: Final = re.compile(r"建议([一-鿿]{2,16}?)责令")
_TO_COME: Final = re.compile(r"下一步(?:将|要)")
_MUST: Final = re.compile(r"(?<!需)(?:请|应当|必须|要(?!求|点|素|件|闻))")
_BLANKS: Final = re.compile(
    r"(?<=[一-鿿，。、；：！？《》“”（）,;:)])[ \t\u3000\xa0]+(?=[一-鿿，。、；：！？《》“”（）])"
)
_NAMED: Final = re.compile(r"(?:方案|意见|通知|计划|清单|台账|要点|安排)[》”]?$")
_SENTENCE: Final = re.compile(r"[^。！？\n]+[。！？]?")


def read_plan(
    content: bytes, name: str, *, written: date | None = None, holidays: WorkCalendar | None = None
) -> Plan:
    """Read a file by its name's ending; `written` wins over the document's own date. Raises PaperUnreadable."""
    plan = read_text(text_of(content, name), written=written, holidays=holidays)
    return plan if plan.title else replace(plan, title=PurePath(name).stem)


def read_text(text: str, *, written: date | None = None, holidays: WorkCalendar | None = None) -> Plan:
    """Read the text of a plan."""
    on = Dated(written, written.year) if written else dated(text)
    reader = _Reader(text, on, holidays or _built_in())
    root = read_outline(text)
    items = tuple(reader.under(root, ())) if root.children else tuple(reader.loose())
    return Plan(_title(text), text, on, items)


@cache
def _built_in() -> WorkCalendar:
    return WorkCalendar()


@dataclass(frozen=True, slots=True)
class _Above:
    """What a point takes from those above it."""

    problem: str = ""
    problems: bool = False  # under a chapter of problems
    stage: tuple[Limit, ...] = ()


class _Reader:
    def __init__(self, text: str, on: Dated, holidays: WorkCalendar) -> None:
        self.text, self.on, self.holidays = text, on, holidays

    def under(self, node: Node, path: tuple[str, ...], above: _Above | None = None) -> Iterator[PlanItem]:
        """The items of everything below a point, in the order of the document."""
        above = above or _Above()
        for child in node.children:
            if _AIMS.search(child.title) and child.level < 2:
                yield from self._dated_goals(child, (*path, _named(child)))
                continue
            yield from self._point(child, (*path, _named(child)), above)
            if child.kind == "problem":
                # The labels of a table row follow one another: a measure belongs to the problem before it.
                above = _Above(_whole(child), above.problems, above.stage)

    def _dated_goals(self, node: Node, path: tuple[str, ...]) -> Iterator[PlanItem]:
        """Aims are no duties, except a goal that says by when."""
        for child in node.children:
            yield from self._dated_goals(child, (*path, _named(child)))
        goal = self._item(node, path[:-1], _Above(), ()) if node.body else None
        if goal and goal.deadline:
            yield goal

    def _point(self, node: Node, path: tuple[str, ...], above: _Above) -> Iterator[PlanItem]:
        is_problem = (
            node.measures_follow or node.kind == "problem" or (above.problems and bool(node.children))
        )
        stage = tuple(stage_limit(node.title, self.on)) or above.stage
        speaks = not is_problem and (node.body or not node.children)
        if speaks and (item := self._item(node, path[:-1], above, stage)):
            yield item
        below = _Above(
            _whole(node) if is_problem else above.problem,
            "问题" in node.title and node.level == 0,
            stage,
        )
        yield from self.under(node, path, below)

    def _item(
        self, node: Node, path: tuple[str, ...], above: _Above, stage: tuple[Limit, ...]
    ) -> PlanItem | None:
        measure = _tidy(node.body or node.title)
        if not measure or (not node.body and node.level < 1):
            return None
        problem = above.problem or (node.title if above.problems and node.body else "")
        lead, responsible = _units(node, measure)
        return PlanItem(
            path=path,
            title=_tidy(node.title) or _short(measure),
            problem=problem,
            measure=measure,
            lead=tuple(lead),
            responsible=tuple(responsible),
            limits=tuple(self._limits(node, measure) or stage),
            source=self.text[node.start : node.end],
            start=node.start,
            end=node.end,
        )

    def _limits(self, node: Node, measure: str) -> list[Limit]:
        stated = [
            one
            for words in node.labels.get("limit", ())
            for one in stated_limits(words, self.on, self.holidays)
        ]
        return _without_doubles([*stated, *self._told(measure, stated=bool(stated))])

    def _told(self, measure: str, *, stated: bool) -> list[Limit]:
        told = limits_in_text(measure, self.on, self.holidays)
        return [one for one in told if one.kind is not Kind.STANDING] if stated else told

    # --- documents without an outline ---------------------------------------------------------

    def loose(self) -> Iterator[PlanItem]:
        """The sentences of a text without numbers that order something of somebody, or until some day."""
        for found in _SENTENCE.finditer(self.text):
            words = found[0].strip()
            start = found.start() + (len(found[0]) - len(found[0].lstrip()))
            if item := self._sentence(words, start):
                yield item

    def _sentence(self, words: str, start: int) -> PlanItem | None:
        order, to_come = _ORDER.search(words), _TO_COME.search(words)
        lead, responsible = ordered_units(words)
        limits = limits_in_text(words, self.on, self.holidays)
        if order:
            asked = _ASKED.search(words)
            lead, responsible = [asked[1]] if asked else [], [order[1]]
        elif not to_come and not (_MUST.search(words) and (responsible or limits)):
            return None
        return PlanItem(
            (), _short(words), "", words, tuple(lead), tuple(responsible), tuple(limits), words, start,
            start + len(words),
        )  # fmt: skip


def _units(node: Node, measure: str) -> tuple[list[str], list[str]]:
    """The units that labels name; only where there is no label, those that the sentences order."""
    lead, responsible = labelled_units(node.labels.get("lead", ()), node.labels.get("responsible", ()))
    return (lead, responsible) if lead or responsible else ordered_units(measure)


def _without_doubles(limits: Sequence[Limit]) -> list[Limit]:
    return list(
        {
            (one.kind, one.day, one.month, one.month_day, "" if one.day else one.words): one
            for one in reversed(limits)
        }.values()
    )[::-1]


def _whole(node: Node) -> str:
    return _tidy("。".join(part for part in (node.title, node.body) if part))


def _named(node: Node) -> str:
    return _tidy(node.title) or _short(_tidy(node.body))


def _tidy(words: str) -> str:
    """Words without the blanks that pages and scans put between Chinese signs."""
    return _BLANKS.sub("", words).strip()


def _short(words: str) -> str:
    first = re.split(r"[，,。；;：:]", words.strip(), maxsplit=1)[0]
    first = re.sub(r"^(?:要|应当|应)(?!对|用|急|求|点)", "", first) or words.strip()
    return first if len(first) <= SHORT else f"{first[:SHORT]}…"


def _title(text: str) -> str:
    lines = [_tidy(line) for line in text.splitlines() if line.strip()][:12]
    named = [line for line in lines if _NAMED.search(line) and len(line) < 80]
    plain = [line for line in lines[:1] if len(line) < 60 and not re.search(r"[。：:；;]$", line)]
    return max(named, key=len) if named else "".join(plain)
