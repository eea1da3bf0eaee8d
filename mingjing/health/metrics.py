"""Prometheus metrics: what the checks found, and how long pages take, counted over all processes of the web."""

import os
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError
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

from mingjing.documents.signing import certificate_ends
from mingjing.health.backups import LastBackup
from mingjing.health.check import WORDS
from mingjing.health.checks import checks
from mingjing.health.running import cursors, lanes, replica_lag
from mingjing.health.slow import slow_of_day
from mingjing.translog.policy import PolicyRefused
from mingjing.translog.selectors import log_health, watch

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
    state = Gauge("mingjing_check_state", "0 green, 1 amber, 2 red", ["check"], registry=found)
    for check in checks(now):
        well.labels(check.name).set(check.well)
        state.labels(check.name).set(list(WORDS).index(check.colour))
    health = log_health()
    waits = (now - health.queued_since).total_seconds() if health.queued_since else 0.0
    for name, words, value in (
        ("mingjing_log_entries", "Entries of the public log", health.size),
        ("mingjing_log_checkpoint_entries", "Entries under the published checkpoint", health.checkpoint_size),
        ("mingjing_log_queued", "Entries that wait to be sealed", health.queued),
        ("mingjing_log_queued_seconds", "How long the oldest of them has waited", waits),
    ):
        Gauge(name, words, registry=found).set(value)
    _behind(found, now)
    _ages(found, now)
    return found


def _behind(found: CollectorRegistry, now: datetime) -> None:
    """Measure how far every reader of the log and every platform is behind."""
    lag = Gauge(
        "mingjing_cursor_lag_entries", "Entries that a reader has not read", ["cursor"], registry=found
    )
    for _, place, _ in cursors(now):
        lag.labels(place.name).set(place.behind)
    counts = {
        name: Gauge(f"mingjing_push_{name}", words, ["receiver"], registry=found)
        for name, words in (
            ("waiting", "Deliveries that wait"),
            ("dead", "Dead letters that a person must see to"),
            ("lag_entries", "Entries of the log not yet read for a receiver"),
            ("stopped", "1 where a receiver cannot be reached"),
        )
    }
    for one in lanes(now)[0]:
        told = (one.state.waiting, one.state.dead, one.state.lag, bool(one.state.fault))
        for gauge, value in zip(counts.values(), told, strict=True):
            gauge.labels(one.code).set(value)


def _ages(found: CollectorRegistry, now: datetime) -> None:
    """Measure disk, certificates, backup, witnesses, replica and slow queries; what is not in use is left out."""
    home: Path = settings.MINGJING_HOME
    usage = shutil.disk_usage(home if home.exists() else home.parent)
    told: dict[tuple[str, str], float] = {
        ("mingjing_disk_free_bytes", "Free on the disk of the home"): usage.free,
        ("mingjing_disk_bytes", "Size of the disk of the home"): usage.total,
        ("mingjing_slow_queries_day", "Slow queries of the last 24 hours on this machine"): sum(
            one.times for one in slow_of_day(now)
        ),
    }
    if ends := certificate_ends():
        told["mingjing_certificate_seconds", "Until the first certificate runs out"] = (
            min(ends.values()) - now
        ).total_seconds()
    if last := LastBackup.read():
        told["mingjing_backup_age_seconds", "Since the last whole backup"] = (now - last.at).total_seconds()
    for (name, words), value in told.items():
        Gauge(name, words, registry=found).set(value)
    _witness_and_replica(found, now)


def _witness_and_replica(found: CollectorRegistry, now: datetime) -> None:
    with suppress(PolicyRefused):
        if (seen := watch(now)) and seen.at:
            age = (now - seen.at).total_seconds()
            Gauge("mingjing_witness_age_seconds", "Since the log was last witnessed", registry=found).set(age)
    with suppress(DatabaseError):
        if (lag := replica_lag()) is not None:
            Gauge("mingjing_replica_lag_seconds", "How far the replica is behind", registry=found).set(
                lag.total_seconds()
            )
