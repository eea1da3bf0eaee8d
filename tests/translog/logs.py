"""Small logs for tests: in memory, signed by a key made up from its name, with the files a real one has."""

import hashlib
from collections.abc import Iterable, Sequence

from mingjing.translog.leaf import leaf_bytes
from mingjing.translog.merkle import Hashing, RightEdge, leaf_hash, leaf_hashes, node_hash
from mingjing.translog.note import Checkpoint, NoteSigner, SigningKey
from mingjing.translog.tiles import CHECKPOINT, bundles_of, pack_bundle, tile_path

KEY = SigningKey("example.gov.cn/log", bytes(range(32)))
VKEY = KEY.public.vkey
MOMENT = "2026-03-05T10:00:00+08:00"


def naive_root(entries: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962, 2.1, word for word and slow."""
    if len(entries) == 1:
        return leaf_hash(entries[0])
    middle = 1
    while middle * 2 < len(entries):
        middle *= 2
    return node_hash(naive_root(entries[:middle]), naive_root(entries[middle:]))


def act_leaf(number: int, *, case: str = "case-1", digest: str = "ab" * 32) -> bytes:
    """The leaf of the act `number` of a case."""
    return leaf_bytes("act", {"c": case, "n": number, "h": digest, "at": MOMENT})


class MemoryLog:
    """A log as a dictionary of its files; also a reader."""

    def __init__(
        self, entries: Iterable[bytes] = (), key: NoteSigner = KEY, hashing: Hashing = hashlib.sha256
    ) -> None:
        self.files: dict[str, bytes] = {}
        self.entries: list[bytes] = []
        self.edge = RightEdge(hashing=hashing)
        self.hashing = hashing
        self.key = key
        self.append(entries)

    def append(self, entries: Iterable[bytes]) -> bytes:
        """Append, write tiles and bundles, sign; give the checkpoint."""
        new = list(entries)
        self.entries += new
        tiles = [*self.edge.extend(leaf_hashes(new, self.hashing)), *self.edge.partials()]
        self.files |= {tile_path(tile): tile.data for tile in tiles}
        for bundle in bundles_of(len(self.entries)):
            start = bundle.number * 256
            self.files[bundle.path] = pack_bundle(self.entries[start : start + bundle.width])
        self.files[CHECKPOINT] = Checkpoint(self.key.name, self.edge.size, self.edge.root()).signed(self.key)
        return self.files[CHECKPOINT]

    def read(self, path: str) -> bytes | None:
        """One file."""
        return self.files.get(path)

    def paths(self) -> Iterable[str]:
        """All files."""
        return list(self.files)
