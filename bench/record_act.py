"""Acts recorded per second, everything included, beside a bare one-row insert with commit in the same run."""

import multiprocessing
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.ground import on_each_database, with_database

SECONDS = 6.0
WRITERS = (1, 8)
BODY = "x" * 2000  # about the size of a stored act


def main() -> None:
    """Measure both databases with one and with eight writers."""
    print(f"{'database':<12}{'writers':>8}{'acts/s':>10}{'bare inserts/s':>16}{'share':>8}")
    on_each_database("bench.record_act")


def measure(database: str, _: Path) -> None:
    """Alternate short runs of both, so that what else the machine does weighs on both alike."""
    from django.db import connection  # noqa: PLC0415

    from tests.cast import make_cast  # noqa: PLC0415

    make_cast()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_bare (id integer PRIMARY KEY, writer integer, body text)"
            if database == "sqlite"
            else "CREATE TABLE bench_bare (id bigserial PRIMARY KEY, writer integer, body text)"
        )
    for writers in WRITERS:
        acts = bare = 0.0
        for turn in range(2):
            bare += _rate(writers, partial(insert_rows, turn=turn))
            acts += _rate(writers, partial(record_acts, turn=turn))
        print(
            f"{database:<12}{writers:>8}{acts / 2:>10,.0f}{bare / 2:>16,.0f}{acts / bare:>8.0%}", flush=True
        )


def _rate(writers: int, work: Callable[[int], int]) -> float:
    """Run the work in so many processes at once; gives pieces per second over all of them."""
    from django.db import connections  # noqa: PLC0415

    for one in connections.all():
        one.close()
        if hasattr(one, "close_pool"):
            one.close_pool()
    with multiprocessing.get_context("fork").Pool(writers) as pool:
        return sum(pool.map(work, range(writers), chunksize=1)) / SECONDS


def insert_rows(writer: int, turn: int) -> int:
    """Insert rows one by one, each with its commit, through the same connection as the acts."""
    from django.db import connection, transaction  # noqa: PLC0415

    count, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_bare (writer, body) VALUES (%s, %s)", [writer + turn, BODY])
        count += 1
    return count


def record_acts(writer: int, turn: int) -> int:
    """Open cases and carry them on by the story of a penalty on the spot, up to the payment."""
    from mingjing.cases.services import open_case, record_act  # noqa: PLC0415
    from mingjing.cli.demo.story import Telling, story  # noqa: PLC0415
    from mingjing.packs.load import library  # noqa: PLC0415
    from mingjing.personnel.selectors import agency  # noqa: PLC0415
    from tests.stories import MONDAY  # noqa: PLC0415

    bureau = agency("410481-urban")
    calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
    tale = Telling(story=story("summary"), agency=bureau, start=MONDAY, calendar=calendar)
    deeds = [tale.deed(step, None) for step in tale.story.steps if not step.via][:6]
    count, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        once = f"{turn}-{writer}-{count}"
        case = open_case(agency=bureau, procedure="summary", deed=deeds[0], once=once).case
        for number, deed in enumerate(deeds[1:], start=1):
            record_act(case=case, deed=deed, once=f"{once}-{number}")
        count += len(deeds)
    return count


if __name__ == "__main__":
    with_database(sys.argv[1], partial(measure, sys.argv[1]))
