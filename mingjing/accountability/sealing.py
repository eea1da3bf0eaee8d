"""Sealing a record to three holders, of whom two open it together with their key files; no database here."""

import base64
import binascii
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mingjing.accountability import shamir
from mingjing.kit.canonical import canonical
from mingjing.translog.leaf import act_commitment

FORMAT: Final = "mingjing-interference@1"
HOLDERS_FORMAT: Final = "mingjing-holders@1"
PUBLIC, PRIVATE = "mingjing-holder", "mingjing-holder-private"
HOLDERS, NEED = 3, 2
KEY_BYTES: Final = 32
NONCE: Final = bytes(12)  # every key here seals one message and no other
PAGE: Final = 4096  # all records are padded to whole pages, so that a length tells nothing
LENGTH_BYTES: Final = 4
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

# A sealed record, all that the database holds of it:
#
#     format   mingjing-interference@1
#     no       its random number
#     holders  the digest of the set of keys
#     h        the commitment that stands in the log: SHA-256(salt | canonical content)
#     body     base64 of ChaCha20-Poly1305 under a key of its own over  length (4 bytes) | canonical
#              {"content", "salt"} | zeros up to whole pages; bound to  format | no | holders | h
#     wraps    one a holder, in their order: {"name", "epk", "share"}; share is that of the body's key (2 of 3),
#              sealed under HKDF-SHA256(X25519(epk, holder)), bound to  format | no | holders | its place


class SealRefused(Exception):
    """What was given is no key, no sealed record, or does not fit it. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A public key and whose it is."""

    name: str
    key: bytes

    @property
    def line(self) -> str:
        """The key as one line of text."""
        return f"{PUBLIC}+{self.name}+{base64.b64encode(self.key).decode()}"

    @property
    def fingerprint(self) -> str:
        """What people read to one another to compare keys."""
        return _fingerprint(hashlib.sha256(self.key).hexdigest())


def _fingerprint(digest: str) -> str:
    return " ".join(digest[at : at + 4] for at in range(0, 24, 4))


@dataclass(frozen=True, slots=True)
class HolderSet:
    """The three holders in their order."""

    holders: tuple[Holder, ...]

    def __post_init__(self) -> None:
        if len(self.holders) != HOLDERS or len({one.key for one in self.holders}) != HOLDERS:
            raise SealRefused(f"要有 {HOLDERS} 把不同的公钥，由 {HOLDERS} 个单位各持一把")
        if len({one.name for one in self.holders}) != HOLDERS:
            raise SealRefused("三把公钥的持有人名称不能相同")

    @property
    def body(self) -> dict[str, Any]:
        """The set as plain values; it is public."""
        keys = [{"name": one.name, "key": base64.b64encode(one.key).decode()} for one in self.holders]
        return {"format": HOLDERS_FORMAT, "need": NEED, "holders": keys}

    @property
    def digest(self) -> str:
        """The SHA-256 of its canonical bytes: what stands in the log."""
        return hashlib.sha256(canonical(self.body)).hexdigest()

    @property
    def fingerprint(self) -> str:
        """The digest as people compare it."""
        return _fingerprint(self.digest)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "HolderSet":
        """Read what `body` gave. Raises SealRefused."""
        try:
            if (body["format"], body["need"]) != (HOLDERS_FORMAT, NEED):
                raise SealRefused("不是本系统的密钥组")
            return cls(tuple(Holder(str(one["name"]), _bytes(one["key"])) for one in body["holders"]))
        except (KeyError, TypeError) as fault:
            raise SealRefused("密钥组不完整") from fault


def public_of(line: str) -> Holder:
    """Read a public key from its line. Raises SealRefused."""
    kind, _, rest = line.strip().partition("+")
    name, _, key = rest.partition("+")
    if kind == PRIVATE:
        raise SealRefused("这是私钥，不能交给任何人。请给公钥（key 命令打印的那一行）")
    if kind != PUBLIC or not name or len(_bytes(key)) != KEY_BYTES:
        raise SealRefused("不是公钥：应当是 mingjing-holder+名称+… 一行")
    return Holder(name, _bytes(key))


def new_key(path: Path, name: str) -> Holder:
    """Make a key in a new file that only its owner reads, never over another; gives the public one."""
    if not name.strip() or "+" in name or "\n" in name:
        raise SealRefused("持有人名称不能为空，不能含加号")
    private = X25519PrivateKey.generate()
    text = f"{PRIVATE}+{name.strip()}+{base64.b64encode(private.private_bytes_raw()).decode()}\n"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SealRefused(f"{path} 已经存在，不覆盖。请换一个文件名") from error
    return Holder(name.strip(), private.public_key().public_bytes_raw())


