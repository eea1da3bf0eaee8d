"""The public log in both suites, in memory: appending, proving, checking whole; beside bare hashing and pymerkle."""

import hashlib
import importlib.util
import random
import statistics
from collections.abc import Callable, Sequence
from time import process_time

from mingjing.translog.merkle import RightEdge, leaf_hash, leaf_hashes, verify_inclusion
from mingjing.translog.note import NoteSigner, SigningKey
from mingjing.translog.sm2_note import Sm2SigningKey
from mingjing.translog.suites import SHA256, Suite, sm3
from mingjing.translog.tiles import tree_of
from mingjing.translog.verify import verify_log
from tests.translog.logs import MemoryLog, act_leaf

SIZE, BATCH, PROOFS, ROUNDS = 100_000, 10_000, 3_000, 5
NAME = "bench.example/log"
MISSING = "pymerkle（GPL，不随本系统分发）未安装：uv run --with pymerkle python -m bench suites"


def main() -> None:
    """Measure each suite, the bare hashing between its rounds, then another implementation if it is at hand."""
    counted, leaves = [0] * 997, []
    for n in range(SIZE):
        counted[n % 997] += 1
        leaves.append(act_leaf(counted[n % 997], case=f"c{n % 997:016x}", digest=f"{n:064x}"))
    print(
        f"{SIZE:,} leaves of {statistics.mean(map(len, leaves)):.0f} bytes; medians of {ROUNDS} interleaved rounds"
    )
    print(f"{'':<34}{'per CPU-s':>12}{'times bare hashing':>22}")
    for suite, key in ((SHA256, SigningKey(NAME, bytes(32))), (sm3(), Sm2SigningKey.generate(f"{NAME}-sm3"))):
        _measure(suite, key, leaves)
    _other(leaves)


def _measure(suite: Suite, key: NoteSigner, leaves: Sequence[bytes]) -> None:
    log = MemoryLog(leaves, key, suite.hashing)
    tree, root = tree_of(log.read, SIZE, suite.hashing), log.edge.root()
    places = [random.Random(1).randrange(SIZE) for _ in range(PROOFS)]  # noqa: S311 - no secret
    proofs = [(leaf_hash(leaves[at], suite.hashing), at, SIZE, tree.inclusion(at), root) for at in places]
    work: dict[str, tuple[Callable[[], object], int]] = {
        "bare hashing": (lambda: _bare(suite, leaves), SIZE),
        "appended, a signature a batch": (lambda: _append(suite, key, leaves), SIZE),
        "whole log verified": (lambda: _verify(log, key), SIZE),
        "inclusion proof made": (lambda: [tree.inclusion(at) for at in places], PROOFS),
        "inclusion proof verified": (
            lambda: [verify_inclusion(*one, suite.hashing) for one in proofs],
            PROOFS,
        ),
    }
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, (step, _) in work.items():
            seconds[name].append(_seconds(step))
    bare = statistics.median(seconds["bare hashing"]) / SIZE
    for name, (_, count) in work.items():
        each = statistics.median(seconds[name]) / count
        ratio = f"{each / bare:>18.2f}" if count == SIZE else ""
        print(f"{suite.name:<8}{name:<26}{1 / each:>12,.0f}{ratio}", flush=True)


def _bare(suite: Suite, leaves: Sequence[bytes]) -> None:
    """Hash each leaf and one node for it, as RFC 6962 prefixes them, and nothing else: no tree can do with less."""
    hashing, node = suite.hashing, bytes(64)
    for leaf in leaves:
        hashing(b"\0" + leaf).digest()
        hashing(b"\1" + node).digest()


def _append(suite: Suite, key: NoteSigner, leaves: Sequence[bytes]) -> None:
    edge = RightEdge(hashing=suite.hashing)
    for at in range(0, SIZE, BATCH):
        edge.extend(leaf_hashes(leaves[at : at + BATCH], suite.hashing))
        key.sign(edge.root())


def _verify(log: MemoryLog, key: NoteSigner) -> None:
    report = verify_log(log, key.public.vkey)
    if not report.ok:
        raise AssertionError(report.text)


def _other(leaves: Sequence[bytes]) -> None:
    if importlib.util.find_spec("pymerkle") is None:
        print(MISSING)
        return
    from pymerkle import InmemoryTree  # noqa: PLC0415 - fetched for this run only
    from pymerkle import verify_inclusion as theirs  # noqa: PLC0415 - as above

    tree = InmemoryTree(algorithm="sha256")
    some = leaves[:20_000]
    print(
        f"pymerkle{'appended, a root a batch':<26}{len(some) / _seconds(lambda: _fill(tree, some)):>12,.0f}"
    )
    places = [random.Random(1).randrange(1, len(some)) for _ in range(500)]  # noqa: S311 - no secret
    made = _seconds(lambda: [tree.prove_inclusion(at) for at in places])
    print(f"pymerkle{'inclusion proof made':<26}{500 / made:>12,.0f}")
    state = tree.get_state()
    proofs = [(tree.get_leaf(at), state, tree.prove_inclusion(at)) for at in places]
    checked = _seconds(lambda: [theirs(*one) for one in proofs])
    print(f"pymerkle{'inclusion proof verified':<26}{500 / checked:>12,.0f}")
    if hashlib.sha256(b"").digest_size != len(state):
        raise AssertionError("not the same kind of tree")


def _fill(tree: object, leaves: Sequence[bytes]) -> None:
    for leaf in leaves:
        tree.append_entry(leaf)  # type: ignore[attr-defined]
    tree.get_state()  # type: ignore[attr-defined]


def _seconds(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start
