"""Splitting, sealing and opening: any two of three, never one, and nothing that was changed."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.accountability import sealing, shamir
from mingjing.accountability.sealing import HolderSet, SealRefused

ONE, TWO = bytes(range(32)), bytes((7 * n + 13) % 256 for n in range(32))
THIRD = bytes((n * n + 1) % 256 for n in range(32))
CONTENT = {"no": "GW-ABC", "who": "某领导", "said": "这个案子放一放"}


def test_the_field_multiplies_as_fips_197_says():
    """The worked products of FIPS 197, 4.2, and one by which everything stays."""
    assert shamir.multiply(0x57, 0x83) == 0xC1
    assert shamir.multiply(0x57, 0x13) == 0xFE
    assert shamir.multiply(0x53, 0xCA) == 0x01
    assert shamir.multiply(0xA7, 1) == 0xA7


@pytest.mark.parametrize(
    ("shares", "at", "expected"),
    [
        ({1: ONE, 2: TWO}, 0, "f2fbfc1c1f16e01033c33dcdde2ed8d1c262656c6f8f79898a7aa454ae5ea848"),
        ({1: ONE, 2: TWO}, 3, "ffeee53d3223d1297e86649cb34bb9a8aff7fcede23ac83027df7d85639b69b1"),
        ({1: ONE, 2: TWO}, 255, "76c61007d565dcb22b454d2388e65fef947caa1ac8df6608630df79995fb4255"),
        ({1: ONE, 2: TWO, 200: THIRD}, 0, "66984a24f3fb11e053d98a8dce47abdba6fe28ae84648a86e7981112b934d4bd"),
    ],
)
def test_interpolation_gives_what_another_implementation_gives(shares, at, expected):
    """The same values from shamir-mnemonic 0.3.0 (SLIP-39, the same field), which we did not write."""
    assert shamir.interpolate(shares, at=at).hex() == expected


@given(st.binary(min_size=1, max_size=48), st.integers(2, 5), st.data())
def test_as_many_as_are_needed_give_the_secret(secret, need, data):
    """Any choice of that many, in any order."""
    places = data.draw(st.lists(st.integers(1, 255), min_size=need, max_size=7, unique=True))
    shares = shamir.split(secret, need=need, places=places)
    chosen = data.draw(st.permutations(places))[:need]
    assert shamir.join({place: shares[place] for place in chosen}) == secret


@given(st.binary(min_size=1, max_size=16), st.binary(min_size=16, max_size=16), st.integers(1, 255))
def test_one_share_of_two_fits_every_secret(share, secret, place):
    """For each secret there is a second share that, with this one, gives it: one alone says nothing."""
    secret, other = secret[: len(share)], 1 if place != 1 else 2
    fitting = shamir.interpolate({place: share}, at=place)
    # A line through (0, secret) and (place, share): its value at the other place is that second share.
    second = bytes(
        one ^ shamir.multiply(one ^ two, shamir.multiply(_inverse(place), other))
        for one, two in zip(secret, fitting, strict=True)
    )
    assert shamir.join({place: share, other: second}) == secret


def _inverse(value: int) -> int:
    return next(one for one in range(1, 256) if shamir.multiply(one, value) == 1)


@pytest.mark.parametrize("places", [[1], [1, 1], [0, 1], [1, 256]])
def test_places_that_cannot_be_are_refused(places):
    """Too few, twice the same, zero (it would be the secret), beyond the field; the twin is allowed."""
    with pytest.raises(ValueError, match="places"):
        shamir.split(b"x", need=2, places=places)
    assert len(shamir.split(b"x", need=2, places=[1, 2])) == 2


@pytest.fixture
def holders(tmp_path):
    """Three holders with their key files."""
    names = ("县纪委监委", "县司法局", "县委政法委")
    paths = [tmp_path / f"{number}.key" for number in range(3)]
    return HolderSet(
        tuple(sealing.new_key(path, name) for path, name in zip(paths, names, strict=True))
    ), paths


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_any_two_holders_open_what_was_sealed(holders, pair):
    """Content and salt come back, and the commitment is theirs."""
    keys, paths = holders
    sealed = sealing.seal(CONTENT, no="GW-ABC", holders=keys)
    shares = dict(sealing.unwrap(sealed.body, sealing.read_key(paths[n])[1]) for n in pair)
    assert sealing.open_sealed(sealed.body, shares) == (CONTENT, sealed.salt)
    assert "某领导" not in json.dumps(sealed.body, ensure_ascii=False)


def test_one_holder_a_stranger_and_a_swapped_record_open_nothing(holders, tmp_path):
    """One share is too few; another key fits no wrap; a changed byte or another record's share is told."""
    keys, paths = holders
    sealed = sealing.seal(CONTENT, no="GW-ABC", holders=keys)
    first = sealing.unwrap(sealed.body, sealing.read_key(paths[0])[1])
    with pytest.raises(SealRefused, match="2 个持有人"):
        sealing.open_sealed(sealed.body, dict([first]))
    sealing.new_key(tmp_path / "chief.key", "局长")
    with pytest.raises(SealRefused, match="不是封给这把钥匙"):
        sealing.unwrap(sealed.body, sealing.read_key(tmp_path / "chief.key")[1])

    other = sealing.seal({**CONTENT, "no": "GW-DEF"}, no="GW-DEF", holders=keys)
    second = sealing.unwrap(other.body, sealing.read_key(paths[1])[1])
    with pytest.raises(SealRefused, match="打不开"):
        sealing.open_sealed(sealed.body, dict([first, second]))

    moved = copy.deepcopy(dict(sealed.body))
    moved["no"] = "GW-DEF"
    with pytest.raises(SealRefused, match="不是封给这把钥匙的，或者已被改动"):
        sealing.unwrap(moved, sealing.read_key(paths[1])[1])
    body = copy.deepcopy(dict(sealed.body))
    body["body"] = other.body["body"]
    right = dict([first, sealing.unwrap(sealed.body, sealing.read_key(paths[1])[1])])
    with pytest.raises(SealRefused, match="打不开"):
        sealing.open_sealed(body, right)


