"""A case held against the benchmarks and lists that bind its agency: what is asked, what follows, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Final

from mingjing.cases.law import CaseFile
from mingjing.cases.party_record import PartyRecord, record_of_case
from mingjing.lawengine.benchmark import (
    TIERS,
    Benchmark,
    Circumstance,
    Item,
    Proposal,
    known_answers,
    propose,
)
from mingjing.lawengine.model import Law
from mingjing.norms.selectors import benchmarks_in_force, lists_in_force
from mingjing.packs.lists import EFFECTS, Hit, NormList, hits, questions_of, same_violation

MARK: Final = "#"  # between the code of a benchmark and that of its item
NONE_FITS: Final = "尚无与本案违法行为相符的裁量基准条目"
CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Norms:
    """The tables that bind an agency on a day, the nearest first."""

    benchmarks: tuple[Benchmark, ...]
    lists: tuple[NormList, ...]

    def item(self, chosen: str) -> tuple[Benchmark, Item] | None:
        """Give the line that `code#item` means, or None."""
        code, _, number = chosen.partition(MARK)
        for table in self.benchmarks:
            if table.code == code and number in table.by_code:
                return table, table.by_code[number]
        return None

    def fitting(self, violation: str) -> list[tuple[Benchmark, Item]]:
        """Give the lines whose violation is named as this one, the nearest table first."""
        return [
            (table, item)
            for table in self.benchmarks
            for item in table.items
            if same_violation(item.violation, violation)
        ]


def norms_of(file: CaseFile, day: date) -> Norms:
    """Give the benchmarks and lists of the case's agency that are in force on the day."""
    case = file.case
    region, field, agency = case.region, case.field, case.agency.code
    return Norms(
        benchmarks_in_force(region=region, field=field, agency=agency, day=day),
        lists_in_force(region=region, field=field, agency=agency, day=day),
    )


def key_of(table: Benchmark, item: Item) -> str:
    """Give how a line is named in a form: code#item."""
    return f"{table.code}{MARK}{item.code}"


@dataclass(frozen=True)
class Assessment:
    """What follows for one case from what is stated so far. Nothing is written."""

    file: CaseFile
    stated: Mapping[str, Any]
    day: date

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the case knows and what is stated now."""
        return {**self.file.facts, **self.stated}

    @cached_property
    def violation(self) -> str:
        """The violation as the officer names it."""
        return str(self.facts.get("violation_kind") or self.facts.get("matter") or "")

    @cached_property
    def norms(self) -> Norms:
        """The tables in force."""
        return norms_of(self.file, self.day)

    @cached_property
    def record(self) -> PartyRecord:
        """What the party did before."""
        return record_of_case(self.file.case, self.facts, self.day)

    @cached_property
    def chosen(self) -> tuple[Benchmark, Item] | None:
        """The line the officer has picked."""
        return self.norms.item(str(self.stated.get("discretion_item") or ""))

    @cached_property
    def fitting(self) -> list[tuple[Benchmark, Item]]:
        """The lines that seem to be about the violation."""
        return self.norms.fitting(self.violation) if self.violation else []

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the violation is called: by the officer and by the picked line."""
        picked = self.chosen[1].violation if self.chosen else ""
        return tuple(dict.fromkeys(name for name in (self.violation, picked) if name))

    @cached_property
    def questions(self) -> tuple[Circumstance, ...]:
        """What the picked line and the lists on this violation ask, each question once."""
        own = self.chosen[1].circumstances if self.chosen else ()
        listed = [one for name in self.names for one in questions_of(self.norms.lists, name, self.day)]
        return tuple({one.key: one for one in (*own, *listed)}.values())

    @cached_property
    def answers(self) -> dict[str, str]:
        """What was answered, by the key of the question."""
        rows = self.stated.get("discretion_answers") or ()
        given = {row.get("circumstance"): row.get("circumstance_answer") for row in rows}
        asked = ((one, given.get(one.key, given.get(one.question))) for one in self.questions)
        return {one.key: answer for one, answer in asked if answer is not None}

    @cached_property
    def computed(self) -> dict[str, Any]:
        """What the record of the party says."""
        return {
            "earlier_violations": self.record.count,
            "earlier_violations_year": self.record.same_within_a_year(self.violation),
            "first_violation": self.record.count == 0,
        }

    @cached_property
    def read(self) -> dict[str, Any]:
        """The facts as conditions and benchmarks read them, sums exact."""
        known = dict(self.file.state.variables) | {"act_day": self.day.isoformat()}
        return known | _exact(self.facts, self.file.law) | self.computed

    @cached_property
    def proposal(self) -> Proposal | None:
        """What the picked line gives."""
        return propose(self.chosen[1], self.answers, self.read) if self.chosen else None

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """What the lists say, line by line; a line on any violation is told once."""
        told = known_answers(_asking(self.questions), self.answers, self.read)
        facts = {**self.read, **told}
        found = [hit for name in self.names or ("",) for hit in hits(self.norms.lists, name, facts, self.day)]
        return tuple({(hit.table.code, hit.item.code): hit for hit in found}.values())

    @property
    def matched(self) -> list[Hit]:
        """The lines that the case meets."""
        return [hit for hit in self.hits if hit.answer == "matched"]

    @cached_property
    def unanswered(self) -> list[Circumstance]:
        """The questions without which nothing can be said."""
        told = known_answers(_asking(self.questions), self.answers, self.read)
        missing = {name for hit in self.hits if hit.answer == "unknown" for name in hit.missing}
        missing |= set(self.proposal.missing) if self.proposal else set()
        return [one for one in self.questions if one.key in missing and one.key not in told]

    def as_facts(self) -> dict[str, Any]:
        """Give everything computed as facts of the act, in canonical form; what is unknown is absent."""
        effects = [code for code in EFFECTS if any(hit.item.effect == code for hit in self.matched)]
        facts: dict[str, Any] = {
            **self.computed,
            "benchmark_applicable": bool(self.chosen or self.fitting),
            "benchmark_applied": False,
            "discretion_benchmark": NONE_FITS,
            "list_effects": effects or ["none"],
        }
        if self.matched:
            facts["list_hits"] = [_hit_row(hit) for hit in self.matched]
        if self.chosen and self.proposal:
            facts |= _benchmark_facts(*self.chosen, self.proposal, self.file)
        return facts


