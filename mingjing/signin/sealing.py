"""Secrets at rest: sealed under a key made of the server's own, so that a copied database opens nothing."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE: Final = 12


class SealBroken(Exception):
    """The secret was sealed under another server key, or altered. The message is Chinese."""


def seal(secret: bytes, owner: str) -> bytes:
    """Seal a secret for one owner: put into another's row it does not open."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, secret, owner.encode())


def unseal(sealed: bytes, owner: str) -> bytes:
    """Give the secret back; SealBroken where it is not this owner's or not of this server."""
    try:
        return AESGCM(_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.encode())
    except InvalidTag:
        raise SealBroken("动态口令的密钥打不开：服务器密钥已更换。请安全管理员重置后重新绑定") from None


def _key() -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=b"mingjing signin factors")
    return derived.derive(str(settings.SECRET_KEY).encode())
