"""Holding the issued documents against the log: every PDF byte for byte, and whatever the log knows that is gone."""

import json
from collections.abc import Iterator

from mingjing.documents.codes import reference
from mingjing.documents.models import IssuedDocument
from mingjing.evidence import store
from mingjing.translog.leaf import document_commitment
from mingjing.translog.selectors import entries_of_kind
from mingjing.translog.stones import stone_for


def audit_documents() -> Iterator[str]:
    """Give one Chinese line for everything that is not as the log says. Reads every issued PDF once."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("document")}
    for row in IssuedDocument.objects.iterator():
        yield from _faults(row, logged.pop(reference(row.code), None))
    for ref in logged:
        yield f"日志中的文书（{ref[:12]}…）在数据库中不存在：已被删除"


def _faults(row: IssuedDocument, committed: str | None) -> Iterator[str]:
    where = f"文书“{row.title}”{row.number}"
    if stone_for(row.digest) is not None:
        if store.stored(row.digest):
            yield f"{where}：已有销毁记录，文件却仍在"
    elif not store.stored(row.digest):
        yield f"{where}：文件缺失"
    elif store.digest_stored(row.digest) != row.digest:
        yield f"{where}：文件已被改动"
    if committed is None:
        yield f"{where}：日志中没有它，是绕过系统插入的"
    elif document_commitment(row.code, bytes.fromhex(row.digest)) != committed:
        yield f"{where}：与签发时的存证不符，已被替换"
