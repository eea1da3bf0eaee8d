"""Holding the sealed packages against the log and against their own bytes."""

from collections.abc import Iterator

from mingjing.archive.models import ArchivePackage
from mingjing.evidence import store
from mingjing.translog.selectors import entries_of_kind
from mingjing.translog.stones import stone_for


def audit_packages() -> Iterator[str]:
    """Give one Chinese line for every package that is not as it was sealed. Reads every package once."""
    logged = {ref for ref, _ in entries_of_kind("package")}
    for row in ArchivePackage.objects.iterator():
        where = f"案卷归档包 {row.case_code} 第 {row.version} 版"
        if stone_for(row.digest) is not None:
            if store.stored(row.digest):
                yield f"{where}：已有销毁记录，文件却仍在"
        elif not store.stored(row.digest):
            yield f"{where}：文件缺失"
        elif store.digest_stored(row.digest) != row.digest:
            yield f"{where}：文件已被改动"
        if row.commitment not in logged:
            yield f"{where}：日志中没有它，是绕过系统插入的"
