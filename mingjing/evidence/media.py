"""What a file is, told by its first bytes, and whether we take it in; pure, reads no file."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mingjing.evidence.refusals import EvidenceRefused

ACCEPTED: Final = (
    "图片 jpg png webp heic gif，文档 pdf docx xlsx doc xls txt csv，"
    "录音 mp3 wav m4a aac ogg，录像 mp4 mov avi mkv webm 3gp"
)
HEAD: Final = 4096  # how many first bytes a decision needs

# Family of formats -> extension -> media type. The first bytes give the family; formats of one family differ only in
# name (phones write m4a, mp4 and 3gp alike), so there the extension decides between them. The first is the default.
FAMILIES: Final[dict[str, dict[str, str]]] = {
    "jpeg": {"jpg": "image/jpeg", "jpeg": "image/jpeg", "jfif": "image/jpeg"},
    "png": {"png": "image/png"},
    "gif": {"gif": "image/gif"},
    "webp": {"webp": "image/webp"},
    "heif": {"heic": "image/heic", "heif": "image/heif"},
    "pdf": {"pdf": "application/pdf"},
    "zip": {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
    "ole": {"doc": "application/msword", "xls": "application/vnd.ms-excel"},
    "text": {"txt": "text/plain", "csv": "text/csv"},
    "mpeg audio": {"mp3": "audio/mpeg", "aac": "audio/aac"},
    "wav": {"wav": "audio/wav"},
    "ogg": {"ogg": "audio/ogg"},
    "mp4": {
        "mp4": "video/mp4",
        "m4v": "video/mp4",
        "mov": "video/quicktime",
        "m4a": "audio/mp4",
        "3gp": "video/3gpp",
    },
    "avi": {"avi": "video/x-msvideo"},
    "webm": {"webm": "video/webm", "mkv": "video/x-matroska"},
    "matroska": {"mkv": "video/x-matroska"},
}
KNOWN_EXTENSIONS: Final = frozenset(extension for family in FAMILIES.values() for extension in family)

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EBML_MAGIC: Final = b"\x1a\x45\xdf\xa3"
QUICKTIME_ATOMS: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
HEIF_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")
EXECUTABLES: Final = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
ARCHIVES: Final = frozenset({"zip", "rar", "7z", "gz", "tar", "tgz", "bz2", "xz"})
MARKUP: Final = re.compile(rb"<\s*(!doctype|html|head|body|script|iframe|svg|\?xml|\?php|!--)", re.IGNORECASE)
TEXT_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of file that we take in."""

    family: str
    extension: str
    media_type: str

    @property
    def medium(self) -> str:
        """photo, audio, video or document: what the rules of law ask about."""
        kind = self.media_type.partition("/")[0]
        return {"image": "photo", "audio": "audio", "video": "video"}.get(kind, "document")


def recognise(head: bytes, extension: str) -> Media:
    """Say what a file is from its first bytes and the extension of its name ("" if it has none).

    Raises EvidenceRefused for what we do not take in, and where name and content contradict each other.
    """
    family = _family(head)
    if family is None:
        raise _not_accepted(head, extension)
    formats = FAMILIES[family]
    if not extension:
        extension = next(iter(formats))
    if extension not in formats:
        if family == "text" and extension in KNOWN_EXTENSIONS:
            raise _contradiction(extension, "文本")
        if extension in KNOWN_EXTENSIONS:
            raise _contradiction(extension, "、".join(formats))
        raise unknown_type(extension)
    return Media(family, extension, formats[extension])


def _family(head: bytes) -> str | None:
    for family, matches in SIGNATURES.items():
        if matches(head):
            return family
    return "text" if _is_plain_text(head) else None


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _brands(head: bytes) -> list[bytes]:
    """The major and compatible brands of an ISO media file; none if it is not one."""
    #     size (4) | "ftyp" | major brand (4) | version (4) | compatible brands (4 each) ...
    if head[4:8] != b"ftyp":
        return []
    end = min(int.from_bytes(head[:4]), len(head), 256)
    return [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]


def _is_heif(head: bytes) -> bool:
    return any(brand in HEIF_BRANDS for brand in _brands(head))


