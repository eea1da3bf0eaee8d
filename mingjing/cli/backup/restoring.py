"""Putting a snapshot back into an empty place, and holding the result against the log before anybody uses it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from mingjing.cli.backup import database
from mingjing.cli.backup.folder import CHUNK, BackupFolder
from mingjing.cli.backup.keys_at_hand import demand_keys, demand_public_key
from mingjing.cli.backup.manifest import Manifest, read_list, read_manifest
from mingjing.cli.backup.taking import faults_of
from mingjing.cli.start import Refusal
from mingjing.cli.whole_audit import audit_everything
from mingjing.evidence import store
from mingjing.translog.keys import key_folder, origin
from mingjing.translog.note import Checkpoint, NoteRefused, open_checkpoint
from mingjing.translog.remembered import remember
from mingjing.translog.selectors import checkpoint
from mingjing.translog.signing import whole_logs
from mingjing.translog.sm2_note import parse_vkey
from mingjing.translog.verify import verify_log


def restore(folder: BackupFolder, snapshot: Path, keys: Path | None, *, public: str = "") -> Manifest:
    """Put everything of a snapshot in its place; the database last, so that a broken run can be repeated.

    `public` are the log's public keys, of one who knowingly restores without its private ones. Raises Refusal, before
    anything is written, where the place is in use, the snapshot is not whole, or its log lacks a key to go on with.
    """
    manifest = read_manifest(snapshot)
    _demand_place(manifest)
    if public:
        demand_public_key(manifest, public)
    else:
        demand_keys(manifest, keys)
    if faults := list(faults_of(folder, snapshot)):
        told = "\n".join(f"  {fault}" for fault in faults[:20])
        raise Refusal(f"这份快照不完整，没有恢复任何东西：\n{told}\n请换一份快照，或者从另一处备份补齐。")
    for digest in read_list(snapshot, manifest):
        put_back(folder, digest)
    _put_files(snapshot / "releases", settings.MINGJING_HOME / "releases", 0o644)
    if keys is not None:
        _put_keys(keys)
    database.load(snapshot / database.FILE_NAMES[manifest.database])
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def _demand_place(manifest: Manifest) -> None:
    if manifest.database != database.kind():
        raise Refusal(
            f"备份来自 {manifest.database}，现在设置的是 {database.kind()}。请按备份的数据库设置 MINGJING_DATABASE。"
        )
    if not database.is_empty():
        raise Refusal(
            "数据库里已经有数据，恢复不会覆盖它。请把 MINGJING_HOME 指向空目录（PostgreSQL：另建一个空库），再恢复。"
        )


def put_back(folder: BackupFolder, digest: str) -> None:
    """Put one file of the backup into the store of this installation, whichever that is."""
    if store.stored(digest):
        return  # an earlier run that broke off; the audit reads every file again
    with folder.path_of(digest).open("rb") as source, store.incoming() as target:
        while piece := source.read(CHUNK):
            target.write(piece)
        target.keep()


def _put_keys(keys: Path) -> None:
    """Put the files of a folder of keys where each belongs."""
    home: Path = settings.MINGJING_HOME
    for source in sorted(keys.glob("*")):
        _put_file(source, (home if source.name == "secret-key" else key_folder()) / source.name, 0o600)


def _put_files(source: Path, target: Path, mode: int) -> None:
    for path in sorted(source.glob("*")):
        _put_file(path, target / path.name, mode)


def _put_file(source: Path, target: Path, mode: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.write_bytes(source.read_bytes())
    target.chmod(mode)


def findings(manifest: Manifest, seen: list[tuple[str, bytes]], public: str = "") -> Iterator[str]:
    """Hold what was restored against its log, against the note of the snapshot, against notes others have kept.

    Raises LogKeyMissing where the log's keys cannot be read and no public ones are given.
    """
    yield from audit_everything(public)
    if checkpoint() is None:
        return
    reader, vkeys = whole_logs(public)[0]
    kept = [("备份时的检查点", manifest.checkpoint.encode())] if manifest.checkpoint else []
    for name, note in [*kept, *seen]:
        report = verify_log(reader, vkeys, note)
        yield from (f"与{name}比对：{finding}" for finding in report.findings if finding.fault)


def remember_seen(manifest: Manifest, notes: Sequence[bytes], public: str = "") -> None:
    """Let nothing be sealed here that contradicts the checkpoints known to have been published, whoever kept them."""
    if checkpoint() is None:
        return
    keys = [parse_vkey(one) for one in whole_logs(public)[0][1].split()]
    for note in (manifest.checkpoint.encode(), *notes):
        try:
            known: Checkpoint = open_checkpoint(note, *keys)
        except NoteRefused:
            continue  # none, or not of this log: `findings` has told so
        if known.origin == origin():
            remember(note)
