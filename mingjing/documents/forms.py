"""Forms of documents read from the law packs: their wording, order and conditions; nothing is filled in here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from mingjing.lawengine.condition import Condition
from mingjing.lawengine.vocabulary import Form as RawForm

SHARED: Final = "shared"
LAYOUTS: Final = ("letter", "form", "record", "receipt", "cover")
# The parts a form may have, by the key that names each: which layouts draw it, and which other keys it takes.
BLOCKS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "each": (("letter", "record"), ("text", "style")),
    "text": (("letter", "record", "form", "receipt", "cover"), ("style",)),
    "items": (("letter", "record"), ()),
    "pairs": (("letter", "record"), ()),
    "table": (("letter", "record", "form", "receipt"), ("title", "columns")),
    "answers": (("record",), ()),
    "signs": (("letter",), ()),
    "signoff": (("letter",), ()),
    "attachment": (("letter",), ("number",)),
    "cells": (("form", "receipt", "cover"), ()),
    "group": (("form", "receipt"), ("rows",)),
    "long": (("form", "receipt"), ("value", "lines")),
    "opinion": (("form", "receipt"), ("value", "lines", "signature")),
}
# Parts of parts, each with a condition of its own.
INNER: Final = {"pairs": {"label", "value", "half"}, "items": {"text"}, "word": {"text"}}
CONDITIONS: Final = frozenset({"when", "needs", "otherwise"})
STYLES: Final = ("body", "plain", "h1", "h2", "center", "note")
# {name}, {first/second}, {name?} for what may be blank, {name|filter|filter:argument}
PLACEHOLDER: Final = re.compile(r"\{([a-z_][a-z0-9_./]*)(\?)?((?:\|[^|{}]+)*)\}")


class FormError(Exception):
    """A form file that cannot be read as one: says the file, the place and what is wrong, in Chinese."""


@dataclass(frozen=True)
class Block:
    """One part of a form as its file has it, and the condition under which it is shown.

    `otherwise` shows it only where none of the conditional parts right before it was shown.
    """

    kind: str
    spec: Mapping[str, Any]
    when: Condition | None = None
    needs: tuple[str, ...] = ()
    otherwise: bool = False

    @property
    def conditional(self) -> bool:
        """Whether it may be left out."""
        return self.when is not None or bool(self.needs) or self.otherwise


Words = Mapping[str, tuple[Block, ...]]


@dataclass(frozen=True)
class DocumentForm:
    """One form: what the document is called, how it is laid out, which parts it has."""

    form: str
    title: str
    layout: str
    edition: date
    copies: str = ""
    basis: str = ""
    strips: tuple[str, ...] = ()
    number: str = "{number}"
    compact: bool = False
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    words: Words = field(default_factory=dict, repr=False)


_parsed: dict[int, tuple[Mapping[str, RawForm], dict[tuple[str, date], DocumentForm]]] = {}


def document_form(raw: Mapping[str, RawForm], name: str, on: date | None = None) -> DocumentForm:
    """The form of that name in the edition of a day, or the newest; parsed once for each library.

    Raises FormError, or KeyError for no such form.
    """
    # Kept by identity together with the mapping itself, so that the number cannot come to mean another one.
    of, forms = _parsed.setdefault(id(raw), (raw, {}))
    edition = raw[name].on(on)
    key = (name, edition.edition)
    if of is not raw or key not in forms:
        forms[key] = parse_form(name, edition.data, raw[SHARED].data if SHARED in raw else {})
    return forms[key]


def parse_form(name: str, data: Mapping[str, Any], shared: Mapping[str, Any]) -> DocumentForm:
    """One form from its file and the shared parts it uses. Raises FormError."""
    common = _Shared(shared)
    blocks = tuple(block for raw in data.get("block", ()) for block in common.expand(name, raw))
    top = {key: value for key, value in data.items() if key != "block"}
    top["strips"] = tuple(top.get("strips", ()))
    try:
        form = DocumentForm(blocks=blocks, words=common.words, **top)
    except TypeError as error:
        raise FormError(f"文书“{name}”缺少或者多出了项目：{error}") from error
    if form.layout not in LAYOUTS or form.form != name or type(form.edition) is not date:
        raise FormError(
            f"文书“{name}”：layout 应为 {'、'.join(LAYOUTS)} 之一，form 应与文件名相同，edition 应为日期"
        )
    if undrawn := {block.kind for block in blocks if form.layout not in BLOCKS[block.kind][0]}:
        raise FormError(f"文书“{name}”：{form.layout} 版式画不了 {'、'.join(sorted(undrawn))}")
    return form


def placeholders(text: str) -> Iterator[tuple[tuple[str, ...], bool, tuple[tuple[str, str], ...]]]:
    """The placeholders of a text: names in order of preference, whether it may be blank, filters with arguments."""
    for match in PLACEHOLDER.finditer(text):
        filters = (part.partition(":") for part in match[3].split("|")[1:])
        yield (
            tuple(match[1].split("/")),
            bool(match[2]),
            tuple((name, argument) for name, _, argument in filters),
        )


class _Shared:
    """Parts and words that several forms use."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.snippets = data.get("snippet", {})
        self.words = {
            name: tuple(
                _inner(SHARED, "word", choice)
                for choice in (*word["choices"], {"text": word["otherwise"], "otherwise": True})
            )
            for name, word in data.get("word", {}).items()
        }

    def expand(self, name: str, raw: Mapping[str, Any]) -> list[Block]:
        if "use" not in raw:
            return [_block(name, raw)]
        if raw["use"] not in self.snippets or len(raw) > 1:
            raise FormError(f"文书“{name}”：shared.toml 中没有共用段“{raw['use']}”，或者 use 之外还写了别的")
        return [_block(SHARED, part) for part in self.snippets[raw["use"]]["block"]]


def _block(name: str, raw: Mapping[str, Any]) -> Block:
    kind = next((kind for kind in BLOCKS if kind in raw), "")
    if not kind or (extra := set(raw) - {kind, *BLOCKS[kind][1]} - CONDITIONS):
        reason = (
            f"{kind} 段不认识 {'、'.join(sorted(extra))}" if kind else f"每段应有 {'、'.join(BLOCKS)} 之一"
        )
        raise FormError(f"文书“{name}”：{reason}：{dict(raw)}")
    if raw.get("style", "body") not in STYLES:
        raise FormError(f"文书“{name}”：style 应为 {'、'.join(STYLES)} 之一")
    spec = {key: value for key, value in raw.items() if key not in CONDITIONS}
    if kind in INNER:
        spec[kind] = tuple(_inner(name, kind, item) for item in raw[kind])
    return Block(kind, spec, *_condition(name, raw))


def _inner(name: str, kind: str, item: Mapping[str, Any]) -> Block:
    spec = {key: value for key, value in item.items() if key not in CONDITIONS}
    if not INNER[kind] - {"half"} <= set(spec) <= INNER[kind]:
        raise FormError(f"文书“{name}”：{kind} 的每项应有 {'、'.join(sorted(INNER[kind]))}：{dict(item)}")
    return Block(kind, spec, *_condition(name, item))


def _condition(name: str, raw: Mapping[str, Any]) -> tuple[Condition | None, tuple[str, ...], bool]:
    try:
        when = Condition(raw["when"]) if raw.get("when") else None
    except ValueError as error:
        raise FormError(f"文书“{name}”：条件“{raw['when']}”写错了：{error}") from error
    return when, tuple(raw.get("needs", ())), bool(raw.get("otherwise", False))
