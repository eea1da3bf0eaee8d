"""Stored files handed to a browser: whole or in ranges, in place only where harmless; small pictures of photos."""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from PIL import Image, ImageOps, UnidentifiedImageError

PIECE = 256 * 1024
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
# Shown in place; everything else is only ever downloaded, whatever it calls itself.
IN_PLACE = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/bmp",
    "audio/",
    "video/",
    "application/pdf",
)
THUMB = (400, 300)
MAX_PIXELS = 100_000_000


class OutOfRange(ValueError):
    """A range that lies behind the end of the file."""


def in_place(media_type: str) -> bool:
    """Whether a browser may show this type inside a page."""
    return media_type.startswith(IN_PLACE)


def answer(
    file: BinaryIO, *, size: int, media_type: str, name: str, asked: str = "", download: bool = False
) -> HttpResponseBase:
    """The file, or the range that was asked for (what players need to jump); the response closes the file."""
    try:
        span = wanted(asked, size)
    except OutOfRange:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span or (0, size - 1)
    pieces = Pieces(file, first, last)
    # A store that is down is found out while the answer can still say so.
    try:
        pieces.begin()
    except Exception:
        file.close()
        raise
    response = StreamingHttpResponse(pieces, status=206 if span else 200, content_type=media_type)
    if span:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    shown = "inline" if in_place(media_type) and not download else "attachment"
    response["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    # Whatever the bytes are, nothing in them may run here or reach another page.
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; frame-ancestors 'self'"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def wanted(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a Range header, None where there is no usable one. Raises OutOfRange."""
    found = RANGE.fullmatch(asked.strip())
    if not found or found[0] == "bytes=-":
        return None
    if not found[1]:
        if int(found[2]) == 0:
            raise OutOfRange(asked)
        return max(0, size - int(found[2])), size - 1
    first = int(found[1])
    last = min(int(found[2]) if found[2] else size - 1, size - 1)
    if first >= size:
        raise OutOfRange(asked)
    return None if last < first else (first, last)


class Pieces:
    """The bytes of an open file from `first` to `last`, in pieces; closed by the server, read or not."""

    def __init__(self, file: BinaryIO, first: int, last: int) -> None:
        self.file, self.first, self.left, self.ready = file, first, last - first + 1, b""

    def begin(self) -> None:
        """Read the first piece."""
        self.file.seek(self.first)
        self.ready = self.file.read(min(PIECE, self.left))

    def __iter__(self) -> Iterator[bytes]:
        while self.ready:
            self.left -= len(self.ready)
            yield self.ready
            self.ready = self.file.read(min(PIECE, self.left))

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()


def thumbnail(file: BinaryIO) -> bytes | None:
    """A small JPEG of a photo, upright; None where the bytes cannot be drawn or would take too much memory."""
    try:
        with file, Image.open(file) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("RGB", THUMB)
            small = ImageOps.exif_transpose(picture)
            small.thumbnail(THUMB)
            drawn = io.BytesIO()
            small.convert("RGB").save(drawn, "JPEG", quality=80)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # SyntaxError is what Pillow says of a PNG whose pieces are broken.
        return None
    return drawn.getvalue()