def read_key(path: Path) -> tuple[str, X25519PrivateKey]:
    """Read a key file; raises SealRefused where others may read it, too."""
    try:
        if path.stat().st_mode & _OTHERS:
            raise SealRefused(f"私钥 {path} 的权限太宽，同机的其他用户也能读。请运行 chmod 600 {path}")
        kind, _, rest = path.read_text("utf-8").strip().partition("+")
    except (OSError, UnicodeDecodeError) as error:
        raise SealRefused(f"读不了私钥 {path}：{error}") from error
    name, _, key = rest.partition("+")
    if kind != PRIVATE or len(_bytes(key)) != KEY_BYTES:
        raise SealRefused(f"{path} 不是持有人的私钥文件")
    return name, X25519PrivateKey.from_private_bytes(_bytes(key))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise SealRefused("密钥或者密文不是完整的 base64，可能抄漏或者损坏") from fault


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed record, and the salt that nobody keeps but the one who recorded."""

    body: Mapping[str, Any]
    commitment: str
    salt: bytes


def seal(content: Mapping[str, Any], *, no: str, holders: HolderSet) -> Sealed:
    """Seal a content to the holders. What is given back under `body` tells nothing without two of them."""
    salt, key = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
    commitment = act_commitment(salt, dict(content))
    plain = canonical({"content": dict(content), "salt": salt.hex()})
    whole = len(plain).to_bytes(LENGTH_BYTES, "big") + plain
    padded = whole + bytes(-len(whole) % PAGE)
    bound = _bound(no, holders.digest, commitment)
    places = range(1, HOLDERS + 1)
    shares = shamir.split(key, need=NEED, places=places)
    return Sealed(
        {
            "format": FORMAT,
            "no": no,
            "holders": holders.digest,
            "h": commitment,
            "body": _text(ChaCha20Poly1305(key).encrypt(NONCE, padded, bound)),
            "wraps": [
                _wrap(holder, shares[place], no, holders.digest, place)
                for place, holder in zip(places, holders.holders, strict=True)
            ],
        },
        commitment,
        salt,
    )


def _wrap(holder: Holder, share: bytes, no: str, digest: str, place: int) -> dict[str, str]:
    ephemeral = X25519PrivateKey.generate()
    public = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(holder.key))
    sealed = ChaCha20Poly1305(_derived(shared, public + holder.key)).encrypt(
        NONCE, share, _bound(no, digest, str(place))
    )
    return {"name": holder.name, "epk": _text(public), "share": _text(sealed)}


def _derived(shared: bytes, publics: bytes) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=publics, info=f"{FORMAT} wrap".encode())
    return kdf.derive(shared)


def _bound(*parts: str) -> bytes:
    return canonical([FORMAT, *parts])


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def digest_of(sealed: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a sealed record as it is stored; it is public, so without salt."""
    return hashlib.sha256(canonical(dict(sealed))).hexdigest()


def unwrap(sealed: Mapping[str, Any], key: X25519PrivateKey) -> tuple[int, bytes]:
    """Give the place and the share that this key opens. Raises SealRefused where the record is not sealed to it."""
    public = key.public_key().public_bytes_raw()
    for place, wrap in enumerate(_part(sealed, "wraps", list), 1):
        epk = _bytes(_part(wrap, "epk", str))
        bound = _bound(_part(sealed, "no", str), _part(sealed, "holders", str), str(place))
        try:
            derived = _derived(key.exchange(X25519PublicKey.from_public_bytes(epk)), epk + public)
            return place, ChaCha20Poly1305(derived).decrypt(NONCE, _bytes(_part(wrap, "share", str)), bound)
        except (InvalidTag, ValueError):
            continue
    raise SealRefused(f"记录 {sealed.get('no', '?')} 不是封给这把钥匙的，或者已被改动")


def open_sealed(sealed: Mapping[str, Any], shares: Mapping[int, bytes]) -> tuple[dict[str, Any], bytes]:
    """Give the content and its salt from two holders' shares.

    Raises SealRefused where there are too few, where they are of another record, or the record is not what was sealed.
    """
    if len(shares) < NEED:
        raise SealRefused(f"要有 {NEED} 个持有人的钥匙才能打开，现在只有 {len(shares)} 个")
    no, h = _part(sealed, "no", str), _part(sealed, "h", str)
    bound = _bound(no, _part(sealed, "holders", str), h)
    try:
        key = shamir.join(dict(list(shares.items())[:NEED]))
        padded = ChaCha20Poly1305(key).decrypt(NONCE, _bytes(_part(sealed, "body", str)), bound)
    except (InvalidTag, ValueError) as fault:
        raise SealRefused(f"记录 {no} 打不开：份额不是这条记录的，或者记录已被改动") from fault
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    told = json.loads(padded[LENGTH_BYTES : LENGTH_BYTES + length])
    content, salt = dict(told["content"]), bytes.fromhex(told["salt"])
    if act_commitment(salt, content) != h:
        raise SealRefused(f"记录 {no} 的内容与日志中的承诺不符")
    return content, salt


def _part(table: Any, name: str, kind: type) -> Any:
    found = table.get(name) if isinstance(table, dict) else None
    if not isinstance(found, kind):
        raise SealRefused(f"不是完整的密封记录：缺少 {name}")
    return found


def slip_of(sealed: Sealed, content: Mapping[str, Any]) -> dict[str, Any]:
    """Give the recorder's slip: with it he, and nobody without it, can show what he recorded and when."""
    return {
        "format": f"{FORMAT} slip",
        "no": sealed.body["no"],
        "h": sealed.commitment,
        "salt": sealed.salt.hex(),
        "content": dict(content),
    }


def read_slip(text: str) -> tuple[str, bytes, dict[str, Any]]:
    """Give number, salt and content of a slip that holds together. Raises SealRefused."""
    try:
        slip = json.loads(text)
        no, salt, content = str(slip["no"]), bytes.fromhex(slip["salt"]), dict(slip["content"])
        whole = slip["format"] == f"{FORMAT} slip" and act_commitment(salt, content) == slip["h"]
    except (KeyError, TypeError, ValueError) as fault:
        raise SealRefused("这不是记录回执，或者不完整") from fault
    if not whole or content.get("no") != no:
        raise SealRefused("回执与它自己的承诺不符，已被改动")
    return no, salt, content


def keys_in(lines: Sequence[str]) -> HolderSet:
    """Read the three public keys from lines of text."""
    return HolderSet(tuple(public_of(line) for line in lines if line.strip()))
