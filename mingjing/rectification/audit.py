"""Holding the ledger against the log: whoever changed, took out or slipped in a step that matters is found here."""

from collections.abc import Iterator

from mingjing.rectification.kinds import LOGGED
from mingjing.rectification.models import Step
from mingjing.rectification.record import content_of
from mingjing.translog.held import Row, held
from mingjing.translog.leaf import act_commitment


def audit_rectification() -> Iterator[str]:
    """Give one Chinese line for every step of an item that is not as the log says."""
    yield from held("rectification", "整改步骤", _rows())


def _rows() -> Iterator[Row]:
    for step in Step.objects.select_related("item").order_by("id").iterator(chunk_size=500):
        code = step.item.code
        ref = f"{code}/{step.seq}" if step.kind in LOGGED else ""
        made = act_commitment(bytes(step.salt), content_of(step.item, step))
        yield Row(f"整改台账 {code} 第 {step.seq} 步", ref, made, step.commitment)
