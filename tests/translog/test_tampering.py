"""A person with the rights of the database's owner alters the log: each alteration is found and named."""

import pytest
from django.db import connection

from mingjing.translog import selectors, services
from mingjing.translog.files import DatabaseReader
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.note import Checkpoint, SigningKey
from mingjing.translog.remembered import remembered_path
from mingjing.translog.verify import verify_log
from tests.append_only import tampering
from tests.translog.conftest import AT


@pytest.fixture
def log(queue, seal):
    """A sealed log of 300 acts; gives the check of it, against the checkpoint kept at 256."""
    queue(256)
    seal()
    kept = selectors.checkpoint()
    queue(44, first=257)
    seal()

    def check():
        return verify_log(DatabaseReader(), ensure_log_key().public.vkey, kept)

    assert check().ok
    return check


def found(report, *messages):
    """The report failed and says so in these words."""
    assert not report.ok
    for message in messages:
        assert message in report.text


@pytest.mark.django_db
def test_an_edited_entry_is_found(log, tampered):
    """The leaf of one act is replaced."""
    altered = DatabaseReader().read("tile/entries/000")[2:100].replace(b"case-1", b"case-9")
    tampered("UPDATE translog_entry SET data = %s WHERE ref = 'case-1/10'", [altered])
    found(log(), "tile/0/000：序号 9 的叶哈希", "前 256 条：与旧检查点的根不符", "重算的根与检查点不符")


@pytest.mark.django_db
def test_an_edited_entry_of_the_last_tile_is_found(log, tampered):
    """What has no stored hash yet is found by the root."""
    tampered("UPDATE translog_entry SET data = %s WHERE ref = 'case-1/300'", [b"{}"])
    found(log(), "序号 299", "重算的根与检查点不符")


@pytest.mark.django_db(transaction=True)
def test_a_deleted_entry_is_found(log):
    """The content is gone while its place remains."""
    with tampering(connection) as cursor:
        cursor.execute("DELETE FROM translog_entry WHERE ref = 'case-1/10'")
    found(log(), "tile/entries/000：条目包 tile/entries/000 缺失")


@pytest.mark.django_db(transaction=True)
def test_a_deleted_entry_with_its_place_is_found(log):
    """The next entries do not move up."""
    with tampering(connection) as cursor:
        cursor.execute('DELETE FROM translog_sealed WHERE "index" = 9')
        cursor.execute("DELETE FROM translog_entry WHERE ref = 'case-1/10'")
    found(log(), "tile/entries/000：条目包 tile/entries/000 缺失")


@pytest.mark.django_db
def test_reordered_places_are_found(log, tampered):
    """Two acts change places."""
    places = 'UPDATE translog_sealed SET "index" = %s WHERE "index" = %s'
    for new, old in ((-1, 4), (4, 5), (5, -1)):
        tampered(places, [new, old])
    found(log(), "序号 4 的叶哈希", "序号 4：案件 case-1 的行为编号应为 5，实为 6")


@pytest.mark.django_db
def test_a_changed_tile_is_found(log, tampered):
    """The entries still lead to the root, so the tile is blamed and nothing else."""
    tile = DatabaseReader().read("tile/0/000")
    tampered("UPDATE translog_tile SET data = %s WHERE path = 'tile/0/000'", [bytes(32) + tile[32:]])
    found(log(), "tile/0/000：序号 0 的叶哈希", "被改动的是瓦片")


@pytest.mark.django_db
def test_a_deleted_tile_is_found(log, tampered):
    """A full tile is promised for ever."""
    tampered("DELETE FROM translog_tile WHERE path = 'tile/0/000'")
    found(log(), "tile/0/000：瓦片缺失")


@pytest.mark.django_db
def test_a_rolled_back_head_is_found(log, queue, seal, tampered):
    """Head and checkpoint of the last sealing are taken away; the entries sealed by it remain and tell."""
    tampered("DELETE FROM translog_checkpoint WHERE size = 300")
    tampered("DELETE FROM translog_head WHERE size = 300")
    found(log(), "tile/entries/001.p/44：超出检查点所述的 256 条")


@pytest.mark.django_db(transaction=True)
def test_a_clean_rollback_is_found_by_a_kept_checkpoint(log):
    """Nothing is left over in the database; the checkpoint that somebody kept still says 300."""
    kept = selectors.checkpoint()
    with tampering(connection) as cursor:
        cursor.execute("DELETE FROM translog_checkpoint WHERE size = 300")
        cursor.execute("DELETE FROM translog_head WHERE size = 300")
        cursor.execute('DELETE FROM translog_sealed WHERE "index" >= 256')
    vkey = ensure_log_key().public.vkey
    assert verify_log(DatabaseReader(), vkey).ok
    found(verify_log(DatabaseReader(), vkey, kept), "只有 256 条，少于旧检查点的 300 条")


@pytest.mark.django_db
def test_a_forged_checkpoint_is_found(log, tampered):
    """A checkpoint of the right name and size, signed by another key."""
    key = ensure_log_key()
    forged = Checkpoint(key.name, 300, bytes(32)).signed(SigningKey(key.name, bytes(32)))
    tampered("UPDATE translog_checkpoint SET note = %s WHERE size = 300", [forged])
    found(log(), "检查点：没有")


@pytest.mark.django_db(transaction=True)
def test_a_history_rewritten_and_signed_anew_is_found_by_a_kept_checkpoint(log, queue, seal):
    """Even with the real key, what was signed at 256 is not what the log now begins with."""
    with tampering(connection) as cursor:
        for table in ("checkpoint", "head", "tile", "sealed"):
            cursor.execute(f"DELETE FROM translog_{table}")  # noqa: S608 - names above
        cursor.execute(
            "UPDATE translog_entry SET data = (SELECT data FROM translog_entry e WHERE e.ref = 'case-1/2') "
            "WHERE ref = 'case-1/1'"
        )
        cursor.execute("INSERT INTO translog_queued (entry_id) SELECT id FROM translog_entry")
    remembered_path().unlink()  # whoever has the database has the disk, too
    assert services.seal_log(at=AT) == 300
    found(log(), "前 256 条：与旧检查点的根不符")
