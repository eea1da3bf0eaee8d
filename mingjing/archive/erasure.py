"""Destroying content when the law asks for it: asked by one person, confirmed by another, a stone left for ever."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import IntegrityError, transaction

from mingjing.archive.models import ArchivePackage, ErasureRequest, WaitingPackage
from mingjing.cases.archiving import archiving_act
from mingjing.cases.erasure import act_refs, erase_case
from mingjing.cases.selectors import case_by_own_code
from mingjing.documents.selectors import documents_of
from mingjing.evidence.erasure import destroy_files, erase_items
from mingjing.evidence.selectors import evidence_of, item
from mingjing.kit.clock import legal_day
from mingjing.packs.erasure import ErasureLaw, Ground, load_erasure_law
from mingjing.personnel.selectors import agencies_visible_to
from mingjing.publicity.erasure import erase_publications, publication_refs
from mingjing.translog.stones import Wording, erased_refs, lay_stone

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.evidence.models import EvidenceItem
    from mingjing.personnel.models import Person
    from mingjing.translog.models import Stone

CASE: Final = "case"
EVIDENCE: Final = "evidence"
State = ErasureRequest.State


class ErasureRefused(Exception):
    """Content may not be destroyed, or not by this person. The message is Chinese and says what is missing."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """All that one destruction reaches: references and commitments for the stone, rows and bytes to go."""

    what: str
    refs: list[str]
    commitments: list[str]
    items: "list[EvidenceItem]"
    digests: list[str]


@cache
def erasure_law() -> ErasureLaw:
    """Give the grounds and the years of keeping that this installation's packs name."""
    return load_erasure_law(settings.MINGJING_LAWPACKS)


def grounds_for(unit: str) -> list[Ground]:
    """Give the grounds on which a case or a piece of evidence may be destroyed."""
    return [ground for ground in erasure_law().grounds.values() if unit in ground.units]


def request_erasure(
    *,
    case: "Case",
    digest: str = "",
    ground: str,
    authority: str,
    reason: str,
    by: "Person",
    at: datetime,
) -> ErasureRequest:
    """Ask that a case, or one piece of its evidence, be destroyed; nothing is destroyed yet. Raises ErasureRefused."""
    unit = EVIDENCE if digest else CASE
    if not authority.strip() or not reason.strip():
        raise ErasureRefused("请写明依据的文书（如鉴定意见、责令删除的文书及文号）和说明。")
    case = case_by_own_code(case.code)  # as it stands now, not as the caller once read it
    _judge(case, unit, ground, legal_day(at))
    if digest and item(digest, case.code).erased:
        raise ErasureRefused("这份证据的内容已经销毁。")
    try:
        with transaction.atomic():
            return ErasureRequest.objects.create(
                code=secrets.token_hex(8),
                agency=case.agency,
                unit=unit,
                case_code=case.code,
                digest=digest,
                ground=ground,
                authority=authority.strip(),
                reason=reason.strip(),
                requested_by=by.username,
                requested_at=at,
            )
    except IntegrityError:
        raise ErasureRefused("已经有一份同样的申请在等待复核。") from None


def confirm_erasure(request: ErasureRequest, *, by: "Person", at: datetime) -> "Stone":
    """Destroy what was asked for, as a second person: the stone and the erased rows in one transaction, then bytes.

    The law is judged again. A crash after the commit leaves bytes that `finish_erasures` removes.
    """
    with transaction.atomic():
        request = ErasureRequest.objects.select_for_update().get(pk=request.pk)
        _decidable(request, by)
        case = case_by_own_code(request.case_code)
        ground = _judge(case, request.unit, request.ground, legal_day(at))
        reach = _case_reach(case) if request.unit == CASE else _evidence_reach(case, request.digest)
        wording = Wording(
            what=reach.what,
            ground=ground.title,
            basis=ground.basis,
            authority=request.authority,
            reason=request.reason,
            requested_by=request.requested_by,
            confirmed_by=by.username,
        )
        known = erased_refs()
        refs = [ref for ref in reach.refs if ref not in known]
        stone = lay_stone(wording, refs=refs, commitments=reach.commitments, at=at)
        erase_items(reach.items)
        if request.unit == CASE:
            erase_publications(case.code)
            WaitingPackage.objects.filter(case_code=case.code).delete()
            erase_case(case)
        request.state, request.stone = State.DONE, stone.code
        request.decided_by, request.decided_at = by.username, at
        request.save(update_fields=["state", "stone", "decided_by", "decided_at"])
        transaction.on_commit(lambda: destroy_files(reach.digests))
    return stone


