"""What changed between two versions of a benchmark, in Chinese, item by item and row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjing.lawengine.benchmark import Benchmark, Item, Share, Tier
from mingjing.lawengine.benchmark_words import cells_text, plain, range_text, row_text
from mingjing.packs.benchmark_body import body_of

_HEAD = {
    "title": "名称",
    "issuer": "制定机关",
    "level": "层级",
    "number": "文号",
    "version": "版本",
    "in_force": "施行日期",
    "until": "失效日期",
    "source": "出处",
    "note": "备注",
}
_ITEM = {
    "violation": "违法行为",
    "law": "处罚依据法律",
    "article": "处罚依据条文",
    "chapter": "章节",
    "duty": "违反条款",
    "basis": "处罚依据原文",
    "addressee": "对象",
    "party_kinds": "当事人类型",
    "statutory": "法定幅度",
    "circumstance": "情节",
    "cap": "罚款封顶",
    "base": "百分值起点",
    "whole": "百分值基数",
    "note": "备注",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of which item ("" for the head), what, and both states; an empty one means there was none."""

    item: str
    what: str
    before: str
    after: str


def changes(old: Benchmark, new: Benchmark) -> list[Change]:
    """Give every difference."""
    before, after = body_of(old), body_of(new)
    found = list(_of_table("", _HEAD, before, after))
    for code in dict.fromkeys([*old.by_code, *new.by_code]):
        found += _of_item(old.by_code.get(code), new.by_code.get(code))
    return found


def _of_item(old: Item | None, new: Item | None) -> Iterator[Change]:
    if old is None or new is None:
        one = old or new
        if one is not None:
            yield Change(one.code, "事项", one.violation if old else "", one.violation if new else "")
        return
    bodies = [_plain_item(one) for one in (old, new)]
    yield from _of_table(new.code, _ITEM, bodies[0], bodies[1])
    rows = [_rows(one) for one in (old, new)]
    for title in dict.fromkeys([*rows[0], *rows[1]]):
        before, after = rows[0].get(title, ""), rows[1].get(title, "")
        if before != after:
            yield Change(new.code, title, before, after)


def _plain_item(item: Item) -> dict[str, Any]:
    whole = Benchmark("x", "", "", "own", "", "", date.min, None, "", (item,))
    return dict(body_of(whole)["item"][0])


def _of_table(
    item: str, titles: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for key, title in titles.items():
        if before.get(key) != after.get(key):
            yield Change(item, title, _words(before.get(key)), _words(after.get(key)))


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(map(_words, value))
    if isinstance(value, dict):
        return "，".join(_words(one) for one in value.values())
    return "" if value is None else str(value)


def _rows(item: Item) -> dict[str, str]:
    return dict(map(_row, item.rows))


def _row(row: Tier | Share) -> tuple[str, str]:
    if isinstance(row, Share):
        return cells_text(row.cells) or row.when.source, f"{plain(row.percent)}%"
    other = f"；{'、'.join(row.other)}" if row.other else ""
    return row_text(row) + (f"（{row.also}）" if row.also else ""), f"{row.label}，{range_text(row)}{other}"
