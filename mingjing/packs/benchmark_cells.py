"""What stands in a cell of a benchmark's table, read as a condition; rows are put together elsewhere."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from mingjing.lawengine.benchmark import Circumstance
from mingjing.packs.source import nearest

ANY: Final = frozenset({"", "*", "/", "-", "—", "——", "不限", "any"})
YES: Final = frozenset({"是", "true", "有"})
NO: Final = frozenset({"否", "false", "无"})
_SCALES: Final = {"": 1, "万": 10_000, "亿": 100_000_000}
# Squares and cubes carry a digit that is no figure.
_UNITS: Final = (
    ("m3", "立方米"),
    ("m³", "立方米"),
    ("㎥", "立方米"),
    ("m2", "平方米"),
    ("m²", "平方米"),
    ("㎡", "平方米"),
)
_SIGNS: Final = {
    "<=": "<=", "≤": "<=", ">=": ">=", "≥": ">=", "<": "<", ">": ">",
    "超过": ">", "高于": ">", "大于": ">", "不足": "<", "不满": "<", "低于": "<", "少于": "<",
}  # fmt: skip
_SIGN: Final = "|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))
_FIGURE: Final = rf"(\d+(?:\.\d+)?)\s*(万|亿)?\s*([^\d\s,，{'<>=≤≥'}]*?)"
_PIECE: Final = re.compile(
    rf"\s*(?P<sign>{_SIGN})?\s*{_FIGURE}(?P<end>以上|以下|以内)?(?=\s*(?:$|[,，且\d]|{_SIGN}))[,，且]?"
)
# 10≤处置≤20, as tables in the wild write it.
_CHAIN: Final = re.compile(rf"{_FIGURE}\s*(≤|<=|<)\s*[^\d<>=≤≥]*(≤|<=|<)\s*{_FIGURE}")
_NAMED: Final = re.compile(rf"[^\d<>=≤≥,，]*?(?P<rest>(?:{_SIGN}).*)")


def is_any(text: str) -> bool:
    """Say whether the cell leaves the answer open."""
    return text.strip() in ANY


def cell_condition(circumstance: Circumstance, text: str) -> str:
    """Give the CEL of one cell, empty where any answer will do. Raises ValueError in Chinese."""
    if is_any(text):
        return ""
    if circumstance.type == "choice":
        return _picked(circumstance, text)
    if circumstance.type == "bool":
        if text.strip() in YES | NO:
            return circumstance.key if text.strip() in YES else f"!{circumstance.key}"
        raise ValueError(f"“{text[:40]}”应为“是”或者“否”")
    return " && ".join(
        f"{circumstance.key} {sign} {figure}" for sign, figure in _interval(circumstance, text)
    )


def option_of(circumstance: Circumstance, text: str) -> str | None:
    """Give the code of the option that the text names by its code or title."""
    wanted = text.strip()
    return next((one.code for one in circumstance.options if wanted in (one.code, one.title)), None)


def _picked(circumstance: Circumstance, text: str) -> str:
    whole = option_of(circumstance, text)
    given = [text] if whole else text.split("|")
    codes = [(option_of(circumstance, one), one) for one in given]
    if lost := next((one for code, one in codes if code is None), None):
        known = [one.title for one in circumstance.options]
        raise ValueError(
            f"“{circumstance.question}”没有“{lost.strip()[:40]}”这一选项{nearest(lost.strip(), known)}"
        )
    if len(codes) == 1:
        return f'{circumstance.key} == "{codes[0][0]}"'
    listed = ", ".join(f'"{code}"' for code, _ in codes)
    return f"{circumstance.key} in [{listed}]"


def _interval(circumstance: Circumstance, text: str) -> Iterator[tuple[str, str]]:
    plain = text.strip()
    for short, long in _UNITS:
        plain = plain.replace(short, long)
    if chain := _CHAIN.fullmatch(plain):
        low, low_scale, low_unit, left, right, high, high_scale, high_unit = chain.groups()
        _same_unit(circumstance, low_unit, text)
        _same_unit(circumstance, high_unit, text)
        yield (">" if left == "<" else ">="), _figure(low, low_scale)
        yield ("<" if right == "<" else "<="), _figure(high, high_scale)
        return
    if (found := _NAMED.fullmatch(plain)) and not plain[:1].isdigit():
        plain = found["rest"]
    at = 0
    while at < len(plain):
        piece = _PIECE.match(plain, at)
        if piece is None or piece.end() == at:
            raise ValueError(f"看不懂“{text[:40]}”，请写成“10以下”“10以上20以下”“超过20”或者“>= 10, < 20”")
        number, scale, unit = piece.group(2), piece.group(3), piece.group(4)
        _same_unit(circumstance, unit, text)
        ends = {"以上": ">=", "以下": "<=", "以内": "<="}
        sign = _SIGNS[piece["sign"]] if piece["sign"] else ends.get(piece["end"] or "", "==")
        yield sign, _figure(number, scale)
        at = piece.end()


def _figure(digits: str, scale: str | None) -> str:
    value = Decimal(digits) * _SCALES[scale or ""]
    text = f"{value:f}"
    # A double on both sides: CEL compares an int with a double, but not in every place.
    return text if "." in text else f"{text}.0"


def _same_unit(circumstance: Circumstance, unit: str | None, text: str) -> None:
    expected = "元" if circumstance.type == "money" else circumstance.unit
    if unit and unit != expected:
        says = f"“{expected}”" if expected else "没有单位"
        raise ValueError(f"“{text[:40]}”的单位“{unit}”与情节的单位（{says}）不同，请统一单位")
