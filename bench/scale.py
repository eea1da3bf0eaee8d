"""The whole system at ten thousand cases of twenty acts and more: pages, searches, tables, writers, worker, disk."""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from bench import portal_rows as published
from bench.ground import on_each_database, with_database
from bench.scale_ground import SETTINGS, size_on_disk
from bench.scale_load import load
from bench.scale_rows import Province

SIZES: Final = (10_000, 100_000, 1_000_000)
SECONDS, MOST, LEAST = 3.0, 100, 6  # for each page: so long or so often, but so often at least
PUBLISHED: Final = 120_000  # at most: a million of them have a bench of their own
FIRST_PUBLICATION: Final = 1_000_000
Figures = dict[str, dict[str, float]]


def main(options: list[str] | None = None) -> None:
    """Measure one database, or both up to a hundred thousand cases."""
    parser = argparse.ArgumentParser(prog="python -m bench scale")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=SIZES[0], help="the smallest size that is measured")
    parser.add_argument("--database", choices=("postgresql", "sqlite"))
    parser.add_argument("--results", type=Path, help="write the figures there as JSON")
    parser.add_argument("--fill", metavar="HOME", default="", help="fill a database, keep it until Enter")
    parser.add_argument("--at", metavar="HOME", default="", help="measure what another process keeps there")
    asked = parser.parse_args(options or [])
    rest = [str(asked.first), str(asked.cases), str(asked.results or ""), asked.fill, asked.at]
    if asked.database:
        subprocess.run([sys.executable, "-m", "bench.scale", asked.database, *rest], check=True)  # noqa: S603
    else:
        on_each_database("bench.scale", *rest)


