"""Training: the hours of a person and of an agency's officers; courses and examinations are sat on pages."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

from django.utils import timezone
from ninja import Query
from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.rows import Paged, page_of, told
from mingjing.api.schemas import Given, Links, Told
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.training import hours

if TYPE_CHECKING:
    from mingjing.training.hours import Balance

room = Room("学习培训")
LEARN, BOARD = "training.learn", "training.board"
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
