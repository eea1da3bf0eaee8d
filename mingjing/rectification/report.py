"""The report of a plan: what is done, what runs and until when, what stands; as PDF, as Word and as rows of a table."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from mingjing.documents.word import word_copy
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.kit.parts import NARROW, Column
from mingjing.packs.rectification_checks import rectification_checks
from mingjing.rectification.kinds import DONE, IN_LEDGER, State
from mingjing.rectification.models import Plan
from mingjing.rectification.selectors import Figures, Line, figures
from mingjing.typeset.printing import print_table

HEADS: Final = (
    "序号",
    "问题",
    "整改措施",
    "牵头单位",
    "责任单位",
    "时限",
    "进展和佐证",
    "完成或者预计完成时间",
)
_WIDTHS: Final = (NARROW, 3, 5, 2, 2, 2, 4, 2)
_COLUMNS: Final = tuple(Column(title, width) for title, width in zip(HEADS, _WIDTHS, strict=True))


def in_words(counted: Figures) -> list[str]:
    """Say the figures; each is counted, none was typed."""
    parts = [
        f"有期限的整改事项 {counted.dated} 项，已销号 {counted.closed} 项"
        f"（按期 {counted.in_time} 项，逾期 {counted.late} 项），正在推进 {counted.running} 项"
        f"（其中超期 {counted.overdue} 项），整改完成率 {share(counted.rate)}。",
        f"长期坚持的事项 {counted.permanent} 项，本年度已确认 {counted.kept} 项（{share(counted.kept_rate)}）。",
    ]
    if counted.reopened:
        parts.append(f"销号后系统检查不通过、重新整改的 {counted.reopened} 项。")
    return parts


def share(rate: float | None) -> str:
    """Give a share in per cent, rounded down: what is not wholly done is never 100%."""
    return "—" if rate is None else f"{int(rate * 1000) / 10:g}%"


def rows_of(found: Sequence[Line], today: date) -> Iterator[list[str] | str]:
    """Give the rows of the report under their headings."""
    kept = [one for one in found if one.now.state in IN_LEDGER]
    groups = (
        ("一、已完成", [one for one in kept if not one.now.permanent and one.now.state in DONE]),
        ("二、正在推进", [one for one in kept if not one.now.permanent and one.now.state not in DONE]),
        ("三、长期坚持", [one for one in kept if one.now.permanent]),
    )
    for title, each in groups:
        if each:
            yield f"{title}（{len(each)} 项）"
            yield from (_row(number, one, today) for number, one in enumerate(each, 1))


def _row(number: int, one: Line, today: date) -> list[str]:
    now = one.now
    return [
        str(number),
        now.problem or "—",
        now.measure,
        "、".join(unit.name for unit in now.lead) or "—",
        "、".join(unit.name for unit in now.responsible) or "—",
        _limit(one),
        _progress(one),
        _end(one, today),
    ]


def _limit(one: Line) -> str:
    if one.now.permanent or one.now.due is None:
        return "长期坚持"
    first = one.now.first_due
    moved = f"（原为{chinese_date(first)}）" if first and first != one.now.due else ""
    return f"{chinese_date(one.now.due)}{moved}"


def _progress(one: Line) -> str:
    now, told = one.now, []
    if now.progress:
        told.append(now.progress)
    if now.check and (check := rectification_checks().get(now.check)):
        told.append(f"系统检查“{check.title}”：{_verdict(one.red)}")
    elif now.proofs:
        told.append(f"佐证 {now.proofs} 件")
    return "\n".join(told) or "尚未填报"


def _verdict(red: int | None) -> str:
    return "尚未检查" if red is None else f"{red} 处不符合" if red else "通过"


def _end(one: Line, today: date) -> str:
    now = one.now
    if now.closed_on is not None:
        late = "（逾期）" if now.in_time is False else ""
        return f"{chinese_date(now.closed_on)}{'本年度确认' if now.state == State.KEPT else '销号'}{late}"
    over = "，已超期" if now.overdue(today) else ""
    if now.expected:
        return f"预计{chinese_date(now.expected)}{over}"
    return f"{'本年度尚未确认' if now.permanent else '未填预计时间'}{over}"


def report_pdf(plan: Plan, found: Sequence[Line], at: datetime) -> bytes:
    """Print the report. Raises DocumentNotDrawn where a character has no font."""
    today = legal_day(at)
    return print_table(
        title=f"{plan.title[:60]}整改情况报告",
        agency=plan.agency.name,
        at=at,
        columns=_COLUMNS,
        rows=rows_of(found, today),
        lines=[f"截至 {chinese_date(today)}：", *in_words(figures(found, today))],
        notes=[
            "完成率由系统按销号记录计算，不能填写；销号须有佐证或者系统检查通过，并由申请人以外的人审核。"
        ],
    )


def report_docx(plan: Plan, found: Sequence[Line], at: datetime) -> bytes:
    """Give the report as Word, to be worked into a letter."""
    today = legal_day(at)
    words = [f"截至{chinese_date(today)}：", *in_words(figures(found, today))]
    blocks: list[dict[str, object]] = [{"kind": "text", "style": "", "text": words}]
    for title, rows in _groups(rows_of(found, today)):
        blocks.append(
            {"kind": "table", "title": title, "columns": [{"title": one} for one in HEADS], "rows": rows}
        )
    data = {
        "agency": plan.agency.name,
        "title": "整改情况报告",
        "number": "",
        "at": at.isoformat(),
        "strips": [],
        "copies": "",
        "blocks": blocks,
    }
    return word_copy(data)


def report_rows(found: Sequence[Line], at: datetime) -> list[list[str]]:
    """Give the report as one table with its heads, for a spreadsheet."""
    rows = [["类别", *HEADS]]
    for title, each in _groups(rows_of(found, legal_day(at))):
        rows += [[title.partition("（")[0], *row] for row in each]
    return rows


def _groups(rows: Iterator[list[str] | str]) -> list[tuple[str, list[list[str]]]]:
    found: list[tuple[str, list[list[str]]]] = []
    for row in rows:
        if isinstance(row, str):
            found.append((row, []))
        else:
            found[-1][1].append(row)
    return found
