"""Sending what is due to one receiver: claimed, handed over, noted; at least once, under a key that stays the same."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from mingjing.exchange.push.carriers import carrier_for
from mingjing.exchange.push.messages import (
    Away,
    Carrier,
    Failed,
    Message,
    Rejected,
    Taken,
    file_name,
    written,
)
from mingjing.exchange.push.models import Delivery, Lane
from mingjing.exchange.push.receivers import Receiver, ReceiverFault, mapping_of
from mingjing.exchange.push.subjects import known_for
from mingjing.exchange.target_cells import Fault, mended_row
from mingjing.exchange.targets import MappingFault, Target
from mingjing.kit.clock import legal_day
from mingjing.publicity.reporting import standings

A_TURN: Final = 50  # messages
SECONDS: Final = 20.0  # of one turn for one receiver
CLAIM: Final = timedelta(
    minutes=2
)  # longer than any receiver may take; whoever died holding it is forgotten then
FIRST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=6)
MOST_TRIES: Final = 12
STUMBLES: Final = 3  # failures one after the other that say something of the receiver and not of the message


class _Faulty(Exception):
    """The message cannot be made: what is wrong, column by column."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = faults


def back_off(failures: int) -> timedelta:
    """Give how long to wait after so many failures: twice as long each time, up to a quarter of a day."""
    return min(FIRST * (1 << min(failures - 1, 12)), LONGEST)


def send_due(receiver: Receiver, *, at: datetime, limit: int = A_TURN, seconds: float = SECONDS) -> int:
    """Send what is due, oldest entry of the log first; give how many were taken.

    Killed anywhere, what was claimed is sent again under the same key after the claim has run out. A receiver that
    cannot be reached is left alone for a while, and none of its messages is blamed.
    """
    lane, _ = Lane.objects.get_or_create(receiver=receiver.code)
    if lane.not_before and at < lane.not_before:
        return 0
    until, sent, stumbles, began = time.monotonic() + seconds, 0, 0, time.monotonic()
    line = carrier_for(receiver)
    try:
        target = mapping_of(receiver)
        for delivery in _due(receiver, at)[:limit]:
            now = at + timedelta(seconds=time.monotonic() - began)
            if time.monotonic() > until:
                break
            if not _free(delivery, now) or not _claim(delivery, now):
                continue
            went = _send_one(receiver, target, line, delivery, now)
            sent, stumbles = sent + went, 0 if went else stumbles + (delivery.state == "waiting")
            if stumbles >= STUMBLES:
                raise Away("接连几件都没有送成，先停一停")
    except (Away, ReceiverFault, MappingFault) as error:
        _away(lane, str(error), at)
    else:
        if sent:
            _well(lane)
    finally:
        line.close()
    return sent


def _due(receiver: Receiver, at: datetime) -> QuerySet[Delivery]:
    unclaimed = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    rows = Delivery.objects.filter(
        unclaimed, receiver=receiver.code, state=Delivery.State.WAITING, not_before__lte=at
    )
    return rows.select_related("agency").order_by("index", "version")


def _free(delivery: Delivery, at: datetime) -> bool:
    """Say whether nothing earlier of the same record is still on its way: else it could arrive after this."""
    earlier = Q(index__lt=delivery.index) | Q(index=delivery.index, version__lt=delivery.version)
    going = Q(state=Delivery.State.WAITING) | Q(claimed_until__gt=at)
    rows = Delivery.objects.filter(earlier, going, receiver=delivery.receiver, record=delivery.record)
    return not rows.exists()


def _claim(delivery: Delivery, at: datetime) -> bool:
    """Take a delivery, unless another worker has; the try is counted before anything leaves the house."""
    unclaimed = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    rows = Delivery.objects.filter(unclaimed, pk=delivery.pk, state=Delivery.State.WAITING)
    if not rows.update(claimed_until=at + CLAIM, tries=delivery.tries + 1):
        return False
    delivery.tries += 1
    return True


def _send_one(receiver: Receiver, target: Target, line: Carrier, delivery: Delivery, at: datetime) -> bool:
    """Send one and note what became of it. Raises Away and ReceiverFault, with the try not counted."""
    try:
        message = message_of(receiver, target, delivery)
        if message is None or not _leaves(delivery, message, target):
            _note(delivery, state=Delivery.State.VOID)
            return False
        taken = line.send(message)
    except _Faulty as faulty:
        told = [{"column": one.column, "what": one.what, "mend": one.mend} for one in faulty.faults]
        _note(delivery, state=Delivery.State.DEAD, faults=told)
    except Rejected as refused:
        mend = "按对方的说明改正对应关系文件，或者补填有关字段后重新推送"
        _note(delivery, state=Delivery.State.DEAD, faults=_whole(str(refused), mend))
    except Failed as failed:
        _later(delivery, failed, at)
    except (Away, ReceiverFault):
        _note(delivery, tries=delivery.tries - 1)
        raise
    else:
        _taken(delivery, taken, at)
        return True
    return False