def measure(database: str, first: int, cases: int, results: str, fill: str, at: str, _: Path) -> None:
    """Grow to each size from `first` to `cases` in turn; print every figure as it comes."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    start = time.perf_counter()
    province = Province.found() if at else Province.made()
    agencies = {} if at else published.make_agencies(province.bureaus_that_publish)
    print(f"-- {database}: the ground after {time.perf_counter() - start:.0f} s", flush=True)
    if not at:
        published.enter_values()
    found: dict[int, Figures] = {}
    for size in [province.size] if at else [one for one in SIZES if first <= one < cases] + [cases]:
        if not at:
            _grow(province, size, max(found, default=0), agencies)
        found[size] = {}
        for name, figures in () if fill else _everything(province, size, connection):
            found[size][name] = figures
            told = "  ".join(f"{what} {value:,.2f}" for what, value in figures.items())
            print(f"{name:<36}{told}", flush=True)
        if results:
            Path(results).write_text(json.dumps(found, ensure_ascii=False, indent=1))
    if fill:
        print("-- filled; Enter ends it", flush=True)
        input()


def _grow(province: Province, size: int, before: int, agencies: dict[str, int]) -> None:
    start = time.perf_counter()
    province.grow(size)
    copied = time.perf_counter() - start
    rows, there = (min(one * 6 // 10, PUBLISHED) for one in (size, before))
    published.write(range(there, rows), SIZES[-1], agencies, first=FIRST_PUBLICATION)
    print(
        f"-- {size:,} cases, {province.acts:,} acts, {rows:,} publications, written in "
        f"{copied:.0f} and {time.perf_counter() - start - copied:.0f} s",
        flush=True,
    )


def _everything(province: Province, size: int, connection: Any) -> Iterator[tuple[str, dict[str, float]]]:
    yield "disk, GB", size_on_disk(connection)
    for name, who, addresses in pages(province, size):
        yield name, ask(who, addresses)
    for name, work in figures_and_searches(province):
        yield name, _timed(work)
    yield from load(province)


def pages(province: Province, size: int) -> Iterator[tuple[str, Any, list[str]]]:
    """Name each page, who looks at it (None: the public), and its addresses."""
    from mingjing.cases.models import Case  # noqa: PLC0415

    cast = province.cast
    own = Case.objects.filter(agency=cast.bureau).order_by("-last_act_at", "-id")
    rows = list(own.values_list("last_act_at", "id", "code", "party_name", "number")[: max(50, size // 40)])
    shown = min(size * 6 // 10, PUBLISHED)
    deep, some = rows[-1], rows[:: max(1, len(rows) // 40)]
    after = f"{deep[0].isoformat().replace('+', '%2B')}~{deep[1]}"
    yield "page without database", cast.officer, ["/portal/robots.txt"]
    yield "workbench, officer", cast.officer, ["/"]
    yield "workbench, head", cast.head, ["/"]
    yield "list, first page", cast.officer, ["/cases/"]
    yield "list, deep page", cast.officer, [f"/cases/?after={after}"]
    yield "list, one stage", cast.officer, ["/cases/?stage=decided"]
    yield "list, overdue", cast.officer, ["/cases/?overdue=1"]
    yield "list, one handler", cast.officer, [f"/cases/?handler={cast.officer.username}"]
    yield "list, a party", cast.officer, [f"/cases/?q={one[3]}" for one in some]
    yield "list, a number", cast.officer, [f"/cases/?q={one[4]}" for one in some]
    yield "list, nobody's name", cast.officer, ["/cases/?q=不存在的字样"]
    yield "list, supervisor of a county", province.county, ["/cases/"]
    yield "list, supervisor of all", cast.supervisor, ["/cases/"]
    yield "case page", cast.officer, [f"/cases/{one[2]}/" for one in some]
    yield "dossiers, a party", cast.officer, [f"/dossier/?q={one[3]}" for one in some]
    yield "board of limits, county", province.county, ["/supervision/limits/"]
    yield "board of limits, all", cast.supervisor, ["/supervision/limits/"]
    yield "board, county", province.county, ["/supervision/"]
    yield "board, all", cast.supervisor, ["/supervision/"]
    yield "portal, home", None, ["/portal/"]
    yield "portal, list", None, ["/portal/search/"]
    yield (
        "portal, decision",
        None,
        [f"/portal/decisions/{n:020x}/" for n in range(7, shown, max(1, shown // 40))],
    )
    yield (
        "portal, a firm",
        None,
        [f"/portal/search/?q={published.firm_name(n * 48271 % 250_000)}" for n in range(7, 47)],
    )
    yield "portal, two words", None, ["/portal/search/?q=建设路 餐饮", "/portal/search/?q=温州路 五金"]


def figures_and_searches(province: Province) -> Iterator[tuple[str, Callable[[], object]]]:
    """Name what is asked of the rooms themselves, and the work."""
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from mingjing.kit.clock import legal_day  # noqa: PLC0415
    from mingjing.statistics.figures import figures_of  # noqa: PLC0415
    from mingjing.statistics.periods import period_of  # noqa: PLC0415

    now = timezone.now()
    today = legal_day(now)
    month = period_of("month", today).before
    for name, agency in (("bureau", province.cast.bureau), ("county", province.county.agency)):
        yield (
            f"monthly table, {name}",
            partial(figures_of, agency, "monthly", month, cutoff=today - timedelta(days=1), at=now),
        )


def ask(who: Any, addresses: list[str]) -> dict[str, float]:
    """Ask for the addresses in turn; give the milliseconds of an answer."""
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    if who is not None:
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    asked = cycle(addresses)

    def once() -> None:
        address = next(asked)
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")

    return _timed(once)


def _timed(work: Callable[[], object]) -> dict[str, float]:
    spent: list[float] = []
    until = time.perf_counter() + SECONDS
    work()  # warm
    while len(spent) < MOST and (time.perf_counter() < until or len(spent) < LEAST):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
        if spent[0] > 10_000:  # one is enough to know
            break
    if len(spent) == 1:
        return {"p50": spent[0], "p95": spent[0]}
    return {"p50": statistics.median(spent), "p95": statistics.quantiles(spent, n=20)[-1]}


if __name__ == "__main__":
    with_database(
        sys.argv[1],
        partial(
            measure, sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5], sys.argv[6]
        ),
        SETTINGS,
        sys.argv[5] or sys.argv[6],
    )
