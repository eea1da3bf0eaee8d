"""The score sheet of a case on paper: 案卷评查表 as the official table, with blanks where people must judge."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mingjing.kit.clock import beijing, chinese_date, legal_day
from mingjing.kit.parts import NARROW, Column
from mingjing.review.sheet import Entry, Line, ScoreSheet
from mingjing.typeset.printing import print_table

if TYPE_CHECKING:
    from mingjing.cases.models import Case

STATES: Final = {"breach": "不符合", "unknown": "未载明", "pass": "符合", "none": "不涉及", "human": ""}
BLANK: Final = "＿＿"
_COLUMNS: Final = (
    Column("编号", NARROW),
    Column("评查项目", 3),
    Column("分值", NARROW),
    Column("结果", NARROW),
    Column("扣分", NARROW),
    Column("查得的问题、条款和补救", 6),
)


def score_sheet_pdf(case: "Case", sheet: ScoreSheet, *, on: datetime) -> bytes:
    """Print the sheet as it stood at a moment. Raises DocumentNotDrawn where a character has no font."""
    level = sheet.level
    result = "一票否决" if sheet.vetoed else f"{sheet.score} 分"
    return print_table(
        title=sheet.standard.title,
        agency=case.agency.name,
        at=on,
        columns=_COLUMNS,
        rows=_rows(sheet),
        lines=[
            f"案卷文号：{case.number or '未编号'}　　办案机关：{case.agency.name}　　"
            f"当事人：{case.party_name or '未载明'}",
            f"案由：{case.title or '未载明'}　　评查时间：{chinese_date(legal_day(beijing(on)))}　　"
            f"机器评查：{result}，{level.title}（以评查人员签字的结论为准）",
        ],
        notes=[
            sheet.standard.note,
            f"等次依据：{level.source.cite()}“{level.quote}”{f'（{level.source.note}）' if level.source.note else ''}",
        ],
        signs=[
            "评查意见：",
            "",
            "评查人员签名：＿＿＿＿＿＿＿＿　＿＿＿＿＿＿＿＿　　日期：＿＿＿＿年＿＿月＿＿日",
        ],
    )


def _rows(sheet: ScoreSheet) -> Iterator[list[str] | str]:
    for stage, lines in sheet.stages.items():
        yield stage
        yield from (_row(line) for line in lines)
    if sheet.others:
        yield "评查标准没有列明、但不合法的事项（不扣分）"
        yield from (["—", one.title, "", "不合法", "", _told(one)] for one in sheet.others)


def _row(line: Line) -> list[str]:
    veto = line.item.veto
    lost = ("否决" if veto else str(line.lost)) if line.lost else (BLANK if line.human else "")
    told = [*map(_told, line.breaches), *(f"未载明：{one.reason}" for one in line.unknowns)]
    if line.human:
        told.append(f"由评查人员判断：{line.human.why}")
    return [
        line.item.no,
        line.item.title,
        "否决" if veto else line.item.points,
        STATES[line.state] or BLANK,
        lost,
        "\n".join(told),
    ]


def _told(entry: Entry) -> str:
    where = f"第 {entry.seq} 项“{entry.act}”：" if entry.seq else f"{entry.act}："
    source = f"（{entry.source.cite()}）" if entry.source else ""
    return f"{where}{entry.reason}{source}{f'　补救：{entry.remedy}' if entry.remedy else ''}"
