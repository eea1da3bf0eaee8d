"""The published benchmark of 广东省生态环境厅 (2021) as it was parsed, and as it is printed where the parser cut it."""

import csv
import tomllib
from itertools import cycle
from pathlib import Path
from typing import Any

from mingjing.packs.benchmark_import import Import, read_import

CORRECTIONS = Path(__file__).with_name("gd_eco_2021.toml")
HEAD = {
    "benchmark": "gd_eco_2021",
    "title": "广东省生态环境行政处罚自由裁量权裁量标准",
    "issuer": "广东省生态环境厅",
    "level": "superior",
    "version": "2021",
    "in_force": "2021-12-31",
    "until": "2026-08-14",
    "source": "广东省生态环境厅公开文本",
}
MORE = ["factor4", "factor4_value", "whole"]


def parsed_rows(shared: Path) -> list[dict[str, str]]:
    """The rows of the parsed table, untouched."""
    path = shared / "data/discretion/gd_eco_2021_fine_benchmark.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def checks(shared: Path) -> list[dict[str, str]]:
    """The self-check rows that came with the table."""
    path = shared / "data/discretion/gd_eco_2021_selfcheck.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def printed_rows(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows as the printed pages have them."""
    told = tomllib.loads(CORRECTIONS.read_text(encoding="utf-8"))
    rows = [dict(row) for row in rows]
    of = {section: [row for row in rows if row["section"] == section] for section in _sections(rows)}
    for one in told["column"]:
        for section in one["sections"]:
            values = cycle(one["values"])
            for row in (row for row in of[section] if not row["factor1_value"].startswith("造成重大")):
                row |= {"factor4": one["name"], "factor4_value": next(values)}
    for one in told["add"]:
        rows += [_added(of[one["section"]][0], one["names"], values) for values in one["rows"]]
    for one in told["set"]:
        for number in one["rows"]:
            of[one["section"]][number - 1] |= one["values"]
    return rows


def _sections(rows: list[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(row["section"] for row in rows))


def _added(like: dict[str, str], names: list[str], values: list[str]) -> dict[str, str]:
    same = ("section", "chapter", "item", "violation", "violated_article", "legal_basis", "unit")
    row = {name: like.get(name, "") for name in [*like, *MORE]} | dict.fromkeys(
        [name for name in [*like, *MORE] if name not in same], ""
    )
    for number, (name, value) in enumerate(zip(names, values, strict=False), 1):
        row |= {f"factor{number}": name, f"factor{number}_value": value}
    return row | {"fine_text": values[-1]}


def load(rows: list[dict[str, str]]) -> Import:
    """Read the rows as any flat table of a bureau is read."""
    headings = [*rows[0], *(name for name in MORE if name not in rows[0])]
    lines: list[Any] = [(1, headings, "")]
    lines += [(number, [row.get(name, "") for name in headings], "") for number, row in enumerate(rows, 2)]
    return read_import("gd_eco_2021_fine_benchmark.csv", {"": lines}, HEAD)
