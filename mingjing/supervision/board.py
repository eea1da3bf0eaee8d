"""Limits and findings counted across the cases a supervisor may see, and the rows that each number opens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from django.db.models import F, Q, QuerySet

from mingjing.cases import selectors as cases
from mingjing.cases import sums
from mingjing.cases.merging import Listed
from mingjing.lawengine.model import Outcome, Rule
from mingjing.packs.load import library
from mingjing.packs.review_standard import Level, Standard
from mingjing.personnel.selectors import agencies, agencies_visible_to

if TYPE_CHECKING:
    from mingjing.cases.models import Case, CaseDeadline, CaseFinding
    from mingjing.personnel.models import Agency, Person

WORST: Final = 10
STATES: Final = ("overdue", "soon")
ORIGINS: Final = {"live": False, "imported": True}


@dataclass(frozen=True, slots=True)
class Window:
    """The moment the board is drawn, and the end of what counts as soon."""

    now: datetime
    soon: datetime


@dataclass(slots=True)
class Tally:
    """One line of a table: limits that ran out, limits that soon will, findings."""

    key: str
    title: str
    overdue: int = 0
    soon: int = 0
    findings: int = 0
    veto: bool = False


@dataclass(slots=True)
class AgencyTally:
    """One agency; the table keeps the order of the register, so that nobody is ranked by sums or counts."""

    agency: "Agency"
    cases: int = 0
    live: int = 0
    overdue: int = 0
    soon: int = 0
    findings: int = 0
    vetoed: int = 0


@dataclass(slots=True)
class Band:
    """How many files stand at one level of the review standard."""

    level: Level
    number: int
    cases: int = 0
    vetoed: int = 0
    share: int = 0  # per cent of all files


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board."""

    agencies: Sequence[AgencyTally]
    limits_by_rule: Sequence[Tally]
    limits_by_stage: Sequence[Tally]
    findings_by_rule: Sequence[Tally]
    findings_by_topic: Sequence[Tally]
    bands: Sequence[Band]
    worst: Sequence["Case"]

    @property
    def total(self) -> dict[str, int]:
        """The sums over all agencies."""
        names = ("cases", "live", "overdue", "soon", "findings", "vetoed")
        return {name: sum(getattr(line, name) for line in self.agencies) for name in names}


def draw(viewer: "Person", filters: Mapping[str, str], window: Window, standard: Standard) -> Board:
    """Count everything once. Filters: agency, origin (live or imported)."""
    seen = set(agencies_visible_to(viewer))
    lines = {one.pk: AgencyTally(one) for one in agencies() if one.pk in seen}
    if code := filters.get("agency"):
        lines = {pk: line for pk, line in lines.items() if line.agency.code == code}
    bands = [Band(level, number) for number, level in enumerate(standard.levels)]
    _count_cases(viewer, filters, lines, bands, standard)
    by_rule, by_stage = _count_limits(viewer, filters, lines, window)
    found = _count_findings(viewer, filters, lines)
    return Board(
        agencies=list(lines.values()),
        limits_by_rule=by_rule,
        limits_by_stage=by_stage,
        findings_by_rule=found,
        findings_by_topic=_by_topic(found),
        bands=bands,
        worst=_worst(viewer, filters),
    )


def _worst(viewer: "Person", filters: Mapping[str, str]) -> list["Case"]:
    """The files in which most was found; one without fault stands behind every other and is none of them."""
    listed = cases_of(viewer, filters)
    return [case for case in listed.whole(listed[0:WORST]) if case.vetoed or case.score < 100]


def _count_cases(
    viewer: "Person",
    filters: Mapping[str, str],
    lines: Mapping[int, AgencyTally],
    bands: Sequence[Band],
    standard: Standard,
) -> None:
    counted = sums.cases_counted(_agencies(viewer, filters), imported=_imported(filters))
    for agency, score, vetoed, ended, imported, count in counted:
        band = bands[standard.levels.index(standard.level_of(score, vetoed=vetoed))]
        band.cases += count
        band.vetoed += count if vetoed else 0
        if (line := lines.get(agency)) is not None:
            line.cases += count
            line.live += 0 if ended or imported else count
            line.vetoed += count if vetoed else 0
    total = sum(band.cases for band in bands)
    for band in bands:
        band.share = round(100 * band.cases / total) if total else 0


def _count_limits(
    viewer: "Person", filters: Mapping[str, str], lines: Mapping[int, AgencyTally], window: Window
) -> tuple[list[Tally], list[Tally]]:
    by_rule: dict[str, Tally] = {}
    by_stage: dict[str, Tally] = {}
    for agency, rule, stage, overdue, soon in _limits_counted(viewer, filters, window):
        rule_line = by_rule.setdefault(rule, _rule_line(rule))
        stage_line = by_stage.setdefault(stage, Tally(stage, stage))
        for tally in (rule_line, stage_line):
            tally.overdue += overdue
            tally.soon += soon
        if (line := lines.get(agency)) is not None:
            line.overdue += overdue
            line.soon += soon
    return sorted(by_rule.values(), key=_weight), sorted(by_stage.values(), key=_weight)


def _count_findings(
    viewer: "Person", filters: Mapping[str, str], lines: Mapping[int, AgencyTally]
) -> list[Tally]:
    by_rule: dict[str, Tally] = {}
    counted = sums.findings_counted(_agencies(viewer, filters), imported=_imported(filters))
    for agency, rule, count in counted:
        by_rule.setdefault(rule, _rule_line(rule)).findings += count
        if (line := lines.get(agency)) is not None:
            line.findings += count
    return sorted(by_rule.values(), key=_weight)


