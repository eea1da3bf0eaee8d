"""The subjects that there are, in the order of the menu, with what each may be narrowed by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mingjing.analysis.grids import Maker
from mingjing.analysis.subjects import (
    caseload,
    complaints,
    discretion,
    inspections,
    limits,
    penalties,
    places,
    scores,
    training,
    waiting,
)

OF_CASES: Final = ("unit", "field", "region", "procedure", "origin")
OF_UNITS: Final = ("unit", "field", "region")


@dataclass(frozen=True, slots=True)
class Subject:
    """One page of analysis; `makers` are made anew for each page, so that what they read is read once for it."""

    code: str
    title: str
    about: str
    makers: Callable[[], Sequence[Maker]]
    filters: Sequence[str] = OF_CASES
    things: str = "案件"

    def maker(self, code: str) -> Maker | None:
        """Give one of its tables, None where it has none of this code."""
        return next((one for one in self.makers() if one.code == code), None)


_ALL: Final = (
    Subject("caseload", "收结案", "每月开案、结案、在办，按程序、机关和地区", caseload.makers),
    Subject("waiting", "阶段和等待时间", "案件停在哪里，各阶段用了多少天", waiting.makers),
    Subject("limits", "期限", "到期的法定期限是否按期办结", limits.makers),
    Subject("penalties", "处罚", "处罚的件数和种类，按处罚依据、地区、机关和月份", penalties.makers),
    Subject(
        "places", "多发地点", "违法行为多发生在哪里，是哪些事，是否再次发生，各网格有多少", places.makers
    ),
    Subject("discretion", "裁量", "罚款与基准、各违法行为的阶次、同类案件的分布", discretion.makers),
    Subject("inspections", "检查", "检查次数和发现问题的比例", inspections.makers, OF_UNITS),
    Subject("scores", "案卷评分", "案卷等次和常见问题", scores.makers),
    Subject(
        "complaints",
        "投诉举报",
        "收到多少、是否按期答复、投诉人的评价",
        complaints.makers,
        OF_UNITS,
        "投诉举报",
    ),
    Subject("training", "培训考试", "学时和考试", training.makers, OF_UNITS, "人员"),
)
SUBJECTS: Final[Mapping[str, Subject]] = {one.code: one for one in _ALL}
