"""Review scores of the files opened in the period: levels, and what was found wrong most often."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.dims import Dim
from mingjing.analysis.grids import Grid, Record, Rows, case_record
from mingjing.analysis.models import CaseLine
from mingjing.analysis.subjects.limits import rule_titles
from mingjing.cases.analysed import breaches_of
from mingjing.review.scoring import review_standard

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mingjing.cases.models import CaseFinding


def _files(asked: Asked) -> "QuerySet[CaseLine]":
    rows = CaseLine.objects.filter(**asked.narrowed()).select_related("case__agency")
    return rows.filter(opened_on__gte=asked.begins, opened_on__lte=asked.ends)


def _told(line: CaseLine) -> Record:
    veto = "，一票否决" if line.case.vetoed else ""
    return case_record(line, line.opened_on, f"{line.case.score} 分{veto}；{line.case.title}")


def _breaches(asked: Asked) -> "QuerySet[CaseFinding]":
    narrowed = asked.narrowed("case__")
    del narrowed["agency__in"]
    rows = breaches_of(asked.agencies, asked.begins, asked.ends)
    return rows.filter(**narrowed).select_related("case__agency")


def _found(row: "CaseFinding") -> Record:
    return case_record(row, row.case.opened_on, row.title)


def level() -> Dim:
    """The levels of the standard; a vetoed file stands at the level that a veto leads to, whatever its points.

    What is grouped by is the score, below nothing where there is a veto: see `_Scored`.
    """
    levels = review_standard().levels
    highest = [None, *(one.at_least - 1 for one in levels)]
    bands = {str(number): (one, highest[number]) for number, one in enumerate(levels)}

    def keys(value: Any) -> tuple[str, ...]:
        score, vetoed = value
        return (str(levels.index(review_standard().level_of(score, vetoed=vetoed))),)

    def where(key: str) -> Q:
        if key not in bands:
            return dims.nothing()
        one, high = bands[key]
        within = Q(case__score__gte=one.at_least) & (Q() if high is None else Q(case__score__lte=high))
        return within | Q(case__vetoed=True) if one.vetoed else within & Q(case__vetoed=False)

    titles = [(str(number), one.title) for number, one in enumerate(levels)]
    return Dim("等次", SCORED, keys, where, lambda _, __: titles)


SCORED = "scored"


class _Scored(Rows):
    """Files with their score and their veto as one value."""

    def groups(self, asked: Asked, *columns: str) -> list[tuple[Any, ...]]:
        """Count them."""
        plain = [one for one in columns if one != SCORED]
        rows = super().groups(asked, *plain, "case__score", "case__vetoed")
        found = []
        for *values, score, vetoed, number in rows:
            given = dict(zip(plain, values, strict=True)) | {SCORED: (score, vetoed)}
            found.append((*(given[name] for name in columns), number))
        return found


def makers() -> list[Grid]:
    """Give the tables of the subject."""
    files, found = _Scored(_files, ("-opened_on", "-pk"), _told), Rows(_breaches, ("-pk",), _found)
    note = "时段内开案的案卷，按系统现在的评分和现行评查标准的等次；抽样由人评查的结果见“案卷评查”。"
    rules: Dim = dims.free("问题", "rule", _rules)
    return [
        Grid("months", "每月开案案卷的等次", files, dims.month("opened_on"), level(), "stacked", note),
        Grid(
            "units", "各机关案卷的等次", files, dims.unit(), level(), "across", f"机关按登记次序排列。{note}"
        ),
        Grid("procedures", "各程序案卷的等次", files, dims.procedure(), level(), "across", note),
        Grid(
            "findings",
            "常见问题",
            found,
            rules,
            dims.procedure("case__procedure"),
            "across",
            "不合法项，提示不计。",
            "项",
        ),
    ]


def _rules(rules: Collection[str]) -> Any:
    return rule_titles(rules)
