"""Rows held against the log: what is said of one that was changed, slipped in past the system, or taken out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mingjing.translog.selectors import entries_of_kind


@dataclass(frozen=True, slots=True)
class Row:
    """A stored row as an audit sees it.

    `where` names it in Chinese, `ref` is the reference of its entry, `made` the commitment of what is stored now.
    A row that has no entry of its own (`ref` empty) is held against the commitment it was stored with, `kept`.
    """

    where: str
    ref: str
    made: str
    kept: str = ""


def held(kind: str, what: str, rows: Iterable[Row]) -> Iterator[str]:
    """Give one Chinese line for each row that is not as the log says, and for each entry of the kind without a row."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind(kind)}
    for row in rows:
        entered = logged.pop(row.ref, None) if row.ref else row.kept
        if entered is None:
            yield f"{row.where}：日志中没有它，是绕过系统插入的"
        elif entered != row.made:
            yield f"{row.where}：内容与存证时的承诺不符，已被改动"
    for ref in logged:
        yield f"日志中编号 {ref} 的{what}在数据库中不存在：已被删除"
