"""Orders of the hotline 12345 from a table: which column is what, which rows can be taken, which are there already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from mingjing.complaints.kinds import Channel, Kind
from mingjing.complaints.models import Complaint
from mingjing.complaints.services import NotTaken, Told, check, office_for, receive
from mingjing.kit.clock import BEIJING
from mingjing.personnel.selectors import agencies

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

# Field -> the headings under which tables of hotlines have it; the first that fits is taken.
HEADINGS: Final = {
    "order_no": ("工单编号", "工单号", "受理编号", "编号"),
    "kind": ("诉求类型", "工单类型", "类型", "类别"),
    "about": ("涉及单位", "承办单位", "被诉单位", "责任单位"),
    "text": ("诉求内容", "工单内容", "主要内容", "内容", "事项"),
    "due": ("办理期限", "办结期限", "到期时间", "截止时间", "办结时限"),
    "at": ("受理时间", "派单时间", "登记时间", "来电时间"),
    "name": ("诉求人", "来电人", "联系人", "投诉人", "姓名"),
    "phone": ("联系电话", "来电号码", "电话", "手机号码"),
    "address": ("联系地址", "住址", "诉求人地址"),
    "place": ("事发地址", "事发地点", "地点"),
    "party": ("被举报人", "被反映对象", "被投诉对象"),
}
NEEDED: Final = ("order_no", "about", "text")
WORDS: Final = (
    (Kind.SUGGESTION, ("建议", "意见", "咨询", "表扬")),
    (Kind.CONDUCT, ("执法", "作风", "态度", "投诉工作人员", "行政效能", "乱罚款")),
    (Kind.VIOLATION, ("举报", "投诉", "求助", "违法", "反映")),
)
LATEST: Final = timedelta(days=3650)


class Row(Protocol):
    """A row of a table that was read from a file."""

    @property
    def line(self) -> int: ...
    @property
    def cells(self) -> tuple[str, ...]: ...
    @property
    def fault(self) -> str: ...


@dataclass(slots=True)
class Order:
    """What becomes of a row: taken, there already, or refused with the reason."""

    line: int
    order_no: str
    told: Told | None = None
    at: datetime | None = None
    fate: str = "new"
    why: str = ""
    no: str = ""

    @property
    def title(self) -> str:
        """The fate in Chinese."""
        return {"new": "可以导入", "there": "已有", "refused": "不能导入", "taken": "已导入"}[self.fate]


def plan(headers: Sequence[str], rows: Sequence[Row], *, by: "Person", at: datetime) -> list[Order]:
    """Say of every row what would become of it; nothing is written. Raises NotTaken where columns are missing."""
    columns = _columns(headers)
    units = {name: one for one in agencies() for name in (one.name, one.short_name, one.code) if name}
    there = set(Complaint.objects.exclude(order_no="").values_list("order_no", flat=True))
    found, seen = [], dict[str, int]()
    for row in rows:
        cells = {name: row.cells[place] for name, place in columns.items()}
        order = Order(row.line, cells["order_no"])
        found.append(order)
        try:
            if row.fault:
                raise NotTaken(row.fault)
            if order.order_no in there:
                order.fate, order.why = "there", "这个工单编号已经登记"
                continue
            if order.order_no in seen:
                raise NotTaken(f"与第 {seen[order.order_no]} 行的工单编号相同")
            order.told, order.at = _told(cells, units), _moment(cells.get("at", ""), at)
            check(order.told, Channel.HOTLINE, by)
            office = office_for(order.told.kind, order.told.about)
            if by.agency_id not in {office.pk, order.told.about.pk}:
                raise NotTaken(f"应由{office.name}办理，请转给它导入")
            seen[order.order_no] = row.line
        except NotTaken as refused:
            order.fate, order.why, order.told = "refused", str(refused), None
    return found


def carry_out(orders: Sequence[Order], *, by: "Person", at: datetime) -> int:
    """Register what can be taken, each row by itself; give how many."""
    count = 0
    for one in orders:
        if one.fate != "new" or one.told is None:
            continue
        try:
            taken = receive(
                told=one.told, channel=Channel.HOTLINE, at=one.at or at, by=by, once=f"12345/{one.order_no}"
            )
        except NotTaken as refused:
            one.fate, one.why = "refused", str(refused)
            continue
        one.fate, one.no, count = "taken", taken.complaint.no, count + 1
    return count


def _columns(headers: Sequence[str]) -> dict[str, int]:
    bare = ["".join(one.split()) for one in headers]
    found = {
        field: bare.index(name)
        for field, names in HEADINGS.items()
        if (name := next((one for one in names if one in bare), None))
    }
    if missing := [HEADINGS[one][0] for one in NEEDED if one not in found]:
        raise NotTaken(f"表头缺少：{'、'.join(missing)}。请在第一行写上这些列名。")
    return found


def _told(cells: dict[str, str], units: dict[str, "Agency"]) -> Told:
    if not cells["order_no"]:
        raise NotTaken("没有工单编号")
    about = units.get(cells["about"])
    if about is None:
        raise NotTaken(f"没有登记名为“{cells['about'][:40]}”的机关，请写全称、简称或者机关代码")
    given = {name: cells.get(name, "") for name in ("text", "name", "phone", "address", "place", "party")}
    kind, due = _kind(cells.get("kind", "")), _day(cells.get("due", ""))
    return Told(kind=kind, about=about, order_no=cells["order_no"], own_due=due, **given)


def _kind(text: str) -> str:
    return next((kind for kind, words in WORDS if any(one in text for one in words)), Kind.VIOLATION)


def _day(text: str) -> date | None:
    if not text:
        return None
    digits = [int(one) for one in _split(text)[:3]]
    try:
        return date(*digits)
    except (ValueError, TypeError):
        raise NotTaken(f"日期“{text[:20]}”读不出。请写成 2026-03-05") from None


def _moment(text: str, now: datetime) -> datetime:
    day = _day(text)
    if day is None:
        return now
    clock = [*_split(text)[3:5], "0", "0"]
    try:
        found = datetime.combine(day, time(int(clock[0]), int(clock[1])), BEIJING)
    except ValueError:
        raise NotTaken(f"时间“{text[:20]}”读不出。请写成 2026-03-05 14:30") from None
    if not now - LATEST < found <= now:
        raise NotTaken(f"受理时间“{text[:20]}”在以后，或者太早")
    return found


def _split(text: str) -> list[str]:
    return [one for one in "".join(one if one.isdecimal() else " " for one in text).split() if one]
