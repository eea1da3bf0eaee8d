"""Figures of visits: coverage, findings by risk class, visits per firm, joint share, over the cap; pure, no ranking.

Nobody is counted who found something: whoever is measured by findings will find them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

RANDOM: Final = "random"
TARGETED: Final = "targeted"
ARMS: Final[Mapping[str, str]] = {RANDOM: "随机抽查", TARGETED: "针对性检查"}
# Half the width of a normal distribution that holds 95 of 100.
Z: Final = 1.959964

# What each figure means, published beside it and in the file.
DEFINITIONS: Final[Sequence[tuple[str, str]]] = (
    ("检查", "当年开封名单、立有检查案件的检查，一个案件一次；取消的任务、没有开始的任务不计。"),
    ("抽查覆盖率", "随机抽查检查过的对象数 ÷ 当年各次抽取所用名单的对象总数（同一份名单只计一次）。"),
    (
        "登记对象覆盖率",
        "当年检查过的对象数 ÷ 名录库现有在业对象数，按风险等级；已检查对象的等级取检查当日的登记。",
    ),
    (
        "发现问题的比例",
        "检查结果代码属于发现问题的检查 ÷ 已有检查结果的检查。随机抽查的比例反映没有线索的对象一般如何，是对照。",
    ),
    ("95% 区间", "威尔逊（Wilson）区间。检查次数少时区间宽；两个比例的区间重叠时，不能说一个高于另一个。"),
    ("每个对象的检查次数", "同一对象当年在统计范围内各机关被检查的次数。"),
    ("联合检查", "参加部门两个以上的检查 ÷ 全部检查。"),
    ("超过频次上限的检查", "计入频次、且本机关此前次数已达到检查方案所定年度上限的检查。"),
    (
        "达到上限后依法不计频次的检查",
        "投诉举报、转办、监测、企业申请引起，不受上限限制，每次都有理由，单独列出。",
    ),
    ("不排名", "本页不按执法人员、机关统计发现问题的多少，也不统计罚没数额。"),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as the figures count it."""

    case: str
    object: str
    risk: str
    arm: str  # RANDOM or TARGETED
    problem: bool | None  # None while there is no result
    counted: bool  # against the cap
    before_own: int
    cap: int  # 0 where none is known
    joint: bool


@dataclass(slots=True)
class Rate:
    """How often something was found, with the cases behind it."""

    cases: list[str] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """Hits of those with a result; None where there is none."""
        return len(self.hits) / len(self.cases) if self.cases else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between what the true share lies, 95 times of 100."""
        return wilson(len(self.hits), len(self.cases))


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk class: what the random arm found, what the targeted one did."""

    risk: str
    random: Rate
    targeted: Rate

    @property
    def verdict(self) -> str:
        """What the two arms allow to say, and no more."""
        left, right = self.random.interval, self.targeted.interval
        if left is None or right is None:
            return "缺少对照"
        if right[0] > left[1]:
            return "针对性检查高于随机抽查"
        return "针对性检查低于随机抽查" if right[1] < left[0] else "看不出差别"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many objects of one risk class were visited, of those that the register holds."""

    risk: str
    objects: int
    visited: int
    cases: Sequence[str]

    @property
    def share(self) -> float | None:
        return self.visited / self.objects if self.objects else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page of figures shows."""

    visits: Sequence[str]
    objects: int
    listed: int  # objects of the lists that were drawn from
    covered: int  # of them visited by the random arm
    random_cases: Sequence[str]
    classes: Sequence[Coverage]
    risks: Sequence[Risk]
    whole: Risk
    per_object: Sequence[tuple[int, int, Sequence[str]]]  # visits an object had, objects, the cases
    joint: Sequence[str]
    over_cap: Sequence[str]
    excepted: Sequence[str]

    @property
    def coverage(self) -> float | None:
        return self.covered / self.listed if self.listed else None

    @property
    def joint_share(self) -> float | None:
        return len(self.joint) / len(self.visits) if self.visits else None

    @property
    def rows(self) -> dict[str, tuple[str, Sequence[str]]]:
        """Give the cases behind every figure by its key, with what it is called."""
        found: dict[str, tuple[str, Sequence[str]]] = {
            "visits": ("检查", self.visits),
            "random": ("随机抽查", self.random_cases),
            "joint": ("联合检查", self.joint),
            "over": ("超过频次上限的检查", self.over_cap),
            "excepted": ("达到上限后依法不计频次的检查", self.excepted),
        }
        for one in self.classes:
            found[f"class-{one.risk}"] = (f"{class_title(one.risk)}对象的检查", one.cases)
        for risk in (*self.risks, self.whole):
            for arm, rate in ((RANDOM, risk.random), (TARGETED, risk.targeted)):
                about = f"{class_title(risk.risk)}{ARMS[arm]}" if risk is not self.whole else ARMS[arm]
                found[f"{arm}-{risk.risk}-all"] = (f"{about}：已有结果", rate.cases)
                found[f"{arm}-{risk.risk}-hits"] = (f"{about}：发现问题", rate.hits)
        for times, _, cases in self.per_object:
            found[f"times-{times}"] = (f"一年检查 {times} 次的对象", cases)
        return found


