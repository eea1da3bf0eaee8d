"""A database that was put back to an earlier time: sealing stops, says so, and goes on lawfully under a new name."""

import errno
import json
import os

import pytest
from django.db import IntegrityError, connection, transaction

from mingjing.cli.main import main
from mingjing.health.checks import checks
from mingjing.translog import remembered, selectors, services
from mingjing.translog.files import DatabaseReader
from mingjing.translog.key_services import KeyRefused, audit_keys, open_successor
from mingjing.translog.keys import vkeys
from mingjing.translog.missing import CopyRefused, missing_leaves
from mingjing.translog.models import Head, Queued, Tile
from mingjing.translog.verify import FolderReader, verify_log
from tests.append_only import tampering
from tests.translog.conftest import AT


@pytest.fixture
def copy(home):
    """The folder of a copy that others keep."""
    return home / "copy"


@pytest.fixture
def recovered(queue, seal, copy):
    """A log of five acts that others have a copy of; the database knows the first three and one more that waits."""
    queue(3)
    seal()
    queue(2, first=4)
    seal()
    services.export_log(copy)
    with tampering(connection) as cursor:
        for statement in (
            "DELETE FROM translog_checkpoint WHERE size > 3",
            "DELETE FROM translog_head WHERE size > 3",
            'DELETE FROM translog_sealed WHERE "index" >= 3',
            "DELETE FROM translog_entry WHERE ref IN ('case-1/4', 'case-1/5')",
        ):
            cursor.execute(statement)
    queue(1, first=4, case="case-1")
    return (copy / "checkpoint").read_bytes()


@pytest.mark.django_db(transaction=True)
def test_sealing_refuses_to_fork_what_was_published(recovered):
    """Without any witness: five were signed here, the database has three; what is new waits, nothing is lost."""
    with pytest.raises(services.LogBehind, match="签出过第 5 条的检查点，而数据库里的日志只有 3 条"):
        services.seal_log(at=AT)
    assert (Head.objects.count(), Queued.objects.count()) == (1, 1)
    told = next(one for one in checks(AT) if one.name == "log")
    assert not told.well
    assert "第 5 条" in told.found


@pytest.mark.django_db
def test_a_log_that_is_not_behind_is_sealed_on(queue, seal):
    """The file is never ahead of a database that lost nothing; each signature moves it."""
    for first in (1, 4):
        queue(3, first=first)
        assert seal() == 3
        assert remembered.remembered().size == first + 2
    assert selectors.why_behind() == ""


@pytest.mark.django_db
def test_what_is_remembered_never_goes_back(queue, seal):
    """A slower signer with an older note leaves the newer one."""
    queue(3)
    seal()
    old = selectors.checkpoint()
    queue(1, first=4)
    seal()
    remembered.remember(old)
    assert remembered.remembered().size == 4


@pytest.mark.django_db
def test_nothing_is_signed_that_is_not_remembered(queue, seal, home, monkeypatch):
    """Where the disk is full the checkpoint waits; sealed entries stay, and the next run signs them."""

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    services.ensure_log_key()
    queue(2)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            services.seal_log(at=AT)
    assert selectors.checkpoint() is None
    assert not list((home / remembered.FOLDER).iterdir())
    services.seal_log(at=AT)
    assert selectors.log_health().checkpoint_size == 2


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_stops_the_sealing(queue, seal):
    """It is not taken for an empty one: that would let a recovered database go on."""
    queue(1)
    seal()
    remembered.remembered_path().write_bytes(b"\0" * 40)
    queue(1, first=2)
    with pytest.raises(services.LogBehind, match="读不出"):
        services.seal_log(at=AT)


