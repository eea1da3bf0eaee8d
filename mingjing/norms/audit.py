"""Holding published benchmarks and lists against the log: every body, every ending, and whatever is gone."""

import json
from collections.abc import Iterator

from mingjing.kit.canonical import digest
from mingjing.norms.models import NormEnding, NormTable
from mingjing.norms.services import ending_content, publication_content
from mingjing.translog.selectors import entries_of_kind


def audit_norms() -> Iterator[str]:
    """Give one Chinese line for everything published that is not as the log says."""
    logged = {
        ref: json.loads(data)["h"] for ref, data in entries_of_kind("register") if ref.startswith("norm")
    }
    for row in NormTable.objects.order_by("pk").iterator():
        ref = f"norm/{row.agency}/{row.kind}/{row.code}/{row.version}"[:100]
        told = digest(publication_content(row))
        yield from _fault(f"{row.title} {row.version}", told, logged.pop(ref, None))
    for one in NormEnding.objects.select_related("table").order_by("pk"):
        row = one.table
        ref = f"norm-end/{row.agency}/{row.kind}/{row.code}/{row.version}"[:100]
        told = digest(ending_content(row, one.until, one.reason))
        yield from _fault(f"{row.title} {row.version} 的停止适用", told, logged.pop(ref, None))
    for ref in logged:
        yield f"日志中的基准或者清单（{ref}）在数据库中不存在：已被删除"


def _fault(where: str, told: str, committed: str | None) -> Iterator[str]:
    if committed is None:
        yield f"{where}：日志中没有它，是绕过系统插入的"
    elif committed != told:
        yield f"{where}：内容与存证不符，已被改动"
