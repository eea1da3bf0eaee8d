"""Holding what parties handed in against the log: whoever changed, took out or slipped in an argument is found here."""

import json
from collections.abc import Iterator

from mingjing.defence.models import Received
from mingjing.defence.services import content_of, exhibit_content, exhibit_ref, exhibit_salt
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_received() -> Iterator[str]:
    """Give one Chinese line for everything handed in by parties that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("argument")}
    for row in Received.objects.order_by("id").iterator(chunk_size=500):
        where = f"当事人在线提交的材料 {row.no}"
        for ref, commitment in _entries(row):
            found = logged.pop(ref, None)
            if found is None:
                yield f"{where}：日志中没有它，是绕过系统插入的"
            elif found != commitment:
                yield f"{where}：内容与存证时的承诺不符，已被改动"
        if row.commitment != act_commitment(bytes(row.salt), content_of(row)):
            yield f"{where}：所存承诺与内容不符"
    for ref in logged:
        yield f"日志中编号 {ref} 的当事人材料在数据库中不存在：已被删除"


def _entries(row: Received) -> Iterator[tuple[str, str]]:
    yield row.no, act_commitment(bytes(row.salt), content_of(row))
    for one in row.exhibits:
        salt, content = exhibit_salt(row, one["digest"]), exhibit_content(row, one)
        yield exhibit_ref(row, one["digest"]), act_commitment(salt, content)
