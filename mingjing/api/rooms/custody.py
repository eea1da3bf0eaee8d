"""Goods in custody: where each is, moves signed by two people, counts of what lies at a place."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import Query
from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.rows import Number, Paged, newest_first, told
from mingjing.api.schemas import Digest, Given, Links, Moment, Told
from mingjing.property import counts, selectors, services
from mingjing.property.services import CustodyRefused
from mingjing.supervision.services import note_access

if TYPE_CHECKING:
    from mingjing.property.models import CustodyItem, MoveDraft, StockCount

room = Room("涉案财物")
VIEW, MOVE = "property.view", "property.move"
ItemCode = Annotated[str, Field(pattern=r"^[0-9a-f]{20}$", description="标签代码")]
Place = Annotated[str, Field(max_length=300)]
Kind = Literal[
    "store",
    "seal",
    "relocate",
    "reseal",
    "release",
    "return",
    "hand",
    "auction",
    "sell",
    "destroy",
    "treasury",
    "convert",
]


class GoodsFilters(Paged):
    """Which goods."""

    state: Annotated[str, Field(max_length=10)] = Field(
        "held", description="held 还在保管的，all 全部，或者一种状态"
    )
    place: Place = Field("", description="现在的地点")


class GoodsLine(Told):
    """One item."""

    code: str
    number: str
    name: str
    quantity: str
    spec: str
    agency: str
    case: str
    measure: str
    taken_at: datetime
    state: str
    place: str
    seal_no: str
    self: str


class GoodsPage(Told):
    """Items."""

    items: list[GoodsLine]
    links: Links


class MoveLine(Told):
    """One move of an item, signed by two people."""

    seq: int
    sheet: str
    kind: str
    place: str
    seal_no: str
    receiver: str
    note: str
    basis: str = Field(description="据以处理的行为的编号")
    photos: list[str]
    moved_at: datetime
    by: str
    second: str
    commitment: str


class OpenMoveLine(Told):
    """A move that an item can make now, and the acts that it may rest on."""

    kind: str
    bases: list[str]


class GoodsAnswer(GoodsLine):
    """One item with its history and what may be done with it."""

    moves: list[MoveLine]
    open: list[OpenMoveLine]


class MoveGiven(Given):
    """A move as its first signer states it."""

    items: list[ItemCode] = Field(min_length=1, max_length=200, description="同一案件的物品")
    kind: Kind
    place: Place = ""
    seal_no: Annotated[str, Field(max_length=100)] = ""
    receiver: Annotated[str, Field(max_length=100)] = ""
    note: Annotated[str, Field(max_length=500)] = ""
    basis: Annotated[str, Field(max_length=64)] = Field("", description="据以处理的行为的编号")
    photos: list[Digest] = Field(default_factory=list, max_length=50)
    moved_at: Moment | None = Field(None, description="办理时间；不写：现在")


class WaitingMoveAnswer(Told):
    """A move that waits for its second signature."""

    pk: int
    case: str
    items: list[str]
    kind: str
    stated: dict[str, Any]
    by: str
    at: datetime
    self: str


class WaitingMovePage(Told):
    """Moves that wait."""

    items: list[WaitingMoveAnswer]


class SignedAnswer(Told):
    """A move that two people have signed."""

    sheet: str
    items: list[GoodsLine]


class DroppedAnswer(Told):
    """A move that was dropped: nothing was recorded."""

    dropped: Literal[True] = True


class ReasonGiven(Given):
    """Why an item does not lie where the register has it."""

    item: Annotated[str, Field(max_length=100)] = Field(description="标签代码或者物品编号")
    reason: Place


class CountGiven(Given):
    """What was found at a place."""

    place: Annotated[str, Field(min_length=1, max_length=300)]
    present: list[ItemCode] = Field(default_factory=list, max_length=2000, description="账面在此而且在的")
    elsewhere: list[Annotated[str, Field(max_length=100)]] = Field(
        default_factory=list, max_length=200, description="账面不在此而在的，物品编号"
    )
    reasons: list[ReasonGiven] = Field(default_factory=list, max_length=2000, description="账实不符的原因")
    unregistered: Annotated[str, Field(max_length=500)] = Field("", description="账外物品")
    companion: Annotated[str, Field(pattern=r"^[\w.@+-]{1,40}$")] = Field(description="监盘人")


class CountLine(Told):
    """One item of a count."""

    code: str
    number: str
    expected: bool
    found: bool
    reason: str


class CountAnswer(Told):
    """One count."""

    pk: int
    agency: str
    place: str
    counted_at: datetime
    by: str
    companion: str
    expected: int
    found: int
    unregistered: str
    lines: list[CountLine]
    self: str


@room.get("/custody/items", VIEW, answer=GoodsPage)
def list_goods(request: Called, filters: Query[GoodsFilters]) -> GoodsPage:
    """列出涉案财物和现在在哪里。"""
    rows = selectors.items_in(request.auth.person, state=filters.state, place=filters.place)
    found, links = newest_first(request, rows, filters)
    return GoodsPage(items=[GoodsLine(**_line(one)) for one in found], links=links)


@room.get("/custody/items/{item_code}", VIEW, answer=GoodsAnswer)
def get_goods(request: Called, item_code: ItemCode) -> GoodsAnswer:
    """读取一件财物：经过、现在在哪里、可以办理什么。"""
    return _told(_item(request, item_code))


@room.get("/custody/moves", MOVE, answer=WaitingMovePage)
def list_waiting_moves(request: Called) -> WaitingMovePage:
    """列出本机关等待第二人签名的移动。"""
    return WaitingMovePage(items=[_waiting(one) for one in selectors.drafts_waiting(request.auth.person)])


@room.post("/custody/moves", MOVE, answer=WaitingMoveAnswer)
def prepare_move(request: Called, given: MoveGiven) -> WaitingMoveAnswer:
    """以第一人签名办理一项移动；另一名有权限的人核对实物、签名后才记录。"""
    now = timezone.now()
    with refusing(CustodyRefused):
        row = services.prepare_move(
            items=given.items,
            kind=given.kind,
            stated=given.model_dump(include=set(services.STATED)),
            basis=given.basis,
            photos=given.photos,
            moved_at=given.moved_at or now,
            by=request.auth.person,
            at=now,
        )
    return _waiting(row)


@room.get("/custody/moves/{move}", MOVE, answer=WaitingMoveAnswer)
def get_waiting_move(request: Called, move: Number) -> WaitingMoveAnswer:
    """读取一项等待第二人签名的移动。"""
    return _waiting(_draft(request, move))


@room.post("/custody/moves/{move}/signature", MOVE, answer=SignedAnswer)
def sign_move(request: Called, move: Number) -> SignedAnswer:
    """以第二人签名：移动记录并存证。经办人不能自己复核。"""
    row = _draft(request, move)
    with refusing(CustodyRefused):
        sheet = services.sign_move(draft=row.pk, by=request.auth.person, at=timezone.now())
    moved = selectors.moves_on(request.auth.person, sheet)
    return SignedAnswer(
        sheet=sheet, items=[GoodsLine(**_line(_item(request, one.item.code))) for one in moved]
    )


@room.post("/custody/moves/{move}/drop", MOVE, answer=DroppedAnswer)
def drop_move(request: Called, move: Number) -> DroppedAnswer:
    """撤回一项还没有两人签名的移动。"""
    row = _draft(request, move)
    with refusing(CustodyRefused):
        services.drop_move(draft=row.pk, by=request.auth.person)
    return DroppedAnswer()


@room.post("/custody/counts", MOVE, answer=CountAnswer)
def record_count(request: Called, given: CountGiven) -> CountAnswer:
    """盘点一个地点：账实不符的逐件写明原因，要有另一人监盘。"""
    with refusing(CustodyRefused):
        row = counts.record_count(
            place=given.place,
            present=given.present,
            elsewhere=given.elsewhere,
            reasons={one.item: one.reason for one in given.reasons},
            unregistered=given.unregistered,
            companion=given.companion,
            counted_at=timezone.now(),
            by=request.auth.person,
        )
    return _count(row)


@room.get("/custody/counts/{count}", VIEW, answer=CountAnswer)
def get_count(request: Called, count: Number) -> CountAnswer:
    """读取一次盘点和差异。"""
    try:
        return _count(selectors.count_of(request.auth.person, count))
    except selectors.NotInCustody:
        raise not_found() from None


def _item(request: Called, code: str) -> "CustodyItem":
    try:
        item = selectors.item_by_code(request.auth.person, code)
    except selectors.NotInCustody:
        raise not_found() from None
    if (case := selectors.case_of_item(request.auth.person, item)) is not None:
        note_access(case=case, by=request.auth.person, why="通过接口查阅涉案财物", at=timezone.now())
    return item


def _draft(request: Called, pk: int) -> "MoveDraft":
    try:
        return selectors.draft_of(request.auth.person, pk)
    except selectors.NotInCustody:
        raise not_found() from None


def _line(item: "CustodyItem") -> dict[str, Any]:
    names = ("code", "number", "name", "quantity", "spec", "measure", "taken_at")
    now = {name: getattr(item.now, name) for name in ("state", "place", "seal_no")}
    return {
        **{name: getattr(item, name) for name in names},
        **now,
        "agency": item.agency.code,
        "case": item.case_code,
        "self": f"/api/v1/custody/items/{item.code}",
    }


def _told(item: "CustodyItem") -> GoodsAnswer:
    moves = [
        told(MoveLine, one, basis=one.basis.code if one.basis else "") for one in selectors.moves_of(item)
    ]
    can = [
        OpenMoveLine(kind=kind, bases=[act.code for act in acts])
        for kind, acts in selectors.open_moves(item).items()
    ]
    return GoodsAnswer(**_line(item), moves=moves, open=can)


def _waiting(row: "MoveDraft") -> WaitingMoveAnswer:
    return told(WaitingMoveAnswer, row, case=row.case_code, self=f"/api/v1/custody/moves/{row.pk}")


def _count(row: "StockCount") -> CountAnswer:
    lines = [
        told(CountLine, one, code=one.item.code, number=one.item.number)
        for one in row.lines.select_related("item")
    ]
    return told(
        CountAnswer, row, agency=row.agency.code, lines=lines, self=f"/api/v1/custody/counts/{row.pk}"
    )
