"""The names that models of alerts may use, by the rows they read, and how each is called in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from mingjing.packs.load import Library

# Rows a model may read, and what one of them is.
SOURCES: Final[Mapping[str, str]] = {
    "cases": "案件：全案的行为、事实和查出的问题",
    "acts": "行为：一项行为和它的事实",
    "limits": "期限：还要有人办理的一个期限",
    "likes": "罚款：与同类案件相比的一个罚款",
    "detector": "检查：由公布的统计方法查看一个机关一年的检查",
}
DETECTORS: Final = ("bursts", "repeats", "outside_plan", "pairs", "never_drawn")
# Whose rows are counted together.
PER: Final[Mapping[str, Mapping[str, str]]] = {
    "cases": {"officer": "主办人", "agency": "机关"},
    "acts": {"performer": "实施人", "recorder": "录入人", "agency": "机关"},
}
OF_ALL: Final[Mapping[str, str]] = {
    "today": "今天",
    "work_today": "今天（工作日序）",
    "imported": "导入的历史案件",
}
OWN: Final[Mapping[str, Mapping[str, str]]] = {
    "cases": {
        "procedure": "程序",
        "ended": "已办结",
        "last_day": "最近一项行为",
        "decided_dom": "作出决定在当月第几日",
        "fine": "罚款（元）",
        "fine_round": "罚款为整千元",
        "fine_at_top": "罚款为裁量幅度上限",
    },
    "acts": {"act": "行为", "act_day": "行为日", "lag_days": "行为后多少日才录入"},
    "limits": {
        "rule": "规则",
        "title": "期限",
        "topic": "环节",
        "left": "还有多少个工作日（超期为负）",
        "due": "截止",
    },
    "likes": {
        "fine": "罚款（元）",
        "median": "同类案件的中位数（元）",
        "ratio": "与中位数之比",
        "count": "同类案件数",
        "unusual": "在常见范围以外",
    },
    "detector": {},
}
# Of every kind of act, in the rows of cases.
BY_KIND: Final[Mapping[str, str]] = {
    "n": "“{}”的次数",
    "day": "第一次“{}”",
    "last": "最近一次“{}”",
    "work": "第一次“{}”（工作日序）",
}
DAYS: Final = ("day_", "last_")
_DATED: Final = frozenset({"today", "last_day", "act_day", "due"})


@dataclass(frozen=True)
class Words:
    """All names, by source."""

    by_source: Mapping[str, Mapping[str, str]]

    def names(self, source: str) -> frozenset[str]:
        """Give every name that a condition on these rows may read."""
        return frozenset(self.by_source[source])

    def title(self, source: str, name: str) -> str:
        """Give what a name is called."""
        return self.by_source[source].get(name, name)


def is_day(name: str) -> bool:
    """Say whether the value of a name is a day, as its number in the calendar."""
    return name.startswith(DAYS) or name in _DATED


@cache
def _kinds(pairs: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {f"{key}_{kind}": told.format(title) for kind, title in pairs for key, told in BY_KIND.items()}


def words_of(library: Library) -> Words:
    """Give the names, with the fields and kinds of act of the library."""
    fields = {name: field.title for name, field in library.fields.items()}
    kinds = _kinds(tuple((one.kind, one.title) for one in library.kinds.values()))
    return Words(
        {
            source: {
                **(fields if source in ("cases", "acts") else {}),
                **(kinds if source == "cases" else {}),
                **OF_ALL,
                **own,
            }
            for source, own in OWN.items()
        }
    )
