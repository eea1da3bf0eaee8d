"""Where a campaign stands, computed from its steps; how a file is scored. Nothing is read or written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

FULL: Final = 100
TITLES: Final[Mapping[str, str]] = {
    "list": "封存名单",
    "declared": "公告抽样规则",
    "pledged": "提交承诺",
    "bound": "各方承诺存证",
    "revealed": "公开随机数",
    "drawn": "抽出样本",
    "changed": "更换评查人员",
    "dropped": "放弃本次活动",
    "opened": "开始评查",
    "opined": "提交评查意见",
    "appointed": "指定评查人员",
    "excused": "测试卷的评查人员回避",
    "announced": "反馈评查结果",
    "objected": "申请复核",
    "closed": "形成评查结果",
}
STATES: Final[Mapping[str, str]] = {
    "declared": "等待各方承诺",
    "bound": "等待公开随机数",
    "drawn": "已抽样，待开始",
    "opened": "评查中",
    "announced": "已反馈，可以申请复核",
    "closed": "已形成结果",
    "dropped": "已放弃",
}
RECORDS: Final = frozenset({"list", "declared", "bound", "drawn", "changed"})
ROLES: Final[Mapping[str, str]] = {
    "first": "评查",
    "second": "盲评",
    "third": "裁定",
    "again": "复核",
}


class Told(Protocol):
    """What a step must show of itself."""

    kind: str
    facts: Any
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one reader found in one file."""

    role: str
    reader: str
    marks: Mapping[str, Mapping[str, Any]]  # by item: points, words
    overruled: Mapping[str, str]  # what the machine took off and should not have, with the reason
    score: int
    vetoed: bool
    at: datetime


@dataclass(slots=True)
class Standing:
    """The sum of the steps so far."""

    state: str = ""
    pledges: dict[str, str] = field(default_factory=dict)
    reveals: dict[str, str] = field(default_factory=dict)
    opinions: dict[str, list[Opinion]] = field(default_factory=dict)  # by key of the file
    appointed: dict[tuple[str, str], str] = field(default_factory=dict)  # (file, role) -> reader
    excused: set[tuple[str, str]] = field(default_factory=set)  # (file, reader)
    objections: dict[str, Told] = field(default_factory=dict)
    announced_at: datetime | None = None
    closed_at: datetime | None = None

    def opinion(self, key: str, role: str, reader: str = "") -> Opinion | None:
        """Give what was said of a file in a role (by somebody, where several read a test file)."""
        found = self.opinions.get(key, ())
        return next((one for one in found if one.role == role and reader in ("", one.reader)), None)


def standing_of(steps: Iterable[Told]) -> Standing:
    """Fold the steps of a campaign."""
    found = Standing()
    for one in steps:
        if one.kind in STATES:
            found.state = one.kind
        _FOLDS.get(one.kind, _nothing)(found, one)
    return found


def _nothing(found: Standing, one: Told) -> None:
    """The step says all by being there."""


def _pledged(found: Standing, one: Told) -> None:
    found.pledges[one.facts["party"]] = one.facts["commitment"]


def _revealed(found: Standing, one: Told) -> None:
    found.reveals[one.facts["party"]] = one.facts["nonce"]


def _opined(found: Standing, one: Told) -> None:
    told = one.facts
    opinion = Opinion(
        told["role"], one.by, told["marks"], told["overruled"], told["score"], told["vetoed"], one.at
    )
    found.opinions.setdefault(told["file"], []).append(opinion)


def _appointed(found: Standing, one: Told) -> None:
    found.appointed[one.facts["file"], one.facts["role"]] = one.facts["reader"]


def _excused(found: Standing, one: Told) -> None:
    found.excused.add((one.facts["file"], one.by))


def _objected(found: Standing, one: Told) -> None:
    found.objections[one.facts["file"]] = one


def _announced(found: Standing, one: Told) -> None:
    found.announced_at = one.at


def _closed(found: Standing, one: Told) -> None:
    found.closed_at = one.at


_FOLDS: Final[Mapping[str, Any]] = {
    "pledged": _pledged,
    "revealed": _revealed,
    "opined": _opined,
    "appointed": _appointed,
    "excused": _excused,
    "objected": _objected,
    "announced": _announced,
    "closed": _closed,
}


def scored(
    machine: Mapping[str, Any], marks: Mapping[str, Mapping[str, Any]], overruled: Mapping[str, str]
) -> tuple[int, bool]:
    """Give score and veto of a file: what the machine took off and a person let stand, and what the person took off.

    A veto leaves nothing: one of the basic items is not met.
    """
    vetoed, lost = False, 0
    for line in machine["lines"]:
        if line["no"] in overruled:
            continue
        vetoed, lost = vetoed or line["veto"], lost + (0 if line["veto"] else line["lost"])
    for mark in marks.values():
        vetoed, lost = vetoed or mark["points"] >= FULL, lost + mark["points"]
    return (0 if vetoed else max(0, FULL - lost)), vetoed


def differ(first: Opinion, second: Opinion, least: int) -> bool:
    """Say whether two readers are so far apart that a third must decide."""
    return first.vetoed != second.vetoed or abs(first.score - second.score) >= least


def final_of(opinions: Sequence[Opinion], least: int) -> tuple[int, bool] | None:
    """Give what counts for a file in the end; None while somebody still has to read it.

    The re-review before the third reader, the third before the two; of two who agree the mean, halves upward.
    """
    by_role = {one.role: one for one in opinions}
    for role in ("again", "third"):
        if role in by_role:
            return by_role[role].score, by_role[role].vetoed
    first, second = by_role.get("first"), by_role.get("second")
    if first is None or second is None:
        return (first.score, first.vetoed) if first else None
    if differ(first, second, least):
        return None
    return (first.score + second.score + 1) // 2, first.vetoed


def final_opinions(opinions: Sequence[Opinion]) -> list[Opinion]:
    """Give the opinions on which the score of a file rests."""
    by_role = {one.role: one for one in opinions}
    for role in ("again", "third"):
        if role in by_role:
            return [by_role[role]]
    return [by_role[role] for role in ("first", "second") if role in by_role]
