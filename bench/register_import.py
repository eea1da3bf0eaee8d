"""A million objects taken into a register, again with a tenth changed, and strata made of them for a draw."""

import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from os import environ
from pathlib import Path
from typing import Final

from bench.ground import on_each_database, with_database
from mingjing.cli.demo.firms import HEADINGS, firms

ROWS: Final = int(environ.get("MINGJING_BENCH_ROWS", "1000000"))


def main() -> None:
    """Measure both databases."""
    on_each_database("bench.register_import")


def measure(database: str, _: Path) -> None:
    """Take the rows in twice and select from them."""
    from mingjing.inspections.drawing.roster import Roster  # noqa: PLC0415
    from mingjing.inspections.register.importing import take_objects  # noqa: PLC0415 - Django is set up by now
    from mingjing.inspections.register.selection import Selection, strata_of  # noqa: PLC0415

    print(f"-- {database}, {ROWS:,} rows")
    for what, rows in (("first", firms(ROWS)), ("again, a tenth changed", _changed(ROWS))):
        begun = time.perf_counter()
        taken = take_objects(region="410481", headings=HEADINGS, rows=rows, at=datetime.now(UTC))
        seconds = time.perf_counter() - begun
        told = (
            f"new {taken.new:,}, changed {taken.changed:,}, equal {taken.equal:,}, refused {taken.refused:,}"
        )
        print(
            f"   {what}: {seconds:.1f} s, {taken.rows / seconds:,.0f} rows/s ({told}), {_peak()} MB at most"
        )
    begun = time.perf_counter()
    strata = {name: Roster.pack(ids) for name, ids in strata_of(Selection(region="410481")).items()}
    print(f"   strata by risk class ({len(strata)}): {time.perf_counter() - begun:.1f} s")


def _changed(count: int) -> Iterator[tuple[int, list[str]]]:
    for line, cells in firms(count):
        if line % 10 == 0:
            cells[6] += "附1号"
        yield line, cells


def _peak() -> int:
    """Give the most memory that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    with_database(sys.argv[1], lambda folder: measure(sys.argv[1], folder))
