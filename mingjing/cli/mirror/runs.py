"""One mirror on this side: its folder, the record beside it, and the runs that bring it from state to state."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mingjing.cli.mirror.output import Output
from mingjing.cli.mirror.state import State
from mingjing.mirror.listing import INDEX, MANIFEST, digits_for, index_bytes, part_path
from mingjing.mirror.package import Section, write_package
from mingjing.mirror.refusals import MirrorRefused
from mingjing.mirror.staging import Staging
from mingjing.mirror.statement import FIRST, Statement
from mingjing.translog.note import NoteSigner, text_of

Write = Callable[[Output], int]  # puts every file there is, gives the size of the log that proofs go up to


@dataclass(frozen=True, slots=True)
class Exported:
    """What a run did; `sequence` is that of the mirror now, also where nothing was to be done."""

    sequence: int
    files: int
    size: int
    written: int
    removed: Sequence[str]
    changed: bool


class Mirror:
    """One mirror: its folder, and the record beside it of what was written."""

    def __init__(self, folder: Path) -> None:
        self._staging = Staging(folder)
        self.folder = self._staging.folder
        self._record = self.folder.with_name(f".{self.folder.name}.state")

    def export(self, write: Write, *, at: datetime, signer: NoteSigner) -> Exported:
        """Bring the mirror up to what `write` puts now; a run with nothing new changes nothing.

        Raises MirrorRefused and whatever `write` raises, and then the mirror is as it was.
        """
        with self._staging.lock():
            state = self._opened()
            try:
                self._staging.begin()
                output = Output(state, self._staging)
                size = write(output)
                output.sweep()
                return self._sealed(state, output, at=at, signer=signer, size=size)
            finally:
                self._staging.discard()
                state.close()

    def _opened(self) -> State:
        """Open the record, ending or undoing what a crash cut off before."""
        if not self._record.exists() and self.folder.is_dir() and any(self.folder.iterdir()):
            raise MirrorRefused(
                f"{self.folder} 不是空的，旁边又没有导出记录（{self._record.name}）。请换一个空目录；"
                "原来就是镜像的，请把记录文件一起恢复。"
            )
        state = State(self._record)
        self._staging.recover(MANIFEST, lambda sequence: sequence < state.sequence)
        return state

    def _sealed(
        self, state: State, output: Output, *, at: datetime, signer: NoteSigner, size: int
    ) -> Exported:
        files, total = state.totals()
        if not state.written and not output.removed:
            state.commit()
            return Exported(state.sequence - 1, files, total, 0, (), changed=False)
        gone = [*output.removed, *self._list(state, files)]
        index = index_bytes(state.parts())
        (last,) = state.notes(state.sequence - 2)[:1] or ((0, b""),)
        told = Statement(
            name=f"{signer.name}/mirror",
            sequence=state.sequence,
            previous=hashlib.sha256(text_of(last[1])).hexdigest() if last[0] else FIRST,
            made=at,
            checkpoint=size,
            files=files,
            size=total,
            digits=digits_for(files),
            index=hashlib.sha256(index).hexdigest(),
        )
        note = told.signed([signer])
        for name, data in ((INDEX, index), (MANIFEST, note)):
            self._staging.path(name).write_bytes(data)
        state.sign(note)
        # The record is committed between the two: a crash before undoes this run, a crash after ends it.
        self._staging.seal(sequence=state.sequence, removed=gone)
        state.commit()
        self._staging.apply(MANIFEST)
        return Exported(state.sequence, files, total, state.written, output.removed, changed=True)

    def _list(self, state: State, files: int) -> list[str]:
        """Stage the parts of the list that changed; give the files of those that are no more."""
        for part, data in state.divide(digits_for(files)):
            self._staging.path(part.path).write_bytes(data)
        return [part_path(prefix) for prefix in state.parts_gone]

    # --- packages -----------------------------------------------------------------------------------

    def package(self, path: Path, *, since: int | None = None) -> tuple[int, int, int] | None:
        """Write what changed after an export into one file, after the last package unless `since` says; 0 is all.

        Give first and last number and the size; None where nothing changed. Raises MirrorRefused.
        """
        with self._staging.lock():
            state = self._opened()
            try:
                last = state.sequence - 1
                since = int(state.told("packaged") or 0) if since is None else since
                if since > last:
                    raise MirrorRefused(f"只导出到第 {last} 期，没有第 {since} 期。")
                if since == last:
                    return None
                chain = state.notes(since) if since else state.notes(last - 1)
                # A list divided anew has all its parts changed; of a part that changed the files since are carried.
                sections = (
                    Section(
                        one.prefix, (self.folder / one.path).read_bytes(), state.listed(one.prefix, since)
                    )
                    for one in state.parts(since)
                )
                index = (self.folder / INDEX).read_bytes()
                size = write_package(path, chain=chain, index=index, sections=sections, folder=self.folder)
                state.tell("packaged", str(last))
                state.commit()
                return since, last, size
            finally:
                state.close()
