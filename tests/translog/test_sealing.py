"""Sealing: every committed entry gets exactly one place, whatever happens in between."""

import threading

import pytest
from django.db import connection, transaction

from mingjing.translog import sealing, services
from mingjing.translog.files import DatabaseReader
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.models import Checkpoint, Entry, Head, Queued, Sealed, Tile
from mingjing.translog.verify import verify_log
from tests.translog.conftest import AT


def whole():
    """The size of the log after checking all of it."""
    report = verify_log(DatabaseReader(), ensure_log_key().public.vkey)
    assert report.ok, report.text
    return report.checked


@pytest.mark.django_db
def test_an_entry_is_queued_only_with_the_transaction_of_its_act(home):
    """What is rolled back was never logged; what commits is queued."""
    leaf = {"h": "ab" * 32, "at": "2026-03-05T10:00:00+08:00"}
    with transaction.atomic():
        services.enqueue(kind="pack", data=leaf)
        transaction.set_rollback(True)
    assert (Entry.objects.count(), Queued.objects.count()) == (0, 0)
    with transaction.atomic():
        services.enqueue(kind="pack", data=leaf, ref="cn@1")
    assert (Entry.objects.count(), Queued.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(home):
    """Logging alone what may fail later would log what did not happen."""
    leaf = {"h": "ab" * 32, "at": "2026-03-05T10:00:00+08:00"}
    with pytest.raises(transaction.TransactionManagementError):
        services.enqueue(kind="pack", data=leaf)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_leaf_with_content_is_refused_and_nothing_written(home):
    """The public log never sees a name."""
    with pytest.raises(services.LeafRefused):
        services.enqueue(
            kind="act", data={"h": "ab" * 32, "at": "2026-03-05T10:00:00+08:00", "party_name": "张三"}
        )
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_nothing_queued_seals_nothing(home):
    """An idle sealer leaves no head and no checkpoint behind."""
    assert services.seal_log(at=AT) == 0
    assert not Head.objects.exists()
    assert not Checkpoint.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 7, 256, 10_000])
def test_the_log_is_gapless_and_whole_whatever_the_batch(queue, seal, limit):
    """Batches smaller, equal and greater than a tile give a log that verifies."""
    queue(20 if limit == 1 else 300)
    count = seal(limit)
    assert list(Sealed.objects.order_by("index").values_list("index", flat=True)) == list(range(count))
    assert not Queued.objects.exists()
    assert whole() == count


@pytest.mark.django_db
def test_every_sealing_leaves_a_whole_log(queue, seal):
    """Verified after each step across the borders of tiles on two levels."""
    first = 1
    for count in (1, 254, 1, 1, 300, 2):
        queue(count, first)
        first += count
        assert seal() == count
        assert whole() == first - 1
    assert not Tile.objects.filter(path__startswith="tile/0/", path__contains=".p/").exists()


@pytest.mark.django_db
def test_an_entry_committed_late_is_sealed_all_the_same(queue, seal):
    """Ids are handed out before commit: a lower id may become visible after a higher one was sealed."""
    early, late = queue(1, case="early"), queue(2, case="late")
    Queued.objects.filter(entry=early[0]).delete()
    assert seal() == 2
    Queued.objects.create(entry=early[0])
    assert seal() == 1
    order = list(Sealed.objects.order_by("index").values_list("entry_id", flat=True))
    assert order == [late[0].pk, late[1].pk, early[0].pk]
    assert whole() == 3


@pytest.mark.django_db
def test_a_crash_between_commit_and_signing_is_mended_by_the_next_run(queue, seal):
    """The head is durable and unsigned; the next run signs it, even with nothing queued."""
    queue(3)
    seal()
    queue(2, first=4)
    assert sealing.seal_batch(at=AT, limit=10) == 2
    assert list(Checkpoint.objects.values_list("size", flat=True)) == [3]
    assert whole() == 3

    assert services.seal_log(at=AT) == 0
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [3, 5]
    assert whole() == 5


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["_insert_sealed", "_insert_tiles"])
def test_a_crash_inside_the_transaction_leaves_the_queue_as_it_was(queue, seal, monkeypatch, step):
    """Nothing is half sealed: not before and not after the places are written."""
    queue(300)
    original = getattr(sealing, step)

    def crash(*args):
        original(*args)
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(sealing, step, crash)
        with pytest.raises(ConnectionError):
            services.seal_log(at=AT)
    assert (Queued.objects.count(), Sealed.objects.count(), Tile.objects.count()) == (300, 0, 0)
    assert not Head.objects.exists()

    assert seal() == 300
    assert whole() == 300


@pytest.mark.django_db
def test_signing_twice_is_harmless(queue, seal):
    """A second signer writes nothing, and would have written the same bytes."""
    queue(1)
    seal()
    note = bytes(Checkpoint.objects.get().note)
    services.sign_heads()
    assert bytes(Checkpoint.objects.get().note) == note


@pytest.mark.django_db(transaction=True)
def test_two_sealers_and_a_writer_at_once_make_one_log(queue, seal):
    """Whoever gets the lock seals; nothing is sealed twice or left out."""
    queue(100)
    start, faults = threading.Barrier(3), []

    def run(work):
        try:
            start.wait()
            for step in range(10):
                work(step)
        except Exception as error:  # handed to the test below
            faults.append(error)
        finally:
            connection.close()

    sealer = lambda step: services.seal_log(at=AT, limit=7)  # noqa: E731
    writer = lambda step: queue(5, case=f"case-{step + 2}")  # noqa: E731
    threads = [threading.Thread(target=run, args=(work,)) for work in (sealer, sealer, writer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    seal()
    assert whole() == Entry.objects.count() == 150


@pytest.mark.django_db
def test_a_log_that_lost_its_last_head_is_not_continued(queue, seal, tampered):
    """Sealing on would fork the log: the sealer stops, says why, and leaves the queue."""
    for first in (1, 4):
        queue(3, first)
        seal()
    queue(1, first=7)
    tampered("DELETE FROM translog_head WHERE size = 6")
    with pytest.raises(services.LogDamaged, match="日志头被退回"):
        services.seal_log(at=AT)
    assert Queued.objects.count() == 1
    assert Sealed.objects.count() == 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE translog_entry SET data = (SELECT data FROM translog_entry e WHERE e.ref = 'case-1/1') "
        "WHERE ref = 'case-1/2'",
        "UPDATE translog_head SET root = (SELECT root FROM translog_head WHERE size = 3) WHERE size = 6",
    ],
)
def test_a_log_that_contradicts_its_head_is_not_continued(queue, seal, tampered, statement):
    """Before anything is added, the edge is held against the last root."""
    for first in (1, 4):
        queue(3, first)
        seal()
    queue(1, first=7)
    tampered(statement)
    with pytest.raises(services.LogDamaged, match="不符"):
        services.seal_log(at=AT)
    assert Queued.objects.count() == 1


@pytest.mark.django_db
def test_a_log_that_lost_an_upper_tile_is_not_continued(queue, seal, tampered):
    """A partial tile of level 1 cannot be guessed."""
    queue(300)
    seal()
    queue(1, first=301)
    tampered("DELETE FROM translog_tile WHERE path = 'tile/1/000.p/1'")
    with pytest.raises(services.LogDamaged, match="缺失"):
        services.seal_log(at=AT)
    assert Sealed.objects.count() == 300
