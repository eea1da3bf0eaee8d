"""How an agency writes the name of a natural person it penalised when it publishes, as the packs set it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from mingjing.lawengine.model import Source
from mingjing.packs.load import NATIONAL, Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile
from mingjing.packs.vocabulary import one_of, text

NAME: Final = "publicity/names.toml"
Style = Literal["full", "partly", "surname"]
TITLES: Final[Mapping[str, str]] = {
    "full": "全名公开",
    "partly": "部分隐去（张某某）",
    "surname": "只留姓氏（张*）",
}
_KEYS: Final = ("style", "fields", "law", "article", "quote", "verified", "note")


@dataclass(frozen=True, slots=True)
class NamingTerms:
    """The style, the fields that hold the name of the penalised, and on what it rests."""

    style: Style
    fields: tuple[str, ...]
    source: Source
    quote: str

    @property
    def title(self) -> str:
        """The style in words for the desk."""
        return TITLES[self.style]


def naming_terms(*, region: str, field: str, agency: str) -> NamingTerms:
    """Give what binds an agency: the narrowest scope that says anything. Raises PackError."""
    return read_naming(library(), region, field, agency)


def read_naming(packs: Library, region: str, field: str, agency: str) -> NamingTerms:
    """Give what these packs set for an agency. Raises PackError naming file, line and mend."""
    found = [_terms(packs, file) for file in _files(packs, scopes_of(region, field, agency))]
    if not found:
        raise PackError(f"{NATIONAL}/{NAME}", 1, "缺少这个文件：自然人姓名怎样公示没有依据")
    return found[-1]


def check_naming(packs: Library) -> list[str]:
    """Give a Chinese line for every faulty file of the packs."""
    faults = []
    for file in _files(packs, tuple(packs.packs)):
        try:
            _terms(packs, file)
        except PackError as fault:
            faults.append(str(fault))
    return faults


def _files(packs: Library, scopes: tuple[str, ...]) -> Iterator[PackFile]:
    for scope in scopes:
        pack = packs.packs.get(scope)
        yield from (file for file in (pack.files if pack else ()) if file.name == f"{scope}/{NAME}")


def _terms(packs: Library, file: PackFile) -> NamingTerms:
    file.known_keys(file.data, ("names",))
    table: Mapping[str, Any] = file.data.get("names", {})
    file.known_keys(table, _KEYS, "names")
    style: Style = one_of(file, table, "style", get_args(Style), "names")
    fields = tuple(table.get("fields", ()))
    unfit = [name for name in fields if name not in packs.fields or packs.fields[name].mask != "name"]
    if not fields or unfit:
        raise file.fault(
            f'fields 要写姓名字段（mask = "name"）{"：" if unfit else ""}{"、".join(unfit)}',
            "names",
            "fields",
        )
    law, article, quote = (text(file, table, key, "names") for key in ("law", "article", "quote"))
    source = Source(law, article, bool(table.get("verified", True)), str(table.get("note", "")))
    return NamingTerms(style, fields, source, quote)
