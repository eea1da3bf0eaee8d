"""Paths and bytes of the static files: one spelling each, nothing cut off passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.translog.tiles import (
    Place,
    TileMissing,
    bundles_of,
    entries_at,
    hashes_at,
    pack_bundle,
    place_of,
    split_bundle,
)

places = st.builds(
    Place,
    st.none() | st.integers(0, 63),
    st.integers(0, 10**12),
    st.integers(1, 256),
)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0, 0, 256), "tile/0/000"),
        (Place(1, 1_234_067, 256), "tile/1/x001/x234/067"),
        (Place(0, 273, 112), "tile/0/273.p/112"),
        (Place(None, 1_000, 3), "tile/entries/x001/000.p/3"),
    ],
)
def test_a_path_is_spelled_as_the_standard_does(place, path):
    """The examples of c2sp.org/tlog-tiles."""
    assert place.path == path
    assert place_of(path) == place


@given(places)
def test_every_path_can_be_read_back(place):
    """Writing and reading a path are inverse."""
    assert place_of(place.path) == place


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/300",
        "tile/-1/000",
        "tile/entry/000",
        "tile/0/../../checkpoint",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/000\n",
        "checkpoint",
        "",
    ],
)
def test_any_other_spelling_is_no_path(path):
    """Leading zeroes, empty or over-wide tiles, foreign digits and dots are refused; `tile/0/000` is not."""
    assert place_of(path) is None
    assert place_of("tile/63/000") == Place(63, 0, 256)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_gives_back_its_entries(entries):
    """Packing and splitting are inverse, empty entries included."""
    assert split_bundle(pack_bundle(entries)) == entries


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=20))
def test_a_bundle_that_lost_its_last_byte_is_refused(entries):
    """A cut-off file is an error, not a shorter log."""
    with pytest.raises(ValueError, match="截断"):
        split_bundle(pack_bundle(entries)[:-1])
    with pytest.raises(ValueError, match="截断"):
        split_bundle(pack_bundle(entries) + b"\0")


def test_an_entry_over_the_limit_is_refused():
    """The length has two bytes: 65535 is the last that fits."""
    assert split_bundle(pack_bundle([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(ValueError, match="65536 字节"):
        pack_bundle([bytes(65_536)])


def test_an_outgrown_partial_file_is_cut_from_the_full_one():
    """A log may drop a partial file once the full one is there; a file too short for it is missing."""
    full = {"tile/0/000": bytes(range(256)) * 32, "tile/entries/000": pack_bundle([b"a", b"b", b"c"])}
    assert hashes_at(full.get, Place(0, 0, 2)) == full["tile/0/000"][:64]
    assert entries_at(full.get, Place(None, 0, 2)) == [b"a", b"b"]
    with pytest.raises(TileMissing, match="应有 4 条，实有 3 条"):
        entries_at(full.get, Place(None, 0, 4))
    with pytest.raises(TileMissing):
        hashes_at(full.get, Place(0, 1, 2))


def test_the_last_bundle_is_partial():
    """A log of 257 has a full bundle and one of width 1; of 256 only the full one."""
    assert list(bundles_of(257)) == [Place(None, 0, 256), Place(None, 1, 1)]
    assert list(bundles_of(256)) == [Place(None, 0, 256)]
    assert list(bundles_of(600, start=256)) == [Place(None, 1, 256), Place(None, 2, 88)]
