"""The whole-log check: every entry hashed again, every tile recomputed; read-only, no database."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from mingjing.translog.merkle import HASH, RightEdge, Tile, leaf_hashes
from mingjing.translog.note import Checkpoint, NoteKey, NoteRefused, open_checkpoint
from mingjing.translog.report import Report
from mingjing.translog.sm2_note import parse_vkeys
from mingjing.translog.suites import Suite, suite_of_origin
from mingjing.translog.tiles import (
    CHECKPOINT,
    Place,
    TileMissing,
    bundles_of,
    entries_at,
    hashes_at,
    pack_bundle,
    place_of,
)


class Reader(Protocol):
    """Where a log's files are: a folder, a database, a web site."""

    def read(self, path: str) -> bytes | None:
        """Give the bytes of one file of the log, None where there is none."""
        ...

    def paths(self) -> Iterable[str]:
        """List every file of the log."""
        ...


class FolderReader:
    """A log as a folder of static files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """Give the bytes of a file, None where there is none."""
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def paths(self) -> Iterable[str]:
        """List every file below the folder."""
        return (
            path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if path.is_file()
        )


def verify_log(log: Path | Reader, vkey: str, old_checkpoint: bytes | None = None) -> Report:
    """Check a whole log against its signed checkpoint, and that it still begins as `old_checkpoint` stated.

    `vkey` is the log's public key, or all that it has had, set apart by blanks; the log's name tells the suite.
    Without a checkpoint kept from earlier, a log that its owner rolled back, or rewrote and signed anew, is
    whole by itself: only what others have kept can tell.
    """
    reader = FolderReader(log) if isinstance(log, Path) else log
    report = Report("存证日志")
    try:
        keys = parse_vkeys(vkey)
        report.checkpoint = open_checkpoint(reader.read(CHECKPOINT) or b"", *keys)
    except NoteRefused as refused:
        report.fault("检查点", str(refused))
        return report
    audit = _Audit(reader, report, report.checkpoint, suite_of_origin(report.checkpoint.origin))
    audit.run(_old(old_checkpoint, keys, report))
    return report


def _old(note: bytes | None, keys: Sequence[NoteKey], report: Report) -> Checkpoint | None:
    if note is None:
        return None
    try:
        return open_checkpoint(note, *keys)
    except NoteRefused as refused:
        report.fault("旧检查点", str(refused))
        return None


class _Audit:
    """One pass over a log from its first entry, holding only the right edge of the tree in memory."""

    def __init__(self, reader: Reader, report: Report, checkpoint: Checkpoint, suite: Suite) -> None:
        self._reader, self._report, self._checkpoint = reader, report, checkpoint
        self._hashing = suite.hashing
        self._edge = RightEdge(hashing=suite.hashing)
        self._stored: dict[tuple[int | None, int], list[Place]] = defaultdict(list)
        self._wrong: set[tuple[int, int]] = set()
        self._counters: dict[str, int] = {}

    def run(self, old: Checkpoint | None) -> None:
        """Check everything; `old` must be a beginning of the log."""
        self._list_files()
        if old and old.size > self._checkpoint.size:
            self._rolled_back(old)
            old = None
        self._compare_old(old)
        for bundle in bundles_of(self._checkpoint.size):
            hashes = self._hashes_of(bundle)
            if hashes is None:
                self._report.fault(bundle.path, "条目包与叶哈希都缺失，其后的内容无法重算，核验到此为止")
                return
            for tile in self._extend(hashes, old):
                self._compare(tile)
        for tile in self._edge.partials():
            self._compare(tile)
        self._judge_root()

    def _list_files(self) -> None:
        for path in self._reader.paths():
            if (place := place_of(path)) is None:
                continue
            self._stored[place.level, place.number].append(place)
            length = self._checkpoint.size >> 8 * (place.level or 0)
            if place.number * 256 + place.width > length:
                self._report.fault(
                    path,
                    f"超出检查点所述的 {self._checkpoint.size} 条：检查点被退回旧版、日志被截断，或导出未完成",
                )

    def _rolled_back(self, old: Checkpoint) -> None:
        self._report.fault(
            "检查点", f"只有 {self._checkpoint.size} 条，少于旧检查点的 {old.size} 条：日志被退回或截断"
        )

    def _hashes_of(self, bundle: Place) -> bytes | None:
        """Hash the entries of a bundle again; for a damaged one its stored hashes stand in."""
        try:
            entries = entries_at(self._reader.read, bundle)
        except (TileMissing, ValueError) as error:
            self._report.fault(bundle.path, f"{error}；该包的记录可能被删除")
            return self._stored_hashes(bundle._replace(level=0))
        self._check_leaves(bundle.number * 256, entries)
        self._compare_bundles(bundle, entries)
        self._report.checked += len(entries)
        return leaf_hashes(entries, self._hashing)

    def _stored_hashes(self, place: Place) -> bytes | None:
        try:
            return hashes_at(self._reader.read, place)
        except TileMissing:
            return None

    def _check_leaves(self, start: int, entries: list[bytes]) -> None:
        """Check that the acts of every case are counted 1, 2, 3 … in the order of the log."""
        for index, entry in enumerate(entries, start):
            try:
                leaf = json.loads(entry)
                kind, case, number = leaf["k"], leaf.get("c"), leaf.get("n")
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
                self._report.fault(f"序号 {index}", "不是存证日志的叶：无法读出种类")
                continue
            if kind != "act" or case is None:
                continue
            expected = self._counters.get(str(case), 0) + 1
            if number != expected:
                self._report.fault(
                    f"序号 {index}",
                    f"案件 {case} 的行为编号应为 {expected}，实为 {number}：有记录缺失、重复或调换",
                )
            self._counters[str(case)] = number if isinstance(number, int) else expected

    def _compare_bundles(self, bundle: Place, entries: list[bytes]) -> None:
        """Check earlier, narrower copies of the same bundle against it."""
        for place in self._stored[None, bundle.number]:
            if place.width < bundle.width and self._reader.read(place.path) != pack_bundle(
                entries[: place.width]
            ):
                self._report.fault(place.path, f"与 {bundle.path} 的开头不符：记录在公布之后被改动")

    def _extend(self, hashes: bytes, old: Checkpoint | None) -> list[Tile]:
        """Append hashes, stopping at the old size on the way to compare the root of then."""
        cut = (old.size - self._edge.size) * HASH if old else 0
        if not 0 < cut <= len(hashes):
            return self._edge.extend(hashes)
        filled = self._edge.extend(hashes[:cut])
        self._compare_old(old)
        return filled + self._edge.extend(hashes[cut:])

    def _compare_old(self, old: Checkpoint | None) -> None:
        if old and old.size == self._edge.size and self._edge.root() != old.root:
            self._report.fault(
                f"前 {old.size} 条", "与旧检查点的根不符：旧检查点签发之后，历史记录被改动、删除或调换"
            )

    def _compare(self, tile: Tile) -> None:
        """Compare a recomputed tile with every stored copy of it, whole or earlier and narrower."""
        place = Place(tile.level, tile.number, tile.width)
        copies = [copy for copy in self._stored[tile.level, tile.number] if copy.width <= tile.width]
        if place not in copies and self._stored_hashes(place) is None:
            self._report.fault(place.path, "瓦片缺失或长度不对")
        for copy in copies:
            data = self._reader.read(copy.path) or b""
            if data != tile.data[: copy.width * HASH]:
                self._tell_difference(tile, copy, data)

    def _tell_difference(self, tile: Tile, copy: Place, data: bytes) -> None:
        self._wrong.add((tile.level, tile.number))
        if len(data) != copy.width * HASH:
            self._report.fault(copy.path, f"长度应为 {copy.width * HASH} 字节，实为 {len(data)} 字节")
            return
        for at in range(copy.width):
            position = tile.number * 256 + at
            # A wrong hash below makes this one differ too: tell of the cause, not of every consequence.
            if data[at * HASH : (at + 1) * HASH] == tile.data[at * HASH : (at + 1) * HASH] or (
                (tile.level - 1, position) in self._wrong
            ):
                continue
            what = f"序号 {position} 的叶哈希" if tile.level == 0 else f"第 {position} 个哈希"
            self._report.fault(copy.path, f"{what}与按记录重算的不符")

    def _judge_root(self) -> None:
        if self._edge.root() != self._checkpoint.root:
            self._report.fault(
                f"前 {self._checkpoint.size} 条",
                "重算的根与检查点不符：检查点签发之后，有记录被改动、删除或调换",
            )
        elif self._wrong:
            self._report.notice("瓦片", "全部记录与检查点相符，被改动的是瓦片文件；可由记录重新生成")
