"""Publicity: what the public finds, what falls due, preparing, confirming, withdrawing and correcting."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query

from mingjing.api.cases_seen import case_of
from mingjing.api.door import Called, scope_missing
from mingjing.api.operations import Room
from mingjing.api.paging import mark_of, next_page
from mingjing.api.problems import Problem, act_refused, not_found, refused
from mingjing.api.rooms.publicity_schemas import (
    ConfirmationGiven,
    CorrectionGiven,
    DueLine,
    DuePage,
    EntryLine,
    EntryPage,
    OwnPublication,
    OwnPublicationPage,
    PreparationGiven,
    PreparationLine,
    PreparationPage,
    PublicationAnswer,
    ReturnGiven,
    SearchFilters,
    WithdrawalGiven,
)
from mingjing.api.rows import NUMBER, Number, Paged, newest_first
from mingjing.api.schemas import Code, Links
from mingjing.cases.services import ActRefused
from mingjing.personnel.permissions import may
from mingjing.publicity import corrections, desk, selectors, services
from mingjing.publicity.decisions import draft_of
from mingjing.publicity.refusals import PublicityRefused
from mingjing.publicity.search import Wanted

if TYPE_CHECKING:
    from mingjing.publicity.models import Preparation, Publication

room = Room("公示")
PREPARE, CONFIRM, WITHDRAW = "publicity.prepare", "publicity.confirm", "publicity.withdraw"


@room.get("/publications", answer=EntryPage)
def search_publications(request: Called, filters: Query[SearchFilters]) -> EntryPage:
    """检索已经公示的决定，和公众看到的相同，新的在前。"""
    wanted = Wanted(
        on=timezone.localdate(),
        text=filters.q,
        law=filters.law,
        agency=filters.agency,
        region=filters.region,
        since=filters.since,
        until=filters.until,
    )
    page = selectors.found(wanted, after=mark_of(filters.cursor, NUMBER))
    items = [EntryLine.of(one) for one in page.entries]
    return EntryPage(items=items, links=Links(next=next_page(request, page.after)))


@room.get("/publications/{publication}", answer=PublicationAnswer)
def get_publication(request: Called, publication: Code) -> PublicationAnswer:
    """读取一份公示，和公众看到的相同；已经撤回、期满的只有痕迹。"""
    try:
        return PublicationAnswer.of(selectors.decision(publication, on=timezone.localdate()))
    except selectors.NotPublished:
        raise not_found() from None


@room.get("/publicity/due", PREPARE, answer=DuePage)
def list_due_publications(request: Called) -> DuePage:
    """列出到期应当公示的决定和应当撤回的公示，最急的在前。"""
    return DuePage(items=[DueLine.of(one) for one in desk.due_list(request.auth.person)])


@room.get("/publicity/preparations", PREPARE, answer=PreparationPage)
def list_preparations(request: Called, paged: Query[Paged]) -> PreparationPage:
    """列出等待另一人确认的公示内容。"""
    rows, links = newest_first(request, desk.preparations_waiting(request.auth.person), paged)
    return PreparationPage(items=[_paper_told(request, one) for one in rows], links=links)


@room.get("/publicity/preparations/{paper}", PREPARE, answer=PreparationLine)
def get_preparation(request: Called, paper: Number) -> PreparationLine:
    """读取一份等待确认的公示内容。"""
    return _paper_told(request, _paper(request, paper))


@room.post("/publicity/preparations", PREPARE, answer=PreparationLine, also=(410,))
def prepare_publication(request: Called, given: PreparationGiven) -> PreparationLine:
    """准备公示：系统屏蔽后的内容交另一人确认，确认后才对外公示。"""
    case = case_of(request, given.case, action=PREPARE)
    with _told():
        made = services.prepare(
            case=case, by=request.auth.person, facts=given.facts, marks=given.marks, clear=given.cleared
        )
    return _paper_told(request, made)


@room.post("/publicity/preparations/{paper}/confirmation", CONFIRM, answer=OwnPublication, also=(410,))
def confirm_publication(request: Called, paper: Number, given: ConfirmationGiven) -> OwnPublication:
    """确认并公示（或者更正）。准备的人不能自己确认。"""
    found = _same(_paper(request, paper, CONFIRM), given.version)
    with _told():
        confirm = corrections.confirm_correction if found.corrects else services.confirm
        made = confirm(preparation=found, by=request.auth.person, checked=given.checked)
    return OwnPublication.of(made)


@room.post("/publicity/preparations/{paper}/return", PREPARE, answer=PreparationPage, status=200)
def return_preparation(request: Called, paper: Number, given: ReturnGiven) -> PreparationPage:
    """退回等待确认的公示内容，不公示；答还在等待的。"""
    found = _same(_paper(request, paper, PREPARE), given.version)
    with _told():
        services.discard(preparation=found, by=request.auth.person)
    rows, links = newest_first(request, desk.preparations_waiting(request.auth.person), Paged())
    return PreparationPage(items=[_paper_told(request, one) for one in rows], links=links)


@room.get("/publicity/publications", PREPARE, answer=OwnPublicationPage)
def list_own_publications(request: Called, paged: Query[Paged]) -> OwnPublicationPage:
    """列出本机关的公示，含已经撤回、期满的。"""
    mine = desk.publications_seen_by(request.auth.person).select_related("agency", "withdrawal", "ending")
    rows, links = newest_first(request, mine, paged)
    return OwnPublicationPage(items=[OwnPublication.of(one) for one in rows], links=links)


@room.get("/publicity/publications/{publication}", PREPARE, answer=OwnPublication)
def get_own_publication(request: Called, publication: Code) -> OwnPublication:
    """读取本机关的一份公示和它的案件。"""
    return OwnPublication.of(_published(request, publication))


@room.post("/publicity/publications/{publication}/withdrawal", WITHDRAW, answer=OwnPublication, also=(410,))
def withdraw_publication(request: Called, publication: Code, given: WithdrawalGiven) -> OwnPublication:
    """撤回公示；理由和时间对外公开，痕迹保留。"""
    found = _published(request, publication, WITHDRAW)
    with _told():
        services.withdraw(
            publication=found,
            by=request.auth.person,
            ground=given.ground,
            reason=given.reason,
            performers=given.performers,
        )
    return OwnPublication.of(_published(request, publication))


@room.post("/publicity/publications/{publication}/corrections", PREPARE, answer=PreparationLine, also=(410,))
def prepare_correction(request: Called, publication: Code, given: CorrectionGiven) -> PreparationLine:
    """准备更正：正确的内容交另一人确认，确认后才对外更正。"""
    found = _published(request, publication, PREPARE)
    if hasattr(found, "withdrawal") or hasattr(found, "ending"):
        raise Problem("not-now", _("这份公示已经撤回或者期满，没有可以更正的内容。"))
    case, before = case_of(request, found.case_code, action=PREPARE), desk.prepared_as(found)
    draft = draft_of(case, (), before.amended if before else {})
    if draft is None:
        raise not_found()
    with _told():
        made = corrections.prepare_correction(
            publication=found,
            by=request.auth.person,
            reason=given.reason,
            amended=corrections.right_values(draft, given.values, timezone.localdate()),
            marks=given.marks,
            hides_old=given.hides_old,
        )
    return _paper_told(request, made)


@contextmanager
def _told() -> Iterator[None]:
    """What the desk refuses is told as a problem."""
    try:
        yield
    except ActRefused as refusal:
        raise act_refused(refusal.trial) from None
    except PublicityRefused as refusal:
        raise refused({"": [str(refusal)]}) from None


def _paper(request: Called, pk: int, action: str = PREPARE) -> "Preparation":
    try:
        found = desk.preparation(request.auth.person, pk)
    except desk.NotOnDesk:
        raise not_found() from None
    if not may(request.auth.person, action, found.agency.code):
        raise scope_missing(action)
    return found


def _same(found: "Preparation", version: str) -> "Preparation":
    """The text that is confirmed is the text that was read. Raises Problem."""
    if found.once != version:
        raise refused({"version": [_("公示内容已重新准备，请重新读取、核对后再办理。")]})
    return found


def _published(request: Called, code: str, action: str = PREPARE) -> "Publication":
    try:
        found = desk.publication(request.auth.person, code)
    except desk.NotOnDesk:
        raise not_found() from None
    if not may(request.auth.person, action, found.agency.code):
        raise scope_missing(action)
    return found


def _paper_told(request: Called, row: "Preparation") -> PreparationLine:
    return PreparationLine.of(row, [one.text for one in desk.doubtful_words(row, request.auth.person)])
