"""Review scores of the files opened in the period: levels, and what was found wrong most often."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.dims import Dim
from mingjing.analysis.grids import Grid, Record, Rows, case_record
from mingjing.analysis.models import CaseLine, FindingLine
from mingjing.analysis.subjects.limits import rule_titles
from mingjing.review.scoring import review_standard

if TYPE_CHECKING:
    from django.db.models import QuerySet


SCORED: Final = "score,vetoed"


def _files(asked: Asked) -> "QuerySet[CaseLine]":
    rows = CaseLine.objects.filter(**asked.narrowed()).select_related("case__agency")
    return rows.filter(opened_month__gte=asked.first, opened_month__lte=asked.last)


def _told(line: CaseLine) -> Record:
    veto = "，一票否决" if line.vetoed else ""
    return case_record(line, line.opened_on, f"{line.score} 分{veto}；{line.case.title}")


def _breaches(asked: Asked) -> "QuerySet[FindingLine]":
    rows = FindingLine.objects.filter(**asked.narrowed(), month__gte=asked.first, month__lte=asked.last)
    return rows.select_related("case__agency")


def _found(line: FindingLine) -> Record:
    return case_record(line, line.case.opened_on, line.title)


def level() -> Dim:
    """The levels of the standard; a vetoed file stands at the level that a veto leads to, whatever its points.

    It reads two columns as one value: whether there is a veto, and the score.
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
        within = Q(score__gte=one.at_least) & (Q() if high is None else Q(score__lte=high))
        return within | Q(vetoed=True) if one.vetoed else within & Q(vetoed=False)

    titles = [(str(number), one.title) for number, one in enumerate(levels)]
    return Dim("等次", SCORED, keys, where, lambda _, __: titles)


def makers() -> list[Grid]:
    """Give the tables of the subject."""
    together = ("opened_month", "agency_id", "procedure", SCORED)
    files = Rows(_files, ("-opened_on", "-pk"), _told, together)
    found = Rows(_breaches, ("-pk",), _found, ("month", "rule", "procedure"))
    note = "时段内开案的案卷，按系统现在的评分和现行评查标准的等次；抽样由人评查的结果见“案卷评查”。"
    rules: Dim = dims.free("问题", "rule", _rules)
    return [
        Grid(
            "months", "每月开案案卷的等次", files, dims.month_text("opened_month"), level(), "stacked", note
        ),
        Grid(
            "units", "各机关案卷的等次", files, dims.unit(), level(), "across", f"机关按登记次序排列。{note}"
        ),
        Grid("procedures", "各程序案卷的等次", files, dims.procedure(), level(), "across", note),
        Grid(
            "findings",
            "常见问题",
            found,
            rules,
            dims.procedure(),
            "across",
            "不合法项，提示不计。",
            "项",
        ),
    ]


def _rules(rules: Collection[str]) -> Any:
    return rule_titles(rules)
