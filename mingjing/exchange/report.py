"""What became of every row, for people: on the screen, and as CSV files that open in a spreadsheet without harm."""

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from mingjing.exchange.headers import Column, Proposal, items, titles
from mingjing.exchange.services import Fate, Plan, Planned

HOW: Final = {
    "same": "一致",
    "code": "按字段码",
    "near": "相近，请确认",
    "ask": "有疑问，请选择",
    "ruled": "按对应关系文件",
    "unknown": "没有认出，不导入",
    "empty": "空列",
}
FATES: Final = {
    Fate.READY: "可以导入",
    Fate.DONE: "已导入",
    Fate.STORED: "库中已有，不再导入",
    Fate.REFUSED: "不予导入",
}
# A spreadsheet runs a cell that begins so as a formula.
_FORMULA: Final = re.compile(r"^[=+\-@\t\r]")


def columns_told(proposed: Proposal) -> Iterator[str]:
    """Say for each column what it was taken for."""
    for column in proposed.columns:
        yield f"  第 {column.number:>2} 列  {column.header} → {_taken_for(column)}"


def _taken_for(column: Column) -> str:
    if column.how == "ruled" and not column.key:
        return "不导入（按对应关系文件）"
    if not column.key:
        return HOW[column.how]
    item = items()[column.key]
    unit = f"，单位{column.unit}" if column.unit else ""
    kept = "" if item.kept else "，认得但不导入"
    among = f"，可能是 {titles(column.choices)}" if column.how == "ask" and len(column.choices) > 1 else ""
    if column.how == "ask" and item.unit:
        among = "，表头没有写单位（元还是万元）"
    return f"{item.title}（{HOW[column.how]}{unit}{kept}{among}）"


def summary(plan: Plan) -> str:
    """Say how many rows there are of each fate."""
    counted = "，".join(f"{FATES[fate]} {plan.count(fate)} 行" for fate in Fate if plan.count(fate))
    return f"共 {len(plan.rows)} 行：{counted}"


def rows_told(plan: Plan, limit: int) -> Iterator[str]:
    """Tell of every row that is refused or has to be looked at, at most `limit` of them."""
    told = [planned for planned in plan.rows if planned.row.faults or planned.row.remarks]
    for planned in told[:limit]:
        yield f"  第 {planned.row.line} 行  {FATES[planned.fate]}"
        yield from (f"      {fault}" for fault in planned.row.faults)
        yield from (f"      提醒：{remark}" for remark in planned.row.remarks)
    if len(told) > limit:
        yield f"  ……另有 {len(told) - limit} 行，请用 --report 存成文件查看"


def write_report(plan: Plan, path: Path) -> None:
    """Write every row with what became of it and why."""
    heads = ["行号", "结果", "问题和改法", "提醒", "案件编号", *plan.table.headers]
    _write(path, heads, (_line(planned) for planned in plan.rows))


def _line(planned: Planned) -> list[str]:
    row = planned.row
    return [
        str(row.line),
        FATES[planned.fate],
        "\n".join(row.faults),
        "\n".join(row.remarks),
        planned.case,
        *row.cells,
    ]


def write_refused(plan: Plan, path: Path) -> int:
    """Write the refused rows under their own headings, ready to be mended and imported; gives how many."""
    refused = [planned.row for planned in plan.rows if planned.fate is Fate.REFUSED]
    heads = [*plan.table.headers, "问题和改法（改好后删去本列）"]
    _write(path, heads, ([*row.cells, "\n".join(row.faults)] for row in refused))
    return len(refused)


def _write(path: Path, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_harmless(head) for head in heads])
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
    os.replace(part, path)


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell.replace("\0", "")
