"""The Merkle tree of RFC 6962 over hash tiles: roots, proofs and their verification; no storage."""

import functools
import hashlib
import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final, NamedTuple, Protocol

HASH: Final = 32
WIDTH: Final = 256  # hashes in a full tile: the tree is cut into pieces eight levels high

_HEIGHT: Final = 8


class Digesting(Protocol):
    """Something that has hashed its bytes."""

    def digest(self) -> bytes: ...


# What begins a hash over bytes: a tree has one kind from its first entry to its last (see `suites`).
Hashing = Callable[[bytes], Digesting]

_sha256: Final[Hashing] = hashlib.sha256
EMPTY_ROOT: Final = _sha256(b"").digest()


class Tile(NamedTuple):
    """The hashes of up to 256 neighbours on one level of tiles, end to end."""

    level: int
    number: int
    data: bytes

    @property
    def width(self) -> int:
        """How many hashes it holds; below 256 the tile is partial and will be outgrown."""
        return len(self.data) // HASH


class ProofRefused(ValueError):
    """A proof cannot exist for the place or sizes asked for."""


ReadTile = Callable[[int, int, int], bytes]


def leaf_hash(entry: bytes, hashing: Hashing = _sha256) -> bytes:
    """Hash one entry (RFC 6962, 2.1)."""
    return hashing(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes, hashing: Hashing = _sha256) -> bytes:
    """Hash two neighbours into their parent (RFC 6962, 2.1)."""
    return hashing(b"\1" + left + right).digest()


def leaf_hashes(entries: Iterable[bytes], hashing: Hashing = _sha256) -> bytes:
    """Hash entries and lay their hashes end to end."""
    return b"".join([hashing(b"\0" + entry).digest() for entry in entries])


def root_of(entries: Iterable[bytes], hashing: Hashing = _sha256) -> tuple[int, bytes]:
    """Give size and root of a whole log read once, holding no more than its right edge in memory."""
    edge, rest = RightEdge(hashing=hashing), iter(entries)
    while chunk := list(islice(rest, WIDTH)):
        edge.extend(leaf_hashes(chunk, hashing))
    return edge.size, edge.root()