def _is_mp4(head: bytes) -> bool:
    brands = _brands(head)
    still_picture = brands and brands[0] in {b"mif1", b"msf1", b"avif", b"avis", b"crx "}
    # Text may read "The free ..."; the size before the name of an atom holds a zero byte somewhere near.
    is_old_quicktime = head[4:8] in QUICKTIME_ATOMS and b"\0" in head[:16]
    return bool(brands and not still_picture) or is_old_quicktime


def _is_mpeg_audio(head: bytes) -> bool:
    #     11 bits of sync | 2 version | 2 layer | 1 | ...   layer 01 is MP3; layer 00 with 12 sync bits is AAC (ADTS)
    if head[:3] == b"ID3":
        return True
    if len(head) < 4 or head[0] != 0xFF:
        return False
    is_mp3 = head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 != 0xF0 and head[2] & 0x0C != 0x0C
    return is_mp3 or head[1] & 0xF6 == 0xF0


def _ebml(doctype: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == EBML_MAGIC and doctype in head[:128]


# Asked in this order.
SIGNATURES: Final[dict[str, Callable[[bytes], bool]]] = {
    "jpeg": lambda head: head[:3] == b"\xff\xd8\xff",
    "png": lambda head: head[:8] == b"\x89PNG\r\n\x1a\n",
    "gif": lambda head: head[:6] in {b"GIF87a", b"GIF89a"},
    "webp": _riff(b"WEBP"),
    "wav": _riff(b"WAVE"),
    "avi": _riff(b"AVI "),
    "heif": _is_heif,
    "mp4": _is_mp4,
    "pdf": lambda head: head[:5] == b"%PDF-",
    "zip": lambda head: head[:4] == b"PK\x03\x04",
    "ole": lambda head: head[:8] == OLE_MAGIC,
    "ogg": lambda head: head[:4] == b"OggS",
    "webm": _ebml(b"webm"),
    "matroska": _ebml(b"matroska"),
    "mpeg audio": _is_mpeg_audio,
}


def _is_plain_text(head: bytes) -> bool:
    """Whether the bytes read as text, in UTF-8, UTF-16 with a mark, or GB 18030, without markup or controls."""
    if head.startswith(b"#!"):
        return False
    bom, encoding = next((one for one in TEXT_BOMS if head.startswith(one[0])), (b"", ""))
    body = head[len(bom) :]
    return any(_readable(body, name) for name in ([encoding] if encoding else ["utf-8", "gb18030"]))


def _readable(body: bytes, encoding: str) -> bool:
    # A character may be cut where the head ends: up to three bytes are forgiven there.
    for cut in range(4 if len(body) >= HEAD - 3 else 1):
        try:
            text = body[: len(body) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return not CONTROL.search(text) and not MARKUP.search(text.lstrip()[:1024].encode())
    return False


def _not_accepted(head: bytes, extension: str) -> EvidenceRefused:
    if head.startswith(EXECUTABLES):
        return EvidenceRefused("这是程序或脚本文件，不能作为证据上传", "请上传其屏幕截图、录像或打印件")
    if MARKUP.search(head):
        return EvidenceRefused("这是网页或 SVG 文件，打开时可能执行代码，不接收", "请另存为 PDF 或截图后上传")
    if extension in KNOWN_EXTENSIONS:
        return _contradiction(extension, "")
    return unknown_type(extension)


def _contradiction(extension: str, found: str) -> EvidenceRefused:
    seen = f"实际是{found}文件" if found else "实际不是这种文件，或者已经损坏"
    return EvidenceRefused(
        f"文件名说是 {extension}，内容{seen}", "请核对文件；如系改名所致，改回原扩展名后重新上传"
    )


def unknown_type(extension: str) -> EvidenceRefused:
    """Give the refusal of a kind of file that is not taken in, told by its extension."""
    if extension in ARCHIVES:
        return EvidenceRefused("不接收压缩包", "请先解压，把其中的文件逐个上传，以便逐件登记和查看")
    named = f"{extension} " if extension else ""
    return EvidenceRefused(f"不接收{named}这种类型的文件", f"请转换后上传；可接收的类型有：{ACCEPTED}")
