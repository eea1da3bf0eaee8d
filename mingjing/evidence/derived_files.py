"""Where thumbnails and previews of recordings lie: apart from the evidence, by its digest; they prove nothing."""

import shutil
from pathlib import Path
from typing import Final

from django.conf import settings

THUMB: Final = "thumb.jpg"
PREVIEW: Final = "preview.mp4"


def derived(digest: str, name: str) -> Path:
    """Give where something made from a file lies: <home>/derived/ab/cd/<digest>/<name>."""
    home: Path = settings.MINGJING_HOME
    return home / "derived" / digest[:2] / digest[2:4] / digest / name


def has(digest: str, name: str) -> bool:
    """Say whether it has been made."""
    return derived(digest, name).is_file()


def ffmpeg() -> str | None:
    """Give the program that makes them; None where the machine has none."""
    return shutil.which("ffmpeg")
