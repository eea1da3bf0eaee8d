"""The backup folder: what is new is copied, what was changed is named, what broke off does not count."""

import errno
import os
import re
import sqlite3
import subprocess
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection, transaction

from mingjing.cli.backup.folder import BackupFolder
from mingjing.cli.backup.restoring import restore
from mingjing.cli.backup.taking import faults_of, take_snapshot
from mingjing.cli.main import main
from mingjing.cli.start import Refusal
from mingjing.evidence import store
from mingjing.health.backups import LastBackup
from mingjing.translog.keys import key_path, origin, vkeys
from mingjing.translog.note import SigningKey, VerifyKey
from mingjing.translog.services import enqueue, seal_log
from tests import postgres
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def _keep(content: bytes) -> str:
    with store.incoming() as file:
        file.write(content)
        file.keep()
        return file.digest


@pytest.fixture
def files(settings: object, tmp_path: Path) -> tuple[str, str]:
    """A store with two files, in a home of its own."""
    settings.MINGJING_HOME = tmp_path / "home"  # type: ignore[attr-defined]
    return _keep(b"a photograph"), _keep(b"a recording")


def _snapshot(folder: BackupFolder) -> Path:
    return take_snapshot(folder)[0]


def test_a_second_snapshot_copies_only_what_is_new(
    cast: Cast, files: tuple[str, str], tmp_path: Path
) -> None:
    """Files that the folder has are not written again; both snapshots stay whole."""
    folder = BackupFolder(tmp_path / "backups")
    first = _snapshot(folder)
    written = folder.path_of(files[0]).stat()
    added = _keep(b"a third one")
    second = _snapshot(folder)

    assert folder.path_of(files[0]).stat() == written
    assert folder.path_of(added).read_bytes() == b"a third one"
    assert folder.snapshots() == [first, second]
    assert not list(faults_of(folder, first)) + list(faults_of(folder, second))


def test_old_snapshots_go_with_the_files_only_they_had(
    cast: Cast, files: tuple[str, str], tmp_path: Path
) -> None:
    """What was destroyed in service leaves the backup with the last snapshot that has it, and nothing else does."""
    folder = BackupFolder(tmp_path / "backups")
    _snapshot(folder)
    store.path_of(files[0]).chmod(0o600)
    store.destroy(files[0])
    newest = _snapshot(folder)

    assert folder.path_of(files[0]).exists()
    assert folder.forget(1) == (1, 1)
    assert not folder.path_of(files[0]).exists()
    assert folder.snapshots() == [newest]
    assert not list(faults_of(folder, newest))
    assert folder.forget(1) == (0, 0)


