"""Which cases are ended and not archived yet, and which are: by the last act that archived or reopened a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from mingjing.cases.law import law_of
from mingjing.cases.models import Act, Case, CaseDeadline
from mingjing.lawengine.places import ARCHIVES, REOPENS
from mingjing.packs.load import library
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


@dataclass(frozen=True, slots=True)
class DueFile:
    """A file to be archived: its case, and the limit for it where the law of the agency sets one."""

    case: Case
    due: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file in the archive: its case and the act that put it there."""

    case: Case
    act: Act


def archiving_act(case: Case) -> Act | None:
    """Give the act that put a file into the archive; None while it is not there, or was reopened since."""
    moves = Act.objects.of(case).filter(kind__in=[*_kinds(ARCHIVES), *_kinds(REOPENS)])
    last = moves.select_related("case__agency").order_by("-seq").first()
    return last if last is not None and last.kind in _kinds(ARCHIVES) else None


def files_due(viewer: "Person", limit: int = 500) -> list[DueFile]:
    """Give the ended cases of the viewer's agencies that are not archived, those with the nearest limit first."""
    cases = list(_live(viewer).filter(ended=True).exclude(_in_archive()).order_by("last_act_at")[:limit])
    limits = _limits(cases)
    files = [DueFile(case, limits.get(case.pk)) for case in cases]
    return sorted(files, key=lambda one: (one.due is None, one.due or one.case.last_act_at))


def files_archived(viewer: "Person", *, first: date, last: date, limit: int = 2000) -> list[ArchivedFile]:
    """Give the files that were archived within these days and still are, in that order."""
    acts = (
        Act.objects.filter(
            agency__in=agencies_visible_to(viewer),
            case__in=_live(viewer),
            kind__in=_kinds(ARCHIVES),
            done_at__date__gte=first,
            done_at__date__lte=last,
        )
        .exclude(_moved_later())
        .select_related("case__agency")
        .order_by("done_at", "id")
    )
    return [ArchivedFile(act.case, act) for act in acts[:limit]]


def _live(viewer: "Person") -> QuerySet[Case]:
    return Case.objects.filter(agency__in=agencies_visible_to(viewer), imported=False).select_related(
        "agency"
    )


def _kinds(does: str) -> Sequence[str]:
    return [kind.kind for kind in library().kinds.values() if kind.ends == does]


def _moved_later() -> Exists:
    """That a later act of the same case archived or reopened it."""
    kinds = [*_kinds(ARCHIVES), *_kinds(REOPENS)]
    return Exists(
        Act.objects.filter(
            agency=OuterRef("agency"), case=OuterRef("case"), kind__in=kinds, seq__gt=OuterRef("seq")
        )
    )


def _in_archive() -> Exists:
    acts = Act.objects.filter(agency=OuterRef("agency"), case=OuterRef("pk"), kind__in=_kinds(ARCHIVES))
    return Exists(acts.exclude(_moved_later()))


def _limits(cases: Iterable[Case]) -> dict[int, datetime]:
    """Give the limits for archiving by case, as the rules that bind each agency set them."""
    archives, rules = set(_kinds(ARCHIVES)), set()
    pks = []
    for case in cases:
        pks.append(case.pk)
        rules |= {rule.id for rule in law_of(case).deadlines if archives & set(rule.acts)}
    rows = CaseDeadline.objects.filter(case__in=pks, rule__in=rules, due__isnull=False).order_by("-due")
    return {row.case_id: row.due for row in rows if row.due is not None}