@pytest.mark.django_db(transaction=True)
def test_the_copy_of_others_tells_what_is_missing(recovered, copy, capsys):
    """Leaf by leaf; the one that was recovered and only waits is told apart; a copy of another log is refused."""
    found = missing_leaves(FolderReader(copy), vkeys())
    assert [(one.index, one.leaf["n"], one.waits) for one in found] == [(3, 4, True), (4, 5, False)]
    assert main(["log", "missing", str(copy)]) == 1
    said = capsys.readouterr().out
    assert "第 4 条" in said
    assert "第 5 个行为" in said
    assert "其中 1 条的内容不在数据库里" in said

    bundle = copy / "tile" / "entries" / "000.p" / "5"
    bundle.chmod(0o600)
    bundle.write_bytes(bundle.read_bytes().replace(b"case-1", b"case-9"))
    with pytest.raises(CopyRefused, match="不符"):
        missing_leaves(FolderReader(copy), vkeys())


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_under_a_new_name_that_says_what_is_missing(recovered, settings):
    """The old name is not used again; the first leaf of the new one states how far the old one had come."""
    settings.LOG_ORIGIN = "mingjing.local/log-2"
    with pytest.raises(KeyRefused, match="还没有关闭"):
        open_successor(by="setup", at=AT, reason="数据库恢复到较早时间")
    opened = open_successor(by="setup", at=AT, reason="数据库恢复到较早时间", seen=recovered)
    assert opened.begin == 3
    assert services.seal_log(at=AT) == 1
    assert verify_log(DatabaseReader(), vkeys()).ok
    assert not audit_keys()
    stated = services.statements()[-1]
    assert stated["ahead"]["size"] == 5
    assert stated["other"] == "mingjing.local/log"


@pytest.mark.django_db
def test_a_log_that_lost_nothing_is_not_renamed_for_it(queue, seal, settings):
    """A checkpoint that the database reaches is no reason to go on elsewhere."""
    queue(3)
    seal()
    seen = selectors.checkpoint()
    settings.LOG_ORIGIN = "mingjing.local/log-2"
    with pytest.raises(KeyRefused, match="并不少于"):
        open_successor(by="setup", at=AT, reason="误会", seen=seen)


# --- tiles --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM translog_tile WHERE path = 'tile/0/000'",
        "UPDATE translog_tile SET data = (SELECT t.data FROM translog_tile t WHERE t.path = 'tile/1/000.p/1') "
        "WHERE path = 'tile/0/000'",
        "DELETE FROM translog_tile WHERE path = 'tile/1/000.p/1'",
    ],
)
def test_a_tile_that_was_changed_or_lost_is_made_anew_from_the_entries(queue, seal, tampered, capsys, harm):
    """Found and named, then mended under the signed root; the table is as guarded afterwards as before."""
    queue(300)
    seal()
    assert main(["log", "tiles"]) == 0
    right = DatabaseReader().read("tile/0/000"), DatabaseReader().read("tile/1/000.p/1")
    tampered(harm)

    assert main(["log", "tiles"]) == 1
    assert "tile/" in capsys.readouterr().out
    assert main(["log", "tiles", "--mend"]) == 0

    assert right == (DatabaseReader().read("tile/0/000"), DatabaseReader().read("tile/1/000.p/1"))
    assert verify_log(DatabaseReader(), vkeys()).ok
    queue(1, first=301)
    assert seal() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Tile.objects.filter(path="tile/0/000").update(data=b"")


@pytest.mark.django_db
def test_tiles_are_not_made_of_entries_that_were_changed(queue, seal, tampered):
    """What does not lead to the signed root proves nothing, so nothing is overwritten by it."""
    queue(300)
    seal()
    data = json.dumps({"k": "act"}).encode()
    tampered("UPDATE translog_entry SET data = %s WHERE ref = 'case-1/7'", [data])
    assert main(["log", "tiles", "--mend"]) == 2


@pytest.mark.django_db
def test_a_published_tile_file_that_was_changed_is_named_and_put_back_by_the_next_export(queue, seal, copy):
    """The public copy is static files: what differs is named; taken away, the next export writes it again."""
    queue(300)
    seal()
    services.export_log(copy)
    tile = copy / "tile" / "0" / "000"
    right = tile.read_bytes()
    tile.chmod(0o600)
    tile.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))

    report = verify_log(copy, vkeys())
    assert "tile/0/000：序号 255" in report.text
    assert "可由记录重新生成" in report.text
    with pytest.raises(FileExistsError, match="内容不同"):
        services.export_log(copy)
    tile.unlink()
    services.export_log(copy)
    assert tile.read_bytes() == right
    assert verify_log(copy, vkeys()).ok
