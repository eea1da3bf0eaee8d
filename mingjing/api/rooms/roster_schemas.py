"""The shapes of the registers' versions, of inspectors and of rows taken in, as the API takes and gives them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from mingjing.api.rows import Paged, Short, told
from mingjing.api.schemas import Given, Links, Told

if TYPE_CHECKING:
    from mingjing.inspections.models import ListVersion
    from mingjing.inspections.register.corps import Relation
    from mingjing.inspections.register.corps import Standing as Corporal

Cell = Annotated[str, Field(max_length=400)]


class RowGiven(Given):
    """One object as a row; the columns are those of a file, empty where nothing is known."""

    name: Cell
    code: Cell = Field("", description="统一社会信用代码；自然人、场所填登记编号")
    kind: Cell = Field("", description="类别，如 企业")
    industry: Cell = ""
    risk: Cell = Field(description="A、B、C、D，或者低、一般、较高、高")
    credit: Cell = ""
    representative: Cell = ""
    township: Cell = ""
    address: Cell = ""
    licences: Cell = ""
    state: Cell = Field("", description="空：存续")


class RowsGiven(Given):
    """A list of rows for the register; a second import of the same object changes it."""

    name: Annotated[str, Field(max_length=200)] = Field("", description="来源的名称，如 市场监管局每日增量")
    dry_run: bool = Field(True, description="true：只试，不写入")
    rows: list[RowGiven] = Field(min_length=1, max_length=5000)


class ListVersionLine(Told):
    """One version of a register as it was committed to."""

    code: str
    name: str = Field(description="名录库")
    version: int
    agency: str
    digest: str
    strata: list[dict[str, Any]] = Field(description="各层：名称、个数、根")
    made_at: datetime
    leaf: int | None = Field(description="在存证日志中的位置；等待封存的为 null")

    @classmethod
    def of(cls, row: "ListVersion", leaf: int | None) -> "ListVersionLine":
        """A version and where it stands in the log."""
        strata = [{name: one[name] for name in ("name", "size", "root")} for one in row.record["strata"]]
        return told(cls, row, agency=row.agency.code, name=row.register, strata=strata, leaf=leaf)


class VersionFilters(Paged):
    """Of which register."""

    of: Annotated[str, Field(pattern=r"^(objects|inspectors)$")] = Field(
        "objects", description="objects 检查对象，inspectors 检查人员"
    )


class ListVersionPage(Told):
    """Versions, the latest first."""

    items: list[ListVersionLine]
    links: Links


class RootLine(Told):
    """One stratum computed again from its file."""

    name: str
    size: int
    stated: str
    found: str
    holds: bool


class RootPage(Told):
    """A version computed again."""

    items: list[RootLine]
    damaged: str = Field(description="名单文件打不开的原因；空：打得开")


class InspectorLine(Told):
    """One inspector today."""

    username: str
    name: str
    certificate: str
    certificate_state: str
    fields: list[str]
    load: int = Field(description="未完成的检查任务")
    avoids: int
    remedy: str = Field(description="不列入抽取名单的，怎样补救")

    @classmethod
    def of(cls, one: "Corporal") -> "InspectorLine":
        """An inspector as the list has him."""
        person, held = one.person, one.held
        return told(
            cls,
            one,
            username=person.username,
            name=person.name,
            certificate=held.number,
            certificate_state=held.state,
            fields=list(one.fields),
        )


class AvoidanceLine(Told):
    """One relation because of which an inspector is not sent."""

    pk: int
    officer: str
    object: str
    public_id: str
    ground: str = Field(description="只有本人和本机关可见，其他人为空")
    disclosed_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, one: "Relation") -> "AvoidanceLine":
        """A relation as the viewer may read it."""
        row = one.row
        return told(cls, row, officer=one.officer, object=one.object, ground=one.ground)


class CorpsAnswer(Told):
    """The inspectors of one agency."""

    agency: str
    most: int = Field(description="每人同时最多几项任务")
    inspectors: list[InspectorLine]
    avoidances: list[AvoidanceLine]


class AvoidanceGiven(Given):
    """A relation of an inspector to an object."""

    officer: Short = Field("", description="用户名；空：本人申报")
    object: Annotated[str, Field(pattern=r"^[0-9A-Z]{18,26}$")] = Field(description="对象公开编号")
    ground: Annotated[str, Field(max_length=400)] = Field(description="什么关系；不公开")
