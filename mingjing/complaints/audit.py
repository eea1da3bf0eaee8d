"""Holding complaints against the log: whoever changed, took out or slipped one in is found here."""

import json
from collections.abc import Iterator

from mingjing.complaints.models import ComplainantWords, Complaint, ComplaintEvent
from mingjing.complaints.services import content_of, event_content
from mingjing.complaints.standing import ENDS
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_complaints() -> Iterator[str]:
    """Give one Chinese line for every complaint and every ending that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("complaint")}
    said = dict(ComplainantWords.objects.filter(seq=0).values_list("complaint_id", "said"))
    for row in Complaint.objects.order_by("id").iterator(chunk_size=500):
        made = act_commitment(bytes(row.salt), content_of(row, said.get(row.pk, "")))
        yield from _held(f"投诉举报 {row.no}", logged.pop(row.no, None), made)
    ends = ComplaintEvent.objects.select_related("complaint")
    for event in ends.order_by("id").iterator(chunk_size=500):
        no = event.complaint.no
        made = act_commitment(bytes(event.salt), event_content(no, event))
        where = f"投诉举报 {no} 第 {event.seq} 步"
        if event.kind in ENDS:
            yield from _held(where, logged.pop(f"{no}/{event.seq}", None), made)
        elif made != event.commitment:
            yield f"{where}：所存承诺与内容不符"
    for ref in logged:
        yield f"日志中编号 {ref} 的投诉举报在数据库中不存在：已被删除"


def _held(where: str, logged: str | None, made: str) -> Iterator[str]:
    if logged is None:
        yield f"{where}：日志中没有它，是绕过系统插入的"
    elif logged != made:
        yield f"{where}：内容与存证时的承诺不符，已被改动"
