"""What other rooms may read of receipts and charged items: where the numbers stand, and why an act may not use one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q

from mingjing.receipts.book import TITLES, Stretch, stretches
from mingjing.receipts.models import ChargeItem, ItemKind, Step, TicketKind, TicketRange, TicketUse

NUMBER: Final = re.compile(r"(.*?)([0-9]{1,18})", re.DOTALL)
# Field of an act -> the kind of receipt that its number must be one of.
TICKETS: Final[Mapping[str, str]] = {"receipt_no": TicketKind.FINE.value, "bill_no": TicketKind.DUES.value}
ITEM: Final = "dues_item"
# A bill that is not of the treasury is refused by the law itself, and its number is in no range.
OUTSIDE: Final = ("tax", "own", "none")
STEPS: Final = tuple((one.value, str(one.label)) for one in Step)
TICKET_KINDS: Final = tuple((one.value, str(one.label)) for one in TicketKind)
ITEM_KINDS: Final = tuple((one.value, str(one.label)) for one in ItemKind)


@dataclass(frozen=True)
class Book:
    """One range with where all its receipts stand."""

    range: TicketRange
    line: tuple[Stretch, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many receipts stand how, in Chinese; states that none stands in are left out."""
        found = {state: sum(one.count for one in self.line if one.state == state) for state in TITLES}
        return [(TITLES[state], count) for state, count in found.items() if count]

    def numbered(self, stretch: Stretch) -> str:
        """The numbers of a stretch as printed."""
        ends = (self.range.number(stretch.first), self.range.number(stretch.last))
        return ends[0] if ends[0] == ends[1] else "—".join(ends)

    @property
    def lines(self) -> list[tuple[str, Stretch]]:
        """Each stretch with its numbers as printed."""
        return [(self.numbered(one), one) for one in self.line]


def split_number(text: str) -> tuple[str, int, int] | None:
    """Give prefix, number and how many digits it has; None for a text that ends in no number."""
    found = NUMBER.fullmatch("".join(text.split()))
    return (found[1], int(found[2]), len(found[2])) if found else None


def books_of(agency: str) -> list[Book]:
    """Give every range of an agency, the latest received first."""
    rows = TicketRange.objects.filter(agency=agency).order_by("-received_on", "-id")
    return [book_of(row) for row in rows.prefetch_related("events")]


def book_of(row: TicketRange) -> Book:
    """Give where the receipts of one range stand."""
    used = TicketUse.objects.filter(range=row).order_by("serial").values_list("serial", flat=True)
    return Book(row, tuple(stretches(row.first, row.last, row.events.all(), list(used))))


def range_of(pk: int, agency: str) -> TicketRange | None:
    """Give a range of an agency."""
    return TicketRange.objects.filter(pk=pk, agency=agency).first()


def uses_of(row: TicketRange) -> list[TicketUse]:
    """Give what the receipts of a range were made out for, by number."""
    return list(TicketUse.objects.filter(range=row).order_by("serial"))


def keeps_ranges(agency: str, kind: str) -> bool:
    """Say whether an agency controls its receipts of this kind by number."""
    return TicketRange.objects.filter(agency=agency, kind=kind).exists()


def holding(agency: str, kind: str, number: str) -> TicketRange | None:
    """Give the range that a number belongs to."""
    parts = split_number(number)
    if parts is None:
        return None
    prefix, serial, width = parts
    rows = TicketRange.objects.filter(agency=agency, kind=kind, prefix=prefix, width=width)
    return rows.filter(first__lte=serial, last__gte=serial).first()


def fault_of(agency: str, kind: str, number: str) -> str:
    """Say in Chinese why a receipt of this number cannot be made out, or "": it can, or no ranges are kept."""
    if not keeps_ranges(agency, kind):
        return ""
    row, parts = holding(agency, kind, number), split_number(number)
    if row is None or parts is None:
        kept = "；".join(
            str(one) for one in TicketRange.objects.filter(agency=agency, kind=kind).order_by("id")[:5]
        )
        return f"票据号码“{number}”不在本机关领取的{TicketKind(kind).label}号段内（{kept}）。请核对票据，或先登记领取。"
    here = next(one for one in book_of(row).line if one.first <= parts[1] <= one.last)
    told = {
        "stock": "在库存中，尚未发放。请票据管理人员先登记发放",
        "used": "已经使用过，一张票据只能用一次。请核对号码",
        "voided": "已经作废。请使用其他票据",
        "checked": "已经核销，不能再用。请核对号码",
    }
    return f"票据“{row.number(parts[1])}”{told[here.state]}。" if here.state in told else ""


def numbers_in(facts: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Give the receipts that an act states: field -> (kind, number)."""
    return {
        name: (kind, str(facts[name]))
        for name, kind in TICKETS.items()
        if facts.get(name) and not (name == "bill_no" and facts.get("bill_kind") in OUTSIDE)
    }


def faults(agency: str, procedure: str, facts: Mapping[str, Any], on: date) -> dict[str, list[str]]:
    """Say by field why an act may not charge this item or make out these receipts; empty where nothing is kept."""
    found = {name: fault_of(agency, kind, number) for name, (kind, number) in numbers_in(facts).items()}
    if facts.get(ITEM) and procedure in ItemKind.values:
        found[ITEM] = _unlisted(agency, procedure, str(facts[ITEM]), on)
    return {name: [text] for name, text in found.items() if text}


def _unlisted(agency: str, kind: str, title: str, on: date) -> str:
    kept = ChargeItem.objects.filter(agency=agency)
    if not kept.exists():
        return ""
    current = [row.title for row in items_in_force(agency, on) if row.kind == kind]
    if "".join(title.split()) in {"".join(one.split()) for one in current}:
        return ""
    listed = "、".join(f"“{one}”" for one in current[:10]) or "没有"
    return (
        f"“{title}”不在本机关登记的目录清单中（行为当日可以{ItemKind(kind).label}的项目：{listed}）。"
        "清单之外的一律不得收取；清单确有此项的，先由负责人登记。"
    )


def items_in_force(agency: str, on: date) -> list[ChargeItem]:
    """Give what an agency may charge on a day, by kind and title."""
    rows = ChargeItem.objects.filter(agency=agency, in_force__lte=on)
    going = rows.filter(Q(ending__isnull=True) | Q(ending__until__gte=on))
    return list(going.select_related("ending").order_by("kind", "title"))


def items_of(agency: str) -> list[ChargeItem]:
    """Give every item that an agency has listed, ended ones too."""
    return list(
        ChargeItem.objects.filter(agency=agency)
        .select_related("ending")
        .order_by("kind", "title", "-in_force")
    )


def item_of(pk: int, agency: str) -> ChargeItem | None:
    """Give one item of an agency."""
    return ChargeItem.objects.filter(pk=pk, agency=agency).first()
