"""What the tests of the log share: a home of its own for the key, and a way to queue leaves."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from mingjing.translog import services
from mingjing.translog.models import Entry
from tests.append_only import guards_lifted

AT = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def home(settings, tmp_path):
    """A home whose log key does not exist yet."""
    settings.MINGJING_HOME = tmp_path
    return tmp_path


@pytest.fixture
def queue(home):
    """Queue `count` acts of one case, from the number `first`; give the entries."""

    def queue_acts(count, first=1, case="case-1"):
        with transaction.atomic():
            for number in range(first, first + count):
                services.enqueue(
                    kind="act",
                    ref=f"{case}/{number}",
                    data={"c": case, "n": number, "h": f"{number:064x}", "at": "2026-03-05T10:00:00+08:00"},
                )
        return list(Entry.objects.order_by("-pk")[:count])[::-1]

    return queue_acts


@pytest.fixture
def seal():
    """Seal the whole queue at a fixed moment; give how many entries that were."""

    def seal_all(limit=10_000):
        total = 0
        while sealed := services.seal_log(at=AT, limit=limit):
            total += sealed
        return total

    return seal_all


@pytest.fixture
def tampered():
    """Run one statement on the database past all guards, as its owner could."""

    def run(statement, parameters=None):
        with transaction.atomic(), connection.cursor() as cursor, guards_lifted(connection):
            cursor.execute(statement, parameters)
            assert cursor.rowcount

    return run
