"""Within how long a complaint is accepted, finished and extended, each with its source; no day is counted here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from mingjing.lawengine.terms import Unit
from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile

NAME: Final = "complaints.toml"
KINDS: Final = ("conduct", "violation", "suggestion")
UNITS: Final = ("calendar_days", "working_days")
_KEYS: Final = ("law", "article", "quote", "verified", "note", "accept", "finish", "extend")


@dataclass(frozen=True, slots=True)
class Period:
    """So many days of one sort."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {'个工作日' if self.unit == 'working_days' else '日'}"


@dataclass(frozen=True, slots=True)
class ComplaintTerms:
    """The limits of one kind of complaint; `verified` false is said wherever they are shown."""

    law: str
    article: str
    quote: str
    verified: bool
    note: str
    accept: Period
    finish: Period
    extend: Period


@cache
def complaint_terms(region: str, field: str, agency: str, kind: str) -> ComplaintTerms:
    """Give the limits for an agency that handles a kind: the narrowest scope that has it. Raises PackError."""
    return read_complaint_terms(library(), region=region, field=field, agency=agency)[kind]


def read_complaint_terms(
    found: Library, *, region: str, field: str, agency: str
) -> Mapping[str, ComplaintTerms]:
    """Read the limits from given packs. Raises PackError, saying in Chinese which line is wrong."""
    terms: dict[str, ComplaintTerms] = {}
    for scope in scopes_of(region, field, agency):
        pack = found.packs.get(scope)
        for file in pack.files if pack else ():
            if file.name == f"{scope}/{NAME}":
                terms |= _sections(file)
    return terms


def check_complaint_terms(found: Library) -> list[str]:
    """Give a Chinese line for the first fault of the limits of any pack, for the check of packs."""
    try:
        for scope, pack in found.packs.items():
            for file in pack.files:
                if file.name == f"{scope}/{NAME}":
                    _sections(file)
    except PackError as fault:
        return [str(fault)]
    return []


def _sections(file: PackFile) -> dict[str, ComplaintTerms]:
    file.known_keys(file.data, KINDS)
    return {kind: _terms(file, kind, section) for kind, section in file.data.items()}


def _terms(file: PackFile, kind: str, section: Mapping[str, Any]) -> ComplaintTerms:
    file.known_keys(section, _KEYS, kind)
    if missing := [key for key in _KEYS if key not in section]:
        raise file.fault(f"缺少 {'、'.join(missing)}", kind)
    return ComplaintTerms(
        law=str(section["law"]),
        article=str(section["article"]),
        quote=str(section["quote"]),
        verified=section["verified"] is True,
        note=str(section["note"]),
        accept=_period(file, kind, "accept", section["accept"]),
        finish=_period(file, kind, "finish", section["finish"]),
        extend=_period(file, kind, "extend", section["extend"]),
    )


def _period(file: PackFile, kind: str, name: str, given: Mapping[str, Any]) -> Period:
    amount, unit = given.get("amount"), given.get("unit")
    if not isinstance(amount, int) or amount < 0 or unit not in UNITS:
        raise file.fault("要写 amount（不小于 0 的整数）和 unit（calendar_days、working_days）", kind, name)
    return Period(amount, cast("Unit", unit))
