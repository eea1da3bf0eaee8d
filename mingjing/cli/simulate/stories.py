"""The lawful files of the packs as stories of the county: cut, continued, and spoilt where a fault is planted; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import ActRecord
from mingjing.packs.corpus import Change, Defect, Impossible, read_changes, read_defects
from mingjing.packs.load import Library, library
from mingjing.packs.source import PackFile
from mingjing.packs.typical import CaseFile, typical_files

FOLDER: Final = Path(__file__).parent
SENT_BACK, WITHDRAWN = "hearing_sent_back", "withdrawn"

Acts = tuple[ActRecord, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One way a case is handled. `share` says how often beside the others."""

    name: str
    share: int
    file: CaseFile

    @property
    def first(self) -> date:
        return _day(self.file.acts[0])

    @property
    def span(self) -> timedelta:
        """From the day of the first act to that of the last."""
        return max(map(_day, self.file.acts)) - self.first


def _day(act: ActRecord) -> date:
    if act.done_at is None:
        raise ValueError(f"{act.kind} has no day")
    return legal_day(act.done_at)


@cache
def table(name: str) -> PackFile:
    """Read one of the tables beside this module."""
    return PackFile.read(FOLDER / f"{name}.toml", f"simulate/{name}.toml")


@cache
def stories() -> Mapping[str, Story]:
    """Give every story of the county by its name."""
    files = {file.name.removeprefix("cn/").removesuffix(".toml"): file for file in typical_files(library())}
    rows = enumerate(table("county").data["story"])
    return {row["name"]: _story(row, files[row["file"]], number) for number, row in rows}


def _story(row: Mapping[str, Any], file: CaseFile, number: int) -> Story:
    acts = file.acts
    if until := row.get("until"):
        acts = kept_until(acts, until)
    for change in read_changes(table("county"), library(), row.get("do", ()), number):
        acts = change(acts)
    if row["name"] == SENT_BACK:
        acts = _sent_back(acts)
    acts = (*acts, *_added(row.get("add", ()), acts, file))
    return Story(row["name"], row["share"], replace(file, acts=_in_order(acts)))


def kept_until(acts: Acts, kind: str) -> Acts:
    """Give the acts up to the last of a kind."""
    last = max(at for at, act in enumerate(acts) if act.kind == kind)
    return acts[: last + 1]


def _sent_back(acts: Acts) -> Acts:
    """Let the first opinion send the draft back for a problem in one point."""
    first = next(at for at, act in enumerate(acts) if act.kind == "legal_review_opined")
    facts = dict(acts[first].facts)
    points: Any = [dict(one) for one in facts["review_points"]]  # type: ignore[attr-defined]
    points[2] |= {"finding": "告知书送达回证缺少签收日期。", "opinion": "problem"}
    told = {"review_points": points, "review_conclusion": "correct", "review_opinion": "请补正后再次送审。"}
    return (*acts[:first], replace(acts[first], facts=facts | told), *acts[first + 1 :])


def _added(rows: Sequence[Mapping[str, Any]], acts: Acts, file: CaseFile) -> Iterator[ActRecord]:
    people = {one.person: one for act in file.acts for one in act.performers}
    at = acts[-1].done_at
    for row in rows:
        at = at + timedelta(days=row["after"]) if at else None
        who = tuple(people[one] for one in row["who"] if one in people)
        yield ActRecord(0, row["kind"], at, dict(row["facts"]), who)


def _in_order(acts: Sequence[ActRecord]) -> Acts:
    """Give the acts in the order in which they were done, numbered."""
    done = sorted(acts, key=lambda act: act.done_at.timestamp() if act.done_at else 0)
    return tuple(replace(act, seq=number) for number, act in enumerate(done, 1))


# --- faults -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault: the model that must find it, in which stories, what is done, and what follows by itself.

    A look-alike is lawful and must not be found. `item` is of the review standard where the fault costs one.
    """

    name: str
    code: str
    item: str
    what: str
    stories: tuple[str, ...]
    changes: tuple[Change, ...]
    also: tuple[str, ...]
    lawful: bool = False
    until: str = ""  # the case has come no further
    begun: int = 0  # ... and began so many days ago, where that is said
    last: int | None = None  # ... its last act was so many days ago
    field: str = ""  # only there it is a fault
    since: date | None = None  # only from this day on it is one

    def spoil(self, acts: Acts) -> Acts | None:
        """Give the acts with the fault; None where they have nothing to spoil."""
        try:
            for change in self.changes:
                acts = change(acts)
        except Impossible:
            return None
        return tuple(replace(act, seq=number) for number, act in enumerate(acts, 1))


@cache
def faults() -> Mapping[str, Fault]:
    """Give every fault of single cases, those of the models first, then the corpus of review defects."""
    corpus = {one.name: one for one in read_defects(library())}
    rows = table("faults").data
    found = {one.name: one for one in _told(rows["fault"], corpus, library())}
    also = {name: tuple(row["also"]) for row in rows["follows"] for name in row["of"]}
    only = {name: row for row in rows["only"] for name in row["of"]}
    for name, defect in corpus.items():
        found[f"评查：{name}"] = Fault(
            f"评查：{name}",
            "",
            defect.item,
            name,
            tuple(_that_have(defect)),
            defect.changes,
            also.get(name, ()),
            field=only.get(name, {}).get("field", ""),
            since=only.get(name, {}).get("since"),
        )
    return found


def _that_have(defect: Defect) -> Iterator[str]:
    """Give the stories in which a defect of the corpus is one: those that came to an end in the ordinary way."""
    for one in stories().values():
        if one.name != WITHDRAWN and defect.planted_in(one.file) is not None:
            yield one.name


def _told(rows: Sequence[Mapping[str, Any]], corpus: Mapping[str, Defect], packs: Library) -> Iterator[Fault]:
    for number, row in enumerate(rows):
        defect = corpus[row["defect"]] if "defect" in row else None
        own = read_changes(table("faults"), packs, row.get("do", ()), number)
        lawful = row.get("lawful") is True
        name = f"{'相似而合法' if lawful else '预警'}：{row['code']}：{row['what']}"
        yield Fault(
            name,
            row["code"],
            defect.item if defect else "",
            row["what"],
            tuple(row["story"]),
            (*defect.changes, *own) if defect else own,
            tuple(row.get("also", ())),
            lawful,
            row.get("until", ""),
            row.get("begun", 0),
            row.get("last"),
        )
