"""SM2 keys on signed notes: the signature type `0xff "sm2-sm3"` that standard readers pass over; no files here."""

from dataclasses import dataclass
from typing import Final, Self

from mingjing.translog.note import (
    NoteKey,
    NoteRefused,
    SigningKey,
    VerifyKey,
    key_id,
    key_parts,
    to_base64,
)
from mingjing.translog.sm2 import Sm2Key, Sm2Refused

# signed-note keeps 0xff for types that it does not know: the byte, then a name as long as one likes.
TYPE: Final = b"\xffsm2-sm3"


@dataclass(frozen=True)
class Sm2VerifyKey:
    """The SM2 public key of a log as its vkey: `name+key id+base64(type, SubjectPublicKeyInfo)`."""

    name: str
    der: bytes

    def __post_init__(self) -> None:
        try:
            Sm2Key.from_public(self.der)
        except Sm2Refused as refused:
            raise NoteRefused(f"公钥无法使用：{refused}") from refused

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey, checking that its key id belongs to it."""
        name, id_hex, data = key_parts(vkey.strip(), "公钥")
        if not data.startswith(TYPE):
            raise NoteRefused("公钥类型不是 SM2（0xff sm2-sm3）")
        key = cls(name, data.removeprefix(TYPE))
        if key.key_id.hex() != id_hex:
            raise NoteRefused("公钥的编号与内容不符，可能抄错了")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return key_id(self.name, TYPE + self.der)

    @property
    def vkey(self) -> str:
        """The form to publish."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(TYPE + self.der)}"

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Tell whether the signature over `text` is this key's."""
        return Sm2Key.from_public(self.der).verifies(text, signature)

    def renamed(self, name: str) -> Self:
        """Give the same key under another name: one key serves a log and its second tree.

        The text that is signed begins with the name of its log, so a line of the one is never one of the other.
        """
        return type(self)(name, self.der)


@dataclass(frozen=True, repr=False)
class Sm2SigningKey:
    """The SM2 private key of a log; it never leaves its file and memory, and never shows itself in a repr."""

    name: str
    der: bytes

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key from OpenSSL's randomness."""
        return cls(name, Sm2Key.generate().private_der)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `text` writes."""
        prefix, plus, rest = text.strip().partition("+KEY+")
        if prefix != "PRIVATE" or not plus:
            raise NoteRefused("这不是日志私钥文件")
        name, id_hex, data = key_parts(rest, "私钥")
        key = cls(name, data.removeprefix(TYPE))
        if not data.startswith(TYPE) or key.public.key_id.hex() != id_hex:
            raise NoteRefused("私钥的编号与内容不符，文件可能损坏")
        return key

    @property
    def text(self) -> str:
        """The form to keep in a file."""
        return f"PRIVATE+KEY+{self.name}+{self.public.key_id.hex()}+{to_base64(TYPE + self.der)}"

    @property
    def public(self) -> Sm2VerifyKey:
        """The key that verifies what this one signs."""
        return Sm2VerifyKey(self.name, self._key().public_der)

    def sign(self, text: bytes) -> bytes:
        """Sign; each signature of the same text is another."""
        return self._key().sign(text)

    def _key(self) -> Sm2Key:
        try:
            return Sm2Key.from_private(self.der)
        except Sm2Refused as refused:
            raise NoteRefused(f"私钥无法使用：{refused}") from refused


FileKey = SigningKey | Sm2SigningKey


def parse_private(text: str) -> FileKey:
    """Read the text of a key file, of whatever kind it is; raise NoteRefused."""
    _, _, data = key_parts(text.strip().removeprefix("PRIVATE+KEY+"), "私钥")
    return Sm2SigningKey.parse(text) if data.startswith(TYPE) else SigningKey.parse(text)


def parse_vkey(vkey: str) -> NoteKey:
    """Read the vkey of a log, of whatever kind it is; raise NoteRefused."""
    _, _, data = key_parts(vkey.strip(), "公钥")
    return Sm2VerifyKey.parse(vkey) if data.startswith(TYPE) else VerifyKey.parse(vkey)


def parse_vkeys(vkeys: str) -> list[NoteKey]:
    """Read one vkey or several set apart by blanks: those a log has had, one after the other."""
    words = vkeys.split()
    if not words:
        raise NoteRefused("没有提供日志公钥")
    return [parse_vkey(word) for word in words]
