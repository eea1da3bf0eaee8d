"""A bureau's visits and draws as the detectors need them, and what they say of it; nothing is stored here."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q

from mingjing.cases.inspected import Inspected, inspected
from mingjing.inspections.models import Draw, DrawLine, ListVersion, VisitStart
from mingjing.inspections.patterns.detectors import (
    BATCH,
    Alert,
    ListRow,
    Settings,
    VisitRow,
    behind,
    bursts,
    never_drawn,
    outside_plan,
    pairs,
    repeats,
)
from mingjing.inspections.register.lists import roster_of
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.packs.detectors import Methods, Rows, methods_of
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

ELSEWHERE: Final = ""  # the group of what stands in no list


@dataclass(frozen=True, slots=True)
class Found:
    """One alert with the cases of the visits behind it and the days from the first to the last of them."""

    alert: Alert
    cases: tuple[str, ...]
    first: date | None
    last: date | None


def methods() -> Methods:
    """Give the published methods of this installation."""
    return methods_of(library())


def settings_of(code: str) -> Settings:
    """Give the declared figures of a detector."""
    return Settings.declared(methods().method(code).figures)


def period(on: date) -> date:
    """Give the first day that is looked at on a day."""
    months = on.year * 12 + on.month - 1 - methods().months
    return date(months // 12, months % 12 + 1, 1)


def watch(agency: "Agency", *, on: date) -> list[Found]:
    """Run every detector over the months up to this day, the day itself left out."""
    visits = visit_rows(agency, since=period(on), until=on)
    visits, sizes = grouped(agency, visits)
    told = [
        *bursts(visits, settings_of("bursts")),
        *repeats(visits, sizes, settings_of("repeats")),
        *outside_plan(visits),
        *pairs(visits, settings_of("pairs")),
        *never_drawn(
            list_rows(agency, since=period(on), until=on),
            lambda ids: _drawn(agency, ids),
            settings_of("never_drawn"),
        ),
    ]
    return [_found(one, visits) for one in told]


def _found(alert: Alert, visits: Sequence[VisitRow]) -> Found:
    rows = behind(alert, visits, settings_of(alert.detector))
    days = [one.day for one in rows]
    return Found(alert, tuple(one.case for one in rows), min(days, default=None), max(days, default=None))


# --- visits -----------------------------------------------------------------------------------


def visit_rows(agency: "Agency", *, since: date, until: date) -> list[VisitRow]:
    """Give the visits of an agency: the first act on the spot of each of its inspections."""
    shape = methods().rows
    rows = list(
        inspected(
            agency,
            procedure=shape.procedure,
            kinds=shape.visits,
            cause=shape.trigger,
            since=_midnight(since),
            until=_midnight(until),
        )
    )
    starts = {
        case: (name, draw is not None)
        for case, name, draw in VisitStart.objects.filter(
            agency=agency, at__gte=_midnight(since)
        ).values_list("case_code", "object", "task__draw")
    }
    claimed = [one.party for one in rows if one.cause == shape.drawn and one.coded and one.case not in starts]
    lottery = _drawn(agency, claimed) if _has_drawn(agency) else set(claimed)
    return [_visit_row(one, shape, starts, lottery) for one in rows]


def _visit_row(
    one: Inspected, shape: Rows, starts: Mapping[str, tuple[str, bool]], lottery: Collection[str]
) -> VisitRow:
    """Read a visit as it is stated, but for a claim to have been drawn, which is looked up.

    What an excerpt does not say, and who has no public code to be looked up by, is held against nobody.
    """
    name, drawn = starts.get(one.case, (one.party, not one.coded or one.party in lottery))
    exception = one.cause if one.cause in shape.exceptions else ""
    planned = not exception and (one.cause != shape.drawn or drawn)
    return VisitRow(name, legal_day(one.at), one.performers, planned, exception, case=one.case)


def grouped(agency: "Agency", visits: Sequence[VisitRow]) -> tuple[list[VisitRow], dict[str, int]]:
    """Give each visit the stratum of its object in the newest list that holds it, and how many each stratum has."""
    sizes: dict[str, int] = {}
    group: dict[str, str] = {}
    open_names = {one.object for one in visits}
    for listed in _newest(agency):
        for stratum in listed.record["strata"]:
            title = f"{listed.register} {stratum['name']}"
            roster, sizes[title] = roster_of(listed, stratum["name"]), stratum["size"]
            inside = {name for name in open_names if roster.place_of(name) is not None}
            group |= dict.fromkeys(inside, title)
            open_names -= inside
    sizes[ELSEWHERE] = len(open_names)
    return [replace(one, group=group.get(one.object, ELSEWHERE)) for one in visits], sizes


def _newest(agency: "Agency") -> list[ListVersion]:
    """Give the newest version of each list of an agency, the newest first."""
    newest: dict[str, ListVersion] = {}
    for one in ListVersion.objects.filter(agency=agency).order_by("-made_at", "-id"):
        newest.setdefault(one.register, one)
    return list(newest.values())


# --- draws ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids of a stratum, read from its file when they are asked for."""

    listed: ListVersion
    stratum: str

    def __iter__(self) -> Iterator[str]:
        return iter(roster_of(self.listed, self.stratum))


def list_rows(agency: "Agency", *, since: date, until: date) -> list[ListRow]:
    """Give every stratum of the draws whose visits are over, but for those drawn whole, which say nothing."""
    draws = Draw.objects.filter(campaign__agency=agency, campaign__ends__gte=since, campaign__ends__lt=until)
    rows: list[ListRow] = []
    for draw in draws.select_related("list").order_by("id"):
        lines = draw.lines.order_by().values_list("stratum").annotate(count=Count("pk"))
        sizes = {one["name"]: int(one["size"]) for one in draw.declaration["strata"]}
        rows += [
            ListRow(_Ids(draw.list, name), sizes[name], count / sizes[name])
            for name, count in lines
            if count < sizes[name]
        ]
    return rows


def _has_drawn(agency: "Agency") -> bool:
    return DrawLine.objects.filter(draw__campaign__agency=agency).exists()


def _drawn(agency: "Agency", ids: Sequence[str]) -> set[str]:
    """Give those that any draw of the agency has given."""
    found: set[str] = set()
    for start in range(0, len(ids), BATCH):
        some = Q(draw__campaign__agency=agency, object__in=ids[start : start + BATCH])
        found.update(DrawLine.objects.filter(some).values_list("object", flat=True))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=BEIJING)
