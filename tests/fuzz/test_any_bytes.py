"""Whatever bytes come from outside, a reader gives what it read or refuses in its own words; it never breaks.

A few examples in the check; `make drill` runs thousands (the profile `drill`).
"""

import pytest
from hypothesis import given, settings

from tests.fuzz.mutation import broken
from tests.fuzz.readers import READERS, Reader


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.name)
def test_what_is_sound_is_read(reader: Reader) -> None:
    """The twin of every refusal: the files that the broken ones are made from are taken."""
    for data in reader.seeds():
        reader.read(data)


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.name)
def test_what_is_broken_is_refused_in_words(reader: Reader) -> None:
    """Nothing but the reader's own refusals comes out, and each says something."""

    @given(data=broken(reader.seeds()))
    def whatever_comes(data: bytes) -> None:
        try:
            reader.read(data)
        except reader.refusals as refused:
            words = str(refused)
        else:
            return
        assert words.strip(), "a refusal says what is wrong"
        assert words.encode(), "and can be shown"

    if settings.get_current_profile_name() != "drill":
        whatever_comes = settings(max_examples=25)(whatever_comes)
    whatever_comes()
