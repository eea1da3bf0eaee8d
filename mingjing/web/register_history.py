"""The changes of the register as people read them: what was done to somebody's entry, by whom, when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from mingjing.clients.recorded import named
from mingjing.clients.scopes import titles
from mingjing.kit.clock import chinese_date
from mingjing.personnel import selectors
from mingjing.personnel.permissions import role_names
from mingjing.personnel.register_log import THROUGH
from mingjing.signin import selectors as signin

if TYPE_CHECKING:
    from mingjing.personnel.models import RegisterChange

TITLES = {
    "agency_created": "登记机关",
    "person_created": "登记人员",
    "roles_set": "更改角色",
    "person_left": "登记离任",
    "person_active": "登记复职",
    "password_set": "重设密码",
    "password_changed": "本人改密码",
    "password_chosen": "本人设定首个密码",
    "certificate_issued": "登记证件",
    "certificate_suspended": "暂扣证件",
    "certificate_restored": "恢复证件",
    "certificate_taken_back": "收回证件",
    "certificate_cancelled": "注销证件",
    "person_placed": "安排岗位",
    "counsel_set": "登记法律顾问",
    "agency_changed": "变更机关登记",
    "subject_confirmed": "确认执法主体",
    "subject_withdrawn": "取消执法主体",
    "post_added": "增加岗位",
    "duties_set": "分解职权",
    "delegation_signed": "登记委托书、赋权清单",
    "delegation_published": "公布委托书、赋权清单",
    "delegation_ended": "终止委托书、赋权清单",
    "certificate_applied": "申请执法证件",
    "application_approved": "同意申报",
    "application_refused": "不同意申报",
    "certificate_grounded": "核对资格考试",
    "questions_imported": "导入题库",
    "exam_set": "设定考试",
    "exam_begun": "开始考试",
    "exam_graded": "考试评分",
    "class_recorded": "登记培训学时",
    "client_registered": "登记接口客户端",
    "client_accepted": "同意接口客户端",
    "client_revoked": "停用接口客户端、令牌",
    "client_rotated": "更换接口密钥",
    "token_issued": "生成个人令牌",
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
    who = _doers(changes)
    return [
        Line(one.at, who[one.pk], TITLES[one.action], _in_words(one.action, one.details)) for one in changes
    ]


def _doers(changes: Sequence["RegisterChange"]) -> dict[int, str]:
    """Who made each change, with the program that did it in their name, if one did."""
    names = selectors.names_of(one.by for one in changes)
    clients = named({one.details[THROUGH] for one in changes if THROUGH in one.details})
    found = {}
    for one in changes:
        who, code = names.get(one.by, one.by), one.details.get(THROUGH)
        through = f"（经接口客户端“{clients[code].title if code in clients else code}”）" if code else ""
        found[one.pk] = who + through
    return found


@dataclass(frozen=True)
class Change(Line):
    """One change in the trail of everybody, with whom it is about."""

    about: str
    number: str  # of its entry in the public log


def all_changes(limit: int = 5000) -> list[Change]:
    """What was changed about anybody or anything, the latest first: the register and the factors together."""
    changes, factors = selectors.latest_changes(limit), signin.factor_changes(limit)
    who, names = _doers(changes), selectors.names_of(one.subject for one in changes)
    names |= selectors.names_of(one.by for one in factors)
    lines = [
        Change(
            one.at,
            who[one.pk],
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
    say = WORDS.get(action)
    if say is None and action.startswith("certificate_") and "reason" in details:
        say = _event
    return say(details) if say else ""


def _event(told: Mapping[str, Any]) -> str:
    return f"{told['number']}，自{_day(told['on'])}起，{told['reason']}"


def _agreement(told: Mapping[str, Any]) -> str:
    return f"{told['number']}，{_day(told['on'])}，{told['note']}"


def _confirmed(told: Mapping[str, Any]) -> str:
    return f"{told['document']}（{told['document_no']}），{_day(told['on'])}"


def _client(told: Mapping[str, Any]) -> str:
    return f"{told['title']}（{told['client']}），{'、'.join(titles(told['scopes']))}，至{_day(told['expires_at'])}"


# Action -> what its line says beside its title; nothing where the title says all.
WORDS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    **dict.fromkeys(
        ("client_registered", "client_accepted", "client_revoked", "client_rotated", "token_issued"),
        _client,
    ),
    "person_created": lambda told: f"角色：{_roles(told['roles'])}" if told["roles"] else "尚未授予角色",
    "roles_set": lambda told: f"由“{_roles(told['before'])}”改为“{_roles(told['after'])}”",
    "certificate_issued": lambda told: (
        f"{told['number']}，{_day(told['valid_from'])}至{_day(told['valid_until'])}"
    ),
    "counsel_set": lambda told: "是" if told["counsel"] else "否",
    "person_placed": lambda told: f"{told['department']} {told['post']}",
    "agency_changed": lambda told: f"自{_day(told['on'])}起，{told['reason']}",
    "subject_confirmed": _confirmed,
    "subject_withdrawn": _confirmed,
    "post_added": lambda told: f"{told['department']} {told['post']}",
    "duties_set": lambda told: f"{told['department']} {told['post']}，{len(told['duties'])} 项",
    "delegation_signed": lambda told: str(told["number"]),
    "delegation_published": _agreement,
    "delegation_ended": _agreement,
    "certificate_applied": lambda told: str(told["reason"]),
    "certificate_grounded": lambda told: f"{told['number']}，{told['proof']}",
    "questions_imported": lambda told: str(told["report"]),
    "exam_set": lambda told: str(told["title"]),
    "exam_graded": lambda told: f"第 {told['attempt']} 次，{told['mark']} 分",
    "class_recorded": lambda told: f"{told['title']}，{told['hours']} 学时",
}


def _roles(codes: Sequence[str]) -> str:
    return role_names(codes) or "无"


def _day(text: str) -> str:
    return chinese_date(date.fromisoformat(text))
