"""Whether the clock of this machine can be believed: against what it has written, the database's, and itself."""

import time
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from mingjing.translog.selectors import newest_entry_at

APART: Final = timedelta(minutes=1)
DAY_WAITS: Final = timedelta(hours=12)


class ClockWatch:
    """Tells a clock that was set from time that has passed: the boot clock is not set by anybody.

    Lives in the worker. A jump stays a jump until the clock is put right or the worker is started anew by somebody
    who has looked.
    """

    def __init__(self) -> None:
        self._wall, self._boot = timezone.now(), _boot_seconds()

    def jumped(self, now: datetime, boot: float | None = None) -> timedelta:
        """Give how far the clock has been set since the start, forward or back."""
        passed = timedelta(seconds=(boot if boot is not None else _boot_seconds()) - self._boot)
        return now - self._wall - passed

    def day_waits(self, now: datetime, boot: float | None = None) -> bool:
        """Whether to-day may be the wrong day: then nothing is ended, tidied away or published for its date."""
        return self.jumped(now, boot) >= DAY_WAITS


def clock_fault(now: datetime) -> str:
    """Say in Chinese what is wrong with the clock; empty where nothing is known to be."""
    newest = newest_entry_at()
    if newest is not None and newest - now > APART:
        return (
            f"比最近一条记录（{timezone.localtime(newest):%Y-%m-%d %H:%M:%S}）慢 {_told(newest - now)}："
            "时钟被拨回，或者此前曾经拨快。请校准（NTP）；校准后仍然如此的，那条记录的时间是拨快时写下的，如实保留"
        )
    apart = _from_database(now)
    if abs(apart) > APART:
        return f"与数据库服务器的时钟相差 {_told(abs(apart))}。请校准两台机器（NTP）"
    return ""


def _from_database(now: datetime) -> timedelta:
    if connection.vendor != "postgresql":
        return timedelta(0)  # the database has no clock of its own
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return now - there


def _told(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{span.days} 天"


def _boot_seconds() -> float:
    # Goes on while the machine sleeps, which the monotonic clock does not.
    return time.clock_gettime(time.CLOCK_BOOTTIME)
