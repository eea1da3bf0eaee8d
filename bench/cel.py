"""Conditions of the packs on one case: read on demand; beside it a filled context, and a dict for every call."""

from time import process_time
from typing import Any

import cel

from mingjing.lawengine.condition import context_of
from mingjing.lawengine.judge import CaseState
from mingjing.packs.load import library
from mingjing.packs.typical import typical_files

ROUNDS = 300


def main() -> None:
    """Run every condition of the law on the facts of a whole case, in three ways."""
    file = typical_files(library())[0]
    law = library().law(region=file.head.region, field=file.head.field)
    state = CaseState(law, file.head)
    for act in file.acts:
        state.absorb(act)
    conditions = [one for rule in law.rules for one in (rule.when, *(v.when for v in rule.versions)) if one]
    values: dict[str, Any] = state.variables
    print(f"{len(conditions)} conditions, {len(values)} names known")
    programs = [cel.compile(condition.source) for condition in conditions]

    filled = cel.Context()
    filled.update(values)
    on_demand = context_of(values.get)

    def refilled() -> None:
        filled.add_variable("fine_yuan", 1.0)
        for program in programs:
            _run(program, filled)

    ways = {
        "read on demand (ours)": lambda: [condition.holds(on_demand) for condition in conditions],
        "filled once, nothing changes": lambda: [_run(program, filled) for program in programs],
        "filled, one fact changes": refilled,
        "a dict for every call": lambda: [_run(program, values) for program in programs],
    }
    for name, way in ways.items():
        rounds = ROUNDS if "dict" not in name else 10
        print(f"{name:<32}{_seconds(way, rounds) / len(conditions) * 1e6:>8.2f} µs a condition")
    change = _seconds(refilled, ROUNDS) - _seconds(ways["filled once, nothing changes"], ROUNDS)
    print(f"{'what a changed fact costs it':<32}{change * 1e6:>8.1f} µs")


def _run(program: Any, context: Any) -> object:
    try:
        return program.execute(context)
    except (RuntimeError, TypeError, ValueError):
        return None


def _seconds(way: Any, rounds: int) -> float:
    way()
    start = process_time()
    for _ in range(rounds):
        way()
    return (process_time() - start) / rounds
