"""Reading the sealed log for one receiver: what it is to be told of, in the order of the log; nothing is sent here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mingjing.exchange.push.models import Delivery
from mingjing.exchange.push.receivers import Receiver, mapping_of
from mingjing.exchange.push.subjects import Answer, answers, of_orders
from mingjing.exchange.targets import Target
from mingjing.kit.clock import legal_day
from mingjing.publicity.reporting import Standing, standings
from mingjing.translog.cursors import run_cursor
from mingjing.translog.selectors import SealedEntry

BATCH: Final = 500
# Kind of a leaf -> what its reference has before the code of the publication.
TOLD: Final = {"publication": "", "withdrawal": "withdrawal-", "ending": "ending-"}
OPEN: Final = (Delivery.State.WAITING, Delivery.State.DEAD)


def cursor_name(receiver: Receiver) -> str:
    """Name the place of a receiver in the log."""
    return f"push-{receiver.code}"


def follow(receiver: Receiver, *, at: datetime) -> int:
    """Queue what the next entries of the log mean for a receiver; give how many entries were read.

    The place in the log moves in the transaction that queues: an entry is neither passed over nor queued twice.
    Raises MappingFault, with nothing moved.
    """
    target = mapping_of(receiver)

    def handle(entries: Sequence[SealedEntry]) -> None:
        if of_orders(target):
            for answer in answers(target, entries):
                _queue_answer(receiver, answer, at)
            return
        told = [(entry, entry.ref.removeprefix(TOLD[entry.kind])) for entry in entries if entry.kind in TOLD]
        found = standings({code for _, code in told}, on=legal_day(at)) if told else {}
        for entry, code in told:
            if (one := found.get(code)) and _concerns(receiver, target, one):
                _queue(receiver, entry, one, at)

    return run_cursor(cursor_name(receiver), handle, batch=BATCH)


def _concerns(receiver: Receiver, target: Target, one: Standing) -> bool:
    return one.kind in target.kinds and (not receiver.agencies or one.agency_code in receiver.agencies)


def _queue(receiver: Receiver, entry: SealedEntry, one: Standing, at: datetime) -> None:
    owed = Delivery.objects.filter(receiver=receiver.code, record=one.record)
    if entry.kind == "publication":
        if one.stands:  # else it is gone already: what was taken down is told to nobody
            owed.filter(state__in=OPEN).update(state=Delivery.State.VOID)
            _put_in(receiver, entry, one, Delivery.Action.PUT, at)
        return
    owed.filter(state__in=OPEN, publication=one.code).update(state=Delivery.State.VOID)
    # A corrected one goes on under the same record: it is put over the wrong one, which is not removed before.
    left = owed.filter(publication=one.code).exclude(digest="")  # the house, whether or not it was answered
    if not one.replaced and left.exists():
        _put_in(receiver, entry, one, Delivery.Action.REMOVE, at)


def _queue_answer(receiver: Receiver, one: Answer, at: datetime) -> None:
    """Queue an answer to an order. None takes the place of an earlier one: the hotline is told each, in their order."""
    reply = one.reply
    if receiver.agencies and reply.office.code not in receiver.agencies:
        return
    Delivery.objects.get_or_create(
        receiver=receiver.code,
        index=one.entry.index,
        version=1,
        defaults={
            "key": key_of(receiver.code, one.entry.ref, 1),
            "record": one.record,
            "publication": one.entry.ref,
            "agency_id": reply.office.pk,
            "number": reply.order_no,
            "action": Delivery.Action.PUT,
            "not_before": at,
            "queued_at": at,
        },
    )


def _put_in(receiver: Receiver, entry: SealedEntry, one: Standing, action: str, at: datetime) -> None:
    Delivery.objects.get_or_create(
        receiver=receiver.code,
        index=entry.index,
        version=1,
        defaults={
            "key": key_of(receiver.code, entry.ref, 1),
            "record": one.record,
            "publication": one.code,
            "agency_id": one.agency_id,
            "number": one.document_no,
            "action": action,
            "not_before": at,
            "queued_at": at,
        },
    )


def key_of(receiver: str, ref: str, version: int) -> str:
    """Give the key by which a receiver knows a repetition: receiver, reference in the log, version."""
    return f"{receiver}/{ref}/{version}"
