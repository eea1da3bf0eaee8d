"""Holding what is published against the log: every public text, every withdrawal, and whatever is gone."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from mingjing.kit.canonical import canonical
from mingjing.publicity.corrections import correction_content
from mingjing.publicity.expiry import ending_content
from mingjing.publicity.models import Correction, Ending, Publication, RepairRequest, RepairStep, Withdrawal
from mingjing.translog.selectors import entries_of_kind
from mingjing.translog.stones import erased_refs


def audit_publications() -> Iterator[str]:
    """Give one Chinese line for everything public that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("publication")}
    erased = erased_refs()
    for row in Publication.objects.iterator():
        if (not bytes(row.salt)) != (row.code in erased):
            yield f"公示 {row.document_no}：内容与销毁记录不符，有一方被改动"
        if not bytes(row.salt):
            if logged.pop(row.code, None) != row.commitment:
                yield f"公示 {row.document_no}：日志中没有它，是绕过系统插入的"
            continue
        content = {"v": 1, "code": row.code, "document_no": row.document_no, "body": row.body}
        yield from _faults(f"公示 {row.document_no}", bytes(row.salt), content, logged.pop(row.code, None))
    for code in logged:
        yield f"日志中的公示（{code}）在数据库中不存在：已被删除"
    taken_down = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("withdrawal")}
    for trace in Withdrawal.objects.select_related("publication"):
        code = trace.publication.code
        content = {"v": 1, "withdraws": code, "ground": trace.ground, "reason": trace.reason}
        where = f"公示 {trace.publication.document_no} 的撤回"
        yield from _faults(where, bytes(trace.salt), content, taken_down.pop(f"withdrawal-{code}", None))
    for code in taken_down:
        yield f"日志中的撤回（行为 {code}）在数据库中不存在：被人抹去，原公示又可见了"
    yield from _traces("ending", "公示的届满", _endings())
    yield from _traces("correction", "公示的更正", _corrections())
    yield from _traces("repair", "信用修复", _repairs())


# Reference in the log, salt and content of one row.
Told = tuple[str, bytes, Mapping[str, Any]]


def _traces(kind: str, called: str, rows: Iterator[Told]) -> Iterator[str]:
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind(kind)}
    for ref, salt, content in rows:
        yield from _faults(f"{called} {ref}", salt, {"v": 1, **content}, logged.pop(ref, None))
    for ref in logged:
        yield f"日志中的{called}（{ref}）在数据库中不存在：已被删除"


def _endings() -> Iterator[Told]:
    for row in Ending.objects.select_related("publication"):
        code = row.publication.code
        yield f"ending-{code}", bytes(row.salt), ending_content(code, row.last_day.isoformat())


def _corrections() -> Iterator[Told]:
    for row in Correction.objects.select_related("publication", "replaces"):
        codes = row.replaces.code, row.publication.code
        content = correction_content(*codes, row.reason, row.changes)
        yield f"correction-{codes[1]}", bytes(row.salt), content


def _repairs() -> Iterator[Told]:
    for row in RepairRequest.objects.select_related("publication"):
        said = {"publication": row.publication.code, "letter": row.letter, "statement": row.statement}
        yield f"repair-{row.code}", bytes(row.salt), {"request": row.code, **said}
    for step in RepairStep.objects.select_related("request"):
        said = {"step": step.kind, "reason": step.reason}
        ref = f"repair-{step.request.code}-{step.kind}"
        yield ref, bytes(step.salt), {"request": step.request.code, **said}


def _faults(where: str, salt: bytes, content: Mapping[str, Any], committed: str | None) -> Iterator[str]:
    if committed is None:
        yield f"{where}：日志中没有它，是绕过系统插入的"
    elif hashlib.sha256(salt + canonical(dict(content))).hexdigest() != committed:
        yield f"{where}：内容与存证不符，已被改动"
