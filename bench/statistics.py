"""The monthly and the yearly table at 100,000 cases, beside a bare count of the same acts by the database."""

import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

from bench.case_rows import Town
from bench.ground import on_each_database, with_database

CASES = 100_000
TARGET = 2.0  # seconds
TIMES = 3


def main() -> None:
    """Measure both databases."""
    on_each_database("bench.statistics")


def measure(database: str, _: Path) -> None:
    """Spread the decisions over sixteen months, then count the last whole month and the last whole year."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now
    from django.utils import timezone  # noqa: PLC0415

    from mingjing.cases.models import Act, Case  # noqa: PLC0415
    from mingjing.kit.clock import legal_day  # noqa: PLC0415
    from mingjing.statistics.figures import figures_of  # noqa: PLC0415
    from mingjing.statistics.periods import period_of  # noqa: PLC0415

    town = Town()
    town.grow(CASES)
    with connection.cursor() as cursor:
        _spread(cursor, connection.vendor)
    now = timezone.now()
    print(f"-- {database}, {Case.objects.count():,} cases, {Act.objects.count():,} acts")
    for agency, whose in ((town.cast.bureau, "one bureau"), (town.cast.justice, "the whole county")):
        for kind, form in (("month", "monthly"), ("year", "yearly")):
            period = (
                period_of(kind, legal_day(now)).before if kind == "month" else period_of(kind, legal_day(now))
            )
            spent, worked, found = [], [], None
            for _time in range(TIMES):
                start, before = perf_counter(), process_time()
                found = figures_of(agency, form, period, cutoff=legal_day(now) - timedelta(days=1), at=now)
                spent.append(perf_counter() - start)
                worked.append(process_time() - before)
            counted = found.cell("penalty", "total") if found else None
            best = min(spent)
            print(
                f"{whose:<18}{form:<9}{best:6.2f} s  {best / TARGET:5.2f} × target  {min(worked):5.2f} s at work  "
                f"{counted.shown if counted else '':>8} penalties, with the two periods compared",
                flush=True,
            )
    start = perf_counter()
    number = Act.objects.filter(kind__in=("penalty_decided", "on_the_spot_decided")).count()
    print(f"{'a bare count of all decisions':<27}{perf_counter() - start:6.2f} s  {number:,}")


def _spread(cursor: object, vendor: str) -> None:
    """Give every copied case its own day: all its acts are moved so that the last lies where the case says."""
    from django.db import connection  # noqa: PLC0415

    from tests.append_only import guards_lifted  # noqa: PLC0415

    with guards_lifted(connection):
        if vendor == "sqlite":
            days = "strftime('%Y-%m-%d %H:%M:%S', c.last_act_at)"
            sql = (
                f"UPDATE cases_act SET done_at = (SELECT {days} FROM cases_case c WHERE c.id = case_id), "  # noqa: S608
                f"recorded_at = (SELECT {days} FROM cases_case c WHERE c.id = case_id)"
            )
        else:
            sql = (
                "UPDATE cases_act a SET done_at = c.last_act_at, recorded_at = c.last_act_at "
                "FROM cases_case c WHERE c.id = a.case_id"
            )
        cursor.execute(sql)  # type: ignore[attr-defined]
        cursor.execute("UPDATE cases_case SET opened_on = date(last_act_at)")  # type: ignore[attr-defined]
        cursor.execute("ANALYZE")  # type: ignore[attr-defined]


if __name__ == "__main__":
    with_database(sys.argv[1], partial(measure, sys.argv[1]))
