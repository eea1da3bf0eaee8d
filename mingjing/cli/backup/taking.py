"""Taking a snapshot, holding one against its own digests, and copying the keys to a place of their own."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from mingjing.cli.backup import database
from mingjing.cli.backup.folder import BackupFolder, digest_of
from mingjing.cli.backup.manifest import FILE_LIST, Manifest, list_bytes, read_list, read_manifest
from mingjing.cli.start import Refusal
from mingjing.evidence import store
from mingjing.translog.keys import key_folder
from mingjing.translog.selectors import checkpoint


def take_snapshot(folder: BackupFolder) -> tuple[Path, Manifest]:
    """Copy database, release records and all files not yet in the folder; give where and what.

    A stored file that is damaged or unreadable does not stop it: it is named in the manifest.
    """
    if database.is_empty():
        raise Refusal("数据库里什么也没有，不做备份。请核对 MINGJING_HOME 和 MINGJING_DATABASE。")
    # In this order: the copied database has at least the log of this note, and no row without its file.
    note = checkpoint()
    with folder.new_snapshot() as part:
        copy = part / database.FILE_NAMES[database.kind()]
        database.dump(copy)
        _copy_releases(part)
        digests, damaged = _copy_files(folder)
        listed = list_bytes(digests)
        (part / FILE_LIST).write_bytes(listed)
        manifest = Manifest(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            version=version("mingjing"),
            database=database.kind(),
            database_digest=digest_of(copy),
            files=len(digests),
            files_digest=hashlib.sha256(listed).hexdigest(),
            damaged=tuple(damaged),
            checkpoint=note.decode() if note else "",
        )
        manifest.write(part)
    return part.with_suffix(""), manifest


def _copy_releases(part: Path) -> None:
    releases: Path = settings.MINGJING_HOME / "releases"
    if releases.is_dir():
        shutil.copytree(releases, part / "releases")


def _copy_files(folder: BackupFolder) -> tuple[list[str], list[str]]:
    good, damaged = [], []
    for digest in store.kept():
        if folder.path_of(digest).exists() or _copied(folder, digest):
            good.append(digest)
        else:
            damaged.append(digest)
    return good, damaged


def _copied(folder: BackupFolder, digest: str) -> bool:
    try:
        with store.open_stored(digest) as source:
            return folder.take(digest, source)
    except FileNotFoundError:
        return False  # destroyed by a stone between the listing and now, or lost: the audit tells which


def faults_of(folder: BackupFolder, snapshot: Path) -> Iterator[str]:
    """Read everything of a snapshot again; give one Chinese line for each thing that is not as it was."""
    manifest = read_manifest(snapshot)
    copy = snapshot / database.FILE_NAMES[manifest.database]
    if not copy.is_file() or digest_of(copy) != manifest.database_digest:
        yield f"数据库副本 {copy.name} 缺失或者被改动"
    for digest in read_list(snapshot, manifest):
        path = folder.path_of(digest)
        if not path.is_file():
            yield f"文件 {digest} 不在备份里"
        elif digest_of(path) != digest:
            yield f"文件 {digest} 的备份被改动"


def copy_keys(target: Path, backups: Path) -> Path:
    """Copy the log's keys and the session key into a new dated folder; never into the folder of backups."""
    if target.resolve().is_relative_to(backups.resolve()):
        raise Refusal(
            "密钥要与备份分开存放：谁拿到两样，谁就能重写日志。请用 --keys 指定另一处（最好是离线介质）。"
        )
    place = target / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    place.mkdir(parents=True, mode=0o700)
    home: Path = settings.MINGJING_HOME
    for source in [*sorted(key_folder().glob("*")), home / "secret-key"]:
        if source.is_file():
            handle = os.open(place / source.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "wb") as file:
                file.write(source.read_bytes())
                file.flush()
                os.fsync(file.fileno())
    return place
