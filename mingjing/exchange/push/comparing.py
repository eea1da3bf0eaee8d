"""The nightly comparison: what a receiver says it has beside what it was given; what it lacks goes out once more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zlib import crc32

from django.db import transaction
from django.db.models import Max

from mingjing.exchange.push.carriers import carrier_for
from mingjing.exchange.push.following import key_of
from mingjing.exchange.push.messages import Away, Failed, Held
from mingjing.exchange.push.models import Comparison, Delivery, Lane
from mingjing.exchange.push.receivers import Receiver, ReceiverFault
from mingjing.kit.clock import BEIJING

NIGHTS: Final = 30  # in which every file is read once, even where nothing seems to have touched it
SHOWN: Final = 500  # lines kept with a comparison; the counts are of all
AGAIN: Final = timedelta(hours=1)  # after a night on which the receiver could not be asked
GIVEN: Final = (Delivery.State.SENT, Delivery.State.RECEIPTED)
WORDS: Final = {"missing": "对方没有", "different": "内容不同", "still": "应撤未撤", "surplus": "对方多出"}
CHECKED: Final = "对账核对一致"


class _Given(NamedTuple):
    """What a receiver was told last of one record."""

    pk: int
    action: str
    digest: str
    mark: str
    state: str
    agency: str
    number: str


def compare_due(receiver: Receiver, *, at: datetime) -> Comparison | None:
    """Compare once a night, from the hour that the receiver's file names; None where it is not time."""
    lane, _ = Lane.objects.get_or_create(receiver=receiver.code)
    if not receiver.reconciles:
        return None
    if lane.compare_after is None:  # the first night to come
        Lane.objects.filter(pk=lane.pk).update(compare_after=_next_night(receiver, at))
        return None
    return compare(receiver, at=at) if at >= lane.compare_after else None


def compare(receiver: Receiver, *, at: datetime) -> Comparison:
    """Ask a receiver for its list, keep what differs, and queue anew what it lacks or has otherwise.

    A receiver that cannot be asked leaves a comparison that says so, and nothing is queued.
    """
    line = carrier_for(receiver)
    try:
        theirs = {one.record: one for one in line.held(_marks(receiver, at))}
    except (Away, Failed, ReceiverFault) as error:
        Lane.objects.filter(receiver=receiver.code).update(compare_after=at + AGAIN)
        return Comparison.objects.create(receiver=receiver.code, at=at, fault=str(error)[:400])
    finally:
        line.close()
    with transaction.atomic():
        done = _compared(receiver, theirs, at)
        Lane.objects.filter(receiver=receiver.code).update(compare_after=_next_night(receiver, at))
    return done


def _marks(receiver: Receiver, at: datetime) -> dict[str, str]:
    """Give the marks of what was handed over; each night another part is left out, so that all is read in a month."""
    night = at.astimezone(BEIJING).toordinal() % NIGHTS
    given = _given(receiver).items()
    return {
        record: one.mark for record, one in given if one.mark and crc32(record.encode()) % NIGHTS != night
    }


def _next_night(receiver: Receiver, at: datetime) -> datetime:
    here = at.astimezone(BEIJING)
    night = here.replace(hour=receiver.reconcile_hour, minute=0, second=0, microsecond=0)
    return night if night > here else night + timedelta(days=1)


def _compared(receiver: Receiver, theirs: Mapping[str, Held], at: datetime) -> Comparison:
    given, lines = _given(receiver), list[dict[str, str]]()
    counts, again = dict.fromkeys(WORDS, 0), list[int]()
    for record, one in given.items():
        what = _differs(one, theirs.get(record))
        if what:
            counts[what] += 1
            again.append(one.pk)
            lines.append(_line(record, one.agency, one.number, what))
        else:
            _agreed(one, theirs.get(record))
    for record in theirs:
        if record not in given:
            counts["surplus"] += 1
            lines.append(_line(record, "", "", "surplus"))
    return Comparison.objects.create(
        receiver=receiver.code,
        at=at,
        ours=sum(one.action == Delivery.Action.PUT for one in given.values()),
        theirs=len(theirs),
        missing=counts["missing"],
        different=counts["different"],
        surplus=counts["surplus"] + counts["still"],
        resent=sum(send_anew(pk, at=at) for pk in again),
        lines=lines[:SHOWN],
    )


def _agreed(one: _Given, held: Held | None) -> None:
    """Note what was found in order: that it is there, and by which mark it need not be read the next night."""
    told = {}
    if one.state == Delivery.State.SENT:
        told = {"state": Delivery.State.RECEIPTED, "receipt": CHECKED}
    if held is not None and held.digest and held.mark != one.mark:
        told |= {"mark": held.mark[:100]}
    if told:
        Delivery.objects.filter(pk=one.pk).update(**told)


def _line(record: str, agency: str, number: str, what: str) -> dict[str, str]:
    return {"record": record, "agency": agency, "number": number, "what": what}


def _given(receiver: Receiver) -> dict[str, _Given]:
    """Give what was handed over last of each record."""
    rows = Delivery.objects.filter(receiver=receiver.code, state__in=GIVEN).order_by("index", "version")
    columns = ("record", "pk", "action", "digest", "mark", "state", "agency__code", "number")
    return {record: _Given(*told) for record, *told in rows.values_list(*columns).iterator()}


def _differs(one: _Given, held: Held | None) -> str:
    if one.action == Delivery.Action.REMOVE:
        return "still" if held else ""
    if held is None:
        return "missing"
    ours, theirs = (one.digest, held.digest) if held.digest else (one.mark, held.mark)
    return "different" if theirs and ours != theirs else ""


def send_anew(pk: int, *, at: datetime) -> bool:
    """Queue a delivery once more under a new version and key, unless the same record has something waiting already."""
    old: Any = Delivery.objects.get(pk=pk)
    same = Delivery.objects.filter(receiver=old.receiver, record=old.record)
    if same.filter(state__in=(Delivery.State.WAITING, Delivery.State.DEAD), index__gte=old.index).exists():
        return False
    versions = same.filter(index=old.index).aggregate(last=Max("version"))
    version, ref = int(versions["last"]) + 1, old.key.split("/", 1)[1].rpartition("/")[0]
    fresh = Delivery.objects.create(
        receiver=old.receiver,
        index=old.index,
        version=version,
        key=key_of(old.receiver, ref, version),
        record=old.record,
        publication=old.publication,
        agency_id=old.agency_id,
        number=old.number,
        action=old.action,
        not_before=at,
        queued_at=at,
    )
    for mend in old.mends.order_by("id"):
        fresh.mends.create(column=mend.column, value=mend.value, reason=mend.reason, by=mend.by, at=mend.at)
    return True
