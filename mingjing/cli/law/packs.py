"""Where the packs of a command lie, and how a fault in them is told; no pack is read here that was not asked for."""

import os
from pathlib import Path

from mingjing.cli.start import Refusal
from mingjing.packs.load import Library, PackError, load_library
from mingjing.packs.variants import open_library

DEFAULT_PACKS = Path(__file__).resolve().parents[3] / "lawpacks"


def packs_folder() -> Path:
    """Give the folder of the packs in service."""
    return Path(os.environ.get("MINGJING_LAWPACKS") or DEFAULT_PACKS)


def in_service() -> Library:
    """Read the packs in service; a fault stops the command."""
    try:
        return load_library(packs_folder())
    except PackError as error:
        raise Refusal(f"法规包有误：\n{error}") from error


def opened(path: Path) -> Library:
    """Read the packs in a folder or a zip; a fault stops the command."""
    try:
        return open_library(path)
    except PackError as error:
        raise Refusal(f"{path} 中的法规包有误：\n{error}") from error
