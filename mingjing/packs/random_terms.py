"""Figures of random inspection and of inspection plans, each with its source, from the packs; nothing is counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final

from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile

NAME: Final = "random.toml"
RISKS: Final = ("A", "B", "C", "D")
_CITED: Final = ("law", "article", "quote", "verified", "note")
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "general_ceiling": (*_CITED, "percent", "example"),
    "frequency": (*_CITED, "exceptions", "clearly_times", "example"),
    "special": (*_CITED, "approvers", "example"),
    "staffing": (*_CITED, "each", "most", "example"),
}
# What an example of a section states, and how the section's own figures judge it. `allowed` is what it expects.
_JUDGES: Final[Mapping[str, Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bool]]]] = {
    "general_ceiling": {
        "percent": lambda section, one: one["percent"] <= section["percent"][one["risk"]],
    },
    "frequency": {
        "trigger": lambda section, one: one["times"] < one["cap"] or one["trigger"] in section["exceptions"],
        "clearly": lambda section, one: one["clearly"] < one["cap"] * section["clearly_times"],
    },
    "special": {"approver": lambda section, one: one["approver"] in section["approvers"]},
    "staffing": {
        "officers": lambda section, one: one["officers"] >= section["each"],
        "open": lambda section, one: one["open"] < section["most"],
    },
}


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a figure comes from; `verified` false is said wherever the figure is shown."""

    law: str
    article: str
    quote: str
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class RandomTerms:
    """What the packs say of random inspection for one agency."""

    ceiling: Mapping[str, Decimal]  # per cent of a general item, by risk class
    exceptions: tuple[str, ...]  # what sets off an inspection that no yearly cap holds back
    clearly_times: int  # so many times the cap is told as clearly too often
    approvers: tuple[str, ...]  # who may approve an inspection outside the plan
    each: int  # inspectors a visit
    most: int  # visits of one inspector in one draw
    sources: Mapping[str, Cited]  # by section


@cache
def random_terms(region: str, field: str, agency: str) -> RandomTerms:
    """Give the figures that bind an agency: of each section the narrowest scope that has it. Raises PackError."""
    return read_random_terms(library(), region=region, field=field, agency=agency)


def read_random_terms(found: Library, *, region: str, field: str, agency: str) -> RandomTerms:
    """Read the figures from given packs. Raises PackError, saying in Chinese which line is wrong."""
    sections: dict[str, Mapping[str, Any]] = {}
    for scope in scopes_of(region, field, agency):
        pack = found.packs.get(scope)
        for file in pack.files if pack else ():
            if file.name == f"{scope}/{NAME}":
                sections |= _sections(file)
    percent = sections["general_ceiling"]["percent"]
    return RandomTerms(
        ceiling={risk: Decimal(str(percent[risk])) for risk in RISKS},
        exceptions=tuple(sections["frequency"]["exceptions"]),
        clearly_times=int(sections["frequency"]["clearly_times"]),
        approvers=tuple(sections["special"]["approvers"]),
        each=int(sections["staffing"]["each"]),
        most=int(sections["staffing"]["most"]),
        sources={name: _cited(section) for name, section in sections.items()},
    )


def check_random_terms(found: Library) -> list[str]:
    """Give a Chinese line for the first fault of the figures of any pack, for the check of packs."""
    try:
        for scope, pack in found.packs.items():
            for file in pack.files:
                if file.name == f"{scope}/{NAME}":
                    _sections(file)
    except (PackError, KeyError) as fault:
        return [str(fault) if isinstance(fault, PackError) else f"random.toml 的样例缺少 {fault}"]
    return []


def _examined(file: PackFile, name: str, section: Mapping[str, Any]) -> None:
    """Hold a section against its examples: each as it says, and for every figure one on each side of the line."""
    sides: dict[str, set[bool]] = {figure: set() for figure in _JUDGES[name]}
    if name == "general_ceiling":
        sides = {risk: set() for risk in RISKS}
    for at, one in enumerate(section["example"]):
        figure = next((key for key in _JUDGES[name] if key in one), "")
        if not figure or not one.get("title"):
            raise file.fault("样例要写 title 和所试的数", name, "example", at)
        found = _JUDGES[name][figure](section, one)
        if found is not one["allowed"]:
            told = "允许" if found else "不允许"
            raise file.fault(f"样例“{one['title']}”按这里的数是{told}", name, "example", at)
        sides[one["risk"] if name == "general_ceiling" else figure].add(found)
    if bare := [figure for figure, found in sides.items() if found != {True, False}]:
        raise file.fault(f"{'、'.join(bare)} 要有允许和不允许的样例各一个", name, "example")


def _sections(file: PackFile) -> dict[str, Mapping[str, Any]]:
    file.known_keys(file.data, tuple(_KEYS))
    for name, section in file.data.items():
        file.known_keys(section, _KEYS[name], name)
        if missing := [key for key in _KEYS[name] if key not in section]:
            raise file.fault(f"缺少 {'、'.join(missing)}", name)
        if name == "general_ceiling" and sorted(section["percent"]) != sorted(RISKS):
            raise file.fault("percent 要给每个风险等级 A、B、C、D 各写一个数", name, "percent")
        _examined(file, name, section)
    return dict(file.data)


def _cited(section: Mapping[str, Any]) -> Cited:
    return Cited(
        law=str(section["law"]),
        article=str(section["article"]),
        quote=str(section["quote"]),
        verified=bool(section["verified"]),
        note=str(section["note"]),
    )
