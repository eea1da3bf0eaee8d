"""Credit repair: a party asks, the agency accepts and decides within its limits, and the publication ends early."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.cases.law import law_for
from mingjing.cases.selectors import case_by_code
from mingjing.evidence.selectors import refs
from mingjing.kit.clock import legal_day
from mingjing.lawengine.calendar import UnknownYear
from mingjing.packs.credit import RepairTerms, credit_terms
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_visible_to
from mingjing.publicity import services
from mingjing.publicity.commitments import commit
from mingjing.publicity.models import Publication, RepairRequest, RepairStep
from mingjing.publicity.refusals import PublicityRefused
from mingjing.publicity.repair_terms import Condition, conditions_of

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Agency, Person

Kind = RepairStep.Kind
GROUND: Final = "repaired"
LAST: Final = frozenset({Kind.RETURNED, Kind.APPROVED, Kind.REFUSED})


class NotOnDesk(LookupError):
    """There is no such request for this viewer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands: its steps, what comes next and by when."""

    request: RepairRequest
    steps: tuple[RepairStep, ...]
    due: date | None  # None once it is over
    overdue: bool

    @property
    def state(self) -> str:
        """The kind of the last step; empty while nobody has looked at it."""
        return self.steps[-1].kind if self.steps else ""

    @property
    def title(self) -> str:
        """The state in Chinese."""
        return Kind(self.state).label if self.state else "待受理"

    @property
    def over(self) -> bool:
        return self.state in LAST


# --- what a party does ------------------------------------------------------------------------------


@transaction.atomic
def request(
    *,
    publication: Publication,
    applicant: str,
    contact: str,
    statement: str,
    letter: str,
    by: "Person | None",
    at: datetime | None = None,
) -> RepairRequest:
    """Take in a request for credit repair; its code is the receipt. `by` is None where the party sent it itself.

    `letter` is the digest of the letter of commitment, already evidence of the case. Raises PublicityRefused, having
    written nothing, where there is nothing to repair, a request is already running, or something is missing.
    """
    _repairable(publication)
    texts = {"申请人": applicant, "联系方式": contact, "纠正和履行情况": statement, "信用承诺书": letter}
    if missing := [name for name, text in texts.items() if not text.strip()]:
        raise PublicityRefused(f"请填写或者上传：{'、'.join(missing)}。")
    if not refs([letter], dossier=publication.case_code):
        raise PublicityRefused("信用承诺书不在本案证据中。请先上传到本案证据，再登记申请。")
    now, code = at or timezone.now(), secrets.token_hex(10)
    content = {
        "request": code,
        "publication": publication.code,
        "letter": letter,
        "statement": statement.strip(),
    }
    return RepairRequest.objects.create(
        code=code,
        publication=publication,
        agency=publication.agency,
        case_code=publication.case_code,
        applicant=applicant.strip()[:200],
        contact=contact.strip()[:60],
        statement=statement.strip(),
        letter=letter,
        requested_at=now,
        entered_by=by.username if by else "",
        **commit("repair", content, ref=f"repair-{code}", at=now),
    )


def _repairable(publication: Publication) -> None:
    # Two papers sent at the same moment: the second waits here and then sees the first.
    Publication.objects.select_for_update().get(pk=publication.pk)
    if hasattr(publication, "withdrawal") or hasattr(publication, "ending"):
        raise PublicityRefused("这份公示已经停止，不需要申请信用修复。")
    if not any(line["name"] == "penalty_kinds" for line in publication.body):
        raise PublicityRefused("信用修复只针对行政处罚信息，这份公示不是行政处罚。")
    if publication.repairs.exclude(steps__kind__in=LAST).exists():
        raise PublicityRefused("这份公示已有正在办理的信用修复申请，请凭回执查询进度。")


def by_receipt(code: str) -> Standing:
    """Give where a request stands, for whoever holds its receipt. Raises NotOnDesk."""
    found = RepairRequest.objects.filter(code=code).select_related("publication", "agency").first()
    if found is None:
        raise NotOnDesk(code)
    return standing_of(found)


# --- what the agency does ---------------------------------------------------------------------------


def accept(*, asked: RepairRequest, by: "Person", at: datetime | None = None) -> RepairStep:
    """Accept a request: from now the days run in which it is decided."""
    return _step(asked, Kind.ACCEPTED, "", by, at, after=[""])


def give_back(*, asked: RepairRequest, by: "Person", reason: str, at: datetime | None = None) -> RepairStep:
    """Return a request that is not complete, saying what to add; the party may ask again."""
    return _step(asked, Kind.RETURNED, reason, by, at, after=[""])


def extend(*, asked: RepairRequest, by: "Person", reason: str, at: datetime | None = None) -> RepairStep:
    """Take the further days that a complex request may have, once, and say why."""
    return _step(asked, Kind.EXTENDED, reason, by, at, after=[Kind.ACCEPTED])


def refuse(*, asked: RepairRequest, by: "Person", reason: str, at: datetime | None = None) -> RepairStep:
    """Refuse repair and say why; the publication stays."""
    return _step(asked, Kind.REFUSED, reason, by, at, after=[Kind.ACCEPTED, Kind.EXTENDED])


@transaction.atomic
def approve(*, asked: RepairRequest, by: "Person", colleague: str, at: datetime | None = None) -> RepairStep:
    """End the publication early: act, trace, leaf and step, or nothing.

    Raises PublicityRefused naming every condition that is not met, ActRefused in the words of a rule against it.
    """
    case, now = case_by_code(by, asked.case_code), at or timezone.now()
    if unmet := [one for one in conditions_of(asked, case, legal_day(now)) if not one.met]:
        told = "；".join(f"{one.title}：{one.why}" for one in unmet)
        raise PublicityRefused(f"还不符合信用修复的条件，不能准予。{told}。")
    step = _step(asked, Kind.APPROVED, "", by, now, after=[Kind.ACCEPTED, Kind.EXTENDED])
    services.withdraw(
        publication=asked.publication,
        by=by,
        ground=GROUND,
        reason="当事人已纠正违法行为、履行完毕并作出信用承诺，经申请准予信用修复，提前停止公示。",
        performers=[colleague],
        at=now,
    )
    return step


@transaction.atomic
def _step(
    asked: RepairRequest,
    kind: Kind,
    reason: str,
    by: "Person",
    at: datetime | None,
    *,
    after: Iterable[str],
) -> RepairStep:
    if not may(by, "publicity.withdraw", asked.agency.code):
        raise PublicityRefused("您没有办理信用修复的权限。请由本机关的公示人员办理。")
    RepairRequest.objects.select_for_update().get(pk=asked.pk)
    standing, now = standing_of(asked), at or timezone.now()
    if standing.state not in after:
        raise PublicityRefused(f"这份申请现在是“{standing.title}”，不能办理这一步。请刷新后再办理。")
    if kind in {Kind.RETURNED, Kind.EXTENDED, Kind.REFUSED} and not reason.strip():
        raise PublicityRefused("请写明理由，理由告知当事人。")
    content = {"request": asked.code, "step": str(kind), "reason": reason.strip()}
    kept = commit("repair", content, ref=f"repair-{asked.code}-{kind}", at=now)
    try:
        return RepairStep.objects.create(
            request=asked, kind=kind, reason=reason.strip(), done_at=now, done_by=by.username, **kept
        )
    except IntegrityError as clash:
        raise PublicityRefused("这一步刚刚已由他人办理。请刷新后查看。") from clash


# --- what the desk reads ----------------------------------------------------------------------------


def requests_seen_by(viewer: "Person", *, open_only: bool = False) -> list[Standing]:
    """Give the requests to the viewer's agencies, the most urgent first, then those that are over."""
    rows = RepairRequest.objects.filter(agency__in=agencies_visible_to(viewer))
    if open_only:
        rows = rows.exclude(steps__kind__in=LAST)
    found = [
        standing_of(row) for row in rows.select_related("agency", "publication").prefetch_related("steps")
    ]
    return sorted(found, key=lambda one: (one.over, one.due or date.max, -one.request.pk))


