"""Writing to the log: queue a leaf, seal the queue, sign, export. The log sees digests, never contents."""

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mingjing.translog import selectors
from mingjing.translog.export import write_log
from mingjing.translog.keys import LogKeyMissing, ensure_log_key, origin
from mingjing.translog.leaf import LeafRefused, leaf_bytes
from mingjing.translog.models import Checkpoint, Head
from mingjing.translog.note import Checkpoint as Statement
from mingjing.translog.note import NoteRefused, SigningKey, open_checkpoint
from mingjing.translog.sealing import LogDamaged, seal_batch

__all__ = [
    "LeafRefused",
    "LogDamaged",
    "LogKeyMissing",
    "enqueue",
    "ensure_log_key",
    "export_log",
    "origin",
    "seal_log",
    "sign_head",
]

logger = logging.getLogger(__name__)

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


def seal_log(*, at: datetime, limit: int = 10_000) -> int:
    """Seal one batch of the queue, then sign the head; give how many entries were sealed.

    Call it again until it gives 0. A head that a crash left unsigned is signed by the next call. Raises
    LogDamaged or LogKeyMissing, and then the queue is as it was.
    """
    key = _own_key()
    sealed = seal_batch(at=at, limit=limit)
    sign_head(key)
    return sealed


def _own_key() -> SigningKey:
    """Give the key, if it is the one that signed the last checkpoint: readers of the log know no other."""
    key, last = ensure_log_key(), selectors.checkpoint()
    if last is None:
        return key
    try:
        open_checkpoint(last, key.public)
    except NoteRefused as refused:
        raise LogKeyMissing(f"现有私钥签不出此前的检查点（{refused}）。请从备份恢复原私钥。") from refused
    return key


def sign_head(key: SigningKey) -> None:
    """Sign the last committed head unless that is done. Signing twice gives the same bytes and is harmless."""
    head = Head.objects.order_by("-size").first()
    if head is None or Checkpoint.objects.filter(size=head.size).exists():
        return
    note = Statement(key.name, head.size, bytes(head.root)).signed(key)
    try:
        with transaction.atomic():
            Checkpoint.objects.create(size=head.size, note=note)
    except IntegrityError:
        # Another process was quicker; Ed25519 is deterministic, so its note is this one.
        logger.info("head %s was signed by another process", head.size)


def export_log(directory: Path) -> int:
    """Write the log as static files that `mingjing verify` or any web server can use; give its size.

    The checkpoint is written last, so that a reader never sees one whose files are not there. Files that are
    there already must have the same bytes: otherwise FileExistsError names the first that does not.
    """
    return write_log(directory, selectors.DatabaseReader())
