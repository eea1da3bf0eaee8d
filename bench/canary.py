"""The canary: 10,000 cases with a secret in every field that is kept back, and how many of them show up in public."""

import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Final

CASES: Final = 10_000
SLICE: Final = 100


def leaks(first: int) -> tuple[int, int, Counter[str]]:
    """Give how many secrets were planted in a slice of the cases, in how many cases, and what leaked."""
    from bench.masking.planting import case  # noqa: PLC0415 - each process reads the packs once

    planted = [case(seed) for seed in range(first, first + SLICE)]
    found = Counter(leak for one in planted for leak in one.leaks())
    return sum(len(one.secrets) for one in planted), len(planted), found


def main() -> None:
    """Print the count; a leak ends the run with what leaked."""
    started, secrets, cases, found = time.perf_counter(), 0, 0, Counter[str]()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for planted, number, leaked in pool.map(leaks, range(0, CASES, SLICE)):
            secrets, cases, found = secrets + planted, cases + number, found + leaked
    took = time.perf_counter() - started
    print(
        f"{cases:,} cases, {secrets:,} secrets planted, {len(found)} leaked; {took / cases * 1000:.0f} ms a case"
    )
    if found:
        raise SystemExit(f"leaked: {found.most_common(5)}")
