"""Sealing the log, durably, on SQLite and PostgreSQL; beside it the bare hashing of the same leaves."""

import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from tests import postgres

BATCHES = {10_000: 8, 100: 40, 1: 200}
AT = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)


def main() -> None:
    """Measure each database in a process of its own: Django knows one per process."""
    print(
        f"{'database':<12}{'batch':>7}{'leaves/s':>12}{'of hashing':>12}{'leaves/CPU-s':>14}{'of hashing':>12}"
    )
    for database in ("sqlite", "postgresql"):
        if database == "postgresql" and postgres.programs() is None:
            print(postgres.MISSING)
            continue
        subprocess.run([sys.executable, "-m", "bench.sealing", database], check=True)  # noqa: S603 - this file


def measure(database: str) -> None:
    """Queue leaves, seal them batch by batch, print one line for each size of batch."""
    with tempfile.TemporaryDirectory(prefix="mingjing-bench-") as folder:
        _start_django(database, Path(folder))
        from mingjing.translog import services  # noqa: PLC0415 - needs Django to be set up

        for batch, runs in BATCHES.items():
            leaves = _queue(batch * (runs + 1))
            services.seal_log(at=AT, limit=batch)  # unmeasured: opens files, makes the key
            pairs = [_timed(lambda size=batch: services.seal_log(at=AT, limit=size)) for _ in range(runs)]
            hashing = statistics.median(_hashing(leaves[:10_000])[1] for _ in range(5)) / len(leaves[:10_000])
            wall, cpu = (statistics.median(column) / batch for column in zip(*pairs, strict=True))
            rates = f"{1 / wall:>12,.0f}{hashing / wall:>12.0%}{1 / cpu:>14,.0f}{hashing / cpu:>12.0%}"
            print(f"{database:<12}{batch:>7}{rates}", flush=True)
        print(f"{'':<12}bare hashing: {1 / hashing:,.0f} leaves/CPU-s", flush=True)


def _start_django(database: str, folder: Path) -> None:
    os.environ["MINGJING_HOME"] = str(folder)
    os.environ["MINGJING_DATABASE"] = ""
    if database == "postgresql":
        # Durable, unlike the server of the tests: what is sealed has reached the disk.
        postgres.SPEED = "-c max_connections=20"
        os.environ["MINGJING_DATABASE"] = postgres.address() or ""
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from mingjing.config import env  # noqa: PLC0415

    settings.configure(
        DATABASES={"default": env.database(folder)},
        INSTALLED_APPS=["mingjing.translog"],
        MINGJING_HOME=folder,
        LOG_ORIGIN="mingjing.local/log",
        MINGJING_LOG_SUITES=["sha256"],
        MINGJING_LOG_KEYS=None,
        MINGJING_LOG_SIGNERS=[],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def _queue(count: int) -> list[bytes]:
    """Queue realistic leaves, as many acts of as many cases would, without the ORM's pace."""
    from django.db import connection, transaction  # noqa: PLC0415

    from mingjing.translog.leaf import leaf_bytes  # noqa: PLC0415
    from mingjing.translog.models import Entry, Queued  # noqa: PLC0415

    fields = {"c": os.urandom(8).hex(), "at": "2026-03-05T10:00:00+08:00"}
    leaves = [leaf_bytes("act", {**fields, "n": n, "h": os.urandom(32).hex()}) for n in range(1, count + 1)]
    with transaction.atomic():
        for at in range(0, count, 1_000):
            rows = [
                Entry(data=leaf, kind="act", ref=f"r{os.urandom(6).hex()}", created=AT)
                for leaf in leaves[at : at + 1_000]
            ]
            Queued.objects.bulk_create([Queued(entry=entry) for entry in Entry.objects.bulk_create(rows)])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return leaves


def _hashing(leaves: Sequence[bytes]) -> tuple[float, float]:
    """Hash each leaf and one node for it, and nothing else: no tree can do with less."""
    sha256, node = hashlib.sha256, bytes(65)

    def bare() -> None:
        for leaf in leaves:
            sha256(leaf).digest()
            sha256(node).digest()

    return _timed(bare)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds on the wall and of this process's CPU."""
    wall, cpu = perf_counter(), process_time()
    work()
    return perf_counter() - wall, process_time() - cpu


if __name__ == "__main__":
    measure(sys.argv[1])
