"""The leaf: commitments only, bytes fixed for ever."""

import hashlib

import pytest

from mingjing.translog.leaf import LeafRefused, act_commitment, document_commitment, leaf_bytes
from tests.translog.logs import MOMENT

SOUND = {"h": "ab" * 32, "at": MOMENT}


def test_a_leaf_is_canonical_json():
    """Keys in order, no blanks: the bytes that were hashed can be written again from the object."""
    assert leaf_bytes("act", {**SOUND, "n": 17, "c": "x"}) == (
        b'{"at":"2026-03-05T10:00:00+08:00","c":"x","h":"' + b"ab" * 32 + b'","k":"act","n":17,"v":1}'
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("gossip", SOUND),
        ("act", {"at": MOMENT}),
        ("act", {"h": "ab" * 32}),
        ("act", {**SOUND, "h": "AB" * 32}),
        ("act", {**SOUND, "h": "ab" * 31}),
        ("act", {**SOUND, "at": "2026-03-05T10:00:00"}),
        ("act", {**SOUND, "at": "2026-03-05"}),
        ("act", {**SOUND, "n": 0}),
        ("act", {**SOUND, "n": True}),
        ("act", {**SOUND, "c": ""}),
        ("act", {**SOUND, "v": 2}),
        ("act", {**SOUND, "name": "张三"}),
        ("act", {**SOUND, "c": "x" * 65_535}),
    ],
)
def test_a_leaf_that_says_more_or_less_than_it_may_is_refused(kind, fields):
    """No unknown kind, missing commitment, local time, content or over-length; the sound twin is taken."""
    with pytest.raises(LeafRefused):
        leaf_bytes(kind, fields)
    assert leaf_bytes("act", SOUND)


def test_the_commitments_can_be_repeated_by_hand():
    """Plain SHA-256 over plain concatenations."""
    assert (
        act_commitment(b"salt", {"b": 1, "a": "甲"})
        == hashlib.sha256('salt{"a":"甲","b":1}'.encode()).hexdigest()
    )
    pdf = hashlib.sha256(b"%PDF").digest()
    assert document_commitment("MJ-7K", pdf) == hashlib.sha256(b"MJ-7K" + pdf).hexdigest()
