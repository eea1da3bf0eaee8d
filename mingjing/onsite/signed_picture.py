"""A signature as a PNG that carries what was signed: reading the note inside; pure, no file, no database."""

import json
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
KEYWORD: Final = b"mingjing-signed"
# Of an iTXt chunk after its keyword: NUL, not compressed, no language, no translated keyword.
PLAIN: Final = b"\0\0\0\0\0"
LARGEST: Final = 2 * 1024 * 1024
ROLES: Final = {"party": "当事人", "witness": "见证人", "officer": "执法人员"}


class Unsound(ValueError):
    """The picture is no signature, or its note cannot be read."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed what when, as the picture says."""

    of: str  # the SHA-256 of the canonical JSON that was on the screen
    role: str
    name: str
    at: datetime

    @property
    def title(self) -> str:
        """What the signature is called in the catalogue of evidence."""
        return f"{ROLES[self.role]}签名（{self.name}）"


def read_signed(picture: bytes) -> Signed:
    """Read the note of a signature. Raises Unsound."""
    try:
        note = json.loads(_note(picture))
        signed = Signed(note["of"], note["role"], note["name"].strip(), datetime.fromisoformat(note["at"]))
    except (KeyError, TypeError, ValueError, AttributeError, struct.error) as fault:
        raise Unsound(str(fault)) from None
    texts = (signed.of, signed.role, signed.name)
    if not all(isinstance(one, str) for one in texts) or signed.role not in ROLES or signed.at.tzinfo is None:
        raise Unsound("note")
    if not signed.name or len(signed.name) > 60:
        raise Unsound("name")
    return signed


def _note(picture: bytes) -> str:
    if not picture.startswith(PNG):
        raise Unsound("not a PNG")
    at = len(PNG)
    while at < len(picture):
        #     length (4) | name (4) | data | CRC of name and data (4)
        length, name = struct.unpack_from(">I4s", picture, at)
        data = picture[at + 8 : at + 8 + length]
        (crc,) = struct.unpack_from(">I", picture, at + 8 + length)
        if zlib.crc32(name + data) != crc:
            raise Unsound("damaged")
        if name == b"iTXt" and data.startswith(KEYWORD + PLAIN):
            return data[len(KEYWORD + PLAIN) :].decode()
        at += length + 12
    raise Unsound("no note")
