"""The changes of the register as people read them: what was done to somebody's entry, by whom, when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mingjing.kit.clock import chinese_date
from mingjing.personnel import selectors
from mingjing.personnel.permissions import role_names
from mingjing.signin import selectors as signin

TITLES = {
    "agency_created": "登记机关",
    "person_created": "登记人员",
    "roles_set": "更改角色",
    "person_left": "登记离任",
    "person_active": "登记复职",
    "password_set": "重设密码",
    "password_changed": "本人改密码",
    "certificate_issued": "登记证件",
    "certificate_suspended": "暂扣证件",
    "certificate_restored": "恢复证件",
    "certificate_taken_back": "收回证件",
    "certificate_cancelled": "注销证件",
    "person_placed": "安排岗位",
}


@dataclass(frozen=True)
class Line:
    """One change."""

    at: datetime
    by: str
    title: str
    text: str


def history_of(username: str) -> list[Line]:
    """What was changed about a person, the latest first."""
    # An agency may bear the same name as an account: its entries are not this person's.
    changes = [
        one
        for one in reversed(selectors.changes_of(username))
        if one.action in TITLES and not one.action.startswith("agency")
    ]
    names = selectors.names_of(one.by for one in changes)
    return [
        Line(one.at, names.get(one.by, one.by), TITLES[one.action], _in_words(one.action, one.details))
        for one in changes
    ]


@dataclass(frozen=True)
class Change(Line):
    """One change in the trail of everybody, with whom it is about."""

    about: str
    number: str  # of its entry in the public log


def all_changes(limit: int = 5000) -> list[Change]:
    """What was changed about anybody or anything, the latest first: the register and the factors together."""
    changes, factors = selectors.latest_changes(limit), signin.factor_changes(limit)
    names = selectors.names_of([one.by for one in changes] + [one.subject for one in changes])
    names |= selectors.names_of(one.by for one in factors)
    lines = [
        Change(
            one.at,
            names.get(one.by, one.by),
            TITLES.get(one.action, one.action),
            _in_words(one.action, one.details),
            names.get(one.subject, one.subject),
            one.code,
        )
        for one in changes
    ]
    lines += [
        Change(
            one.at,
            names.get(one.by, one.by),
            signin.CHANGES.get(one.action, one.action),
            one.title,
            one.person.name,
            one.code,
        )
        for one in factors
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _in_words(action: str, details: Mapping[str, Any]) -> str:
    if action == "person_created":
        return f"角色：{_roles(details['roles'])}" if details["roles"] else "尚未授予角色"
    if action == "roles_set":
        return f"由“{_roles(details['before'])}”改为“{_roles(details['after'])}”"
    if action == "certificate_issued":
        return f"{details['number']}，{_day(details['valid_from'])}至{_day(details['valid_until'])}"
    if action == "person_placed":
        return f"{details['department']} {details['post']}"
    if "reason" in details:
        return f"{details['number']}，自{_day(details['on'])}起，{details['reason']}"
    return ""


def _roles(codes: Sequence[str]) -> str:
    return role_names(codes) or "无"


def _day(text: str) -> str:
    return chinese_date(date.fromisoformat(text))
