"""Holding the steps of alerts against the log: whoever changed, took out or slipped in an answer is found here."""

import json
from collections.abc import Iterator

from mingjing.supervision.alerts import content_of
from mingjing.supervision.models import AlertStep
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_alerts() -> Iterator[str]:
    """Give one Chinese line for every step that somebody took and that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("alert")}
    for step in AlertStep.objects.exclude(by="").select_related("alert__agency").order_by("id").iterator(500):
        ref = f"{step.alert_id}/{step.seq}"
        kept = logged.pop(ref, None)
        if kept is None:
            yield f"预警 {ref}：日志中没有这一步，是绕过系统插入的"
        elif kept != act_commitment(bytes(step.salt), content_of(step.alert, step)):
            yield f"预警 {ref}：内容与存证时的承诺不符，已被改动"
    for ref in logged:
        yield f"日志中的预警步骤 {ref} 在数据库中不存在：已被删除"
