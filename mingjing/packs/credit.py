"""How grave a penalty is for the credit register, how long it is shown, how repair is handled: read from the packs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from mingjing.lawengine.calendar import WorkCalendar
from mingjing.lawengine.periods import day_of, move
from mingjing.packs.load import NATIONAL, Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackFile, nearest
from mingjing.packs.vocabulary import text

NAME: Final = "credit.toml"
_TESTS: Final = ("procedures", "only_kinds", "any_kinds", "fine_at_least", "fine_below")
_CITED: Final = ("law", "article", "quote", "verified", "note")
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "regulation": (*_CITED, "in_force", "procedures"),
    "grade": ("code", "title", "shown", "shortest", "longest", "quote"),
    "ground": ("id", "grade", "sure", "why", *_TESTS),
    "repair": (*_CITED, "accept_days", "decide_days", "complex_days", "conditions"),
    "sample": ("name", "facts", "grade", "sure"),
}


@dataclass(frozen=True, slots=True)
class Provision:
    """Where a figure comes from; `verified` false is said wherever the figure is shown."""

    law: str
    article: str
    quote: str
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class Grade:
    """One class of gravity: whether it is shown at all, and for how many months at least and at most."""

    code: str
    title: str
    shown: bool
    shortest: int
    longest: int
    quote: str


@dataclass(frozen=True, slots=True)
class Penalty:
    """What of a decision decides its grade."""

    procedure: str
    party_kind: str
    kinds: Sequence[str]
    fine_yuan: Decimal | None


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason to put a penalty into a grade; an unsure one is only proposed and a person decides."""

    id: str
    grade: str
    sure: bool
    why: str
    tests: Mapping[str, Any]

    def holds(self, penalty: Penalty) -> bool:
        """Say whether every test of the ground is met; an unknown amount meets none."""
        return all(_TEST[name](wanted, penalty) for name, wanted in self.tests.items())


@dataclass(frozen=True, slots=True)
class Proposal:
    """The grade that a penalty gets by the packs; None where nothing in them decides it."""

    grade: Grade | None
    sure: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepairTerms:
    """The working days in which a request for repair is accepted and decided, and what must be fulfilled."""

    source: Provision
    accept_days: int
    decide_days: int
    complex_days: int
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """What binds one agency: the grades from light to grave, the grounds, and the handling of repair."""

    source: Provision
    in_force: date
    procedures: tuple[str, ...]
    grades: tuple[Grade, ...]
    grounds: tuple[Ground, ...]
    repair: RepairTerms

    def binds(self, procedure: str, decided_on: date) -> bool:
        """Say whether a decision of this day in such a procedure is graded at all."""
        return procedure in self.procedures and decided_on >= self.in_force

    def grade(self, code: str) -> Grade | None:
        """Give a grade by its code."""
        return next((one for one in self.grades if one.code == code), None)

    def proposal(self, penalty: Penalty) -> Proposal:
        """Grade a penalty: of the grounds that hold, the gravest decide, and one unsure among them leaves it open."""
        holding = [ground for ground in self.grounds if ground.holds(penalty)]
        for grade in reversed(self.grades):
            if deciding := [ground for ground in holding if ground.grade == grade.code]:
                sure = all(ground.sure for ground in deciding)
                return Proposal(grade, sure, tuple(ground.why for ground in deciding))
        why = "处罚种类或者罚款数额没有登记，或者法规包没有列举这种处罚，不能自动判断，请选定并写明理由"
        return Proposal(None, False, (why,))

    def span(self, grade: Grade, decided_on: date, calendar: WorkCalendar) -> tuple[date, date]:
        """Give the last day of the shortest and of the longest period, counted from the day of the decision."""
        ends = (move(calendar, decided_on, months, "months") for months in (grade.shortest, grade.longest))
        shortest, longest = map(day_of, ends)
        return shortest, longest


def credit_terms(*, region: str, field: str, agency: str) -> CreditTerms:
    """Give what binds an agency. Raises PackError where a file is faulty."""
    return read_terms(library(), region, field, agency)


