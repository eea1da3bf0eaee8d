"""Finds for each case days on which its lawful form is lawful, tells it and has it judged; needs no database."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from mingjing.cases.bulk import Entered, Judged, WholeCase, judge_whole
from mingjing.cli.simulate.stories import faults, stories
from mingjing.cli.simulate.telling import Task, tell, template
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import ActRecord, CaseHead, Law, Status
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.cli.simulate.people import Bureau

TRIES: Final = 60
WEEK, SATURDAY = 7, 5
EXACT: Final = 10  # a last act not longer ago than this lies on its very day
MONTH_END: Final = 25
NEAR: Final = 3  # working days
AFTER_THE_END: Final = ("closing", "publication")
DECIDED: Final = ("penalty_decided", "on_the_spot_decided")


@dataclass(frozen=True, slots=True)
class Settled:
    """A case on its days: its acts, what the engine says of it, and how many days were tried before."""

    task: Task
    whole: WholeCase
    near: bool  # a limit that somebody must meet ends within a few working days
    tried: int

    @property
    def brief(self) -> "Brief":
        return Brief(self.task, self.whole.code, self.near, self.tried, bool(self.whole.judged.refused))


@dataclass(frozen=True, slots=True)
class Brief:
    """What the key needs of a case. `refused`: live recording would not have let it happen."""

    task: Task
    code: str
    near: bool
    tried: int
    refused: bool


def able(bureau: "Bureau", on: datetime) -> frozenset[str]:
    """Give the stories whose file is lawful in the field of a bureau."""
    law, found = law_of(bureau.region, bureau.field, bureau.code), set()
    officers, reviewer = bureau.officers, bureau.of("reviewer")[0].username
    for name, story in stories().items():
        day = story.first
        task = Task(
            *(0, bureau.number, name, 1, (officers[0].username, officers[1].username), reviewer),
            window=(day, day),
            start=day,
        )
        if judge_whole(law, head_of(bureau, name), tell(task, bureau, on), on).clean:
            found.add(name)
    return frozenset(found)


@cache
def law_of(region: str, field: str, agency: str) -> Law:
    """Give the law of a bureau."""
    return library().law(region=region, field=field, agency=agency)


def head_of(bureau: "Bureau", story: str) -> CaseHead:
    """Give what is true of a case before any act."""
    procedure = stories()[story].file.head.procedure
    return CaseHead(bureau.region, bureau.field, bureau.code, "bureau", procedure)


def settle(task: Task, bureau: "Bureau", on: datetime, seed: int) -> Settled:
    """Find the days of a case and tell it; raises ValueError where no days suit it."""
    chance = random.Random(f"days {seed} {task.number}")  # noqa: S311 - a county must be the same every time
    law, head = law_of(bureau.region, bureau.field, bureau.code), head_of(bureau, task.story)
    fault = faults()[task.fault] if task.fault else None
    if fault is not None and fault.last is not None:
        task.start = _fixed(task, on.date())
        acts = tell(task, bureau, on)
        return _settled(task, bureau, acts, judge_whole(law, head, acts, on), on, seed, 0)
    for tried in range(TRIES):
        task.start = _day(task, chance)
        honest = _honest(task, bureau)
        acts = tell(honest, bureau, on, lawful=True)
        if not acts or (task.month_end and not _ends_month(acts)):
            continue
        judged = judge_whole(law, head, acts, on)
        if not judged.clean or (fault is not None and fault.lawful and _odd_days(acts)):
            continue
        if fault is not None:
            acts = tell(task, bureau, on)
            judged = judge_whole(law, head, acts, on)
        return _settled(task, bureau, acts, judged, on, seed, tried)
    raise ValueError(f"no lawful days for {task}")


def _honest(task: Task, bureau: "Bureau") -> Task:
    """Give the case as it would be with nothing wrong: by people who may enforce."""
    valid = [one.username for one in bureau.officers]
    first, second = task.handlers
    if first in valid:
        return task
    return replace(task, handlers=(next(one for one in valid if one != second), second))


def _day(task: Task, chance: random.Random) -> date:
    """Choose the day of the first act, on the weekday that it has in the file."""
    begins, ends = task.window
    day = begins + timedelta(days=chance.randint(0, max((ends - begins).days, 0)))
    first = stories()[task.story].first
    return day - timedelta(days=(day - first).days % WEEK)


def _fixed(task: Task, on: date) -> date:
    """Give the first day of a case that stopped so many days ago."""
    fault, made = faults()[task.fault], template(task.story, task.fault)
    last = fault.last or 0
    if fault.begun:
        return on - timedelta(days=fault.begun)
    done = made.acts[-1].done_at
    day = on - timedelta(days=last) - ((legal_day(done) if done else made.first) - made.first)
    return day if last <= EXACT else day - timedelta(days=(day - made.first).days % WEEK)


def _ends_month(acts: list[ActRecord]) -> bool:
    decided = [act.done_at for act in acts if act.kind in DECIDED and act.done_at]
    return bool(decided) and legal_day(decided[-1]).day >= MONTH_END


def _odd_days(acts: list[ActRecord]) -> bool:
    """Say whether weekends were worked while a case ran: what is lawful to the day in other weeks is late in these."""
    days = [legal_day(act.done_at) for act in acts if act.done_at]
    whole = (days[0] + timedelta(days=at) for at in range((days[-1] - days[0]).days + 1))
    return any(day.weekday() >= SATURDAY and library().calendar.is_working_day(day) for day in whole)


def _settled(
    task: Task, bureau: "Bureau", acts: list[ActRecord], judged: Judged, on: datetime, seed: int, tried: int
) -> Settled:
    entered = [_entered(act, task) for act in acts]
    whole = WholeCase(
        mark=f"county {seed} {task.number}", head=head_of(bureau, task.story), acts=entered, judged=judged
    )
    return Settled(task, whole, _near(acts, judged, on), tried)


def _entered(act: ActRecord, task: Task) -> Entered:
    """Let an act be entered within the hour, by whoever did it; later where somebody enters his late."""
    who, days = task.late
    by = act.performers[0].person if act.performers else ""
    lag = timedelta(days=days if by and by == who else 0, minutes=5 + (task.number + act.seq * 7) % 50)
    if act.done_at is None:
        raise ValueError("a live act has its day")
    return Entered(act, act.done_at + lag, by)


def _near(acts: list[ActRecord], judged: Judged, on: datetime) -> bool:
    """Say whether a limit that still has to be met ends within a few working days, counted here."""
    ended = any(library().kinds[act.kind].ends == "closed" for act in acts)
    if judged.refused:
        return False
    for one in judged.standing.deadlines:
        if one.status is not Status.RUNNING or one.due is None or one.bound == "not_before":
            continue
        due = legal_day(one.due) if isinstance(one.due, datetime) else one.due
        if (not ended or one.topic in AFTER_THE_END) and on.date() <= due <= on.date() + timedelta(days=14):
            days = (on.date() + timedelta(days=at) for at in range(1, (due - on.date()).days + 1))
            if sum(map(library().calendar.is_working_day, days)) <= NEAR:
                return True
    return False
