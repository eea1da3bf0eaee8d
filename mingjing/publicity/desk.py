"""What the publicity desk reads: what falls due, what waits for a second person, what is out; scoped to its viewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, QuerySet

from mingjing.cases.law import law_of
from mingjing.cases.selectors import case_by_code, deadlines_running
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.publicity.clearing import Hint, hints_of
from mingjing.publicity.decisions import TOPIC, Draft, draft_of, is_withdrawal_limit
from mingjing.publicity.models import Correction, Ending, Preparation, Publication

if TYPE_CHECKING:
    from mingjing.cases.models import Case, CaseDeadline
    from mingjing.personnel.models import Agency, Person

SOON: Final = timedelta(days=30)  # what is near enough to be shown; no limit of law
COUNTED: Final = (
    *("due", "late", "withdrawals", "withdrawals_late"),
    *("waiting", "ending", "ended", "corrected"),
)


class NotOnDesk(LookupError):
    """There is no such paper for this viewer; whether it exists elsewhere is not said."""


@dataclass(frozen=True)
class Due:
    """A decision that must be published, or a publication that must come down, and by when."""

    case: "Case"
    title: str
    due: datetime | None
    overdue: bool
    withdrawal: bool
    steps: Sequence[str]
    preparation: Preparation | None
    publication: Publication | None


def due_list(viewer: "Person", limit: int = 200) -> list[Due]:
    """Give what falls due, the most urgent first. Nobody enters anything here: the limits come from the acts."""
    # Narrowed before it is cut: what was met late, and imported history, would fill the list with the oldest rows.
    urging = deadlines_running(viewer, topic=TOPIC).filter(urges=True, case__imported=False)
    rows = list(urging[:limit])
    codes = [row.case.code for row in rows]
    waiting = {
        one.case_code: one for one in Preparation.objects.filter(case_code__in=codes, confirmed_by=None)
    }
    out = Publication.objects.filter(case_code__in=codes, withdrawal__isnull=True).order_by("id")
    published = {one.case_code: one for one in out}
    return [_due(row, waiting.get(row.case.code), published.get(row.case.code)) for row in rows]


def _due(row: "CaseDeadline", waiting: Preparation | None, published: Publication | None) -> Due:
    withdrawal = is_withdrawal_limit(law_of(row.case), row.rule)
    return Due(
        case=row.case,
        title=row.title,
        due=row.due,
        overdue=row.status == "missed",
        withdrawal=withdrawal,
        steps=row.steps,
        preparation=None if withdrawal else waiting,
        publication=published if withdrawal else None,
    )


def preparations_waiting(viewer: "Person") -> QuerySet[Preparation]:
    """Give the papers that wait for a second person, the oldest first."""
    rows = Preparation.objects.filter(agency__in=agencies_visible_to(viewer), confirmed_by=None)
    return rows.select_related("agency").order_by("prepared_at", "id")


def preparation(viewer: "Person", pk: int) -> Preparation:
    """Give one paper the viewer may see, or raise NotOnDesk."""
    rows = Preparation.objects.filter(agency__in=agencies_visible_to(viewer)).select_related("agency")
    if (found := rows.filter(pk=pk).first()) is None:
        raise NotOnDesk(pk)
    return found


def prepared_as(publication: Publication) -> Preparation | None:
    """Give the paper from which a publication was made: the right values and hidden words that a later one keeps."""
    made = Preparation.objects.filter(act_code=publication.act_code, confirmed_by__isnull=False)
    return made.order_by("-confirmed_at", "-id").first()


def side_by_side(
    viewer: "Person",
    case_code: str,
    marks: Sequence[str] = (),
    amended: Mapping[str, Any] = MappingProxyType({}),
    clear: Sequence[str] = (),
) -> Draft | None:
    """Give the decision of a case with original and masked text of every line, for the eyes that check the masking."""
    return draft_of(case_by_code(viewer, case_code), marks, amended, clear)


def publications_seen_by(viewer: "Person") -> QuerySet[Publication]:
    """Give what the viewer's agencies have published, the latest first, withdrawn ones included."""
    rows = Publication.objects.filter(agency__in=agencies_visible_to(viewer))
    return rows.select_related("withdrawal", "ending").order_by("-id")


def publications_of(case: "Case") -> list[Publication]:
    """Give every publication of a case, the latest first."""
    return list(Publication.objects.filter(case_code=case.code).select_related("withdrawal").order_by("-id"))


def publication(viewer: "Person", code: str) -> Publication:
    """Give one publication of the viewer's agencies, or raise NotOnDesk."""
    if (found := publications_seen_by(viewer).filter(code=code).first()) is None:
        raise NotOnDesk(code)
    return found


def ending_soon(viewer: "Person", now: datetime, limit: int = 50) -> list[Publication]:
    """Give what ends by itself within a month, the soonest first: nobody has to do anything."""
    today = legal_day(now)
    rows = Publication.objects.filter(
        agency__in=agencies_visible_to(viewer),
        published_until__gte=today,
        published_until__lte=today + SOON,
        withdrawal__isnull=True,
    )
    return list(rows.select_related("agency").order_by("published_until", "id")[:limit])


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

    @property
    def urgent(self) -> bool:
        return bool(self.late or self.withdrawals_late)


def board(viewer: "Person", now: datetime) -> list[Tally]:
    """Count for every agency the viewer may look after, the worst first; agencies with nothing at all are left out."""
    today = legal_day(now)
    scope = agencies_visible_to(viewer, "publicity.board")
    tallies = {one.pk: Tally(one) for one in agencies() if one.pk in set(scope)}
    limits = deadlines_running(viewer, topic=TOPIC).filter(urges=True, case__imported=False)
    for row in limits.filter(agency__in=scope).iterator(chunk_size=500):
        if (tally := tallies.get(row.agency_id)) is not None:
            _count(
                tally, withdrawal=is_withdrawal_limit(law_of(row.case), row.rule), late=row.status == "missed"
            )
    open_still = Publication.objects.filter(agency__in=scope, withdrawal__isnull=True)
    soon = open_still.filter(published_until__gte=today, published_until__lte=today + SOON)
    over = Ending.objects.filter(publication__agency__in=scope, last_day__gte=today - SOON)
    papers = Preparation.objects.filter(agency__in=scope, confirmed_by=None)
    fixed = Correction.objects.filter(publication__agency__in=scope)
    for name, rows, key in (
        ("ending", soon, "agency"),
        ("ended", over, "publication__agency"),
        ("waiting", papers, "agency"),
        ("corrected", fixed, "publication__agency"),
    ):
        for agency, count in rows.order_by().values_list(key).annotate(count=Count("id")):
            if agency in tallies:
                setattr(tallies[agency], name, count)
    found = [one for one in tallies.values() if any(getattr(one, name) for name in COUNTED)]
    return sorted(found, key=lambda one: (-one.late - one.withdrawals_late, -one.due, one.agency.code))


def _count(tally: Tally, *, withdrawal: bool, late: bool) -> None:
    if withdrawal:
        tally.withdrawals += not late
        tally.withdrawals_late += late
    else:
        tally.due += not late
        tally.late += late


def doubtful_words(paper: Preparation, viewer: "Person") -> list[Hint]:
    """Give the words of a paper that may be personal data and are not hidden: who confirms looks at each."""
    clear = [one["text"] for one in paper.cleared]
    draft = side_by_side(viewer, paper.case_code, paper.marks, paper.amended, clear)
    return hints_of(draft.fields) if draft else []
