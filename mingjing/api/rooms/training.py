"""Training: hours, examinations that are set, applications for certificates; people sit examinations on pages."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import Query
from pydantic import Field

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.rows import Number, Paged, page_of, told
from mingjing.api.schemas import Given, Links, Told
from mingjing.personnel.refusals import RegisterRefused
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.training import applications, hours
from mingjing.training.selectors import exams_set, sittings_of

if TYPE_CHECKING:
    from mingjing.training.applications import Progress
    from mingjing.training.hours import Balance

room = Room("学习培训")
LEARN, BOARD, APPROVE = "training.learn", "training.board", "training.approve"
YearOf = Annotated[int | None, Field(ge=2000, le=2199, description="年度；不写：今年")]


class OfYear(Given):
    """Of which year."""

    year: YearOf = None


class HoursFilters(Paged, OfYear):
    """Of which year, which page."""


class LearntLine(Told):
    """Hours that count for a year."""

    kind: str
    title: str
    hours: int
    on: date
    proof: str


class HoursLine(Told):
    """The hours of one person in one year."""

    username: str
    name: str
    agency: str
    year: int
    hours: int
    demanded: int
    short: int

    @classmethod
    def of(cls, one: "Balance") -> "HoursLine":
        """Somebody's hours against what is demanded."""
        person = one.person
        return told(cls, one, username=person.username, name=person.name, agency=person.agency.code)


class HoursAnswer(HoursLine):
    """One's own hours, line by line."""

    lines: list[LearntLine]


class HoursPage(Told):
    """The hours of officers."""

    items: list[HoursLine]
    links: Links


@room.get("/training/own", LEARN, answer=HoursAnswer)
def get_own_hours(request: Called, of: Query[OfYear]) -> HoursAnswer:
    """读取被代理人本人一个年度的学时。"""
    found = hours.balance_of(request.auth.person, of.year or timezone.localdate().year)
    lines = [told(LearntLine, one) for one in found.lines]
    return HoursAnswer(**HoursLine.of(found).model_dump(), lines=lines)


@room.get("/training/hours", BOARD, answer=HoursPage)
def list_hours(request: Called, filters: Query[HoursFilters]) -> HoursPage:
    """列出可以查阅的机关执法人员一个年度的学时，缺得多的在前。"""
    sight = set(agencies_visible_to(request.auth.person, BOARD))
    here = [one for one in agencies() if one.pk in sight]
    found = hours.balances(here, filters.year or timezone.localdate().year)
    rows, links = page_of(request, found, lambda one: one.person.username, filters)
    return HoursPage(items=[HoursLine.of(one) for one in rows], links=links)


# --- examinations and applications -------------------------------------------------------------


class ExamLine(Told):
    """An examination that is set, with the viewer's own marks."""

    pk: int
    title: str
    opens_on: date
    closes_on: date
    minutes: int
    pass_mark: int
    attempts: int
    hours: int
    qualifies: bool = Field(description="执法资格考试")
    own_marks: list[int]


class ExamPage(Told):
    """Examinations."""

    items: list[ExamLine]


class ApplicationFilters(Paged):
    """Whose applications."""

    of: Literal["own", "board"] = Field("own", description="own 本人的，board 可以查阅的机关的")


class ApplicationStepLine(Told):
    """One step of an application."""

    kind: str
    note: str
    by: str
    at: datetime


class ApplicationLine(Told):
    """An application for an enforcement certificate."""

    pk: int
    username: str
    name: str
    agency: str
    fields: list[str]
    reason: str
    at: datetime
    open: bool
    stands: str
    steps: list[ApplicationStepLine]

    @classmethod
    def of(cls, one: "Progress") -> "ApplicationLine":
        """An application and how far it has come."""
        return cls(**_application(one))


def _application(one: "Progress") -> dict[str, Any]:
    row, person = one.row, one.row.person
    return {
        "pk": row.pk,
        "username": person.username,
        "name": person.name,
        "agency": person.agency.code,
        "fields": list(row.fields),
        "reason": row.reason,
        "at": row.at,
        "open": one.open,
        "stands": one.stands,
        "steps": [told(ApplicationStepLine, step) for step in one.steps],
    }


class ApplicationPage(Told):
    """Applications."""

    items: list[ApplicationLine]
    links: Links


class ApplicationGiven(Given):
    """What somebody asks for himself."""

    fields: list[Annotated[str, Field(max_length=40)]] = Field(max_length=50, description="执法类别代码")
    reason: Annotated[str, Field(max_length=200)]


class ApplicationDecisionGiven(Given):
    """What the head decides."""

    approved: bool
    opinion: Annotated[str, Field(max_length=200)] = Field("", description="不同意的必须写明理由")


@room.get("/training/exams", LEARN, answer=ExamPage)
def list_exams(request: Called) -> ExamPage:
    """列出设定的考试和被代理人本人的成绩。考试由本人在页面上作答。"""
    person = request.auth.person
    return ExamPage(
        items=[
            told(
                ExamLine,
                one,
                own_marks=[sat.result.mark for sat in sittings_of(person, one) if hasattr(sat, "result")],
            )
            for one in exams_set()
        ]
    )


@room.get("/training/applications", LEARN, BOARD, answer=ApplicationPage)
def list_applications(request: Called, filters: Query[ApplicationFilters]) -> ApplicationPage:
    """列出申领执法证件的申请：本人的，或者可以查阅的机关的。"""
    demand(request, LEARN if filters.of == "own" else BOARD)
    person = request.auth.person
    if filters.of == "own":
        found = applications.applications_of(person)
    else:
        found = applications.applications_seen_by(person, BOARD)
    rows, links = page_of(request, found, lambda one: one.row.pk, filters)
    return ApplicationPage(items=[ApplicationLine.of(one) for one in rows], links=links)


@room.post("/training/applications", LEARN, answer=ApplicationLine)
def apply_for_certificate(request: Called, given: ApplicationGiven) -> ApplicationLine:
    """为被代理人本人申领执法证件；由本机关负责人决定。"""
    by = request.auth.person
    with refusing(RegisterRefused):
        row = applications.apply(by=by, fields=given.fields, reason=given.reason, at=timezone.now())
    return next(ApplicationLine.of(one) for one in applications.applications_of(by) if one.row.pk == row.pk)


@room.post("/training/applications/{application}/decision", APPROVE, answer=ApplicationLine)
def decide_on_application(
    request: Called, application: Number, given: ApplicationDecisionGiven
) -> ApplicationLine:
    """同意或者不同意一份申请。本人的申请不能由本人决定。"""
    _application_seen(request, application)
    with refusing(RegisterRefused):
        applications.decide(
            pk=application,
            approved=given.approved,
            opinion=given.opinion,
            by=request.auth.person,
            at=timezone.now(),
        )
    return ApplicationLine.of(_application_seen(request, application))


def _application_seen(request: Called, pk: int) -> "Progress":
    seen = applications.applications_seen_by(request.auth.person, APPROVE)
    found = next((one for one in seen if one.row.pk == pk), None)
    if found is None:
        raise not_found()
    return found
