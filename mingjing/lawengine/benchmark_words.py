"""Rows, figures and answers of a benchmark as people read them, in Chinese; no figure of law is written here."""

from collections.abc import Iterable
from decimal import Decimal

from mingjing.lawengine.benchmark_model import UNITS, Answer, Cell, Circumstance, Item, Tier


def plain(value: Decimal) -> str:
    """Write a figure without exponent and without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(value: Decimal) -> str:
    """Write a sum for people, with commas between thousands."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def figures(tier: Tier) -> str:
    """Write the figures of a row with their unit: 2至3倍; one figure where both ends are the same."""
    unit = UNITS[tier.unit]
    if tier.low is None or tier.high is None:
        return tier.text or "未写明幅度"
    if tier.low == tier.high:
        return f"{grouped(tier.low)}{unit}"
    return f"{grouped(tier.low)}至{grouped(tier.high)}{unit}"


def range_text(tier: Tier) -> str:
    """Write the measure of a row as the table has it, or from its figures."""
    return tier.text or figures(tier)


def row_text(tier: Tier) -> str:
    """Write which row of the table it is."""
    return cells_text(tier.cells) or tier.label


def cells_text(cells: tuple[Cell, ...]) -> str:
    """Write the cells of a row: 处置量：10以下，违法主体：建设单位或者运输单位."""
    return "，".join(f"{cell.question}：{any_of(cell.answer)}" for cell in cells)


def any_of(answer: str) -> str:
    """Write a cell that allows several answers as people say it."""
    return "或者".join(part.strip() for part in answer.split("|"))


def answer_text(circumstance: Circumstance, value: Answer) -> str:
    """Write one answer as people read it."""
    if circumstance.type == "choice":
        return next(one.title for one in circumstance.options if one.code == value)
    if isinstance(value, bool):
        return "是" if value else "否"
    unit = "元" if circumstance.type == "money" else circumstance.unit
    return f"{grouped(value)}{unit}" if isinstance(value, Decimal) else str(value)


def told(circumstance: Circumstance, value: Answer) -> str:
    return f"{circumstance.question}：{answer_text(circumstance, value)}"


def named(item: Item, names: Iterable[str]) -> str:
    """Write the questions that are still open, or the names of facts no question asks for."""
    return "、".join(f"“{item.by_key[one].question if one in item.by_key else one}”" for one in names)
