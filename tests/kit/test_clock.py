"""A day in the law is a day in Beijing, however the moment was written."""

from datetime import UTC, date, datetime

import pytest

from mingjing.kit.clock import BEIJING, chinese_date, chinese_time, legal_day


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2021-07-14T15:59:59+00:00", date(2021, 7, 14)),
        ("2021-07-14T16:00:00+00:00", date(2021, 7, 15)),
        ("2021-07-15T00:00:00+08:00", date(2021, 7, 15)),
        ("2021-07-14T23:59:59+08:00", date(2021, 7, 14)),
    ],
)
def test_the_day_begins_at_midnight_in_beijing(moment: str, day: date) -> None:
    """Sixteen hours UTC is midnight there."""
    assert legal_day(datetime.fromisoformat(moment)) == day


def test_a_moment_without_a_zone_is_refused() -> None:
    """Whose midnight would it be?"""
    with pytest.raises(ValueError, match="zone"):
        legal_day(datetime(2021, 7, 15))  # noqa: DTZ001 -- a bare time is what is refused


def test_days_and_hours_are_written_as_in_documents() -> None:
    """Without zeros in front of months and days, with two digits of minutes."""
    assert chinese_date(date(2026, 3, 5)) == "2026年3月5日"
    assert chinese_date(date(2026, 3, 5), weekday=True) == "2026年3月5日（周四）"
    assert chinese_date(date(2026, 3, 8), weekday=True).endswith("（周日）")
    assert chinese_time(datetime(2026, 3, 5, 6, 5, tzinfo=UTC)) == "2026年3月5日14时05分"
    assert datetime(2026, 3, 5, tzinfo=BEIJING).utcoffset() is not None
