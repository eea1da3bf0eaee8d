"""From an annulled decision to its publication taken down: one prepares, another confirms, as publicity demands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from mingjing.cases.selectors import acts_of, case_by_code
from mingjing.disputes.models import Dispute
from mingjing.disputes.services import NotEntered, append, hold, now_of
from mingjing.kit.clock import legal_day
from mingjing.packs.dispute_terms import KINDS
from mingjing.personnel.permissions import may
from mingjing.publicity import desk
from mingjing.publicity.services import withdraw

if TYPE_CHECKING:
    from mingjing.cases.models import Act
    from mingjing.disputes.standing import Standing
    from mingjing.personnel.models import Person
    from mingjing.publicity.models import Publication, Withdrawal

REVOKED = "decision_revoked"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What an ending asks beyond the judgment: that the change is recorded, and what is public comes down."""

    change_due: bool  # the head has not recorded yet that the decision was changed
    publication: "Publication | None"  # still public
    ground: str
    reason: str


def aftermath_of(row: Dispute, now: "Standing", viewer: "Person") -> Aftermath | None:
    """Give what is still to be done; None where the decision stands or an appeal has been lodged."""
    if now.outcome is None or not now.outcome.revocation or now.appealed_on is not None:
        return None
    case = case_by_code(viewer, row.case_code)
    out = next((one for one in desk.publications_of(case) if _public(one, row)), None)
    docket = now.decision.get("docket", "")
    return Aftermath(
        change_due=not _changed(row, acts_of(case)),
        publication=out,
        ground=now.outcome.revocation,
        reason=f"{row.body}{KINDS[row.kind]}（{docket}）：{now.outcome.title}。",
    )


def _changed(row: Dispute, acts: "Sequence[Act]") -> bool:
    """Say whether the case file records that the decision in question was changed."""
    brought = next((act.seq for act in acts if act.code == row.act_code), 0)
    return any(act.kind == REVOKED and act.seq > brought for act in acts)


def _public(one: "Publication", row: Dispute) -> bool:
    standing = not hasattr(one, "withdrawal") and not hasattr(one, "ending")
    return standing and one.act_code == row.act_code


@transaction.atomic
def propose(*, row: Dispute, by: "Person", reason: str, at: datetime) -> None:
    """Lay the withdrawal before a second person."""
    now, after = _due(row, by)
    if now.proposed is not None:
        raise NotEntered("撤回公示已经准备好，请由另一人确认。")
    facts = {"publication": after.code, "reason": reason.strip()[:500]}
    if not facts["reason"]:
        raise NotEntered("请写明撤回的理由：它对外公开。", field="reason")
    append(row, "proposed", facts, on=legal_day(at), by=by, at=at)


@transaction.atomic
def confirm(*, row: Dispute, by: "Person", at: datetime) -> "Withdrawal":
    """Take the publication down, by whoever prepared it and this person. Raises ActRefused in the words of the rule."""
    now, publication = _due(row, by)
    if now.proposed is None:
        raise NotEntered("还没有人准备撤回公示。")
    if now.proposed["by"] == by.username:
        raise NotEntered("准备和确认须是两个人。请由另一名公示人员确认。")
    assert now.outcome is not None  # noqa: S101 - else nothing would be due
    done = withdraw(
        publication=publication,
        by=by,
        ground=now.outcome.revocation,
        reason=now.proposed["reason"],
        performers=[now.proposed["by"]],
        at=at,
    )
    append(row, "withdrawn", {"publication": publication.code}, on=legal_day(at), by=by, at=at)
    return done


def _due(row: Dispute, by: "Person") -> "tuple[Standing, Publication]":
    if not may(by, "publicity.withdraw", row.agency.code):
        raise NotEntered("您没有撤回公示的权限。请由本机关的公示人员办理。")
    hold(row)
    now = now_of(row)
    after = aftermath_of(row, now, by)
    if after is None or after.publication is None:
        raise NotEntered("没有需要因本案撤回的公示。")
    if after.change_due:
        raise NotEntered("请先由机关负责人在案件中登记“决定被变更、撤销或者确认违法、无效”，再撤回公示。")
    return now, after.publication
