"""Reading the log: what is sealed, its proofs, its health; nothing here writes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max

from mingjing.translog.files import DatabaseReader, checkpoint, stated_size
from mingjing.translog.models import Entry, Head, Queued, Sealed
from mingjing.translog.proof import InclusionProof
from mingjing.translog.remembered import why_behind
from mingjing.translog.tiles import tree_of
from mingjing.translog.witnesses import public_policy, published, watch

__all__ = [
    "DatabaseReader",
    "Health",
    "NotInLog",
    "SealedEntry",
    "State",
    "checkpoint",
    "entries_of_kind",
    "index_of",
    "indexes_of",
    "log_health",
    "newest_entry_at",
    "proof_for",
    "proofs_for",
    "public_policy",
    "sealed_after",
    "state_of",
    "tlog_proof_bytes",
    "watch",
    "why_behind",
]


class NotInLog(LookupError):
    """What was asked for is not under a signed checkpoint, or not yet. The message is Chinese."""


class SealedEntry(NamedTuple):
    """An entry with its place in the log."""

    index: int  # type: ignore[assignment]  # nobody searches an entry with tuple.index
    kind: str
    ref: str
    data: bytes


@dataclass(frozen=True)
class State:
    """How far an entry has come: queued, sealed (it has an index), or checkpointed (anybody can check it)."""

    name: str
    index: int | None = None


@dataclass(frozen=True)
class Health:
    """What an operator looks at: entries waiting and since when, size, and what the published checkpoint covers."""

    queued: int
    queued_since: datetime | None
    size: int
    checkpoint_size: int
    checkpoint_at: datetime | None


def sealed_after(index: int, limit: int) -> list[SealedEntry]:
    """Give up to `limit` entries of an index greater than `index`, in the order of the log; -1 for the first."""
    rows = Sealed.objects.filter(index__gt=index).order_by("index")[:limit]
    columns = rows.values_list("index", "entry__kind", "entry__ref", "entry__data")
    return [SealedEntry(at, kind, ref, bytes(data)) for at, kind, ref, data in columns]


def entries_of_kind(kind: str) -> Iterator[tuple[str, bytes]]:
    """Give reference and bytes of every entry of one kind, sealed or still queued, in the order they came."""
    rows = Entry.objects.filter(kind=kind).order_by("id").values_list("ref", "data")
    return ((ref, bytes(data)) for ref, data in rows.iterator())


def newest_entry() -> int:
    """Give the number of the newest entry, sealed or not: what is cheap to ask and moves with everything recorded."""
    return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def newest_entry_at() -> datetime | None:
    """Give when the newest entry was written, by the clock of then; None for an empty log."""
    return Entry.objects.order_by("-id").values_list("created", flat=True).first()


def index_of(ref: str) -> int | None:
    """Give the index of the latest entry with this reference, None while it is not sealed."""
    rows = Sealed.objects.filter(entry__ref=ref).order_by("-entry_id")
    return rows.values_list("index", flat=True).first()


def indexes_of(refs: Iterable[str]) -> dict[str, int]:
    """Give the index of the latest sealed entry of each reference; those not sealed are left out."""
    rows = Sealed.objects.filter(entry__ref__in=list(refs)).order_by("entry_id")
    return dict(rows.values_list("entry__ref", "index"))


def state_of(ref: str) -> State | None:
    """Tell how far the latest entry with this reference has come; None if there is none."""
    entry = Entry.objects.filter(ref=ref).order_by("-id").values_list("id", flat=True).first()
    if entry is None:
        return None
    index = Sealed.objects.filter(entry_id=entry).values_list("index", flat=True).first()
    if index is None:
        return State("queued")
    found = published()
    return State("checkpointed" if found and found.size > index else "sealed", index)


def proof_for(which: str | int) -> InclusionProof:
    """Prove an entry, by reference or index, under the latest checkpoint; raise NotInLog where it is not."""
    index = index_of(which) if isinstance(which, str) else which
    if index is None:
        raise NotInLog(f"{which} 尚未封存，或不在日志中")
    return proofs_for([index])[0]


def proofs_for(indexes: Sequence[int]) -> list[InclusionProof]:
    """Prove many entries under the one latest checkpoint; each proof carries its entry as extra data."""
    note = checkpoint()
    size = stated_size(note)
    if note is None or any(not 0 <= index < size for index in indexes):
        raise NotInLog(f"检查点只到第 {size} 条，稍候封存后再取证明")
    tree = tree_of(DatabaseReader().read, size)
    rows = Sealed.objects.filter(index__in=list(indexes)).values_list("index", "entry__data")
    leaves = {index: bytes(data) for index, data in rows}
    return [InclusionProof(index, tuple(tree.inclusion(index)), note, leaves[index]) for index in indexes]


def tlog_proof_bytes(index: int) -> bytes:
    """Give the `.tlog-proof` file of the entry at `index`."""
    return proof_for(index).data


def log_health() -> Health:
    """Tell how the log is doing."""
    waiting = Queued.objects.select_related("entry").order_by("entry_id").first()
    found = published()
    signed = found.size if found else 0
    return Health(
        queued=Queued.objects.count(),
        queued_since=waiting.entry.created if waiting else None,
        size=Head.objects.aggregate(size=Max("size"))["size"] or 0,
        checkpoint_size=signed,
        checkpoint_at=Head.objects.filter(size=signed).values_list("sealed_at", flat=True).first(),
    )
