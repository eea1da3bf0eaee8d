"""Results of random inspections before the public: the objects of the published bundle, each with its publication.

The bundle says who was drawn and who went there. What was found is read only from a publication that two people made
and that is open: one that was withdrawn, corrected or has ended is so here at the same moment.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from mingjing.inspections.visiting.findings import CONCLUSION, Finding, findings_of, reason_title
from mingjing.kit.clock import chinese_date
from mingjing.kit.identity import credit_code_error
from mingjing.publicity.draw_models import DrawnResult, PublicDraw
from mingjing.publicity.draws import draw_bundle
from mingjing.publicity.models import Publication
from mingjing.publicity.selectors import NotPublished
from mingjing.publicity.tables import csv_text

PAGE: Final = 100
AT_ONCE: Final = 1_000
FIRM_MOST: Final = 200
AGAIN: Final = timedelta(minutes=5)  # a worker turns many times a minute, what follows a visit takes days

SKIPPED, WAITING, OPEN, TAKEN, ENDED = "skipped", "waiting", "open", "withdrawn", "ended"
STATES: Final[Mapping[str, str]] = {
    SKIPPED: "未检查",
    WAITING: "结果尚未公布",
    OPEN: "已公布",
    TAKEN: "结果已撤回",
    ENDED: "公示期已满",
}
# What is looked up anew as long as something may still come.
FILLED: Final = (
    *("name", "item", "visited_on", "result_code", "result", "conclusion", "follow", "case_code", "due_on"),
)
COLUMNS: Final = (
    *("层", "序号", "对象代码", "名称", "检查人员证件号", "检查事项", "检查日期"),
    *("结果代码", "结果", "结论", "后续处理", "公布情况", "公示编号"),
)


@dataclass(frozen=True, slots=True)
class Result:
    """One object of a draw as the public reads it; what is not open has neither name nor result."""

    draw: str
    title: str  # of the campaign
    agency: str
    position: int
    stratum: str
    object: str
    inspectors: Sequence[str]
    state: str
    state_title: str  # with the reason where it was not visited
    name: str = ""
    item: str = ""
    visited_on: date | None = None
    code: str = ""
    result: str = ""
    conclusion: str = ""
    follow: Sequence[str] = ()
    publication: str = ""  # its public address

    @property
    def is_firm(self) -> bool:
        """Whether there is a page of it, by its credit code."""
        return not credit_code_error(self.object)

    @property
    def cells(self) -> list[str]:
        """The row as a table has it."""
        told = (self.stratum, str(self.position + 1), self.object, self.name, " ".join(self.inspectors))
        day = self.visited_on.isoformat() if self.visited_on else ""
        found = (self.code, self.result, self.conclusion, "；".join(self.follow))
        return [*told, self.item, day, *found, self.state_title, self.publication]

    @property
    def as_row(self) -> dict[str, Any]:
        """The row as the open data of the day have it; only what is open is put there."""
        return {
            "draw": self.draw,
            "title": self.title,
            "agency": self.agency,
            "stratum": self.stratum,
            "position": self.position + 1,
            "object": self.object,
            "party": self.name,
            "inspectors": list(self.inspectors),
            "item": self.item,
            "visited_on": self.visited_on.isoformat() if self.visited_on else None,
            "result_code": self.code,
            "result": self.result or self.conclusion,
            "follow": list(self.follow),
            "publication": self.publication,
        }


# --- reading ----------------------------------------------------------------------------------------


def results(code: str, *, on: date, page: int = 1) -> tuple[list[Result], int]:
    """Give one page of the results of a draw in the order of the draw, and how many pages there are."""
    rows = DrawnResult.objects.filter(draw__code=code)
    pages = max(1, -(-rows.count() // PAGE))
    if not 1 <= page <= pages:
        raise NotPublished(f"{code}/{page}")
    first = (page - 1) * PAGE
    return _joined(rows.order_by("position")[first : first + PAGE], on), pages


def progress(code: str) -> tuple[int, int]:
    """Give how many objects of a draw were to be visited, and of how many a publication stands or stood."""
    rows = DrawnResult.objects.filter(draw__code=code, skipped="")
    told = Publication.objects.filter(case_code__in=rows.exclude(case_code="").values("case_code"))
    return rows.count(), told.values("case_code").distinct().count()


def checks_of_firm(code: str, *, on: date) -> list[Result]:
    """Give the random inspections of a firm whose results are open or still to come, the latest first."""
    rows = DrawnResult.objects.filter(object=code, skipped="").exclude(case_code="")
    found = _joined(rows.order_by("-visited_on", "-id")[:FIRM_MOST], on)
    return [one for one in found if one.state in {OPEN, WAITING}]


def results_csv(code: str, *, on: date) -> str:
    """Give all results of a draw as a table; raises NotPublished where its names are closed."""
    rows = DrawnResult.objects.filter(draw__code=code).order_by("position")
    if not rows.exists():
        raise NotPublished(code)
    return csv_text(COLUMNS, [one.cells for one in _joined(rows, on)])


def open_results(on: date) -> Iterator[list[Result]]:
    """Give the results of all draws that are open on the day, some thousand at a time, draw by draw."""
    for draw in PublicDraw.objects.exclude(bundle_digest="").order_by("code").values_list("pk", flat=True):
        first, rows = 0, DrawnResult.objects.filter(draw=draw).exclude(case_code="").order_by("position")
        while found := _joined(rows[first : first + AT_ONCE], on):
            yield [one for one in found if one.state == OPEN]
            first += AT_ONCE


def _joined(rows: Iterable[DrawnResult], on: date) -> list[Result]:
    found = list(rows)
    draws = PublicDraw.objects.defer("bundle").in_bulk({one.draw_id for one in found})
    codes = {one.case_code for one in found if one.case_code}
    # Of several of one case the last counts: a correction stands in the place of what it corrects.
    shown = {
        one.case_code: one
        for one in Publication.objects.filter(case_code__in=codes)
        .select_related("withdrawal", "search_text")
        .order_by("id")
    }
    return [_result(one, draws[one.draw_id], shown.get(one.case_code), on) for one in found]


def _result(row: DrawnResult, draw: PublicDraw, publication: Publication | None, on: date) -> Result:
    drawn: dict[str, Any] = {
        "draw": draw.code,
        "title": draw.title,
        "agency": draw.agency,
        "position": row.position,
        "stratum": row.stratum,
        "object": row.object,
        "inspectors": row.inspectors,
    }
    about: dict[str, Any] = {"item": row.item, "visited_on": row.visited_on}
    if row.skipped:
        return Result(
            **drawn, state=SKIPPED, state_title=f"未检查：{reason_title(row.skipped)}", name=row.name
        )
    if row.over and row.result and not row.conclusion:
        return Result(**drawn, **about, name=row.name, state=SKIPPED, state_title=f"未能检查：{row.result}")
    state = _state(publication, on) if row.case_code else WAITING
    if publication is None or state != OPEN:
        name = row.name if state == WAITING else ""
        kept: dict[str, Any] = about if state == WAITING else {}
        return Result(**drawn, state=state, state_title=_waits(row, state, on), name=name, **kept)
    said = _line(publication, CONCLUSION)
    same = bool(row.result_code) and row.conclusion == said
    return Result(
        **drawn,
        **about,
        state=state,
        state_title=STATES[state],
        name=publication.party,
        code=row.result_code if same else "",
        result=row.result if same else "",
        conclusion=said,
        follow=row.follow,
        publication=publication.code,
    )


def _state(publication: Publication | None, on: date) -> str:
    if publication is None:
        return WAITING
    if hasattr(publication, "withdrawal"):
        return TAKEN
    over = publication.published_until is not None and publication.published_until < on
    return ENDED if over or not hasattr(publication, "search_text") else OPEN


def _waits(row: DrawnResult, state: str, on: date) -> str:
    if state != WAITING or row.due_on is None:
        return STATES[state]
    late = "，已超过期限" if row.due_on < on else ""
    return f"结果应于{chinese_date(row.due_on)}前公布{late}"


def _line(publication: Publication, name: str) -> str:
    return next((str(line["value"]) for line in publication.body if line["name"] == name), "")


# --- keeping up -------------------------------------------------------------------------------------


def publish_results(*, at: datetime) -> int:
    """Bring the results of draws that are over up to date; give how many rows changed. For the worker, restartable."""
    fresh = PublicDraw.objects.exclude(bundle_digest="").filter(results__isnull=True)
    added = sum(_lay_out(code, at) for code in fresh.values_list("code", flat=True))
    return added + _look_again(at)


def _lay_out(code: str, at: datetime) -> int:
    """Make the rows of a draw from the very bundle that is handed out."""
    draw = PublicDraw.objects.defer("bundle").get(code=code)
    lines = json.loads(draw_bundle(code))["lines"]
    rows = [_row(draw, position, line, at) for position, line in enumerate(lines)]
    for first in range(0, len(rows), AT_ONCE):
        _fill(rows[first : first + AT_ONCE], code, at)
    DrawnResult.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _row(draw: PublicDraw, position: int, line: str, at: datetime) -> DrawnResult:
    stratum, _, _, object_, skipped, inspectors = line.split("\t")
    return DrawnResult(
        draw=draw,
        position=position,
        stratum=stratum,
        object=object_,
        skipped=skipped,
        inspectors=[one for one in inspectors.split(",") if one],
        looked_at=at,
    )


def _look_again(at: datetime) -> int:
    """Look at the rows of which something may still come, those first that were looked at longest ago."""
    waiting = DrawnResult.objects.filter(over=False, looked_at__lte=at - AGAIN).select_related("draw")
    rows = list(waiting.defer("draw__bundle").order_by("looked_at", "id")[:AT_ONCE])
    before = {one.pk: _told(one) for one in rows}
    of_draw: dict[str, list[DrawnResult]] = {}
    for one in rows:
        of_draw.setdefault(one.draw.code, []).append(one)
    for code, its in of_draw.items():
        _fill(its, code, at)
    DrawnResult.objects.bulk_update(rows, [*FILLED, "over", "looked_at"], batch_size=500)
    return sum(_told(one) != before[one.pk] for one in rows)


def _told(row: DrawnResult) -> list[Any]:
    return [getattr(row, name) for name in FILLED]


def _fill(rows: Sequence[DrawnResult], code: str, at: datetime) -> None:
    found = {one.object: one for one in findings_of(code, [one.object for one in rows])}
    for row in rows:
        finding = found.get(row.object, Finding(row.object))
        row.name, row.item, row.visited_on = finding.name[:200], finding.item[:200], finding.visited_on
        row.result_code, row.result, row.conclusion = finding.code, finding.result, finding.conclusion
        row.follow, row.case_code = list(finding.follow), finding.case_code
        row.due_on = finding.due_on
        row.over, row.looked_at = finding.over or bool(row.skipped), at
