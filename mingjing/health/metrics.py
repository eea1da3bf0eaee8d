"""Prometheus metrics: what the checks found, and how long pages take, counted over all processes of the web."""

import os
from datetime import datetime
from pathlib import Path
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from mingjing.health.checks import checks
from mingjing.translog.selectors import log_health

# Set before the processes of the web start: each counts into a file of its own in this folder.
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS: Final = Histogram(
    "mingjing_request_seconds",
    "Time to answer, by page and kind of answer",
    ["page", "status"],
    buckets=SECONDS,
)
SLOW_QUERIES: Final = Counter(
    "mingjing_slow_queries", "Queries slower than the limit of the settings", ["page"]
)


def prepare_folder(home: Path, server: str) -> None:
    """Empty the folder the processes of one server count into and name it to them; call before they start."""
    folder = home / "metrics" / server  # several servers may share a home, and each empties its own
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ[FOLDER] = str(folder)


def exposition(now: datetime) -> tuple[bytes, str]:
    """Give the metrics as they stand and their content type."""
    counted = CollectorRegistry()
    if FOLDER in os.environ:
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    else:
        counted = REGISTRY
    return generate_latest(_looked_at(now)) + generate_latest(counted), CONTENT_TYPE_LATEST


def _looked_at(now: datetime) -> CollectorRegistry:
    """Measure what is asked of the database and the disk; the same whichever process answers."""
    found = CollectorRegistry()
    well = Gauge("mingjing_check_ok", "1 where a check finds nothing wrong", ["check"], registry=found)
    for check in checks(now):
        well.labels(check.name).set(check.well)
    health = log_health()
    waits = (now - health.queued_since).total_seconds() if health.queued_since else 0.0
    for name, words, value in (
        ("mingjing_log_entries", "Entries of the public log", health.size),
        ("mingjing_log_checkpoint_entries", "Entries under the published checkpoint", health.checkpoint_size),
        ("mingjing_log_queued", "Entries that wait to be sealed", health.queued),
        ("mingjing_log_queued_seconds", "How long the oldest of them has waited", waits),
    ):
        Gauge(name, words, registry=found).set(value)
    return found
