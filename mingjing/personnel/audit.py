"""Holding the trail of administration against the log: every row, and whatever is gone; nothing is written."""

import json
from collections.abc import Iterator

from mingjing.personnel.models import RegisterChange
from mingjing.personnel.register_log import REF, content
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_register() -> Iterator[str]:
    """Give one Chinese line for every change of the register that is not as the log says.

    Rows of before the trail was logged bear no code; they are covered by the triggers alone.
    """
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("register") if ref.startswith(REF)}
    for row in RegisterChange.objects.exclude(code="").order_by("pk").iterator():
        committed = logged.pop(f"{REF}{row.code}", None)
        where = f"登记变更 {row.pk}（{row.action}，{row.subject}）"
        if committed is None:
            yield f"{where}：日志中没有它，是绕过系统插入的"
        elif committed != act_commitment(bytes(row.salt), content(row)):
            yield f"{where}：内容与存证不符，已被改动"
    for ref in logged:
        yield f"日志中的登记变更（{ref}）在数据库中不存在：已被删除"
