"""Tables and books that are no documents of a case: lists, catalogues, score sheets, handbooks. Drawing only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mingjing.documents.render import render

NARROW: Final = 0  # a column as wide as its content, centred


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a printed table: its title and its share of the width, or NARROW."""

    title: str
    share: float = 1

    def as_data(self) -> dict[str, Any]:
        """What the layouts draw."""
        return {"title": self.title, "width": self.share, "narrow": self.share == NARROW}


def print_table(  # noqa: PLR0913 - one sheet of paper, each part named by its caller
    *,
    title: str,
    agency: str,
    at: datetime,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str] | str],
    lines: Sequence[str] = (),
    notes: Sequence[str] = (),
    signs: Sequence[str] = (),
    upright: bool = False,
) -> bytes:
    """Print one table as PDF/A, on its side unless `upright`; a row that is one text is the name of a group.

    The same arguments give the same bytes. Raises DocumentNotDrawn where a character has no font, ValueError where a
    row has not as many cells as there are columns.
    """
    drawn: list[dict[str, Any]] = []
    for row in rows:
        if isinstance(row, str):
            drawn.append({"group": row})
        elif len(row) != len(columns):
            raise ValueError(f"{title}：{len(columns)} 列的表有一行 {len(row)} 格")
        else:
            drawn.append({"cells": [str(cell) for cell in row]})
    return render(
        {
            "layout": "sheet",
            "title": title,
            "agency": agency,
            "at": at.isoformat(),
            "preview": False,
            "flipped": not upright,
            "lines": list(lines),
            "notes": list(notes),
            "signs": list(signs),
            "columns": [column.as_data() for column in columns],
            "rows": drawn,
        }
    )


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


def print_book(
    *, title: str, agency: str, at: datetime, parts: Iterable[Part], lines: Sequence[str] = ()
) -> bytes:
    """Print a book as PDF/A: cover with `lines` at its foot, contents, chapters. Raises DocumentNotDrawn."""
    return render(
        {
            "layout": "book",
            "title": title,
            "agency": agency,
            "at": at.isoformat(),
            "preview": False,
            "lines": list(lines),
            "blocks": [dict(part) for part in parts],
        }
    )
