"""Sums of money as exact decimals, read from and written for people; never a float."""

import re
from decimal import Decimal
from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_PLAIN: Final = str.maketrans(f"{_DIGITS}拾佰仟", "零一二三四五六七八九十百千")
_FIGURES: Final = str.maketrans("0123456789", "零一二三四五六七八九")
# Groups of three by commas, or none; at most two decimals.
_SUM: Final = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?")
_WIDE: Final = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
LARGEST: Final = Decimal("9999999999999999.99")


def parse_yuan(text: str) -> Decimal:
    """Read a sum as people type it: 1,234.50, ￥200元, full-width digits. Raises ValueError in Chinese."""
    plain = text.translate(_WIDE).strip().removeprefix("￥").removeprefix("¥").removesuffix("元").strip()
    if not _SUM.fullmatch(plain):
        raise ValueError(f"“{text.strip()}”不是金额，请写成数字，最多两位小数，如 1234.50")
    amount = Decimal(plain.replace(",", ""))
    if amount > LARGEST:
        raise ValueError(f"金额“{text.strip()}”过大，请核对")
    return amount


def canonical_yuan(amount: Decimal) -> str:
    """Give the one text of a sum in facts: no exponent, no zeros at the end, at most two places."""
    text = f"{_cents(amount):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def yuan(amount: Decimal) -> str:
    """Write a sum for people: 1,234.50元, or 1,234元 where there are no cents."""
    exact = _cents(amount)
    return f"{exact:,.0f}元" if exact == exact.to_integral_value() else f"{exact:,.2f}元"


def chinese_upper(amount: Decimal) -> str:
    """Write a sum in the capital numerals of documents: 壹仟零伍拾元整, 壹元零伍分."""
    exact = _cents(amount)
    if not 0 <= exact <= LARGEST:
        raise ValueError(f"{amount} is no sum of money that a document can state")
    whole, cents = divmod(int(exact * 100), 100)
    jiao, fen = divmod(cents, 10)
    text = f"{_integer(whole)}元" if whole or not cents else ""
    if not cents:
        return f"{text}整"
    text += f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return text + (f"{_DIGITS[fen]}分" if fen else "整")


def chinese_plain(number: Decimal) -> str:
    """Write a number as laws do: 二百, 一万二千, 三点五, 十五."""
    whole, _, decimals = f"{abs(number):f}".partition(".")
    text = _integer(int(whole)).translate(_PLAIN)
    text = text.removeprefix("一") if text.startswith("一十") else text
    decimals = decimals.rstrip("0")
    point = f"点{decimals.translate(_FIGURES)}" if decimals else ""
    return f"{'负' if number < 0 else ''}{text}{point}"


def _cents(amount: Decimal) -> Decimal:
    exact = amount.quantize(Decimal("0.01"))
    if exact != amount:
        raise ValueError(f"{amount} has more than two decimals")
    return exact


def _integer(whole: int) -> str:
    """Write a whole number: what is before 亿, then before 万, then the rest, with one 零 for zeros in between."""
    for size, name in ((100_000_000, "亿"), (10_000, "万")):
        if whole >= size:
            high, low = divmod(whole, size)
            return _integer(high) + name + _rest(low, size)
    return _group(whole) or "零"


def _rest(low: int, size: int) -> str:
    if not low:
        return ""
    return ("零" if low < size // 10 else "") + _integer(low)


def _group(group: int) -> str:
    text, zero = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            zero = bool(text)
            continue
        text += ("零" if zero else "") + _DIGITS[digit] + _PLACES[place]
        zero = False
    return text
