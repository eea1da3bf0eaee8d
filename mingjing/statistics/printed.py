"""A report on paper and as the lines of a workbook: made from what was handed in, never counted anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from mingjing.kit.parts import NARROW, Column
from mingjing.typeset.printing import print_table

Content = Mapping[str, Any]
TYPED: Final = "（人工填报）"


def paper_pdf(content: Content, *, at: datetime, agency: str, version: int = 1) -> bytes:
    """Print a report, its tables one below the other. Raises DocumentNotDrawn where a character has no font."""
    monthly = any(cell["before"] for table in content["tables"] for cell in table["cells"])
    columns = [Column("项目", 3), Column("数", 2, figures=True), Column("单位", NARROW)]
    running = any(cell.get("so_far") for table in content["tables"] for cell in table["cells"])
    columns += [Column("本年累计", 1.5, figures=True)] if running else []
    columns += [Column("上期", 1.5, figures=True)] if monthly else []
    columns += [Column("上年同期", 1.5, figures=True)]
    rows: list[Sequence[str] | str] = []
    for table in content["tables"]:
        rows.append(table["title"])
        for cell in table["cells"]:
            title = _title(cell)
            line = [title, cell["shown"], cell["unit"]]
            line += [cell["so_far"]] if running else []
            rows.append([*line, *([cell["before"]] if monthly else []), cell["year_before"]])
    return print_table(
        title=content["title"],
        agency=agency,
        at=at,
        columns=columns,
        rows=rows,
        lines=[*head_lines(content), f"第 {version} 版"],
        notes=notes_of(content),
        upright=True,
    )


def head_lines(content: Content) -> list[str]:
    """Give of which days, recorded until when, of whom."""
    lines = [f"统计期：{content['since']} 至 {content['until']}　截止日：{content['cutoff']}"]
    if len(content["covers"]) > 1:
        lines.append(f"统计范围：{'、'.join(content['covers'])}")
    return lines


def notes_of(content: Content) -> list[str]:
    """Give what stands below the tables: words of people, sources of typed figures, the rules of counting."""
    found = [f"更正说明：{content['reason']}"] if content.get("reason") else []
    found += [f"情况说明：{content['note']}"] if content["note"] else []
    titles = {table["code"]: table["title"] for table in content["tables"]}
    found += [
        f"{titles[code]}中人工填报的数字来自：{words}" for code, words in content["typed_notes"].items()
    ]
    if content["unplaced"]:
        found.append(f"有 {content['unplaced']} 宗处罚的种类不在所用的排序里，没有归入各类。")
    found += [imported] if (imported := imported_in_words(content)) else []
    found.append(f"并处归类的排序：{content['order']}（{content['order_title']}）。")
    return [*found, *(f"口径：{text}" for text in content["rules"])]


def imported_in_words(content: Content) -> str:
    """Say how much of a report is of old cases, or that they do not count; "" where there are none."""
    if "with_imported" not in content:
        return ""
    if not content["with_imported"]:
        return "导入的历史案卷没有计入。"
    told = "、".join(f"{one['title']} {one['imported']}" for one in content["tables"] if one["imported"])
    return f"其中导入的历史案卷：{told}（项行为，按当时作出之日计入）。" if told else ""


def sheets_of(content: Content) -> dict[str, Sequence[Sequence[str]]]:
    """Give the lines of the workbook: each table as its form has it, across; agencies one below the other."""
    sheets: dict[str, Sequence[Sequence[str]]] = {}
    for number, table in enumerate(content["tables"], 1):
        cells = table["cells"]
        heading = ["单位", *(f"{_title(cell)}（{cell['unit']}）" for cell in cells)]
        lines = [heading, *([unit["agency"], *unit["shown"]] for unit in table["units"])]
        whole = "合计" if table["units"] else content["agency"]
        lines.append([whole, *(cell["shown"] for cell in cells)])
        if any(cell.get("so_far") for cell in cells):
            lines.append(["本年累计", *(cell["so_far"] for cell in cells)])
        lines.append(["上期", *(cell["before"] for cell in cells)])
        lines.append(["上年同期", *(cell["year_before"] for cell in cells)])
        sheets[f"{number} {table['title']}"[:31]] = lines
    told = [*head_lines(content), *notes_of(content)]
    sheets["说明"] = [[content["title"]], *([line] for line in told)]
    return sheets


def _title(cell: Mapping[str, Any]) -> str:
    title = f"{cell['group']}：{cell['title']}" if cell["group"] else cell["title"]
    return f"{title}{TYPED}" if cell["typed"] else str(title)
