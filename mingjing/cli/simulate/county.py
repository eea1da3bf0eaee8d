"""Makes a county: registers first, then every case on all processors, then its key."""

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.db import connection, connections

from mingjing.cases.bulk import write_cases
from mingjing.cli.simulate import registers
from mingjing.cli.simulate.key import Key, key_of
from mingjing.cli.simulate.planning import County, listed, plan_county
from mingjing.cli.simulate.settling import Brief, law_of, settle
from mingjing.cli.simulate.telling import Task
from mingjing.inspections.patterns.watching import methods

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

SLICE: Final = 100  # cases written in one transaction


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: the key, how many acts, how many cases live recording would have refused, days tried anew."""

    key: Key
    acts: int
    imported: int
    tried: int


@dataclass(frozen=True, slots=True)
class _Work:
    county: County
    agencies: dict[int, "Agency"]
    turn: AbstractContextManager[object] | None = None  # of whoever writes, where one at a time can


_INHERITED: list[_Work] = []  # in a worker: what it was forked for


def settle_county(county: County) -> list[Brief]:
    """Tell and judge every case without writing any."""
    tasks = county.tasks
    return [settle(one, county.bureaus[one.bureau - 1], county.on, county.seed).brief for one in tasks]


def make_county(cases: int, seed: int, *, workers: int = 1) -> Made:
    """Make the county in the database Django is set up for, which must be empty."""
    county = plan_county(cases, seed)
    methods()  # so that a fault of the packs shows before anything is written
    agencies = registers.enter(county)
    registers.draw(county, agencies)
    settled: list[Brief] = []
    acts = 0
    for some, written in _written(_Work(county, agencies), workers):
        settled += some
        acts += written
    registers.close_numbers(county, agencies)
    settled.sort(key=lambda one: one.task.number)
    refused = sum(one.refused for one in settled)
    return Made(key_of(county, settled), acts, refused, sum(one.tried for one in settled))


def _written(work: _Work, workers: int) -> Iterator[tuple[list[Brief], int]]:
    slices = [
        tasks[at : at + SLICE]
        for tasks in listed(work.county.tasks).values()
        for at in range(0, len(tasks), SLICE)
    ]
    if workers < 2:
        yield from (_slice(work, tasks) for tasks in slices)
        return
    connections.close_all()  # a connection must not be shared with whoever is forked
    context = multiprocessing.get_context("fork")
    if connection.vendor == "sqlite":
        work = replace(work, turn=context.Lock())
    with context.Pool(workers, _begin, (work,)) as pool:
        yield from pool.imap_unordered(_worked, slices)


def _begin(work: _Work) -> None:
    _INHERITED[:] = [work]


def _worked(tasks: Sequence[Task]) -> tuple[list[Brief], int]:
    return _slice(_INHERITED[0], tasks)


def _slice(work: _Work, tasks: Sequence[Task]) -> tuple[list[Brief], int]:
    county = work.county
    bureau = county.bureaus[tasks[0].bureau - 1]
    settled = [settle(task, bureau, county.on, county.seed) for task in tasks]
    law = law_of(bureau.region, bureau.field, bureau.code)
    acts = write_cases([one.whole for one in settled], work.agencies[bureau.number], law, turn=work.turn)
    return [one.brief for one in settled], acts
