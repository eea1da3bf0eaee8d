"""What may not be published, found in free text: numbers by check digits, addresses and names by their context."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from mingjing.publicity.names import named_persons

KIND_TITLES: Final[Mapping[str, str]] = {
    "name": "姓名",
    "address": "住址",
    "id": "证件号码",
    "phone": "电话",
    "account": "账号",
    "plate": "车牌",
    "contact": "联系方式",
    "all": "其他",
}

# Not numbers of a person, though they look like it: what stands directly before tells.
_OTHER_NUMBER: Final = re.compile(
    r"(?:执法证|许可证|登记证|批|编|文|票|工单|合同|设备|产品|型|车架|序列|存证|检测|报告)(?:件)?(?:号码|编号|号)?[^\S\n]*[：:]?[^\S\n]*$"
)
_ID: Final = re.compile(r"(?<![0-9A-Za-z])\d{6}[ -]?\d{8}[ -]?\d{3}[\dXxＸｘ](?![0-9A-Za-z])")
_OLD_ID: Final = re.compile(r"(?:身份证|身份号码)\D{0,8}?(\d{15})(?!\d)")
_OTHER_ID: Final = re.compile(
    r"(?:护照|通行证|居留证|军官证|驾驶证|社保卡|医保卡)(?:号码|编号|号)?[^\S\n]*[：:]?[^\S\n]*([A-Za-z]{0,3}\d[\dA-Za-z]{5,17})"
)
_MOBILE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])"
)
_LANDLINE: Final = re.compile(r"(?<!\d)0\d{2,3}[ —–-]?\d{7,8}(?:[ —–-]\d{1,5})?(?!\d)")
_STATED_PHONE: Final = re.compile(
    r"(?:电话|手机|联系方式|传真|座机|号码为)[^\S\n]*[：:]?[^\S\n]*(\+?\d[\d -]{5,17}\d)"
)
_CARD: Final = re.compile(r"(?<![0-9A-Za-z.])\d(?:[ -]?\d){14,18}(?![0-9A-Za-z])")
_STATED_ACCOUNT: Final = re.compile(
    r"(?:账号|帐号|账户|帐户|卡号)[^\S\n]*[：:为]?[^\S\n]*(\d(?:[ -]?\d){8,29})"
)
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][ ·•-]?"
    r"(?:[A-HJ-NP-Z0-9]{6}|[A-HJ-NP-Z0-9]{5})[挂学警港澳]?(?![A-Z0-9])"
)
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_CONTACT: Final = re.compile(
    r"(?:微信号?|QQ号?|快递单号|运单号)(?:码|为)?[^\S\n]*[：:]?[^\S\n]*([A-Za-z0-9_-]{5,30})", re.IGNORECASE
)
_HOME: Final = re.compile(
    r"(?<!务)(?:家庭住址|住址|现住址|现住|家住|居住(?:地|于|在)|户籍(?:所在)?地(?:址)?|收件地址|住(?=[\u4e00-\u9fff]{2,12}?[省市县区旗乡镇村]))"
    r"(?![）)])[^\S\n]*[：:为]?[^\S\n]*([\u4e00-\u9fffA-Za-z0-9０-９#＃—-]{5,60})"
)
_FLAT: Final = re.compile(
    r"[\u4e00-\u9fff]{2,40}?[0-9０-９一二三四五六七八九十]{1,5}(?:号院?|弄)?[0-9０-９A-Za-z一二三四五六七八九十]{0,4}"
    r"(?:号楼|栋|幢|座|排|舍|楼)[0-9０-９A-Za-z一二三四五六七八九十]{0,3}(?:单元)?[0-9０-９]{0,2}(?:层)?[0-9０-９]{1,5}(?:室|户|号)?"
)
_GROUP: Final = re.compile(
    r"[\u4e00-\u9fff]{2,20}?[县市区旗][\u4e00-\u9fff]{2,12}?[乡镇][\u4e00-\u9fff]{2,10}?村[0-9０-９一二三四五六七八九十]{1,3}组"
)
_BETWEEN: Final = re.compile(r"[\s·•.-]")
_CLAUSE: Final = re.compile(r"[，,。；;：:、（(）)\s“”《》]")
# Names of laws and document numbers are no secrets, whatever digits and names they contain.
_CITED: Final = re.compile(
    r"《[^》\n]{2,60}》|[\u4e00-\u9fff]{2,12}[〔\[【﹝（(]\s*\d{4}\s*[〕\]】﹞）)]\s*\d+(?:-\d+)?\s*号"
)

ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS: Final = "10X98765432"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a text that may not be published, and why."""

    start: int
    end: int
    kind: str

    @property
    def title(self) -> str:
        return KIND_TITLES[self.kind]