def read_terms(packs: Library, region: str, field: str, agency: str) -> CreditTerms:
    """Put the files of these scopes together, the narrowest last. Raises PackError naming file, line and mend."""
    told: dict[str, tuple[PackFile, Any]] = {}
    grounds: dict[str, Ground] = {}
    for file in _files(packs, scopes_of(region, field, agency)):
        file.known_keys(file.data, _KEYS)
        told |= {name: (file, table) for name, table in file.data.items()}
        grounds |= {one.id: one for one in _grounds(file)}
    for name in ("regulation", "grade", "repair"):
        if name not in told:
            raise packs.packs[NATIONAL].files[0].fault(f"{NAME} 缺少 {name} 一节")
    grades = tuple(_grades(*told["grade"]))
    codes = {grade.code for grade in grades}
    if lost := next((one for one in grounds.values() if one.grade not in codes), None):
        raise told["grade"][0].fault(f"没有程度“{lost.grade}”{nearest(lost.grade, codes)}", "grade")
    file, regulation = told["regulation"]
    return CreditTerms(
        source=_provision(file, regulation, "regulation"),
        in_force=regulation["in_force"],
        procedures=tuple(regulation["procedures"]),
        grades=grades,
        grounds=tuple(grounds.values()),
        repair=_repair(*told["repair"]),
    )


@dataclass(frozen=True, slots=True)
class Sample:
    """A worked example of a file: the penalty, and the grade that it must get there."""

    file: str
    scope: str
    name: str
    penalty: Penalty
    grade: str
    sure: bool


def samples(packs: Library) -> Iterator[Sample]:
    """Give the worked examples of every file, for whoever checks the packs."""
    for file in _files(packs, packs.packs):
        for table in file.data.get("sample", ()):
            file.known_keys(table, _KEYS["sample"], "sample")
            facts = table["facts"]
            fine = Decimal(facts["fine_yuan"]) if "fine_yuan" in facts else None
            penalty = Penalty(facts["procedure"], facts["party_kind"], facts["kinds"], fine)
            scope = file.name.removesuffix(f"/{NAME}")
            yield Sample(file.name, scope, table["name"], penalty, table["grade"], table["sure"])


def _files(packs: Library, scopes: Any) -> Iterator[PackFile]:
    for scope in scopes:
        pack = packs.packs.get(scope)
        yield from (file for file in (pack.files if pack else ()) if file.name == f"{scope}/{NAME}")


def _grades(file: PackFile, tables: Sequence[Mapping[str, Any]]) -> Iterator[Grade]:
    for number, table in enumerate(tables):
        file.known_keys(table, _KEYS["grade"], "grade", number)
        if missing := [key for key in _KEYS["grade"] if key not in table]:
            raise file.fault(f"缺少 {'、'.join(missing)}", "grade", number)
        yield Grade(**table)


def _grounds(file: PackFile) -> Iterator[Ground]:
    for number, table in enumerate(file.data.get("ground", ())):
        file.known_keys(table, _KEYS["ground"], "ground", number)
        named = {key: text(file, table, key, "ground", number) for key in ("id", "grade", "why")}
        tests = {name: table[name] for name in _TESTS if name in table}
        yield Ground(**named, sure=bool(table.get("sure", False)), tests=tests)


def _repair(file: PackFile, table: Mapping[str, Any]) -> RepairTerms:
    days = {name: int(table[name]) for name in ("accept_days", "decide_days", "complex_days")}
    return RepairTerms(_provision(file, table, "repair"), **days, conditions=tuple(table["conditions"]))


def _provision(file: PackFile, table: Mapping[str, Any], name: str) -> Provision:
    file.known_keys(table, _KEYS[name], name)
    if missing := [key for key in _KEYS[name] if key not in table and key not in ("verified", "note")]:
        raise file.fault(f"缺少 {'、'.join(missing)}", name)
    law, article, quote = (text(file, table, key, name) for key in ("law", "article", "quote"))
    return Provision(law, article, quote, bool(table.get("verified", True)), str(table.get("note", "")))


def _at_least(limits: Mapping[str, str], penalty: Penalty) -> bool:
    limit = limits.get(penalty.party_kind)
    return limit is not None and penalty.fine_yuan is not None and penalty.fine_yuan >= Decimal(limit)


def _below(limits: Mapping[str, str], penalty: Penalty) -> bool:
    limit = limits.get(penalty.party_kind)
    return limit is not None and penalty.fine_yuan is not None and penalty.fine_yuan < Decimal(limit)


_TEST: Final[Mapping[str, Any]] = {
    "procedures": lambda wanted, penalty: penalty.procedure in wanted,
    "only_kinds": lambda wanted, penalty: bool(penalty.kinds) and set(penalty.kinds) <= set(wanted),
    "any_kinds": lambda wanted, penalty: bool(set(penalty.kinds) & set(wanted)),
    "fine_at_least": _at_least,
    "fine_below": _below,
}
