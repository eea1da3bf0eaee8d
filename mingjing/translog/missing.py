"""What another copy of the log has that this database has not: after a recovery to an earlier time; read-only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mingjing.translog.audit import Reader, verify_log
from mingjing.translog.merkle import WIDTH
from mingjing.translog.models import Entry
from mingjing.translog.tiles import bundles_of, entries_at
from mingjing.translog.trees import FIRST


class CopyRefused(Exception):
    """A copy of the log is not whole, or is another log's. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class MissingLeaf:
    """One leaf that only the copy has: its place, what it says, whether it waits here to be sealed."""

    index: int
    leaf: dict[str, Any]
    waits: bool


def missing_leaves(copy: Reader, vkeys: str) -> list[MissingLeaf]:
    """Give every leaf beyond this database, in order; none where the copy has no more.

    Raises CopyRefused where the copy does not verify by `vkeys`, or does not begin as this database does.
    """
    report = verify_log(copy, vkeys, FIRST.last_note())
    head = FIRST.last_head()
    size = head.size if head else 0
    if report.checkpoint is None or not report.ok:
        raise CopyRefused(report.text)
    return [
        MissingLeaf(index, json.loads(data), Entry.objects.filter(data=data).exists())
        for index, data in _leaves(copy, size, report.checkpoint.size)
    ]


def _leaves(copy: Reader, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    for bundle in bundles_of(end, start=start) if start < end else ():
        for index, data in enumerate(entries_at(copy.read, bundle), bundle.number * WIDTH):
            if index >= start:
                yield index, data
