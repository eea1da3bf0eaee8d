"""Holding the ledger against the log: whoever changed, took out or slipped in a step that matters is found here."""

import json
from collections.abc import Iterator

from mingjing.rectification.kinds import LOGGED
from mingjing.rectification.models import Step
from mingjing.rectification.record import content_of
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_rectification() -> Iterator[str]:
    """Give one Chinese line for every step of an item that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("rectification")}
    for step in Step.objects.select_related("item").order_by("id").iterator(chunk_size=500):
        where = f"整改台账 {step.item.code} 第 {step.seq} 步"
        made = act_commitment(bytes(step.salt), content_of(step.item, step))
        if step.kind not in LOGGED:
            if made != step.commitment:
                yield f"{where}：所存承诺与内容不符"
            continue
        kept = logged.pop(f"{step.item.code}/{step.seq}", None)
        if kept is None:
            yield f"{where}：日志中没有它，是绕过系统插入的"
        elif kept != made:
            yield f"{where}：内容与存证时的承诺不符，已被改动"
    for ref in logged:
        yield f"日志中编号 {ref} 的整改步骤在数据库中不存在：已被删除"
