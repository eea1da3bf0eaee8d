"""One byte form for every value that is hashed or signed (RFC 8785); nothing here reads or stores."""

import hashlib
import json
from collections.abc import Iterable
from typing import Final

# A JSON number is a double for most readers (RFC 7493, 2.2): beyond this two readers may see two numbers.
MAX_SAFE_INTEGER: Final = 2**53 - 1


def canonical(value: object) -> bytes:
    """Give the RFC 8785 bytes of `value`, built of str, int, bool, None, list, tuple and dict with str keys.

    Equal values give equal bytes whatever the order of their keys. Raises TypeError for anything else (a
    float has no one decimal form: write figures as int or str) and ValueError for an unsafe integer or a lone
    surrogate.
    """
    text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def digest(value: object) -> str:
    """Give the SHA-256 of the canonical bytes in lower-case hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _ordered(value: object) -> object:
    kind = type(value)
    if kind is str or value is None or kind is bool:  # most of what is hashed, so it is asked first
        return value
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in _sorted(value)}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise ValueError(f"integer {value} is not exact in JSON: write it as a string")
        return value
    if isinstance(value, str):
        return value
    raise TypeError(f"{kind.__name__} has no canonical form")


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
