"""The tree: known roots, every proof holds, no altered proof does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.translog.merkle import (
    EMPTY_ROOT,
    ProofRefused,
    RightEdge,
    TileTree,
    leaf_hash,
    leaf_hashes,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from mingjing.translog.tiles import TileMissing, tree_of
from tests.translog.logs import MemoryLog, naive_root

# The leaves and roots with which Certificate Transparency implementations test RFC 6962.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

ENTRIES = [b"entry %d" % number for number in range(66_000)]
BIG = MemoryLog(ENTRIES)  # three levels of tiles, partial ones on each
# Sizes about every border of tiles and levels.
SIZES = [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 700, 65_535, 65_536, 65_537, 66_000]

sizes = st.integers(1, 700) | st.sampled_from(SIZES)


def tree(size: int) -> TileTree:
    """The big log as it was at `size`."""
    return tree_of(BIG.read, size)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_is_the_one_of_the_published_vectors(size):
    """Hashing leaves and nodes is that of RFC 6962."""
    assert root_of(LEAVES[:size]) == (size, bytes.fromhex(ROOTS[size - 1]))


def test_the_empty_log_has_the_hash_of_nothing_as_its_root():
    """Size 0 is a log too."""
    assert root_of([]) == (0, EMPTY_ROOT)
    assert tree(0).root() == EMPTY_ROOT


@given(st.integers(1, 700))
def test_tiles_stream_and_definition_agree_on_the_root(size):
    """Three ways to the root, one of them the definition itself."""
    expected = naive_root(ENTRIES[:size])
    assert root_of(ENTRIES[:size]) == (size, expected)
    assert tree(size).root() == expected


@given(st.lists(st.integers(0, 600), max_size=5))
def test_appending_in_batches_is_appending_at_once(batches):
    """The edge, reloaded from its partial tiles after every batch, gives the tiles and root of one pass."""
    at, edge, tiles = 0, RightEdge(), []
    for batch in batches:
        tiles += edge.extend(leaf_hashes(ENTRIES[at : at + batch]))
        at += batch
        rows = {tile.level: tile.data for tile in edge.partials()}
        edge = RightEdge(edge.size, lambda level, rows=rows: rows.get(level, b""))
    once = RightEdge()
    assert sorted(tiles) == sorted(once.extend(leaf_hashes(ENTRIES[:at])))
    assert (edge.size, edge.root(), edge.partials()) == (at, once.root(), once.partials())


def test_an_edge_that_does_not_fit_its_size_is_refused():
    """A lost partial tile is noticed when the edge is loaded; the fitting one is taken."""
    with pytest.raises(ValueError, match="第 0 层"):
        RightEdge(3, lambda level: bytes(2 * 32))
    assert RightEdge(3, lambda level: bytes(3 * 32)).size == 3


@given(sizes, st.data())
def test_every_inclusion_proof_holds_and_for_its_entry_only(size, data):
    """The proof of an entry proves it at its index and at no other, and no other entry there."""
    index = data.draw(st.integers(0, size - 1))
    path, root = tree(size).inclusion(index), tree(size).root()

    def holds(**changed):
        return verify_inclusion(
            **{"leaf": leaf_hash(ENTRIES[index]), "index": index, "size": size, "path": path, "root": root}
            | changed
        )

    assert holds()
    assert not holds(leaf=leaf_hash(ENTRIES[index] + b"."))
    assert not holds(root=bytes(32))
    assert not holds(path=[*path, bytes(32)])
    assert not holds(index=size)
    assert not holds(index=-1)
    if path:
        assert not holds(path=path[:-1])
        assert not holds(index=index ^ 1)
        flipped = data.draw(st.integers(0, len(path) - 1))
        assert not holds(path=[*path[:flipped], _flip(path[flipped]), *path[flipped + 1 :]])


@given(sizes, st.data())
def test_every_consistency_proof_holds_and_for_its_history_only(size, data):
    """The log of then is a beginning of the log of now, and no other log is."""
    old = data.draw(st.integers(1, size))
    path, before, after = tree(size).consistency(old), tree(old).root(), tree(size).root()

    assert verify_consistency(old, size, path, before, after)
    assert not verify_consistency(old, size, path, _flip(before), after)
    assert not verify_consistency(old, size, path, before, _flip(after))
    assert not verify_consistency(old, size, [*path, bytes(32)], before, after)
    if path:
        assert not verify_consistency(old, size, path[1:], before, after)
        flipped = data.draw(st.integers(0, len(path) - 1))
        assert not verify_consistency(
            old, size, [*path[:flipped], _flip(path[flipped]), *path[flipped + 1 :]], before, after
        )


def test_a_rewritten_history_is_not_consistent_with_the_old_root():
    """Changing one early entry makes every later root contradict the one kept before."""
    old = MemoryLog(ENTRIES[:300])
    forged = MemoryLog([b"forged", *ENTRIES[1:600]])
    path = tree_of(forged.read, 600).consistency(300)

    assert not verify_consistency(300, 600, path, old.edge.root(), forged.edge.root())
    assert verify_consistency(300, 600, tree(600).consistency(300), old.edge.root(), tree(600).root())


def test_hashes_of_another_length_never_verify():
    """An empty leaf under an empty root has a valid-looking proof of nothing: lengths are checked."""
    assert not verify_inclusion(b"", 0, 1, [], b"")
    assert not verify_consistency(1, 1, [], b"", b"")
    assert verify_inclusion(leaf_hash(b""), 0, 1, [], leaf_hash(b""))


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_sizes_that_prove_nothing_are_refused(old, new):
    """Nothing is a beginning of everything: the empty log, or a longer one, has no consistency proof."""
    assert not verify_consistency(old, new, [], EMPTY_ROOT, tree(5).root())
    with pytest.raises(ProofRefused):
        tree(new).consistency(old)
    assert verify_consistency(5, 5, tree(5).consistency(5), tree(5).root(), tree(5).root())


@pytest.mark.parametrize("index", [-1, 5, 6])
def test_a_place_outside_the_log_has_no_proof(index):
    """The first index past the end is refused, the last one inside is not."""
    with pytest.raises(ProofRefused, match="5 条"):
        tree(5).inclusion(index)
    assert tree(5).inclusion(4)


def test_a_root_of_the_future_is_refused():
    """A tree of five entries does not know the root of six."""
    with pytest.raises(ProofRefused):
        tree(5).root(6)
    assert tree(6).root(5) == tree(5).root()


def test_a_missing_or_short_tile_is_an_error_and_never_a_wrong_proof():
    """A reader that gives too few hashes stops the proof."""
    with pytest.raises(TileMissing):
        tree_of({}.get, 5).inclusion(0)
    with pytest.raises(ValueError, match="has not 5"):
        TileTree(lambda level, number, width: bytes(32), 5).root()


def _flip(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]
