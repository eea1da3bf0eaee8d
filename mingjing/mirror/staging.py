"""Changing a folder of many files so that a crash leaves the old one or ends in the new one; no lists, no keys."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from mingjing.mirror.refusals import MirrorRefused

JOURNAL: Final = "journal.json"
FILES: Final = "files"
MANY: Final = 500


class Staging:
    """New files beside the folder, put in place all together once every one of them is written and checked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._place = self.folder.with_name(f".{self.folder.name}.incoming")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from changing the same folder meanwhile."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self.folder.with_name(f".{self.folder.name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise MirrorRefused(f"另一个导出或者导入正在使用 {self.folder}，请等它结束。") from error
            yield

    def begin(self) -> None:
        """Start with nothing staged."""
        shutil.rmtree(self._place, ignore_errors=True)
        (self._place / FILES).mkdir(parents=True)

    def path(self, name: str) -> Path:
        """Give where a file is staged, its folder made."""
        path = self._place / FILES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def open(self, name: str) -> IO[bytes]:
        """Open a new file to be staged."""
        return self.path(name).open("xb")

    def staged(self, name: str) -> bool:
        """Tell whether a file of this name is staged."""
        return (self._place / FILES / name).is_file()

    def discard(self) -> None:
        """Throw away what is staged."""
        shutil.rmtree(self._place, ignore_errors=True)

    def seal(self, *, sequence: int, removed: Iterable[str]) -> None:
        """Write down what is to be done, for good: from here on a crash is mended by `recover`."""
        staged = [Path(root, name) for root, _, names in os.walk(self._place / FILES) for name in names]
        if len(staged) > MANY:
            os.sync()  # one by one, a hundred thousand files take minutes
        else:
            for path in staged:
                _reach_disk(path)
        draft = self._place / f"{JOURNAL}.part"
        draft.write_text(json.dumps({"sequence": sequence, "removed": sorted(removed)}), encoding="utf-8")
        _reach_disk(draft)
        draft.replace(self._place / JOURNAL)
        _reach_disk(self._place)

    def apply(self, last: str) -> None:
        """Put everything in place, removals first and the file `last` at the end; doing it again is harmless."""
        told = json.loads((self._place / JOURNAL).read_text(encoding="utf-8"))
        for name in told["removed"]:
            self._remove(name)
        staged = self._place / FILES
        for root, _, names in os.walk(staged):
            for name in names:
                path = Path(root, name)
                if (where := path.relative_to(staged).as_posix()) != last:
                    self._put(path, where)
        if (staged / last).exists():
            self._put(staged / last, last)
        self.discard()

    def recover(self, last: str, wanted: Callable[[int], bool] = lambda _: True) -> bool:
        """End what a crash left unfinished, or throw it away where it was not decided; tell whether something was."""
        journal = self._place / JOURNAL
        if not journal.exists() or not wanted(json.loads(journal.read_text(encoding="utf-8"))["sequence"]):
            self.discard()
            return False
        self.apply(last)
        return True

    def _put(self, staged: Path, name: str) -> None:
        target = self.folder / name
        _make_folders(self.folder, target.parent)
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        staged.replace(target)

    def _remove(self, name: str) -> None:
        target = self.folder / name
        if not _inside(self.folder, target.parent):
            return
        target.unlink(missing_ok=True)
        for parent in target.parents:
            if parent == self.folder or not parent.is_dir() or any(parent.iterdir()):
                return
            parent.rmdir()


def _inside(folder: Path, path: Path) -> bool:
    """Tell whether a place is in the folder, with no link on the way that leads elsewhere."""
    return path.is_dir() and path.resolve() == path


def _make_folders(folder: Path, path: Path) -> None:
    """Make a place; a file or a link that stands in its way goes."""
    if path != folder:
        _make_folders(folder, path.parent)
        if path.is_symlink() or path.is_file():
            path.unlink()
    path.mkdir(exist_ok=True, parents=path == folder)


def _reach_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
