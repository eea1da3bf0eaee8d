"""What the publicity desk reads: what falls due, what waits for a second person, what is out; scoped to its viewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.db.models import QuerySet

from mingjing.cases.law import law_of
from mingjing.cases.selectors import case_by_code, deadlines_running
from mingjing.kit.clock import legal_day
from mingjing.packs.naming import NamingTerms, naming_terms
from mingjing.personnel.selectors import agencies_visible_to
from mingjing.publicity.clearing import Hint, hints_of
from mingjing.publicity.decisions import TOPIC, Draft, draft_of, is_withdrawal_limit
from mingjing.publicity.models import Preparation, Publication

if TYPE_CHECKING:
    from mingjing.cases.models import Case, CaseDeadline
    from mingjing.personnel.models import Agency, Person

SOON: Final = timedelta(days=30)  # what is near enough to be shown; no limit of law


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


def naming_at(agency: "Agency") -> NamingTerms:
    """Give how an agency writes the names of natural persons it penalised, and on what that rests."""
    return naming_terms(region=agency.region, field=agency.field, agency=agency.code)


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


def doubtful_words(paper: Preparation, viewer: "Person") -> list[Hint]:
    """Give the words of a paper that may be personal data and are not hidden: who confirms looks at each."""
    clear = [one["text"] for one in paper.cleared]
    draft = side_by_side(viewer, paper.case_code, paper.marks, paper.amended, clear)
    return hints_of(draft.fields) if draft else []
