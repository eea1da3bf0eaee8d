"""The shapes of file reviews as the API gives and takes them: campaigns, files with their opinions, every step."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rooms.step_schemas import StepLine
from mingjing.api.rows import AgencyCode, told
from mingjing.api.schemas import Code, Day, Given, Links, Told
from mingjing.appraisal.standing import FULL
from mingjing.review.scoring import human_items, review_standard

if TYPE_CHECKING:
    from mingjing.appraisal.selectors import Line as ReviewOf

Reader = Annotated[str, Field(pattern=r"^[\w.@+-]{1,40}$", description="评查人员用户名")]
ItemOf = Annotated[str, Field(max_length=20, description="评查标准的项目编号")]
Said = Annotated[str, Field(max_length=1000)]


class ReviewLine(Told):
    """One campaign of file reviews."""

    code: str
    title: str
    office: str
    state: str
    organiser: bool
    reader: bool
    unit: bool
    at: datetime
    self: str

    @classmethod
    def of(cls, line: "ReviewOf") -> "ReviewLine":
        """A campaign and what the viewer is in it."""
        return cls(**review_told(line))


def review_told(line: "ReviewOf") -> dict[str, Any]:
    """What lists tell of a campaign."""
    row = line.row
    return {
        "code": row.code,
        "title": row.title,
        "office": row.office.code,
        "state": line.now.state,
        "organiser": line.organiser,
        "reader": line.reader,
        "unit": line.unit,
        "at": row.at,
        "self": f"/api/v1/file-reviews/{row.code}",
    }


class ReviewPage(Told):
    """Campaigns of file reviews."""

    items: list[ReviewLine]
    links: Links


class SeedPartyLine(Told):
    """One of those who make the seed of the draw."""

    name: str
    agency: str
    pledged: bool
    revealed: bool


class LackingLine(Told):
    """A role for which the organiser has to name a reader, and who is free."""

    role: str
    free: list[str]


class ReviewFileLine(Told):
    """One file of a campaign; `test`, `readers` and `lacking` are the organiser's to know."""

    key: str
    agency: str
    case: str
    test: bool
    twice: bool
    score: int | None
    vetoed: bool | None
    objected: bool
    lacking: list[LackingLine]
    self: str


class OwnReadingLine(Told):
    """A file that the viewer reads."""

    key: str
    role: str
    handed: bool
    self: str


class UnitResultLine(Told):
    """What a unit came to."""

    agency: str
    files: int
    tenths: int = Field(description="平均分，以十分之一分计")
    vetoed: int
    levels: dict[str, int]
    place: int


class ReviewAnswer(ReviewLine):
    """One campaign as it concerns the viewer."""

    begins: date
    ends: date
    procedures: list[str]
    take: int
    share: int
    units: list[str]
    readers: list[str]
    parties: list[SeedPartyLine]
    declaration: str = Field(description="公告的摘要，各方的承诺以它计算")
    objection_due: date | None
    files: list[ReviewFileLine]
    readings: list[OwnReadingLine]
    results: list[UnitResultLine]
    steps: list[StepLine]


class PlanGiven(Given):
    """A campaign as it is planned."""

    title: Annotated[str, Field(max_length=100)]
    begins: Day
    ends: Day
    procedures: list[Literal["ordinary", "summary"]] = Field(max_length=2)
    agencies: list[AgencyCode] = Field(max_length=200, description="被评查的下级单位")
    take: Annotated[int, Field(ge=1, le=500, strict=True)] = Field(description="每个单位抽几份")
    share: Annotated[int, Field(ge=0, le=100, strict=True)] = Field(description="盲评的百分比")
    readers: list[Reader] = Field(max_length=500)
    party: AgencyCode = Field(description="与组织机关共同产生随机数的被评查单位")


class ReviewStepGiven(Given):
    """One step of a campaign as a whole."""

    step: Literal["pledged", "revealed", "dropped", "opened", "announced", "closed"]
    commitment: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = Field(
        "", description="pledged：随机数的承诺；随机数由出数方自己保管，公开以前不发来"
    )
    nonce: Annotated[str, Field(max_length=128)] = Field("", description="revealed：随机数")
    text: Said = Field("", description="dropped：理由")


