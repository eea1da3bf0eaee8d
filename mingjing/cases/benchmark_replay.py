"""Decided cases held to a draft discretion benchmark: which fines would lie outside it; nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from mingjing.cases.models import Act, Case
from mingjing.cases.replay import Selection
from mingjing.kit.money import yuan
from mingjing.lawengine.benchmark import Benchmark, Item, propose
from mingjing.lawengine.benchmark_answers import number

FINE: Final = "fine_yuan"
STATES: Final = {
    "inside": "在幅度内",
    "above": "高于幅度",
    "below": "低于幅度",
    "missing": "情节没有记载，不能对照",
    "none": "草案没有相应条目",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One fine held to the draft."""

    case: Case
    fine: Decimal
    state: str  # key of STATES
    item: str
    tier: str
    range: str
    steps: tuple[str, ...]


@dataclass
class Tally:
    """How the fines stand to one tier of one item."""

    item: str
    tier: str
    range: str
    states: Counter[str] = field(default_factory=Counter)


def hold_to(benchmark: Benchmark, selection: Selection) -> Iterator[Held]:
    """Give every fined case of the selection as the draft would have it, in the order of their opening."""
    rows = Case.objects.filter(agency__in=list(selection.agencies))
    bounds = {"opened_on__gte": selection.since, "opened_on__lte": selection.until}
    rows = rows.filter(**{name: day for name, day in bounds.items() if day})
    if selection.procedure:
        rows = rows.filter(procedure=selection.procedure)
    if selection.codes:
        rows = rows.filter(code__in=selection.codes)
    fined = Act.objects.filter(
        agency__in=list(selection.agencies), case__in=rows, facts__has_key=FINE
    ).values("case")
    cases = rows.filter(pk__in=fined).select_related("agency").order_by("-id")
    for case in cases[: selection.limit].iterator(chunk_size=500) if selection.limit else cases.iterator(500):
        facts = _facts(case)
        fine = number(facts.get(FINE))
        if fine is not None:
            yield held(benchmark, case, facts, fine)


def held(benchmark: Benchmark, case: Case, facts: Mapping[str, Any], fine: Decimal) -> Held:
    """Hold one fine to the draft."""
    item = _item(benchmark, facts)
    if item is None:
        return Held(case, fine, "none", "", "", "", ())
    found = propose(item, _answers(item, facts), facts)
    if found.low is None or found.high is None:
        return Held(case, fine, "missing", item.violation, "", "", found.steps)
    state = "inside" if found.contains(fine) else "above" if fine >= found.high else "below"
    return Held(
        case, fine, state, item.violation, found.label, f"{yuan(found.low)}至{yuan(found.high)}", found.steps
    )


def tallied(rows: Iterator[Held]) -> tuple[list[Tally], list[Held]]:
    """Count the fines by item and tier; gives with them those that lie outside."""
    tallies: dict[tuple[str, str, str], Tally] = {}
    outside = []
    for one in rows:
        key = (one.item, one.tier, one.range)
        tallies.setdefault(key, Tally(*key)).states[one.state] += 1
        if one.state in ("above", "below"):
            outside.append(one)
    return sorted(tallies.values(), key=lambda one: (one.item, one.tier, one.range)), outside


def _facts(case: Case) -> dict[str, Any]:
    acts = Act.objects.of(case).order_by("seq").values_list("facts", flat=True)
    return {"party_kind": case.party_kind, **{name: value for facts in acts for name, value in facts.items()}}


def _item(benchmark: Benchmark, facts: Mapping[str, Any]) -> Item | None:
    """Give the item that the officer chose, if the draft still has it, else the one of the same violation."""
    chosen = str(facts.get("discretion_item", ""))
    if chosen in benchmark.by_code:
        return benchmark.by_code[chosen]
    named = {str(facts.get(name, "")).strip() for name in ("violation_kind", "matter")} - {""}
    party = facts.get("party_kind")
    return next(
        (
            item
            for item in benchmark.items
            if item.violation in named and (not item.party_kinds or party in item.party_kinds)
        ),
        None,
    )


def _answers(item: Item, facts: Mapping[str, Any]) -> dict[str, object]:
    """Give what the officer answered, by the key of each question; rows name it by key or by its words."""
    keys = {one.question: one.key for one in item.circumstances} | {one: one for one in item.by_key}
    rows = facts.get("discretion_answers", ())
    return {
        keys[row["circumstance"]]: row.get("circumstance_answer")
        for row in rows
        if row.get("circumstance") in keys
    }