def recognise(text: str) -> list[Span]:
    """Give the places that look like personal data, possibly overlapping; laws and document numbers are left alone."""
    cited = [match.span() for match in _CITED.finditer(text)]
    spans = {Span(start, end, kind) for start, end, kind in _candidates(text)}
    return sorted(span for span in spans if not any(a <= span.start and span.end <= b for a, b in cited))


def occurrences(text: str, secret: str, kind: str) -> Iterator[Span]:
    """Give every place where a known secret stands, also with blanks or dashes put between its characters."""
    for match in secret_pattern(secret).finditer(text):
        yield Span(match.start(), match.end(), kind)


def secret_pattern(secret: str) -> re.Pattern[str]:
    """Give the pattern of a secret: its characters, full or half width, upper or lower case, however spaced."""
    # Marks between the characters match of themselves; as characters, a row of them would be tried in every division.
    solid = [char for char in secret if not _BETWEEN.fullmatch(char)]
    several = len(solid) > 1
    pattern = (f"{_BETWEEN.pattern}*" if several else "").join(map(_widths, solid if several else secret))
    return re.compile(pattern, re.IGNORECASE)


def _widths(char: str) -> str:
    if "!" <= char <= "~":
        return f"[{re.escape(char)}{chr(ord(char) + 0xFEE0)}]"
    return re.escape(char)


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    yield from ((*match.span(), "id") for match in _ID.finditer(text) if looks_like_id(match[0]))
    for pattern, kind in (
        (_OLD_ID, "id"),
        (_OTHER_ID, "id"),
        (_STATED_PHONE, "phone"),
        (_CONTACT, "contact"),
    ):
        yield from ((*match.span(1), kind) for match in pattern.finditer(text))
    for pattern, kind in ((_MOBILE, "phone"), (_LANDLINE, "phone"), (_PLATE, "plate"), (_EMAIL, "contact")):
        found = (match.span() for match in pattern.finditer(text))
        yield from ((*span, kind) for span in found if not _other_number(text, span[0]))
    yield from ((*match.span(1), "account") for match in _STATED_ACCOUNT.finditer(text))
    cards = (match for match in _CARD.finditer(text) if passes_luhn(match[0]))
    yield from ((*match.span(), "account") for match in cards if not _other_number(text, match.start()))
    yield from ((*match.span(1), "address") for match in _HOME.finditer(text))
    for pattern in (_FLAT, _GROUP):
        yield from ((*_home(text, match), "address") for match in pattern.finditer(text))
    yield from ((start, end, "name") for start, end in named_persons(text))


def _other_number(text: str, start: int) -> bool:
    return _OTHER_NUMBER.search(text[max(0, start - 16) : start]) is not None


def _home(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Give the place of an address found by its number, from the beginning of its clause."""
    before = [cut.end() for cut in _CLAUSE.finditer(text, 0, match.start())]
    return (before[-1] if before and match.start() - before[-1] < 6 else match.start()), match.end()


def looks_like_id(text: str) -> bool:
    """Say whether 18 characters are an identity number: by the check digit, or else by a date of birth inside."""
    digits = re.sub(r"[ -]", "", text).upper().replace("Ｘ", "X")
    if not 1 <= int(digits[0]) <= 8:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], ID_WEIGHTS, strict=True))
    return ID_CHECKS[total % 11] == digits[17] or _is_birthday(digits[6:14])


def _is_birthday(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= 1900


def passes_luhn(text: str) -> bool:
    """Say whether the digits are a bank card number: the leading digit of a card network and the Luhn check."""
    digits = [int(char) for char in text if char.isdigit()]
    if digits[0] not in {3, 4, 5, 6}:
        return False
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def merged(spans: Iterable[Span]) -> list[Span]:
    """Give the spans in order with overlapping ones made one, of the kind of the longest."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start < result[-1].end:
            last = result[-1]
            kind = max(last, span, key=lambda one: one.end - one.start).kind
            result[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            result.append(span)
    return result


def outside(spans: Iterable[Span], text: str, keep: Collection[str], *, longer: bool = False) -> list[Span]:
    """Leave out the spans that are part of something public as it stands, say the name of a firm.

    With `longer` they must be a part and not the whole: a secret is no less one because it is public elsewhere.
    """
    kept = [(at.start(), at.end()) for value in keep for at in re.finditer(re.escape(value), text)]
    return [span for span in spans if not any(_within(span, start, end, longer) for start, end in kept)]


def _within(span: Span, start: int, end: int, longer: bool) -> bool:
    inside = start <= span.start and span.end <= end
    return inside and (not longer or end - start > span.end - span.start)
