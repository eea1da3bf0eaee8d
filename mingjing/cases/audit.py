"""Holding the stored acts against the log: whoever changed, took out or slipped in an act is found here."""

import json
from collections.abc import Collection, Iterator
from itertools import groupby

from mingjing.cases.bundle import body_of
from mingjing.cases.models import Act
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind
from mingjing.translog.stones import erased_refs


def audit_acts() -> Iterator[str]:
    """Give one Chinese line for everything in the tables of acts that is not as the log says.

    Reads every act and every log entry once. The log itself is checked by `translog.verify.verify_log`.
    """
    logged = {ref: json.loads(data) for ref, data in entries_of_kind("act")}
    erased = erased_refs()
    rows = Act.objects.select_related("case").order_by("case_id", "seq").iterator(chunk_size=500)
    for _, acts in groupby(rows, key=lambda act: act.case_id):
        for expected, act in enumerate(acts, start=1):
            yield from _faults(act, expected, logged.pop(act.code, None), erased)
    for leaf in logged.values():
        yield f"日志中编号 {leaf['c']} 的案件第 {leaf['n']} 项行为在数据库中不存在：已被删除"


def _faults(
    act: Act, expected: int, leaf: dict[str, object] | None, erased: Collection[str]
) -> Iterator[str]:
    where = f"案件 {act.case.number or act.case.code} 第 {act.seq} 项行为（{act.kind}）"
    if act.seq != expected:
        yield f"{where}：序号应为 {expected}，其间有行为被删除或者调换"
    if leaf is None:
        yield f"{where}：日志中没有它，是绕过系统插入的"
        return
    if not bytes(act.salt):
        if act.commitment != leaf["h"] or act.code not in erased:
            yield f"{where}：内容已被删除，而没有销毁记录"
        return
    if act.code in erased:
        yield f"{where}：已有销毁记录，内容却仍在"
    commitment = act_commitment(bytes(act.salt), body_of(act, act.case).as_json())
    if commitment != leaf["h"]:
        yield f"{where}：内容与存证时的承诺不符，已被改动"
    if commitment != act.commitment:
        yield f"{where}：所存承诺与内容不符"
    if act.agency_id != act.case.agency_id:
        yield f"{where}：所属机关与案件的机关不一致，已被改动"
    if (leaf["c"], leaf["n"]) != (act.case.log_code, act.seq):
        yield f"{where}：日志记载它是 {leaf['c']} 的第 {leaf['n']} 项行为，已被移到别处"
