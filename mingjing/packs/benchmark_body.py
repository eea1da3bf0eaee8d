"""A benchmark written back as the table it can be read from: one form for the database, exports and comparison."""

from decimal import Decimal
from typing import Any

from mingjing.lawengine.benchmark import Benchmark, Bracket, Cell, Circumstance, Item, Share, Tier
from mingjing.lawengine.benchmark_words import plain
from mingjing.lawengine.condition import Condition


def body_of(benchmark: Benchmark) -> dict[str, Any]:
    """Give the table as plain values. Reading it gives the benchmark again, and its body is this one."""
    return _stated(
        {
            "benchmark": benchmark.code,
            "title": benchmark.title,
            "issuer": benchmark.issuer,
            "level": benchmark.level,
            "number": benchmark.number,
            "version": benchmark.version,
            "in_force": benchmark.in_force.isoformat(),
            "until": benchmark.until.isoformat() if benchmark.until else "",
            "source": benchmark.source,
            "note": benchmark.note,
            "item": [_item(item) for item in benchmark.items],
        }
    )


def _item(item: Item) -> dict[str, Any]:
    return _stated(
        {
            "code": item.code,
            "chapter": item.chapter,
            "violation": item.violation,
            "law": item.law,
            "article": item.article,
            "duty": item.duty,
            "basis": item.basis,
            "addressee": item.addressee,
            "party_kinds": list(item.party_kinds),
            "cap": _figure(item.cap),
            "base": _figure(item.base) if item.base else "",
            "whole": _figure(item.whole),
            "note": item.note,
            "statutory": [_bracket(one) for one in item.brackets],
            "circumstance": [_circumstance(one) for one in item.circumstances],
            "tier": [_tier(one) for one in item.tiers],
            "share": [_share(one) for one in item.shares],
        }
    )


def _circumstance(one: Circumstance) -> dict[str, Any]:
    return _stated(
        {
            "key": one.key,
            "question": one.question,
            "type": one.type,
            "options": [[option.code, option.title] for option in one.options],
            "unit": one.unit,
            "fact": one.fact,
        }
    )


def _bracket(one: Bracket) -> dict[str, Any]:
    unit = "" if one.unit == "yuan" else one.unit
    return _stated(
        {
            "low": _figure(one.low),
            "high": _figure(one.high),
            "unit": unit,
            "of": one.of,
            "when": _source(one.when),
        }
    )


def _tier(one: Tier) -> dict[str, Any]:
    return _stated(
        {
            "answers": _answers(one.cells),
            "when": one.also,
            "tier": one.code,
            "label": one.label,
            "low": _figure(one.low),
            "high": _figure(one.high),
            "low_open": one.low_open,
            "high_open": one.high_open,
            "unit": "" if one.unit == "yuan" else one.unit,
            "of": one.of,
            "other": list(one.other),
            "text": one.text,
            "overrides": one.overrides,
        }
    )


def _share(one: Share) -> dict[str, Any]:
    return _stated({"answers": _answers(one.cells), "when": one.also, "percent": plain(one.percent)})


def _answers(cells: tuple[Cell, ...]) -> dict[str, str]:
    return {cell.key: cell.answer for cell in cells}


def _figure(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _source(when: Condition | None) -> str:
    return when.source if when else ""


def _stated(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not stated, so that equal tables have equal bodies."""
    return {key: value for key, value in table.items() if value not in ("", [], {}, None, False)}
