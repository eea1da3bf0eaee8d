"""What deliveries are of: published decisions, or answers to orders of 12345; each as its own room gives it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from mingjing.complaints.replies import OrderReply, order_replies
from mingjing.exchange.exports import known_of
from mingjing.exchange.target_cells import Known
from mingjing.exchange.targets import Target
from mingjing.kit.clock import legal_day
from mingjing.publicity.reporting import reported

if TYPE_CHECKING:
    from mingjing.exchange.push.models import Delivery
    from mingjing.translog.selectors import SealedEntry

ORDERS: Final = (
    "complaint"  # the enforcement that a mapping names for answers to orders, and the kind of their leaves
)
STEPS: Final = {"order_replied": "replied", "order_refused": "refused", "order_closed": "closed"}
MARK: Final = "order-"  # before the number of a complaint, where decisions have the code of a publication


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a receiver is to be told of, with its entry in the log."""

    entry: "SealedEntry"
    reply: OrderReply

    @property
    def record(self) -> str:
        """The same for all answers to one order: a later one is put over an earlier one."""
        return f"{MARK}{self.reply.no}"


def of_orders(target: Target) -> bool:
    """Say whether a mapping is one of answers to orders."""
    return target.enforcement == ORDERS


def answers(target: Target, entries: Sequence["SealedEntry"]) -> Iterator[Answer]:
    """Give the answers among these entries of the log that a mapping asks for."""
    wanted = {STEPS[kind] for kind in target.kinds if kind in STEPS}
    told = [one for one in entries if one.kind == ORDERS and "/" in one.ref]
    found = order_replies({one.ref for one in told}) if told else {}
    for entry in told:
        if (reply := found.get(entry.ref)) is not None and reply.step in wanted:
            yield Answer(entry, reply)


def known_for(delivery: "Delivery", on: date) -> Known | None:
    """Give what is known of what a delivery is of, as of the day it was queued; None where it no longer stands."""
    if delivery.record.startswith(MARK):
        reply = order_replies([delivery.publication]).get(delivery.publication)
        return _known_of(reply, on) if reply else None
    one = reported(delivery.publication, on=legal_day(timezone.now()))
    return known_of(one, delivery.agency, on) if one else None


def _known_of(reply: OrderReply, on: date) -> Known:
    values = {f"agency.{name}": getattr(reply.office, name) for name in ("name", "uscc", "region", "code")}
    return Known(
        values
        | {
            "order.no": reply.order_no,
            "order.complaint_no": reply.no,
            "order.kind": reply.kind,
            "order.received_on": reply.received_on,
            "order.due": reply.due,
            "reply.result": reply.step,
            "reply.text": reply.text,
            "reply.on": legal_day(reply.at),
            "reply.satisfaction": reply.satisfaction,
            "export.on": on,
        },
        {},
        on,
    )
