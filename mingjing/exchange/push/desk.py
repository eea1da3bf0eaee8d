"""What people see of the push and do about it: how each platform stands, dead letters mended and sent again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet

from mingjing.exchange.exports import ExportRefused
from mingjing.exchange.push.comparing import WORDS, send_anew
from mingjing.exchange.push.following import cursor_name
from mingjing.exchange.push.models import Comparison, Delivery, Lane, Mend
from mingjing.exchange.push.receivers import Receiver, mapping_of, receivers
from mingjing.exchange.push.subjects import known_for
from mingjing.exchange.target_cells import mended_row
from mingjing.exchange.targets import Column, MappingFault, Target
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_visible_to
from mingjing.translog.cursors import position_of
from mingjing.translog.selectors import log_health

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

ACTION: Final = "exchange.use"
NIGHTS: Final = 30
STATES: Final = Delivery.State.choices
REASON: Final = 300
VALUE: Final = 5_000
REFUSED: Final = "您没有数据交换的权限。请由本机关的公示人员办理。"


class NoSuchDelivery(LookupError):
    """There is no such receiver or delivery for this viewer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one receiver stands, with the counts of the viewer's own agencies."""

    receiver: Receiver
    target: Target | None
    fault: str
    lag: int  # entries of the log not yet read
    counts: Mapping[str, int]
    last: datetime | None  # of the viewer's own deliveries
    not_before: datetime | None
    comparison: Comparison | None


def _served(receiver: Receiver, viewer: "Person") -> bool:
    return not receiver.agencies or viewer.agency.code in receiver.agencies


def receiver_for(viewer: "Person", code: str) -> Receiver:
    """Give a receiver that is told of the viewer's agency. Raises NoSuchDelivery."""
    found = receivers()[0].get(code)
    if found is None or not _served(found, viewer):
        raise NoSuchDelivery(code)
    return found


def standings_for(viewer: "Person") -> tuple[list[Standing], list[str]]:
    """Give every receiver that is told of the viewer's agency, and what is wrong with files of receivers."""
    found, faults = receivers()
    return [standing_of(one, viewer) for one in found.values() if _served(one, viewer)], faults


def standing_of(receiver: Receiver, viewer: "Person") -> Standing:
    """Give how one receiver stands."""
    own = deliveries(viewer).filter(receiver=receiver.code)
    counts = dict.fromkeys(Delivery.State.values, 0)
    counts |= dict(own.order_by().values_list("state").annotate(many=Count("pk")))
    lane = Lane.objects.filter(receiver=receiver.code).first()
    try:
        target, fault = mapping_of(receiver), lane.fault if lane else ""
    except MappingFault as wrong:
        target, fault = None, str(wrong)
    return Standing(
        receiver=receiver,
        target=target,
        fault=fault,
        lag=_lag(receiver),
        counts=counts,
        last=own.aggregate(last=Max("sent_at"))["last"],
        not_before=lane.not_before if lane else None,
        comparison=Comparison.objects.filter(receiver=receiver.code).order_by("-at").first(),
    )


@dataclass(frozen=True, slots=True)
class State:
    """How one receiver stands for whoever looks after the system: counts of all agencies."""

    waiting: int
    dead: int
    lag: int
    fault: str
    dead_since: datetime | None  # when the oldest of the dead letters was queued


def state_of(receiver: Receiver) -> State:
    """Tell the operator how a receiver stands."""
    rows = Delivery.objects.filter(receiver=receiver.code).values_list("state")
    counts = dict(rows.order_by().annotate(many=Count("pk")))
    lane = Lane.objects.filter(receiver=receiver.code).first()
    return State(
        waiting=counts.get(Delivery.State.WAITING, 0),
        dead=counts.get(Delivery.State.DEAD, 0),
        lag=_lag(receiver),
        fault=lane.fault if lane else "",
        dead_since=Delivery.objects.filter(receiver=receiver.code, state=Delivery.State.DEAD).aggregate(
            first=Min("queued_at")
        )["first"],
    )


def _lag(receiver: Receiver) -> int:
    return max(0, log_health().size - 1 - position_of(cursor_name(receiver)))


def deliveries(viewer: "Person") -> QuerySet[Delivery]:
    """Give what is owed to platforms of the viewer's own agencies, the latest first."""
    scope = agencies_visible_to(viewer, ACTION)
    return Delivery.objects.filter(agency__in=scope).select_related("agency").order_by("-index", "-version")


def delivery_for(viewer: "Person", pk: int) -> Delivery:
    """Give one delivery of the viewer's agencies, with what was mended. Raises NoSuchDelivery."""
    found = deliveries(viewer).filter(pk=pk).first()
    if found is None:
        raise NoSuchDelivery(pk)
    return found