def class_title(risk: str) -> str:
    """Give what a risk class is called."""
    return f"{risk} 级" if risk else "未分级"


def wilson(hits: int, of: int) -> tuple[float, float] | None:
    """Give the interval in which a share lies 95 times of 100; None where nothing was counted."""
    if not of:
        return None
    share, square = hits / of, Z * Z
    middle = share + square / (2 * of)
    reach = Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def figures(visits: Iterable[Visit], *, listed: int, register: Mapping[str, int]) -> Figures:
    """Count. The random arm is the yardstick: what is found there is what an unchosen object is like.

    `register` tells how many objects of each risk class there are.
    """
    rows = list(visits)
    random = [one for one in rows if one.arm == RANDOM]
    beyond = [one for one in rows if one.cap and one.before_own >= one.cap]
    return Figures(
        visits=[one.case for one in rows],
        objects=len({one.object for one in rows}),
        listed=listed,
        covered=len({one.object for one in random}),
        random_cases=[one.case for one in random],
        classes=_classes(rows, register),
        risks=[_risk(risk, [one for one in rows if one.risk == risk]) for risk in _known(rows)],
        whole=_risk("", rows),
        per_object=_per_object(rows),
        joint=[one.case for one in rows if one.joint],
        over_cap=[one.case for one in beyond if one.counted],
        excepted=[one.case for one in beyond if not one.counted],
    )


def _known(rows: Sequence[Visit]) -> list[str]:
    return sorted({one.risk for one in rows if one.problem is not None and one.risk})


def _classes(rows: Sequence[Visit], register: Mapping[str, int]) -> list[Coverage]:
    found = []
    for risk in sorted({*register, *(one.risk for one in rows)}):
        own = [one for one in rows if one.risk == risk]
        visited = len({one.object for one in own})
        found.append(Coverage(risk, register.get(risk, 0), visited, [one.case for one in own]))
    return found


def _risk(risk: str, rows: Sequence[Visit]) -> Risk:
    found = Risk(risk, Rate(), Rate())
    for one in rows:
        if one.problem is None:
            continue
        rate = found.random if one.arm == RANDOM else found.targeted
        rate.cases.append(one.case)
        if one.problem:
            rate.hits.append(one.case)
    return found


def _per_object(rows: Sequence[Visit]) -> list[tuple[int, int, list[str]]]:
    of_object: dict[str, list[str]] = defaultdict(list)
    for one in rows:
        of_object[one.object].append(one.case)
    counts = Counter(len(cases) for cases in of_object.values())
    return [
        (
            times,
            counts[times],
            [case for cases in of_object.values() if len(cases) == times for case in cases],
        )
        for times in sorted(counts)
    ]
