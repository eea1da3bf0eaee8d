"""Numbered receipts of the treasury and the items that may be charged: where each stands, given out, voided, ended."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from django.utils import timezone
from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.rows import Number, told
from mingjing.api.schemas import Day, Given, Told
from mingjing.receipts import selectors, services
from mingjing.receipts.services import ReceiptRefused

if TYPE_CHECKING:
    from mingjing.receipts.models import ChargeItem
    from mingjing.receipts.selectors import Book

room = Room("票据和收费项目")
VIEW, MANAGE, LIST = "receipts.view", "receipts.manage", "receipts.list"
Printed = Annotated[str, Field(max_length=50, description="印在票据上的号码")]


class StretchLine(Told):
    """Receipts one after another that stand alike."""

    first: str
    last: str
    count: int
    state: str = Field(description="stock 库存，issued 已发放，used 已使用，voided 作废，checked 核销")
    holder: str


class BookLine(Told):
    """One range of receipts and where each stands."""

    pk: int
    kind: str
    source: str
    received_on: date
    stretches: list[StretchLine]
    self: str

    @classmethod
    def of(cls, book: "Book") -> "BookLine":
        """A range as it stands."""
        row = book.range
        stretches = [
            StretchLine(
                first=row.number(one.first),
                last=row.number(one.last),
                count=one.count,
                state=one.state,
                holder=one.holder,
            )
            for one in book.line
        ]
        return told(cls, row, stretches=stretches, self=f"/api/v1/receipts/{row.pk}")


class ChargeLine(Told):
    """An item of the published list."""

    pk: int
    kind: str
    title: str
    list_no: str
    basis: str
    standard: str
    in_force: date
    current: bool = Field(description="今天可以收取")


class ReceiptsAnswer(Told):
    """The ranges of one's own agency and what it may charge."""

    books: list[BookLine]
    items: list[ChargeLine]


class RangeGiven(Given):
    """Receipts that came from the treasury."""

    kind: Literal["fine", "dues"] = Field(description="fine 罚没票据，dues 非税收入票据")
    first: Printed
    last: Printed
    source: Annotated[str, Field(max_length=100)] = Field(description="发放单位")
    received_on: Day


class TicketStepGiven(Given):
    """What happens to some receipts of a range."""

    step: Literal["issued", "returned", "voided", "checked"] = Field(description="发放、交回、作废、核销")
    first: Printed
    last: Printed
    holder: Annotated[str, Field(pattern=r"^[\w.@+-]{0,40}$")] = Field("", description="issued：领用人")
    bank: Annotated[str, Field(max_length=100)] = Field("", description="issued：代收机构")
    note: Annotated[str, Field(max_length=300)] = ""


class ChargeGiven(Given):
    """An item as it stands in the published list."""

    kind: Literal["levy", "fee"] = Field(description="levy 征收，fee 收费")
    title: Annotated[str, Field(max_length=200)]
    list_no: Annotated[str, Field(max_length=200)] = Field(description="目录清单编号")
    basis: Annotated[str, Field(max_length=500)]
    standard: Annotated[str, Field(max_length=500)]
    in_force: Day


class ChargeEndGiven(Given):
    """Until when an item may be charged."""

    until: Day
    reason: Annotated[str, Field(max_length=300)]


@room.get("/receipts", VIEW, answer=ReceiptsAnswer)
def list_receipts(request: Called) -> ReceiptsAnswer:
    """列出本机关的票据号段、每张票据的状态，和可以收取的项目。"""
    return _all(request)


@room.get("/receipts/{book}", VIEW, answer=BookLine)
def get_receipts(request: Called, book: Number) -> BookLine:
    """读取本机关的一个号段。"""
    return _book(request, book)


@room.post("/receipts", MANAGE, answer=BookLine)
def receive_receipts(request: Called, given: RangeGiven) -> BookLine:
    """登记从财政部门领取的票据；发放给人员或者代收机构后才能使用。"""
    with refusing(ReceiptRefused):
        row = services.receive_range(**given.model_dump(), by=request.auth.person, at=timezone.now())
    return _book(request, row.pk)


@room.post("/receipts/{book}/steps", MANAGE, answer=BookLine)
def move_receipts(request: Called, book: Number, given: TicketStepGiven) -> BookLine:
    """发放、交回、作废、核销一个号段中的票据。"""
    _book(request, book)
    with refusing(ReceiptRefused):
        services.move_tickets(range_pk=book, by=request.auth.person, at=timezone.now(), **given.model_dump())
    return _book(request, book)


@room.post("/charge-items", LIST, answer=ReceiptsAnswer)
def list_charge_item(request: Called, given: ChargeGiven) -> ReceiptsAnswer:
    """把一个项目列入本机关的目录清单；清单之外的项目从此不能收取。"""
    with refusing(ReceiptRefused):
        services.list_item(**given.model_dump(), by=request.auth.person, at=timezone.now())
    return _all(request)


@room.post("/charge-items/{charge_item}/ending", LIST, answer=ReceiptsAnswer)
def end_charge_item(request: Called, charge_item: Number, given: ChargeEndGiven) -> ReceiptsAnswer:
    """登记一个项目停止执行。"""
    if selectors.item_of(charge_item, request.auth.person.agency.code) is None:
        raise not_found()
    with refusing(ReceiptRefused):
        services.end_item(item=charge_item, **given.model_dump(), by=request.auth.person, at=timezone.now())
    return _all(request)


def _book(request: Called, pk: int) -> BookLine:
    row = selectors.range_of(pk, request.auth.person.agency.code)
    if row is None:
        raise not_found()
    return BookLine.of(selectors.book_of(row))


def _all(request: Called) -> ReceiptsAnswer:
    agency, today = request.auth.person.agency.code, timezone.localdate()
    current = {one.pk for one in selectors.items_in_force(agency, today)}
    return ReceiptsAnswer(
        books=[BookLine.of(one) for one in selectors.books_of(agency)],
        items=[_charge(one, current) for one in selectors.items_of(agency)],
    )


def _charge(row: "ChargeItem", current: set[int]) -> ChargeLine:
    return told(ChargeLine, row, current=row.pk in current)
