"""Complaints that this person may see: by month, by the unit they are about, and whether they were answered in time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.grids import Grid, Record, Things
from mingjing.complaints.kinds import Channel, Kind
from mingjing.complaints.selectors import STATES, seen_by
from mingjing.complaints.standing import SATISFIED
from mingjing.kit.clock import legal_day

if TYPE_CHECKING:
    from mingjing.complaints.selectors import Line

ANSWERS: Final = {
    "met": "按期答复",
    "late": "逾期答复",
    "overdue": "已超期未办",
    "open": "办理中",
    "refused": "不予受理",
}
NOT_ASKED: Final = "还没有评价"


@dataclass(frozen=True, slots=True)
class Complained:
    """One complaint as it is counted; who complained is not known here."""

    no: str
    agency_id: int
    agency: str
    kind: str
    channel: str
    state: str
    answer: str
    satisfaction: str
    on: date


def _of(line: "Line", today: date) -> Complained:
    return Complained(
        no=line.row.no,
        agency_id=line.row.about_id,
        agency=line.row.about.short_name or line.row.about.name,
        kind=line.row.kind,
        channel=line.row.channel,
        state=line.now.state,
        answer=_answer(line, today),
        satisfaction=line.now.satisfaction or "none",
        on=legal_day(line.row.at),
    )


def _answer(line: "Line", today: date) -> str:
    if line.met is not None:
        return "met" if line.met else "late"
    if line.now.ended == "refused":
        return "refused"
    return "overdue" if line.overdue(today) else "open"


def _reader() -> Callable[[Asked], Sequence[Complained]]:
    """Give what reads the complaints of a period; every table of a page asks, and they are read once."""
    kept: list[Line] = []
    read: list[bool] = []

    def complained(asked: Asked) -> list[Complained]:
        if not read:
            kept.extend(seen_by(asked.viewer))
            read.append(True)
        return [_of(line, asked.today) for line in kept if _wanted(line, asked)]

    return complained


def _wanted(line: "Line", asked: Asked) -> bool:
    about = line.row.about
    return (
        asked.begins <= legal_day(line.row.at) <= asked.ends
        and asked.unit in {"", about.code}
        and asked.field in {"", about.field}
        and asked.region in {"", about.region}
    )


def _told(one: Complained) -> Record:
    note = f"{Kind(one.kind).label}，{Channel(one.channel).label}，{STATES.get(one.state, one.state)}"
    return Record(one.no, one.agency, one.on, note, number=one.no)


def makers() -> list[Grid]:
    """Give the tables of the subject."""
    seen = Things(_reader(), _told)
    kinds = dims.plain("种类", "kind", {one.value: str(one.label) for one in Kind})
    channels = dims.plain("渠道", "channel", {one.value: str(one.label) for one in Channel})
    answers = dims.plain("答复", "answer", ANSWERS)
    said = dims.plain("评价", "satisfaction", {**SATISFIED, "none": NOT_ASKED})
    note = "按收到的日子。只有您可以看的投诉举报；投诉人是谁不在统计之内。"
    return [
        Grid("months", "每月收到的投诉举报", seen, dims.month("on"), kinds, note=note),
        Grid("units", "涉及各单位的投诉举报", seen, dims.unit(), kinds, "across", "单位按登记次序排列。"),
        Grid("answers", "是否按期答复", seen, kinds, answers, "across"),
        Grid("channels", "来自各渠道", seen, channels, kinds, "across"),
        Grid("satisfaction", "投诉人的评价", seen, kinds, said, "across"),
    ]
