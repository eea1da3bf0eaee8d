"""Splitting a secret so that some of its holders, and no fewer, give it back: Shamir's scheme in GF(256)."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

# The field of AES (FIPS 197, 4.2): polynomials over GF(2) modulo x^8 + x^4 + x^3 + x + 1. 3 generates all but zero.
_MODULUS: Final = 0x11B
_GENERATOR: Final = 3
_ORDER: Final = 255
MOST: Final = 255  # the places of shares are the field's elements other than zero


def multiply(one: int, other: int) -> int:
    """Multiply two elements of the field."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0x100:
            one ^= _MODULUS
        other >>= 1
    return product


def _tables() -> tuple[list[int], list[int]]:
    powers, logarithms, value = [0] * _ORDER, [0] * (_ORDER + 1), 1
    for exponent in range(_ORDER):
        powers[exponent], logarithms[value] = value, exponent
        value = multiply(value, _GENERATOR)
    return powers, logarithms


_POWERS, _LOGARITHMS = _tables()


def _divide(one: int, other: int) -> int:
    if one == 0:
        return 0
    return _POWERS[(_LOGARITHMS[one] - _LOGARITHMS[other]) % _ORDER]


def split(secret: bytes, *, need: int, places: Sequence[int]) -> dict[int, bytes]:
    """Give one share for each place; any `need` of them give the secret, fewer say nothing of it.

    Each byte is the value at zero of a polynomial of its own whose other coefficients are random.
    """
    if not 1 <= need <= len(set(places)) == len(places) or not all(0 < one <= MOST for one in places):
        raise ValueError("places are different numbers from 1 to 255, at least as many as are needed")
    polynomials = [(byte, *secrets.token_bytes(need - 1)) for byte in secret]
    return {place: bytes(_value(coefficients, place) for coefficients in polynomials) for place in places}


def _value(coefficients: Sequence[int], at: int) -> int:
    result = 0
    for coefficient in reversed(coefficients):
        result = multiply(result, at) ^ coefficient
    return result


def join(shares: Mapping[int, bytes]) -> bytes:
    """Give the secret back, by Lagrange's interpolation at zero.

    Whoever gives too few or wrong shares gets other bytes: that they are the right ones is for the caller to check.
    """
    return interpolate(shares, at=0)


def interpolate(shares: Mapping[int, bytes], *, at: int) -> bytes:
    """Give the value at a place of the polynomials of the lowest degree through the shares."""
    if not shares or len({len(one) for one in shares.values()}) != 1:
        raise ValueError("shares of one secret are equally long")
    if any(not 0 < place <= MOST for place in shares):
        raise ValueError("the place of a share is a number from 1 to 255")
    if at in shares:
        return shares[at]
    weights = {place: _weight(place, shares, at) for place in shares}
    length = len(next(iter(shares.values())))
    result = bytearray(length)
    for place, share in shares.items():
        for number in range(length):
            result[number] ^= multiply(weights[place], share[number])
    return bytes(result)


def _weight(place: int, places: Mapping[int, bytes], at: int) -> int:
    above = below = 1
    for other in places:
        if other != place:
            # Subtraction is exclusive or in this field.
            above, below = multiply(above, at ^ other), multiply(below, place ^ other)
    return _divide(above, below)