def test_the_length_says_nothing_and_two_seals_of_one_content_differ(holders):
    """A word and a page look alike; the same twice does not."""
    keys, _ = holders
    short = sealing.seal(CONTENT, no="GW-ABC", holders=keys)
    long = sealing.seal({**CONTENT, "said": "放" * 900}, no="GW-ABC", holders=keys)
    assert len(short.body["body"]) == len(long.body["body"])
    assert sealing.seal(CONTENT, no="GW-ABC", holders=keys).commitment != short.commitment


def test_key_files_that_others_read_private_keys_in_public_and_twice_the_same_are_refused(holders, tmp_path):
    """Each with its allowed twin in the tests above."""
    keys, paths = holders
    with pytest.raises(SealRefused, match="已经存在"):
        sealing.new_key(paths[0], "又一个")
    with pytest.raises(SealRefused, match="这是私钥"):
        sealing.public_of(paths[0].read_text())
    with pytest.raises(SealRefused, match="3 把不同的公钥"):
        sealing.keys_in([keys.holders[0].line] * 3)
    assert sealing.keys_in([one.line for one in keys.holders]).digest == keys.digest
    paths[0].chmod(0o644)
    with pytest.raises(SealRefused, match="权限太宽"):
        sealing.read_key(paths[0])


def test_a_slip_that_was_changed_is_told(holders):
    """As given it reads; with another word it does not."""
    keys, _ = holders
    sealed = sealing.seal(CONTENT, no="GW-ABC", holders=keys)
    slip = sealing.slip_of(sealed, CONTENT)
    assert sealing.read_slip(json.dumps(slip)) == ("GW-ABC", sealed.salt, CONTENT)
    slip["content"] = {**CONTENT, "said": "没说什么"}
    with pytest.raises(SealRefused, match="已被改动"):
        sealing.read_slip(json.dumps(slip))
    with pytest.raises(SealRefused, match="不是记录回执"):
        sealing.read_slip("{}")
