"""Putting files into the mirror: what has not changed is not written, what an owner no longer has is removed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mingjing.cli.mirror.state import State
from mingjing.mirror.listing import Entry, refuse_path
from mingjing.mirror.refusals import MirrorRefused
from mingjing.mirror.staging import Staging


class Output:
    """The files of one export, staged beside the mirror."""

    def __init__(self, state: State, staging: Staging) -> None:
        self.state, self._staging = state, staging
        self.removed: list[str] = []
        self._owner = ""
        self._put: set[str] = set()

    @contextmanager
    def owner(self, name: str, mark: str = "") -> Iterator[None]:
        """Let an owner put its files; those that it had before and puts no more are removed."""
        self._owner, self._put = name, set()
        yield
        for path in self.state.paths_of(name) - self._put:
            self._remove(path)
        self.state.own(name, mark)

    def put(self, path: str, content: bytes | str | Iterable[bytes]) -> None:
        """Put one file of the present owner."""
        refuse_path(path)
        if path in self._put:
            raise MirrorRefused(f"两个页面要写同一个文件 {path}，没有导出。")
        self._put.add(path)
        if isinstance(content, str):
            content = content.encode()
        digest, size, staged = hashlib.sha256(), 0, self._staging.path(path)
        with staged.open("wb") as file:
            for piece in [content] if isinstance(content, bytes) else content:
                digest.update(piece)
                size += file.write(piece)
        if not self.state.put(Entry(path, size, digest.hexdigest()), self._owner):
            staged.unlink()

    def put_json(self, path: str, content: Any) -> None:
        """Put one file of data."""
        self.put(path, json.dumps(content, ensure_ascii=False, separators=(",", ":")))

    def keep(self, path: str) -> None:
        """Keep a file of the present owner as it is."""
        self._put.add(path)

    def sweep(self) -> None:
        """Remove the files of all owners that this export has not met."""
        for name in self.state.unseen():
            for path in self.state.paths_of(name):
                self._remove(path)
            self.state.forget(name)

    def _remove(self, path: str) -> None:
        self.state.remove(path)
        self.removed.append(path)
