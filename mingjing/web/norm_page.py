"""Benchmarks, lists and laws as their pages show them: items by chapter, questions and rows; nothing is stored here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mingjing.lawengine.benchmark import Benchmark, Circumstance, Fault, Item, Share, Tier, faults
from mingjing.lawengine.benchmark_words import any_of, plain, range_text
from mingjing.norms import selectors
from mingjing.packs import benchmark_compare, law_compare, list_compare
from mingjing.packs.benchmark_compare import Change
from mingjing.packs.benchmark_layout import PARTY_WORDS
from mingjing.packs.laws import Statute
from mingjing.packs.lists import EFFECTS, NormList

LEVELS: Final = {"own": "本机关制定", "superior": "上级机关制定"}
STATES: Final = {
    "in_force": ("现行", "green"),
    "coming": ("尚未施行", "blue"),
    "followed": ("已有新版本", ""),
    "ended": ("已停止适用", ""),
    "draft": ("草稿，待审核", "amber"),
    "checked": ("已审核，待发布", "amber"),
}
TYPES: Final = {"choice": "选择一项", "bool": "是或者否", "number": "填写数值", "money": "填写金额"}
# More items than this begin folded.
OPEN_UP_TO: Final = 4
# More items than this are shown a chapter at a time.
MANY: Final = 60
COLOURS: Final = {
    "none": "green",
    "exempt": "green",
    "mitigated": "green",
    "lighter": "blue",
    "heavier": "red",
}


@dataclass(frozen=True)
class RowView:
    """One row: the answers under each question, the tier and its range."""

    answers: tuple[tuple[str, str], ...]  # question, answer
    condition: str
    label: str
    colour: str
    measure: str
    other: str


@dataclass(frozen=True)
class ItemView:
    """One item with everything its fold shows."""

    item: Item
    questions: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[RowView, ...]
    faults: tuple[Fault, ...]
    ranges: str
    parties: str

    @property
    def serious(self) -> bool:
        """Whether a person must decide something before it is published."""
        return any(one.serious for one in self.faults)


def chapters(benchmark: Benchmark, findings: Iterable[Fault], words: str) -> list[tuple[str, list[ItemView]]]:
    """Give the items that hold all `words`, by chapter in the order of the table."""
    by_item: dict[str, list[Fault]] = {}
    for fault in findings:
        by_item.setdefault(fault.item, []).append(fault)
    groups: dict[str, list[ItemView]] = {}
    for item in benchmark.items:
        told = " ".join((item.code, item.violation, item.law, item.article, item.addressee))
        if all(word in told for word in words.split()):
            groups.setdefault(item.chapter, []).append(_view(item, by_item.get(item.code, [])))
    return list(groups.items())


def _view(item: Item, findings: list[Fault]) -> ItemView:
    asked = [one for one in item.circumstances if _in_rows(item, one)]
    titles = {code: word for word, code in PARTY_WORDS.items()}
    return ItemView(
        item,
        tuple((one.question, _answers(one)) for one in item.circumstances),
        tuple(_column(one) for one in asked),
        tuple(_row(item, row, asked) for row in item.rows),
        tuple(findings),
        "；".join(dict.fromkeys(_range(item, one) for one in item.brackets)),
        "、".join(titles.get(one, one) for one in item.party_kinds) or item.addressee,
    )


def _in_rows(item: Item, one: Circumstance) -> bool:
    return any(cell.key == one.key for row in item.rows for cell in row.cells)


def _answers(one: Circumstance) -> str:
    if one.type == "choice":
        return " / ".join(option.title for option in one.options)
    unit = f"（{one.unit}）" if one.unit else ""
    return TYPES[one.type] + unit + ("，案件中已有的自动取用" if one.fact else "")


def _column(one: Circumstance) -> str:
    return f"{one.question}（{one.unit}）" if one.unit else one.question


def _row(item: Item, row: Tier | Share, asked: list[Circumstance]) -> RowView:
    cells = {cell.key: any_of(cell.answer) for cell in row.cells}
    answers = tuple((_column(one), cells.get(one.key, "")) for one in asked)
    if isinstance(row, Share):
        return RowView(answers, row.also, "", "", f"{plain(row.percent)}%", "")
    other = "、".join(row.other)
    return RowView(answers, row.also, row.label, COLOURS.get(row.code, ""), _measure(item, row), other)


def _measure(item: Item, row: Tier) -> str:
    if row.low is None and row.code in ("none", "exempt"):
        return "—"
    measure = range_text(row)
    of = item.by_key.get(row.of)
    if of and not row.text:
        measure = f"每{of.unit}{measure}" if row.unit == "each" and of.unit else f"{of.question}的{measure}"
    if row.low_open or row.high_open:
        measure += "（不含" + "、".join(["下限"] * row.low_open + ["上限"] * row.high_open) + "）"
    return measure


def _range(item: Item, bracket: Any) -> str:
    low = "" if bracket.low is None else f"{bracket.low:,f}"
    high = "不限" if bracket.high is None else f"{bracket.high:,f}"
    unit = {"yuan": "元", "times": "倍", "percent": "%", "each": "元"}[bracket.unit]
    of = item.by_key[bracket.of].question if bracket.of in item.by_key else ""
    return f"{of}{'的' if of else ''}{low or 0}至{high}{unit}"


Held = Benchmark | NormList | Statute


def held_by(row: Any) -> Held:
    """Give what a stored row, draft or version, holds."""
    if row.kind == "list":
        return selectors.read_list_of(row)
    return selectors.read_law_of(row) if row.kind == "law" else selectors.read_benchmark_of(row)


def page_of(row: Any, asked: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give the template that shows a stored row, of whatever kind, and what it holds."""
    found = held_by(row)
    if isinstance(found, NormList):
        return "web/norms/norm_list.html", list_context(found)
    if isinstance(found, Statute):
        return "web/norms/law.html", {"law": found, "title": found.name}
    return "web/norms/table.html", context_of(found, faults(found), asked)


