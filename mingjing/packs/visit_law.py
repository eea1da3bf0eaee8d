"""What a visit may find and why it is made: result codes, triggers, limits as a pack lists them; nothing is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from mingjing.lawengine.calendar import UnknownYear, WorkCalendar
from mingjing.lawengine.periods import day_of, move
from mingjing.lawengine.terms import Unit
from mingjing.packs.source import PackFile

FILE: Final = "cn/inspection_results.toml"
UNITS: Final[tuple[Unit, ...]] = ("working_days", "calendar_days", "months")


@dataclass(frozen=True, slots=True)
class Trigger:
    """Why a visit is made, and whether it counts against the yearly cap of the firm."""

    code: str
    title: str
    kind: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One code that a visit may end with."""

    code: str
    title: str
    conclusion: str
    problem: bool
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of days with the text that it comes from."""

    days: int
    unit: Unit
    source: str
    verified: bool

    def last_day(self, start: date, calendar: WorkCalendar) -> date:
        """Give the last day of the limit, the day of the event not counted.

        While the holidays of its year are not published, a day by which it has surely ended.
        """
        try:
            return day_of(move(calendar, start, self.days, self.unit))
        except UnknownYear:
            return start + timedelta(days=2 * self.days)


@dataclass(frozen=True, slots=True)
class VisitLaw:
    """All of it; `verified` false is said wherever the codes are shown."""

    triggers: Mapping[str, Trigger]
    results: Mapping[str, Result]
    follow_up: Limit
    verified: bool
    note: str


def load_visit_law(lawpacks: Path) -> VisitLaw:
    """Read the list. Raises PackError, naming file and line, for a faulty one."""
    file = PackFile.read(lawpacks / FILE, FILE)
    triggers = [
        _made(file, Trigger, one, "trigger", at, ("code", "title", "kind"), "counts")
        for at, one in enumerate(_entries(file, "trigger"))
    ]
    results = [
        _made(file, Result, one, "result", at, ("code", "title", "conclusion"), "problem", ("refused",))
        for at, one in enumerate(_entries(file, "result"))
    ]
    source = file.data.get("source", {})
    return VisitLaw(
        triggers={one.code: one for one in triggers},
        results={one.code: one for one in results},
        follow_up=_limit(file, "follow_up"),
        verified=bool(source.get("verified")),
        note=str(source.get("note", "")),
    )


def _made(
    file: PackFile,
    shape: Any,
    entry: Mapping[str, Any],
    name: str,
    at: int,
    texts: tuple[str, ...],
    flag: str,
    may: tuple[str, ...] = (),
) -> Any:
    if (
        set(entry) - set(may) != {*texts, flag}
        or not all(isinstance(entry[one], bool) for one in (flag, *may) if one in entry)
        or not all(entry[one] for one in texts)
    ):
        raise file.fault(f"每项须有 {'、'.join(texts)}、{flag}，且没有别的", name, at)
    return shape(**entry)


def _limit(file: PackFile, name: str) -> Limit:
    said = file.data.get(name)
    if not isinstance(said, dict) or not isinstance(said.get("days"), int) or said["days"] < 1:
        raise file.fault(f"[{name}] 的 days 须为正整数", name)
    if said.get("unit") not in UNITS:
        raise file.fault(f"[{name}] 的 unit 应为 {'、'.join(UNITS)} 之一", name)
    source = said.get("source", {})
    cited = f"{source.get('law')}{source.get('article')}"
    return Limit(said["days"], said["unit"], cited, bool(source.get("verified")))


def _entries(file: PackFile, name: str) -> list[dict[str, Any]]:
    entries = file.data.get(name)
    if not isinstance(entries, list) or not entries:
        raise file.fault(f"缺少 [[{name}]]", name)
    return entries
