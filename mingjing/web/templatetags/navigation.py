"""The menus and the signed-in person, as every page shows them; no page's own content."""

from typing import Any, Final, NamedTuple

from django import template
from django.conf import settings
from django.urls import reverse

from mingjing.personnel.permissions import may, role_names

register = template.Library()

# Group -> its pages: title, name of the url, icon, the permission that shows it ("" for everybody).
MENU: Final = {
    "": (
        ("工作台", "home", "list-check", ""),
        ("案件", "cases", "folder2-open", "case.list"),
        ("新办案件", "case-new", "plus-square", "act.clue"),
        ("检查任务", "visits", "ui-checks", "visits.own"),
        ("现场", "field", "phone", "field.record"),
    ),
    "办案": (
        ("法制审核", "review", "clipboard-check", "act.review"),
        ("一户式档案", "dossiers", "person-lines-fill", "dossier.view"),
        ("涉案财物", "custody", "box-seam", "property.view"),
        ("票据与收费", "receipts", "receipt", "receipts.view"),
        ("外部来件", "exchange-inbox", "inbox", "inbox.view"),
        ("案卷归档", "archive", "archive", "archive.view"),
        ("复议诉讼", "disputes", "bank", "dispute.view"),
        ("记录过问干预", "interference", "incognito", "interference.record"),
    ),
    "行政检查": (
        ("检查计划", "inspect-plans", "calendar2-check", "inspect.view"),
        ("检查对象", "register-objects", "buildings", "inspect.view"),
        ("检查人员", "inspectors", "people", "inspect.view"),
        ("随机抽取", "draws", "shuffle", "draw.view"),
        ("检查", "visit-board", "clipboard-data", "visits.board"),
        ("首违清单", "visit-first", "1-circle", "visits.first"),
        ("检查结果公布", "visit-results", "card-checklist", "visits.results"),
        ("后续处置", "visit-handovers", "send-check", "visits.board"),
        ("检查统计", "visit-figures", "graph-up", "visits.figures"),
        ("企业评价", "visit-voices", "chat-left-text", "visits.voices"),
    ),
    "公示": (
        ("公示", "publicity", "megaphone", "publicity.prepare"),
        ("公开清单", "catalogues", "card-list", "catalogue.view"),
        ("公示情况", "publicity-board", "bar-chart", "publicity.board"),
        ("数据交换", "exchange", "arrow-left-right", "exchange.use"),
        ("平台推送", "exchange-pushes", "cloud-upload", "exchange.use"),
    ),
    "监督": (
        ("监督", "supervision", "eye", "supervise.board"),
        ("监督预警", "supervision-alerts", "exclamation-diamond", "alert.feedback"),
        ("预警", "alerts", "bell", "alert.view"),
        ("监督文书", "oversight", "envelope-paper", "oversight.view"),
        ("执法分析", "analysis", "bar-chart-line", "analysis.view"),
        ("统计报表", "statistics", "file-earmark-spreadsheet", "statistics.view"),
        ("案卷评查", "filereviews", "clipboard2-check", "filereview.view"),
        ("考核评估", "appraisal", "speedometer2", "appraisal.view"),
        ("投诉举报", "complaints", "chat-left-text", "complaint.view"),
        ("整改台账", "rectification", "check2-square", "rectify.view"),
        ("法治建设", "governance", "bank2", "governance.view"),
        ("执法过错", "wrong-cases", "person-exclamation", "wrongcase.view"),
        ("与我有关的过错", "wrong-cases-mine", "person-lines-fill", "wrongcase.own"),
        ("调阅留痕", "accesses", "binoculars", "access.view"),
    ),
    "人员": (
        ("我的执法证", "card", "person-vcard", "card.show"),
        ("人员与证件", "people", "person-badge", "people.view"),
        ("执法设备", "devices", "camera-video", "device.view"),
        ("培训与考试", "training", "mortarboard", "training.learn"),
        ("培训管理", "training-board", "easel", "training.board"),
    ),
    "制度": (
        ("执法手册", "handbook", "journal-text", "packs.view"),
        ("清单与基准", "norms", "table", "norms.view"),
        ("法规包", "law", "book", "packs.view"),
        ("法规推演", "law-replay", "arrow-left-right", "law.replay"),
    ),
    "系统": (
        ("账号安全", "security", "shield-lock", "people.secure"),
        ("审计", "audit", "clock-history", "audit.view"),
        ("接口客户端", "api-clients", "plug", "client.manage"),
        ("数据迁移", "migrations", "box-arrow-in-down", "migrate.view"),
        ("系统", "system", "hdd-network", "system.view"),
    ),
}
FEW: Final = 14  # so many pages are seen at a glance: no group is folded


class Entry(NamedTuple):
    """One line of the menu as it stands for this person on this page."""

    title: str
    url: str
    icon: str
    current: bool


class Group(NamedTuple):
    """Some lines under one title, folded unless `open`."""

    title: str
    entries: list[Entry]
    open: bool


@register.simple_tag(takes_context=True)
def menu(context: dict[str, Any]) -> list[Group]:
    """The pages that the signed-in person may open, in groups, the present one marked and its group unfolded."""
    request = context["request"]
    groups = {
        title: [_entry(request, one) for one in lines if _shown(request, one)]
        for title, lines in MENU.items()
    }
    every = [entry for entries in groups.values() for entry in entries]
    # The longest address wins: /cases/new/ lies below /cases/.
    here = max((entry.url for entry in every if entry.current), key=len, default="")
    return [
        Group(
            title,
            [entry._replace(current=entry.url == here) for entry in entries],
            len(every) <= FEW or any(entry.url == here for entry in entries),
        )
        for title, entries in groups.items()
        if entries
    ]


def _shown(request: Any, line: tuple[str, str, str, str]) -> bool:
    return not line[3] or may(request.user, line[3], request.user.agency.code)


def _entry(request: Any, line: tuple[str, str, str, str]) -> Entry:
    url = reverse(line[1])
    return Entry(line[0], url, line[2], request.path == url or (url != "/" and request.path.startswith(url)))


@register.simple_tag
def role_titles(person: Any) -> str:
    """The roles of a person in Chinese."""
    return role_names(person.roles) or "未分配角色"


@register.simple_tag
def may_use_api(person: Any) -> bool:
    """Whether programs may act in the name of this person."""
    return may(person, "client.own", person.agency.code)


@register.simple_tag
def may_search_cases(person: Any) -> bool:
    """Whether this person finds cases at all; the administrators do not."""
    return may(person, "case.list", person.agency.code)


@register.simple_tag
def session_minutes() -> int:
    """After how many idle minutes the session ends."""
    return settings.SESSION_COOKIE_AGE // 60
