"""The live cases of the demo: the stories, told of many parties and stopped at every stage."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.selectors import acts_of, case_opened_by
from mingjing.cli.demo.bureau import BUREAU
from mingjing.cli.demo.exhibits import exhibit
from mingjing.cli.demo.story import Step, Telling, story
from mingjing.evidence.services import receive_upload
from mingjing.lawengine.calendar import WorkCalendar
from mingjing.packs.load import library
from mingjing.personnel.selectors import agency, person
from mingjing.publicity import services as publicity
from mingjing.publicity.desk import doubtful_words

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.personnel.models import Agency

TABLE: Final = Path(__file__).parent / "live.toml"
WEEKS_BACK: Final = 26
SATURDAY: Final = 5


def make_live_cases(today: date) -> int:
    """Play every live case of the table that is not there yet; gives how many cases the table has."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    places = {row["agency"]: row for row in table["place"]}
    numbers: dict[str, str] = {}  # of the cases that others name
    for number, row in enumerate(table["case"]):
        code = row.get("agency", BUREAU)
        telling = _telling(agency(code), row, number, today)
        telling.swaps = _swaps(row, places.get(code, {}), numbers)
        if place := places.get(code):
            telling.people = _People(place["people"])
        case = telling.play(row["steps"] or None)
        if "name" in row:
            numbers[row["name"]] = case.number
    return len(table["case"])


class _People(dict[str, str]):
    """The people of another bureau: its mark before their part in the story."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self._mark = mark

    def get(self, part: str, default: Any = None) -> str:
        return f"{self._mark}{part}"


def _swaps(
    row: Mapping[str, Any], place: Mapping[str, Any], numbers: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Give the words of the place, then those of this case; what the case swaps is told in words of the place."""
    named = [(old, numbers[name]) for old, name in row.get("numbers", {}).items()]
    return [*((old, new) for old, new in (*place.get("texts", ()), *row.get("texts", ()))), *named]


def _telling(bureau: "Agency", row: Mapping[str, Any], number: int, today: date) -> Telling:
    told = story(row["story"])
    calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
    last = told.steps[(row["steps"] or len(told.steps)) - 1]
    yesterday = calendar.add_working_days(today, -1)  # so that no step lies later today than now
    if told.told_on is None:
        start = calendar.add_working_days(yesterday, -(last.day + row["ago"]))
    else:
        ended = calendar.add_working_days(yesterday, -row["ago"]) if "ago" in row else yesterday
        start = _own_days(told.told_on, last.day, ended, calendar, near="ago" in row)
    pair = ("officer3", "officer4") if number % 3 == 2 and told.told_on is None else ("officer", "officer2")
    accuses = library().procedures[told.procedure].enforcement == "penalty"
    return Telling(
        story=told,
        agency=bureau,
        start=start,
        calendar=calendar,
        people=dict(zip(("officer", "officer2"), pair, strict=True)),
        values=row["values"],
        mark=f"live-{number}",
        upload=partial(upload, bureau, proves="against" if accuses else "neutral"),
        publish=publish,
    )


def _own_days(first: date, days: int, ended: date, calendar: WorkCalendar, *, near: bool) -> date:
    """Give the day to tell a typical file from: its own, or near `ended` the same weekday before plain weeks.

    A file is lawful on its own days; moved by whole weeks it stays so where no holiday falls between.
    """
    weeks = (ended - first).days - days
    start = first + timedelta(days=weeks - weeks % 7)
    if not near and start >= first:
        return first
    plain = (start - timedelta(weeks=back) for back in range(WEEKS_BACK))
    return next((one for one in plain if _plain(one, days, calendar)), start)


def _plain(start: date, days: int, calendar: WorkCalendar) -> bool:
    """Whether the working days from here on are the weekdays, as far as the calendar goes."""
    span = (start + timedelta(days=n) for n in range(days + 1))
    return all(calendar.is_working_day(one) == (one.weekday() < SATURDAY) for one in span)


def upload(
    bureau: "Agency", case_code: str, title: str, by: str, at: datetime, *, proves: str = "against"
) -> str:
    """Put a made-up picture or sound into the evidence of a case; gives its digest.

    What speaks for the party says so in its title.
    """
    name, content = exhibit(title, case_code)
    item = receive_upload(
        content,
        original_name=name,
        dossier=case_code,
        agency=bureau.code,
        by=by,
        title=title,
        legal_kind="documentary" if "复印件" in title else "audiovisual",
        side="for" if "改正" in title else proves,
        taken_by=person(by).name,
        taken_at=at - timedelta(minutes=20),
    )
    return item.digest


def publish(case: "Case", step: Step, facts: Mapping[str, Any], at: datetime) -> "Act":
    """Publish as the bureau does: one person prepares, another confirms."""
    prepares, confirms = (person(one) for one in step.who)
    paper = publicity.prepare(case=case, by=prepares, facts=facts, at=at)
    doubtful = [one.text for one in doubtful_words(paper, confirms)]
    publicity.confirm(preparation=paper, by=confirms, checked=doubtful, at=at)
    return acts_of(case)[-1]


def newcomer_case() -> "Case":
    """Give the case that the README lets a newcomer finish."""
    return case_opened_by("story-live-0-0")


def named_case(name: str) -> "Case":
    """Give the case that has this name in the table."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
    number = next(number for number, row in enumerate(rows) if row.get("name") == name)
    return case_opened_by(f"story-live-{number}-0")
