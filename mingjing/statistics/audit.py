"""Holding reports, their steps and what was published of them against the log; every entry must have its row."""

import json
from collections.abc import Iterator

from mingjing.publicity import reports as public
from mingjing.statistics.models import Report, Step
from mingjing.statistics.services import KIND, content_of, ref_of, step_content
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_statistics() -> Iterator[str]:
    """Give one Chinese line for every report, step and publication that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind(KIND)}
    for row in Report.objects.select_related("agency").order_by("id").iterator(chunk_size=100):
        made = act_commitment(bytes(row.salt), content_of(row))
        yield from _held(f"统计报表 {ref_of(row)}", logged.pop(ref_of(row), None), made)
    for step in Step.objects.select_related("report__agency").order_by("id").iterator(chunk_size=500):
        ref = f"{ref_of(step.report)}/{step.seq}"
        made = act_commitment(bytes(step.salt), step_content(step.report, step))
        yield from _held(f"统计报表 {ref}", logged.pop(ref, None), made)
    for shown in public.every_report():
        made = act_commitment(bytes(shown.salt), public.content_of(shown))
        yield from _held(f"公布的统计报表“{shown.title}”", logged.pop(f"public-{shown.code}", None), made)
    for ref in logged:
        yield f"日志中编号 {ref} 的统计报表在数据库中不存在：已被删除"


def _held(where: str, logged: str | None, made: str) -> Iterator[str]:
    if logged is None:
        yield f"{where}：日志中没有它，是绕过系统插入的"
    elif logged != made:
        yield f"{where}：内容与存证时的承诺不符，已被改动"
