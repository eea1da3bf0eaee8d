"""Holding disputes against the log: whoever changed, took out or slipped in an ending is found here."""

from collections.abc import Iterator

from mingjing.disputes.models import DisputeEvent
from mingjing.disputes.services import LOGGED, content_of
from mingjing.translog.held import Row, held
from mingjing.translog.leaf import act_commitment


def audit_disputes() -> Iterator[str]:
    """Give one Chinese line for every step that is not as the log says."""
    yield from held("dispute", "复议诉讼步骤", _rows())


def _rows() -> Iterator[Row]:
    steps = DisputeEvent.objects.select_related("dispute").order_by("id")
    for event in steps.iterator(chunk_size=500):
        no = event.dispute.no
        ref = f"{no}/{event.seq}" if event.kind in LOGGED else ""
        made = act_commitment(bytes(event.salt), content_of(event.dispute, event))
        yield Row(f"复议诉讼 {no} 第 {event.seq} 步", ref, made, event.commitment)
