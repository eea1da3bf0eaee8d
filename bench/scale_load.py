"""Writers and the worker at work together: how long an act takes, how long it waits to be sealed."""

import multiprocessing
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bench.scale_rows import Province

SECONDS: Final = 15.0
LAG: Final = """
SELECT e.id, e.created, (SELECT min(h.sealed_at) FROM translog_head h WHERE h.size > s."index")
FROM translog_entry e JOIN translog_sealed s ON s.entry_id = e.id WHERE e.id > %s
"""


def load(province: "Province") -> Iterator[tuple[str, dict[str, float]]]:
    """Give the milliseconds of an act with one writer and with four, then with four and the worker beside them."""
    run = f"{province.size}-{time.time():.0f}"  # a token used before would only give the act that it became
    for writers in (1, 4):
        yield f"record_act, writers {writers}", _figures(_write(writers, f"{run}-{writers}"))
    for name, command in (
        ("worker, the day begun", [sys.executable, "-m", "mingjing", "worker"]),
        ("worker, the day's work done", [sys.executable, "-m", "bench.scale_load"]),
    ):
        yield from _beside(command, name, f"{run} {name}")


def _beside(command: list[str], name: str, mark: str) -> Iterator[tuple[str, dict[str, float]]]:
    """Let four writers and a worker run side by side."""
    from mingjing.translog.models import Entry  # noqa: PLC0415 - Django is set up by now

    _seal_all()
    last = Entry.objects.order_by("-id").values_list("id", flat=True)[0]
    worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        time.sleep(10)  # it reads the packs and begins its day
        yield f"record_act beside the {name}", _figures(_write(4, mark))
        started = time.monotonic()
        _wait_until_sealed()
        behind = time.monotonic() - started
    finally:
        worker.terminate()
        worker.wait(60)
    yield name, _lag(last) | {"behind at the end, s": behind}


def _figures(spent: list[float]) -> dict[str, float]:
    return {
        "acts/s": len(spent) / SECONDS,
        "p50": statistics.median(spent),
        "p95": statistics.quantiles(spent, n=20)[-1],
    }


def _write(writers: int, mark: str) -> list[float]:
    """Let so many processes record acts; give the milliseconds of every act."""
    from django.db import connections  # noqa: PLC0415

    for one in connections.all():
        one.close()
        if hasattr(one, "close_pool"):
            one.close_pool()
    with multiprocessing.get_context("fork").Pool(writers) as pool:
        found = pool.map(partial(record, mark=mark), range(writers), chunksize=1)
    return [one for part in found for one in part]


def record(writer: int, mark: str) -> list[float]:
    """Open cases and carry each on by the story of a penalty on the spot, up to the payment."""
    from mingjing.cases.services import open_case, record_act  # noqa: PLC0415
    from mingjing.cli.demo.story import Telling, story  # noqa: PLC0415
    from mingjing.packs.load import library  # noqa: PLC0415
    from mingjing.personnel.selectors import agency  # noqa: PLC0415
    from tests.stories import MONDAY  # noqa: PLC0415

    bureau = agency("410481-urban")
    calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
    tale = Telling(story=story("summary"), agency=bureau, start=MONDAY, calendar=calendar)
    deeds = [tale.deed(step, None) for step in tale.story.steps if not step.via][:6]
    spent: list[float] = []
    count, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        once, case = f"{mark}-{writer}-{count}", None
        for number, deed in enumerate(deeds):
            start = time.perf_counter()
            if case is None:
                case = open_case(agency=bureau, procedure="summary", deed=deed, once=once).case
            else:
                record_act(case=case, deed=deed, once=f"{once}-{number}")
            spent.append((time.perf_counter() - start) * 1000)
        count += 1
    return spent


def _seal_all() -> None:
    from django.utils import timezone  # noqa: PLC0415

    from mingjing.translog.services import seal_log  # noqa: PLC0415

    while seal_log(at=timezone.now(), limit=10_000):
        pass


def _wait_until_sealed() -> None:
    from mingjing.translog.models import Queued  # noqa: PLC0415

    end = time.monotonic() + 120
    while Queued.objects.exists() and time.monotonic() < end:
        time.sleep(0.1)


def _lag(after: int) -> dict[str, float]:
    """How long the entries written since have waited for their place; those of documents included."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(LAG, [after])
        rows: list[Any] = cursor.fetchall()
    waited = [(_moment(sealed) - _moment(created)).total_seconds() for _, created, sealed in rows if sealed]
    return {
        "sealed": float(len(waited)),
        "p50 s": statistics.median(waited),
        "p95 s": statistics.quantiles(waited, n=20)[-1],
    }


def _moment(stored: Any) -> Any:
    from datetime import datetime  # noqa: PLC0415

    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


def _worker_of_a_quiet_hour() -> None:
    """Be the worker as it is when the work of the day is done: it seals, draws documents, follows the log."""
    import django  # noqa: PLC0415

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from mingjing.cli.worker import Worker  # noqa: PLC0415
    from mingjing.kit.clock import legal_day  # noqa: PLC0415

    worker = Worker()
    worker._daily_on = legal_day(timezone.now())
    while True:
        worker.turn()
        time.sleep(0.5)


if __name__ == "__main__":
    _worker_of_a_quiet_hour()
