"""Stored files reach the browser whole or in ranges, and never as something that could run."""

import io
from collections.abc import Iterable
from typing import cast

import pytest
from django.http import StreamingHttpResponse
from PIL import Image

from mingjing.web import files

BYTES = bytes(range(100))


def sent(asked: str = "", media_type: str = "video/mp4", **more: bool) -> StreamingHttpResponse:
    """The answer to a request for the file."""
    file = io.BytesIO(BYTES)
    answer = files.answer(file, size=100, media_type=media_type, name="现场.mp4", asked=asked, **more)
    return cast(StreamingHttpResponse, answer)


def body(answer: StreamingHttpResponse) -> bytes:
    """What the answer carries."""
    return b"".join(cast("Iterable[bytes]", answer.streaming_content))


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("", 200, BYTES),
        ("bytes=0-", 206, BYTES),
        ("bytes=10-19", 206, BYTES[10:20]),
        ("bytes=90-200", 206, BYTES[90:]),
        ("bytes=-5", 206, BYTES[-5:]),
        ("bytes=99-99", 206, BYTES[99:]),
        ("bytes=20-10", 200, BYTES),
        ("bytes=-", 200, BYTES),
        ("chars=1-2", 200, BYTES),
        ("bytes=0-1,5-6", 200, BYTES),
        (f"bytes={'9' * 5000}-", 200, BYTES),
    ],
)
def test_a_range_gives_exactly_these_bytes(asked: str, status: int, content: bytes) -> None:
    """Players jump by ranges; what is no usable range gives the whole file."""
    answer = sent(asked)
    assert (answer.status_code, body(answer)) == (status, content)
    assert int(answer["Content-Length"]) == len(content)


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(asked: str) -> None:
    """416 with the true size, as the protocol wants."""
    answer = sent(asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */100")


@pytest.mark.parametrize(
    "media_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/plain", "application/zip"]
)
def test_what_could_run_is_only_ever_downloaded(media_type: str) -> None:
    """A page uploaded as evidence is not shown as a page of this site."""
    assert sent(media_type=media_type)["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("media_type", ["image/jpeg", "video/mp4", "audio/mpeg", "application/pdf"])
def test_pictures_sound_and_film_are_shown_in_place_unless_downloaded(media_type: str) -> None:
    """The same file may be shown or saved; its Chinese name survives."""
    assert (
        sent(media_type=media_type)["Content-Disposition"]
        == "inline; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.mp4"
    )
    assert sent(media_type=media_type, download=True)["Content-Disposition"].startswith("attachment;")
    assert "default-src 'none'" in sent(media_type=media_type)["Content-Security-Policy"]


def test_a_photo_becomes_a_small_upright_picture() -> None:
    """The turn in the camera's note is carried out."""
    taken = io.BytesIO()
    notes = Image.Exif()
    notes[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (1600, 800), "white").save(taken, "JPEG", exif=notes)
    taken.seek(0)
    small = files.thumbnail(taken)
    assert small is not None
    with Image.open(io.BytesIO(small)) as picture:
        assert picture.height > picture.width
        assert max(picture.size) <= 400


def test_bytes_that_are_no_picture_have_no_small_picture() -> None:
    """A broken photo costs nobody a page."""
    assert files.thumbnail(io.BytesIO(b"\xff\xd8\xff broken")) is None


def test_a_png_with_a_broken_piece_has_no_small_picture() -> None:
    """Pillow calls this a syntax error."""
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(kept, "PNG")
    whole = kept.getvalue()
    assert files.thumbnail(io.BytesIO(whole)) is not None
    assert files.thumbnail(io.BytesIO(whole.replace(b"IDAT", b"TDD\xc4"))) is None
