"""Holding the stored evidence against the log: every file, every row, and whatever the log knows that is gone."""

from collections.abc import Iterator

from mingjing.evidence.models import EvidenceItem
from mingjing.evidence.services import verify_item
from mingjing.translog.selectors import entries_of_kind


def audit_evidence() -> Iterator[str]:
    """Give one Chinese line for everything that is not as the log says. Reads every stored file once."""
    for digest in (
        EvidenceItem.objects.order_by("digest").values_list("digest", flat=True).distinct().iterator()
    ):
        yield from verify_item(digest)
    known = set(EvidenceItem.objects.values_list("commitment", flat=True))
    for ref, _ in entries_of_kind("evidence"):
        if ref not in known:
            yield f"日志中的证据登记（承诺 {ref[:16]}…）在数据库中不存在：已被删除或者替换"
