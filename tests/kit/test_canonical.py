"""The canonical form: equal values give equal bytes, and what has no single form is refused."""

import hashlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.kit.canonical import MAX_SAFE_INTEGER, canonical, digest

scalars = st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, -7]}, b'{"a":[true,null,-7],"b":1}'),
        (("一", "镜"), '["一","镜"]'.encode()),
        ('\b\t\n\f\r"\\/\x0f\x7f€', '"\\b\\t\\n\\f\\r\\"\\\\/\\u000f\x7f€"'.encode()),
        ({}, b"{}"),
    ],
)
def test_a_value_has_the_bytes_of_rfc_8785(value: object, expected: bytes) -> None:
    """Separators, escapes and literals are those of the standard."""
    assert canonical(value) == expected


def test_keys_are_ordered_by_utf16_code_units() -> None:
    """The sorting example of RFC 8785 section 3.2.3, where an astral key sorts before U+FB33."""
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 0)))) == ordered


@given(st.dictionaries(st.text(), values))
def test_the_order_of_keys_never_changes_the_bytes(value: dict[str, object]) -> None:
    """A dict read back or built in another order has the same digest."""
    backwards = dict(reversed(value.items()))
    assert canonical(value) == canonical(backwards) == canonical(json.loads(canonical(value)))


@pytest.mark.parametrize("value", [1.0, [0.5], {"x": float("nan")}, Decimal(1), b"x", {1, 2}, {1: "x"}])
def test_what_has_no_single_form_is_refused(value: object) -> None:
    """Floats, bytes, sets and keys that are not text raise TypeError instead of being guessed at."""
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("value", [MAX_SAFE_INTEGER + 1, -MAX_SAFE_INTEGER - 1, "\ud800", {"\udfff": 1}])
def test_what_another_reader_would_see_differently_is_refused(value: object) -> None:
    """Integers beyond 2**53 and half surrogates are refused; their allowed neighbours are not."""
    with pytest.raises(ValueError, match=r"not exact in JSON|surrogates not allowed"):
        canonical(value)
    assert canonical([MAX_SAFE_INTEGER, "\ud7ff"]) == b'[9007199254740991,"\xed\x9f\xbf"]'


def test_the_digest_is_the_hash_of_the_bytes() -> None:
    """`digest` is plain SHA-256 in hex, so that anybody can repeat it."""
    assert digest({"甲": 1}) == hashlib.sha256('{"甲":1}'.encode()).hexdigest()
