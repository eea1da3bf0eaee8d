"""Counting what lies at a place against the register: differences are recorded with reasons, never mended here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import people_of
from mingjing.property import flow
from mingjing.property.models import CountLine, CustodyItem, StockCount
from mingjing.property.services import CustodyRefused, allowed

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LYING = (flow.STORED, flow.ON_SITE)  # states in which an item lies at a place


def expected_at(agency_id: int, place: str) -> list[CustodyItem]:
    """Give what should lie at a place, in the order of the numbers."""
    rows = CustodyItem.objects.filter(now__agency=agency_id, now__state__in=LYING, now__place=place)
    return list(rows.select_related("now").order_by("number"))


@transaction.atomic
def record_count(
    *,
    place: str,
    present: Sequence[str],
    elsewhere: Sequence[str],
    reasons: Mapping[str, str],
    unregistered: str,
    companion: str,
    counted_at: datetime,
    by: "Person",
) -> StockCount:
    """Keep a count: `present` are codes of items that should be there and are, `elsewhere` numbers of others found.

    Raises CustodyRefused, having written nothing, where a difference has no reason or nobody stood by.
    """
    allowed(by)
    second = next((one for one in people_of(by.agency.code) if one.username == companion), None)
    if second is None or companion == by.username or not may(second, "property.view", by.agency.code):
        raise CustodyRefused({"companion": ["盘点要有另一名本机关人员监盘。请选择监盘人。"]})
    awaited = expected_at(by.agency_id, place)
    strays = _strays(by.agency_id, place, elsewhere)
    if not awaited and not strays and not unregistered.strip():
        raise CustodyRefused({"place": ["这个地点账面上没有物品，也没有登记发现的物品。"]})
    lines = [
        *(CountLine(item=one, expected=True, found=one.code in set(present)) for one in awaited),
        *(CountLine(item=one, expected=False, found=True) for one in strays),
    ]
    for line in lines:
        if line.expected != line.found:
            line.reason = reasons.get(line.item.code, reasons.get(line.item.number, "")).strip()[:300]
    if silent := [line for line in lines if line.expected != line.found and not line.reason]:
        told = "、".join(str(line.item) for line in silent[:3])
        raise CustodyRefused({"reasons": [f"{told}：账实不符，请写明原因。"]})
    count = StockCount.objects.create(
        agency_id=by.agency_id,
        place=place,
        counted_at=counted_at,
        by=by.username,
        companion=companion,
        expected=len(awaited),
        found=sum(line.found for line in lines),
        unregistered=unregistered.strip()[:500],
    )
    for line in lines:
        line.count = count
    CountLine.objects.bulk_create(lines)
    return count


def _strays(agency_id: int, place: str, numbers: Sequence[str]) -> list[CustodyItem]:
    """Give the items found at a place where the register does not have them."""
    wanted = list(dict.fromkeys(one.strip() for one in numbers if one.strip()))
    rows = list(CustodyItem.objects.filter(agency=agency_id, number__in=wanted).select_related("now"))
    if unknown := sorted(set(wanted) - {one.number for one in rows}):
        raise CustodyRefused(
            {"elsewhere": [f"没有编号为“{'、'.join(unknown)}”的物品。无编号的写在“账外物品”里。"]}
        )
    return [one for one in rows if one.now.place != place or one.now.state not in LYING]
