"""The kinds of list that must be public beforehand, as the packs define them; no agency's own list is here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from mingjing.lawengine.model import Source
from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile
from mingjing.packs.vocabulary import one_of, text

NAME: Final = "publicity/catalogues.toml"
TYPES: Final = ("text", "law", "date", "number", "choice", "staff")
PREFILLS: Final = ("", "powers", "enforcement", "inspection_items", "inspection_plan")
_CODE: Final = re.compile(r"[a-z][a-z_]{1,28}")
_YEAR: Final = re.compile(r"(?P<code>[a-z_]+)-(?P<year>20\d\d)")
_MONTH_DAY: Final = re.compile(r"\d\d-\d\d")
_KEYS: Final = (
    *("code", "title", "about", "yearly", "reviewed", "carrier", "update_days", "remind", "prefill"),
    *("source", "quote", "limit_source", "verified", "column"),
)
_COLUMN_KEYS: Final = ("key", "title", "type", "required", "part", "names", "choices")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list. `part`: a part of what tells one row from another."""

    key: str
    title: str
    type: str
    required: bool
    part: bool
    names: tuple[str, ...]  # other headings by which files call it
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueKind:
    """One kind of list: its columns, who looks at it, on what it rests and how fast a change must be public."""

    code: str
    title: str
    about: str
    columns: tuple[Column, ...]
    yearly: bool
    reviewed: bool  # by the supervising authority above, before it is public
    carrier: str
    update_days: int  # working days
    remind: str  # MM-DD on which a list of the year that is missing is reminded of
    prefill: str
    source: Source
    quote: str
    limit_source: Source
    verified: bool

    @property
    def parts(self) -> tuple[int, ...]:
        """The places of the columns that tell one row from another."""
        return tuple(place for place, one in enumerate(self.columns) if one.part)

    @property
    def law_columns(self) -> tuple[int, ...]:
        """The places of the columns that cite the law."""
        return tuple(place for place, one in enumerate(self.columns) if one.type == "law")

    @property
    def basis_column(self) -> int | None:
        """The place of the column on which a row stands: the first that must cite the law."""
        return next((at for at, one in enumerate(self.columns) if one.type == "law" and one.required), None)

    def place(self, key: str) -> int:
        """Give the place of a column."""
        return next(at for at, one in enumerate(self.columns) if one.key == key)

    def slug(self, year: int) -> str:
        """Give the name under which the list of a year is kept; of a list that is not yearly, its code."""
        return f"{self.code}-{year}" if self.yearly else self.code

    def title_of(self, slug: str) -> str:
        """Give the title of the list kept under this name."""
        found = _YEAR.fullmatch(slug)
        return f"{found['year']}年{self.title.removeprefix('年度')}" if found else self.title

    def due_on(self, year: int) -> date | None:
        """Give the day after which a missing list of the year is reminded of, where there is one."""
        return date.fromisoformat(f"{year}-{self.remind}") if self.remind else None


def last_day_of(slug: str) -> date | None:
    """Give the last day of a yearly list; a list that is not yearly has none by its name."""
    year = year_of(slug)
    return date(year, 12, 31) if year else None


def catalogue_kinds(region: str, field: str, agency: str) -> dict[str, CatalogueKind]:
    """Give the kinds that bind an agency by their code, those of the narrower scope over the wider."""
    return {
        code: kind
        for scope in scopes_of(region, field, agency)
        for code, kind in _by_scope().get(scope, {}).items()
    }


def kind_of(slug: str, kinds: Mapping[str, CatalogueKind]) -> CatalogueKind | None:
    """Give the kind of the list kept under this name, or None where there is no such list."""
    found = _YEAR.fullmatch(slug)
    kind = kinds.get(found["code"] if found else slug)
    return kind if kind is not None and kind.yearly == bool(found) else None


def year_of(slug: str) -> int | None:
    """Give the year of a yearly list by its name."""
    found = _YEAR.fullmatch(slug)
    return int(found["year"]) if found else None


@cache
def _by_scope() -> Mapping[str, Mapping[str, CatalogueKind]]:
    return read_catalogue_kinds(library())


def read_catalogue_kinds(found: Library) -> dict[str, dict[str, CatalogueKind]]:
    """Read every pack's kinds by scope. Raises PackError, saying in Chinese which line is wrong."""
    return {
        scope: {kind.code: kind for kind in _read(file)}
        for scope, pack in found.packs.items()
        for file in pack.files
        if file.name == f"{scope}/{NAME}"
    }


def check_catalogues(found: Library) -> list[str]:
    """Give a Chinese line for the first fault of the kinds of the packs, for the check of packs."""
    try:
        read_catalogue_kinds(found)
    except PackError as fault:
        return [str(fault)]
    return []


def _read(file: PackFile) -> Iterator[CatalogueKind]:
    file.known_keys(file.data, ("kind",))
    seen: set[str] = set()
    for number, row in enumerate(file.data.get("kind", ())):
        kind = _kind(file, row, "kind", number)
        if kind.code in seen:
            raise file.fault(f"代码“{kind.code}”写了两次", "kind", number)
        seen.add(kind.code)
        yield kind


def _kind(file: PackFile, row: Mapping[str, Any], *where: str | int) -> CatalogueKind:
    file.known_keys(row, _KEYS, *where)
    code, days, remind = text(file, row, "code", *where), row.get("update_days"), str(row.get("remind", ""))
    if not _CODE.fullmatch(code):
        raise file.fault("代码用小写字母和下划线，2 至 29 个字符", *where, "code")
    if not isinstance(days, int) or days < 1:
        raise file.fault("update_days 要写成工作日数", *where, "update_days")
    if remind and not _MONTH_DAY.fullmatch(remind):
        raise file.fault("remind 要写成月-日，如 01-31", *where, "remind")
    columns = tuple(_column(file, one, *where) for one in row.get("column", ()))
    if not any(one.part and one.required for one in columns):
        raise file.fault("至少要有一列 required 并且 part，用来认定是不是同一事项", *where)
    return CatalogueKind(
        code=code,
        title=text(file, row, "title", *where),
        about=text(file, row, "about", *where),
        columns=columns,
        yearly=bool(row.get("yearly", False)),
        reviewed=bool(row.get("reviewed", False)),
        carrier=text(file, row, "carrier", *where),
        update_days=days,
        remind=remind,
        prefill=one_of(file, {"prefill": "", **row}, "prefill", PREFILLS, *where),
        source=_source(file, row, "source", *where),
        quote=text(file, row, "quote", *where),
        limit_source=_source(file, row, "limit_source", *where),
        verified=bool(row.get("verified", True)),
    )


def _source(file: PackFile, row: Mapping[str, Any], key: str, *where: str | int) -> Source:
    told = row.get(key)
    if not isinstance(told, dict) or not told.get("law"):
        raise file.fault(f"{key} 要写成 {{ law = …, article = … }}", *where, key)
    return Source(law=str(told["law"]), article=str(told.get("article", "")))


def _column(file: PackFile, row: Mapping[str, Any], *where: str | int) -> Column:
    file.known_keys(row, _COLUMN_KEYS, *where)
    kind = one_of(file, row, "type", TYPES, *where)
    choices = tuple(map(str, row.get("choices", ())))
    if (kind == "choice") != bool(choices):
        raise file.fault("choice 列要写 choices，其他列不写", *where, "choices")
    return Column(
        key=text(file, row, "key", *where),
        title=text(file, row, "title", *where),
        type=kind,
        required=bool(row.get("required", False)),
        part=bool(row.get("part", False)),
        names=tuple(map(str, row.get("names", ()))),
        choices=choices,
    )
