"""Draws: committing a list, drawing from it, proving and re-running, beside what others do to draw at random.

The alternatives draw a thousand of a million: `consistent-sampler` (Rivest; install it beside, or its line is left
out), sorting everybody by a hash, and a database's ORDER BY random(), which nobody can check.
"""

import hashlib
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from heapq import nsmallest
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TypeVar

from mingjing.inspections.drawing.draw import drawn_places
from mingjing.inspections.drawing.roster import Roster, root_from

T = TypeVar("T")
SEED = hashlib.sha256(b"bench").digest()
LIST = 10_000_000
COMPARED = 1_000_000
MEBIBYTE = 1024 * 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.ids"
        with path.open("wb") as file:
            for start in range(0, LIST, COMPARED):
                file.write(b"".join(b"91%016d\n" % at for at in range(start, start + COMPARED)))
        with path.open("rb") as file:
            roster = _timed(f"封存 {LIST:,} 个", lambda: Roster(mmap(file.fileno(), 0, access=ACCESS_READ)))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"    内存峰值 {peak} MB（其中映射的名单文件 {path.stat().st_size // MEBIBYTE} MB）")
        for take in (1_000, LIST // 20):
            _draw(roster, take)
    _compare()


def _draw(roster: Roster, take: int) -> None:
    drawn = _timed(f"抽 {take:,} 个", lambda: list(islice(drawn_places(SEED, "A类", len(roster)), take)))
    places = [one.place for one in drawn]
    ids = _timed("    读出编号", lambda: {place: roster[place] for place in places})
    proof = _timed("    名单证明", lambda: roster.proof(places))
    size = len(proof) * 32 // 1024
    root = _timed(f"    核验（证明 {size:,} kB）", lambda: root_from(len(roster), ids, proof))
    if root != roster.root:
        raise AssertionError("the proof does not lead to the root")


def _compare() -> None:
    """A thousand of a million: what each way costs beside ours."""
    ids = [f"91{at:016d}" for at in range(COMPARED)]
    roster = Roster(Roster.pack(ids))
    ours = _seconds(lambda: [roster[one.place] for one in islice(drawn_places(SEED, "A类", COMPARED), 1_000)])
    others: dict[str, Callable[[], object]] = {
        "hash 排序（全体）": lambda: nsmallest(
            1_000, ids, key=lambda one: hashlib.sha256(SEED + one.encode()).digest()
        ),
        "SQLite ORDER BY random()（不可核验）": lambda: _by_random(database),
    }
    try:
        from consistent_sampler import sampler  # noqa: PLC0415 - a library that only this comparison knows

        others["consistent-sampler"] = lambda: list(islice(sampler(ids, seed=SEED.hex()), 1_000))
    except ImportError:
        print("    没有安装 consistent-sampler，略去这一项")
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE roster (id TEXT)")
        database.executemany("INSERT INTO roster VALUES (?)", ((one,) for one in ids))
        print(f"{COMPARED:,} 个中抽 1,000 个：本系统 {ours * 1000:.1f} ms")
        for name, draw in others.items():
            seconds = _seconds(draw)
            print(f"    {name}：{seconds * 1000:.0f} ms，为本系统的 {seconds / ours:.0f} 倍")


def _by_random(database: sqlite3.Connection) -> list[object]:
    return database.execute("SELECT id FROM roster ORDER BY random() LIMIT 1000").fetchall()


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _timed(what: str, work: Callable[[], T]) -> T:
    begun = time.perf_counter()
    result = work()
    print(f"{what}：{time.perf_counter() - begun:.3f} s")
    return result
