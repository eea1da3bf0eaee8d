"""Rows beside each other: the same decision twice, one number with two contents; and beside what is stored already."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from mingjing.exchange.rows import Examined

# What two records of one decision may not disagree on, and how it is called.
DECISIVE: Final = {
    "decided_on": "处罚决定日期",
    "fine_yuan": "罚款金额",
    "confiscated_gain_yuan": "没收违法所得金额",
    "confiscated_goods_yuan": "没收非法财物金额",
}


def compare(rows: Sequence[Examined]) -> None:
    """Refuse duplicates (the fuller record stays) and records that contradict each other, naming both lines."""
    by_key: dict[tuple[str, str], list[Examined]] = {}
    for row in rows:
        if all(row.key) and not row.shifted:
            by_key.setdefault(row.key, []).append(row)
    for group in by_key.values():
        if len(group) > 1:
            _same_decision(group)
    _same_number(by_key)


def _same_decision(group: list[Examined]) -> None:
    stays = max(group, key=lambda row: (not row.faults, len(row.facts), -row.line))
    differing = [name for name in DECISIVE if len(_stated(group, name)) > 1]
    if differing:
        lines = "、".join(f"第 {row.line} 行" for row in group)
        titles = "、".join(DECISIVE[name] for name in differing)
        for row in group:
            row.contradict(f"{lines}是同一文号、同一当事人，{titles}却不同，请核对")
        return
    for row in group:
        if row is not stays:
            row.duplicate_of = stays.line
            row.faults.append(f"与第 {stays.line} 行重复（同一文号、同一当事人），只导入第 {stays.line} 行")


def _stated(group: Iterable[Examined], name: str) -> set[str]:
    return {str(row.facts[name]) for row in group if name in row.facts}


def _same_number(by_key: Mapping[tuple[str, str], list[Examined]]) -> None:
    """One number for several parties may be right (jointly penalised) or a slip: told, not refused."""
    by_number: dict[str, list[Examined]] = {}
    for (number, _), group in by_key.items():
        by_number.setdefault(number, []).append(group[0])
    for group in by_number.values():
        for row in group[1:]:
            row.remarks.append(f"与第 {group[0].line} 行文号相同，当事人不同，请核对是否共同违法")


def against_stored(row: Examined, stored: Mapping[str, Any]) -> str:
    """Say in Chinese what stands against importing a decision that is stored already with these facts."""
    differing = [
        title
        for name, title in DECISIVE.items()
        if name in row.facts and name in stored and str(row.facts[name]) != str(stored[name])
    ]
    if differing:
        return f"库中已有同一文号、同一当事人的案件，{'、'.join(differing)}却不同，请核对后在该案中更正"
    return ""
