"""How the system is doing, looked at here and now; in words for people, well or not for machines."""

import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from mingjing.documents.selectors import failures
from mingjing.documents.signing import certificate_ends
from mingjing.health.check import Check
from mingjing.health.clock import clock_fault
from mingjing.health.running import running
from mingjing.packs.load import library
from mingjing.translog import releases
from mingjing.translog.keys import LogKeyMissing
from mingjing.translog.policy import PolicyRefused
from mingjing.translog.selectors import log_health, watch, why_behind

__all__ = ["Check", "checks"]

SEALING_LATE = timedelta(minutes=2)
DISK_LOW, DISK_LITTLE = 5 * 1024**3, 20 * 1024**3
CERTIFICATE_NOW, CERTIFICATE_SOON = timedelta(days=7), timedelta(days=30)


def checks(now: datetime) -> list[Check]:
    """Everything looked at, database first: without it nothing else can be."""
    return [
        *(_database(), *_log(now), *_witness(now), _documents(), *_certificates(now)),
        *(_disk(), _clock(now), _law(), _release()),
        *running(now),
    ]


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return Check(
        "database", "数据库", {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor], True
    )


def _log(now: datetime) -> list[Check]:
    health, behind = log_health(), why_behind()
    late = health.queued_since is not None and now - health.queued_since > SEALING_LATE
    waiting = (
        "无"
        if not health.queued
        else f"{health.queued} 条，最早 {timezone.localtime(health.queued_since):%Y-%m-%d %H:%M:%S}"
    )
    signed = "还没有检查点"
    if health.checkpoint_at:
        at = timezone.localtime(health.checkpoint_at)
        signed = f"检查点覆盖 {health.checkpoint_size} 条，{at:%Y-%m-%d %H:%M:%S}"
    return [
        Check("log", "存证日志", behind or f"{health.size} 条，{signed}", not behind),
        Check("worker", "等待封存", waiting, not late),
    ]


def _witness(now: datetime) -> list[Check]:
    """How the log is being witnessed; nothing where no witnesses are asked for."""
    try:
        found = watch(now)
    except PolicyRefused as refused:
        return [Check("witness", "日志见证", str(refused), False)]
    return [Check("witness", "日志见证", found.in_words, not (found.late or found.stopped))] if found else []


def _documents() -> Check:
    failed = failures()
    found = f"{len(failed)} 份未能生成：{failed[0].reason}" if failed else "没有未能生成的文书"
    return Check("documents", "文书", found, not failed)


def _certificates(now: datetime) -> list[Check]:
    """The certificates that documents are signed with; nothing where none is configured."""
    ends = certificate_ends()
    if not ends:
        return []
    agency, end = min(ends.items(), key=lambda one: one[1])
    found = f"{len(ends)} 个，最早到期的是 {agency}，{timezone.localtime(end):%Y-%m-%d}"
    left = end - now
    return [Check("certificates", "签章证书", found, left > CERTIFICATE_NOW, watch=left <= CERTIFICATE_SOON)]


def _disk() -> Check:
    folder = settings.MINGJING_HOME
    usage = shutil.disk_usage(folder if folder.exists() else folder.parent)
    return Check(
        "disk",
        "磁盘剩余",
        f"{usage.free / 1024**3:.1f} GB / {usage.total / 1024**3:.1f} GB",
        usage.free > DISK_LOW,
        watch=usage.free <= DISK_LITTLE,
    )


def _clock(now: datetime) -> Check:
    """Whether the time that everything is written with can be believed."""
    fault = clock_fault(now)
    return Check("clock", "时钟", fault or f"{timezone.localtime(now):%Y-%m-%d %H:%M:%S}", not fault)


def _release() -> Check:
    """Whether the packs in service are those that were released; others still run, and are told."""
    try:
        found = releases.standing(library())
    except (releases.ReleaseRefused, LogKeyMissing) as refused:
        return Check("release", "法规包发布", str(refused), False)
    return Check("release", "法规包发布", found.in_words(), found.last is None or found.good)


def _law() -> Check:
    found = library()
    return Check("law", "法规包", f"{len(found.packs)} 个范围，{len(found.rules)} 条规则", True)
