"""Publishing and withdrawing: one prepares, another confirms; act, public row and log entry are written at once."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.cases.selectors import act_by_code, case_by_code
from mingjing.cases.services import ActRefused, Deed, Trial, check_act, record_act
from mingjing.kit.canonical import canonical
from mingjing.kit.clock import beijing, legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import people_with_role
from mingjing.publicity import search
from mingjing.publicity.clearing import all_checked, cleared, no_child
from mingjing.publicity.decisions import PUBLISHED, WITHDRAWN, Draft, draft_of
from mingjing.publicity.gravity import with_grade
from mingjing.publicity.models import Preparation, Publication, Withdrawal
from mingjing.publicity.refusals import PublicityRefused
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.personnel.models import Person

__all__ = [
    "ActRefused",
    "Correcting",
    "PublicityRefused",
    "check",
    "confirm",
    "discard",
    "facts_of_publication",
    "prepare",
    "rebuild_search",
    "withdraw",
]

SALT_BYTES = 32
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Correcting:
    """Which publication is wrong, why it is replaced, and the right values of what the decision states wrongly."""

    publication: Publication
    reason: str
    amended: Mapping[str, Any]
    hides_old: bool


def check(*, case: "Case", by: "Person", facts: Mapping[str, Any], at: datetime | None = None) -> Trial:
    """Judge a publication before anybody prepares it, as if a colleague were to confirm it."""
    colleagues = [one for one in people_with_role(case.agency.code, "publicity") if one.pk != by.pk]
    confirming = colleagues[0] if colleagues else by
    return check_act(
        case=case, deed=_deed(PUBLISHED, facts, [by.username, confirming.username], confirming, at)
    )


@transaction.atomic
def prepare(
    *,
    case: "Case",
    by: "Person",
    facts: Mapping[str, Any],
    marks: Sequence[str] = (),
    clear: Mapping[str, str] = MappingProxyType({}),
    correcting: "Correcting | None" = None,
    at: datetime | None = None,
) -> Preparation:
    """Lay a decision, masked, before the person who will confirm it; what lay there before is replaced.

    `marks` are words to hide beyond what the fields and recognisers hide, `clear` words with the reason why they are no
    personal data although a recogniser hid them; `correcting` names the publication that
    this one is to replace. Raises ActRefused where form or law stand against the publication, PublicityRefused where
    there is nothing to publish or the period is not explained.
    """
    _allowed(by, "publicity.prepare", case)
    amended = correcting.amended if correcting else {}
    kept = cleared(_draft(case, marks, amended), clear) if clear else []
    draft = _draft(case, marks, amended, clear)
    standing = _standing(draft.decision.code)
    if standing != (correcting.publication if correcting else None):
        raise PublicityRefused("这份决定已经公示。需要更正的，打开这份公示办理更正。")
    facts = with_grade(case, draft, facts)
    trial = check(case=case, by=by, facts=facts, at=at)
    if not trial.lawful:
        raise ActRefused(trial)
    no_child(draft, legal_day(at or timezone.now()))
    preparation, _ = Preparation.objects.update_or_create(
        act_code=draft.decision.code,
        confirmed_by=None,
        defaults={
            "case_code": case.code,
            "agency": case.agency,
            "once": secrets.token_hex(16),  # a new text is a new paper to sign
            "facts": dict(facts),
            "marks": [mark.strip() for mark in marks if mark.strip()],
            "cleared": kept,
            "view": draft.view,
            "prepared_by": by.username,
            "prepared_at": at or timezone.now(),
            "corrects": correcting.publication if correcting else None,
            "correction_reason": correcting.reason if correcting else "",
            "hides_old": correcting.hides_old if correcting else True,
            "amended": dict(correcting.amended) if correcting else {},
        },
    )
    return preparation


@transaction.atomic
def discard(*, preparation: Preparation, by: "Person") -> None:
    """Take a paper back from the desk. Nothing was published, so nothing is recorded."""
    case = case_by_code(by, preparation.case_code)
    _allowed(by, "publicity.prepare", case)
    Preparation.objects.filter(pk=preparation.pk, confirmed_by=None).delete()


@transaction.atomic
def confirm(
    *, preparation: Preparation, by: "Person", checked: Collection[str] = (), at: datetime | None = None
) -> Publication:
    """Publish what a colleague has prepared: the act, the public row, its search text and its log entry, or nothing.

    `checked` are the doubtful words that this person looked at and found to be no personal data: all must be there.
    Raises ActRefused in the words of the rule where the same person confirms who prepared, PublicityRefused where the
    case has moved on since, so that the view is no longer the one that was checked. Confirming twice gives the same
    publication.
    """
    # Whoever holds the row confirms; a second tab waits here and then finds it done.
    locked = Preparation.objects.select_for_update().filter(pk=preparation.pk, once=preparation.once).first()
    if locked is None:
        raise PublicityRefused("这份待确认的公示内容已被撤回或者重新准备。请从公示台重新打开。")
    case = case_by_code(by, locked.case_code)
    _allowed(by, "publicity.confirm", case)
    if locked.confirmed_by:
        return Publication.objects.filter(act_code=locked.act_code).order_by("-version")[0]
    draft = _draft(case, locked.marks, locked.amended, [one["text"] for one in locked.cleared])
    no_child(draft, legal_day(at or timezone.now()))
    if _standing(draft.decision.code) is not None:
        raise PublicityRefused("这份决定已经公示，没有重复公示。请刷新公示台。")
    if draft.decision.code != locked.act_code or draft.view != locked.view:
        raise PublicityRefused("准备之后案件又有变化，公示内容与准备时不同。请重新准备，再由另一人确认。")
    all_checked(draft, checked)
    performers = list(dict.fromkeys([locked.prepared_by, by.username]))
    act = record_act(case=case, deed=_deed(PUBLISHED, locked.facts, performers, by, at), once=locked.once)
    publication = _publish(case, draft, act)
    locked.confirmed_by, locked.confirmed_at, locked.checked = by.username, act.done_at, sorted(checked)
    locked.save(update_fields=["confirmed_by", "confirmed_at", "checked"])
    return publication


@transaction.atomic
def withdraw(
    *,
    publication: Publication,
    by: "Person",
    ground: str,
    reason: str,
    performers: Sequence[str] = (),
    at: datetime | None = None,
) -> Withdrawal:
    """Take a publication down: the act, the trace that stays and the log entry, or nothing.

    From then on nobody finds or reads its content; number, dates and reason stay. Raises ActRefused in the words of
    the rule that is broken. Withdrawing twice gives the same withdrawal.
    """
    case = case_by_code(by, publication.case_code)
    _allowed(by, "publicity.withdraw", case)
    who = list(dict.fromkeys([by.username, *performers]))
    facts = {"withdrawal_ground": ground, "withdrawal_reason": reason}
    act = record_act(
        case=case, deed=_deed(WITHDRAWN, facts, who, by, at), once=f"withdraw-{publication.code}"
    )
    if (done := Withdrawal.objects.filter(publication=publication).first()) is not None:
        return done
    return _withdraw(publication, _draft(case, ()), act)


@transaction.atomic
def rebuild_search() -> int:
    """Make the search index anew from what is published and not withdrawn; give how many entries it has."""
    search.clear()
    rows = Publication.objects.filter(withdrawal__isnull=True, ending__isnull=True).order_by("id")
    for row in rows.iterator(chunk_size=500):
        search.index(row.pk, search.searchable(row))
    return rows.count()


def facts_of_publication(publication: Publication) -> dict[str, Any]:
    """Give what the act of a publication stated: its grounds, its grade, its last day."""
    return dict(act_by_code(publication.publication_act).facts)


def _deed(
    kind: str, facts: Mapping[str, Any], performers: Sequence[str], by: "Person", at: datetime | None
) -> Deed:
    return Deed(
        kind=kind,
        facts=facts,
        performers=list(dict.fromkeys(performers)),
        by=by,
        done_at=at or timezone.now(),
    )


def _allowed(by: "Person", action: str, case: "Case") -> None:
    if not may(by, action, case.agency.code):
        raise PublicityRefused("您没有办理公示的权限。请由本机关的公示人员办理。")


def _draft(
    case: "Case",
    marks: Iterable[str],
    amended: Mapping[str, Any] = MappingProxyType({}),
    clear: Iterable[str] = (),
) -> Draft:
    draft = draft_of(case, marks, amended, clear)
    if draft is None:
        raise PublicityRefused("本案还没有应当公示的决定。作出决定后再准备公示。")
    return draft


def _standing(act_code: str) -> Publication | None:
    """Give the publication of a decision that has not been withdrawn."""
    return Publication.objects.filter(act_code=act_code, withdrawal__isnull=True).first()


def _publish(case: "Case", draft: Draft, act: "Act") -> Publication:
    salt = secrets.token_bytes(SALT_BYTES)
    code = secrets.token_hex(10)
    content = {"v": FORMAT, "code": code, "document_no": draft.document_no, "body": draft.view}
    until = act.facts.get("publication_until")
    row = Publication(
        code=code,
        case_code=case.code,
        act_code=draft.decision.code,
        log_code=case.log_code,
        publication_act=act.code,
        agency=case.agency,
        agency_name=case.agency.name,
        kind=draft.decision.kind,
        kind_title=draft.law.title_of(draft.decision.kind),
        title=draft.title,
        document_no=draft.document_no,
        party=draft.value("party_name"),
        result=draft.result,
        decided_on=draft.decided_on,
        due_on=draft.due_on,
        published_at=act.done_at or act.recorded_at,
        published_until=date.fromisoformat(until) if until else None,
        body=draft.view,
        version=Publication.objects.filter(act_code=draft.decision.code).count() + 1,
        salt=salt,
    )
    row.commitment = _log("publication", act, salt, content, ref=code)
    try:
        row.save(force_insert=True)
    except IntegrityError as clash:
        raise PublicityRefused("这份决定刚刚已由他人公示。请刷新公示台。") from clash
    search.index(row.pk, search.searchable(row))
    return row


def _withdraw(publication: Publication, draft: Draft, act: "Act") -> Withdrawal:
    salt = secrets.token_bytes(SALT_BYTES)
    ground = draft.law.fields["withdrawal_ground"].label(act.facts["withdrawal_ground"])
    reason = draft.secrecy.clean(str(act.facts["withdrawal_reason"]), free=True)[0]
    content = {"v": FORMAT, "withdraws": publication.code, "ground": ground, "reason": reason}
    search.forget(publication.pk)
    return Withdrawal.objects.create(
        publication=publication,
        act_code=act.code,
        ground=ground,
        reason=reason,
        withdrawn_at=act.done_at or act.recorded_at,
        withdrawn_by=act.recorded_by,
        salt=salt,
        commitment=_log("withdrawal", act, salt, content, ref=f"withdrawal-{publication.code}"),
    )


def _log(kind: str, act: "Act", salt: bytes, content: Mapping[str, Any], ref: str) -> str:
    """Queue the leaf of what the public sees or no longer sees; it does not say which case it belongs to."""
    commitment = hashlib.sha256(salt + canonical(content)).hexdigest()
    enqueue(kind=kind, data={"h": commitment, "at": beijing(act.recorded_at).isoformat()}, ref=ref)
    return commitment
