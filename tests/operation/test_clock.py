"""A clock that jumps, back and forward: what stands in the record, in the log and on the page, and what waits."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.cases.models import CaseDeadline
from mingjing.cases.rebuild import rebuild
from mingjing.cases.selectors import acts_of
from mingjing.cli.commands import worker_command
from mingjing.cli.whole_audit import audit_everything
from mingjing.cli.worker import Worker
from mingjing.health.checks import checks
from mingjing.health.clock import ClockWatch, clock_fault
from mingjing.kit.clock import legal_day
from mingjing.translog.keys import vkeys
from mingjing.translog.selectors import DatabaseReader, newest_entry_at
from mingjing.translog.services import seal_log
from mingjing.translog.verify import verify_log
from tests.cast import PASSWORD, Cast
from tests.stories import telling

HOUR = timedelta(hours=1)


class Hands:
    """The hands of the clock: `set(moment)` is what an administrator, or a broken NTP server, does to them."""

    def __init__(self, patch: pytest.MonkeyPatch, now: datetime) -> None:
        self.now = now
        patch.setattr(timezone, "now", lambda: self.now)

    def set(self, moment: datetime) -> None:
        self.now = moment


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """A clock that is right at first."""
    return Hands(monkeypatch, timezone.now())


@pytest.mark.django_db(transaction=True)
def test_put_back_in_the_middle_of_a_case_no_act_seems_older_than_the_one_before(
    cast: Cast, hands: Hands
) -> None:
    """An hour back between two acts: recorded as late as the one before, sealed in the order they came, whole."""
    right = hands.now
    tale = telling(cast, "summary")
    tale.play(2)
    seal_log(at=hands.now)
    hands.set(right - HOUR)
    case = tale.play(3)
    seal_log(at=hands.now)
    hands.set(right + HOUR)
    tale.play(4)
    seal_log(at=hands.now)

    times = [act.recorded_at for act in acts_of(case)]
    assert times == sorted(times)
    assert times[2] == right
    assert times[3] == right + HOUR
    assert verify_log(DatabaseReader(), vkeys()).ok
    assert not list(audit_everything())
    assert rebuild(dry_run=True).differences == []


@pytest.mark.django_db(transaction=True)
def test_a_day_ahead_and_back_again_leaves_limits_as_they_were(cast: Cast, hands: Hands) -> None:
    """Counted on the wrong day and counted again on the right one: the same limits as if nothing had been."""
    tale = telling(cast, "summary")
    tale.play(2)
    worker, right = Worker(), hands.now

    def limits() -> list[tuple[object, ...]]:
        for _ in range(3):
            worker.turn()
        return list(CaseDeadline.objects.order_by("id").values_list("rule", "due", "status"))

    before = limits()
    hands.set(right + timedelta(days=30))
    limits()
    hands.set(right)
    assert before
    assert limits() == before
    worker.stop()


@pytest.mark.django_db(transaction=True)
def test_the_page_of_the_administrator_says_that_the_clock_is_wrong(cast: Cast, hands: Hands) -> None:
    """Slower than the newest record: named with both, and well again when it is put right."""
    telling(cast, "summary").play(1)
    right = newest_entry_at() or hands.now
    assert not clock_fault(right)
    hands.set(right - 3 * HOUR)
    told = next(one for one in checks(hands.now) if one.name == "clock")
    assert not told.well
    assert "慢 3 小时" in told.found or "慢 180 分钟" in told.found
    hands.set(right + HOUR if clock_fault(right + HOUR) == "" else right)
    assert next(one for one in checks(hands.now) if one.name == "clock").well


@pytest.mark.django_db(transaction=True)
def test_a_session_begun_by_a_clock_that_was_ahead_ends_when_it_is_put_right(
    cast: Cast, hands: Hands
) -> None:
    """Else it would last until the wrong hour comes; one that was begun at the right time goes on."""
    officer = {"username": "officer", "password": PASSWORD}
    ahead, right = Client(), hands.now
    hands.set(right + 5 * HOUR)
    ahead.post("/login/", officer)
    assert ahead.get("/cases/").status_code == 200
    hands.set(right)
    assert ahead.get("/cases/").headers["Location"].startswith("/login/")
    fresh = Client()
    fresh.post("/login/", officer)
    hands.set(right + timedelta(minutes=1))
    assert fresh.get("/cases/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_nothing_is_done_for_a_day_that_may_be_the_wrong_one(
    cast: Cast, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    """The clock runs two days ahead of what has passed: the day's work waits and says so, sealing goes on."""
    clock, worker, right = ClockWatch(), Worker(), hands.now
    worker.turn()
    day = worker._daily_on
    telling(cast, "summary").play(1)
    hands.set(right + timedelta(days=2))
    worker.day_waits = worker_command._doubtful(clock, worker.day_waits)
    worker.turn()
    assert worker._daily_on == day == legal_day(right)
    assert "按日期办理的事项" in caplog.text
    assert verify_log(DatabaseReader(), vkeys()).checked > 0

    hands.set(right)
    worker.day_waits = worker_command._doubtful(clock, worker.day_waits)
    assert not worker.day_waits
    worker.stop()


def test_time_that_has_really_passed_is_no_jump(hands: Hands) -> None:
    """A night on which nobody worked, by both clocks; only the wall clock set is a jump, in either direction."""
    clock, boot = ClockWatch(), 0.0
    clock._boot, start = boot, hands.now
    assert clock.jumped(start + 14 * HOUR, 14 * 3600.0) == timedelta(0)
    assert not clock.day_waits(start + 14 * HOUR, 14 * 3600.0)
    assert clock.jumped(start - HOUR, 60.0) == -HOUR - timedelta(minutes=1)
    assert not clock.day_waits(start - 48 * HOUR, 60.0)
    assert clock.day_waits(start + 14 * HOUR, 60.0)
