"""The daily run of all models of alerts at 20,000 cases, beside reading the same acts and doing nothing with them."""

import sys
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bench.case_rows import Town
from bench.ground import on_each_database, with_database

if TYPE_CHECKING:
    from mingjing.cases.models import Case

CASES = 20_000
TARGET = 60.0  # seconds
TURN = 0.5  # seconds that one slice may hold up the log


class WholeFiles(Town):
    """A town in which every case is told to its end, with all its acts."""

    def _pattern(self, number: int) -> "Case":
        return self.long


def main() -> None:
    """Measure both databases."""
    on_each_database("bench.alerts")


def measure(database: str, _: Path) -> None:
    """Run the models twice: on the first day everything is new, on the second nothing is."""
    from django.utils import timezone  # noqa: PLC0415 - Django is set up by now

    from mingjing.cases.watched import watched  # noqa: PLC0415
    from mingjing.personnel.selectors import agencies  # noqa: PLC0415
    from mingjing.supervision.alerts import SLICE, alert_models, watching  # noqa: PLC0415
    from mingjing.supervision.models import Alert  # noqa: PLC0415

    town = WholeFiles()
    town.grow(CASES)
    start, acts = perf_counter(), 0
    for agency in agencies():
        after = 0
        while cases := watched(agency, after=after, limit=SLICE):
            after = cases[-1].pk
            acts += sum(len(case.acts) for case in cases)
    reading = perf_counter() - start
    print(f"-- {database}, {CASES:,} cases, {acts:,} acts, {len(alert_models().each)} models")
    print(f"{'reading the acts alone':<28}{reading:7.1f} s")
    for day, what in ((date(2026, 6, 1), "first run"), (date(2026, 6, 2), "the next day")):
        start, longest, last = perf_counter(), 0.0, perf_counter()
        for _slice in watching(at=timezone.now(), on=day):
            longest, last = max(longest, perf_counter() - last), perf_counter()
        spent = perf_counter() - start
        print(
            f"{what:<28}{spent:7.1f} s  {spent / TARGET:5.2f} × target  {spent / reading:5.2f} × reading  "
            f"longest slice {longest:5.2f} s  {Alert.objects.count():,} alerts",
            flush=True,
        )


if __name__ == "__main__":
    with_database(sys.argv[1], partial(measure, sys.argv[1]))
