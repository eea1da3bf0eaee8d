"""Count which characters stand beside each other in texts of law: `python tools/ordinary_pairs.py FOLDER > FILE`.

Laws name nobody, so a pair that is common in them is a word and no name. What is kept is counts of pairs, not text.
"""

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

SEEN, COMMON = 4, 40


def main(folder: Path) -> None:
    """Print, for every first character, the second ones seen at least SEEN times, and after a blank the COMMON ones."""
    counts: Counter[str] = Counter()
    for file in sorted(folder.rglob("*.md")):
        for run in re.findall(r"[\u4e00-\u9fff]+", file.read_text(encoding="utf-8")):
            counts.update(run[at : at + 2] for at in range(len(run) - 1))
    seen: dict[str, list[str]] = defaultdict(list)
    common: dict[str, list[str]] = defaultdict(list)
    for pair, count in counts.items():
        if count >= SEEN:
            (common if count >= COMMON else seen)[pair[0]].append(pair[1])
    for first in sorted({*seen, *common}):
        print(first, "".join(sorted(seen[first])) or "-", "".join(sorted(common[first])), sep="\t")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
