"""Holding file-review campaigns against the log: whoever changed, took out or slipped one in is found here."""

import json
from collections.abc import Iterator

from mingjing.appraisal.drawing import ref_of
from mingjing.appraisal.models import Campaign, File, Step
from mingjing.appraisal.standing import RECORDS
from mingjing.appraisal.writing import LEAF, campaign_content, file_content, step_content
from mingjing.inspections.drawing.bundle import record_digest
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_appraisal() -> Iterator[str]:
    """Give one Chinese line for every campaign, file and step that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind(LEAF)}
    for row in Campaign.objects.select_related("office").order_by("id").iterator(chunk_size=100):
        made = act_commitment(bytes(row.salt), campaign_content(row))
        yield from _held(f"评查活动“{row.title}”", logged.pop(row.code, None), made)
    for file in File.objects.select_related("campaign", "agency").order_by("id").iterator(chunk_size=500):
        made = act_commitment(bytes(file.salt), file_content(file))
        found = logged.pop(f"{file.campaign.code}/{file.key}", None)
        yield from _held(f"评查活动“{file.campaign.title}”的案卷 {file.key}", found, made)
    draws = {ref: json.loads(data)["h"] for kind in ("list", "draw") for ref, data in entries_of_kind(kind)}
    for step in Step.objects.select_related("campaign").order_by("id").iterator(chunk_size=500):
        where = f"评查活动“{step.campaign.title}”第 {step.seq} 步"
        if step.kind in RECORDS:
            yield from _held(where, draws.get(ref_of(step.commitment)), record_digest(step.facts))
            continue
        made = act_commitment(bytes(step.salt), step_content(step.campaign.code, step))
        yield from _held(where, logged.pop(f"{step.campaign.code}/{step.seq}", None), made)
    for ref in logged:
        yield f"日志中编号 {ref} 的评查记录在数据库中不存在：已被删除"


def _held(where: str, logged: str | None, made: str) -> Iterator[str]:
    if logged is None:
        yield f"{where}：日志中没有它，是绕过系统插入的"
    elif logged != made:
        yield f"{where}：内容与存证时的承诺不符，已被改动"
