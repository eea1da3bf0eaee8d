"""The opponent's brief on paper; drawing only."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mingjing.disputes.brief import Objection
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.kit.parts import NARROW, Column
from mingjing.typeset.printing import print_table

if TYPE_CHECKING:
    from mingjing.cases.models import Case

_COLUMNS: Final = (
    Column("序号", NARROW),
    Column("对方会说", 6),
    Column("条款", 3),
    Column("为什么排在这里", 3),
    Column("怎样消除", 4),
)
NOTE: Final = (
    "由系统按法规包逐条核对案卷得出，供决定之前自查，不是结论，也不是案卷的一部分。"
    "先后依法规包 cn/disputes.toml 所列的轻重，同类的按行为先后；轻重是本系统的标准，不是法律的规定。"
)


def brief_pdf(case: "Case", found: Iterable[Objection], *, at: datetime) -> bytes:
    """Print the objections in their order. Raises DocumentNotDrawn where a character has no font."""
    rows = [
        [
            str(number),
            f"{one.kind.title}{f'（第 {one.seq} 项“{one.act}”）' if one.act and one.seq else ''}\n{one.said}",
            one.article + ("" if one.verified else "（待核对）"),
            f"{one.kind.because}（{one.kind.weight}）",
            one.remedy or "—",
        ]
        for number, one in enumerate(found, 1)
    ]
    return print_table(
        title="决定之前：对方会怎么说",
        agency=case.agency.name,
        at=at,
        columns=_COLUMNS,
        rows=rows or ["没有找到可以指出的问题"],
        lines=[
            f"案卷：{case.number or '未编号'}　　案由：{case.title or '未载明'}　　"
            f"核对时间：{chinese_date(legal_day(at))}"
        ],
        notes=[NOTE],
    )
