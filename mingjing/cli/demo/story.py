"""A story is a case told step by step; playing it records every step through the real services, under the law."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingjing.cases.services import Deed, open_case, record_act
from mingjing.kit.clock import BEIJING, beijing, chinese_date, legal_day
from mingjing.lawengine.calendar import WorkCalendar
from mingjing.lawengine.model import EvidenceRef
from mingjing.packs.load import library
from mingjing.packs.typical import CaseFile, typical_files
from mingjing.personnel.selectors import person

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.personnel.models import Agency

FOLDER = Path(__file__).parent / "stories"

# "@5" is the fifth working day of the story, "@5T09:30" a moment of it, "@5d" that day in Chinese words; "@90c" is
# ninety calendar days from its start, for what lies beyond the published calendars.
MARK = re.compile(r"@(-?\d+)(?:T(\d\d:\d\d)|([dc]))?")

# A day, or a moment of it, as facts and texts of a typical file write it.
DAY = re.compile(
    r"(20\d\d)(?:-|年)(\d{1,2})(?:-|月)(\d{1,2})(?:日|(?:T(\d\d:\d\d)(?::\d\d)?\+08:00)|(?![\d-]))"
)


@dataclass(frozen=True)
class Step:
    """One act of a story."""

    kind: str
    day: int
    at: time
    who: tuple[str, ...]
    facts: Mapping[str, Any]
    evidence: tuple[str, ...] = ()
    prepared_by: str = ""
    via: str = ""


@dataclass(frozen=True)
class Story:
    """A whole case: its procedure, the values it is told with, and its acts."""

    procedure: str
    defaults: Mapping[str, str]
    steps: tuple[Step, ...]
    told_on: date | None = None  # of a typical file: its own first day, from which all its days are counted


@dataclass
class Telling:
    """One playing of a story: in which agency, by whom, from which day, about whom."""

    story: Story
    agency: "Agency"
    start: date
    calendar: WorkCalendar
    people: Mapping[str, str] = field(
        default_factory=dict
    )  # part in the story -> username; itself by default
    values: Mapping[str, str] = field(default_factory=dict)
    swaps: Sequence[tuple[str, str]] = ()  # words of a typical file -> words of this telling
    mark: str = ""  # makes the `once` tokens of this telling its own
    upload: Callable[[str, str, str, datetime], str] | None = (
        None  # (case, title, by, at) -> digest of the evidence
    )
    publish: Callable[["Case", Step, Mapping[str, Any], datetime], "Act"] | None = None

    def play(self, steps: int | None = None) -> "Case":
        """Record the first `steps` acts of the story (all by default) and give the case.

        What was told before is not told again, whatever else has been done in the case since. Raises ActRefused where
        the law stands against a step: a story is told truthfully or not at all.
        """
        first, *rest = self.story.steps[:steps]
        deed = self.deed(first, None)
        opened = open_case(agency=self.agency, procedure=self.story.procedure, deed=deed, once=self._once(0))
        case = opened.case
        for number, step in enumerate(rest, start=1):
            if number >= case.act_count:
                self.take(case, number, step)
                case.refresh_from_db(fields=["act_count"])
        return case

    def take(self, case: "Case", number: int, step: Step) -> "Act":
        """Record one step of the story."""
        if step.via == "publicity" and self.publish is not None:
            step = replace(step, who=tuple(map(self.username, step.who)))
            return self.publish(case, step, self.told(step.facts), self.moment(step))
        return record_act(case=case, deed=self.deed(step, case), once=self._once(number))

    def deed(self, step: Step, case: "Case | None") -> Deed:
        """Give a step as somebody would report it."""
        at, who = self.moment(step), [self.username(one) for one in step.who]
        evidence = []
        if case is not None and self.upload is not None:
            evidence = [self.upload(case.code, title, who[0], at) for title in step.evidence]
        return Deed(
            kind=step.kind,
            facts=self.told(step.facts),
            performers=who,
            by=person(who[0]),
            done_at=at,
            evidence=evidence,
        )

    def moment(self, step: Step) -> datetime:
        """Give when a step is taken, in Beijing time."""
        return datetime.combine(self.day(step.day), step.at, tzinfo=BEIJING)

    def day(self, number: int) -> date:
        """Give the working day of the story with this number; before its start the days are counted back.

        A typical file is lawful on its own days: they are kept as far from each other as they are.
        """
        if self.story.told_on:
            return self.start + timedelta(days=number)
        if number >= 0:
            return self.calendar.add_working_days(self.start, number) if number else self.start
        return date.fromordinal(self.start.toordinal() + number)

    def username(self, part: str) -> str:
        return self.people.get(part, part)

    def told(self, value: Any) -> Any:
        """Give facts with the values and dates of this telling in place of their marks."""
        if isinstance(value, Mapping):
            return {name: self._person(name, self.told(one)) for name, one in value.items()}
        if isinstance(value, list):
            return [self.told(one) for one in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        for old, new in self.swaps:
            text = text.replace(old, new)
        values = {**self.story.defaults, **self.values}
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return MARK.sub(self._date, text)

    def _date(self, found: re.Match[str]) -> str:
        number, time_of_day, form = int(found[1]), found[2], found[3]
        day = self.start + timedelta(days=number) if form == "c" else self.day(number)
        if form == "d":
            return chinese_date(day)
        return f"{day.isoformat()}T{time_of_day}+08:00" if time_of_day else day.isoformat()

    def _person(self, name: str, value: Any) -> Any:
        """Fields that name people name the people of this telling."""
        field_type = library().fields[name].type if name in library().fields else ""
        if field_type == "people":
            return [self.username(one) for one in value]
        return self.username(value) if field_type == "person" else value

    def _once(self, number: int) -> str:
        return f"story-{self.mark or self.start.isoformat()}-{number}"


def story(name: str) -> Story:
    """Read a story by its name; `cn/licence/granted` is the typical file of that name in the packs."""
    if "/" in name:
        return filed(name)
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Story(told["procedure"], told["defaults"], tuple(_steps(told["step"])))


def _steps(rows: list[dict[str, Any]]) -> Iterator[Step]:
    for row in rows:
        yield Step(
            kind=row["kind"],
            day=row["day"],
            at=time.fromisoformat(row["at"]),
            who=tuple(row["who"]),
            facts=row["facts"],
            evidence=tuple(row.get("evidence", ())),
            prepared_by=row.get("prepared_by", ""),
            via=row.get("via", ""),
        )


def filed(name: str) -> Story:
    """Tell a typical file of the packs as a story."""
    folder, _, last = name.rpartition("/")
    wanted = f"{folder}/files/{last}.toml"
    file = next(one for one in typical_files(library()) if one.name.endswith(wanted))
    days = sorted({legal_day(act.done_at) for act in file.acts if act.done_at})
    return Story(file.head.procedure, {}, tuple(_filed(file, days[0])), told_on=days[0])


def _filed(file: CaseFile, first: date) -> Iterator[Step]:
    for act in file.acts:
        if act.done_at is None:
            raise ValueError(f"{file.name}: {act.kind} has no day")
        done, computed = beijing(act.done_at), library().kinds[act.kind].computed
        yield Step(
            kind=act.kind,
            day=(done.date() - first).days,
            at=done.time(),
            who=tuple(one.person for one in act.performers),
            facts={name: _marked(one, first) for name, one in act.facts.items() if name not in computed},
            evidence=tuple(_title(ref, act.seq, number) for number, ref in enumerate(act.evidence, start=1)),
            via="publicity" if act.kind == "decision_published" else "",
        )


def _title(ref: EvidenceRef, seq: int, number: int) -> str:
    """Name a piece of evidence so that its like is made up for it."""
    what = {"photo": "现场照片", "video": "现场录像", "audio": "同步录音"}.get(ref.medium, "材料复印件")
    return f"{'改正后' if ref.side == 'for' else ''}{what}（{seq}-{number}）"


def _marked(value: Any, first: date) -> Any:
    """Give a fact with its days as marks, so that it can be told of other days."""
    if isinstance(value, Mapping):
        return {name: _marked(one, first) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(one, first) for one in value]
    if not isinstance(value, str):
        return value

    def mark(found: re.Match[str]) -> str:
        number = (date(int(found[1]), int(found[2]), int(found[3])) - first).days
        time_of_day = found[4]
        return f"@{number}{f'T{time_of_day}' if time_of_day else '' if '-' in found[0] else 'd'}"

    return DAY.sub(mark, value)
