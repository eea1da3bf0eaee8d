"""Mails about reports through a real mail server: one when the day is near, one when it has passed, to nobody else."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mingjing.cli.worker import Worker
from mingjing.statistics import reminding
from mingjing.statistics.models import Reminder
from mingjing.statistics.services import NotDone
from tests.cast import Cast
from tests.mail_server import mail_server
from tests.statistics.in_use import in_use_since
from tests.web.conftest import SignIn, at_desk

__all__ = ["at_desk"]
pytestmark = pytest.mark.django_db
NEAR, OVER = datetime(2027, 1, 20, 1, tzinfo=UTC), datetime(2027, 2, 3, 1, tzinfo=UTC)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A mail server that the settings name."""
    in_use_since(date(2026, 3, 1))
    with mail_server() as running:
        settings.MINGJING_SMTP_URL = running.address
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        host, _, port = running.address.removeprefix("smtp://").partition("?")[0].partition(":")
        settings.EMAIL_HOST, settings.EMAIL_PORT = host, int(port)
        yield running


def test_each_report_is_told_of_once_near_and_once_late(cast: Cast, server: Any) -> None:
    """The clerk asked: a mail in January, none the next hour, one in February; who left the bureau gets none."""
    reminding.remind_at(address="clerk@example.cn", by=cast.clerk, at=NEAR)
    reminder = reminding.Reminding()
    assert [reminder.turn(NEAR - timedelta(days=15)), reminder.turn(NEAR), reminder.turn(NEAR)] == [0, 1, 0]
    assert reminder.turn(NEAR + timedelta(hours=2)) == 0
    ((to, mail),) = server.mails
    assert "clerk@example.cn" in str(to)
    assert "2026年行政执法统计年报（未编制）应当在2027年1月31日前完成" in mail.get_content()
    assert [reminder.turn(OVER), reminding.send_due(at=OVER + timedelta(days=1))] == [1, 0]
    assert "已经逾期" in server.mails[-1][1].get_content()
    cast.clerk.roles = ["officer"]
    cast.clerk.save()
    assert reminding.send_due(at=NEAR + timedelta(days=365)) == 0


def test_without_a_mail_server_nobody_asks_and_nothing_is_sent(cast: Cast, settings: Any) -> None:
    """Refused with the reason; what was asked for while there was one waits."""
    settings.MINGJING_SMTP_URL = ""
    with pytest.raises(NotDone, match="没有设置邮件服务器"):
        reminding.remind_at(address="clerk@example.cn", by=cast.clerk, at=NEAR)
    assert reminding.Reminding().turn(NEAR) == 0


def test_on_the_page_one_starts_and_stops(cast: Cast, server: Any, at_desk: SignIn) -> None:
    """A wrong address is refused, a right one kept, an empty one ends it; an officer has no such box."""
    clerk = at_desk(cast.clerk)
    assert "期前和逾期时发邮件提醒我" in clerk.get("/statistics/").content.decode()
    assert "发邮件提醒我" not in at_desk(cast.officer).get("/statistics/").content.decode()
    assert at_desk(cast.officer).post("/statistics/remind", {"address": "a@b.cn"}).status_code == 403
    said = clerk.post("/statistics/remind", {"address": "nonsense"}, follow=True).content.decode()
    assert "邮箱地址写得不对" in said
    clerk.post("/statistics/remind", {"address": "clerk@example.cn"})
    assert [one.address for one in Reminder.objects.all()] == ["clerk@example.cn"]
    assert "clerk@example.cn" in clerk.get("/statistics/").content.decode()
    clerk.post("/statistics/remind", {"address": ""})
    assert not Reminder.objects.exists()


def test_the_worker_sends_them(cast: Cast, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a step of its turn."""
    reminding.remind_at(address="clerk@example.cn", by=cast.clerk, at=NEAR)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NEAR)
    Worker()._remind_of_reports()
    assert len(server.mails) == 1
