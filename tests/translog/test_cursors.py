"""Cursors: every consumer sees every sealed entry, in order, and moves only with its own work."""

import pytest

from mingjing.translog.cursors import rewind_cursor, run_cursor
from mingjing.translog.models import Cursor, Tile


@pytest.mark.django_db
def test_a_consumer_sees_every_entry_once_in_order(queue, seal):
    """Batch by batch, then nothing; new entries come after."""
    queue(5)
    seal()
    seen = []

    def handler(entries):
        seen.extend(entry.index for entry in entries)

    assert [run_cursor("alerts", handler, batch=2) for _ in range(4)] == [2, 2, 1, 0]
    queue(1, first=6)
    seal()
    assert run_cursor("alerts", handler) == 1
    assert seen == [0, 1, 2, 3, 4, 5]


@pytest.mark.django_db
def test_queued_entries_are_not_seen(queue):
    """Only what has its place is news."""
    queue(3)
    assert run_cursor("alerts", lambda entries: pytest.fail("nothing is sealed")) == 0


@pytest.mark.django_db
def test_a_consumer_that_fails_stays_where_it_was_and_writes_nothing(queue, seal):
    """Its work and its position share one transaction; the next run sees the same entries."""
    queue(3)
    seal()
    seen = []

    def failing(entries):
        Tile.objects.create(path="work of the handler", data=b"")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        run_cursor("alerts", failing)
    assert not Tile.objects.filter(path="work of the handler").exists()
    assert not Cursor.objects.exists()
    assert run_cursor("alerts", seen.extend) == 3
    assert [entry.index for entry in seen] == [0, 1, 2]


@pytest.mark.django_db
def test_consumers_do_not_share_a_position(queue, seal):
    """Each name reads for itself, and one can begin anew."""
    queue(3)
    seal()
    assert run_cursor("alerts", lambda entries: None) == 3
    assert run_cursor("statistics", lambda entries: None) == 3
    rewind_cursor("alerts")
    assert run_cursor("alerts", lambda entries: None) == 3
    assert run_cursor("statistics", lambda entries: None) == 0
