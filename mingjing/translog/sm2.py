"""SM2 signatures (GB/T 32918.2 with SM3) by the machine's OpenSSL 3 through ctypes; keys and files are the caller's."""

import ctypes
import ctypes.util
import functools
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_void_p
from typing import Any, Final, Self

DEFAULT_ID: Final = b"1234567812345678"  # the distinguishing id that GM/T 0009 gives to whoever has none

_MAX_SIGNATURE: Final = 128
_NAMES: Final = ("libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll")
_OPENSSL_3: Final = 3


class Sm2Missing(Exception):
    """This machine has no OpenSSL that can do SM2. The message is Chinese."""


class Sm2Refused(ValueError):
    """The bytes given are no SM2 key. The message is Chinese."""


# What of libcrypto is called: name -> (result, arguments). Every pointer is opaque here.
_FUNCTIONS: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "EVP_PKEY_Q_keygen": (c_void_p, (c_void_p, c_void_p, c_char_p)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_is_a": (c_int, (c_void_p, c_char_p)),
    "d2i_AutoPrivateKey": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "d2i_PUBKEY": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "i2d_PrivateKey": (c_int, (c_void_p, POINTER(c_void_p))),
    "i2d_PUBKEY": (c_int, (c_void_p, POINTER(c_void_p))),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_int)),
    "EVP_sm3": (c_void_p, ()),
    "EVP_DigestSignInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestSign": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_DigestVerifyInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "ERR_clear_error": (None, ()),
}


@functools.cache
def _libcrypto() -> ctypes.CDLL:
    """Load the machine's OpenSSL once. Raises Sm2Missing."""
    for name in (ctypes.util.find_library("crypto"), *_NAMES):
        try:
            library = ctypes.CDLL(name) if name else None
        except OSError:
            continue
        if library is not None and _usable(library):
            return library
    raise Sm2Missing(
        "本机没有 OpenSSL 3 以上的 libcrypto（或其中没有 SM2），不能签署和核验 SM2 签名。"
        "请安装 OpenSSL 3（Debian 12：apt-get install libssl3），或把 MINGJING_LOG_SUITES 改回 sha256。"
    )


def _usable(library: ctypes.CDLL) -> bool:
    try:
        if library.OPENSSL_version_major() < _OPENSSL_3:
            return False
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except AttributeError:  # an older or a trimmed library
        return False
    return bool(library.EVP_sm3())


class Sm2Key:
    """An SM2 key of OpenSSL's: with its private half it signs, in any case it verifies."""

    def __init__(self, handle: int | None) -> None:
        self._crypto = _libcrypto()
        self._handle = handle
        if not handle or self._crypto.EVP_PKEY_is_a(handle, b"SM2") != 1:
            self._crypto.ERR_clear_error()
            raise Sm2Refused("不是有效的 SM2 密钥")

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self._crypto.EVP_PKEY_free(self._handle)

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from OpenSSL's randomness."""
        return cls(_libcrypto().EVP_PKEY_Q_keygen(None, None, b"SM2"))

    @classmethod
    def from_private(cls, der: bytes) -> Self:
        """Read a private key (SEC 1 or PKCS #8). Raises Sm2Refused."""
        return cls(_libcrypto().d2i_AutoPrivateKey(None, byref(c_char_p(der)), len(der)))

    @classmethod
    def from_public(cls, der: bytes) -> Self:
        """Read a public key (SubjectPublicKeyInfo). Raises Sm2Refused."""
        return cls(_libcrypto().d2i_PUBKEY(None, byref(c_char_p(der)), len(der)))

    @property
    def private_der(self) -> bytes:
        """The private key, to be kept in a file of its own."""
        return self._der(self._crypto.i2d_PrivateKey)

    @property
    def public_der(self) -> bytes:
        """The public key as a SubjectPublicKeyInfo."""
        return self._der(self._crypto.i2d_PUBKEY)

    def _der(self, write: Any) -> bytes:
        buffer = ctypes.create_string_buffer(write(self._handle, None))
        # OpenSSL moves the pointer it writes through, so it gets one of its own.
        write(self._handle, byref(c_void_p(ctypes.addressof(buffer))))
        return buffer.raw

    def sign(self, text: bytes, identity: bytes = DEFAULT_ID) -> bytes:
        """Sign; the signature is DER and differs each time, for SM2 draws a number for each."""
        length, signature = c_size_t(_MAX_SIGNATURE), ctypes.create_string_buffer(_MAX_SIGNATURE)
        with _Context(self._crypto, self._handle, identity) as digest:
            begun = self._crypto.EVP_DigestSignInit(digest, None, self._crypto.EVP_sm3(), None, self._handle)
            if begun != 1 or (
                self._crypto.EVP_DigestSign(digest, signature, byref(length), text, len(text)) != 1
            ):
                raise Sm2Refused("这把 SM2 密钥不能签名：它没有私钥部分")
        return signature.raw[: length.value]

    def verifies(self, text: bytes, signature: bytes, identity: bytes = DEFAULT_ID) -> bool:
        """Tell whether the signature over `text` is this key's."""
        with _Context(self._crypto, self._handle, identity) as digest:
            begun = self._crypto.EVP_DigestVerifyInit(
                digest, None, self._crypto.EVP_sm3(), None, self._handle
            )
            checked = begun == 1 and (
                self._crypto.EVP_DigestVerify(digest, signature, len(signature), text, len(text)) == 1
            )
        return bool(checked)


class _Context:
    """The two contexts of one signature, freed however that ends."""

    def __init__(self, crypto: ctypes.CDLL, key: int | None, identity: bytes) -> None:
        self._crypto, self._key, self._identity = crypto, key, identity

    def __enter__(self) -> int:
        crypto = self._crypto
        self._digest, self._pkey = crypto.EVP_MD_CTX_new(), crypto.EVP_PKEY_CTX_new(self._key, None)
        # SM2 hashes the signer's id and key before the text: the id must be known first.
        if crypto.EVP_PKEY_CTX_set1_id(self._pkey, self._identity, len(self._identity)) <= 0:
            self.__exit__()
            raise Sm2Refused("SM2 签名者标识无效")
        crypto.EVP_MD_CTX_set_pkey_ctx(self._digest, self._pkey)
        return int(self._digest)

    def __exit__(self, *error: object) -> None:
        self._crypto.EVP_MD_CTX_free(self._digest)
        self._crypto.EVP_PKEY_CTX_free(self._pkey)
        self._crypto.ERR_clear_error()  # a refused signature must not be found by somebody else's call
