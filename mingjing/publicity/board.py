"""How publicity stands in every agency that somebody looks after: counted from acts and rows, entered by nobody."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Count

from mingjing.cases.law import law_for
from mingjing.cases.selectors import deadlines_running
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.publicity import repair
from mingjing.publicity.decisions import TOPIC, is_withdrawal_limit
from mingjing.publicity.desk import SOON
from mingjing.publicity.models import Correction, Ending, Preparation, Publication

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

COUNTED: Final = (
    *("due", "late", "withdrawals", "withdrawals_late", "waiting"),
    *("ending", "ended", "corrected", "repairs", "repairs_late"),
)


@dataclass(slots=True)
class Tally:
    """How publicity stands in one agency."""

    agency: "Agency"
    due: int = 0  # to be published, the limit still running
    late: int = 0  # to be published, the limit over
    withdrawals: int = 0
    withdrawals_late: int = 0
    waiting: int = 0  # prepared, not confirmed
    ending: int = 0  # end by themselves within a month
    ended: int = 0  # within the month past
    corrected: int = 0  # ever
    repairs: int = 0  # requests for credit repair, their limit running
    repairs_late: int = 0

    @property
    def overdue(self) -> int:
        """How much there is whose limit is over."""
        return self.late + self.withdrawals_late + self.repairs_late


def board(viewer: "Person", now: datetime) -> list[Tally]:
    """Count for every agency the viewer may look after, the worst first; agencies with nothing at all are left out."""
    scope = set(agencies_visible_to(viewer, "publicity.board"))
    tallies = {one.pk: Tally(one) for one in agencies() if one.pk in scope}
    for agency, name, count in (*_limits(viewer, tallies), *_rows(scope, now), *_repairs(viewer)):
        if agency in tallies:
            setattr(tallies[agency], name, getattr(tallies[agency], name) + count)
    found = [one for one in tallies.values() if any(getattr(one, name) for name in COUNTED)]
    return sorted(found, key=lambda one: (-one.overdue, -one.due, one.agency.code))


def _limits(viewer: "Person", tallies: Mapping[int, Tally]) -> Iterator[tuple[int, str, int]]:
    rows = deadlines_running(viewer, topic=TOPIC).filter(urges=True, case__imported=False)
    counted = rows.order_by().values_list("agency", "rule", "status").annotate(count=Count("id"))
    for agency, rule, status, count in counted:
        if agency in tallies:
            down = is_withdrawal_limit(law_for(tallies[agency].agency), rule)
            late = status == "missed"
            name = ("withdrawals_late" if late else "withdrawals") if down else ("late" if late else "due")
            yield agency, name, count


def _rows(scope: Collection[int], now: datetime) -> Iterator[tuple[int, str, int]]:
    today = legal_day(now)
    standing = Publication.objects.filter(agency__in=scope, withdrawal__isnull=True)
    soon = standing.filter(published_until__gte=today, published_until__lte=today + SOON)
    over = Ending.objects.filter(publication__agency__in=scope, last_day__gte=today - SOON)
    papers = Preparation.objects.filter(agency__in=scope, confirmed_by=None)
    fixed = Correction.objects.filter(publication__agency__in=scope)
    for name, agencies_of in (
        ("ending", soon.values_list("agency")),
        ("ended", over.values_list("publication__agency")),
        ("waiting", papers.values_list("agency")),
        ("corrected", fixed.values_list("publication__agency")),
    ):
        for agency, count in agencies_of.order_by().annotate(count=Count("id")):
            yield agency, name, count


def _repairs(viewer: "Person") -> Iterator[tuple[int, str, int]]:
    for one in repair.requests_seen_by(viewer, open_only=True):
        yield one.request.agency_id, "repairs_late" if one.overdue else "repairs", 1
