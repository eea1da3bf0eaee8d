"""How the system is doing: for the administrator in words, for machines as JSON without names or numbers of cases."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mingjing.documents.selectors import failures
from mingjing.packs.load import library
from mingjing.translog import releases
from mingjing.translog.keys import LogKeyMissing
from mingjing.translog.policy import PolicyRefused
from mingjing.translog.selectors import log_health, watch
from mingjing.web.access import SignedRequest, allowed

SEALING_LATE = timedelta(minutes=2)
DISK_LOW = 5 * 1024**3


@dataclass(frozen=True)
class Check:
    """One thing looked at: its name, what was found, whether that is well."""

    name: str
    title: str
    found: str
    well: bool


def checks(now: datetime) -> list[Check]:
    """Everything looked at, database first: without it nothing else can be."""
    return [_database(), *_log(now), *_witness(now), _documents(), _disk(), _law(), _release()]


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return Check(
        "database", "数据库", {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor], True
    )


def _log(now: datetime) -> list[Check]:
    health = log_health()
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
        Check("log", "存证日志", f"{health.size} 条，{signed}", True),
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


def _disk() -> Check:
    folder = settings.MINGJING_HOME
    usage = shutil.disk_usage(folder if folder.exists() else folder.parent)
    return Check(
        "disk",
        "磁盘剩余",
        f"{usage.free / 1024**3:.1f} GB / {usage.total / 1024**3:.1f} GB",
        usage.free > DISK_LOW,
    )


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


@allowed("system.view")
def system(request: SignedRequest) -> HttpResponseBase:
    """The page of the administrator."""
    return render(request, "web/system/page.html", {"checks": checks(timezone.now()), "now": timezone.now()})


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while everything is well, 503 with the name of what is not."""
    try:
        found = checks(timezone.now())
    except Exception as error:
        return JsonResponse({"status": "down", "fault": type(error).__name__}, status=503)
    state: dict[str, Any] = {one.name: "ok" if one.well else "late" for one in found}
    health = log_health()
    state |= {"log_size": health.size, "queued": health.queued, "checkpoint_size": health.checkpoint_size}
    state["checkpoint_at"] = health.checkpoint_at.isoformat() if health.checkpoint_at else None
    # A late worker is a warning: the web side still takes acts, and they are sealed when it comes back.
    return JsonResponse({"status": "ok" if all(one.well for one in found) else "degraded", **state})
