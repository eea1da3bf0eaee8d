"""Holding reports, their steps and what was published of them against the log; every entry must have its row."""

from collections.abc import Iterator

from mingjing.publicity import reports as public
from mingjing.statistics.models import Report, Step
from mingjing.statistics.services import KIND, content_of, ref_of, step_content
from mingjing.translog.held import Row, held
from mingjing.translog.leaf import act_commitment


def audit_statistics() -> Iterator[str]:
    """Give one Chinese line for every report, step and publication that is not as the log says."""
    yield from held(KIND, "统计报表", _rows())


def _rows() -> Iterator[Row]:
    for row in Report.objects.select_related("agency").order_by("id").iterator(chunk_size=100):
        yield Row(f"统计报表 {ref_of(row)}", ref_of(row), act_commitment(bytes(row.salt), content_of(row)))
    for step in Step.objects.select_related("report__agency").order_by("id").iterator(chunk_size=500):
        ref = f"{ref_of(step.report)}/{step.seq}"
        yield Row(f"统计报表 {ref}", ref, act_commitment(bytes(step.salt), step_content(step.report, step)))
    for shown in public.every_report():
        made = act_commitment(bytes(shown.salt), public.content_of(shown))
        yield Row(f"公布的统计报表“{shown.title}”", f"public-{shown.code}", made)
