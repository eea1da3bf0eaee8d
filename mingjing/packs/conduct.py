"""How officers dress, show their certificate and speak: the checklists of the handbook, as the packs list them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mingjing.packs.load import Library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackFile
from mingjing.packs.vocabulary import text

NAME: Final = "conduct.toml"


@dataclass(frozen=True, slots=True)
class Advice:
    """One line of a checklist; `model` marks words that no norm prescribes, offered for the agency to change."""

    text: str
    source: str = ""
    note: str = ""
    model: bool = False


@dataclass(frozen=True, slots=True)
class Checklist:
    """One checklist."""

    code: str
    title: str
    note: str
    items: tuple[Advice, ...]


def checklists(library: Library, *, region: str, field: str, agency: str = "") -> tuple[Checklist, ...]:
    """Give the checklists that bind an agency: of each the narrowest scope that has it. Raises PackError."""
    found: dict[str, Checklist] = {}
    for scope in scopes_of(region, field, agency):
        pack = library.packs.get(scope)
        for file in pack.files if pack else ():
            if file.name == f"{scope}/{NAME}":
                found |= {one.code: one for one in _read(file)}
    return tuple(found.values())


def _read(file: PackFile) -> list[Checklist]:
    file.known_keys(file.data, ("section",))
    return [_section(file, row, number) for number, row in enumerate(file.data.get("section", ()))]


def _section(file: PackFile, row: Mapping[str, Any], number: int) -> Checklist:
    file.known_keys(row, ("code", "title", "note", "item"), "section", number)
    items = tuple(_advice(file, item, number) for item in row.get("item", ()))
    if not items:
        raise file.fault("检查表至少要有一条 [[section.item]]", "section", number)
    code, title = (text(file, row, key, "section", number) for key in ("code", "title"))
    return Checklist(code, title, str(row.get("note", "")), items)


def _advice(file: PackFile, row: Mapping[str, Any], number: int) -> Advice:
    file.known_keys(row, ("text", "source", "note", "model"), "section", number)
    model = row.get("model") is True
    if not model and not row.get("source"):
        raise file.fault("写明来源 source；没有规定的示范用语写 model = true", "section", number)
    said = text(file, row, "text", "section", number)
    return Advice(said, str(row.get("source", "")), str(row.get("note", "")), model)
