"""Holding the moves of custody against the log: every row, and whatever is gone."""

import json
from collections.abc import Iterator

from mingjing.property.models import CustodyMove
from mingjing.property.services import REF, reference
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_property() -> Iterator[str]:
    """Give one Chinese line for every move that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("register") if ref.startswith(REF)}
    for move in CustodyMove.objects.select_related("item", "basis").order_by("pk").iterator():
        where = f"涉案财物 {move.item} 的第 {move.seq} 次移动"
        committed = logged.pop(reference(move), None)
        if committed is None:
            yield f"{where}：日志中没有它，是绕过系统插入的"
        elif act_commitment(bytes(move.salt), move.body()) != committed:
            yield f"{where}：内容与存证不符，已被改动"
    for ref in logged:
        yield f"日志中的涉案财物移动（{ref}）在数据库中不存在：已被删除"
