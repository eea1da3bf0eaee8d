"""The shapes of bodies and their powers as the API takes and gives them: agencies, posts, duties, agreements."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rooms.personnel_schemas import OrganLine
from mingjing.api.rows import AgencyCode, Short, told
from mingjing.api.schemas import Day, Given, Told

if TYPE_CHECKING:
    from mingjing.personnel.authority import Agreement, AsOf
    from mingjing.personnel.duties import DutyLine
    from mingjing.personnel.models import Agency, Department

Words = Annotated[str, Field(max_length=300)]
Codes = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=60)]


class ParticularsGiven(Given):
    """What the register says of an agency; on a change, what is not sent stays."""

    name: Short | None = None
    short_name: Short | None = None
    kind: Short | None = Field(None, description="机关性质代码，见 /register/codes")
    field: Short | None = Field(None, description="执法领域代码")
    enforcements: Codes | None = Field(None, description="执法种类代码；空：不作限制")
    parent: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,40}$")] | None = Field(
        None, description="监督机关代码；空：没有上级"
    )
    uscc: Short | None = None
    address: Words | None = None
    phone: Short | None = None
    office_hours: Words | None = None
    number_prefix: Short | None = Field(None, description="文书字号前缀")
    review_body: Words | None = None
    court: Words | None = None
    payment_bank: Words | None = None
    payment_account: Short | None = None

    def sent(self, *beside: str) -> dict[str, Any]:
        """The particulars that were sent."""
        return self.model_dump(exclude_none=True, exclude=set(beside))


class AgencyGiven(ParticularsGiven):
    """A new agency."""

    code: AgencyCode
    name: Short
    kind: Short
    region: Annotated[str, Field(max_length=6)] = Field(description="行政区划代码，六位数字")


class AgencyChangeGiven(ParticularsGiven):
    """What changes about an agency, from which day, for what reason."""

    is_active: bool | None = Field(None, description="停用的机关不能新办案件")
    on: Day = Field(description="变更生效日，不晚于今天")
    reason: Words = Field(description="变更依据和原因")


class SubjectGiven(Given):
    """That an agency was confirmed as a subject of enforcement, or no longer is."""

    kind: Literal["confirmed", "withdrawn"]
    document: Words
    document_no: Short
    confirmed_by: Words
    on: Day
    published_at: Words = Field(description="公告载体")
    published_on: Day


class PostGiven(Given):
    """A new post."""

    department: Short
    name: Short


class DutyGiven(Given):
    """A power: the acts of one stage of one procedure."""

    procedure: Annotated[str, Field(max_length=16)]
    stage: Annotated[str, Field(max_length=20)]


class DutiesGiven(Given):
    """The powers of a post from now on, and no others."""

    duties: list[DutyGiven] = Field(max_length=300)
    responsibility: Words


class OnDay(Given):
    """As of which day."""

    on: Day | None = Field(None, description="哪一天的情况；空：今天")


class ConfirmationLine(Told):
    """A confirmation or withdrawal."""

    kind: str
    document: str
    document_no: str
    confirmed_by: str
    on: date
    published_at: str
    published_on: date
    by: str


class EditionLine(Told):
    """The particulars as they stand from a day on."""

    on: date
    particulars: dict[str, Any]
    reason: str
    by: str
    at: datetime


class HeldDuty(Told):
    """A power of a post."""

    procedure: str
    stage: str
    responsibility: str


class PostLine(Told):
    """A post with who holds it and its powers."""

    pk: int
    name: str
    holders: list[str]
    duties: list[HeldDuty]


class DepartmentLine(Told):
    """A department with its posts."""

    name: str
    posts: list[PostLine]

    @classmethod
    def of(cls, row: "Department") -> "DepartmentLine":
        """A department as it is registered."""
        posts = [
            told(
                PostLine,
                one,
                holders=[who.username for who in one.holders.all()],
                duties=[told(HeldDuty, duty) for duty in one.duties.all()],
            )
            for one in row.posts.all()
        ]
        return told(cls, row, posts=posts)


class AgreementLine(Told):
    """An agreement of delegation or a list of empowerment with where it stands."""

    pk: int
    kind: str = Field(description="delegation 委托书，empowerment 赋权清单")
    number: str
    delegator: str
    delegate: str
    valid_from: date
    valid_until: date
    signed_on: date
    state: str
    state_title: str
    published_on: date | None
    published_at: str
    ended_on: date | None
    terms: dict[str, Any] = Field(description="内容，用通用事实名")
    self: str

    @classmethod
    def of(cls, found: "Agreement") -> "AgreementLine":
        """An agreement as it stood on a day."""
        row = found.row
        names = ("state", "state_title", "published_on", "published_at", "ended_on")
        return told(
            cls,
            row,
            delegator=row.delegator.code,
            delegate=row.delegate.code,
            self=f"/api/v1/agreements/{row.pk}",
            **{name: getattr(found, name) for name in names},
        )


class AgreementPage(Told):
    """Agreements."""

    items: list[AgreementLine]


class AgencyAnswer(OrganLine):
    """One agency: as it is registered now, as it stood on the day asked for, its posts, what it may do for others."""

    particulars: dict[str, Any] = Field(description="所问之日的登记事项；那时还没有登记的为空")
    confirmations: list[ConfirmationLine]
    editions: list[EditionLine]
    departments: list[DepartmentLine]
    agreements: list[AgreementLine]
    self: str

    @classmethod
    def whole(cls, row: "Agency", as_of: "AsOf", parent: str, **lists: Any) -> "AgencyAnswer":
        """An agency with everything that hangs on it."""
        return told(
            cls,
            row,
            parent=parent,
            particulars=as_of.particulars,
            agreements=[AgreementLine.of(one) for one in as_of.agreements],
            self=f"/api/v1/agencies/{row.code}",
            **lists,
        )


class AgreementGiven(Given):
    """An agreement of delegation or a list of empowerment as it was signed."""

    kind: Literal["delegation", "empowerment"]
    number: Short
    delegator: AgencyCode
    delegate: AgencyCode
    terms: dict[str, Any] = Field(
        max_length=60, description="内容：通用事实名和值，另可有 fine_at_most（元）；由法规包的规则判断"
    )
    valid_from: Day
    valid_until: Day
    signed_on: Day


class AgreementStepGiven(Given):
    """That an agreement was published, or ended."""

    step: Literal["publish", "end"]
    on: Day
    note: Words = Field(description="公布载体（双方都要公布），或者终止原因")


class ResponsibilityLine(Told):
    """One line of the responsibility list: power, post, people."""

    procedure: str
    stage: str
    department: str
    post: str
    responsibility: str
    people: list[str]

    @classmethod
    def of(cls, line: "DutyLine") -> "ResponsibilityLine":
        """A line as the list has it."""
        return told(cls, line, people=list(line.people))


class ResponsibilityPage(Told):
    """The responsibility list of an agency."""

    items: list[ResponsibilityLine]