def _leaves(delivery: Delivery, message: Message, target: Target) -> bool:
    """Note the bytes before they leave; False where the delivery was made void meanwhile.

    Whoever takes a publication down sees by the digest that it may have left, and queues the removal.
    """
    rows = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING)
    return bool(rows.update(digest=message.digest, mapping=target.digest))


def _taken(delivery: Delivery, taken: Taken, at: datetime) -> None:
    state = Delivery.State.RECEIPTED if taken.receipt else Delivery.State.SENT
    mark = {"receipt": taken.receipt[:300], "mark": taken.mark[:100]}
    _note(delivery, state=state, faults=[], sent_at=at, **mark)


def _later(delivery: Delivery, failed: Failed, at: datetime) -> None:
    if delivery.tries >= MOST_TRIES:
        mend = "与接收方核对后重新推送"
        faults = _whole(f"试了 {delivery.tries} 次都没有送成。最后一次：{failed}", mend)
        _note(delivery, state=Delivery.State.DEAD, faults=faults)
        return
    wait = max(back_off(delivery.tries), timedelta(seconds=failed.wait))
    _note(delivery, not_before=at + wait, faults=_whole(str(failed), "到时自动重试"))


def _whole(what: str, mend: str) -> list[dict[str, str]]:
    return [{"column": "", "what": what, "mend": mend}]


def _note(delivery: Delivery, **told: Any) -> None:
    """Note what became of a claimed delivery. One taken down meanwhile stays void: its removal is queued."""
    rows = Delivery.objects.filter(pk=delivery.pk)
    if not rows.filter(state=Delivery.State.WAITING).update(claimed_until=None, **told):
        rows.update(claimed_until=None)
    delivery.state = told.get("state", delivery.state)


def _away(lane: Lane, why: str, at: datetime) -> None:
    lane.failures += 1
    lane.fault, lane.not_before = why[:400], at + min(back_off(lane.failures), timedelta(minutes=30))
    lane.save(update_fields=["failures", "fault", "not_before"])


def _well(lane: Lane) -> None:
    lane.failures, lane.fault, lane.not_before, lane.delivered_at = 0, "", None, timezone.now()
    lane.save(update_fields=["failures", "fault", "not_before", "delivered_at"])


# --- the message ----------------------------------------------------------------------------------


def message_of(receiver: Receiver, target: Target, delivery: Delivery) -> Message | None:
    """Make the message of a delivery as the publication stands; None where there is nothing to tell any more.

    Raises _Faulty with every fault of the row: a row with a fault never leaves the house.
    """
    on = legal_day(delivery.queued_at)  # not today: a repetition is the same bytes
    remove = delivery.action == Delivery.Action.REMOVE
    data = {target.key: delivery.number} if remove else _cells(target, delivery, on=on)
    if data is None:
        return None
    head = {
        "action": delivery.action,
        "record": delivery.record,
        "version": delivery.version,
        "index": delivery.index,
        "agency": delivery.agency.code,
        "mapping": {"code": target.code, "digest": target.digest},
    }
    if remove:
        gone = standings([delivery.publication], on=legal_day(timezone.now())).get(delivery.publication)
        head |= {"ground": gone.ground, "reason": gone.reason} if gone else {}
    elif mended := sorted({one.column for one in delivery.mends.all()}):
        head["mended"] = mended
    name = file_name(delivery.record, delivery.index, delivery.version, delivery.action)
    return written(head, data, receiver.format, key=delivery.key, name=name)


def _cells(target: Target, delivery: Delivery, *, on: Any) -> dict[str, str] | None:
    """Give the cells of what stands today, with what people wrote in place of a column."""
    known = known_for(delivery, on)
    if known is None:
        return None
    mends = {mend.column: mend.value for mend in delivery.mends.order_by("id")}
    cells, faults = mended_row(target, known, mends)
    if faults:
        raise _Faulty(faults)
    return dict(zip((column.code for column in target.columns), cells, strict=True))
