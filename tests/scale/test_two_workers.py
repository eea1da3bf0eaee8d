"""Two workers on one database: one works, the other waits and takes over when the first is gone."""

import pytest
from django.db import connection

from mingjing.cli.leading import Lead

pytestmark = pytest.mark.django_db


def cut(lead: Lead) -> None:
    """End the process of a worker as far as the database or the file system can tell."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [lead._line.info.backend_pid])
    else:
        lead._file.close()
        lead._file = None


@pytest.fixture
def two():
    """Two workers that have just been started."""
    pair = Lead(), Lead()
    yield pair
    for one in pair:
        one.end()


def test_of_two_workers_one_works_until_it_is_gone(two: tuple[Lead, Lead]) -> None:
    """The second takes over from a first that was cut off, and the first, back again, stands by."""
    first, second = two
    assert first.held()
    assert not second.held()
    assert first.held()

    cut(first)
    assert second.held()
    assert not first.held()


def test_a_worker_that_ends_leaves_its_place_at_once(two: tuple[Lead, Lead]) -> None:
    """Who is stopped in order is followed without waiting for anything to time out."""
    first, second = two
    assert first.held()
    first.end()
    assert second.held()
