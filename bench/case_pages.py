"""Workbench, case page and list at 10,000 and 100,000 cases, in process; beside them a page without database."""

import statistics
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.case_rows import Town
from bench.ground import on_each_database, with_database

SIZES = (10_000, 100_000)
REQUESTS = 200
TARGET = 80.0  # milliseconds, the 95th percentile


def main() -> None:
    """Measure both databases."""
    on_each_database("bench.case_pages")


def measure(database: str, _: Path) -> None:
    """Fill the tables to each size in turn and ask for every page."""
    town = Town()
    for size in SIZES:
        start = time.perf_counter()
        town.grow(size)
        print(f"-- {database}, {size:,} cases (filled in {time.perf_counter() - start:.0f} s)", flush=True)
        bare = 0.0
        for name, who, addresses in pages(town):
            spent, queries = ask(who, addresses)
            p50, p95 = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
            bare = bare or p50
            print(
                f"{name:<34}p50{p50:7.1f} ms  p95{p95:7.1f} ms  {queries:>3} statements  "
                f"{p50 / bare:6.0f} × bare  {p95 / TARGET:6.2f} × target",
                flush=True,
            )


def pages(town: Town) -> Iterator[tuple[str, Any, list[str]]]:
    """Name each page, who looks at it, and its addresses."""
    officer, supervisor = town.cast.officer, town.cast.supervisor
    long = [f"/cases/{code}/" for code in town.long_cases(50)]
    yield "page without database", officer, ["/portal/robots.txt"]
    yield "workbench, officer", officer, ["/"]
    yield "workbench, head", town.cast.head, ["/"]
    yield "workbench, supervisor of all", supervisor, ["/"]
    yield f"case page, {town.long.act_count} acts", officer, long
    yield "case page, supervisor", supervisor, long
    yield "list, first page", officer, ["/cases/"]
    yield "list, deep in", officer, [_deep(town)]
    yield "list, one stage", officer, [f"/cases/?stage={town.long.stage}"]
    yield "list, live and overdue", officer, ["/cases/?overdue=1"]
    yield "list, of one handler", officer, [f"/cases/?handler={officer.username}"]
    yield "list, one party", officer, [f"/cases/?q=第{n}号" for n in range(11, town.size, town.size // 7)]
    yield "list, a party nobody knows", officer, ["/cases/?q=不存在的字样"]
    yield "list, supervisor of all", supervisor, ["/cases/"]
    yield "list, supervisor, one party", supervisor, [f"/cases/?q=第{town.size // 2 + 1}号"]


def _deep(town: Town) -> str:
    """The address of a page far down the list: after its middle."""
    from mingjing.cases.models import Case  # noqa: PLC0415 - Django is set up by now

    rows = Case.objects.filter(agency=town.cast.bureau).order_by("-last_act_at", "-id")
    middle = rows[rows.count() // 2]
    return f"/cases/?after={middle.last_act_at.isoformat().replace('+', '%2B')}~{middle.pk}"


def ask(who: Any, addresses: list[str]) -> tuple[list[float], int]:
    """Ask for the addresses in turn; give the milliseconds of each answer and the statements behind the last."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    spent = []
    for at, address in zip(range(REQUESTS + 10), cycle(addresses), strict=False):
        start = time.perf_counter()
        answer = client.get(address)
        if at >= 10:
            spent.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
    with CaptureQueriesContext(connection) as seen:
        client.get(addresses[0])
    return spent, len(seen)


if __name__ == "__main__":
    with_database(sys.argv[1], lambda folder: measure(sys.argv[1], folder))
