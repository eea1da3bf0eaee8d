"""Holding matters of oversight against the log: whoever changed, took out or slipped one in is found here."""

from collections.abc import Iterator

from mingjing.oversight.models import Matter, Step
from mingjing.oversight.services import content_of, step_content
from mingjing.translog.held import Row, held
from mingjing.translog.leaf import act_commitment


def audit_oversight() -> Iterator[str]:
    """Give one Chinese line for every matter and step that is not as the log says."""
    yield from held("oversight", "监督文书", _rows())


def _rows() -> Iterator[Row]:
    for row in Matter.objects.select_related("office", "agency").order_by("id").iterator(chunk_size=500):
        yield Row(f"监督文书 {row.no}", row.no, act_commitment(bytes(row.salt), content_of(row)))
    for step in Step.objects.select_related("matter").order_by("id").iterator(chunk_size=500):
        no = step.matter.no
        made = act_commitment(bytes(step.salt), step_content(no, step))
        yield Row(f"监督文书 {no} 第 {step.seq} 步", f"{no}/{step.seq}", made)
