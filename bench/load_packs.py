"""Reading every pack at the start; beside it parsing the same files whole, and hashing them: the least there is."""

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from time import process_time

from mingjing.packs.check import read_examples
from mingjing.packs.load import library, load_library

ROUNDS = 5
LAWPACKS = Path(__file__).resolve().parents[1] / "lawpacks"


def main() -> None:
    """Load all packs, with and without their examples."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(LAWPACKS.rglob("*.toml"))]
    loading = _seconds(lambda: load_library(LAWPACKS))
    whole = _seconds(lambda: read_examples(load_library(LAWPACKS)))
    parsing = _seconds(lambda: [tomllib.loads(text) for text in texts])
    hashing = _seconds(lambda: [hashlib.sha256(text.encode()).hexdigest() for text in texts])
    rules = library().rules
    written = sum(rule.examples_written for rule in rules)
    print(f"{len(texts)} files, {sum(map(len, texts)):,} characters, {len(rules)} rules, {written} examples")
    print(f"  load and check all packs       {loading * 1e3:>6.0f} ms")
    print(f"  with every example read        {whole * 1e3:>6.0f} ms, {whole / loading:.1f} times as long")
    print(f"  parsing every file whole       {parsing * 1e3:>6.0f} ms, {parsing / loading:.1f} times as long")
    print(f"  hashing every file             {hashing * 1e3:>6.0f} ms, {hashing / loading:.2f} times as long")


def _seconds(work: Callable[[], object]) -> float:
    """Give the processor time of the quickest of some rounds: others are at work on the machine."""
    spent = []
    for _ in range(ROUNDS):
        start = process_time()
        work()
        spent.append(process_time() - start)
    return min(spent)
