"""Limits that end in the period: met, met late or not at all, still running, by rule and by month."""

from functools import cache
from typing import TYPE_CHECKING, Final

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.grids import Grid, Record, Rows, case_record
from mingjing.analysis.models import LimitLine
from mingjing.packs.load import library

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

STATES: Final = {
    "met": "按期",
    "missed": "逾期",
    "running": "进行中",
    "paused": "暂停计算",
    "unknown": "无法计算",
    "dropped": "不再计算",
}


def _ending(asked: Asked) -> "QuerySet[LimitLine]":
    rows = LimitLine.objects.filter(**asked.narrowed(), month__gte=asked.first, month__lte=asked.last)
    return rows.select_related("case__agency")


def _told(line: LimitLine) -> Record:
    title = rule_titles([line.rule]).get(line.rule, line.rule)
    return case_record(line, line.due_on, f"{title}：{STATES.get(line.status, line.status)}")


def rule_titles(rules: "Collection[str]") -> "Mapping[str, str]":
    """Give the titles of rules."""
    known = _titles()
    return {one: known[one] for one in rules if one in known}


@cache
def _titles() -> dict[str, str]:
    return {one.id: one.title for one in library().rules}


def makers() -> list[Grid]:
    """Give the tables of the subject."""
    together = ("month", "rule", "agency_id", "status")
    rows, states = Rows(_ending, ("due_on", "pk"), _told, together), dims.plain("情况", "status", STATES)
    note = "截止日在时段内的期限；按期与逾期由系统按案件推算，每天重新推算一次。"
    return [
        Grid("rules", "各项期限", rows, dims.free("期限", "rule", rule_titles), states, "across", note, "项"),
        Grid("months", "每月到期的期限", rows, dims.month_text("month"), states, "stacked", note, "项"),
        Grid("units", "各机关的期限", rows, dims.unit(), states, "across", "机关按登记次序排列。", "项"),
    ]
