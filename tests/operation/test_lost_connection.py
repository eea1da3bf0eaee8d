"""The database ends our connection in the middle of the work: nothing half-written, and the next try goes in."""

from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, close_old_connections, connection
from django.test import Client

from mingjing.cases.models import Act, Case
from mingjing.cases.rebuild import rebuild
from mingjing.cases.services import record_act
from mingjing.cli.worker import Worker
from mingjing.translog.models import Entry, Queued
from mingjing.translog.selectors import log_health
from tests.cast import PASSWORD, Cast
from tests.stories import step, told

pytestmark = [pytest.mark.only_on_postgresql, pytest.mark.django_db(transaction=True)]


class Cut:
    """Ends our own connection, as a restart of the server does, right before the n-th statement."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            with suppress(psycopg.Error), connection.connection.cursor() as raw:
                raw.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return execute(sql, params, many, context)


def _standing() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Act, Entry, Queued))


@pytest.mark.parametrize("number", [1, 3, 6, 9, 12])
def test_an_act_whose_connection_is_lost_is_not_written_and_goes_in_at_the_next_try(
    cast: Cast, number: int
) -> None:
    """Before a statement of the transaction, whichever: everything as before; the same token records it once."""
    tale, case = told(cast, until="clue_accepted")
    deed, before = tale.deed(step(tale, "filing_approved"), case), _standing()
    with connection.execute_wrapper(Cut(number)), pytest.raises(DatabaseError):
        record_act(case=case, deed=deed, once="lost")
    connection.close()
    assert _standing() == before
    record_act(case=case, deed=deed, once="lost")
    record_act(case=case, deed=deed, once="lost")
    assert Act.objects.filter(once="lost").count() == 1
    assert rebuild(dry_run=True).differences == []


def test_the_page_says_so_and_the_next_one_is_answered(cast: Cast) -> None:
    """In the middle of a request: 503 with what to do, and that nothing was written; no restart is needed."""
    visitor = Client(raise_request_exception=False)
    visitor.post("/login/", {"username": "officer", "password": PASSWORD})
    with connection.execute_wrapper(Cut(4)):
        answer = visitor.get("/cases/")
    assert answer.status_code == 503
    assert "数据库连接不上" in answer.content.decode()
    assert "没有写入" in answer.content.decode()
    close_old_connections()
    assert visitor.get("/cases/").status_code == 200


def test_the_worker_loses_a_turn_and_no_entry(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    """Cut while it seals: told by the step's name, the queue as it was; the next turn seals everything."""
    told(cast, until="clue_accepted")
    worker, waiting = Worker(), Queued.objects.count()
    with connection.execute_wrapper(Cut(6)):
        worker.turn()
    assert "worker step" in caplog.text
    close_old_connections()  # as the worker does before every turn
    assert Entry.objects.count() >= waiting > 0
    worker.turn()
    worker.stop()
    assert log_health().queued == 0
    assert log_health().size >= waiting