def list_context(found: NormList) -> dict[str, Any]:
    """Give what the page of a list shows."""
    return {"list": found, "title": found.title, "effects": EFFECTS}


def in_force_before(row: Any, where: Mapping[str, str], day: date) -> Held | None:
    """Give what a draft would replace: of the same code, the agency's own or of the packs."""
    if row.kind == "law":
        return next(
            (selectors.read_law_of(one) for one, _ in selectors.own_laws(row.agency) if one.code == row.code),
            None,
        )
    known: tuple[Benchmark | NormList, ...] = selectors.benchmarks_in_force(**where, day=day)
    if row.kind == "list":
        known = selectors.lists_in_force(**where, day=day)
    return next((one for one in known if one.code == row.code), None)


def changes_between(old: Held, new: Held) -> list[Change]:
    """Say what changed between two tables, lists or laws of the same kind."""
    if isinstance(old, NormList) and isinstance(new, NormList):
        return list_compare.changes(old, new)
    if isinstance(old, Statute) and isinstance(new, Statute):
        return law_compare.changes(old, new)
    if isinstance(old, Benchmark) and isinstance(new, Benchmark):
        return benchmark_compare.changes(old, new)
    raise TypeError(f"{type(old)} is not compared with {type(new)}")


def context_of(
    benchmark: Benchmark, findings: list[Fault], asked: Mapping[str, Any], *, limited: bool = True
) -> dict[str, Any]:
    """Give what the readable table shows."""
    words = str(asked.get("q", "")).strip()[:60]
    groups = chapters(benchmark, findings, words)
    shown = sum(len(items) for _, items in groups)
    doors = [(n, title or "其他", len(items)) for n, (title, items) in enumerate(groups)]
    chosen = -1
    if shown > MANY and len(groups) > 1:
        # A thousand rows on one page are slow on a phone: one chapter at a time, the others behind doors.
        chosen = (
            min(int(asked["chapter"]), len(groups) - 1) if str(asked.get("chapter", "")).isdecimal() else 0
        )
        groups = groups[chosen : chosen + 1]
    return {
        "doors": doors if chosen >= 0 else [],
        "chosen": chosen,
        "benchmark": benchmark,
        "title": benchmark.title,
        "level": LEVELS[benchmark.level],
        "chapters": groups,
        "shown": shown,
        "unfolded": shown <= OPEN_UP_TO or bool(words and limited and shown <= 4 * OPEN_UP_TO),
        "q": words,
        "rows": sum(len(item.rows) for item in benchmark.items),
        "serious": [fault for fault in findings if fault.serious],
        "findings": sorted(findings, key=lambda fault: not fault.serious),
    }
