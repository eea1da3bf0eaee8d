"""A receipt small enough for a QR code: packed bytes as base64url text, read back to the very same receipt."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from mingjing.kit.canonical import canonical
from mingjing.translog.leaf import LeafRefused, leaf_bytes
from mingjing.translog.merkle import HASH
from mingjing.translog.note import Checkpoint, NoteRefused, SignatureLine, split_note
from mingjing.translog.proof import InclusionProof
from mingjing.translog.receipt import KINDS, Receipt, ReceiptRefused
from mingjing.translog.strict_json import NotStrict, read_object

VERSION: Final = 1
MAX_TEXT: Final = 1800  # characters that still make a code which a phone reads from paper
MAX_PACKED: Final = 64 * 1024

_ORDER: Final = tuple(KINDS)  # a kind is its place here: new ones go to the end
_CODE: Final = 26


class NotCompact(ValueError):
    """A receipt has something that the packed form has no place for, or is too long for a code."""


# Packed, `n` being a number in 7-bit groups, least first, and `s` a text behind its length:
#
#     1 | kind | n index | n hashes | hashes | s origin | n size | root | n signatures | signatures | leaf | reveal
#
#     signature   s name, empty for the origin | n length | key id and signature
#     leaf        s at | s c, empty for none | n n, 0 for none;   v, k and h follow from the rest
#     reveal      document: code (26 bytes) | length of the PDF's digest, 0 or 32 | digest | h where there is no digest
#                 others:   n length | salt | n length | canonical content


def compact(receipt: Receipt, *, most: int = MAX_TEXT) -> str:
    """Give the text for a QR code, or raise NotCompact. The keys are left out: whoever checks has them."""
    packed = _packed(receipt)
    text = base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")
    if len(text) > most:
        raise NotCompact(f"回执有 {len(text)} 个字符，二维码最多放 {most} 个")
    if from_compact(text).proof != receipt.proof or from_compact(text).reveal != receipt.reveal:
        raise NotCompact("回执的写法与规范不同，不能压缩")
    return text


def from_compact(text: str) -> Receipt:
    """Read the text of a QR code, or raise ReceiptRefused. Nothing is proved by reading."""
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ReceiptRefused("二维码的内容不是存证回执，或者没有扫描完整") from error
    if len(packed) > MAX_PACKED or base64.urlsafe_b64encode(packed).rstrip(b"=").decode() != text:
        raise ReceiptRefused("二维码的内容不是存证回执，或者没有扫描完整")
    try:
        return _unpacked(_Packed(packed))
    except (NoteRefused, NotStrict, LeafRefused, UnicodeDecodeError, IndexError) as error:
        raise ReceiptRefused("二维码的内容不完整，或者被改动过，读不出回执") from error


def _packed(receipt: Receipt) -> bytes:
    proof = receipt.proof
    leaf = read_object(proof.extra)
    text, lines = split_note(proof.note)
    checkpoint = Checkpoint.parse(text)
    return b"".join(
        [
            bytes([VERSION, _ORDER.index(receipt.kind)]) + _number(proof.index) + _number(len(proof.path)),
            *proof.path,
            _text(checkpoint.origin) + _number(checkpoint.size) + checkpoint.root + _number(len(lines)),
            *(_line(line, checkpoint.origin) for line in lines),
            _text(str(leaf.get("at", ""))) + _text(str(leaf.get("c", ""))) + _number(_count(leaf)),
            _reveal(receipt, leaf),
        ]
    )


def _count(leaf: Mapping[str, Any]) -> int:
    number = leaf.get("n", 0)
    return number if isinstance(number, int) and number > 0 else 0


def _line(line: SignatureLine, origin: str) -> bytes:
    data = line.key_id + line.signature
    return _text("" if line.name == origin else line.name) + _number(len(data)) + data


def _reveal(receipt: Receipt, leaf: Mapping[str, Any]) -> bytes:
    if receipt.kind == "document":
        pdf = bytes.fromhex(receipt.reveal.get("pdf", ""))
        committed = b"" if pdf else bytes.fromhex(str(leaf["h"]))
        code: str = receipt.reveal["code"]
        return code.encode("ascii") + bytes([len(pdf)]) + pdf + committed
    salt, content = bytes.fromhex(receipt.reveal["salt"]), canonical(receipt.reveal["content"])
    return _number(len(salt)) + salt + _number(len(content)) + content


def _number(value: int) -> bytes:
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _text(value: str) -> bytes:
    data = value.encode("utf-8")
    return _number(len(data)) + data


def _unpacked(packed: "_Packed") -> Receipt:
    version, kind = packed.take(2)
    if version != VERSION or kind >= len(_ORDER):
        raise ReceiptRefused("二维码由更新的版本生成，或者不是存证回执")
    index, hashes = packed.number(), packed.number()
    path = tuple(packed.take(HASH) for _ in range(hashes))
    checkpoint = Checkpoint(packed.text(), packed.number(), packed.take(HASH))
    signatures = b"".join(packed.line(checkpoint.origin) for _ in range(packed.number()))
    fields = packed.leaf_fields()
    reveal, committed = packed.reveal(_ORDER[kind])
    packed.end()
    whole = Receipt(_ORDER[kind], reveal, InclusionProof(index, path, b""))
    fields["h"] = committed or whole.commitment()
    extra = leaf_bytes(whole.kind, fields)
    proof = InclusionProof(index, path, checkpoint.text + b"\n" + signatures, extra)
    # Read as a file is read: what the file may not be, the code may not be either.
    return Receipt.parse(Receipt(whole.kind, reveal, proof).data)


class _Packed:
    """Bytes that are read from their beginning to their end, and refused if they end too soon or too late."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        """Give the next bytes."""
        taken = self._data[self._at : self._at + count]
        if len(taken) != count:
            raise IndexError(count)
        self._at += count
        return taken

    def number(self) -> int:
        """Give the next number."""
        value = shift = 0
        while True:
            (byte,) = self.take(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if shift > 63 or (shift > 7 and not byte):
            raise IndexError(shift)
        return value

    def text(self) -> str:
        """Give the next text."""
        return self.take(self.number()).decode("utf-8")

    def line(self, origin: str) -> bytes:
        """Give the next signature line."""
        name = self.text() or origin
        data = self.take(self.number())
        return SignatureLine(name, data[:4], data[4:]).text

    def leaf_fields(self) -> dict[str, object]:
        """Give what the leaf says beside version, kind and commitment."""
        at, case, number = self.text(), self.text(), self.number()
        return {"at": at} | ({"c": case} if case else {}) | ({"n": number} if number else {})

    def reveal(self, kind: str) -> tuple[dict[str, Any], str]:
        """Give what opens the commitment, and the commitment itself where that does not follow."""
        if kind != "document":
            salt = self.take(self.number()).hex()
            return {"salt": salt, "content": read_object(self.take(self.number()))}, ""
        code = self.take(_CODE).decode("ascii")
        if (length := self.take(1)[0]) not in {0, HASH}:
            raise IndexError(length)
        pdf = self.take(length).hex()
        return ({"code": code, "pdf": pdf}, "") if pdf else ({"code": code}, self.take(HASH).hex())

    def end(self) -> None:
        """Refuse what comes after the end."""
        if self._at != len(self._data):
            raise IndexError(self._at)


__all__ = ["MAX_TEXT", "NotCompact", "compact", "from_compact"]
