"""A list to draw from: sorted ids under one Merkle root, any of them provable alone or many at once; pure.

The tree is that of RFC 6962 over the ids' UTF-8 bytes, with SHA-256 or SM3.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from mmap import mmap
from typing import Final, Self

from mingjing.inspections.drawing.hashing import DIGESTS, LARGEST, Digest

BLOCK: Final = (
    256  # ids whose subtree is kept as one hash; what is below is hashed again when it is asked for
)
CHUNK: Final = 1 << 20
HASH: Final = 32
END: Final = b"\n"

Text = bytes | mmap

_COUNT: Final = 8  # bytes of a number in an index, little-endian


class RosterRefused(ValueError):
    """A list is not sorted, names somebody twice, or holds what is no id. The message is Chinese."""


class ProofRefused(ValueError):
    """A proof does not fit the places it should prove. The message is Chinese."""


class Roster:
    """The ids of one stratum, packed: ascending by their bytes, each ended by a newline.

    The text may be a memory-mapped file: ten million ids cost no memory beyond forty thousand hashes.
    """

    def __init__(self, text: Text, suite: str = "sha256") -> None:
        """Read and commit to a packed list; raises RosterRefused where it is not one."""
        self.suite, self._text, self._digest = suite, text, DIGESTS[suite]
        self._offsets = array("Q")
        self.size = 0
        self._climb(
            [_fold([self._digest(b"\0" + one) for one in block], self._digest) for block in self._blocks()]
        )
        if self.size > LARGEST:
            raise RosterRefused(f"名单最多 {LARGEST} 个，实有 {self.size} 个。请分层。")

    @classmethod
    def indexed(cls, text: Text, index: bytes, suite: str = "sha256") -> Self:
        """Open a list that was committed to before, by its `index`, without reading it.

        Whoever changed index or text since gets another root, or proofs that do not lead to it.
        """
        roster = cls(b"", suite)
        count = (len(index) - _COUNT) // (_COUNT + HASH)
        roster._text, roster.size = text, int.from_bytes(index[:_COUNT], "little")
        roster._offsets.frombytes(index[_COUNT : _COUNT * (count + 1)])
        hashes = index[_COUNT * (count + 1) :]
        roster._climb([hashes[at : at + HASH] for at in range(0, len(hashes), HASH)])
        return roster

    @property
    def index(self) -> bytes:
        """What `indexed` needs beside the text: size, where each block begins, the root of each."""
        return self.size.to_bytes(_COUNT, "little") + self._offsets.tobytes() + b"".join(self._rows[0])

    def _climb(self, roots: list[bytes]) -> None:
        # Row k holds the roots of complete subtrees of BLOCK * 2**k ids; the last one may be incomplete.
        self._rows = [roots]
        while len(self._rows[-1]) > 1:
            self._rows.append(_parents(self._rows[-1], self._digest))

    @staticmethod
    def pack(ids: Iterable[str]) -> bytes:
        """Pack ids in any order; raises RosterRefused where one comes twice."""
        lines = sorted(one.encode("utf-8") for one in ids)
        return b"".join(line + END for line in lines)

    def __len__(self) -> int:
        return self.size

    @property
    def root(self) -> bytes:
        """The Merkle root; that of an empty list is the digest of nothing."""
        return self._rows[-1][0] if self.size else self._digest(b"")

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < self.size:
            raise IndexError(place)
        return self._block(place // BLOCK)[place % BLOCK].decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        """Give every id, ascending, a block at a time."""
        for number in range(len(self._offsets)):
            yield from (one.decode("utf-8") for one in self._block(number))

    def place_of(self, one: str) -> int | None:
        """Find an id; None where the list does not hold it."""
        wanted = one.encode("utf-8")
        number = bisect_right(range(len(self._offsets)), wanted, key=self._first_of) - 1
        if number < 0:
            return None
        block = self._block(number)
        inside = bisect_left(block, wanted)
        return number * BLOCK + inside if inside < len(block) and block[inside] == wanted else None

    def proof(self, places: Iterable[int]) -> list[bytes]:
        """Give the hashes that, with the ids at these places, lead to the root (see `root_from`)."""
        wanted = sorted(set(places))
        if wanted and not (wanted[0] >= 0 and wanted[-1] < self.size):
            raise ProofRefused(f"名单只有 {self.size} 个，没有第 {wanted[-1] + 1} 个")
        hashes: list[bytes] = []
        self._prove(0, self.size, wanted, 0, len(wanted), hashes)
        return hashes

    def _prove(
        self, low: int, high: int, wanted: Sequence[int], first: int, last: int, out: list[bytes]
    ) -> None:
        """Walk the subtree over places low to before high, which holds wanted[first:last]."""
        if first == last:
            if high > low:
                out.append(self._subtree(low, high))
            return
        if high - low <= BLOCK:  # a whole block or the rest of the last one
            leaves = [self._digest(b"\0" + one) for one in self._block(low // BLOCK)]
            _prove_leaves(leaves, low, wanted, first, last, self._digest, out)
            return
        middle = low + _split(high - low)
        cut = bisect_left(wanted, middle, first, last)
        self._prove(low, middle, wanted, first, cut, out)
        self._prove(middle, high, wanted, cut, last, out)

    def _subtree(self, low: int, high: int) -> bytes:
        """Give the root over places low to before high, a subtree of the whole tree that begins with a block."""
        height = -(-(high - low) // BLOCK) - 1
        return self._rows[height.bit_length()][low // BLOCK >> height.bit_length()]

    def _block(self, number: int) -> list[bytes]:
        end = self._offsets[number + 1] if number + 1 < len(self._offsets) else len(self._text)
        return self._text[self._offsets[number] : end].split(END)[:-1]

    def _first_of(self, number: int) -> bytes:
        at = self._offsets[number]
        return self._text[at : self._text.find(END, at)]

    def _blocks(self) -> Iterator[list[bytes]]:
        """Cut the text into blocks of ids, checking that they ascend and noting where each block begins."""
        last, at = b"", 0
        waiting: list[bytes] = []
        for lines in _lines(self._text):
            self._check(last, lines)
            last = lines[-1]
            waiting += lines
            full = len(waiting) // BLOCK * BLOCK
            for start in range(0, full, BLOCK):
                block = waiting[start : start + BLOCK]
                self._offsets.append(at)
                at += sum(map(len, block)) + BLOCK
                yield block
            del waiting[:full]
        if waiting:
            self._offsets.append(at)
            yield waiting

    def _check(self, last: bytes, lines: list[bytes]) -> None:
        previous = [last, *lines[:-1]]
        if all(map(bytes.__lt__, previous, lines)):
            self.size += len(lines)
            return
        wrong = next(at for at, (one, two) in enumerate(zip(previous, lines, strict=True)) if one >= two)
        name = lines[wrong].decode("utf-8", "replace")
        if not name:
            raise RosterRefused(f"第 {self.size + wrong + 1} 行是空的")
        what = "重复" if previous[wrong] == lines[wrong] else "没有按序排列"
        raise RosterRefused(f"名单第 {self.size + wrong + 1} 行“{name}”{what}")


def root_from(size: int, ids: Mapping[int, str], proof: Sequence[bytes], suite: str = "sha256") -> bytes:
    """Give the root that a list of `size` has if these ids stand at these places and `proof` is the rest.

    Raises ProofRefused where the proof has too few or too many hashes, or one that is none.
    """
    wanted = sorted(ids)
    if (wanted and not (wanted[0] >= 0 and wanted[-1] < size)) or any(len(one) != HASH for one in proof):
        raise ProofRefused("名单证明的序号超出名单，或者哈希长度不对")
    digest, rest = DIGESTS[suite], iter(proof)
    if size == 0:
        return digest(b"")
    try:
        root = _rebuild(0, size, [(place, ids[place].encode("utf-8")) for place in wanted], rest, digest)
    except StopIteration:
        raise ProofRefused("名单证明不完整：缺少哈希") from None
    if next(rest, None) is not None:
        raise ProofRefused("名单证明有多余的哈希")
    return root


def _rebuild(
    low: int, high: int, wanted: Sequence[tuple[int, bytes]], rest: Iterator[bytes], digest: Digest
) -> bytes:
    if not wanted:
        return next(rest)
    if high - low == 1:
        return digest(b"\0" + wanted[0][1])
    middle = low + _split(high - low)
    cut = bisect_left(wanted, (middle, b""))
    left = _rebuild(low, middle, wanted[:cut], rest, digest)
    return digest(b"\1" + left + _rebuild(middle, high, wanted[cut:], rest, digest))


def _prove_leaves(
    leaves: list[bytes],
    low: int,
    wanted: Sequence[int],
    first: int,
    last: int,
    digest: Digest,
    out: list[bytes],
) -> None:
    if first == last:
        out.append(_fold(leaves, digest))
        return
    if len(leaves) == 1:
        return
    half = _split(len(leaves))
    cut = bisect_left(wanted, low + half, first, last)
    _prove_leaves(leaves[:half], low, wanted, first, cut, digest, out)
    _prove_leaves(leaves[half:], low + half, wanted, cut, last, digest, out)


def _fold(row: list[bytes], digest: Digest) -> bytes:
    while len(row) > 1:
        row = _parents(row, digest)
    return row[0]


def _parents(row: list[bytes], digest: Digest) -> list[bytes]:
    """Hash neighbours; a last one without neighbour rises as it is, which gives the tree of RFC 6962."""
    pairs = zip(row[::2], row[1::2], strict=False)
    parents = [digest(b"\1" + left + right) for left, right in pairs]
    return [*parents, row[-1]] if len(row) % 2 else parents


def _split(length: int) -> int:
    """Give the largest power of two below `length`."""
    return 1 << ((length - 1).bit_length() - 1)


def _lines(text: Text) -> Iterator[list[bytes]]:
    """Cut a packed list into runs of whole lines."""
    if text and text[-1:] != END:
        raise RosterRefused("名单最后一行没有结束")
    at = 0
    while at < len(text):
        end = text.find(END, min(at + CHUNK, len(text) - 1)) + 1
        yield text[at:end].split(END)[:-1]
        at = end