@pytest.mark.parametrize("harm", ["file", "lost", "database", "list"])
def test_a_changed_backup_is_named_and_not_restored(
    cast: Cast, files: tuple[str, str], tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte changed in a file, in the copy of the database or in the list, or a file gone: told before any writing."""
    folder = BackupFolder(tmp_path / "backups")
    snapshot = _snapshot(folder)
    target = {
        "file": folder.path_of(files[0]),
        "lost": folder.path_of(files[0]),
        "database": next(snapshot.glob("database.*")),
        "list": snapshot / "files.list",
    }[harm]
    if harm == "lost":
        target.unlink()
    else:
        data = bytearray(target.read_bytes())
        data[len(data) // 2] ^= 1
        target.write_bytes(data)
    monkeypatch.setattr("mingjing.cli.backup.database.is_empty", lambda: True)  # a place to restore into
    written: list[Path] = []
    monkeypatch.setattr("mingjing.cli.backup.database.load", written.append)

    with pytest.raises(Refusal, match=re.escape(target.name)):
        restore(folder, snapshot, None)

    assert not written


def test_what_broke_off_is_no_snapshot(cast: Cast, files: tuple[str, str], tmp_path: Path) -> None:
    """A killed run leaves a part that nobody can choose and the next run clears away."""
    folder = BackupFolder(tmp_path / "backups")
    broken = folder.root / "snapshots" / "20990101T000000.000000Z.part"
    broken.mkdir(parents=True)

    assert not folder.snapshots()
    with pytest.raises(Refusal, match="一份也没有"):
        folder.chosen()
    whole = _snapshot(folder)
    assert folder.chosen() == whole
    assert not broken.exists()


def test_a_damaged_file_is_told_and_the_rest_is_kept(
    cast: Cast, files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rotten disk does not stop the backup of everything else."""
    rotten = store.path_of(files[0])
    rotten.chmod(0o600)
    rotten.write_bytes(b"rotten")

    assert main(["backup", str(tmp_path / "backups")]) == 1

    folder = BackupFolder(tmp_path / "backups")
    assert files[0] in capsys.readouterr().out
    assert not folder.path_of(files[0]).exists()
    assert folder.path_of(files[1]).exists()
    assert not list(faults_of(folder, folder.chosen()))


def test_one_run_at_a_time(cast: Cast, files: tuple[str, str], tmp_path: Path) -> None:
    """A second run is refused while the first writes, and may go on afterwards."""
    folder = BackupFolder(tmp_path / "backups")
    with folder.only_one(), pytest.raises(Refusal, match="另一次备份"), folder.only_one():
        pass
    with folder.only_one():
        assert os.stat(folder.root).st_mode & 0o077 == 0


def test_no_backup_is_ever_the_last_to_go(tmp_path: Path) -> None:
    """--keep 0 would delete what was just made: refused by name."""
    assert main(["backup", str(tmp_path), "--keep", "0"]) == 2


def test_keys_never_go_into_the_folder_of_backups(
    cast: Cast, files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever gets both could rewrite the log: refused before anything is written; elsewhere they are copied."""
    backups = tmp_path / "backups"
    assert main(["backup", str(backups), "--keys", str(backups / "keys")]) == 2
    assert "分开存放" in capsys.readouterr().err
    assert not backups.exists()
    (tmp_path / "home" / "secret-key").write_text("a secret")
    assert main(["backup", str(backups), "--keys", str(tmp_path / "stick")]) == 0
    assert [path.name for path in (tmp_path / "stick").rglob("*") if path.is_file()] == ["secret-key"]
    assert not list(backups.rglob("secret-key"))


def test_no_backup_lies_beside_what_it_saves(
    cast: Cast, files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder below the home would be lost with its disk: refused; beside the home one is made."""
    inside = tmp_path / "home" / "backups"
    assert main(["backup", str(inside)]) == 2
    assert "数据目录" in capsys.readouterr().err
    assert not inside.exists()
    assert main(["backup", str(tmp_path / "backups")]) == 0


def test_nothing_is_ever_restored_over_something(
    cast: Cast, files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A database that has anything in it is left alone, with what to do instead."""
    folder = BackupFolder(tmp_path / "backups")
    _snapshot(folder)
    assert main(["restore", str(folder.root)]) == 2
    assert "恢复不会覆盖" in capsys.readouterr().err


def test_a_folder_without_keys_is_told_before_anything_is_written(
    cast: Cast, files: tuple[str, str], tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wrong folder leaves the empty place empty; the one with keys is taken, and everything is put back."""
    folder, stick = BackupFolder(tmp_path / "backups"), tmp_path / "stick"
    snapshot = _snapshot(folder)
    stick.mkdir()
    settings.MINGJING_HOME = tmp_path / "new"
    loaded: list[Path] = []
    monkeypatch.setattr("mingjing.cli.backup.database.is_empty", lambda: True)
    monkeypatch.setattr("mingjing.cli.backup.database.load", loaded.append)
    with pytest.raises(Refusal, match="没有密钥文件"):
        restore(folder, snapshot, stick)
    assert not [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    (stick / "log.key").write_text("a key")
    restore(folder, snapshot, stick)
    assert len(loaded) == 1
    assert [store.stored(digest) for digest in files] == [True, True]


def test_a_log_whose_key_is_not_there_is_told_before_anything_is_written(
    cast: Cast, files: tuple[str, str], tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key, another log's or a broken one: told, how to go on; the right one or its public half will do."""
    folder, stick, other = BackupFolder(tmp_path / "backups"), tmp_path / "stick", tmp_path / "other"
    seal_log(at=datetime.now(UTC))
    snapshot = _snapshot(folder)
    vkey, key = vkeys(), key_path()
    for place, text in ((stick, key.read_text()), (other, SigningKey.generate(origin()).text)):
        place.mkdir()
        (place / "log.key").write_text(text)
    loaded: list[Path] = []
    monkeypatch.setattr("mingjing.cli.backup.database.is_empty", lambda: True)
    monkeypatch.setattr("mingjing.cli.backup.database.load", loaded.append)
    settings.MINGJING_HOME = tmp_path / "new"

    with pytest.raises(Refusal, match="恢复以后日志不能续写。什么也没有写") as told:
        restore(folder, snapshot, None)
    assert VerifyKey.parse(vkey).key_id.hex() in str(told.value)
    assert "--without-keys" in str(told.value)
    with pytest.raises(Refusal, match="里没有，恢复以后日志不能续写"):
        restore(folder, snapshot, other)
    with pytest.raises(Refusal, match="核对不了快照里的检查点"):
        restore(folder, snapshot, None, public=SigningKey.generate(origin()).public.vkey)
    (other / "log.key").write_text("torn")
    with pytest.raises(Refusal, match=r"log\.key 读不出来"):
        restore(folder, snapshot, other)
    ours, settings.LOG_ORIGIN = origin(), "another.example/log"
    with pytest.raises(Refusal, match="设置 MINGJING_LOG_ORIGIN 为“another"):
        restore(folder, snapshot, stick)
    settings.LOG_ORIGIN = ours
    assert not [path for path in (tmp_path / "new").rglob("*") if path.is_file()]

    restore(folder, snapshot, None, public=vkey)
    assert not key_path().exists()
    restore(folder, snapshot, stick)
    assert key_path().read_text() == (stick / "log.key").read_text()
    restore(folder, snapshot, None)  # it lies in its place now
    assert len(loaded) == 3


@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EROFS])
def test_a_target_that_is_full_or_read_only_leaves_the_older_snapshots(
    cast: Cast,
    files: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trouble: int,
) -> None:
    """Told in one line with the disk's own words; nothing half-made counts, and the next run is whole."""
    folder = BackupFolder(tmp_path / "backups")
    assert main(["backup", str(folder.root)]) == 0
    first = folder.chosen()

    def refuses() -> None:
        raise OSError(trouble, os.strerror(trouble))

    with monkeypatch.context() as patch:
        patch.setattr(os, "sync", refuses)
        assert main(["backup", str(folder.root)]) == 2
    assert os.strerror(trouble) in capsys.readouterr().err
    assert folder.snapshots() == [first]
    assert not list(faults_of(folder, first))
    known = LastBackup.read()
    assert known is not None
    assert known.snapshot == first.name
    assert main(["backup", str(folder.root)]) == 0
    assert len(folder.snapshots()) == 2


def test_what_is_known_of_the_last_backup_stands_below_the_home(
    cast: Cast, files: tuple[str, str], tmp_path: Path, settings: object
) -> None:
    """Nothing before the first; afterwards when, where and how much; a broken file is none."""
    assert LastBackup.read() is None
    assert main(["backup", str(tmp_path / "backups")]) == 0
    known = LastBackup.read()
    assert known is not None
    assert (known.files, known.damaged, known.folder) == (2, 0, str(tmp_path / "backups"))
    assert known.at.tzinfo is not None
    (tmp_path / "home" / "last-backup.json").write_text("{")
    assert LastBackup.read() is None


def test_a_snapshot_taken_while_acts_are_written_and_sealed_is_one_moment(
    cast: Cast, files: tuple[str, str], tmp_path: Path
) -> None:
    """Beside a writer and a sealer: in every copy the queue, the places and the head fit each other."""
    folder, stop = BackupFolder(tmp_path / "backups"), threading.Event()

    def live() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with transaction.atomic():
                leaf = {"h": f"{number:064x}", "at": "2026-03-05T10:00:00+08:00"}
                enqueue(kind="register", data=leaf, ref=f"busy-{number}")
            seal_log(at=datetime(2026, 3, 5, 2, 0, tzinfo=UTC), limit=2)
        connection.close()

    life = threading.Thread(target=live)
    life.start()
    try:
        counted = [_counted(_snapshot(folder)) for _ in range(3)]
    finally:
        stop.set()
        life.join()
    assert all(entries == queued + sealed and sealed == head for entries, queued, sealed, head in counted)
    assert counted[-1][0] > counted[0][0] > 0


def _counted(snapshot: Path) -> tuple[int, ...]:
    """Count entries, those that wait, those that are sealed, and what the last head says, in the copy itself."""
    asked = (
        "SELECT (SELECT COUNT(*) FROM translog_entry), (SELECT COUNT(*) FROM translog_queued), "
        "(SELECT COUNT(*) FROM translog_sealed), (SELECT COALESCE(MAX(size), 0) FROM translog_head)"
    )
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(snapshot / "database.sqlite3")) as copy:
            return tuple(copy.execute(asked).fetchone())
    with psycopg.connect(postgres.address() or "", autocommit=True) as line:
        line.execute('DROP DATABASE IF EXISTS "one_moment"')
        line.execute('CREATE DATABASE "one_moment"')
    address = urlsplit(postgres.address() or "")._replace(path="/one_moment").geturl()
    tables = [f"--table=translog_{name}" for name in ("entry", "queued", "sealed", "head")]
    command = ["pg_restore", "--section=pre-data", "--section=data", *tables, f"--dbname={address}"]
    subprocess.run([*command, str(snapshot / "database.dump")], check=True, capture_output=True)
    with psycopg.connect(address) as copied:
        return tuple(copied.execute(asked).fetchone() or ())