def comparisons(viewer: "Person", receiver: Receiver) -> list[tuple[Comparison, list[dict[str, str]]]]:
    """Give the latest nights, each with the lines of the viewer's own agency; counts are of all agencies."""
    rows = Comparison.objects.filter(receiver=receiver.code).order_by("-at")[:NIGHTS]
    own = viewer.agency.code
    return [
        (row, [one | {"title": WORDS[one["what"]]} for one in row.lines if one["agency"] == own])
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a delivery as it would go out now."""

    column: Column
    value: str
    fault: str
    mended: bool
    is_key: bool  # by which the platform knows the record: never mended


def cells_of(delivery: Delivery) -> list[Cell]:
    """Give the row as it would go out now; empty for a removal or for what no longer stands. Raises MappingFault."""
    receiver = receivers()[0].get(delivery.receiver)
    known = known_for(delivery, legal_day(delivery.queued_at))
    if receiver is None or known is None or delivery.action == Delivery.Action.REMOVE:
        return []
    target = mapping_of(receiver)
    mends = {mend.column: mend.value for mend in delivery.mends.order_by("id")}
    row, faults = mended_row(target, known, mends)
    wrong = {fault.column: f"{fault.what}。{fault.mend}" for fault in faults}
    return [
        Cell(column, cell, wrong.get(column.title, ""), column.code in mends, column.code == target.key)
        for column, cell in zip(target.columns, row, strict=True)
    ]


def _demand(by: "Person", delivery: Delivery) -> None:
    if not may(by, ACTION, delivery.agency.code):
        raise ExportRefused(REFUSED)


@transaction.atomic
def mend(*, delivery: Delivery, column: str, value: str, reason: str, by: "Person", at: datetime) -> Mend:
    """Write what the platform is told in one column of a dead letter; the case stays as it is. Raises ExportRefused.

    Only a dead letter, never the number by which it is known, and never without a reason.
    """
    _demand(by, delivery)
    cells = {cell.column.code: cell for cell in cells_of(delivery)}
    target_key = mapping_of(receivers()[0][delivery.receiver]).key if cells else ""
    if delivery.state != Delivery.State.DEAD:
        raise ExportRefused("只有需要处理的推送可以补填。")
    if column not in cells or column == target_key:
        raise ExportRefused("这一栏不能补填：它不在对应关系里，或者是区分记录的文号。")
    if not reason.strip() or len(reason) > REASON:
        raise ExportRefused(f"请写明补填的理由，不超过 {REASON} 字。")
    if len(value) > VALUE or any(ord(one) < 32 for one in value):
        raise ExportRefused(f"内容写成一行，不超过 {VALUE} 字。")
    return delivery.mends.create(
        column=column, value=value.strip(), reason=reason.strip(), by=by.username, at=at
    )


@transaction.atomic
def resend(*, delivery: Delivery, by: "Person", at: datetime) -> None:
    """Let a dead letter go out again under its own key, or one that was taken under a new one. Raises ExportRefused."""
    _demand(by, delivery)
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state == Delivery.State.DEAD:
        Delivery.objects.filter(pk=row.pk).update(
            state=Delivery.State.WAITING, tries=0, not_before=at, claimed_until=None
        )
    elif row.state in (Delivery.State.SENT, Delivery.State.RECEIPTED):
        if not send_anew(row.pk, at=at):
            raise ExportRefused("同一件已有待推送的，不必再发。")
    else:
        raise ExportRefused("这一件正在等待推送，或者不再需要推送。")


def resend_dead(*, receiver: Receiver, by: "Person", at: datetime) -> int:
    """Let all dead letters of the person's own agency go out again, as after a mapping was mended; give how many."""
    if not may(by, ACTION, by.agency.code):
        raise ExportRefused(REFUSED)
    own = Delivery.objects.filter(receiver=receiver.code, agency=by.agency, state=Delivery.State.DEAD)
    return own.update(state=Delivery.State.WAITING, tries=0, not_before=at, claimed_until=None)


def compare_soon(*, receiver: Receiver, by: "Person", at: datetime) -> None:
    """Let the worker compare at its next turn: a long list must not hold a page. Raises ExportRefused."""
    if not may(by, ACTION, by.agency.code):
        raise ExportRefused(REFUSED)
    if not receiver.reconciles:
        raise ExportRefused("这个接收方没有提供清单，不能对账。")
    Lane.objects.update_or_create(receiver=receiver.code, defaults={"compare_after": at})


def titles_of(rows: Any) -> dict[str, str]:
    """Name the receivers of some deliveries; one whose file is gone is named by its code."""
    known = receivers()[0]
    return {
        row.receiver: known[row.receiver].title if row.receiver in known else row.receiver for row in rows
    }
