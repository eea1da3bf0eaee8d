"""The backup folder: its snapshots by time, the files they share, one run at a time, what is too old."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from mingjing.cli.backup.manifest import read_list, read_manifest
from mingjing.cli.start import Refusal

PART: Final = ".part"
CHUNK: Final = 1024 * 1024


class BackupFolder:
    """A folder of backups: `snapshots/<time>/` and `files/ab/cd/<digest>`, each file once for all snapshots."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Keep a second run out. Raises Refusal while one is under way."""
        self.root.mkdir(parents=True, exist_ok=True)
        os.chmod(self.root, 0o700)  # everything about everybody is in here
        with (self.root / ".lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Refusal(f"另一次备份正在写 {self.root}。请等它结束。") from error
            yield

    def snapshots(self) -> list[Path]:
        """Give the complete snapshots, the oldest first."""
        found = (self.root / "snapshots").glob("*")
        return sorted(path for path in found if path.is_dir() and path.suffix != PART)

    def chosen(self, name: str = "") -> Path:
        """Give a snapshot by its name, or the newest. Raises Refusal where there is none."""
        found = [path for path in self.snapshots() if not name or path.name == name]
        if not found:
            what = f"名为 {name} 的快照" if name else "完整的快照"
            names = "、".join(path.name for path in self.snapshots()) or "一份也没有"
            raise Refusal(f"{self.root} 里没有{what}（现有：{names}）。")
        return found[-1]

    @contextmanager
    def new_snapshot(self) -> Iterator[Path]:
        """Give a folder to fill; it counts as a snapshot only once it was filled without an error."""
        parent = self.root / "snapshots"
        for broken in parent.glob(f"*{PART}"):
            shutil.rmtree(broken)
        final = parent / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
        part = final.with_name(final.name + PART)
        part.mkdir(parents=True)
        yield part
        os.sync()  # many files were written: one call for all, before the name says that they are there
        part.rename(final)

    def path_of(self, digest: str) -> Path:
        """Tell where the file with this digest lies."""
        return self.root / "files" / digest[:2] / digest[2:4] / digest

    def take(self, digest: str, source: BinaryIO) -> bool:
        """Copy a file in; give False, keeping nothing, where its bytes are not its digest's."""
        final = self.path_of(digest)
        final.parent.mkdir(parents=True, exist_ok=True)
        part = final.with_name(digest + PART)
        found = hashlib.sha256()
        with part.open("wb") as target:
            while piece := source.read(CHUNK):
                found.update(piece)
                target.write(piece)
        if found.hexdigest() != digest:
            part.unlink()
            return False
        part.rename(final)
        return True

    def forget(self, keep: int) -> tuple[int, int]:
        """Delete all but the newest `keep` snapshots and the files only those had; give how many of both."""
        old = self.snapshots()[:-keep]
        for snapshot in old:
            shutil.rmtree(snapshot)
        if not old:
            return 0, 0
        named = {one for path in self.snapshots() for one in read_list(path, read_manifest(path))}
        gone = [path for path in (self.root / "files").glob("??/??/*") if path.name not in named]
        for path in gone:
            path.unlink()
        return len(old), len(gone)


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
