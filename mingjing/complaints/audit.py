"""Holding complaints against the log: whoever changed, took out or slipped one in is found here."""

from collections.abc import Iterator

from mingjing.complaints.models import ComplainantWords, Complaint, ComplaintEvent
from mingjing.complaints.services import content_of, event_content
from mingjing.complaints.standing import LOGGED
from mingjing.translog.held import Row, held
from mingjing.translog.leaf import act_commitment


def audit_complaints() -> Iterator[str]:
    """Give one Chinese line for every complaint and every step that is not as the log says.

    Of the steps answers and endings are logged.
    """
    yield from held("complaint", "投诉举报", _rows())


def _rows() -> Iterator[Row]:
    said = dict(ComplainantWords.objects.filter(seq=0).values_list("complaint_id", "said"))
    for row in Complaint.objects.order_by("id").iterator(chunk_size=500):
        made = act_commitment(bytes(row.salt), content_of(row, said.get(row.pk, "")))
        yield Row(f"投诉举报 {row.no}", row.no, made)
    events = ComplaintEvent.objects.select_related("complaint").order_by("id")
    for event in events.iterator(chunk_size=500):
        no = event.complaint.no
        ref = f"{no}/{event.seq}" if event.kind in LOGGED else ""
        made = act_commitment(bytes(event.salt), event_content(no, event))
        yield Row(f"投诉举报 {no} 第 {event.seq} 步", ref, made, event.commitment)
