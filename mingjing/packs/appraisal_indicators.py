"""Indicators of an appraisal as a pack states them: flags of rows over flags of rows. Nothing is counted here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile
from mingjing.packs.vocabulary import text

NAME: Final = "appraisal/indicators.toml"
_KEYS: Final = ("title", "law", "article", "quote", "note", "export", "source", "indicator")
FORBIDDEN: Final = ("罚款", "罚没", "没收")  # article 74: no indicator may speak of them


@dataclass(frozen=True, slots=True)
class SourceTerms:
    """What the rows of a source are, and what each flag of a row says."""

    code: str
    title: str
    what: str
    flags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """Rows with all flags of `of` and `hits`, of the rows with all flags of `of`."""

    code: str
    title: str
    source: str
    of: tuple[str, ...]
    hits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """All indicators of a scope, with the law that keeps fines out of them."""

    title: str
    law: str
    article: str
    quote: str
    note: str
    k: int
    sources: Mapping[str, SourceTerms]
    indicators: tuple[Indicator, ...]

    def formula(self, one: Indicator) -> str:
        """Say an indicator in words."""
        source = self.sources[one.source]
        of = "、".join(source.flags[flag] for flag in one.of)
        hits = "、".join(source.flags[flag] for flag in one.hits)
        return f"（{hits}）÷（{source.title}{f'：{of}' if of else '：全部'}）"


@cache
def scheme_of(region: str, field: str, agency: str) -> Scheme:
    """Give the scheme for an office: the narrowest scope that has one."""
    return read_scheme(library(), region=region, field=field, agency=agency)


def read_scheme(found: Library, *, region: str, field: str, agency: str) -> Scheme:
    """Read the scheme from given packs. Raises PackError, saying in Chinese which line is wrong."""
    packs = [
        (scope, found.packs[scope]) for scope in scopes_of(region, field, agency) if scope in found.packs
    ]
    files = [file for scope, pack in packs for file in pack.files if file.name == f"{scope}/{NAME}"]
    return _scheme(files[-1])


def check_schemes(found: Library) -> list[str]:
    """Give a Chinese line for the first fault of the schemes of any pack, for the check of packs."""
    try:
        for scope, pack in found.packs.items():
            for file in pack.files:
                if file.name == f"{scope}/{NAME}":
                    _scheme(file)
    except PackError as fault:
        return [str(fault)]
    return []


def _scheme(file: PackFile) -> Scheme:
    data = file.data
    file.known_keys(data, _KEYS)
    sources = {}
    for number, row in enumerate(data["source"]):
        file.known_keys(row, ("code", "title", "what", "flags"), "source", number)
        code, title, what = (text(file, row, key, "source", number) for key in ("code", "title", "what"))
        sources[code] = SourceTerms(code, title, what, dict(row["flags"]))
    indicators = tuple(_indicator(file, row, number, sources) for number, row in enumerate(data["indicator"]))
    k = data["export"]["k"]
    if type(k) is not int or k < 2:
        raise file.fault("k 是不小于 2 的整数", "export", "k")
    plain = {key: text(file, data, key) for key in ("title", "law", "article", "quote", "note")}
    return Scheme(**plain, k=k, sources=sources, indicators=indicators)


def _indicator(
    file: PackFile, row: Mapping[str, Any], number: int, sources: Mapping[str, SourceTerms]
) -> Indicator:
    file.known_keys(row, ("code", "title", "source", "of", "hits"), "indicator", number)
    code, title, source = (text(file, row, key, "indicator", number) for key in ("code", "title", "source"))
    if source not in sources:
        raise file.fault(f"没有数据来源“{source}”", "indicator", number)
    of, hits = tuple(map(str, row.get("of", ()))), tuple(map(str, row.get("hits", ())))
    if unknown := [flag for flag in (*of, *hits) if flag not in sources[source].flags]:
        raise file.fault(f"来源“{source}”没有标记“{unknown[0]}”", "indicator", number)
    if not hits:
        raise file.fault("缺少分子 hits", "indicator", number)
    if any(word in title for word in FORBIDDEN):
        raise file.fault("罚没不得作为考核指标（《行政处罚法》第七十四条）", "indicator", number)
    return Indicator(code, title, source, of, hits)
