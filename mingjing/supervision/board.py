"""Limits and findings counted across the cases a supervisor may see, and the rows that each number opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q, QuerySet

from mingjing.cases import selectors as cases
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
        worst=list(cases_of(viewer, filters).exclude(score=100, vetoed=False)[:WORST]),
    )


def _count_cases(
    viewer: "Person",
    filters: Mapping[str, str],
    lines: Mapping[int, AgencyTally],
    bands: Sequence[Band],
    standard: Standard,
) -> None:
    rows = cases.cases_seen_by(viewer).filter(**_narrow(filters, ""))
    groups = rows.order_by().values_list("agency_id", "score", "vetoed", "ended", "imported")
    for agency, score, vetoed, ended, imported, count in groups.annotate(n=Count("pk")):
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
    groups = _urging(viewer, filters).order_by().values_list("agency_id", "rule", "title", "case__stage")
    counted = groups.annotate(
        overdue=Count("pk", filter=_state("overdue", window)), soon=Count("pk", filter=_state("soon", window))
    )
    for agency, rule, title, stage, overdue, soon in counted:
        if not overdue and not soon:
            continue
        rule_line = by_rule.setdefault(rule, Tally(rule, title))
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
    rows = cases.findings_seen_by(viewer).filter(**_narrow(filters, "case__"))
    groups = rows.filter(outcome=Outcome.BREACH).order_by().values_list("agency_id", "rule")
    by_rule: dict[str, Tally] = {}
    for agency, rule, count in groups.annotate(n=Count("pk")):
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


def limits(viewer: "Person", filters: Mapping[str, str], window: Window) -> "QuerySet[CaseDeadline]":
    """Give the limits behind a number, soonest first. Filters: agency, origin, state, rule, stage."""
    rows = _urging(viewer, filters)
    if filters.get("state") in STATES:
        rows = rows.filter(_state(filters["state"], window))
    else:
        rows = rows.filter(due__lte=window.soon)
    if rule := filters.get("rule"):
        rows = rows.filter(rule=rule)
    if stage := filters.get("stage"):
        rows = rows.filter(case__stage=stage)
    return rows


def findings(viewer: "Person", filters: Mapping[str, str]) -> "QuerySet[CaseFinding]":
    """Give the findings behind a number, newest first. Filters: agency, origin, rule, topic, outcome, veto."""
    rows = cases.findings_seen_by(viewer).filter(**_narrow(filters, "case__"))
    unknown = filters.get("outcome") == Outcome.UNKNOWN
    rows = rows.filter(outcome=Outcome.UNKNOWN if unknown else Outcome.BREACH)
    if rule := filters.get("rule"):
        rows = rows.filter(rule=rule)
    if topic := filters.get("topic"):
        rows = rows.filter(rule__in=[rule.id for rule in _rules().values() if rule.topic == topic])
    if filters.get("veto"):
        rows = rows.filter(veto=True)
    return rows.select_related("case__agency").order_by("-pk")


def cases_of(viewer: "Person", filters: Mapping[str, str]) -> "QuerySet[Case]":
    """Give the cases of the filter, the worst file first. Never ordered by money."""
    rows = cases.cases_seen_by(viewer).filter(**_narrow(filters, ""))
    if filters.get("veto"):
        rows = rows.filter(vetoed=True)
    if filters.get("ended") == "0":  # what is still to be done; nothing is, in imported history
        rows = rows.filter(ended=False, imported=False)
    return rows.select_related("agency").order_by("-vetoed", "score", "-pk")


def at_level(rows: "QuerySet[Case]", standard: Standard, number: int) -> "QuerySet[Case]":
    """Narrow cases to one level of the standard."""
    level = standard.levels[number]
    within = Q(score__gte=level.at_least)
    if number:
        within &= Q(score__lt=standard.levels[number - 1].at_least)
    return rows.filter(within | Q(vetoed=True)) if level.vetoed else rows.filter(within, vetoed=False)


def _urging(viewer: "Person", filters: Mapping[str, str]) -> "QuerySet[CaseDeadline]":
    """The limits by which somebody still has to act. Of imported history nobody has to."""
    rows = cases.deadlines_running(viewer).filter(urges=True, case__imported=False)
    return rows.filter(**_narrow(filters, "case__"))


def _state(state: str, window: Window) -> Q:
    return Q(due__lt=window.now) if state == "overdue" else Q(due__gte=window.now, due__lte=window.soon)


def _narrow(filters: Mapping[str, str], case: str) -> dict[str, Any]:
    """The conditions of the filters that every table knows; `case` leads from its rows to their case."""
    conditions: dict[str, Any] = {}
    if code := filters.get("agency"):
        conditions["agency__code"] = code
    if (origin := filters.get("origin", "")) in ORIGINS:
        conditions[f"{case}imported"] = ORIGINS[origin]
    return conditions
