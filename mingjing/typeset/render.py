"""Data drawn as pages: PDF/A-2b and pictures of it. The same data and fonts give the same bytes; nothing is stored."""

import io
import json
import re
import shutil
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import segno
import typst
from django.conf import settings

TEMPLATES: Final = Path(__file__).parent / "typst"
STANDARD: Final = (
    "a-2b"  # an archive format: every character must have a glyph, or the export fails and says which
)
_UNDRAWN: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_local = threading.local()


class DocumentNotDrawn(Exception):
    """A document that cannot be drawn, and in Chinese why and what mends it."""


@cache
def fonts() -> typst.Fonts:
    """The fonts of the font folders and of the engine, none of the machine: every machine draws the same page."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[folder for folder in settings.FONT_DIRS if folder.is_dir()],
    )


@cache
def families() -> str:
    """The font families that are there, as JSON: the layouts ask for no other, so a page warns of nothing."""
    return json.dumps([name.lower() for name in fonts().families()])


def render(data: Mapping[str, Any]) -> bytes:
    """The document as PDF/A-2b, dated by the act. Raises DocumentNotDrawn where a character has no font."""
    at = datetime.fromisoformat(data["at"])
    return _compile(data, format="pdf", pdf_standards=[STANDARD], timestamp=int(at.timestamp()))[0]


def render_with_files(data: Mapping[str, Any], folder: Path) -> bytes:
    """The document as PDF/A-2b with pictures that lie in `folder` under the names the data give; spends the folder."""
    for layout in TEMPLATES.glob("*.typ"):
        shutil.copy(layout, folder)
    compiler = typst.Compiler(folder / "main.typ", root=folder, font_paths=fonts())
    at = datetime.fromisoformat(data["at"])
    options = {"format": "pdf", "pdf_standards": [STANDARD], "timestamp": int(at.timestamp())}
    return _compile(data, compiler, **options)[0]


def render_plain(data: Mapping[str, Any]) -> bytes:
    """Pages to be laid over others: an ordinary PDF without structure, for nobody reads it by itself."""
    at = datetime.fromisoformat(data["at"])
    return _compile(data, format="pdf", pdf_tags=False, timestamp=int(at.timestamp()))[0]


def preview_png(data: Mapping[str, Any], *, ppi: int = 110) -> list[bytes]:
    """The pages as pictures. Raises DocumentNotDrawn for what `render` would refuse."""
    render(
        data
    )  # a picture shows a missing character as a box and says nothing; the archive format refuses it
    return _compile(data, format="png", ppi=ppi)


def qr_svg(content: str, *, error: str = "m") -> str:
    """A QR code without a border, as a drawing; long contents are read better from larger dots than from spare ones."""
    drawing = io.BytesIO()
    segno.make(content, error=error, micro=False).save(drawing, kind="svg", border=0, xmldecl=False)
    return drawing.getvalue().decode("ascii")


def _explained(error: typst.TypstError) -> DocumentNotDrawn:
    found = _UNDRAWN.search(error.message)
    if not found:
        return DocumentNotDrawn(f"文书排版失败：{error.message}")
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda escape: chr(int(escape[1], 16)), found[1])
    named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in text)
    return DocumentNotDrawn(
        f"文书中的字{named}没有可用的字体，无法排印。请核对是否误输入；确为生僻字的，"
        "请管理员把含有该字的字体文件放入 MINGJING_FONT_DIRS 所指的文件夹后重试。"
    )


def _compile(data: Mapping[str, Any], compiler: typst.Compiler | None = None, **options: Any) -> list[bytes]:
    try:
        result = (compiler or _compiler()).compile(
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), "families": families()}, **options
        )
    except typst.TypstError as error:
        raise _explained(error) from error
    return result if isinstance(result, list) else [result or b""]


def _compiler() -> typst.Compiler:
    # A compiler may not be borrowed by two threads at once; the fonts may.
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(TEMPLATES / "main.typ", root=TEMPLATES, font_paths=fonts())
    compiler: typst.Compiler = _local.compiler
    return compiler
