"""Numbers of official documents, 舞城管罚决〔2026〕12号: read however they were typed, written one way."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_NARROW_BRACKETS: Final = str.maketrans("（）", "()")
_OPEN, _CLOSE = "〔【[［﹝（(｛{", "〕】]］﹞）)｝}"
_BRACKET: Final = re.compile(rf"[{re.escape(_OPEN)}]")
_NUMBER: Final = re.compile(
    r"(?P<prefix>.+?)"
    rf"[{re.escape(_OPEN)}](?P<year>\d{{4}})(?:年)?[{re.escape(_CLOSE)}]"
    # Some bureaus put letters before the serial (TQ第Q-4008) or a mark after it: 092(非).
    r"(?:第)?(?P<letters>(?:[A-Z]{1,4}[第-]?){0,2})(?P<serial>\d{1,8}(?:[-—–－]\d{1,4})?)"
    r"(?P<mark>[（(][^（）()]{1,4}[）)](?=号))?号?(?P<suffix>.{0,12})"
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A document number taken apart. `serial` has no zeros in front; `suffix` is what follows 号.

    Letters before the serial and a mark in brackets after it are part of it: TQ第Q-4008, 92(非).
    """

    prefix: str
    year: int
    serial: str
    suffix: str = ""

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕{self.serial}号{self.suffix}"


def parse(text: str) -> DocumentNumber | None:
    """Take a number apart, with any of the usual brackets, blanks, zeros and suffixes; None where it is none."""
    if not _BRACKET.search(text):  # most cells of a table: no number is without its brackets
        return None
    plain = "".join(_narrow(c) for c in text if not c.isspace())
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    digits = "-".join(str(int(part)) for part in re.split(r"[-—–－]", found["serial"]))
    serial = found["letters"] + digits + (found["mark"] or "").translate(_NARROW_BRACKETS)
    return DocumentNumber(found["prefix"], int(found["year"]), serial, found["suffix"])


def normalise(text: str) -> str:
    """Give the one way of writing the number; text that is no number is given back without blanks at its ends."""
    number = parse(text)
    return str(number) if number else text.strip()


def _narrow(character: str) -> str:
    """Make full-width digits and letters narrow; brackets are told apart later and stay."""
    narrow = unicodedata.normalize("NFKC", character)
    return narrow if narrow.isascii() and narrow.isalnum() else character
