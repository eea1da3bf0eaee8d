"""Holding wrong cases and the ledger of interference against the log: a record that is gone is found here."""

from collections.abc import Iterator

from mingjing.accountability.models import HolderKeys, InterferenceRecord, WrongCaseEvent
from mingjing.accountability.sealing import HolderSet, digest_of
from mingjing.accountability.wrong_cases import content_of
from mingjing.translog.held import Row, held
from mingjing.translog.leaf import act_commitment


def audit_accountability() -> Iterator[str]:
    """Give one Chinese line for everything that is not as the log says."""
    keys = ((f"holders-{row.pk}", HolderSet.of(row.body).digest) for row in HolderKeys.objects.all())
    yield from _held("holders", "密钥组", keys)
    rows = InterferenceRecord.objects.order_by("id")
    yield from _held("interference", "干预记录", ((row.no, row.commitment) for row in rows))
    yield from _held("sealed", "干预记录密文", ((f"{row.no}/sealed", digest_of(row.sealed)) for row in rows))
    steps = WrongCaseEvent.objects.select_related("wrong").order_by("id").iterator(chunk_size=500)
    made = (
        (f"{one.wrong.no}/{one.seq}", act_commitment(bytes(one.salt), content_of(one.wrong, one)))
        for one in steps
    )
    yield from _held("wrongcase", "执法过错", made)


def _held(kind: str, what: str, rows: Iterator[tuple[str, str]]) -> Iterator[str]:
    yield from held(kind, what, (Row(f"{what} {ref}", ref, made) for ref, made in rows))