def _rule_line(rule: str) -> Tally:
    known = _rules().get(rule)
    veto = bool(known and known.grade and known.grade.veto)
    return Tally(rule, known.title if known else rule, veto=veto)


def _by_topic(found: Sequence[Tally]) -> list[Tally]:
    lines: dict[str, Tally] = {}
    for one in found:
        topic = _topic(one.key)
        lines.setdefault(topic, Tally(topic, topic)).findings += one.findings
    return sorted(lines.values(), key=_weight)


def _weight(line: Tally) -> tuple[int, int, int, str]:
    return -line.overdue, -line.soon, -line.findings, line.key


@cache
def _rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in library().rules}


def _topic(rule: str) -> str:
    known = _rules().get(rule)
    return known.topic if known else ""


# --- what a number opens ----------------------------------------------------------------------


def limits(viewer: "Person", filters: Mapping[str, str], window: Window) -> "Listed[CaseDeadline]":
    """Give the limits behind a number, soonest first. Filters: agency, origin, state, rule, stage."""
    state, rule, stage = (filters.get(name, "") for name in ("state", "rule", "stage"))
    rows = cases.every_live_deadline(stage=stage).filter(urges=True)
    if filters.get("origin") == "imported":  # of imported history nobody has to act
        rows = rows.none()
    rows = rows.filter(_state(state, window)) if state in STATES else rows.filter(due__lte=window.soon)
    if rule:
        rows = rows.filter(rule=rule)
    total = sum(
        (overdue if state != "soon" else 0) + (soon if state != "overdue" else 0)
        for _, of_rule, of_stage, overdue, soon in _limits_counted(viewer, filters, window)
        if rule in {"", of_rule} and stage in {"", of_stage}
    )
    whole = rows.filter(case__agency=F("agency")).select_related("case__agency")
    return Listed(rows, _agencies(viewer, filters), ("due", "id"), total, whole)


def findings(viewer: "Person", filters: Mapping[str, str]) -> "QuerySet[CaseFinding]":
    """Give the findings behind a number, newest first. Filters: agency, origin, rule, topic, outcome, veto."""
    rows = cases.findings_seen_by(viewer).filter(**_of_origin(filters, "case__"))
    if code := filters.get("agency"):
        rows = rows.filter(agency__code=code)
    unknown = filters.get("outcome") == Outcome.UNKNOWN
    rows = rows.filter(outcome=Outcome.UNKNOWN if unknown else Outcome.BREACH)
    if rule := filters.get("rule"):
        rows = rows.filter(rule=rule)
    if topic := filters.get("topic"):
        rows = rows.filter(rule__in=[rule.id for rule in _rules().values() if rule.topic == topic])
    if filters.get("veto"):
        rows = rows.filter(veto=True)
    return rows.select_related("case__agency").order_by("-pk")


def cases_of(viewer: "Person", filters: Mapping[str, str]) -> "Listed[Case]":
    """Give the cases of the filter, the worst file first. Never ordered by money."""
    rows = cases.every_case().filter(**_of_origin(filters, ""))
    if filters.get("veto"):
        rows = rows.filter(vetoed=True)
    if filters.get("ended") == "0":  # what is still to be done; nothing is, in imported history
        rows = rows.filter(ended=False, imported=False)
    seen = _agencies(viewer, filters)
    total = sum(
        number
        for _, _, vetoed, ended, imported, number in sums.cases_counted(seen, imported=_imported(filters))
        if (vetoed or not filters.get("veto")) and (filters.get("ended") != "0" or not (ended or imported))
    )
    return Listed(rows.select_related("agency"), seen, ("-vetoed", "score", "-id"), total)


def at_level(listed: "Listed[Case]", standard: Standard, number: int) -> "Listed[Case]":
    """Narrow cases to one level of the standard."""
    level = standard.levels[number]
    within = Q(score__gte=level.at_least)
    if number:
        within &= Q(score__lt=standard.levels[number - 1].at_least)
    rows = listed.rows.filter(*((within | Q(vetoed=True),) if level.vetoed else (within, Q(vetoed=False))))
    return replace(listed, rows=rows, total=None)


def _limits_counted(
    viewer: "Person", filters: Mapping[str, str], window: Window
) -> Iterator[tuple[int, str, str, int, int]]:
    if filters.get("origin") != "imported":  # of imported history nobody has to act
        yield from sums.limits_counted(_agencies(viewer, filters), now=window.now, soon=window.soon)


def _state(state: str, window: Window) -> Q:
    return Q(due__lt=window.now) if state == "overdue" else Q(due__gte=window.now, due__lte=window.soon)


def _agencies(viewer: "Person", filters: Mapping[str, str]) -> list[int]:
    """The agencies that the viewer sees and the filter names."""
    seen = agencies_visible_to(viewer)
    if not (code := filters.get("agency")):
        return seen
    return [one.pk for one in agencies() if one.code == code and one.pk in seen]


def _imported(filters: Mapping[str, str]) -> bool | None:
    return ORIGINS.get(filters.get("origin", ""))


def _of_origin(filters: Mapping[str, str], case: str) -> dict[str, bool]:
    """The condition of the origin; `case` leads from the rows to their case."""
    imported = _imported(filters)
    return {} if imported is None else {f"{case}imported": imported}
