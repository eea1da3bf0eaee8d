"""The name a file came with: kept as a label, never used as a path."""

import unicodedata
from typing import Final

from mingjing.evidence.refusals import EvidenceRefused

MAX_NAME: Final = 200
# Control, format (which turn the reading direction or hide characters), private and line-breaking characters.
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def checked_name(name: str) -> str:
    """Give the name in composed form, or raise EvidenceRefused for one that could deceive a reader or a program."""
    composed = unicodedata.normalize("NFC", name).strip()
    if not composed.strip(". "):
        raise EvidenceRefused("文件没有名称", "请为文件取一个名称后重新上传")
    if len(composed) > MAX_NAME:
        raise EvidenceRefused(f"文件名超过 {MAX_NAME} 个字符", "请改短后重新上传")
    if any(character in "/\\" for character in composed) or composed.startswith(".."):
        raise EvidenceRefused("文件名中含有路径", "请只保留文件名，去掉斜杠和开头的点，再重新上传")
    if any(unicodedata.category(character) in INVISIBLE for character in composed):
        raise EvidenceRefused("文件名中含有看不见的控制字符，可能掩盖真实类型", "请改名后重新上传")
    return composed


def extension_of(name: str) -> str:
    """Give the extension in lower case without its dot; empty if there is none."""
    stem, dot, extension = name.rstrip(". ").rpartition(".")
    return extension.lower() if dot and stem and extension.isascii() and extension.isalnum() else ""
