"""The shapes of inspectors' tasks, campaigns and results as the API gives and takes them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from mingjing.api.rows import Short, told
from mingjing.api.schemas import Given, Links, Told

if TYPE_CHECKING:
    from mingjing.inspections.visiting.visit_lists import TaskLine


class VisitLine(Told):
    """One task of inspectors; its name is closed until the visit begins."""

    code: str
    number: int
    title: str
    trigger: str
    reason: str
    inspectors: list[str] = Field(description="执法证号")
    due: date
    withdrawn: str
    name: str = Field(description="对象名称；名单没有开封的为空")
    object: str = Field(description="对象公开编号；名单没有开封的为空")
    case: str = Field(description="检查开始后的案件编号")
    result: str
    told: bool
    published: bool
    publish_by: date | None

    @classmethod
    def of(cls, line: "TaskLine") -> "VisitLine":
        """A task as the desk shows it."""
        shown = line.start is not None or line.task.draw_id is None
        return told(
            cls,
            line.task,
            title=line.title,
            trigger=line.trigger,
            name=line.name,
            object=line.task.object if shown else "",
            case=line.start.case_code if line.start else "",
            result=line.result.title if line.result else "",
            told=line.told,
            published=line.published,
            publish_by=line.publish_by,
        )


class VisitPage(Told):
    """Tasks."""

    items: list[VisitLine]
    links: Links


class SheetAnswerGiven(Given):
    """The answer to one question of the check form."""

    answer: Short
    note: Annotated[str, Field(max_length=500)] = ""


class SheetGiven(Given):
    """A filled-in check form, question by question."""

    answers: list[SheetAnswerGiven] = Field(max_length=100)
    result: Annotated[str, Field(max_length=4)] = Field(description="检查结果代码")


class CampaignLine(Told):
    """One campaign of inspections."""

    code: str
    agency: str
    title: str
    item: str
    begins: date
    ends: date
    made_at: datetime


class CampaignPage(Told):
    """Campaigns."""

    items: list[CampaignLine]
    links: Links


class ResultLine(Told):
    """A visit whose result the firm knows."""

    case_code: str
    name: str
    agency: str
    campaign: str
    campaign_code: str
    told_on: date
    due: date | None
    published: bool
    overdue: bool


class ResultPage(Told):
    """Results."""

    items: list[ResultLine]
    links: Links
