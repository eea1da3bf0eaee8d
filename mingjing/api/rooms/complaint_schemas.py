"""The shapes of complaints as the API gives and takes them; who complained is in none of the answers."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rows import AgencyCode, Paged, Text, told
from mingjing.api.schemas import Digest, Given, Links, Told
from mingjing.complaints.access import Sight
from mingjing.complaints.selectors import files_seen
from mingjing.complaints.standing import TITLES

if TYPE_CHECKING:
    from mingjing.complaints.selectors import Line

ComplaintNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{4,30}$", description="登记编号")]
Short = Annotated[str, Field(max_length=200)]
StepName = Literal[
    "assign",
    "transfer",
    "accept",
    "refuse",
    "release",
    "explain",
    "ask_extension",
    "extend",
    "not_extend",
    "note",
    "reply",
    "call_back",
    "close",
    "reopen",
    "not_reopen",
]


class ComplaintFilters(Paged):
    """Which complaints."""

    state: Literal["", "new", "open", "replied", "overdue", "reopen", "closed", "refused"] = ""
    kind: Annotated[str, Field(max_length=12)] = Field("", description="种类代码")
    order_no: Annotated[str, Field(max_length=60)] = Field("", description="12345 工单编号")


class ComplaintLine(Told):
    """One complaint as far as this viewer may read it, without who complained."""

    no: str
    kind: str
    channel: str
    about: str
    office: str
    order_no: str
    source: str
    at: datetime
    state: str
    state_title: str
    handler: str
    due: date | None
    overdue: bool
    sight: str = Field(description="office 办理机关，unit 涉及单位（只见转来的内容），above 上级")
    self: str

    @classmethod
    def of(cls, line: "Line", today: date) -> "ComplaintLine":
        """A line of the desk."""
        return cls(**_line(line, today))


def _line(line: "Line", today: date) -> dict[str, Any]:
    row, closed = line.row, line.sight is Sight.UNIT
    return {
        "no": row.no,
        "kind": row.kind,
        "channel": "" if closed else row.channel,
        "about": row.about.code,
        "office": line.office.code,
        "order_no": "" if closed else row.order_no,
        "source": "" if closed else row.source,
        "at": row.at,
        "state": line.now.state,
        "state_title": line.now.title,
        "handler": "" if closed else line.now.handler,
        "due": line.due,
        "overdue": line.overdue(today),
        "sight": line.sight.value,
        "self": f"/api/v1/complaints/{row.no}",
    }


class ComplaintPage(Told):
    """A page of complaints."""

    items: list[ComplaintLine]
    links: Links


class FileLine(Told):
    """A file that came with a complaint."""

    digest: Digest
    name: str
    size: int


class ComplaintStepLine(Told):
    """One step."""

    kind: str
    title: str
    at: datetime
    by: str = Field(description="办理人用户名；空：投诉人")
    text: str


class ComplaintAnswer(ComplaintLine):
    """One complaint with its steps. The unit complained about reads only what was released to it."""

    text: str
    officer: str
    party: str
    place: str
    happened: str
    files: list[FileLine]
    steps: list[ComplaintStepLine]
    cases: list[str]

    @classmethod
    def whole(cls, line: "Line", today: date) -> "ComplaintAnswer":
        """A complaint for this viewer."""
        row, office = line.row, line.sight is Sight.OFFICE
        said: dict[str, Any]
        released = line.now.released or {}
        if line.sight is Sight.UNIT:
            said = {
                "text": str(released.get("text", "")),
                "officer": "",
                "party": "",
                "place": "",
                "happened": "",
            }
        else:
            said = {
                name: str(getattr(row, name)) for name in ("text", "officer", "party", "place", "happened")
            }
        return cls(
            **_line(line, today),
            **said,
            files=[told(FileLine, one) for one in files_seen(line)],
            steps=[] if line.sight is Sight.UNIT else _steps(line),
            cases=list(line.now.cases) if office else [],
        )


def _steps(line: "Line") -> list[ComplaintStepLine]:
    return [
        ComplaintStepLine(
            kind=one.kind,
            title=TITLES[one.kind],
            at=one.at,
            by=one.by,
            text=str(one.facts.get("text", "") or one.facts.get("reason", "")),
        )
        for one in line.row.events.all()
    ]


class ComplaintGiven(Given):
    """What was told at the window, by telephone, by letter or by another body."""

    kind: Annotated[str, Field(max_length=12)] = Field(description="conduct 执法行为，violation 违法线索 等")
    about: AgencyCode
    channel: Literal["hall", "phone", "letter", "transfer"]
    text: Annotated[str, Field(min_length=1, max_length=3000)]
    officer: Annotated[str, Field(max_length=100)] = ""
    party: Short = ""
    place: Short = ""
    happened: Annotated[str, Field(max_length=60)] = ""
    visit: Annotated[str, Field(max_length=60)] = ""
    name: Annotated[str, Field(max_length=100)] = Field("", description="投诉人姓名：封存，接口不再给出")
    phone: Annotated[str, Field(max_length=40)] = Field("", description="投诉人电话：封存，接口不再给出")
    address: Short = Field("", description="投诉人住址：封存，接口不再给出")
    source: Annotated[str, Field(max_length=100)] = Field("", description="转来机关")


class ReceivedAnswer(Told):
    """What the complainant takes along."""

    no: str
    code: str = Field(description="查询码，只给这一次，交给投诉人；这个请求以前已经办理的为空")
    self: str


class StepGiven(Given):
    """One step of handling."""

    step: StepName
    text: Text = Field("", description="意见、理由、答复")
    handler: Annotated[str, Field(pattern=r"^[\w.@+-]{0,40}$")] = Field("", description="assign：承办人")
    to: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,40}$")] = Field("", description="transfer：机关代码")
    files: list[Digest] = Field(default_factory=list, max_length=50, description="release：转去的附件")
    ways: list[Annotated[str, Field(max_length=20)]] = Field(
        default_factory=list, max_length=10, description="reply：还以什么方式告知"
    )
    satisfaction: Literal["", "yes", "partly", "no", "unreached"] = Field(
        "", description="call_back：是否满意"
    )


class OrdersGiven(Given):
    """How a table of orders is taken."""

    dry_run: bool = Field(True, description="true：只看，不登记")


class OrderLine(Told):
    """What became of one order."""

    line: int
    order_no: str
    fate: str = Field(description="new 可以登记，taken 已登记，there 以前已登记，refused 不能登记")
    why: str
    no: str


class OrdersAnswer(Told):
    """What became of a table of orders."""

    items: list[OrderLine]


class ClueAnswer(Told):
    """The case that a reported violation became."""

    case: str
    self: str
