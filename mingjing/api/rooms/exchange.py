"""Exchange: what is owed to other platforms, dead letters mended and sent again; how old data was moved in."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import Query
from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found, refused
from mingjing.api.refusals import refusing
from mingjing.api.rows import Number, Paged, Text, newest_first, told
from mingjing.api.schemas import Code, Given, Links, Told
from mingjing.exchange.exports import ExportRefused
from mingjing.exchange.migration import selectors as migrations
from mingjing.exchange.push import desk
from mingjing.exchange.targets import MappingFault

if TYPE_CHECKING:
    from mingjing.exchange.models import Migration
    from mingjing.exchange.push.models import Delivery

room = Room("数据交换")
USE, MIGRATE = "exchange.use", "migrate.view"
ReceiverCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,40}$", description="平台代码")]


class ReceiverLine(Told):
    """One platform that is pushed to."""

    code: str
    title: str
    fault: str
    lag: int = Field(description="存证日志中还没有读到的条数")
    counts: dict[str, int] = Field(description="本机关各种状态的件数")
    last: datetime | None


class ReceiverPage(Told):
    """The platforms."""

    items: list[ReceiverLine]
    faults: list[str] = Field(description="配置文件中的错误")


class DeliveryFilters(Paged):
    """Which deliveries."""

    receiver: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,40}$")] = Field("", description="平台代码")
    state: Annotated[str, Field(pattern=r"^(waiting|sent|receipted|dead|void)?$")] = Field(
        "", description="dead：需要处理的"
    )


class DeliveryLine(Told):
    """One entry owed to one platform."""

    pk: int
    receiver: str
    agency: str
    publication: str
    number: str
    action: str
    state: str
    tries: int
    faults: list[dict[str, Any]]
    receipt: str
    queued_at: datetime
    sent_at: datetime | None
    self: str

    @classmethod
    def of(cls, row: "Delivery") -> "DeliveryLine":
        """A delivery as its row says."""
        return told(cls, row, agency=row.agency.code, self=f"/api/v1/exchange/deliveries/{row.pk}")


class DeliveryPage(Told):
    """Deliveries."""

    items: list[DeliveryLine]
    links: Links


class DeliveryCell(Told):
    """One column as it would go out now."""

    column: str
    title: str
    value: str
    fault: str
    mended: bool
    is_key: bool


class MendLine(Told):
    """That somebody wrote what a platform is told in one column."""

    column: str
    value: str
    reason: str
    by: str
    at: datetime


class DeliveryAnswer(Told):
    """One delivery, its columns and what people mended."""

    delivery: DeliveryLine
    cells: list[DeliveryCell]
    mends: list[MendLine]
    self: str


class MendGiven(Given):
    """What a platform is to be told in one column."""

    column: Annotated[str, Field(min_length=1, max_length=60)]
    value: Text
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class MigrationLine(Told):
    """One file of old data on its way in."""

    code: str
    agency: str
    sort: str
    name: str
    state: str
    fault: str
    prepared_by: str
    prepared_at: datetime
    confirmed_by: str
    ended_at: datetime | None
    self: str

    @classmethod
    def of(cls, row: "Migration") -> "MigrationLine":
        """A migration as its row says."""
        return told(cls, row, agency=row.agency.code, self=f"/api/v1/exchange/migrations/{row.code}")


class MigrationPage(Told):
    """Migrations."""

    items: list[MigrationLine]
    links: Links


class MigrationAnswer(Told):
    """One migration with the counts of its rows."""

    migration: MigrationLine
    counts: dict[str, int]


@room.get("/exchange/receivers", USE, answer=ReceiverPage)
def list_receivers(request: Called) -> ReceiverPage:
    """列出推送的平台和各自的状态。"""
    return _receivers(request)


def _receivers(request: Called) -> ReceiverPage:
    found, faults = desk.standings_for(request.auth.person)
    items = [
        told(ReceiverLine, one, code=one.receiver.code, title=one.receiver.title, counts=dict(one.counts))
        for one in found
    ]
    return ReceiverPage(items=items, faults=faults)


class ReceiverStepGiven(Given):
    """One step for a whole platform."""

    step: Literal["compare", "resend"] = Field(description="compare 对账，resend 需要处理的全部重发")


@room.post("/exchange/receivers/{receiver}/steps", USE, answer=ReceiverPage)
def take_receiver_step(request: Called, receiver: ReceiverCode, given: ReceiverStepGiven) -> ReceiverPage:
    """安排与一个平台对账，或者把本机关需要处理的推送全部重新排队。"""
    person, now = request.auth.person, timezone.now()
    try:
        found = desk.receiver_for(person, receiver)
    except desk.NoSuchDelivery:
        raise not_found() from None
    with refusing(ExportRefused):
        if given.step == "compare":
            desk.compare_soon(receiver=found, by=person, at=now)
        else:
            desk.resend_dead(receiver=found, by=person, at=now)
    return _receivers(request)


@room.get("/exchange/deliveries", USE, answer=DeliveryPage)
def list_deliveries(request: Called, filters: Query[DeliveryFilters]) -> DeliveryPage:
    """列出本机关的推送，新的在前；state=dead 是需要人处理的。"""
    rows = desk.deliveries(request.auth.person)
    wanted = filters.model_dump(include={"receiver", "state"})
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    found, links = newest_first(request, rows, filters)
    return DeliveryPage(items=[DeliveryLine.of(one) for one in found], links=links)


@room.get("/exchange/deliveries/{delivery}", USE, answer=DeliveryAnswer)
def get_delivery(request: Called, delivery: Number) -> DeliveryAnswer:
    """读取一件推送：各列现在将要发出的内容、错误和补填。"""
    return _told(_delivery(request, delivery))


@room.post("/exchange/deliveries/{delivery}/mends", USE, answer=DeliveryAnswer)
def mend_delivery(request: Called, delivery: Number, given: MendGiven) -> DeliveryAnswer:
    """补填需要处理的推送中的一列；案件不变，理由留存。"""
    found, person = _delivery(request, delivery), request.auth.person
    try:
        desk.mend(
            delivery=found,
            column=given.column,
            value=given.value,
            reason=given.reason,
            by=person,
            at=timezone.now(),
        )
    except (ExportRefused, MappingFault) as refusal:
        raise refused({"column": [str(refusal)]}) from None
    return _told(_delivery(request, delivery))


@room.post("/exchange/deliveries/{delivery}/resend", USE, answer=DeliveryAnswer)
def resend_delivery(request: Called, delivery: Number) -> DeliveryAnswer:
    """重新推送一件；接收方按同一个键识别，不会收到两件。"""
    found = _delivery(request, delivery)
    try:
        desk.resend(delivery=found, by=request.auth.person, at=timezone.now())
    except (ExportRefused, MappingFault) as refusal:
        raise refused({"": [str(refusal)]}) from None
    return _told(_delivery(request, delivery))


def _delivery(request: Called, pk: int) -> "Delivery":
    try:
        return desk.delivery_for(request.auth.person, pk)
    except desk.NoSuchDelivery:
        raise not_found() from None


def _told(row: "Delivery") -> DeliveryAnswer:
    line = DeliveryLine.of(row)
    try:
        cells = desk.cells_of(row)
    except MappingFault:  # told among the faults of receivers
        cells = []
    return DeliveryAnswer(
        delivery=line,
        cells=[told(DeliveryCell, one, column=one.column.code, title=one.column.title) for one in cells],
        mends=[told(MendLine, one) for one in row.mends.order_by("id")],
        self=line.self,
    )


@room.get("/exchange/migrations", MIGRATE, answer=MigrationPage)
def list_migrations(request: Called, paged: Query[Paged]) -> MigrationPage:
    """列出旧数据的迁入，新的在前。"""
    rows, links = newest_first(request, migrations.migrations_seen_by(request.auth.person), paged)
    return MigrationPage(items=[MigrationLine.of(one) for one in rows], links=links)


@room.get("/exchange/migrations/{migration}", MIGRATE, answer=MigrationAnswer)
def get_migration(request: Called, migration: Code) -> MigrationAnswer:
    """读取一次迁入和各种结果的行数。"""
    try:
        row = migrations.migration_by_code(request.auth.person, migration)
    except migrations.NoSuchMigration:
        raise not_found() from None
    return MigrationAnswer(migration=MigrationLine.of(row), counts=migrations.counts(row))
