"""What runs behind the pages, with its colour in words and what to do: worker, readers, pushes, backup, queries."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from mingjing.cli.worker import RESTS, STAYS_AWAKE, Worker
from mingjing.documents.selectors import failures
from mingjing.exchange.push.models import Delivery
from mingjing.health import checks as looking
from mingjing.health import running
from mingjing.health.alarm import Alarm
from mingjing.health.backups import LastBackup
from mingjing.health.check import ADVICE, Check
from mingjing.health.checks import checks
from mingjing.health.slow import forget_slow, note_slow, slow_of_day
from mingjing.translog.cursors import run_cursor
from mingjing.translog.services import enqueue, seal_log
from mingjing.web.measuring import measured
from tests.mail_server import mail_server

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A home of its own: what the machine remembers lies there."""
    settings.MINGJING_HOME = tmp_path
    return tmp_path


def found(name, at=AT):
    return next((one for one in checks(at) if one.name == name), None)


def sealed(count=3):
    for number in range(count):
        enqueue(
            kind="register", data={"h": f"{number:064}", "at": "2026-03-02T10:00:00+08:00"}, ref=f"x{number}"
        )
    seal_log(at=AT)


def test_the_worker_is_missed_five_minutes_after_its_last_mark():
    """Where none ever ran nothing is said; a mark of just now is well."""
    assert found("beat") is None
    running.beat(AT)
    assert found("beat", AT + timedelta(minutes=4)).word == "正常"
    late = found("beat", AT + timedelta(minutes=6))
    assert (late.word, late.colour, "mingjing worker" in late.advice) == ("需要处理", "red", True)


