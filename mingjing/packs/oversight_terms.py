"""Limits of supervision documents and which decisions are filed, each with its source; no day is counted here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from mingjing.lawengine.terms import Unit
from mingjing.packs.complaint_terms import UNITS, Period
from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile

NAME: Final = "oversight.toml"
PAPERS: Final = ("notice", "opinion", "decision", "listing")
FILING: Final = "filing"
_KEYS: Final = ("title", "mark", "law", "article", "quote", "verified", "note", "reply")
_FILING_KEYS: Final = ("review", "kinds", "persons", "person_yuan", "unit_yuan")


@dataclass(frozen=True, slots=True)
class PaperTerms:
    """One kind of document: its title, the mark in its number, its source and by when it is answered."""

    title: str
    mark: str
    law: str
    article: str
    quote: str
    verified: bool
    note: str
    reply: Period


@dataclass(frozen=True, slots=True)
class FilingTerms(PaperTerms):
    """Filing of major penalties: `reply` is by when it is filed; which penalties; fines from so many yuan on."""

    review: Period
    kinds: frozenset[str]
    persons: frozenset[str]  # kinds of party to whom the lower sum applies
    person_yuan: int
    unit_yuan: int


@cache
def oversight_terms(region: str, field: str, agency: str) -> Mapping[str, PaperTerms]:
    """Give the terms for an agency under supervision: of each kind the narrowest scope that has it."""
    return read_oversight_terms(library(), region=region, field=field, agency=agency)


def filing_terms(region: str, field: str, agency: str) -> FilingTerms:
    """Give what an agency's major penalties are and when they are filed."""
    return cast("FilingTerms", oversight_terms(region, field, agency)[FILING])


def read_oversight_terms(found: Library, *, region: str, field: str, agency: str) -> Mapping[str, PaperTerms]:
    """Read the terms from given packs. Raises PackError, saying in Chinese which line is wrong."""
    terms: dict[str, PaperTerms] = {}
    for scope in scopes_of(region, field, agency):
        for file in _files(found, scope):
            terms |= _sections(file)
    return terms


def check_oversight_terms(found: Library) -> list[str]:
    """Give a Chinese line for the first fault of the terms of any pack, for the check of packs."""
    try:
        for scope in found.packs:
            for file in _files(found, scope):
                _sections(file)
    except PackError as fault:
        return [str(fault)]
    return []


def _files(found: Library, scope: str) -> Iterator[PackFile]:
    pack = found.packs.get(scope)
    yield from (file for file in (pack.files if pack else ()) if file.name == f"{scope}/{NAME}")


def _sections(file: PackFile) -> dict[str, PaperTerms]:
    file.known_keys(file.data, (*PAPERS, FILING))
    return {kind: _terms(file, kind, section) for kind, section in file.data.items()}


def _terms(file: PackFile, kind: str, section: Mapping[str, Any]) -> PaperTerms:
    keys = (*_KEYS, *_FILING_KEYS) if kind == FILING else _KEYS
    file.known_keys(section, keys, kind)
    if missing := [key for key in keys if key not in section]:
        raise file.fault(f"缺少 {'、'.join(missing)}", kind)
    plain: dict[str, Any] = {
        name: str(section[name]) for name in ("title", "mark", "law", "article", "quote", "note")
    }
    plain |= {
        "verified": section["verified"] is True,
        "reply": _period(file, kind, "reply", section["reply"]),
    }
    if kind != FILING:
        return PaperTerms(**plain)
    for name in ("person_yuan", "unit_yuan"):
        if not isinstance(section[name], int) or section[name] < 0:
            raise file.fault("要写不小于 0 的整数（元）", kind, name)
    return FilingTerms(
        **plain,
        review=_period(file, kind, "review", section["review"]),
        kinds=frozenset(map(str, section["kinds"])),
        persons=frozenset(map(str, section["persons"])),
        person_yuan=section["person_yuan"],
        unit_yuan=section["unit_yuan"],
    )


def _period(file: PackFile, kind: str, name: str, given: Mapping[str, Any]) -> Period:
    amount, unit = given.get("amount"), given.get("unit")
    if not isinstance(amount, int) or amount < 0 or unit not in UNITS:
        raise file.fault("要写 amount（不小于 0 的整数）和 unit（calendar_days、working_days）", kind, name)
    return Period(amount, cast("Unit", unit))
