"""Two requests at once, always in the same order: the second goes as far as it can right before the first writes.

For PostgreSQL, where one request sees between two of its own statements what another has committed. SQLite has one
writer at a time, so there is no second one to be tried.
"""

from collections.abc import Callable
from threading import Thread
from typing import Any

from django.db import connection

PATIENCE = 120  # seconds; only a hang is as long
BLOCKED = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"


def at_once(first: Callable[[], Any], second: Callable[[], Any], *, before: str) -> list[Any]:
    """Do both; before the first's statement with the words `before` the second runs, to its end or till it waits.

    Gives what each gave, or the error that it met.
    """
    answers: list[Any] = [None, None]
    begun: list[Thread] = []

    def other() -> None:
        try:
            answers[1] = _answer(second)
        finally:
            connection.close()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not begun and before in sql:
            begun.append(Thread(target=other))
            begun[0].start()
            _wait_till_it_waits(begun[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        answers[0] = _answer(first)
    assert begun, f"the first never came to {before}"
    begun[0].join(PATIENCE)
    assert not begun[0].is_alive(), "the second never ended"
    return answers


def _answer(job: Callable[[], Any]) -> Any:
    try:
        return job()
    except Exception as error:  # whatever it met is the answer
        return error


def _wait_till_it_waits(thread: Thread) -> None:
    """Return when the other has ended, or waits for a lock that this connection holds."""
    for _ in range(PATIENCE * 50):
        thread.join(0.02)
        if not thread.is_alive():
            return
        with connection.cursor() as cursor:
            cursor.execute(BLOCKED)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the second neither ended nor waited")
