"""The words of the packs that the public reads as labels: titles of fields, kinds, choices, columns of lists."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mingjing.lawengine.model import Law
from mingjing.packs.load import Library, library
from mingjing.packs.procedures import ENFORCEMENTS, worded

ROOT = Path(__file__).resolve().parents[1]

LEFT_OUT = {"example", "given", "item"}  # nothing of it is published as a label
LAW = ROOT / "lawpacks"
# A field may be public of one kind of party and not of another.
PARTIES = ("citizen", "individual_business", "organization")
# Tables beside the vocabulary, with the keys under which a label stands at any depth.
TABLES = {
    "*/publicity/catalogues.toml": ("title", "choices"),
    "*/statistics/tables/*.toml": ("title", "unit", "group"),
    "cn/statistics/counting.toml": ("title", "text"),
    "cn/inspection_results.toml": ("title",),
    "cn/inspection/detectors.toml": ("title", "finds", "formula", "symbols", "ask", "note", "name"),
    "cn/lists/*.toml": ("title",),
    "cn/credit.toml": ("title",),
    "cn/party.toml": ("title",),
}


def words() -> dict[str, str]:
    """Give every word with where it stands, the first place of each; the same packs give the same order."""
    found: dict[str, str] = {}
    for word, place in [*_vocabulary(library()), *_tables()]:
        if not word.isascii():
            found.setdefault(word, place)
    return found


def _vocabulary(law: Library) -> Iterator[tuple[str, str]]:
    for enforcement in ENFORCEMENTS.values():
        yield enforcement, "enforcement"
    for procedure in law.procedures.values():
        yield procedure.title, "procedure"
        yield procedure.party, "party"
        yield from ((stage, "stage") for stage in procedure.stages.values())
    for kind in law.kinds.values():
        yield kind.title, "act"
    for form in law.forms.values():
        yield form.title, "form"
    nation = law.law(region="", field="")
    yield from _fields(nation)
    for code in law.procedures:
        yield from ((kind.title, "act") for kind in nation.of_procedure(code).kinds.values())
        yield from _fields(worded(nation, code))


def _fields(law: Law) -> Iterator[tuple[str, str]]:
    for field in law.fields.values():
        if any(field.published(kind) != "internal" for kind in PARTIES):
            yield field.title, "field"
            yield from ((title, "choice") for _, title in field.options)


def _tables() -> Iterator[tuple[str, str]]:
    for pattern, keys in TABLES.items():
        for path in sorted(LAW.glob(pattern)):
            data = tomllib.loads(path.read_text("utf-8"))
            place = path.relative_to(LAW).as_posix()
            yield from ((word, place) for word in _labels(data, keys))


def _labels(data: Any, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in keys and isinstance(value, str):
                yield value
            elif key in keys and isinstance(value, list) and all(isinstance(one, str) for one in value):
                yield from value
            elif key not in LEFT_OUT:
                yield from _labels(value, keys)
    elif isinstance(data, list):
        for one in data:
            yield from _labels(one, keys)
