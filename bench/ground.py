"""The ground benchmarks stand on: a durable database of their own, with the real settings and the real law."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgres


def on_each_database(module: str, *arguments: str) -> None:
    """Run a benchmark module once for SQLite and once for PostgreSQL, each in a process of its own."""
    for database in ("sqlite", "postgresql"):
        if database == "postgresql" and postgres.programs() is None:
            print(postgres.MISSING)
            continue
        subprocess.run([sys.executable, "-m", module, database, *arguments], check=True)  # noqa: S603 - our own


def with_database(
    database: str,
    work: Callable[[Path], None],
    settings: str = "-c max_connections=60",
    place: str = "",
) -> None:
    """Set Django up on a fresh, durable database with all tables, do the work, and leave nothing behind.

    With a `place` the home lies there and stays, and a PostgreSQL that another process started for it and wrote to
    `place`/database is used again: what took an hour to fill is measured twice.
    """
    with _home(place) as folder:
        os.environ["MINGJING_HOME"] = folder
        os.environ["MINGJING_DATABASE"] = ""
        os.environ["DJANGO_SETTINGS_MODULE"] = "mingjing.config.settings"
        kept = Path(folder, "database")
        if kept.exists():
            os.environ[postgres.ADDRESS] = kept.read_text()
        if database == "postgresql":
            # Durable, unlike the server of the tests: what is recorded has reached the disk.
            postgres.SPEED = settings
            os.environ["MINGJING_DATABASE"] = postgres.address() or ""
            if place:
                kept.write_text(os.environ["MINGJING_DATABASE"])
        import django  # noqa: PLC0415 - the environment above decides what it becomes
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        work(Path(folder))


@contextmanager
def _home(place: str) -> Iterator[str]:
    if place:
        Path(place).mkdir(parents=True, exist_ok=True)
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="mingjing-bench-") as folder:
        yield folder
