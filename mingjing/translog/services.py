"""Writing to the log: queue a leaf, seal the queue, sign, export. The log sees digests, never contents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from mingjing.translog import selectors
from mingjing.translog.export import write_log
from mingjing.translog.key_history import closing_of
from mingjing.translog.keys import LogKeyMissing, ensure_log_key, origin, statements
from mingjing.translog.leaf import LeafRefused, leaf_bytes
from mingjing.translog.remembered import LogBehind, refuse_if_behind
from mingjing.translog.sealing import LogDamaged, catch_up, seal_batch
from mingjing.translog.signing import own_signers, sign_heads
from mingjing.translog.trees import FIRST, Tree
from mingjing.translog.witnesses import SealingStopped, refuse_if_stopped

__all__ = [
    "Leaf",
    "LeafRefused",
    "LogBehind",
    "LogDamaged",
    "LogKeyMissing",
    "SealingStopped",
    "enqueue",
    "enqueue_all",
    "ensure_log_key",
    "export_log",
    "origin",
    "seal_log",
    "sign_heads",
]

BATCH = 200  # rows of one statement
# Plain statements: they run inside every recorded act, where the ORM would cost as much as the judging.
INSERT_ENTRY = "INSERT INTO translog_entry (data, kind, ref, created) VALUES (%s, %s, %s, %s)"
INSERT_QUEUED = {
    "sqlite": "INSERT INTO translog_queued (entry_id) VALUES (last_insert_rowid())",
    "postgresql": "INSERT INTO translog_queued (entry_id) VALUES (lastval())",
}


def enqueue(*, kind: str, data: Mapping[str, object], ref: str = "") -> None:
    """Queue one leaf inside the caller's transaction: it is logged if and only if that commits.

    `data` holds the leaf's `h`, `at` and, where it has them, `c` and `n`; `ref` is for our own look-ups and is
    not published. Raises LeafRefused for anything that a leaf may not carry, and then nothing is written.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("enqueue belongs in the transaction of what it logs")
    leaf, created = leaf_bytes(kind, data), connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ENTRY, [leaf, kind, ref, created])
        cursor.execute(INSERT_QUEUED[connection.vendor])


class Leaf(NamedTuple):
    """What one leaf says, and what it is looked up by."""

    data: Mapping[str, object]
    ref: str = ""


def enqueue_all(kind: str, leaves: Sequence[Leaf]) -> None:
    """Queue leaves of one kind in their order inside the caller's transaction, as `enqueue` does with one."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("enqueue belongs in the transaction of what it logs")
    created = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = [(leaf_bytes(kind, one.data), kind, one.ref, created) for one in leaves]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            marks = ", ".join(["(%s, %s, %s, %s)"] * len(some))
            sql = f"INSERT INTO translog_entry (data, kind, ref, created) VALUES {marks} RETURNING id"  # noqa: S608 - marks only
            cursor.execute(sql, [value for row in some for value in row])
            # Both databases give ids in the order of the rows; they are sorted all the same, for the log's order.
            queued = sorted(entry for (entry,) in cursor.fetchall())
            marks = ", ".join(["(%s)"] * len(queued))
            cursor.execute(f"INSERT INTO translog_queued (entry_id) VALUES {marks}", queued)  # noqa: S608 - marks only


def seal_log(*, at: datetime, limit: int = 10_000) -> int:
    """Seal one batch of the queue, then sign the heads; give how many entries were sealed.

    Call it again until it gives 0. A head that a crash left unsigned is signed by the next call. Raises
    LogDamaged (LogBehind), LogKeyMissing or SealingStopped, and then the queue is as it was.
    """
    own_signers()
    refuse_closed()
    refuse_if_stopped()
    refuse_if_behind()
    sealed = seal_batch(at=at, limit=limit)
    sealed = max(sealed, catch_up(at=at, limit=limit))
    sign_heads()
    return sealed


def refuse_closed() -> None:
    """Refuse to seal more into a log that was closed; its last head is signed if a crash prevented that."""
    if closing := closing_of(origin(), statements()):
        sign_heads()
        raise LogKeyMissing(
            f"日志“{origin()}”已在第 {closing['size']} 条后关闭。请把 LOG_ORIGIN 改为“{closing['other']}”，"
            "再运行 mingjing log keys open。"
        )


def export_log(directory: Path, tree: Tree = FIRST) -> int:
    """Write the log as static files that `mingjing verify` or any web server can use; give its size.

    The checkpoint is written last, so that a reader never sees one whose files are not there. Files that are
    there already must have the same bytes: otherwise FileExistsError names the first that does not.
    """
    return write_log(directory, selectors.DatabaseReader(tree))
