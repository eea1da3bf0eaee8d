"""Photographs laid out two a page, and what cannot be bound listed instead; originals are never touched."""

import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageOps, UnidentifiedImageError

from mingjing.evidence import store
from mingjing.typeset.render import render_with_files

if TYPE_CHECKING:
    from mingjing.evidence.models import EvidenceItem

LONGEST: Final = 1600  # pixels of the longer side: 250 dots an inch on half a page of A4
QUALITY: Final = 82


class NotAPicture(Exception):
    """The bytes cannot be shown as a picture, whatever the catalogue says of them."""


def shrunk(item: "EvidenceItem") -> bytes:
    """Give a photograph upright and small enough to print, as JPEG. Raises NotAPicture."""
    try:
        with store.open_stored(item.digest) as file, Image.open(file) as photo:
            photo.draft(
                "RGB", (LONGEST, LONGEST)
            )  # a JPEG is decoded at a fraction of its size: ten times as fast
            upright = ImageOps.exif_transpose(photo).convert("RGB")
            upright.thumbnail((LONGEST, LONGEST))
            written = io.BytesIO()
            upright.save(written, "JPEG", quality=QUALITY)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError) as error:
        raise NotAPicture(item.digest) from error
    return written.getvalue()


def photo_pages(sheet: Mapping[str, Any], photos: Sequence[bytes]) -> bytes:
    """Draw the pages of photographs; `sheet` is the filled form, a row for each photograph."""
    table = sheet["blocks"][0]
    data = {
        **sheet,
        "layout": "photos",
        "heads": [column["title"] for column in table["columns"]],
        "photos": [
            {"file": f"photo-{number}.jpg", "cells": cells} for number, cells in enumerate(table["rows"])
        ],
    }
    with tempfile.TemporaryDirectory(prefix="mingjing-photos-") as folder:
        for number, photo in enumerate(photos):
            Path(folder, f"photo-{number}.jpg").write_bytes(photo)
        return render_with_files(data, Path(folder))