def _asking(questions: Iterable[Circumstance]) -> Item:
    """Give an item that has only these questions, for reading their answers as a benchmark reads its own."""
    return Item("", "", "", "", (), tuple(questions))


def _exact(facts: Mapping[str, Any], law: Law) -> dict[str, Any]:
    return {name: _figure(value) if name in law.numeric_fields else value for name, value in facts.items()}


def _figure(value: Any) -> Any:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value


def _hit_row(hit: Hit) -> dict[str, str]:
    return {
        "list_title": hit.table.title[:300],
        "list_item": hit.item.code,
        "list_violation": "不限" if hit.item.violation == "*" else hit.item.violation[:1000],
        "list_effect": hit.item.effect,
    }


def _benchmark_facts(table: Benchmark, item: Item, proposal: Proposal, file: CaseFile) -> dict[str, Any]:
    facts = {
        "benchmark_code": table.code,
        "benchmark_version": table.version,
        "benchmark_item": item.violation[:1000],
        "benchmark_issuer": table.issuer,
        "benchmark_own": table.level == "own",
        "benchmark_steps": "\n".join(proposal.steps),
        "discretion_benchmark": _named(table, item, proposal),
    }
    if proposal.tier and proposal.low is not None and proposal.high is not None:
        low = proposal.low + CENT if proposal.low_open else proposal.low
        high = proposal.high - CENT if proposal.high_open else proposal.high
        facts |= {
            "benchmark_applied": True,
            "benchmark_tier": proposal.tier,
            "benchmark_low_yuan": _yuan(low),
            "benchmark_high_yuan": _yuan(high),
        }
    return {name: value for name, value in facts.items() if value not in ("", None)}


def _named(table: Benchmark, item: Item, proposal: Proposal) -> str:
    """Name the table, the line and the row as the documents do."""
    about = "，".join(part for part in (table.number, f"{table.version}版") if part)
    violation = item.violation if len(item.violation) <= 80 else f"{item.violation[:79]}…"
    measure = f"：{proposal.label or TIERS.get(proposal.tier, '')}" if proposal.tier else ""
    if proposal.tier and proposal.low is not None and proposal.high is not None and proposal.high:
        measure += f"，处{_yuan(proposal.low)}元以上{_yuan(proposal.high)}元以下罚款"
    return f"《{table.title}》（{about}）“{violation}”{measure}"[:300]


def _yuan(value: Decimal) -> str:
    text = f"{value.quantize(CENT):f}"
    return text.rstrip("0").rstrip(".")
