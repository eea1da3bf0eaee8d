"""Ranges as tables and statutes write them (2万元以上4万元以下, 二万元以上) into figures; unclear text gives none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1_000}
_SCALES: Final = {"万": 10_000, "亿": 100_000_000}
_NUMBER: Final = r"(?:\d+(?:\.\d+)?(?:[十百千万亿])*|[零〇一二两三四五六七八九十百千万亿]+)"
_UNIT: Final = r"万?元|倍|%|％"
_FROM_TO: Final = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?P<u1>{_UNIT})?以上(?:至|到)?(?P<high>{_NUMBER})\s*(?P<u2>{_UNIT})以下"
)
_UP_TO: Final = re.compile(rf"(?P<high>{_NUMBER})\s*(?P<u>{_UNIT})以下")
_FIXED: Final = re.compile(rf"(?P<low>{_NUMBER})\s*(?P<u>{_UNIT})")
_STATUTE: Final = re.compile(rf"({_NUMBER})元以上({_NUMBER})元以下")
_KINDS: Final = {"倍": "times", "%": "percent", "％": "percent"}
_STATUTE_TOP: Final = re.compile(rf"(?:处以?|并处)({_NUMBER})元以下")
# What stands before a multiple: 货值金额1倍以上, 直接经济损失的3倍.
_OF: Final = re.compile(
    rf"^(?P<of>[^\d零〇一二两三四五六七八九十百千万亿][^\d]*?)的?(?={_NUMBER}\s*(?:倍|%|％))"
)


@dataclass(frozen=True, slots=True)
class Range:
    """A range read from text: figures, unit (yuan, times, percent) and what they are multiplied by."""

    low: Decimal
    high: Decimal
    unit: str
    of: str = ""


def read_number(text: str) -> Decimal:
    """Read 8.5万, 二十, 一万五千. Raises ValueError."""
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Decimal(text)
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)([十百千万亿]+)", text):
        value = Decimal(found[1])
        for scale in found[2]:
            value *= (_SCALES | _PLACES)[scale]
        return value
    total = section = Decimal(0)
    digit = Decimal(0)
    for char in text:
        if char in _DIGITS:
            digit = Decimal(_DIGITS[char])
        elif char in _PLACES:
            section += (digit or Decimal(1)) * _PLACES[char]
            digit = Decimal(0)
        elif char in _SCALES:
            total = (total + section + digit) * _SCALES[char]
            section = digit = Decimal(0)
        else:
            raise ValueError(f"“{text}”不是数字")
    return total + section + digit


def read_range(text: str) -> Range | None:
    """Read the measure of one row, or give None where the text is not one range and nothing else."""
    plain = re.sub(r"[\s　]|的罚款|罚款|处以?|的$|（含本数）|/车次", "", text)
    found = _OF.match(plain)
    of, rest = (found["of"], plain[found.end() :].removeprefix("的")) if found else ("", plain)
    if pair := _FROM_TO.fullmatch(rest):
        low_unit = pair["u1"] or pair["u2"]
        if _kind(low_unit) != _kind(pair["u2"]):
            return None
        return Range(_value(pair["low"], low_unit), _value(pair["high"], pair["u2"]), _kind(pair["u2"]), of)
    if top := _UP_TO.fullmatch(rest):
        return Range(Decimal(0), _value(top["high"], top["u"]), _kind(top["u"]), of)
    if one := _FIXED.fullmatch(rest):
        value = _value(one["low"], one["u"])
        return Range(value, value, _kind(one["u"]), of)
    return None


def statutory_ranges(basis: str) -> Iterator[tuple[Decimal, Decimal]]:
    """Give every “…元以上…元以下” in the words of a statute, in order, repeated where it is repeated."""
    for low, high in _STATUTE.findall(re.sub(r"\s", "", basis)):
        yield read_number(low), read_number(high)


def statutory_tops(basis: str) -> Iterator[Decimal]:
    """Give every “处…元以下” of a statute that states no lower end."""
    yield from map(read_number, _STATUTE_TOP.findall(re.sub(r"\s", "", basis)))


def _value(number: str, unit: str) -> Decimal:
    return read_number(number) * (10_000 if unit == "万元" else 1)


def _kind(unit: str) -> str:
    return _KINDS.get(unit, "yuan")
