"""Numbers a person can be found by, in running text: recognised by check digit, form and what stands before."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS: Final = "10X98765432"
PROVINCES: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
    ]
)

# Not numbers of a person, though they look like it: what stands directly before tells.
_OTHER_NUMBER: Final = re.compile(
    r"(?:执法证|许可证|登记证|注册|信用代码|批|编|文|票|工单|合同|设备|产品|型|车架|序列|存证|检测|报告|条形?|缴款|订单|流水|发票|案件)"
    r"(?:件)?(?:号码|编号|号|码|代码)?[^\S\n]*[：:为是]?[^\S\n]*[A-Z]{0,3}$"
)
_GAP: Final = r"[ \u3000-]?"
_ID: Final = re.compile(rf"(?<![0-9A-Za-z])\d(?:{_GAP}\d){{16}}{_GAP}[\dXx](?![0-9A-Za-z])")
_OLD_ID: Final = re.compile(rf"(?<![0-9A-Za-z.])\d(?:{_GAP}\d){{14}}(?![0-9A-Za-z])")
_STATED_OLD_ID: Final = re.compile(r"(?:身份证|身份号码)\D{0,8}?(\d{15})(?!\d)")
_OTHER_ID: Final = re.compile(
    r"(?:护照|通行证|居留证|居留身份证|军官证"
    r"|士兵证|驾驶证|社保卡|医保卡|台胞证|回乡证|残疾证)"
    r"(?:号码|编号|号)?[^\S\n]*[：:（(为]?[^\S\n]*"
    r"([A-Za-z]{0,3}\d[\dA-Za-z]{5,17})"
)
_BEFORE_PASSPORT: Final = re.compile(r"([A-Z]{1,2}\d{7,8})[^\S\n]*号?(?:的)?护照")
_MOBILE: Final = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9]{_GAP}\d(?:{_GAP}\d){{8}}(?![0-9A-Za-z])"
)
_LANDLINE: Final = re.compile(
    r"(?<!\d)(?:[（(]0\d{2,3}[）)]|0\d{2,3})[ —–-]{0,2}\d{7,8}(?:(?:[ —–-]{1,2}|转|ext\.?)\d{1,5})?(?!\d)"
)
_STATED_PHONE: Final = re.compile(
    r"(?:电话|手机号?|联系方式|传真|座机|固话|号码为?|致电|拨打|来电)(?:号码)?"
    r"[^\S\n]*[：:]?[^\S\n]*(\+?\d[\d -]{5,17}\d(?:转\d{1,5})?)"
)
_CARD: Final = re.compile(rf"(?<![0-9A-Za-z.])\d(?:{_GAP}\d){{14,18}}(?![0-9A-Za-z])")
_STATED_ACCOUNT: Final = re.compile(
    r"(?:账号|帐号|账户|帐户|卡号|银行卡|存折)[^\S\n]*[：:为（(]?[^\S\n]*(\d(?:[ \u3000-]?\d){8,29})"
)
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][ ·•.-]?"
    r"(?:[A-HJ-NP-Z0-9]{4}[挂学警港澳]|[A-HJ-NP-Z0-9]{6}|[A-HJ-NP-Z0-9]{5})(?![A-Z0-9])",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_CONTACT: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:微信号?|QQ号?|抖音号?|快手号?|支付宝(?:账号)?|快递单号|运单号)(?:码|为)?[^\S\n]*[：:（(]?[^\S\n]*([A-Za-z0-9_-]{5,30})",
    re.IGNORECASE,
)
_IN_BRACKETS: Final = re.compile(
    r"(?:微信|QQ|抖音|快手|网名|账号)[^。；\n]{0,16}?[（(](?=[A-Za-z_-]*\d)([A-Za-z0-9_-]{5,30})[）)]",
    re.IGNORECASE,
)
_WECHAT: Final = re.compile(r"wxid_[A-Za-z0-9]{4,20}")


def numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Give every place of a number of a person with its kind: id, phone, account, plate or contact."""
    yield from _identities(text)
    for pattern, kind in (
        (_STATED_PHONE, "phone"),
        (_CONTACT, "contact"),
        (_IN_BRACKETS, "contact"),
        (_STATED_ACCOUNT, "account"),
    ):
        yield from ((*match.span(1), kind) for match in pattern.finditer(text))
    for pattern, kind in (
        (_MOBILE, "phone"),
        (_LANDLINE, "phone"),
        (_PLATE, "plate"),
        (_EMAIL, "contact"),
        (_WECHAT, "contact"),
    ):
        yield from ((*match.span(), kind) for match in pattern.finditer(text) if not _other(text, match))
    cards = (match for match in _CARD.finditer(text) if passes_luhn(match[0]))
    yield from ((*match.span(), "account") for match in cards if not _other(text, match))


def _identities(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _ID.finditer(text):
        if looks_like_id(match[0]) and not _other(text, match):
            yield *match.span(), "id"
    for match in _OLD_ID.finditer(text):
        if looks_like_old_id(match[0]) and not _other(text, match):
            yield *match.span(), "id"
    for pattern in (_STATED_OLD_ID, _OTHER_ID, _BEFORE_PASSPORT):
        yield from ((*match.span(1), "id") for match in pattern.finditer(text))


def _other(text: str, match: re.Match[str]) -> bool:
    return _OTHER_NUMBER.search(text[max(0, match.start() - 16) : match.start()]) is not None


def looks_like_id(text: str) -> bool:
    """Say whether 18 characters are an identity number: by the check digit, or else by a date of birth inside."""
    digits = re.sub(r"[ \u3000-]", "", text).upper()
    if not 1 <= int(digits[0]) <= 9:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], ID_WEIGHTS, strict=True))
    return ID_CHECKS[total % 11] == digits[17] or _is_birthday(digits[6:14])


def looks_like_old_id(text: str) -> bool:
    """Say whether 15 digits are an old identity number: a province and a date of birth of the last century."""
    digits = re.sub(r"[ \u3000-]", "", text)
    return digits[:2] in PROVINCES and _is_birthday(f"19{digits[6:12]}")


def _is_birthday(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= 1900


def passes_luhn(text: str) -> bool:
    """Say whether the digits are a bank card number: the leading digit of a card network and the Luhn check."""
    digits = [int(char) for char in text if char.isdigit()]
    if digits[0] not in {3, 4, 5, 6, 9}:
        return False
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
