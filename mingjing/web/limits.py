"""How much time is left of a limit, in words and in one of two colours; the limit itself comes from the law engine."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from mingjing.kit.clock import beijing, legal_day
from mingjing.lawengine.calendar import UnknownYear, WorkCalendar
from mingjing.lawengine.model import Status

if TYPE_CHECKING:
    from mingjing.lawengine.model import Deadline

SOON = 3  # working days: from here on a limit is amber (how the house shows it, no figure of law)


@dataclass(frozen=True)
class Limit:
    """One limit as a line of a list: what, until when, how long still, and why that day."""

    deadline: "Deadline"
    left: str
    colour: str
    used: int | None = None
    total: int | None = None


def limit(deadline: "Deadline", now: datetime, calendar: WorkCalendar) -> Limit:
    """One limit as it stands at `now`."""
    left, colour = left_of(deadline.due, deadline.status, now, calendar)
    until = deadline.met_on or legal_day(now)
    if deadline.status == Status.MISSED and deadline.met_on:
        left = "逾期完成"
    due = legal_day(deadline.due) if isinstance(deadline.due, datetime) else deadline.due
    if deadline.start is None or due is None or deadline.bound != "within":
        return Limit(deadline, left, colour)
    return Limit(deadline, left, colour, max(0, (until - deadline.start).days), (due - deadline.start).days)


def left_of(
    due: date | datetime | None, status: str, now: datetime, calendar: WorkCalendar
) -> tuple[str, str]:
    """What is left in words, and red (overdue), amber (soon) or nothing."""
    if status == Status.MISSED:
        return _over(due, now), "red"
    if status != Status.RUNNING or due is None:
        return "", "amber" if status in {Status.PAUSED, Status.UNKNOWN} else ""
    if isinstance(due, datetime) and due - now < timedelta(days=1):
        hours = int((due - now).total_seconds() // 3600)
        return (f"还有 {hours} 小时", "amber") if hours >= 0 else (_over(due, now), "red")
    day, today = (legal_day(due) if isinstance(due, datetime) else due), legal_day(now)
    if day < today:
        return _over(day, now), "red"
    return _days(day, today, calendar)


def _days(day: date, today: date, calendar: WorkCalendar) -> tuple[str, str]:
    try:
        working = calendar.count_between(today, day)
    except UnknownYear:
        return f"还有 {(day - today).days} 日", "amber" if (day - today).days <= SOON else ""
    text = "今天到期" if day == today else f"还有 {working} 个工作日"
    return text, "amber" if working <= SOON else ""


def _over(due: date | datetime | None, now: datetime) -> str:
    if due is None:
        return "已超期"
    if isinstance(due, datetime) and now - due < timedelta(days=1):
        return f"已超期 {max(1, int((now - due).total_seconds() // 3600))} 小时"
    day = beijing(due).date() if isinstance(due, datetime) else due
    return f"已超期 {(legal_day(now) - day).days} 日"