class TestFileGiven(Given):
    """A test file: a copy of a file that was not drawn, one fact of which reads wrongly."""

    source: Code = Field(description="作底本的案件")
    place: Annotated[str, Field(max_length=80)] = Field(description="改动哪一项：行为序号/内容名")
    text: Annotated[str, Field(max_length=2000)] = Field(description="改成什么")
    item: ItemOf
    words: Said = Field(description="错在哪里")


class BodyFactLine(Told):
    """One fact of an act."""

    name: str
    title: str
    text: str


class BodyActLine(Told):
    """One act of a file as its readers see it."""

    seq: int
    title: str
    day: str
    people: list[str]
    facts: list[BodyFactLine]
    evidence: list[str]


class BodyAnswer(Told):
    """A file as its readers see it; a test file looks the same."""

    title: str
    number: str
    party: str
    acts: list[BodyActLine]

    @classmethod
    def of(cls, body: dict[str, Any]) -> "BodyAnswer":
        """A file; where a test file comes from is not told."""
        acts = [
            told(BodyActLine, one, facts=[told(BodyFactLine, fact) for fact in one["facts"]])
            for one in body["acts"]
        ]
        return told(cls, body, acts=acts)


class MachineLine(Told):
    """What the machine took off under one item."""

    no: str
    title: str
    lost: int
    veto: bool
    told: list[str]


class JudgedLine(Told):
    """One item that a person has to judge."""

    no: str
    title: str
    stage: str
    most: int = Field(description="最多扣几分；100：否决")
    why: str


def judged() -> list[JudgedLine]:
    """The items that people judge."""
    human = human_items()
    return [
        told(
            JudgedLine,
            one,
            most=FULL if one.veto else int(float(one.points)),
            why=human[one.no].why,
        )
        for one in review_standard().items
        if one.no in human
    ]


class MarkLine(Told):
    """One deduction of an opinion."""

    no: str
    title: str
    points: int
    words: str
    who: str


class OverruledLine(Told):
    """A deduction of the machine that a reader does not let stand."""

    no: str
    words: str


class OpinionLine(Told):
    """What one reader found."""

    role: str
    reader: str = Field(description="评查人员；只有组织人员看得到")
    score: int
    vetoed: bool
    at: datetime
    marks: list[MarkLine]
    overruled: list[OverruledLine]


class ReviewFileAnswer(Told):
    """One file as the viewer may see it."""

    key: str
    agency: str
    role: str = Field(description="被代理人在这份案卷上的角色；空：不是评查人员")
    writes: bool = Field(description="还等被代理人提交评查意见")
    objects: bool = Field(description="被代理人现在可以申请复核")
    objection: str
    body: BodyAnswer
    machine: list[MachineLine]
    items: list[JudgedLine] = Field(description="由人判断的项目；不等提交意见时为空")
    opinions: list[OpinionLine]


class MarkGiven(Given):
    """One deduction."""

    no: ItemOf
    points: Annotated[int, Field(ge=1, le=100, strict=True)]
    words: Said


class OverruledGiven(Given):
    """A deduction of the machine that does not hold."""

    no: ItemOf
    words: Said


class ReviewFileStepGiven(Given):
    """One step on one file."""

    step: Literal["opined", "excused", "appointed", "objected"]
    marks: list[MarkGiven] = Field(default_factory=list, max_length=200, description="opined：扣分")
    overruled: list[OverruledGiven] = Field(
        default_factory=list, max_length=200, description="opined：机器扣分不成立的"
    )
    text: Said = Field("", description="excused、objected：理由")
    role: Literal["", "first", "second", "third", "again"] = Field("", description="appointed：角色")
    reader: Annotated[str, Field(pattern=r"^[\w.@+-]{0,40}$")] = Field("", description="appointed：评查人员")


class TestFileAnswer(Told):
    """A test file was put in."""

    key: str
    self: str
