"""Benchmarks and lists as the public reads them: plain rows of text; nothing is stored here."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from mingjing.lawengine.benchmark import Benchmark, Item, Tier
from mingjing.lawengine.benchmark_words import cells_text, plain, range_text
from mingjing.norms.selectors import benchmarks_in_force, lists_in_force
from mingjing.packs.lists import EFFECTS, NormList

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

COLUMNS = {
    "benchmark": ("违法行为", "依据", "适用条件", "裁量阶次", "处罚幅度"),
    "list": ("违法行为", "依据", "条件", "处理"),
}


def norm_tables(agency: "Agency", day: date) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Give kind, code, title and rows of every table that binds the agency on the day."""
    region, field, code = agency.region, agency.field, agency.code
    for benchmark in benchmarks_in_force(region=region, field=field, agency=code, day=day):
        yield (
            "benchmark",
            benchmark.code,
            benchmark.title,
            _body(agency, benchmark, "benchmark", _tiers(benchmark)),
        )
    for table in lists_in_force(region=region, field=field, agency=code, day=day):
        yield "list", table.code, table.title, _body(agency, table, "list", _lines(table))


def _body(
    agency: "Agency", table: Benchmark | NormList, kind: str, rows: Iterator[list[str]]
) -> dict[str, Any]:
    about = [table.issuer, table.number, f"{table.in_force.isoformat()} 起施行", f"来源：{table.source}"]
    return {
        "agency": agency.name,
        "note": "　".join(one for one in about if one and not one.endswith("：")),
        "columns": COLUMNS[kind],
        "rows": list(rows),
    }


def _tiers(benchmark: Benchmark) -> Iterator[list[str]]:
    for item in benchmark.items:
        basis = f"《{item.law}》{item.article}"
        for row in item.rows:
            conditions = "；".join(one for one in (cells_text(row.cells), row.also) if one)
            if isinstance(row, Tier):
                measure = "、".join(one for one in (_measure(item, row), *row.other) if one)
                yield [item.violation, basis, conditions, row.label, measure]
            else:
                yield [item.violation, basis, conditions, "", f"{plain(row.percent)}%"]


def _measure(item: Item, row: Tier) -> str:
    if row.low is None and row.high is None and not row.text:
        return ""
    of = item.by_key.get(row.of)
    return f"{of.question}的{range_text(row)}" if of and not row.text else range_text(row)


def _lines(table: NormList) -> Iterator[list[str]]:
    for line in table.items:
        told = "；".join(line.conditions)
        yield [
            line.violation if line.violation != "*" else "各类违法行为",
            line.basis,
            told,
            EFFECTS[line.effect],
        ]