def _parents(row: bytes, hashing: Hashing) -> bytes:
    """Hash neighbours pairwise; a last hash without neighbour is dropped."""
    pairs = _unpack(len(row) // (2 * HASH))(row)
    return b"".join([hashing(b"\1" + pair).digest() for pair in pairs])


@functools.cache
def _unpack(pairs: int) -> Callable[[bytes], tuple[bytes, ...]]:
    """Give what cuts so many pairs of hashes off the front of a row: in one call, half the work of slicing each."""
    return struct.Struct(f"{2 * HASH}s" * pairs).unpack_from


def _fold(row: bytes, hashing: Hashing) -> bytes:
    """Give the root over a power of two of hashes laid end to end."""
    while len(row) > HASH:
        row = _parents(row, hashing)
    return row


class RightEdge:
    """The tiles of a growing tree that are not full yet: all one needs to append and to know the root."""

    def __init__(
        self,
        size: int = 0,
        partial: Callable[[int], bytes] = lambda level: b"",
        hashing: Hashing = _sha256,
    ) -> None:
        """Start empty, or from the partial tile of every level of a tree of `size`."""
        self.size, self._hashing = size, hashing
        self._rows = [bytearray(partial(level)) for level in range(levels(size))]
        for level, row in enumerate(self._rows):
            if len(row) != (size >> _HEIGHT * level) % WIDTH * HASH:
                raise ValueError(f"第 {level} 层的部分瓦片不合 {size} 条的日志")

    def extend(self, hashes: bytes) -> list[Tile]:
        """Append leaf hashes laid end to end; give the tiles this filled, lower levels first."""
        filled: list[Tile] = []
        start, level = self.size, 0
        self.size += len(hashes) // HASH
        while hashes:
            if level == len(self._rows):
                self._rows.append(bytearray())
            row = self._rows[level]
            row += hashes
            full = len(row) // (WIDTH * HASH)
            first = (start >> _HEIGHT * level) // WIDTH
            tiles = [bytes(row[at * WIDTH * HASH : (at + 1) * WIDTH * HASH]) for at in range(full)]
            del row[: full * WIDTH * HASH]
            filled += [Tile(level, first + at, data) for at, data in enumerate(tiles)]
            hashes, level = b"".join([_fold(data, self._hashing) for data in tiles]), level + 1
        return filled

    def partials(self) -> list[Tile]:
        """Give the tiles that are begun and not full, lower levels first."""
        return [
            Tile(level, self.size >> _HEIGHT * (level + 1), bytes(row))
            for level, row in enumerate(self._rows)
            if row
        ]

    def root(self) -> bytes:
        """Give the root of the tree so far, folding the edge from its small end."""
        root = b""
        for row in self._rows:
            for subtree in reversed(_complete_subtrees(bytes(row), self._hashing)):
                root = node_hash(subtree, root, self._hashing) if root else subtree
        return root or self._hashing(b"").digest()


def levels(size: int) -> int:
    """Give how many levels of tiles a tree of `size` has."""
    return -(-size.bit_length() // _HEIGHT)


def _complete_subtrees(row: bytes, hashing: Hashing) -> list[bytes]:
    """Cut a partial row into its largest complete subtrees, left to right, and give their roots."""
    roots, at, left = [], 0, len(row) // HASH
    while left:
        step = 1 << (left.bit_length() - 1)
        roots.append(_fold(row[at : at + step * HASH], hashing))
        at, left = at + step * HASH, left - step
    return roots


class TileTree:
    """The read side of a log of `size`: its root and proofs, from tiles that `read_tile` gives.

    `read_tile(level, number, width)` gives the first `width` hashes of a tile or raises. Tiles are
    remembered, so one tree serves many proofs with few reads.
    """

    def __init__(
        self, read_tile: ReadTile, size: int, remember: int = 1024, hashing: Hashing = _sha256
    ) -> None:
        self.size, self._hashing = size, hashing
        self._read_tile = read_tile
        self._rows = functools.lru_cache(remember)(self._load)

    def root(self, size: int | None = None) -> bytes:
        """Give the root as it was at `size`, today's by default."""
        size = self.size if size is None else size
        if not 0 <= size <= self.size:
            raise ProofRefused(f"日志只有 {self.size} 条，无法求第 {size} 条时的根")
        return self._range(0, size) if size else self._hashing(b"").digest()

    def inclusion(self, index: int) -> list[bytes]:
        """Give the audit path of the entry at `index` (RFC 9162, 2.1.3.1), nearest neighbour first."""
        if not 0 <= index < self.size:
            raise ProofRefused(f"日志只有 {self.size} 条，没有序号 {index}")
        path, low, high = [], 0, self.size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old_size: int) -> list[bytes]:
        """Give the proof that the tree of `old_size` is a beginning of this one (RFC 9162, 2.1.4.1)."""
        if not 0 < old_size <= self.size:
            raise ProofRefused(f"日志只有 {self.size} 条，不能证明与 {old_size} 条时一致")
        path, low, high = [], 0, self.size
        while high != old_size:
            middle = low + _split(high - low)
            if old_size <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        # The verifier knows the old root: it needs the last piece only where that is not the whole old tree.
        last = [self._range(low, high)] if low else []
        return last + path[::-1]

    def _range(self, low: int, high: int) -> bytes:
        """Give the root over the entries from `low` to before `high`."""
        length = high - low
        if length & (length - 1) == 0 and low % length == 0:
            return self._complete(length.bit_length() - 1, low // length)
        middle = low + _split(length)
        return node_hash(self._range(low, middle), self._range(middle, high), self._hashing)

    def _complete(self, height: int, position: int) -> bytes:
        """Give the root of the complete subtree of 2**height entries at `position`."""
        level, inner = divmod(height, _HEIGHT)
        index, offset = divmod(position << inner, WIDTH)
        offset >>= inner
        return self._rows(level, index)[inner][offset * HASH : (offset + 1) * HASH]

    def _load(self, level: int, index: int) -> list[bytes]:
        """Read a tile and fold every level inside it, lowest first."""
        width = min(WIDTH, (self.size >> _HEIGHT * level) - index * WIDTH)
        rows = [self._read_tile(level, index, width)]
        if len(rows[0]) != width * HASH:
            raise ValueError(f"tile {level}/{index} has not {width} hashes")
        while len(rows[-1]) >= 2 * HASH:
            rows.append(_parents(rows[-1], self._hashing))
        return rows


def _split(length: int) -> int:
    """Give the largest power of two below `length`."""
    return 1 << ((length - 1).bit_length() - 1)


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes, hashing: Hashing = _sha256
) -> bool:
    """Tell whether `path` proves the leaf hash at `index` under `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes(leaf, root, *path):
        return False
    here, last = index, size - 1
    for neighbour in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            leaf = node_hash(neighbour, leaf, hashing)
            here, last = _above_right_border(here, last)
        else:
            leaf = node_hash(leaf, neighbour, hashing)
        here, last = here >> 1, last >> 1
    return last == 0 and leaf == root


def verify_consistency(
    old_size: int,
    new_size: int,
    path: Sequence[bytes],
    old_root: bytes,
    new_root: bytes,
    hashing: Hashing = _sha256,
) -> bool:
    """Tell whether `path` proves that the old tree is a beginning of the new one (RFC 9162, 2.1.4.2).

    An empty old tree proves nothing and is refused: the caller knows its root without a proof.
    """
    if not 0 < old_size <= new_size or not _all_hashes(old_root, new_root, *path):
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    if old_size & (old_size - 1) == 0:
        path = [old_root, *path]
    if not path:
        return False
    here, last = old_size - 1, new_size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = path[0]
    for neighbour in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(neighbour, old, hashing), node_hash(neighbour, new, hashing)
            here, last = _above_right_border(here, last)
        else:
            new = node_hash(new, neighbour, hashing)
        here, last = here >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _above_right_border(here: int, last: int) -> tuple[int, int]:
    """Climb while the node is a left child, which on the right border has no neighbour."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _all_hashes(*values: bytes) -> bool:
    # A shorter "hash" would let a forged vector with an empty leaf and root pass.
    return all(len(value) == HASH for value in values)
