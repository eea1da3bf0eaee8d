"""The whole-log check: every entry hashed again, every tile recomputed; read-only, no database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from mingjing.translog.counting import ActCounter
from mingjing.translog.merkle import HASH, WIDTH, RightEdge, Tile, leaf_hashes
from mingjing.translog.note import Checkpoint, NoteKey, NoteRefused, open_checkpoint
from mingjing.translog.report import Report
from mingjing.translog.sm2_note import parse_vkeys
from mingjing.translog.suites import Suite, suite_of_origin
from mingjing.translog.tiles import (
    CHECKPOINT,
    STAMPS,
    Place,
    TileMissing,
    bundles_of,
    entries_at,
    hashes_at,
    pack_bundle,
    place_of,
)
from mingjing.translog.timestamp import StampRefused, stamped_at, verify_stamp


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


def verify_log(
    log: Path | Reader, vkey: str, old_checkpoint: bytes | None = None, tsa_roots: bytes | None = None
) -> Report:
    """Check a whole log against its signed checkpoint, and that it still begins as `old_checkpoint` stated.

    `tsa_roots` are the certificates (PEM) by which its time stamps are checked.
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
    marks = [] if old_checkpoint is None else _old(old_checkpoint, keys, report)
    marks += _stamps(reader, keys, tsa_roots, report)
    audit.run(marks)
    return report


def _old(note: bytes, keys: Sequence[NoteKey], report: Report) -> "list[Mark]":
    try:
        old = open_checkpoint(note, *keys)
    except NoteRefused as refused:
        report.fault("旧检查点", str(refused))
        return []
    return [Mark("旧检查点", old.size, old.root)]


def _stamps(reader: Reader, keys: Sequence[NoteKey], roots: bytes | None, report: Report) -> "list[Mark]":
    """Check the time stamps of a log; gives the checkpoints that they are on, for the tree to be held against."""
    marks, proved = [], []
    for path in sorted(path for path in reader.paths() if path.startswith(STAMPS) and path.endswith(".tsr")):
        note = reader.read(path.removesuffix("tsr") + "note") or b""
        try:
            stamped = open_checkpoint(note, *keys)
            token = reader.read(path) or b""
            moment = verify_stamp(token, stamped.text, roots) if roots else stamped_at(token, stamped.text)
        except (NoteRefused, StampRefused) as refused:
            report.fault(path, str(refused))
            continue
        marks.append(Mark("盖过时间戳的检查点", stamped.size, stamped.root))
        proved.append((moment, stamped.size))
    if proved and roots:
        moment, size = max(proved)
        report.notice(
            "时间戳",
            f"{len(proved)} 个，均由所信任的机构签发；前 {size} 条在 {moment:%Y-%m-%d %H:%M:%S %Z} 已经存在",
        )
    elif proved:
        report.notice("时间戳", f"有 {len(proved)} 个，没有提供时间戳机构的根证书，签发者未经核验")
    return marks


class Mark(NamedTuple):
    """What somebody holds of the log from earlier: its size and root then, and what that is called."""

    name: str
    size: int
    root: bytes


class _Audit:
    """One pass over a log from its first entry, holding only the right edge of the tree in memory."""

    def __init__(self, reader: Reader, report: Report, checkpoint: Checkpoint, suite: Suite) -> None:
        self._reader, self._report, self._checkpoint = reader, report, checkpoint
        self._hashing = suite.hashing
        self._edge = RightEdge(hashing=suite.hashing)
        self._stored: dict[tuple[int | None, int], list[Place]] = defaultdict(list)
        self._wrong: set[tuple[int, int]] = set()
        self._counter = ActCounter()
        self._marks: list[Mark] = []

    def run(self, marks: Iterable[Mark]) -> None:
        """Check everything; what every mark states must have been so at its size."""
        self._list_files()
        self._marks = sorted((mark for mark in marks if self._reached(mark)), key=lambda mark: mark.size)
        for bundle in bundles_of(self._checkpoint.size):
            hashes = self._hashes_of(bundle)
            if hashes is None:
                self._report.fault(bundle.path, "条目包与叶哈希都缺失，其后的内容无法重算，核验到此为止")
                return
            for tile in self._extend(hashes):
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
            if place.number * WIDTH + place.width > length:
                self._report.fault(
                    path,
                    f"超出检查点所述的 {self._checkpoint.size} 条：检查点被退回旧版、日志被截断，或导出未完成",
                )

    def _reached(self, mark: Mark) -> bool:
        if mark.size > self._checkpoint.size:
            self._report.fault(
                "检查点",
                f"只有 {self._checkpoint.size} 条，少于{mark.name}的 {mark.size} 条：日志被退回或截断",
            )
        return mark.size <= self._checkpoint.size

    def _hashes_of(self, bundle: Place) -> bytes | None:
        """Hash the entries of a bundle again; for a damaged one its stored hashes stand in."""
        try:
            entries = entries_at(self._reader.read, bundle)
        except (TileMissing, ValueError) as error:
            self._report.fault(bundle.path, f"{error}；该包的记录可能被删除")
            return self._stored_hashes(bundle._replace(level=0))
        for where, what in self._counter.take(bundle.number * WIDTH, entries):
            self._report.fault(where, what)
        self._compare_bundles(bundle, entries)
        self._report.checked += len(entries)
        return leaf_hashes(entries, self._hashing)

    def _stored_hashes(self, place: Place) -> bytes | None:
        try:
            return hashes_at(self._reader.read, place)
        except TileMissing:
            return None

    def _compare_bundles(self, bundle: Place, entries: list[bytes]) -> None:
        """Check earlier, narrower copies of the same bundle against it."""
        for place in self._stored[None, bundle.number]:
            if place.width < bundle.width and self._reader.read(place.path) != pack_bundle(
                entries[: place.width]
            ):
                self._report.fault(place.path, f"与 {bundle.path} 的开头不符：记录在公布之后被改动")

    def _extend(self, hashes: bytes) -> list[Tile]:
        """Append hashes, stopping at the size of every mark on the way to compare the root of then."""
        filled: list[Tile] = []
        while self._marks and self._marks[0].size <= self._edge.size + len(hashes) // HASH:
            mark = self._marks.pop(0)
            cut = (mark.size - self._edge.size) * HASH
            filled += self._edge.extend(hashes[:cut])
            hashes = hashes[cut:]
            if self._edge.root() != mark.root:
                self._report.fault(
                    f"前 {mark.size} 条",
                    f"与{mark.name}的根不符：{mark.name}签发之后，历史记录被改动、删除或调换",
                )
        return filled + self._edge.extend(hashes)

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
            position = tile.number * WIDTH + at
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
