"""The only writers of receipts and charged items: received, given out, used, voided, checked off; listed and ended."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import people_of
from mingjing.receipts import selectors
from mingjing.receipts.book import Stretch, within
from mingjing.receipts.models import (
    ChargeEnding,
    ChargeItem,
    ItemKind,
    Step,
    TicketEvent,
    TicketKind,
    TicketRange,
    TicketUse,
)
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

MOST: Final = 1_000_000  # receipts of one range; a slip of the keyboard is soon larger
LONGEST: Final = {"title": 200, "list_no": 200, "basis": 500, "standard": 500}
# What a receipt must be for a step to be taken with it.
FROM: Final[Mapping[str, Sequence[str]]] = {
    Step.ISSUED: ("stock",),
    Step.RETURNED: ("issued",),
    Step.VOIDED: ("stock", "issued"),
    Step.CHECKED: ("used", "voided"),
}


class ReceiptRefused(Exception):
    """Nothing was written. `errors` says by field, in Chinese, what is wrong and how to mend it."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {field: list(texts) for field, texts in errors.items()}
        super().__init__("；".join(text for texts in self.errors.values() for text in texts))


@transaction.atomic
def receive_range(
    *, kind: str, first: str, last: str, source: str, received_on: date, by: "Person", at: datetime
) -> TicketRange:
    """Enter receipts that came from the treasury. Raises ReceiptRefused where numbers are wrong or known already."""
    _allowed(by, "receipts.manage")
    if kind not in TicketKind.values:
        raise ReceiptRefused({"kind": ["请选择票据种类。"]})
    begin, end = selectors.split_number(first), selectors.split_number(last)
    if begin is None or end is None or (begin[0], begin[2]) != (end[0], end[2]):
        raise ReceiptRefused(
            {"last": ["起号和止号的前缀、位数应当相同，并以数字结尾，如 豫财0000001 至 豫财0000100。"]}
        )
    if not 0 <= end[1] - begin[1] < MOST:
        raise ReceiptRefused({"last": [f"止号应当不小于起号，一个号段最多 {MOST} 张。请核对。"]})
    agency, prefix, width = by.agency.code, begin[0], begin[2]
    take_turn("tickets", agency)
    same = TicketRange.objects.filter(agency=agency, kind=kind, prefix=prefix, width=width)
    if met := same.filter(first__lte=end[1], last__gte=begin[1]).first():
        raise ReceiptRefused({"first": [f"与已经登记的号段 {met} 重叠。请核对起止号。"]})
    if not source.strip():
        raise ReceiptRefused({"source": ["请填写发放单位（财政部门）。"]})
    return TicketRange.objects.create(
        agency=agency,
        kind=kind,
        prefix=prefix,
        width=width,
        first=begin[1],
        last=end[1],
        source=source.strip()[:100],
        received_on=received_on,
        by=by.username,
        at=at,
    )


@transaction.atomic
def move_tickets(  # noqa: PLR0913 - which receipts, where to, who says so
    *,
    range_pk: int,
    step: str,
    first: str,
    last: str,
    by: "Person",
    at: datetime,
    holder: str = "",
    bank: str = "",
    note: str = "",
) -> TicketEvent:
    """Give out, take back, void or check off receipts of a range. Raises ReceiptRefused, having written nothing."""
    _allowed(by, "receipts.manage")
    row = TicketRange.objects.select_for_update().filter(pk=range_pk, agency=by.agency.code).first()
    if row is None or step not in Step.values:
        raise ReceiptRefused({"": ["没有这个号段。请刷新后重试。"]})
    begin, end = _serial(row, first, "first"), _serial(row, last or first, "last")
    if end < begin:
        raise ReceiptRefused({"last": ["止号小于起号。请核对。"]})
    if step == Step.ISSUED:
        _holder_known(by.agency.code, holder, bank)
    if step == Step.VOIDED and not note.strip():
        raise ReceiptRefused({"note": ["作废的票据要写明原因，并保存各联。"]})
    wrong = [one for one in within(selectors.book_of(row).line, begin, end) if one.state not in FROM[step]]
    if wrong:
        raise ReceiptRefused({"first": [_told(row, wrong[0], step)]})
    issued = step == Step.ISSUED
    return TicketEvent.objects.create(
        range=row,
        step=step,
        first=begin,
        last=end,
        holder=holder if issued else "",
        bank=bank.strip()[:100] if issued else "",
        note=note.strip()[:300],
        by=by.username,
        at=at,
    )


