"""Proofs and whole-log checks of a log in memory; beside them the bare hashing that each cannot do without."""

import hashlib
import random
from collections.abc import Callable
from time import process_time

from mingjing.translog.merkle import leaf_hash, verify_consistency, verify_inclusion
from mingjing.translog.note import SigningKey
from mingjing.translog.tiles import tree_of
from mingjing.translog.verify import verify_log
from tests.translog.logs import MemoryLog, act_leaf

SIZE, PROOFS = 100_000, 5_000


def main() -> None:
    """Build a log, prove and verify at random places, then check all of it."""
    log = MemoryLog((act_leaf(n) for n in range(1, SIZE + 1)), SigningKey("bench.example/log", bytes(32)))
    tree, root, chosen = tree_of(log.read, SIZE), log.edge.root(), random.Random(1)  # noqa: S311 - no secret
    places = [chosen.randrange(1, SIZE) for _ in range(PROOFS)]
    hashing = _seconds(lambda: [hashlib.sha256(bytes(65)).digest() for _ in range(SIZE)]) / SIZE

    def tell(what: str, seconds: float, count: int, hashes: float) -> None:
        share = f"{hashing * hashes * count / seconds:>8.0%} of hashing" if hashes else ""
        print(f"{what:<32}{count / seconds:>12,.0f}/CPU-s{share}")

    path = len(tree.inclusion(0))
    tell("inclusion proof made", _seconds(lambda: [tree.inclusion(place) for place in places]), PROOFS, 0)
    inclusion = [
        (leaf_hash(log.entries[place]), place, SIZE, tree.inclusion(place), root) for place in places
    ]
    tell(
        "inclusion proof verified",
        _seconds(lambda: [verify_inclusion(*each) for each in inclusion]),
        PROOFS,
        path,
    )
    tell("consistency proof made", _seconds(lambda: [tree.consistency(place) for place in places]), PROOFS, 0)
    sizes = places[:500]
    consistency = [(size, SIZE, tree.consistency(size), tree.root(size), root) for size in sizes]
    tell(
        "consistency proof verified",
        _seconds(lambda: [verify_consistency(*c) for c in consistency]),
        500,
        path,
    )
    whole = _seconds(lambda: verify_log(log, log.key.public.vkey))
    tell("entry of a whole log checked", whole, SIZE, 2)
    print(f"{'bare hashing (65 bytes)':<32}{1 / hashing:>12,.0f}/CPU-s")


def _seconds(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start
