"""The steps of a legal review, each an act recorded under the law; a refusal passes through with its reasons."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from mingjing.cases import drafts
from mingjing.cases.services import Deed, record_act
from mingjing.personnel.permissions import may
from mingjing.review.selectors import COORDINATED, OPINED, REQUESTED, progress_of

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case, Draft
    from mingjing.personnel.models import Person


class ReviewRefused(Exception):
    """The step makes no sense now; nothing was written. Says why, in Chinese."""


def request_review(
    *,
    case: "Case",
    by: "Person",
    materials: Sequence[str],
    note: str = "",
    done_at: datetime | None = None,
    once: str,
) -> "Act":
    """Send a case for legal review, or send it again with what was done about the last opinion.

    Raises ActRefused, having written nothing.
    """
    facts = {"review_materials": list(materials), "resubmission_note": note}
    return _record(case, REQUESTED, facts, by, done_at, once)


def give_opinion(
    *,
    case: "Case",
    by: "Person",
    points: Sequence[Mapping[str, str]],
    opinion: str,
    conclusion: str,
    done_at: datetime | None = None,
    once: str,
) -> "Act":
    """Write the opinion: agree, or return with what is wrong. Raises ActRefused, having written nothing."""
    facts = {"review_points": list(points), "review_opinion": opinion, "review_conclusion": conclusion}
    return _record(case, OPINED, facts, by, done_at, once)


def disagree(*, case: "Case", by: "Person", why: str) -> "Draft":
    """Lay a disagreement before the head. It is a prepared form, no act: the act is the head's.

    Raises ReviewRefused where there is no returned opinion, or it is not this person's to dispute.
    """
    if not may(by, "act.review", case.agency.code) or "officer" not in by.roles:
        raise ReviewRefused("审核意见由本案承办机构的执法人员提请协调，您的角色不能办理。")
    if progress_of(case).waits_for != "officer":
        raise ReviewRefused("本案没有被退回的审核意见，不需要协调。")
    if not why.strip():
        raise ReviewRefused("请写明与审核意见的分歧和理由，再提请协调。")
    form = {"facts": {"disagreement": why.strip()}, "performers": [], "done_at": "", "evidence": []}
    drafts.save_draft(case_code=case.code, kind=COORDINATED, person=by.username, form=form)
    return drafts.hand_over(case_code=case.code, kind=COORDINATED, person=by.username, role="head")


def coordinate(
    *,
    case: "Case",
    by: "Person",
    disagreement: str,
    result: str,
    conclusion: str,
    done_at: datetime | None = None,
    once: str,
) -> "Act":
    """Settle a disagreement as the head. Raises ActRefused, having written nothing.

    It takes the place of no opinion: where the officers are right, the reviewer still has to write that.
    """
    facts = {
        "disagreement": disagreement,
        "coordination_result": result,
        "coordination_conclusion": conclusion,
    }
    return _record(case, COORDINATED, facts, by, done_at, once)


def _record(
    case: "Case", kind: str, facts: Mapping[str, Any], by: "Person", done_at: datetime | None, once: str
) -> "Act":
    stated = {name: value for name, value in facts.items() if value not in ("", [], None)}
    deed = Deed(kind=kind, facts=stated, performers=[by.username], by=by, done_at=done_at or timezone.now())
    return record_act(case=case, deed=deed, once=once)
