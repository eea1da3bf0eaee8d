"""Tables and books that are no documents of a case: lists, catalogues, score sheets, handbooks. Drawing only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from mingjing.kit.parts import Column, Part
from mingjing.typeset.render import qr_svg, render


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
    code: str = "",
) -> bytes:
    """Print one table as PDF/A, on its side unless `upright`; a row that is one text is the name of a group.

    `code` is put beside the notes as a QR code. The same arguments give the same bytes. Raises DocumentNotDrawn where
    a character has no font, ValueError where a row has not as many cells as there are columns.
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
            "code": qr_svg(code) if code else "",
            "columns": [column.as_data() for column in columns],
            "rows": drawn,
        }
    )


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


def print_letter(
    *,
    title: str,
    agency: str,
    number: str,
    at: datetime,
    date: str,
    to: str,
    paragraphs: Iterable[tuple[str, str]],
) -> bytes:
    """Print an official letter (GB/T 9704): whom it goes to, paragraphs of a style (h1, body), who signs and when.

    Raises DocumentNotDrawn where a character has no font.
    """
    blocks: list[dict[str, Any]] = [{"kind": "text", "style": "plain", "text": [f"{to}："]}]
    blocks += [{"kind": "text", "style": style, "text": [text]} for style, text in paragraphs]
    blocks.append({"kind": "signoff", "agency": agency, "date": date})
    return render(
        {
            "layout": "letter",
            "title": title,
            "agency": agency,
            "number": number,
            "at": at.isoformat(),
            "preview": False,
            "verify": None,
            "compact": False,
            "copies": "",
            "strips": [],
            "blocks": blocks,
        }
    )


def print_slip(
    *,
    title: str,
    agency: str,
    at: datetime,
    address: str,
    pairs: Iterable[tuple[str, str]],
    notes: Sequence[str] = (),
) -> bytes:
    """Print one page about one thing with the QR code of `address`, none where it is empty. Raises DocumentNotDrawn."""
    return render(
        {
            "layout": "slip",
            "title": title,
            "agency": agency,
            "at": at.isoformat(),
            "preview": False,
            # A long address is read better from larger dots than from spare ones.
            "qr": qr_svg(address, error="l") if address else "",
            "pairs": [list(pair) for pair in pairs],
            "notes": list(notes),
        }
    )
