"""Holding matters of governance against the log: whoever changed, took out or slipped one in is found here."""

import json
from collections.abc import Iterator

from mingjing.governance.ledger import content_of, step_content
from mingjing.governance.models import Matter, Step
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_governance() -> Iterator[str]:
    """Give one Chinese line for every matter and step that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("governance")}
    for row in Matter.objects.select_related("agency").order_by("id").iterator(chunk_size=500):
        made = act_commitment(bytes(row.salt), content_of(row))
        yield from _held(f"法治建设事项 {row.no}", logged.pop(row.no, None), made)
    for step in Step.objects.select_related("matter").order_by("id").iterator(chunk_size=500):
        no = step.matter.no
        made = act_commitment(bytes(step.salt), step_content(no, step))
        yield from _held(f"法治建设事项 {no} 第 {step.seq} 步", logged.pop(f"{no}/{step.seq}", None), made)
    for ref in logged:
        yield f"日志中编号 {ref} 的法治建设事项在数据库中不存在：已被删除"


def _held(where: str, logged: str | None, made: str) -> Iterator[str]:
    if logged is None:
        yield f"{where}：日志中没有它，是绕过系统插入的"
    elif logged != made:
        yield f"{where}：内容与存证时的承诺不符，已被改动"
