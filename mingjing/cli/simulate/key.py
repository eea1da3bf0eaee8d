"""The key of a county: what was planted where, one JSON line each; read back to be held against what was found."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mingjing.cli.simulate.planning import County
from mingjing.cli.simulate.settling import Brief
from mingjing.cli.simulate.stories import faults
from mingjing.cli.simulate.telling import Task, firm_code

FORMAT: Final = "mingjing-county@1"
FAULT, DEFECT, LOOKALIKE, RUNNING = "fault", "defect", "lookalike", "running"
PARTY: Final = "party "


@dataclass(frozen=True, slots=True)
class Line:
    """One thing planted. `subject` is a case, a person, a firm or a day; `also` are models that must speak up too.

    A look-alike is lawful. What is only running is no fault: a limit that ends within days by itself.
    """

    kind: str
    code: str  # of the model; empty for a defect of the review
    item: str  # of the review standard
    agency: str
    subject: str
    what: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """The whole key. `on` is the moment at which the county is looked at."""

    seed: int
    cases: int
    on: datetime
    lines: tuple[Line, ...]

    def text(self) -> str:
        """Give it as the file has it: a head, then a line each."""
        head = {"format": FORMAT, "seed": self.seed, "cases": self.cases, "on": self.on.isoformat()}
        rows = [head, *({**asdict(one), "also": list(one.also)} for one in self.lines)]
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


class KeyRefused(Exception):
    """The file is no key of a county. The message is Chinese."""


def read_key(path: Path, codes: Iterable[str]) -> Key:
    """Read a key back; raises KeyRefused, also where it names a model that there is none of."""
    try:
        head, *rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        if head.get("format") != FORMAT:
            raise KeyRefused(f"“{path}”不是模拟县的答案文件。请用 mingjing simulate county 生成的文件。")
        lines = tuple(Line(**{**row, "also": tuple(row["also"])}) for row in rows)
        key = Key(head["seed"], head["cases"], datetime.fromisoformat(head["on"]), lines)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyRefused(f"读不了答案文件“{path}”：{error}") from None
    known = set(codes)
    for number, line in enumerate(key.lines, 2):
        for code in (line.code, *line.also):
            if code and code not in known:
                raise KeyRefused(f"答案文件第 {number} 行：没有预警模型“{code}”。")
    return key


def key_of(county: County, briefs: Sequence[Brief]) -> Key:
    """Write down what was planted."""
    lines = [line for one in briefs for line in _of_case(county, one)]
    return Key(county.seed, len(briefs), county.on, (*lines, *_of_patterns(county)))


def _of_case(county: County, one: Brief) -> Iterator[Line]:
    agency, code = county.bureaus[one.task.bureau - 1].code, one.code
    if one.near:
        yield Line(RUNNING, "limit_near", "", agency, code, "期限三个工作日以内到期")
    if not one.task.fault:
        return
    fault = faults()[one.task.fault]
    if fault.lawful:
        yield Line(LOOKALIKE, fault.code, "", agency, code, fault.what, fault.also)
    elif fault.code:
        yield Line(FAULT, fault.code, fault.item, agency, code, fault.what, fault.also)
    else:
        yield Line(DEFECT, "", fault.item, agency, code, fault.what, fault.also)


def _of_patterns(county: County) -> Iterator[Line]:
    for code, number, subject, what in county.patterns:
        told = _party(number, subject.removeprefix(PARTY)) if subject.startswith(PARTY) else subject
        yield Line(FAULT, code, "", county.bureaus[number - 1].code, told, what)


def _party(bureau: int, number: str) -> str:
    day: Any = None
    return firm_code(Task(0, bureau, "", int(number), ("", ""), "", (day, day), day))
