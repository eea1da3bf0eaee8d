"""Sums of money as tables write them: with or without unit, in capitals, in running text; read exactly, or refused."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mingjing.kit.money import LARGEST, yuan

_DIGITS: Final = {
    c: n
    for n, row in enumerate(
        ("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for c in row
}
_TENS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS: Final = {"万": 10**4, "亿": 10**8}
_FACTORS: Final = {"元": Decimal(1), "万元": Decimal(10_000)}
_CAPITALS: Final = "".join([*_DIGITS, *_TENS, *_GROUPS])

_FIGURE: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CELL: Final = re.compile(rf"(?:人民币)?[¥￥]?({_FIGURE})\s*(?:\(?(万元|元)\)?)?整?")
_AMOUNT: Final = re.compile(
    rf"(?P<sign>[¥￥])?(?<![\d.])(?P<figure>{_FIGURE})\s*\(?(?P<unit>万元|元)?|(?P<capitals>[{_CAPITALS}]+)元(?:(?P<jiao>[{_CAPITALS}])角)?(?:零?(?P<fen>[{_CAPITALS}])分)?"
)
_LABEL: Final = re.compile(r"罚款|没收")
# Between a label and its sum there are words, not sentences.
_REACH: Final = 40


class NotASum(Exception):
    """The text states no sum that can be relied on. The message is Chinese and says what to write."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The sums a running text states: each fine and each confiscation once, and where it contradicts itself."""

    fines: tuple[Decimal, ...]
    confiscations: tuple[Decimal, ...]
    conflicts: tuple[str, ...]


def read_sum(text: str, unit: str) -> Decimal:
    """Read the cell of a column whose heading gives the unit (元 or 万元); a unit in the cell goes before it.

    Raises NotASum. Sums are exact to the cent, which is six places of 万元.
    """
    plain = _narrow(text)
    if plain.count(".") > 1:
        raise NotASum(f"“{text}”有两个小数点，像是两个金额连在一起，请核对")
    found = _CELL.fullmatch(plain)
    if found is None:
        capital = re.fullmatch(rf"(?:人民币)?([{_CAPITALS}]+)元整?", plain)
        if capital is None:
            raise NotASum(f"“{text[:40]}”不是金额，请写成数字，如 1234.50")
        return Decimal(_integer(capital[1]))
    amount = Decimal(found[1].replace(",", "")) * _FACTORS[found[2] or unit]
    if amount > LARGEST:
        raise NotASum(f"金额“{text[:40]}”过大，像是数字连在一起，请核对")
    if amount != amount.quantize(Decimal("0.01")):
        raise NotASum(f"“{text}”折合 {amount.normalize():f} 元，小于一分。万元最多写六位小数，元最多两位")
    return amount.quantize(Decimal("0.01"))


def sums_in(text: str) -> Stated:
    """Find the fines and confiscations that a text such as 处罚内容 states, in figures or in capitals."""
    plain = _narrow(text)
    labels = [(found.start(), found.end(), found[0]) for found in _LABEL.finditer(plain)]
    groups: dict[int, list[Decimal]] = {}
    for start, end, amount in _amounts(plain):
        before = [n for n, (_, stop, _) in enumerate(labels) if stop <= start and start - stop <= _REACH]
        # 处1万元罚款: the sum before its label, joined to it.
        after = [
            n
            for n, (b, _, word) in enumerate(labels)
            if word == "罚款" and plain[end:b] in ("", "的") and b >= end
        ]
        if before or after:
            groups.setdefault((after or before)[-1], []).append(amount)
    fines = [amounts for n, amounts in groups.items() if labels[n][2] == "罚款"]
    conflicts = [
        f"金额前后不一致：{'、'.join(map(yuan, dict.fromkeys(one)))}" for one in fines if len(set(one)) > 1
    ]
    return Stated(
        tuple(one[0] for one in fines),
        tuple(one[0] for n, one in groups.items() if labels[n][2] == "没收"),
        tuple(conflicts),
    )


def _amounts(plain: str) -> Iterator[tuple[int, int, Decimal]]:
    for found in _AMOUNT.finditer(plain):
        amount = _amount(found)
        # A sum of more than cents is no sum of money: a share, an area, a serial number.
        if amount is not None and amount == amount.quantize(Decimal("0.01")) and 0 < amount <= LARGEST:
            yield found.start(), found.end(), amount.quantize(Decimal("0.01"))


def _amount(found: re.Match[str]) -> Decimal | None:
    if found["figure"]:
        if not (found["unit"] or found["sign"]):
            return None
        return Decimal(found["figure"].replace(",", "")) * _FACTORS[found["unit"] or "元"]
    cents = 10 * _DIGITS.get(found["jiao"] or "", 0) + _DIGITS.get(found["fen"] or "", 0)
    return Decimal(_integer(found["capitals"])) + Decimal(cents) / 100


def _integer(text: str) -> int:
    """Read 伍拾肆万 or 四万五千 as a whole number."""
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _TENS:
            section += (digit or (1 if not section else 0)) * _TENS[character]
            digit = 0
        else:
            total = (total + section + digit) * _GROUPS[character]
            section = digit = 0
    return total + section + digit


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
