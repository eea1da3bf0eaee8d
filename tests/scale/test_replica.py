"""A real streaming replica: the portal and the statistics read there, what was just written does not, and nor does
anything while it is behind or gone."""

import os
import re
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client, override_settings

from mingjing.config import replica
from mingjing.health import running
from mingjing.health.running import replica_lag
from tests import postgres
from tests.cast import Cast
from tests.portal.conftest import published
from tests.publicity.conftest import decided
from tests.web.conftest import SignIn, at_desk

__all__ = ["at_desk", "decided", "published"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on_postgresql]

SOON = "-c wal_retrieve_retry_interval=100ms"
READING = "mingjing.config.replica.ReadFromReplica"


class Standby:
    """A second server that follows the first."""

    def __init__(self, folder: Path) -> None:
        self.programs, self.folder = postgres.programs() or Path(), folder
        host = parse_qs(urlsplit(os.environ[postgres.ADDRESS]).query)["host"][0]
        copy = f"-D {folder}/data -h {host} -U postgres -R -X stream --checkpoint=fast --no-sync"
        postgres._run(self.programs, f"pg_basebackup {copy}")
        options = shlex.quote(f"-k {folder} -c listen_addresses='' {postgres.SPEED} {SOON}")
        postgres._run(self.programs, f"pg_ctl -D {folder}/data -l {folder}/log -w -o {options} start")
        self.up = True

    def stop(self) -> None:
        """Stop it, as a power cut would."""
        if self.up:
            postgres._run(self.programs, f"pg_ctl -D {self.folder}/data -m immediate stop")
            self.up = False

    def ask(self, sql: str) -> Any:
        """Ask it something, past everything that is tested."""
        with psycopg.connect(
            f"postgresql://postgres@/{connection.settings_dict['NAME']}?host={self.folder}", autocommit=True
        ) as line:
            answer = line.execute(sql)
            return answer.fetchone() if answer.description else None

    def receive(self, told: str) -> str:
        """Let it receive as `told` says, or nothing where it says nothing, and wait for that; gives what was told."""
        before = str(self.ask("SELECT current_setting('primary_conninfo')")[0])
        self.ask(f"ALTER SYSTEM SET primary_conninfo = $${told}$$")
        self.ask("SELECT pg_reload_conf()")
        until = time.monotonic() + 120
        while self.ask("SELECT count(*) FROM pg_stat_wal_receiver")[0] != bool(told):
            assert time.monotonic() < until, "the replica goes on as before"
            time.sleep(0.02)
        return before

    def catch_up(self, how: str = "replay") -> None:
        """Wait until it has everything that was committed so far; with "receive" it need not show it yet."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            (there,) = cursor.fetchone()
        until = time.monotonic() + 120
        while not self.ask(f"SELECT pg_last_wal_{how}_lsn() >= '{there}'::pg_lsn")[0]:
            assert time.monotonic() < until, "the replica does not follow"
            time.sleep(0.02)


@pytest.fixture
def standby(settings: Any) -> Iterator[Standby]:
    """A replica of the server of the tests, used as the settings of a replica have it used."""
    folder = Path(tempfile.mkdtemp(prefix="mingjing-pg-", dir="/tmp"))
    shutil.chown(folder, "postgres", "postgres")
    second = Standby(folder)
    connections.databases["replica"] = {**connections.databases["default"], "HOST": str(folder)}
    connections["replica"].ensure_connection = partial(opened, connections["replica"])
    settings.DATABASE_ROUTERS = ["mingjing.config.replica.Router"]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, READING]
    replica.lag.forget()
    try:
        yield second
    finally:
        line = connections["replica"]
        line.close()
        line.close_pool()
        del connections["replica"], connections.databases["replica"]
        second.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def counted() -> Iterator[Callable[[], tuple[int, int]]]:
    """Count what is read of publications, cases and analyses: in the first database and in the replica."""
    seen = {"default": 0, "replica": 0}

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked = sql.startswith("SELECT") and any(one in sql for one in ("publicity_", "cases_", "analysis_"))
        seen[context["connection"].alias] += asked
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count), connections["replica"].execute_wrapper(count):
        yield lambda: (seen["default"], seen["replica"])


def reads(client: Client, path: str) -> tuple[str, int]:
    """Open a page; gives where it was read and the status."""
    with counted() as told:
        status = client.get(path).status_code
        first, second = told()
    where = {
        (False, False): "nowhere",
        (False, True): "replica",
        (True, False): "first",
        (True, True): "both",
    }
    return where[first > 0, second > 0], status


def told_of_it(admin: Client) -> list[str]:
    """What the page of the system says of the replica: its state and how far it is behind."""
    page = admin.get("/system/").content.decode()
    (row,) = re.findall(r"<tr><td[^>]*>只读副本</td>(.*?)</tr>", page)
    return [words for words in re.split(r"<[^>]*>", row) if words][:2]


def opened(line: Any) -> None:
    """Open a connection that Django's own tests know nothing of and would refuse."""
    if line.connection is None:
        with line.wrap_database_errors:
            line.connect()


def test_what_may_be_read_from_a_replica_is_and_nothing_else(
    cast: Cast, standby: Standby, at_desk: SignIn, request: pytest.FixtureRequest, monkeypatch: Any
) -> None:
    """Portal, statistics and analysis there; cases here; after writing, behind and gone, everything here."""
    reader, head, admin = Client(), at_desk(cast.head), at_desk(cast.admin)
    standby.catch_up()
    assert told_of_it(admin) == ["正常", "落后 0 秒"]

    # What is not there yet is not said to be nowhere.
    standby.ask("SELECT pg_wal_replay_pause()")
    page = f"/portal/decisions/{request.getfixturevalue('published').code}/"
    with override_settings(MINGJING_REPLICA_LAG_SECONDS=3600):
        assert reads(reader, page) == ("both", 200)

    # Too far behind it is not asked at all, and the health page says by how much.
    standby.catch_up("receive")
    with override_settings(MINGJING_REPLICA_LAG_SECONDS=0):
        replica.lag.forget()
        assert reads(reader, page) == ("first", 200)
        behind = replica_lag()
        assert behind
        monkeypatch.setattr(running, "REPLICA", (timedelta(0), timedelta(hours=1)))
        state, words = told_of_it(admin)
        assert state == "留意"
        assert int(words.removeprefix("落后 ").removesuffix(" 秒")) >= int(behind.total_seconds())
    standby.ask("SELECT pg_wal_replay_resume()")
    standby.catch_up()

    # What receives nothing has nothing left to replay, and is not taken to be near for that.
    told = standby.receive("")
    replica.lag.forget()
    assert reads(reader, page) == ("first", 200)
    assert told_of_it(admin) == ["需要处理", "不再接收主库的变化，落后多少无从得知"]
    standby.receive(told)
    standby.catch_up()
    replica.lag.forget()

    assert reads(reader, page) == ("replica", 200)
    assert reads(reader, "/portal/search/?q=罚款") == ("replica", 200)
    assert reads(head, "/statistics/table/") == ("replica", 200)
    assert reads(head, "/analysis/") == ("replica", 200)
    assert reads(head, "/cases/") == ("first", 200)

    # Whoever has just written reads where it was written.
    assert head.post("/statistics/remind").cookies[replica.WROTE].value == "1"
    assert reads(head, "/statistics/table/") == ("first", 200)

    # Gone between two looks: the page is answered all the same, and the next ones do not ask again.
    standby.stop()
    assert reads(reader, page)[1] == 200
    assert reads(reader, page) == ("first", 200)
    assert told_of_it(admin) == ["需要处理", "连不上（OperationalError）"]