def refuse_erasure(request: ErasureRequest, *, by: "Person", at: datetime) -> None:
    """Say no to a request, as a second person; everything stays as it is."""
    with transaction.atomic():
        request = ErasureRequest.objects.select_for_update().get(pk=request.pk)
        _decidable(request, by)
        request.state, request.decided_by, request.decided_at = State.REFUSED, by.username, at
        request.save(update_fields=["state", "decided_by", "decided_at"])


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as the desk shows it."""

    request: ErasureRequest
    case: "Case"
    title: str
    ground: str
    requester: str
    decider: str


def requests_for(viewer: "Person", limit: int = 200) -> list[RequestRow]:
    """Give the requests of the agencies that somebody may see, newest first."""
    rows = ErasureRequest.objects.filter(agency__in=agencies_visible_to(viewer)).select_related("agency")
    return [_row(row) for row in rows[:limit]]


def shown_request(viewer: "Person", code: str) -> ErasureRequest | None:
    """Give a request that somebody may see; None for all others."""
    rows = ErasureRequest.objects.filter(agency__in=agencies_visible_to(viewer)).select_related("agency")
    return rows.filter(code=code).first()


def _row(request: ErasureRequest) -> RequestRow:
    case = case_by_own_code(request.case_code)
    ground = erasure_law().grounds.get(request.ground)
    title = "整件案件"
    if request.unit == EVIDENCE:
        title = f"证据：{item(request.digest, case.code).title}"
    return RequestRow(
        request,
        case,
        title,
        ground.title if ground else request.ground,
        request.requested_by,
        request.decided_by,
    )


def finish_erasures() -> int:
    """Remove bytes that a crash left behind after their stone was laid; give how many. For the daily run."""
    return destroy_files(ref for ref in erased_refs() if len(ref) == 64)


def _decidable(request: ErasureRequest, by: "Person") -> None:
    if request.state != State.OPEN:
        raise ErasureRefused("这份申请已经办理。")
    if request.requested_by == by.username:
        raise ErasureRefused("提出人不能复核自己的申请：销毁须由两个人分别办理。")


def _judge(case: "Case", unit: str, ground: str, on: date) -> Ground:
    """Ask whether content may be destroyed on this ground today. Raises ErasureRefused."""
    found = erasure_law().grounds.get(ground)
    if found is None or unit not in found.units:
        raise ErasureRefused("请选择适用的事由。")
    if case.erased:
        raise ErasureRefused("本案内容已经销毁。")
    if not case.ended:
        raise ErasureRefused("案件尚未办结，内容仍是办案所必需，不能销毁。办结后再提出。")
    if found.after_retention and (end := _kept_until(case)) >= on:
        until = "永久保管，不因期满销毁" if end == date.max else f"保管期限到 {end:%Y年%m月%d日} 届满"
        raise ErasureRefused(f"本案{until}，现在不能以“{found.title}”销毁。")
    return found


def _kept_until(case: "Case") -> date:
    """Give the last day on which a case file must be kept: whole years from the year after its archiving."""
    act = archiving_act(case)
    if act is None or act.done_at is None:
        raise ErasureRefused("本案尚未归档，没有保管期限。请先归档。")
    retention = str(act.facts.get("retention", ""))
    years = erasure_law().years.get(retention)
    if years is None:
        raise ErasureRefused("归档时没有写明保管期限，不能认定已经届满。")
    return date(legal_day(act.done_at).year + years, 12, 31) if years else date.max


def _case_reach(case: "Case") -> _Reach:
    acts, published = act_refs(case), publication_refs(case.code)
    items = [one for one in evidence_of(case.code) if not one.erased]
    digests = [one.digest for one in items]
    digests += [document.digest for document in documents_of(case)]
    packages = list(ArchivePackage.objects.filter(case_code=case.code))
    digests += [package.digest for package in packages]
    refs = [*(ref for ref, _ in (*acts, *published)), *(one.commitment for one in items), *digests]
    commitments = [*(made for _, made in (*acts, *published)), *(one.commitment for one in items)]
    what = (
        f"一件案件的全部内容：行为 {len(acts)} 项、证据 {len(items)} 份、公示 {len(published)} 条、"
        f"归档包 {len(packages)} 个"
    )
    return _Reach(what, refs, commitments, items, digests)


def _evidence_reach(case: "Case", digest: str) -> _Reach:
    found = item(digest, case.code)
    return _Reach("一份证据的内容", [found.commitment, digest], [found.commitment], [found], [digest])
