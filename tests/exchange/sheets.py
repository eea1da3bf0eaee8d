"""Tables for tests: one good row, changed where a test wants it, written as CSV or XLSX."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from mingjing.exchange.compare import compare
from mingjing.exchange.mapping import Reading, Rulings, proposal, settle
from mingjing.exchange.rows import Desk, Examined, examine
from mingjing.exchange.tables import read_table

ON = date(2026, 3, 20)

GOOD = {
    "行政相对人名称": "舞钢市某某建材有限公司",
    "行政相对人类别": "法人及非法人组织",
    "行政相对人代码_1(统一社会信用代码)": "91230500MA1B3N1N2M",
    "法定代表人": "王某",
    "行政处罚决定书文号": "舞城管罚决〔2026〕12号",
    "违法行为类型": "擅自占用城市道路",
    "违法事实": "在湖滨大道人行道堆放砂石",
    "处罚依据": "《城市道路管理条例》第四十二条",
    "处罚类别": "罚款",
    "处罚内容": "罚款人民币伍仟元整",
    "罚款金额(万元)": "0.500000",
    "没收违法所得、没收非法财物的金额(万元)": "",
    "处罚决定日期": "2026/03/02",
    "公示截止期": "2029/03/02",
    "公示日期": "2026/03/05",
    "处罚机关": "舞钢市城市管理局",
}
HEADERS = tuple(GOOD)


def row(**changes: str) -> dict[str, str]:
    """The good row with changes, by the beginning of the heading."""
    changed = dict(GOOD)
    for start, value in changes.items():
        changed[next(header for header in HEADERS if header.startswith(start))] = value
    return changed


def write_csv(path: Path, rows: Sequence[dict[str, str]], encoding: str = "utf-8-sig") -> Path:
    """Write rows as a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, *sheets: Sequence[Sequence[Any]]) -> Path:
    """Write each list of rows as one sheet of a workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for cells in rows:
            sheet.append(list(cells))
    book.save(path)
    return path


def reading_of(headers: Sequence[str], rulings: Rulings | None = None) -> Reading:
    """Settle the headings, taking what is near for granted."""
    rulings = rulings or Rulings()
    return settle(proposal(headers, rulings), rulings, accept_near=True)


def examined(path: Path, rulings: Rulings | None = None) -> list[Examined]:
    """Read, examine and compare all rows of a file."""
    table = read_table(path)
    desk = Desk(reading_of(table.headers, rulings), ON)
    rows = [examine(one, desk) for one in table.rows]
    compare(rows)
    return rows


def examined_row(tmp_path: Path, **changes: str) -> Examined:
    """Examine the good row with changes."""
    (only,) = examined(write_csv(tmp_path / "一行.csv", [row(**changes)]))
    return only