def _serial(row: TicketRange, text: str, field: str) -> int:
    """Read a number, whole or without its prefix and leading zeros."""
    parts = selectors.split_number(text)
    if parts is None or parts[0] not in {"", row.prefix} or not row.first <= parts[1] <= row.last:
        raise ReceiptRefused({field: [f"“{text}”不在号段 {row} 内。请核对。"]})
    return parts[1]


def _holder_known(agency: str, holder: str, bank: str) -> None:
    if bool(holder) == bool(bank.strip()):
        raise ReceiptRefused({"holder": ["请选择领用人，或者填写代收机构，二者只填一项。"]})
    known = {one.username for one in people_of(agency) if one.is_active}
    if holder and holder not in known:
        raise ReceiptRefused({"holder": ["领用人不是本机关在职人员。请重新选择。"]})


def _told(row: TicketRange, stretch: Stretch, step: str) -> str:
    numbers = selectors.Book(row, ()).numbered(stretch)
    return f"{numbers} {stretch.title}，不能{Step(step).label}。请核对起止号。"


def use_tickets(
    *, agency: str, facts: Mapping[str, Any], act_code: str, case_code: str, at: datetime
) -> dict[str, list[str]]:
    """Mark the receipts of an act as used, in the transaction of the act; gives by field why one cannot be.

    Where it gives anything the caller undoes its transaction. Of two acts at once with one number one is told here.
    """
    for name, (kind, number) in selectors.numbers_in(facts).items():
        row, parts = selectors.holding(agency, kind, number), selectors.split_number(number)
        if row is None or parts is None:
            continue
        # Held until the act is written: nobody voids or takes back the receipt meanwhile.
        TicketRange.objects.select_for_update().get(pk=row.pk)
        if fault := selectors.fault_of(agency, kind, number):
            return {name: [fault]}
        TicketUse.objects.create(range=row, serial=parts[1], act_code=act_code, case_code=case_code, at=at)
    return {}


@transaction.atomic
def list_item(
    *,
    kind: str,
    title: str,
    list_no: str,
    basis: str,
    standard: str,
    in_force: date,
    by: "Person",
    at: datetime,
) -> ChargeItem:
    """Enter an item of the published list. Raises ReceiptRefused, having written nothing."""
    _allowed(by, "receipts.list")
    texts = {"title": title, "list_no": list_no, "basis": basis, "standard": standard}
    if empty := {name: ["此项不能为空。"] for name, text in texts.items() if not text.strip()}:
        raise ReceiptRefused(empty)
    if kind not in ItemKind.values:
        raise ReceiptRefused({"kind": ["请选择征收或者收费。"]})
    row = ChargeItem(
        agency=by.agency.code,
        kind=kind,
        in_force=in_force,
        by=by.username,
        at=at,
        title=" ".join(title.split()),
        list_no=list_no.strip(),
        basis=basis.strip(),
        standard=standard.strip(),
    )
    if long := {
        name: ["文字过长，请精简。"] for name, most in LONGEST.items() if len(getattr(row, name)) > most
    }:
        raise ReceiptRefused(long)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise ReceiptRefused({"title": ["这一项目同一执行日期的已经登记。请核对。"]}) from None
    return row


@transaction.atomic
def end_item(*, item: int, until: date, reason: str, by: "Person", at: datetime) -> ChargeEnding:
    """Say from when an item may be charged no longer. Raises ReceiptRefused, having written nothing."""
    _allowed(by, "receipts.list")
    take_turn("charge-item", item)
    row = selectors.item_of(item, by.agency.code)
    if row is None or ChargeEnding.objects.filter(item=row).exists():
        raise ReceiptRefused({"": ["没有这个项目，或者已经停止执行。请刷新后重试。"]})
    if not reason.strip():
        raise ReceiptRefused({"reason": ["请写明停止执行的依据。"]})
    if until < row.in_force:
        raise ReceiptRefused({"until": ["最后执行日早于执行日期。请核对。"]})
    return ChargeEnding.objects.create(
        item=row, until=until, reason=reason.strip()[:300], by=by.username, at=at
    )


def _allowed(by: "Person", action: str) -> None:
    if not may(by, action, by.agency.code):
        raise ReceiptRefused({"": ["您的角色不能办理这一事项。请由本机关有此权限的人员办理。"]})
