"""Rows judged in processes of their own while the rows before them are written: judging costs twice what writing does.

Nothing is imported here that needs Django: a child begins with this module and sets Django up itself. It writes
nothing, and it ends when its pipe does, however its parent ended.
"""

import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from mingjing.exchange.migration.shape import Job
    from mingjing.exchange.models import Migration, MigrationRow

log = logging.getLogger("mingjing.migration")

LEAST: Final = 500  # rows for which a child is worth its start, of two seconds
# Half of the processors: somebody works on the pages meanwhile.
CHILDREN: Final = max(1, len(os.sched_getaffinity(0)) // 2)


class ChildLost(Exception):
    """A child ended or failed: what it was given has to be judged here."""


class Child:
    """One process that judges one slice at a time."""

    def __init__(self) -> None:
        # Spawned, not forked: the worker has threads, whose locks a fork would leave held for ever.
        context = get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=_judge, args=(far,), daemon=True)
        self._process.start()
        far.close()

    def give(self, sort: str, rows: "Sequence[MigrationRow]", job: "Job") -> None:
        """Give it a slice; it has none at the moment, so it reads at once."""
        try:
            self._pipe.send((sort, list(rows), job))
        except OSError as error:
            raise ChildLost from error

    def take(self) -> Sequence[Any]:
        """Wait for what it made of its slice."""
        try:
            ready, fault = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise ChildLost from error
        if fault:
            raise ChildLost(fault)
        judged: Sequence[Any] = ready
        return judged

    def end(self) -> None:
        """Let it end: whatever it was doing, nobody waits for it."""
        self._pipe.close()
        self._process.terminate()
        self._process.join()


class Ahead:
    """The slices of one migration that children are judging, in the order in which they will be written."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._idle: list[Child] = []
        self._begun: deque[tuple[int, list[MigrationRow], Child]] = deque()
        self._code, self._reach = "", 0  # whose rows, and the last line that was given to a child

    def take(
        self,
        held: "Migration",
        read: "Callable[[int], list[MigrationRow]]",
        job: "Job",
        *,
        size: int,
        apart: bool,
    ) -> "tuple[list[MigrationRow], Sequence[Any] | None]":
        """Give the rows behind the cursor, judged; `read` gives up to `size` rows behind a line.

        A small file, a sort that has little to judge, and whatever a child fails at is judged here; None where a row
        among them cannot be judged.
        """
        if self._code != held.code or not self._begun or self._begun[0][0] != held.cursor:
            self.end()
            rows = read(held.cursor)
            if not apart or len(rows) < max(size, LEAST) or len(read(rows[-1].line)) < LEAST:
                return rows, _here(held.sort, rows, job)
            self._children = [Child() for _ in range(CHILDREN)]
            self._idle, self._code, self._reach = list(self._children), held.code, held.cursor
        try:
            self._give(held.sort, read, job)
            rows, child = self._begun[0][1:]
            ready = child.take()
            self._begun.popleft()
            self._idle.append(child)
            self._give(held.sort, read, job)
        except ChildLost as lost:
            log.error("a process that judges old rows was lost: %s", lost)
            self.end()
            rows = read(held.cursor)
            return rows, _here(held.sort, rows, job)
        return rows, ready

    def _give(self, sort: str, read: "Callable[[int], list[MigrationRow]]", job: "Job") -> None:
        """Give the slices behind those that are begun to whoever is idle."""
        while self._idle and (rows := read(self._reach)):
            child = self._idle.pop()
            self._begun.append((self._reach, rows, child))
            child.give(sort, rows, job)
            self._reach = rows[-1].line

    def end(self) -> None:
        """Let the children end; what they have judged and nobody has taken is judged again."""
        for child in self._children:
            child.end()
        self._children, self._idle, self._code = [], [], ""
        self._begun.clear()


def _here(sort: str, rows: "Sequence[MigrationRow]", job: "Job") -> Sequence[Any] | None:
    from mingjing.exchange.migration.halving import of_the_rows  # noqa: PLC0415 - a child comes here before Django
    from mingjing.exchange.migration.sorts import SORTS  # noqa: PLC0415

    try:
        return SORTS[sort].judge(rows, job) if rows else ()
    except Exception as error:
        if not of_the_rows(error):
            raise
        log.error("a slice of old rows could not be judged together: %s", type(error).__name__)
        return None


def _judge(pipe: "Connection") -> None:
    """Judge what comes through the pipe until it ends."""
    import django  # noqa: PLC0415 - in the child alone

    django.setup()
    from mingjing.exchange.migration.sorts import SORTS  # noqa: PLC0415 - its tables need the line above

    while True:
        try:
            sort, rows, job = pipe.recv()
        except EOFError:
            return
        try:
            answer = SORTS[sort].judge(rows, job), ""
        except Exception as error:
            answer = (), type(error).__name__
        try:
            pipe.send(answer)
        except OSError:
            return
