"""The shapes of the ledger of rectification as the API gives and takes them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rooms.step_schemas import StepLine, Unit, steps_told
from mingjing.api.rows import Paged, Short, Text, told
from mingjing.api.schemas import Day, Digest, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency
    from mingjing.rectification.models import Plan, Step
    from mingjing.rectification.selectors import Figures
    from mingjing.rectification.selectors import Line as ItemOf

ItemNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{3,24}$", description="台账项目编号")]
PlanNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{3,16}$", description="整改方案编号")]


class RectifyFilters(Paged):
    """Which items of the ledger."""

    state: Annotated[str, Field(max_length=12)] = ""
    unit: Short = Field("", description="责任单位名称")
    due: Literal["", "overdue", "soon", "permanent"] = ""
    plan: Annotated[str, Field(max_length=16)] = ""
    agency: Unit = ""
    mine: Literal["", "1"] = ""


class RectifyLine(Told):
    """One item of the ledger of rectification."""

    code: str
    plan: str
    plan_title: str
    agency: str
    problem: str
    measure: str
    units: list[str]
    state: str
    due: date | None
    permanent: bool
    progress: str
    expected: date | None
    self: str

    @classmethod
    def of(cls, line: "ItemOf") -> "RectifyLine":
        """An item with where it stands."""
        return cls(**item_told(line))


def item_told(line: "ItemOf") -> dict[str, Any]:
    """What lists tell of an item."""
    plan, now = line.item.plan, line.now
    return {
        **{
            name: getattr(now, name)
            for name in ("problem", "measure", "due", "permanent", "progress", "expected")
        },
        "code": line.item.code,
        "plan": plan.code,
        "plan_title": plan.title,
        "agency": plan.agency.code,
        "units": [one.name for one in now.units],
        "state": now.state.value,
        "self": f"/api/v1/rectification/{line.item.code}",
    }


class RectifyPage(Told):
    """Items of the ledger."""

    items: list[RectifyLine]
    links: Links


class KeptFileLine(Told):
    """A file that was handed in with a step."""

    digest: Digest
    name: str
    size: int


def files_told(steps: Iterable[Any]) -> list[KeptFileLine]:
    """The files that were handed in with these steps, each once."""
    found = {one["digest"]: one for each in steps for one in each.facts.get("files", [])}
    return [told(KeptFileLine, one) for one in found.values()]


class RectifyAnswer(RectifyLine):
    """One item with its story."""

    files: list[KeptFileLine]
    steps: list[StepLine]

    @classmethod
    def whole(cls, line: "ItemOf", steps: "list[Step]", titles: dict[str, str]) -> "RectifyAnswer":
        """An item with its steps."""
        return cls(**item_told(line), files=files_told(steps), steps=steps_told(steps, titles))


class ProgressGiven(Given):
    """How far an item is."""

    text: Annotated[str, Field(min_length=1, max_length=2000)] = Field(description="进展情况")
    expected: Day | None = Field(None, description="预计完成时间")


class ItemStepGiven(Given):
    """One step of an item after it is in the ledger."""

    step: Literal["submit", "close", "send_back", "reopen", "extend", "change_check"]
    text: Text = Field("", description="完成情况、审核意见、理由")
    due: Day | None = Field(None, description="extend：新的时限")
    check: Annotated[str, Field(max_length=60)] = Field(
        "", description="change_check：系统检查的代码；空：不用系统检查"
    )
    since: Day | None = Field(None, description="change_check：起算日")


class ProofGiven(Given):
    """What is said of proof that is handed in; the files come beside it."""

    text: Annotated[str, Field(min_length=1, max_length=2000)] = Field(description="佐证说明")
    cases: list[Short] = Field(default_factory=list, max_length=20, description="案号或者案件编号")
    documents: list[Short] = Field(default_factory=list, max_length=20, description="文书查验码")


class CheckAnswer(Told):
    """What the check of an item found now."""

    green: bool
    seen: int
    red: int
    offences: str
    item: RectifyAnswer


class FiguresLine(Told):
    """How far items are; counted, never typed."""

    dated: int
    closed: int
    in_time: int
    overdue: int
    permanent: int
    kept: int
    reopened: int
    waiting: int


class RectifyingAgencyLine(FiguresLine):
    """How far an agency is."""

    agency: str

    @classmethod
    def of(cls, agency: "Agency", counted: "Figures") -> "RectifyingAgencyLine":
        """An agency with its figures."""
        return told(cls, counted, agency=agency.code)


class RectifyBoard(Told):
    """Every agency in sight that has something to rectify, in the order of the register."""

    items: list[RectifyingAgencyLine]


class LedgerPlanLine(Told):
    """One plan."""

    code: str
    title: str
    issuer: str
    agency: str
    written: date | None
    at: datetime
    self: str

    @classmethod
    def of(cls, plan: "Plan") -> "LedgerPlanLine":
        """A plan as it was handed in."""
        return cls(**_plan(plan))


def _plan(plan: "Plan") -> dict[str, Any]:
    said = {name: getattr(plan, name) for name in ("code", "title", "issuer", "written", "at")}
    return {**said, "agency": plan.agency.code, "self": f"/api/v1/rectification-plans/{plan.code}"}


class LedgerPlanPage(Told):
    """Plans."""

    items: list[LedgerPlanLine]
    links: Links


class LedgerPlanRowLine(RectifyLine):
    """One row of a plan: where it stands, and what was read of it."""

    source: str = Field(description="原文")
    proposed: dict[str, Any] = Field(description="系统读出的内容；人工增加的为空")


class LedgerPlanAnswer(LedgerPlanLine):
    """A plan with all its rows, those still to be confirmed among them."""

    figures: FiguresLine
    rows: list[LedgerPlanRowLine]

    @classmethod
    def whole(cls, plan: "Plan", lines: "list[ItemOf]", counted: "Figures") -> "LedgerPlanAnswer":
        """A plan, its rows and its figures."""
        rows = [
            LedgerPlanRowLine(**item_told(one), source=one.item.source, proposed=one.item.proposed)
            for one in lines
        ]
        return cls(**_plan(plan), figures=told(FiguresLine, counted), rows=rows)


class LedgerPlanFileGiven(Given):
    """What the file does not say of itself."""

    issuer: Short = Field("", description="制发机关；不写：本机关")
    title: Annotated[str, Field(max_length=200)] = Field("", description="标题；不写：文中的标题")
    written: Day | None = Field(None, description="成文日期；不写：文中的日期")


class UnitGiven(Given):
    """A unit that leads or answers for an item."""

    name: Short
    agency: Unit = Field("", description="对应的机关代码；内设机构为空")
    leads: bool = Field(False, description="true 牵头单位，false 责任单位")


class LedgerPlanStepGiven(Given):
    """Confirming what was read of a plan: one row, all complete rows, or a row that was not seen."""

    step: Literal["confirm", "leave_out", "split", "add", "confirm_complete", "leave_out_rest"]
    item: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{0,24}$")] = Field(
        "", description="confirm、leave_out、split：哪一项"
    )
    text: Text = Field("", description="leave_out、leave_out_rest：理由")
    parts: list[Text] = Field(default_factory=list, max_length=20, description="split：拆成的各项措施")
    problem: Text = ""
    measure: Text = ""
    units: list[UnitGiven] = Field(default_factory=list, max_length=30)
    due: Day | None = None
    permanent: bool = Field(False, description="长期坚持")
    check: Annotated[str, Field(max_length=60)] = Field("", description="系统检查的代码")
    since: Day | None = Field(None, description="系统检查的起算日")
    why: Text = Field("", description="与读出的内容不同的，为什么")
