"""Names and bytes of a log served as static files (c2sp.org/tlog-tiles); where they lie is the caller's."""

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from mingjing.translog.merkle import HASH, WIDTH, Hashing, ReadTile, Tile, TileTree, levels
from mingjing.translog.suites import SHA256

ENTRIES: Final = "entries"
CHECKPOINT: Final = "checkpoint"
STAMPS: Final = "stamp/"  # beside the standard's files: time stamps on earlier checkpoints
MAX_ENTRY: Final = 0xFFFF

ReadPath = Callable[[str], bytes | None]

_PATH: Final = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII
)


class TileMissing(LookupError):
    """A tile or bundle that a checkpoint promises is not there or too short."""


@functools.lru_cache(1 << 16)
def _spelled(level: int | None, number: int, width: int) -> str:
    """Write a path; remembered, for a check of a whole log asks for each several times."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    spelled = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{ENTRIES if level is None else level}/{spelled}{partial}"


class Place(NamedTuple):
    """What a path names: a tile of hashes, or a bundle of entries where `level` is None."""

    level: int | None
    number: int
    width: int

    @property
    def path(self) -> str:
        """The path below the log's prefix, e.g. `tile/0/x001/067.p/8`."""
        return _spelled(self.level, self.number, self.width)

    @property
    def full(self) -> bool:
        """Whether nothing can be added to it any more."""
        return self.width == WIDTH


def place_of(path: str) -> Place | None:
    """Read a path; None for anything that is not the one spelling of a tile or bundle."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level = None if match[1] == ENTRIES else int(match[1])
    place = Place(level, int(match[2].replace("/", "").replace("x", "")), int(match[3] or WIDTH))
    # Comparing with the canonical spelling refuses leading zeroes and needlessly padded numbers.
    sound = (level is None or level < 64) and (0 < place.width < WIDTH or match[3] is None)
    return place if sound and place.path == path else None


def tile_path(tile: Tile) -> str:
    """Give the path of a tile."""
    return Place(tile.level, tile.number, tile.width).path


def bundles_of(size: int, start: int = 0) -> Iterator[Place]:
    """List the entry bundles of a log of `size`, from the one with index `start`; the last may be partial."""
    for index in range(start // WIDTH, -(-size // WIDTH)):
        yield Place(None, index, min(WIDTH, size - index * WIDTH))


def tiles_of(size: int) -> Iterator[Place]:
    """List the hash tiles of a log of `size`, lower levels first."""
    for level in range(levels(size)):
        width = size >> 8 * level
        for index in range(-(-width // WIDTH)):
            yield Place(level, index, min(WIDTH, width - index * WIDTH))


# An entry bundle is its entries one after the other, each behind its length:
#
#     uint16 length (big-endian) | entry | uint16 length | entry | ...


def pack_bundle(entries: Iterable[bytes]) -> bytes:
    """Write entries as a bundle; an entry over 65535 bytes raises ValueError."""
    return b"".join([_length(entry) + entry for entry in entries])


def _length(entry: bytes) -> bytes:
    if len(entry) > MAX_ENTRY:
        raise ValueError(f"日志条目最长 {MAX_ENTRY} 字节，这一条有 {len(entry)} 字节")
    return len(entry).to_bytes(2, "big")


def split_bundle(bundle: bytes) -> list[bytes]:
    """Read a bundle; one that is cut off raises ValueError."""
    entries: list[bytes] = []
    at, end, add = 0, len(bundle), entries.append
    # Nearly all the time of reading a log is spent here: two indexed bytes are half the work of a slice.
    while at < end - 1:
        start = at + 2
        at = start + (bundle[at] << 8 | bundle[at + 1])
        add(bundle[start:at])
    if at != end:
        raise ValueError("条目包不完整：最后一条被截断")
    return entries


def read_tile(read: ReadPath) -> ReadTile:
    """Make a tile reader of a path reader; a partial tile outgrown since is cut out of its full tile."""

    def tile(level: int, index: int, width: int) -> bytes:
        return hashes_at(read, Place(level, index, width))

    return tile


def hashes_at(read: ReadPath, place: Place) -> bytes:
    """Read the hashes of a tile, from itself or out of the full tile; raise TileMissing failing both."""
    length = place.width * HASH
    data = read(place.path)
    if data is None and not place.full:
        data = (read(place._replace(width=WIDTH).path) or b"")[:length]
    if data is None or len(data) != length:
        raise TileMissing(f"瓦片 {place.path} 缺失或长度不对")
    return data


def entries_at(read: ReadPath, place: Place) -> list[bytes]:
    """Read the entries of a bundle as `hashes_at` does tiles; raise TileMissing, or ValueError if cut off."""
    data = read(place.path)
    if data is None and not place.full:
        data = read(place._replace(width=WIDTH).path)
    entries = split_bundle(data or b"")[: place.width]
    if len(entries) != place.width:
        raise TileMissing(
            f"条目包 {place.path} 缺失或条数不足：应有 {place.width} 条，实有 {len(entries)} 条"
        )
    return entries


def tree_of(read: ReadPath, size: int, hashing: Hashing = SHA256.hashing) -> TileTree:
    """Give the tree of a log of `size` whose files `read` knows."""
    return TileTree(read_tile(read), size, hashing=hashing)
