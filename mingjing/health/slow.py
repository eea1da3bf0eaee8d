"""Slow queries of the last day, a line each in a file of the day: the page, how long, the text without its values."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

log = logging.getLogger("mingjing.health")

FOLDER: Final = "slow"
SHOWN: Final = 500  # characters of a query
KEPT: Final = timedelta(days=2)
MOST_BYTES: Final = 4 * 1024 * 1024  # of a day: a database that is slow all day must not fill the disk
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slow:
    """One query that is slow again and again: where, how often, how long at worst."""

    page: str
    sql: str
    times: int
    worst_ms: int


def note_slow(page: str, milliseconds: int, sql: str, now: datetime) -> None:
    """Write one slow query down. What goes wrong here is told in the log and hinders no page."""
    line = json.dumps([now.isoformat(), page, milliseconds, sql[:SHOWN]], ensure_ascii=False)
    path = _folder() / f"{now:%Y%m%d}.jsonl"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MOST_BYTES:
            return
        # One short write at the end of the file: lines of several processes do not mix.
        with open(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640), "a", encoding="utf-8"
        ) as file:
            file.write(f"{line}\n")
    except OSError as error:
        log.warning("a slow query could not be written down: %s", type(error).__name__)


def slow_of_day(now: datetime) -> list[Slow]:
    """Give the slow queries of the last twenty-four hours, the most frequent first."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for day in (now - DAY, now):
        for at, page, milliseconds, sql in _lines(_folder() / f"{day:%Y%m%d}.jsonl"):
            if now - DAY <= at <= now:
                times, worst = found.get((page, sql), (0, 0))
                found[page, sql] = (times + 1, max(worst, milliseconds))
    rows = [Slow(page, sql, times, worst) for (page, sql), (times, worst) in found.items()]
    return sorted(rows, key=lambda one: (-one.times, -one.worst_ms))


def forget_slow(now: datetime) -> None:
    """Delete the files of days gone by. For the worker."""
    for path in _folder().glob("*.jsonl"):
        if path.stem < f"{now - KEPT:%Y%m%d}":
            path.unlink(missing_ok=True)


def _lines(path: Path) -> Iterator[tuple[datetime, str, int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    for line in text.splitlines():
        try:
            at, page, milliseconds, sql = json.loads(line)
            yield datetime.fromisoformat(at), str(page), int(milliseconds), str(sql)
        except (ValueError, TypeError):
            continue  # a line that a full disk has cut


def _folder() -> Path:
    home: Path = settings.MINGJING_HOME
    return home / FOLDER
