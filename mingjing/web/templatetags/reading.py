"""Dates, amounts and verdicts as people read them in templates."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template

from mingjing.cases import shown
from mingjing.evidence.kinds import kind_title
from mingjing.kit.clock import beijing, chinese_date, legal_day
from mingjing.kit.money import yuan as in_yuan
from mingjing.packs.load import library
from mingjing.packs.vocabulary import STAGES as DEFAULT_STAGES

if TYPE_CHECKING:
    from mingjing.cases.models import Case

register = template.Library()

OUTCOMES = {"pass": ("合法", "green"), "breach": ("不合法", "red"), "unknown": ("未载明", "amber")}
STATUSES = {
    "running": ("在期限内", ""),
    "met": ("已按期完成", "green"),
    "missed": ("已超期", "red"),
    "paused": ("暂停计算", "amber"),
    "unknown": ("无法计算", "amber"),
    "dropped": ("不再计算", ""),
}
SEVERITIES = {"block": "不符合则不得实施", "grade": "案卷评查扣分", "warn": "提示"}
STAGES = {
    "clue": "线索",
    "filing": "立案",
    "investigation": "调查取证",
    "review": "审核",
    "notice": "事先告知",
    "hearing": "听证",
    "discussion": "集体讨论",
    "decision": "决定",
    "service": "送达",
    "execution": "执行",
    "closing": "结案",
    "closed": "已结案",
    "publication": "公示",
    "remedy": "救济",
}
PARTY_KINDS = {"citizen": "自然人", "individual_business": "个体工商户", "organization": "法人或者非法人组织"}
CERTIFICATE_STATES = {
    "valid": "有效",
    "expired": "已过期",
    "suspended": "已暂扣",
    "taken_back": "已收回",
    "cancelled": "已注销",
    "none": "无证",
}
ENFORCEMENT_FIELDS = {
    "urban": "城市管理",
    "market": "市场监管",
    "ecology": "生态环境",
    "transport": "交通运输",
    "civil": "民政",
    "agriculture": "农业",
    "culture": "文化市场",
    "emergency": "应急管理",
    "religion": "宗教事务",
}


@register.filter
def day(value: Any) -> str:
    """2026年3月5日; nothing known: 未载明."""
    value = _as_day(value)
    return chinese_date(value) if value else shown.UNKNOWN


@register.filter
def weekday(value: Any) -> str:
    """2026年3月5日（周四）, for days that a limit hangs on."""
    # The last minute of a day stands for the whole day.
    if isinstance(value, datetime) and beijing(value).strftime("%H:%M") != "23:59":
        return shown.minute(value)
    value = _as_day(value)
    return shown.day(value) if value else shown.UNKNOWN


@register.filter
def minute(value: datetime | None) -> str:
    """2026年3月5日（周四）14:05."""
    return shown.minute(value) if value else shown.UNKNOWN


@register.filter
def yuan(value: Any) -> str:
    """1,234.50元."""
    return shown.UNKNOWN if value in (None, "") else in_yuan(Decimal(str(value)))


@register.filter
def percent(value: float | None) -> str:
    """A share as 12.5%; nothing to divide by: a dash."""
    return "—" if value is None else f"{value * 100:.1f}%"


@register.filter
def stage_title(code: str) -> str:
    """The stage of a case in Chinese."""
    return STAGES.get(code, code or shown.UNKNOWN)


@register.filter
def procedure_title(code: str) -> str:
    """The procedure in Chinese."""
    known = library().procedures.get(code)
    return known.title if known else code


@register.filter
def procedure_short(code: str) -> str:
    """The procedure in Chinese, where there is little room."""
    known = library().procedures.get(code)
    return known.short if known else code


@register.filter
def stage_of(case: "Case") -> str:
    """The stage of a case by the name its procedure gives it."""
    return stage_in(case.stage, case.procedure)


@register.filter
def stage_in(code: str, procedure: str) -> str:
    """A stage by the name that a procedure gives it, where it has one of its own."""
    known = library().procedures.get(procedure)
    own = known.stages.get(code) if known else None
    return own if own and own != DEFAULT_STAGES[code] else stage_title(code)


@register.filter
def party_kind_title(code: str) -> str:
    """The kind of party in Chinese."""
    return PARTY_KINDS.get(code, shown.UNKNOWN)


@register.filter
def sentence(text: str) -> str:
    """A reason or remedy with its full stop, so that two of them can stand in one line."""
    return text if not text or text.endswith(("。", "；", "：", "！", "？")) else f"{text}。"


@register.filter
def outcome_title(outcome: str) -> str:
    """The outcome of a verdict in Chinese."""
    return OUTCOMES.get(str(outcome), (str(outcome), ""))[0]


@register.filter
def outcome_colour(outcome: str) -> str:
    """The colour of an outcome: red, amber, green."""
    return OUTCOMES.get(str(outcome), ("", ""))[1]


@register.filter
def status_title(status: str) -> str:
    """Where a limit stands, in Chinese."""
    return STATUSES.get(str(status), (str(status), ""))[0]


@register.filter
def status_colour(status: str) -> str:
    """The colour of a limit's state."""
    return STATUSES.get(str(status), ("", ""))[1]


@register.filter
def severity_title(severity: str) -> str:
    """What follows from a breach, in Chinese."""
    return SEVERITIES.get(str(severity), str(severity))


@register.filter
def certificate_title(state: str) -> str:
    """The state of a certificate in Chinese."""
    return CERTIFICATE_STATES.get(state, state)


@register.filter
def legal_kind_title(code: str) -> str:
    """The legal kind of a piece of evidence in Chinese."""
    return kind_title(code)


@register.filter
def enforcement_title(field: str) -> str:
    """The field of enforcement in Chinese."""
    return ENFORCEMENT_FIELDS.get(field, field)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value of a key, or nothing."""
    return mapping.get(key, "")


@register.filter
def filesize_zh(size: int) -> str:
    """A size in KB, MB or GB."""
    if size >= 1024**3:
        return f"{size / 1024**3:.1f}".removesuffix(".0") + " GB"
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, round(size / 1024))} KB"


def _as_day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return legal_day(value)
    if isinstance(value, str) and value:
        return date.fromisoformat(value[:10])
    return value if isinstance(value, date) else None
