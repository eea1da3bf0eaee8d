"""Parts of a page as plain data: headings, prose, tables, charts. Rooms above draw them as PDF or HTML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

NARROW: Final = 0  # a column as wide as its content, centred


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a printed table: its title, its share of the width or NARROW, and whether it holds figures."""

    title: str
    share: float = 1
    figures: bool = False  # set to the right, so that units stand below units

    def as_data(self) -> dict[str, Any]:
        """What the layouts draw."""
        return {
            "title": self.title,
            "width": self.share,
            "narrow": self.share == NARROW,
            "figures": self.figures,
        }


Part = Mapping[str, Any]


def heading(text: str, level: int = 1) -> Part:
    """A heading; those of level 1 begin a page, 1 and 2 stand in the contents and among the bookmarks."""
    return {"kind": "heading", "level": level, "text": text}


def prose(*lines: str) -> Part:
    """Running text, a paragraph each."""
    return {"kind": "text", "text": list(lines)}


def note(*lines: str) -> Part:
    """Small print below what it belongs to."""
    return {"kind": "note", "text": list(lines)}


def quote(text: str) -> Part:
    """The words of the law."""
    return {"kind": "quote", "text": text}


def bullets(items: Iterable[str]) -> Part:
    """A list."""
    return {"kind": "list", "items": list(items)}


def boxes(items: Iterable[str]) -> Part:
    """A checklist with a box before every item."""
    return {"kind": "boxes", "items": list(items)}


def grid(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Part:
    """A table within a book."""
    return {
        "kind": "table",
        "columns": [column.as_data() for column in columns],
        "rows": [[str(cell) for cell in row] for row in rows],
    }


def chart(svg: str, alt: str) -> Part:
    """A drawing across the page; one taller than a page is made smaller, never cut."""
    return {"kind": "chart", "svg": svg, "alt": alt}
