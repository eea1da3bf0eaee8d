"""What the operator sees without asking: metrics for his monitoring, a mail when something stays wrong."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from mingjing.documents.signing import certificate_ends
from mingjing.health.alarm import Alarm
from mingjing.health.checks import Check
from mingjing.web.measuring import measured
from tests.mail_server import mail_server

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TOKEN = "a-token-of-the-monitoring"


def _asked(token: str = "") -> "Client":
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"} if token else {})


def test_metrics_are_for_whoever_holds_the_token(settings):
    """Without a token in the settings there is no page; with a wrong one neither."""
    assert _asked(TOKEN).status_code == 404
    settings.MINGJING_METRICS_TOKEN = TOKEN
    assert _asked().status_code == 404
    assert _asked("another").status_code == 404

    answer = _asked(TOKEN)

    assert answer.status_code == 200
    told = answer.content.decode()
    assert 'mingjing_check_ok{check="database"} 1.0' in told
    assert "mingjing_log_queued_seconds 0.0" in told


def test_a_page_is_counted_by_its_name_and_never_by_its_address(settings, cast):
    """The code of a case stands in an address; the metrics name the page."""
    settings.MINGJING_METRICS_TOKEN = TOKEN
    Client().get("/portal/")
    Client().get("/cases/0123456789abcdef01234567/")
    told = _asked(TOKEN).content.decode()
    assert 'page="portal:' in told
    assert "0123456789abcdef01234567" not in told


def test_a_slow_query_is_told_with_its_page_and_without_what_it_asks_for(settings, caplog, rf):
    """Above the limit of the settings a line is written; below it none."""

    def view(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s", ["王某某"])
        return Client().get("/healthz")

    with caplog.at_level(logging.WARNING, logger="mingjing.slow"):
        settings.MINGJING_SLOW_QUERY_MS = 60_000
        measured(view)(rf.get("/"))
        assert not caplog.records
        settings.MINGJING_SLOW_QUERY_MS = 0
        measured(view)(rf.get("/"))
    assert any("SELECT %s" in one.getMessage() for one in caplog.records)
    assert "王某某" not in caplog.text


@pytest.fixture
def post(settings, tmp_path):
    """A mail server, and the settings that use it; what was told is kept in a home of the test."""
    settings.MINGJING_HOME = tmp_path
    with mail_server() as server:
        settings.MINGJING_SMTP_URL = server.address
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.MINGJING_ALARM_MAIL = ["weihu@example.cn"]
        yield server


def _found(monkeypatch, *wrong: str) -> None:
    every = [Check(name, f"检查{name}", "情况", name not in wrong) for name in ("disk", "worker")]
    monkeypatch.setattr("mingjing.health.alarm.checks", lambda now: every)


def _subjects(post) -> list[str]:
    return [str(mail["Subject"]) for _, mail in post.mails]


def test_what_stays_wrong_is_mailed_once_and_again_when_it_is_over(post, monkeypatch):
    """Nothing at first, one mail after ten minutes, none a minute later, one the next day, one at the end."""
    alarm, minute = Alarm(), timedelta(minutes=1)
    _found(monkeypatch, "disk")
    for after in (0, 9):
        alarm.turn(AT + after * minute)
    assert not post.mails
    for after in (10, 11, 12):
        alarm.turn(AT + after * minute)
    assert _subjects(post) == ["明镜：检查disk需要处理"]
    alarm.turn(AT + timedelta(hours=25))
    assert len(post.mails) == 2
    _found(monkeypatch)
    alarm.turn(AT + timedelta(hours=26))
    alarm.turn(AT + timedelta(hours=27))
    assert _subjects(post)[2:] == ["明镜：检查disk已恢复"]


def test_a_mail_that_could_not_be_sent_is_sent_at_the_next_look(post, monkeypatch):
    """A mail server that is down loses no alarm; a short trouble that is over is no alarm at all."""
    alarm, minute = Alarm(), timedelta(minutes=1)
    _found(monkeypatch, "worker")
    alarm.turn(AT)
    post.down = True
    alarm.turn(AT + 10 * minute)
    post.down = False
    alarm.turn(AT + 11 * minute)
    assert _subjects(post) == ["明镜：检查worker需要处理"]

    other = Alarm()
    _found(monkeypatch, "disk")
    other.turn(AT)
    _found(monkeypatch)
    other.turn(AT + 11 * minute)
    assert _subjects(post)[1:] == ["明镜：检查worker已恢复"]  # of the first: the disk was well again in time


def test_without_an_address_nothing_is_looked_at(settings, monkeypatch):
    """Alarms by mail are off until somebody is named."""
    monkeypatch.setattr("mingjing.health.alarm.checks", lambda now: pytest.fail("looked"))
    settings.MINGJING_ALARM_MAIL = []
    Alarm().turn(AT)


def test_a_certificate_that_cannot_be_opened_counts_no_longer(settings, tmp_path):
    """It is shown as run out, which is what it is for documents; where none is configured nothing is shown."""
    assert certificate_ends() == {}
    (tmp_path / "410481-urban.p12").write_bytes(b"no certificate")
    settings.MINGJING_SIGNING_DIR = tmp_path
    assert certificate_ends()["410481-urban"] < AT
