"""Made-up evidence for the demo: drawings, sheets, a hum and a short film; none of it proves anything."""

import io
import wave
from pathlib import Path
from typing import Final
from zlib import crc32

from PIL import Image, ImageDraw

FILM: Final = Path(__file__).parent / "street.webm"
# A Void element of EBML: players pass over it, so that each case has a film of its own.
VOID: Final = b"\xec\x84"


def exhibit(title: str, case_code: str) -> tuple[str, io.BytesIO]:
    """Give a file with its name: what its title says it is, a recording, a film, a copy or else a picture."""
    if "录音" in title:
        return f"{title}.wav", hummed(title, case_code)
    if "录像" in title:
        return f"{title}.webm", filmed(title, case_code)
    return f"{title}.jpg", _picture(title, case_code)


def filmed(title: str, case_code: str) -> io.BytesIO:
    """Give two seconds of a drawn street, each film its own."""
    return io.BytesIO(FILM.read_bytes() + VOID + crc32(f"{title}{case_code}".encode()).to_bytes(4, "big"))


def hummed(title: str, case_code: str) -> io.BytesIO:
    """Give two seconds of a hum, each recording its own: it proves nothing and is not meant to."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as recording:
        recording.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
        pitch = 20 + crc32(f"{title}{case_code}".encode()) % 40
        recording.writeframes(bytes(128 + (30 if (n // pitch) % 2 else -30) for n in range(16000)))
    kept.seek(0)
    return kept


def _picture(title: str, case_code: str) -> io.BytesIO:
    kept = io.BytesIO()
    drawn(title, case_code).save(kept, "JPEG", quality=85)
    kept.seek(0)
    return kept


def drawn(title: str, case_code: str) -> Image.Image:
    """Draw a street with a heap on it: plainly a drawing, so that nobody takes it for a photo of a real place."""
    if "复印件" in title:
        return _sheet(case_code)
    shade = int(case_code[:2], 16) // 4
    picture = Image.new("RGB", (1280, 960), (206, 222, 236))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 520, 1280, 960), fill=(150, 150, 152))
    for left in range(40, 1280, 220):
        pen.rectangle((left, 730, left + 120, 744), fill=(245, 245, 245))
    pen.rectangle((0, 470, 1280, 530), fill=(188, 182, 172))
    if "改正" in title:  # the street is clear again
        return picture
    heap = 300 + shade * 4
    pen.polygon([(heap, 700), (heap + 180, 520), (heap + 420, 700)], fill=(196, 164, 120 - shade // 2))
    pen.rectangle((heap + 440, 560, heap + 640, 700), fill=(168 - shade, 84, 62), outline=(120, 60, 44))
    return picture


def _sheet(case_code: str) -> Image.Image:
    """Draw a sheet of paper with grey lines where its text would be."""
    picture = Image.new("RGB", (900, 1270), (252, 250, 244))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 40, 860, 1230), outline=(178, 148, 82), width=8)
    for line in range(16):
        width = 300 + (int(case_code, 16) >> line * 3) % 8 * 50
        pen.rectangle((110, 220 + line * 58, 110 + width, 236 + line * 58), fill=(168, 166, 160))
    return picture