def request_seen_by(viewer: "Person", code: str) -> Standing:
    """Give one request to the viewer's agencies. Raises NotOnDesk."""
    found = by_receipt(code)
    if found.request.agency_id not in agencies_visible_to(viewer):
        raise NotOnDesk(code)
    return found


def conditions(asked: RepairRequest, case: "Case", on: date) -> list[Condition]:
    """Give the conditions of one request, each with what one sees it by."""
    return conditions_of(asked, case, on)


def terms_for(agency: "Agency") -> RepairTerms:
    """Give the limits and the source that bind an agency."""
    return credit_terms(region=agency.region, field=agency.field, agency=agency.code).repair


def standing_of(asked: RepairRequest, on: date | None = None) -> Standing:
    """Give where a request stands on a day, today unless another is named."""
    steps = tuple(sorted(asked.steps.all(), key=lambda step: step.pk))
    if steps and steps[-1].kind in LAST:
        return Standing(asked, steps, None, overdue=False)
    due = _due(asked, {step.kind: legal_day(step.done_at) for step in steps})
    return Standing(asked, steps, due, overdue=due is not None and (on or legal_day(timezone.now())) > due)


def _due(asked: RepairRequest, done: Mapping[str, date]) -> date | None:
    """Give the last day of the step that comes next; None while the holidays of its year are not published."""
    terms, calendar = terms_for(asked.agency), law_for(asked.agency).calendar
    begun, days = legal_day(asked.requested_at), terms.accept_days
    if Kind.ACCEPTED in done:
        begun = done[Kind.ACCEPTED]
        days = terms.decide_days + (terms.complex_days if Kind.EXTENDED in done else 0)
    try:
        return calendar.add_working_days(begun, days)
    except UnknownYear:
        return None
