"""What is inside files that hold others: office documents that would burst when opened, PDFs that cannot be opened."""

import mmap
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import pikepdf

from mingjing.evidence.media import Media
from mingjing.evidence.refusals import EvidenceRefused

MAX_ENTRIES: Final = 10_000
MAX_EXPANDED: Final = 1024 * 1024 * 1024
# Below this size no ratio does harm: a sheet of equal rows shrinks a hundredfold.
HARMLESS: Final = 32 * 1024 * 1024
MAX_RATIO: Final = 100
# A workbook inside a document is common, a document inside that workbook is not.
MAX_DEPTH: Final = 2
PIECE: Final = 1024 * 1024
MAIN_PARTS: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
# Names of streams inside old office files, as their directory writes them.
OLE_STREAMS: Final = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}


def check_content(path: Path, media: Media) -> None:
    """Raise EvidenceRefused if a file of this family is not what it says or would harm whoever opens it."""
    if media.family == "zip":
        _check_office(path, media.extension)
    elif media.family == "ole":
        _check_ole(path, media.extension)
    elif media.family == "pdf":
        _check_pdf(path)


def _check_pdf(path: Path) -> None:
    try:
        with pikepdf.open(path) as document:
            encrypted = document.is_encrypted
    except pikepdf.PasswordError:
        encrypted = True
    except pikepdf.PdfError:
        raise _damaged() from None
    if encrypted:
        raise EvidenceRefused(
            "PDF 设有密码或加密，审核人员将无法查看", "请解除密码保护（或打印为新的 PDF）后重新上传"
        )


def _check_ole(path: Path, extension: str) -> None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        names = [name.encode("utf-16-le") + b"\0\0" for name in OLE_STREAMS[extension]]
        if all(content.find(name) < 0 for name in names):
            raise EvidenceRefused(
                f"内容不是 {extension} 文档", f"请用办公软件打开并另存为 {extension}x，再重新上传"
            )


def _check_office(path: Path, extension: str) -> None:
    with path.open("rb") as file:
        names = _check_zip(file, _Expansion(), depth=1)
    if MAIN_PARTS[extension] not in names or "[Content_Types].xml" not in names:
        raise EvidenceRefused(
            f"内容不是 {extension} 文档，可能是压缩包",
            "请核对扩展名；如系压缩包，先解压，再把其中的文件逐个上传",
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise EvidenceRefused("文档中含有宏程序", "请另存为不含宏的文档或 PDF 后重新上传")


@dataclass
class _Expansion:
    """How much one upload has grown to so far, all its inner archives included."""

    total: int = 0

    def add(self, size: int) -> None:
        self.total += size
        if self.total > MAX_EXPANDED:
            raise _bursts()


def _check_zip(file: IO[bytes], expansion: _Expansion, *, depth: int) -> set[str]:
    """Check what a zip declares, then that it told the truth; give the names of its entries."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_declared(entries, size=file.seek(0, 2))
            for entry in entries:
                _check_entry(archive, entry, expansion, depth)
            return {entry.filename for entry in entries}
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
        OverflowError,
        ValueError,
    ):
        # OSError: an entry that says it begins before the file does.
        raise _damaged() from None
    except RuntimeError:  # zipfile's way of saying that a password is needed
        raise EvidenceRefused("文档设有密码，审核人员将无法查看", "请解除密码保护后重新上传") from None


def _check_declared(entries: list[zipfile.ZipInfo], *, size: int) -> None:
    # Entries may overlap, so that few bytes expand many times: the sum of what they declare shows it.
    expanded = sum(entry.file_size for entry in entries)
    too_dense = expanded > HARMLESS and expanded > MAX_RATIO * size
    if len(entries) > MAX_ENTRIES or expanded > MAX_EXPANDED or too_dense:
        raise _bursts()


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, expansion: _Expansion, depth: int) -> None:
    # zipfile stops at the declared size and compares the checksum: an entry that lied about its size fails.
    with archive.open(entry) as content, tempfile.SpooledTemporaryFile(max_size=PIECE) as inner:
        piece = content.read(PIECE)
        is_archive = piece.startswith(b"PK\x03\x04")
        while piece:
            expansion.add(len(piece))
            if is_archive:
                inner.write(piece)
            piece = content.read(PIECE)
        if is_archive and depth == MAX_DEPTH:
            raise EvidenceRefused("文档内层层嵌套压缩文件", "请转成 PDF，或把内嵌的文件另存后逐个上传")
        if is_archive:
            _check_zip(inner, expansion, depth=depth + 1)


def _bursts() -> EvidenceRefused:
    return EvidenceRefused(
        "文件压缩异常，展开后体积过大，疑似“压缩炸弹”", "请核对文件来源；确需提交的，转成 PDF 后上传"
    )


def _damaged() -> EvidenceRefused:
    return EvidenceRefused("文件已损坏，无法打开", "请重新取得或重新导出该文件后上传")
