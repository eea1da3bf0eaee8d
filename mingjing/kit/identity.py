"""Whether codes of people and organisations can be right: form, region, date and check digit; no register is asked."""

import re
from datetime import date
from typing import Final

# GB 32100-2015: 31 characters, without I O S V Z; weights are the powers of 3 modulo 31.
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
# GB 11714-1997: the organisation code is characters 9 to 17 of the credit code.
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
# GB 11643-1999.
_PERSON_WEIGHTS: Final = tuple(pow(2, 17 - place, 11) for place in range(17))
_PERSON_CHECKS: Final = "10X98765432"
# GB/T 2260, first two digits: first digit -> second digits. 83 is for residents from Taiwan.
_REGIONS: Final = {
    "1": "12345",
    "2": "123",
    "3": "1234567",
    "4": "123456",
    "5": "01234",
    "6": "12345",
    "7": "1",
    "8": "123",
}
_OLDEST: Final = date(1850, 1, 1)


def credit_code_error(code: str) -> str | None:
    """Say in Chinese what is wrong with a unified social credit code, or None."""
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，现为 {len(code)} 位"
    if wrong := sorted(set(code) - set(_CREDIT_ALPHABET)):
        return (
            f"统一社会信用代码含有不用的字符：{'、'.join(wrong)}（只用数字和除 I、O、S、V、Z 外的大写字母）"
        )
    if not code[2:8].isdigit() or not _known_region(code[2:4]):
        return "统一社会信用代码第 3 至 8 位不是行政区划代码，请核对"
    if organisation_code_error(code[8:17]):
        return "统一社会信用代码第 9 至 17 位（主体标识码）校验不符，请核对"
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(code, _CREDIT_WEIGHTS, strict=False))
    if code[17] != _CREDIT_ALPHABET[-total % 31]:
        return "统一社会信用代码的校验码不符，请对照营业执照逐位核对"
    return None


def organisation_code_error(code: str) -> str | None:
    """Say in Chinese what is wrong with a nine-character organisation code, or None. A hyphen is allowed."""
    plain = code.replace("-", "")
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", plain):
        return "组织机构代码应为 8 位数字或者大写字母加 1 位校验码"
    total = sum(int(c, 36) * w for c, w in zip(plain, _ORGANISATION_WEIGHTS, strict=False))
    if plain[8] != "0123456789X"[-total % 11]:
        return "组织机构代码的校验码不符，请核对"
    return None


def id_number_error(number: str, on: date) -> str | None:
    """Say in Chinese what is wrong with a citizen's identity number on the day, or None."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return "公民身份号码应为 18 位：17 位数字加 1 位数字或者大写 X"
    if not _known_region(number[:2]):
        return "公民身份号码前 6 位不是行政区划代码，请核对"
    birth = birth_of(number)
    if birth is None or not _OLDEST <= birth <= on:
        return f"公民身份号码中的出生日期 {number[6:14]} 不合理，请核对"
    total = sum(int(c) * w for c, w in zip(number, _PERSON_WEIGHTS, strict=False))
    if number[17] != _PERSON_CHECKS[total % 11]:
        return "公民身份号码的校验码不符，请对照证件逐位核对"
    return None


def birth_of(number: str) -> date | None:
    """Give the day of birth an identity number states, or None where it states no day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _known_region(province: str) -> bool:
    return province[1] in _REGIONS.get(province[0], "")
