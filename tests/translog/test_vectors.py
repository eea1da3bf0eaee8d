"""The proofs with which other implementations test themselves (transparency-dev/merkle, testdata, at 417fb0c).

Their proofs that hold are written down here; the ways in which they make others fail are applied by code.
"""

import pytest

from mingjing.translog.merkle import leaf_hash, verify_consistency, verify_inclusion
from tests.translog.test_merkle import LEAVES, ROOTS

# The hashes of which the proofs are made, by letters.
HASHES = {
    "A": "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "B": "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "C": "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "D": "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "E": "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "F": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "G": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "H": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "I": "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "J": "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
}
# Index, size, audit path.
INCLUSION = [
    (0, 1, []),
    (0, 8, ["A", "B", "C"]),
    (5, 8, ["D", "E", "F"]),
    (2, 3, ["G"]),
    (1, 5, ["H", "B", "D"]),
]
# Old size, new size, proof.
CONSISTENCY = [
    (1, 1, []),
    (1, 8, ["A", "B", "C"]),
    (6, 8, ["I", "E", "F"]),
    (2, 5, ["B", "D"]),
    (6, 7, ["I", "J", "F"]),
]


def path_of(letters: list[str]) -> list[bytes]:
    """The hashes of a proof."""
    return [bytes.fromhex(HASHES[letter]) for letter in letters]


def root(size: int) -> bytes:
    """The published root of the first leaves."""
    return bytes.fromhex(ROOTS[size - 1])


def spoiled(path: list[bytes]) -> list[list[bytes]]:
    """What their generator makes of a proof: garbage before and after, cut short, bits turned, doubled."""
    turned = [
        [*path[:at], bytes([path[at][0] ^ 4]) + path[at][1:], *path[at + 1 :]] for at in range(len(path))
    ]
    cut = [path[:-1], path[1:], []] if path else []
    garbage = [
        [*path, b""],
        [*path, bytes(32)],
        [b"", *path],
        [bytes(32), *path],
        path + path if path else [bytes(32)],
    ]
    return [*turned, *cut, *garbage]


@pytest.mark.parametrize(("index", "size", "letters"), INCLUSION)
def test_the_inclusion_proofs_of_others_hold_and_their_spoiled_ones_do_not(index, size, letters):
    """Path, index, size, leaf and root each count."""
    path, leaf = path_of(letters), leaf_hash(LEAVES[index])
    assert verify_inclusion(leaf, index, size, path, root(size))
    for wrong in spoiled(path):
        assert not verify_inclusion(leaf, index, size, wrong, root(size))
    for other in (-1, index + 1, index ^ 2, index + size, 2**63):
        assert not verify_inclusion(leaf, other, size, path, root(size))
    assert not verify_inclusion(leaf, index, size * 2, path, root(size))
    assert not verify_inclusion(leaf, index, 0, path, root(size))
    assert not verify_inclusion(b"", index, size, path, root(size))
    assert not verify_inclusion(leaf, index, size, path, b"")
    assert not verify_inclusion(leaf_hash(b"other"), index, size, path, root(size))


@pytest.mark.parametrize(("old", "new", "letters"), CONSISTENCY)
def test_the_consistency_proofs_of_others_hold_and_their_spoiled_ones_do_not(old, new, letters):
    """Proof, both sizes and both roots each count."""
    path = path_of(letters)
    assert verify_consistency(old, new, path, root(old), root(new))
    for wrong in spoiled(path):
        assert not verify_consistency(old, new, wrong, root(old), root(new))
    for sizes in ((old - 1, new), (old + 1, new), (old ^ 2, new), (old, new * 2), (new + 1, new)):
        assert not verify_consistency(*sizes, path, root(old), root(new))
    if old != new:
        assert not verify_consistency(old, new, path, root(new), root(old))
        assert not verify_consistency(old, new, path, root(new), root(new))
    assert not verify_consistency(old, new, path, b"", root(new))
    assert not verify_consistency(old, new, path, root(old), b"")
