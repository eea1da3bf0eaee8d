"""One byte form for every value that is hashed or signed (RFC 8785); nothing here reads or stores."""

import hashlib
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring
from typing import Final

# A JSON number is a double for most readers (RFC 7493, 2.2): beyond this two readers may see two numbers.
MAX_SAFE_INTEGER: Final = 2**53 - 1


class Fixed(dict[str, object]):
    """An object that nobody changes any more, with its canonical text, for what is hashed again and again."""

    __slots__ = ("text",)

    def __init__(self, value: Mapping[str, object]) -> None:
        super().__init__(value)
        self.text = _text(dict(value))


def canonical(value: object) -> bytes:
    """Give the RFC 8785 bytes of `value`, built of str, int, bool, None, list, tuple and dict with str keys.

    Equal values give equal bytes whatever the order of their keys. Raises TypeError for anything else (a
    float has no one decimal form: write figures as int or str) and ValueError for an unsafe integer or a lone
    surrogate.
    """
    return _text(value).encode("utf-8")


def digest(value: object) -> str:
    """Give the SHA-256 of the canonical bytes in lower-case hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _text(value: object) -> str:
    if type(value) is str:  # most of what is hashed, so it is asked first
        return encode_basestring(value)
    if isinstance(value, Fixed):
        return value.text
    if isinstance(value, dict):
        return f"{{{','.join([f'{encode_basestring(key)}:{_text(value[key])}' for key in _sorted(value)])}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join([_text(item) for item in value])}]"
    return _plain(value)


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return encode_basestring(value)
    if not isinstance(value, int):
        raise TypeError(f"{type(value).__name__} has no canonical form")
    if abs(value) > MAX_SAFE_INTEGER:
        raise ValueError(f"integer {value} is not exact in JSON: write it as a string")
    return int.__repr__(value)


def _sorted(keys: Iterable[object]) -> list[str]:
    names: list[str] = []
    for key in keys:
        if not isinstance(key, str):
            raise TypeError(f"a key must be str, not {type(key).__name__}")
        names.append(key)
    # Big-endian bytes compare as the UTF-16 code units do, which differs from code points above U+FFFF only.
    return sorted(names) if all(map(str.isascii, names)) else sorted(names, key=_utf16)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
