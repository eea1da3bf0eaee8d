"""What usually comes next in a case, read from the typical files of the packs: a suggestion, never a judgement."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

from mingjing.packs.load import library
from mingjing.packs.typical import typical_files

Path = tuple[str, ...]


@cache
def paths(procedure: str) -> tuple[Path, ...]:
    """The kinds of act of every typical file of a procedure, in their order."""
    files = [file for file in typical_files(library()) if file.head.procedure == procedure]
    return tuple(tuple(act.kind for act in file.acts) for file in files)


def usual_next(done: Sequence[str], procedure: str) -> list[str]:
    """The kinds that follow in the typical file that is most like the case so far; what was passed over is dropped."""
    like = [_follow(path, done) for path in paths(procedure)]
    if not like:
        return []
    common = max(matched for matched, _ in like)
    # Of files equally like the case the shortest is the plainest: no hearing before one is asked for.
    return min((rest for matched, rest in like if matched == common), key=len)


def _follow(path: Path, done: Sequence[str]) -> tuple[int, list[str]]:
    """How many acts the path and the case have in common, and what the path has after the last of them."""
    count, seen, matched, last = Counter(done), Counter[str](), 0, -1
    for at, kind in enumerate(path):
        seen[kind] += 1
        if count[kind] >= seen[kind]:
            matched, last = matched + 1, at
    return matched, list(dict.fromkeys(path[last + 1 :]))
