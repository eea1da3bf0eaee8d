"""What runs behind the pages: the worker, its cursors over the log, the pushes, backups, a replica, slow queries."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from mingjing.exchange.push.desk import State, state_of
from mingjing.exchange.push.receivers import receivers
from mingjing.health.backups import LastBackup
from mingjing.health.check import Check
from mingjing.health.slow import slow_of_day
from mingjing.translog.cursors import Place, places

BEAT: Final = "worker-beat"
BEAT_LATE: Final = timedelta(minutes=5)
BEHIND: Final = (timedelta(minutes=5), timedelta(minutes=30))  # to be watched, to be seen to
DEAD_LONG: Final = timedelta(days=3)
BACKUP: Final = (timedelta(hours=26), timedelta(hours=72))
REPLICA: Final = (timedelta(seconds=30), timedelta(minutes=5))
SLOW_MANY: Final = 50
PUSH: Final = "push-"
TITLES: Final[Mapping[str, str]] = {
    "documents": "生成文书",
    "property": "涉案财物",
    "archive": "归档",
    "recording": "音像记录索引",
    "analysis": "分析",
    "analysis-places": "分析（地点）",
}


def running(now: datetime) -> list[Check]:
    """Look at everything that runs behind the pages; what is not in use here is left out."""
    found = (_beat(now), _cursors(now), _pushes(now), _backup(now), _replica(), _slow(now))
    return [one for one in found if one is not None]


def beat(now: datetime) -> None:
    """Leave a mark that the worker lives. For the worker, once a minute."""
    path = _beat_file()
    path.touch()
    os.utime(path, (now.timestamp(), now.timestamp()))


def _beat_file() -> Path:
    home: Path = settings.MINGJING_HOME
    return home / BEAT


def _beat(now: datetime) -> Check | None:
    """Say whether the worker of this machine lives; None where none has ever run here."""
    try:
        last = datetime.fromtimestamp(_beat_file().stat().st_mtime, tz=now.tzinfo)
    except OSError:
        return None
    late = now - last > BEAT_LATE
    return Check("beat", "后台任务", f"最近一次 {_moment(last)}" + ("，已经停了" if late else ""), not late)


# --- cursors over the log -------------------------------------------------------------------------


def cursors(now: datetime) -> list[tuple[str, Place, str]]:
    """Give every reader of the log with how far it is behind and the colour of that; those of pushes not."""
    rows = [one for one in places() if not one.name.startswith(PUSH)]
    return [(TITLES.get(one.name, one.name), one, _behind(one, now)) for one in rows]


def _behind(one: Place, now: datetime) -> str:
    waited = now - one.since if one.since else timedelta(0)
    return "red" if waited > BEHIND[1] else "amber" if waited > BEHIND[0] else "green"


def _cursors(now: datetime) -> Check:
    rows = cursors(now)
    late = [
        f"{title}差 {one.behind} 条（最早 {_moment(one.since)}）"
        for title, one, _ in rows
        if one.behind and one.since
    ]
    colours = {colour for _, _, colour in rows}
    return Check(
        "cursors", "日志的读取", "；".join(late) or "都已读完", "red" not in colours, watch="amber" in colours
    )


# --- pushes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lane:
    """How one platform is served, for whoever looks after the system."""

    code: str
    title: str
    state: State
    colour: str


def lanes(now: datetime) -> tuple[list[Lane], list[str]]:
    """Give every platform with its state, and what is wrong with files of receivers."""
    found, faults = receivers()
    rows = []
    for one in found.values():
        state = state_of(one)
        old = state.dead_since is not None and now - state.dead_since > DEAD_LONG
        rows.append(
            Lane(
                one.code,
                one.title,
                state,
                "red" if old else "amber" if state.dead or state.fault else "green",
            )
        )
    return rows, faults


def _pushes(now: datetime) -> Check | None:
    rows, faults = lanes(now)
    if not rows and not faults:
        return None
    told = [*faults]
    for one in rows:
        parts = [f"需要处理 {one.state.dead} 件"] if one.state.dead else []
        parts += [f"停着：{one.state.fault}"] if one.state.fault else []
        told += [f"{one.title}{'，'.join(parts)}"] if parts else []
    waiting = sum(one.state.waiting for one in rows)
    words = "；".join(told) or f"{len(rows)} 个接收方，待推送 {waiting} 件"
    colours = {one.colour for one in rows}
    return Check("push", "平台推送", words, not faults and "red" not in colours, watch="amber" in colours)


# --- backups, replica, slow queries ---------------------------------------------------------------


def _backup(now: datetime) -> Check:
    last = LastBackup.read()
    if last is None:
        return Check("backup", "备份", "这台机器上还没有备份过的记录", True, watch=True)
    age = now - last.at
    words = f"最近一次 {_moment(last.at)}，文件 {last.files} 个"
    words += f"，有 {last.damaged} 个读不出" if last.damaged else ""
    words += f"，已有 {age.days} 天" if age > BACKUP[1] else ""
    return Check("backup", "备份", words, age <= BACKUP[1], watch=age > BACKUP[0] or last.damaged > 0)


class NothingReceived(DatabaseError):
    """The replica answers, but follows nobody: how far it is behind is not known there."""


def replica_lag() -> timedelta | None:
    """Give how far the replica is behind; None where none is used. Raises DatabaseError where nobody can tell."""
    if "replica" not in settings.DATABASES or connections["replica"].vendor != "postgresql":
        return None
    with connections["replica"].cursor() as cursor:
        # With nothing left to replay the last moment is old because nothing happened, or because nothing is received.
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_wal_receiver),"
            " CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN interval '0'"
            " ELSE clock_timestamp() - pg_last_xact_replay_timestamp() END"
        )
        receives, lag = cursor.fetchone()
    if not receives:
        raise NothingReceived
    return lag or timedelta(0)


def _replica() -> Check | None:
    try:
        lag = replica_lag()
    except NothingReceived:
        return Check("replica", "只读副本", "不再接收主库的变化，落后多少无从得知", False)
    except DatabaseError as error:
        return Check("replica", "只读副本", f"连不上（{type(error).__name__}）", False)
    if lag is None:
        return None
    words = f"落后 {lag.total_seconds():.0f} 秒"
    return Check("replica", "只读副本", words, lag <= REPLICA[1], watch=lag > REPLICA[0])


def _slow(now: datetime) -> Check:
    rows = slow_of_day(now)
    times = sum(one.times for one in rows)
    limit = f"超过 {settings.MINGJING_SLOW_QUERY_MS} 毫秒的"
    words = f"{limit} {times} 次，最慢 {max(one.worst_ms for one in rows)} 毫秒" if rows else f"没有{limit}"
    return Check("slow", "一天内的慢查询", words, True, watch=times >= SLOW_MANY)


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
