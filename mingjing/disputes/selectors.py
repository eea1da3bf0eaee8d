"""What the pages read of disputes: lists, one with its limits, lessons, drafts of checks; scoped to the viewer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from mingjing.disputes.models import Dispute, DisputeEvent
from mingjing.disputes.standing import IN_PERSON, STATES, Due, Standing, dues_of, standing_of
from mingjing.packs.dispute_terms import KINDS, DisputeTerms, dispute_terms
from mingjing.packs.load import library
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person


class NoSuchDispute(LookupError):
    """There is no such dispute for this viewer; whether it exists elsewhere is not said."""


@dataclass(frozen=True, slots=True)
class Line:
    """A dispute as it stands now, with its limits."""

    row: Dispute
    now: Standing
    dues: Sequence[Due]

    @property
    def kind_title(self) -> str:
        """What it is, with the instance of a suit."""
        words = {1: "（一审）", 2: "（二审）"}.get(self.row.instance, "（再审）")
        return KINDS[self.row.kind] + (words if self.row.kind == "litigation" else "")

    @property
    def state_title(self) -> str:
        """Where it stands, in words."""
        return STATES[self.now.state]

    @property
    def own_due(self) -> Due | None:
        """The nearest limit of the agency that is not met."""
        open_ones = [one for one in self.dues if one.limit.whose == "own" and one.met_on is None]
        return min(open_ones, key=lambda one: one.end or date.max, default=None)


def _rows(viewer: "Person") -> QuerySet[Dispute]:
    rows = Dispute.objects.filter(agency__in=agencies_visible_to(viewer, "dispute.view"))
    return rows.select_related("agency").prefetch_related("events")


def _line(row: Dispute, terms: DisputeTerms) -> Line:
    now = standing_of(row.opened_on, row.events.all(), terms)
    return Line(row, now, dues_of(now, terms.limits_of(row.kind, simple=row.simple), library().calendar))


def disputes_seen_by(viewer: "Person", *, kind: str = "") -> QuerySet[Dispute]:
    """Give the disputes a person may see, the latest first."""
    rows = _rows(viewer).order_by("-id")
    return rows.filter(kind=kind) if kind in KINDS else rows


def lines_of(rows: Iterable[Dispute]) -> list[Line]:
    """Give each with where it stands."""
    terms = dispute_terms()
    return [_line(row, terms) for row in rows]


def one_for(viewer: "Person", no: str) -> Line:
    """Give one dispute. Raises NoSuchDispute."""
    row = _rows(viewer).filter(no=no).first()
    if row is None:
        raise NoSuchDispute(no)
    return _line(row, dispute_terms())


def disputes_of(case: "Case") -> list[Line]:
    """Give the disputes of a case, the latest first; the caller has let the viewer see the case."""
    rows = Dispute.objects.filter(case_code=case.code).select_related("agency").prefetch_related("events")
    return lines_of(rows.order_by("-id"))


def waiting_for(person: "Person") -> list[Line]:
    """Give what somebody of this agency still has to do: answer, carry out, write down the check."""
    own = _rows(person).filter(agency=person.agency_id)
    return [
        one for one in lines_of(own) if one.own_due is not None or one.now.state in {"to_perform", "to_learn"}
    ]


@dataclass(frozen=True, slots=True)
class Loss:
    """One cause of one loss, as the list of lessons shows it."""

    event: DisputeEvent
    cause: str
    title: str
    law: str
    article: str
    checks: Sequence[dict[str, Any]]


def losses_seen_by(viewer: "Person") -> list[Loss]:
    """Give every cause of every loss a person may see, the latest first."""
    rows = DisputeEvent.objects.filter(
        loss=True, dispute__agency__in=agencies_visible_to(viewer, "dispute.view")
    ).select_related("dispute__agency")
    causes, found = dispute_terms().causes, []
    rows = rows.order_by("-on", "-id")
    learnt: dict[int, list[dict[str, Any]]] = {}
    for one in DisputeEvent.objects.filter(
        kind__in=("check_named", "check_drafted"), dispute__in=rows.values("dispute")
    ):
        learnt.setdefault(one.dispute_id, []).append({**one.facts, "kind": one.kind})
    for event in rows:
        checks = learnt.get(event.dispute_id, [])
        found += [
            Loss(event, one["cause"], causes[one["cause"]].title, one["law"], one["article"], checks)
            for one in event.facts["causes"]
        ]
    return found


def causes_by_year(losses: Iterable[Loss]) -> tuple[list[int], list[tuple[str, list[int], int]]]:
    """Give the years, latest first, and each cause with its count in each and in all, in the order of the packs."""
    counted = Counter((one.cause, one.event.on.year) for one in losses)
    years = sorted({year for _, year in counted}, reverse=True)
    table = []
    for code, cause in dispute_terms().causes.items():
        row = [counted[code, year] for year in years]
        if sum(row):
            table.append((cause.title, row, sum(row)))
    return years, table


@dataclass(frozen=True, slots=True)
class Figures:
    """What the yearly report asks: how many, how many lost, how often a head came to court."""

    taken: int
    ended: int
    lost: int
    hearings: int
    in_person: int

    @property
    def lost_share(self) -> int:
        """Losses in per cent of what has ended."""
        return round(100 * self.lost / self.ended) if self.ended else 0

    @property
    def in_person_share(self) -> int:
        """Hearings of suits with a head in court, in per cent."""
        return round(100 * self.in_person / self.hearings) if self.hearings else 0


def figures(viewer: "Person") -> Figures:
    """Count over everything a person may see. Computed, never typed."""
    scope = agencies_visible_to(viewer, "dispute.view")
    events = DisputeEvent.objects.filter(dispute__agency__in=scope)
    hearings = events.filter(kind="heard", dispute__kind="litigation")
    return Figures(
        taken=Dispute.objects.filter(agency__in=scope).count(),
        ended=events.filter(kind="decided").count(),
        lost=events.filter(loss=True).count(),
        hearings=hearings.count(),
        in_person=hearings.filter(facts__attended__in=IN_PERSON).count(),
    )


def hearings_seen_by(viewer: "Person", year: int) -> list[DisputeEvent]:
    """Give the hearings of suits of a year that a person may see, each with who came, the latest first."""
    rows = DisputeEvent.objects.filter(
        kind="heard",
        on__year=year,
        dispute__kind="litigation",
        dispute__agency__in=agencies_visible_to(viewer, "dispute.view"),
    )
    return list(rows.select_related("dispute__agency").order_by("-on", "-id"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A check that somebody proposed after a loss, and whether the packs have it by now."""

    event: DisputeEvent
    taken_up: bool


def drafts_seen_by(viewer: "Person") -> list[Draft]:
    """Give the drafts of checks, those not taken up first and the latest first."""
    rows = DisputeEvent.objects.filter(
        kind="check_drafted", dispute__agency__in=agencies_visible_to(viewer, "dispute.view")
    ).select_related("dispute__agency")
    known = {rule.id for rule in library().rules}
    found = [Draft(one, one.facts["rule"] in known) for one in rows.order_by("-id")]
    return sorted(found, key=lambda one: one.taken_up)


def disputes_on(agency_id: int, dockets: Sequence[str]) -> list[Line]:
    """Give the disputes of an agency that go by one of these dockets, for papers that come in from the court."""
    rows = Dispute.objects.filter(agency=agency_id, docket__in=dockets)
    return lines_of(rows.select_related("agency").prefetch_related("events").order_by("-id"))
