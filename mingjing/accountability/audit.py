"""Holding wrong cases and the ledger of interference against the log: a record that is gone is found here."""

import json
from collections.abc import Iterator

from mingjing.accountability.models import HolderKeys, InterferenceRecord, WrongCaseEvent
from mingjing.accountability.sealing import HolderSet, digest_of
from mingjing.accountability.wrong_cases import content_of
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_accountability() -> Iterator[str]:
    """Give one Chinese line for everything that is not as the log says."""
    yield from _held(
        "密钥组",
        "holders",
        ((f"holders-{row.pk}", HolderSet.of(row.body).digest) for row in HolderKeys.objects.all()),
    )
    rows = InterferenceRecord.objects.order_by("id")
    yield from _held("干预记录", "interference", ((row.no, row.commitment) for row in rows))
    yield from _held("干预记录密文", "sealed", ((f"{row.no}/sealed", digest_of(row.sealed)) for row in rows))
    steps = WrongCaseEvent.objects.select_related("wrong").order_by("id").iterator(chunk_size=500)
    yield from _held(
        "执法过错",
        "wrongcase",
        (
            (f"{one.wrong.no}/{one.seq}", act_commitment(bytes(one.salt), content_of(one.wrong, one)))
            for one in steps
        ),
    )


def _held(what: str, kind: str, made: Iterator[tuple[str, str]]) -> Iterator[str]:
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind(kind)}
    for ref, commitment in made:
        held = logged.pop(ref, None)
        if held is None:
            yield f"{what} {ref}：日志中没有它，是绕过系统插入的"
        elif held != commitment:
            yield f"{what} {ref}：内容与存证时的承诺不符，已被改动"
    for ref in logged:
        yield f"日志中编号 {ref} 的{what}在数据库中不存在：已被删除"
