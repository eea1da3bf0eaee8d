"""Holding disputes against the log: whoever changed, took out or slipped in an ending is found here."""

import json
from collections.abc import Iterator

from mingjing.disputes.models import DisputeEvent
from mingjing.disputes.services import LOGGED, content_of
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_disputes() -> Iterator[str]:
    """Give one Chinese line for every step that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("dispute")}
    steps = DisputeEvent.objects.select_related("dispute").order_by("id")
    for event in steps.iterator(chunk_size=500):
        where = f"复议诉讼 {event.dispute.no} 第 {event.seq} 步"
        made = act_commitment(bytes(event.salt), content_of(event.dispute, event))
        if event.kind not in LOGGED:
            if made != event.commitment:
                yield f"{where}：所存承诺与内容不符"
            continue
        held = logged.pop(f"{event.dispute.no}/{event.seq}", None)
        if held is None:
            yield f"{where}：日志中没有它，是绕过系统插入的"
        elif held != made:
            yield f"{where}：内容与存证时的承诺不符，已被改动"
    for ref in logged:
        yield f"日志中编号 {ref} 的复议诉讼步骤在数据库中不存在：已被删除"
