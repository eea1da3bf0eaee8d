"""Limits that end in the period: met, met late or not at all, still running, by rule and by month."""

from typing import TYPE_CHECKING, Final

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.grids import Grid, Record, Rows, case_record
from mingjing.cases.analysed import limits_ending
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from mingjing.cases.models import CaseDeadline

STATES: Final = {
    "met": "按期",
    "missed": "逾期",
    "running": "进行中",
    "paused": "暂停计算",
    "unknown": "无法计算",
    "dropped": "不再计算",
}


def _ending(asked: Asked) -> "QuerySet[CaseDeadline]":
    narrowed = asked.narrowed("case__")
    del narrowed["agency__in"]
    rows = limits_ending(asked.agencies, asked.begins, asked.ends)
    return rows.filter(**narrowed).select_related("case__agency")


def _told(row: "CaseDeadline") -> Record:
    on = legal_day(row.due) if row.due else None
    return case_record(row, on, f"{row.title}：{STATES.get(row.status, row.status)}")


def rule_titles(rules: "Collection[str]") -> "Mapping[str, str]":
    """Give the titles of rules."""
    wanted = set(rules)
    return {one.id: one.title for one in library().rules if one.id in wanted}


def makers() -> list[Grid]:
    """Give the tables of the subject."""
    rows, states = Rows(_ending, ("due", "pk"), _told), dims.plain("情况", "status", STATES)
    note = "截止日在时段内的期限；按期与逾期是系统按案件重新推算的结果。"
    return [
        Grid("rules", "各项期限", rows, dims.free("期限", "rule", rule_titles), states, "across", note, "项"),
        Grid("months", "每月到期的期限", rows, dims.moment("due"), states, "stacked", note, "项"),
        Grid("units", "各机关的期限", rows, dims.unit(), states, "across", "机关按登记次序排列。", "项"),
    ]