def test_a_reader_of_the_log_is_yellow_after_minutes_and_red_after_half_an_hour(monkeypatch):
    """Counted from the oldest entry that it has not read; one that has read all is green whatever the hour."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    sealed()
    run_cursor("documents", lambda entries: None, batch=1)
    colours = {minutes: found("cursors", AT + timedelta(minutes=minutes)).colour for minutes in (1, 6, 31)}
    assert colours == {1: "green", 6: "amber", 31: "red"}
    assert "生成文书差 2 条" in found("cursors", AT + timedelta(minutes=6)).found
    run_cursor("documents", lambda entries: None)
    assert found("cursors", AT + timedelta(days=9)).colour == "green"


def test_dead_letters_are_yellow_and_red_after_three_days(cast, settings, tmp_path):
    """A file of a receiver that cannot be used is red at once, and named."""
    settings.MINGJING_PUSH_DIR = tmp_path
    assert found("push") is None
    (tmp_path / "city.toml").write_text(
        f'title = "市平台"\nway = "folder"\nmapping = "generic_penalty"\nfolder = "{tmp_path}"\n',
        encoding="utf-8",
    )
    assert found("push").colour == "green"
    Delivery.objects.create(
        receiver="city", index=1, key="k", record="r", publication="p", agency=cast.bureau,
        action="put", state="dead", not_before=AT, queued_at=AT,
    )  # fmt: skip
    assert (found("push").colour, "需要处理 1 件" in found("push").found) == ("amber", True)
    assert found("push", AT + timedelta(days=4)).colour == "red"
    (tmp_path / "bad.toml").write_text("title = ", encoding="utf-8")
    assert (found("push").colour, "bad.toml" in found("push").found) == ("red", True)


def test_a_backup_is_yellow_after_a_day_and_red_after_three():
    """None at all is to be watched, not an alarm: another machine may make them."""
    assert found("backup").word == "留意"
    LastBackup(at=AT, folder="/backup", snapshot="s", files=3, damaged=0).write()
    colours = [found("backup", AT + timedelta(hours=hours)).colour for hours in (1, 27, 73)]
    assert colours == ["green", "amber", "red"]


def test_certificates_are_yellow_a_month_before_and_red_a_week_before(monkeypatch):
    """With the day on which the first runs out."""
    monkeypatch.setattr(looking, "certificate_ends", lambda: {"410481-urban": AT + timedelta(days=31)})
    colours = [found("certificates", AT + timedelta(days=days)).colour for days in (0, 2, 25)]
    assert colours == ["green", "amber", "red"]


def test_slow_queries_of_the_day_are_counted_by_page_without_their_values(settings, rf, home):
    """From the real page to the page of the administrator; yesterday's are gone after a day, the files after two."""
    settings.MINGJING_SLOW_QUERY_MS = 0

    def view(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s", ["王某某"])
        return Client().get("/healthz")

    measured(view)(rf.get("/"))
    assert "王某某" not in "".join(one.read_text(encoding="utf-8") for one in (home / "slow").iterdir())
    for minutes in range(60):
        note_slow("case", 900 + minutes, "SELECT 1", AT - timedelta(minutes=minutes))
    note_slow("old", 900, "SELECT 2", AT - timedelta(hours=25))
    [one] = [one for one in slow_of_day(AT) if one.page == "case"]
    assert (one.times, one.worst_ms) == (60, 959)
    assert (found("slow").colour, "60 次" in found("slow").found) == ("amber", True)
    assert "old" not in [row.page for row in slow_of_day(AT)]
    forget_slow(AT + timedelta(days=4))
    assert slow_of_day(AT) == []


def test_the_page_says_each_colour_in_words_and_what_to_do(cast):
    """Troubles first; only the administrator opens it."""
    running.beat(AT)
    admin, clerk = Client(), Client()
    admin.force_login(cast.admin, backend="django.contrib.auth.backends.ModelBackend")
    clerk.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = admin.get("/system/").content.decode()
    assert page.index("需要处理</span></td>") < page.index("正常</span></td>")
    for words in ("后台任务", "启动后台任务", "日志的读取", "一天内的慢查询", "留意"):
        assert words in page
    assert clerk.get("/system/").status_code == 403


def test_machines_read_the_same_as_gauges(cast, settings, tmp_path):
    """Lag of readers, dead letters of receivers, disk, backup; what is not in use is left out."""
    settings.MINGJING_METRICS_TOKEN = "t"
    (tmp_path / "push").mkdir()
    settings.MINGJING_PUSH_DIR = tmp_path / "push"
    (tmp_path / "push" / "city.toml").write_text(
        f'title = "市"\nway = "folder"\nmapping = "generic_penalty"\nfolder = "{tmp_path}"\n',
        encoding="utf-8",
    )
    sealed()
    run_cursor("documents", lambda entries: None, batch=1)
    [(_, place, _)] = running.cursors(AT)
    assert place.behind >= 2
    told = Client().get("/metrics", headers={"Authorization": "Bearer t"}).content.decode()
    for line in (
        f'mingjing_cursor_lag_entries{{cursor="documents"}} {place.behind}.0',
        'mingjing_push_dead{receiver="city"} 0.0',
        'mingjing_check_state{check="backup"} 1.0',
        "mingjing_disk_free_bytes ",
    ):
        assert line in told
    assert "mingjing_replica_lag_seconds" not in told


def test_a_worker_started_anew_tells_nothing_twice_and_forgets_no_recovery(settings, monkeypatch, home):
    """Red is mailed once over two workers; the recovery comes from the second; yellow is never mailed."""
    state = {"well": False}
    every = lambda now: [  # noqa: E731
        Check("disk", "磁盘剩余", "1 GB", state["well"]),
        Check("backup", "备份", "没有", True, watch=True),
    ]
    monkeypatch.setattr("mingjing.health.alarm.checks", every)
    with mail_server() as post:
        settings.MINGJING_SMTP_URL = post.address
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = post.server_address
        settings.MINGJING_ALARM_MAIL = ["weihu@example.cn"]
        first, minute = Alarm(), timedelta(minutes=1)
        for after in range(15):
            first.turn(AT + after * minute)
        second = Alarm()
        for after in range(15, 40):
            second.turn(AT + after * minute)
        state["well"] = True
        Alarm().turn(AT + 41 * minute)
        assert [str(mail["Subject"]) for _, mail in post.mails] == [
            "明镜：磁盘剩余需要处理",
            "明镜：磁盘剩余已恢复",
        ]
    (home / "alarm.json").write_text("{", encoding="utf-8")
    assert Alarm()._told_at == {}  # a file that was cut is no memory, and stops nothing


def test_an_idle_worker_rests_and_wakes_with_the_log(monkeypatch):
    """Nothing half done and nothing new: most turns are left out; an entry wakes it at once."""
    clock = {"now": 1000.0}
    monkeypatch.setattr("mingjing.cli.worker.time.monotonic", lambda: clock["now"])
    worker = Worker()
    for _ in range(200):
        worker.turn()
        if not worker._half_done():
            break
    assert not worker.rests()  # something has just come in, for all that it knows
    clock["now"] += STAYS_AWAKE + 0.1
    worker.turn()
    assert worker.rests()
    clock["now"] += RESTS
    assert not worker.rests()
    worker.turn()
    assert worker.rests()
    enqueue(kind="register", data={"h": "0" * 64, "at": "2026-03-02T10:00:00+08:00"}, ref="y")
    assert not worker.rests()


def test_every_check_that_can_be_wrong_says_what_to_do():
    """Advice for each name; the release and the law are told by their own words."""
    names = {one.name for one in checks(AT)} | {"beat", "push", "replica", "witness", "certificates"}
    assert names - set(ADVICE) <= {"law"}
    assert failures() == []
    assert json.dumps(sorted(ADVICE))
