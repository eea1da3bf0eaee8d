"""The receipt: one small file that proves one logged thing to its holder, with nothing beside it; no checking here."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from mingjing.translog.leaf import act_commitment, document_commitment
from mingjing.translog.note import NoteRefused
from mingjing.translog.proof import InclusionProof
from mingjing.translog.strict_json import NotStrict, read_object

FORMAT: Final = "mingjing-receipt@1"
MAX_BYTES: Final = 256 * 1024
# What the holder of a receipt calls the thing; the leaf's `k` is the same word.
KINDS: Final[Mapping[str, str]] = {
    "document": "文书",
    "act": "执法行为",
    "publication": "公示",
    "withdrawal": "公示撤回",
    "evidence": "证据",
    "argument": "陈述申辩材料",
    "draw": "随机抽取",
    "complaint": "投诉举报",
    "interference": "过问干预记录",
}

MAX_KEYS: Final = 8
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CODE: Final = re.compile(r"[A-Z2-7]{26}", re.ASCII)
_SALT: Final = re.compile(r"(?:[0-9a-f]{2}){16,64}", re.ASCII)
# Characters that some readers take for the end of a line: the proof has none but the newline.
_ODD: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029\ufeff]")


class ReceiptRefused(ValueError):
    """A file is no receipt. The message is Chinese and says what is wrong with it."""


# The file is one JSON object; `reveal` is what opens the commitment `h` of the leaf:
#
#     format   "mingjing-receipt@1"
#     kind     one of KINDS
#     reveal   document: {"code", "pdf"}; `pdf`, the SHA-256 of the file, may be missing: then the PDF itself is needed
#              others:   {"salt", "content"}; h = SHA-256(salt | canonical content)
#     proof    the text of a .tlog-proof file with the leaf as its extra data
#     vkeys    public keys of the log, for the reader's convenience: whoever checks takes them from elsewhere


@dataclass(frozen=True)
class Receipt:
    """What a receipt says, read and well-formed; whether it is true is for `receipt_check`."""

    kind: str
    reveal: Mapping[str, Any]
    proof: InclusionProof
    vkeys: Sequence[str] = ()

    @property
    def data(self) -> bytes:
        """The bytes of the receipt file."""
        whole = {
            "format": FORMAT,
            "kind": self.kind,
            "reveal": dict(self.reveal),
            "proof": self.proof.data.decode("utf-8"),
            "vkeys": list(self.vkeys),
        }
        return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a receipt file, or raise ReceiptRefused. Nothing is proved by reading."""
        if len(data) > MAX_BYTES:
            raise ReceiptRefused(f"文件有 {len(data)} 字节，回执不会超过 {MAX_BYTES} 字节")
        try:
            whole = read_object(data)
            return cls._of(whole)
        except (NotStrict, NoteRefused) as refused:
            raise ReceiptRefused(str(refused)) from refused

    @classmethod
    def _of(cls, whole: Mapping[str, Any]) -> Self:
        if whole.get("format") != FORMAT:
            raise ReceiptRefused(f"不是存证回执：格式应为 {FORMAT}")
        if set(whole) != {"format", "kind", "reveal", "proof", "vkeys"}:
            raise ReceiptRefused("回执的项目不全，或者多出了项目")
        kind, reveal, proof, vkeys = whole["kind"], whole["reveal"], whole["proof"], whole["vkeys"]
        if not isinstance(kind, str) or kind not in KINDS:
            raise ReceiptRefused("回执的种类不认识，可能需要更新版本的核验工具")
        if not isinstance(proof, str) or _ODD.search(proof):
            raise ReceiptRefused("回执中的证明不是文本，或者含有异常字符")
        if (
            not isinstance(vkeys, list)
            or len(vkeys) > MAX_KEYS
            or not all(isinstance(one, str) for one in vkeys)
        ):
            raise ReceiptRefused("回执中的公钥应为文本的列表")
        _check_reveal(kind, reveal)
        return cls(kind, reveal, InclusionProof.parse(proof.encode("utf-8")), tuple(vkeys))

    def commitment(self, file_digest: str = "") -> str | None:
        """Give the commitment that the leaf must hold; None where the file's own digest is needed to tell."""
        if self.kind != "document":
            return act_commitment(bytes.fromhex(self.reveal["salt"]), self.reveal["content"])
        pdf = file_digest or self.reveal.get("pdf", "")
        return document_commitment(self.reveal["code"], bytes.fromhex(pdf)) if pdf else None

    @property
    def file_digest(self) -> str:
        """The SHA-256 of the file this receipt is of, empty where it is of none or does not say."""
        found = self.reveal.get("pdf") if self.kind == "document" else self.reveal["content"].get("digest")
        return found if isinstance(found, str) and _DIGEST.fullmatch(found) else ""


def document_receipt(code: str, pdf: str, proof: InclusionProof, vkeys: Sequence[str]) -> Receipt:
    """Make the receipt of a document; without `pdf`, its digest, whoever checks needs the file."""
    return Receipt("document", {"code": code} | ({"pdf": pdf} if pdf else {}), proof, vkeys)


def salted_receipt(
    kind: str, salt: bytes, content: Mapping[str, Any], proof: InclusionProof, vkeys: Sequence[str]
) -> Receipt:
    """Make the receipt of anything whose leaf commits to salt and canonical content."""
    return Receipt(kind, {"salt": salt.hex(), "content": dict(content)}, proof, vkeys)


def _check_reveal(kind: str, reveal: object) -> None:
    if not isinstance(reveal, dict):
        raise ReceiptRefused("回执没有写明所证明的内容")
    if kind == "document":
        sound = set(reveal) in ({"code"}, {"code", "pdf"}) and _matches(_CODE, reveal["code"])
        if not sound or ("pdf" in reveal and not _matches(_DIGEST, reveal["pdf"])):
            raise ReceiptRefused("文书回执应写明 26 位查验码和 PDF 的 SHA-256")
    elif (
        set(reveal) != {"salt", "content"}
        or not _matches(_SALT, reveal["salt"])
        or not isinstance(reveal["content"], dict)
    ):
        raise ReceiptRefused("回执应写明内容和盐")


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
