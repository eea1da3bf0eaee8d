"""Every field of every pack says what the public may read of it, and what it says cannot give a person away."""

import re

import pytest

from mingjing.packs.load import library
from mingjing.publicity.mask import NEVER, published
from mingjing.publicity.masks import MASKS

PACKS = library()
FIELDS = PACKS.fields
KINDS = ("citizen", "individual_business", "organization")
STATED = [
    (name, table)
    for pack in PACKS.packs.values()
    for file in pack.files
    if file.name.endswith("/fields.toml")
    for name, table in file.data.items()
    if isinstance(table, dict) and not table.get("extends")
]
# What a title speaks of, where the public may never read it as it stands.
PRIVATE = re.compile(
    r"身份号码|身份证|证件号码|家庭住址|住址|账号|手机|联系电话|健康状况|病历|车牌|产权证|权属证书"
)


def test_every_field_states_its_class():
    """None is internal only because nobody thought of it: each table of each pack writes `publish`."""
    assert [name for name, table in STATED if "publish" not in table] == []


def test_what_is_masked_says_how():
    """A masked field without a mask would be published whole; each names one that exists."""
    masked = [one for one in FIELDS.values() if "masked" in one.publish.values()]

    assert masked
    assert [one.name for one in masked if one.mask not in {*MASKS, "text"}] == []


@pytest.mark.parametrize("party_kind", KINDS)
def test_nothing_private_is_public_for_a_person(party_kind):
    """Numbers of people, homes and accounts are kept back for every kind of party; an organization's address is not."""
    private = [one for one in FIELDS.values() if PRIVATE.search(one.title) or one.type in NEVER]
    open_ = [one.name for one in private if published(one, party_kind) == "public"]

    assert private
    assert open_ == (["party_address"] if party_kind == "organization" else [])


@pytest.mark.parametrize(
    ("name", "citizen", "business", "organization"),
    [
        ("party_name", "masked", "public", "public"),
        ("party_representative", "masked", "masked", "masked"),
        ("party_uscc", "public", "public", "public"),
        ("party_id_number", "internal", "internal", "internal"),
        ("party_phone", "internal", "internal", "internal"),
        ("party_birth_on", "internal", "internal", "internal"),
        ("party_address", "masked", "masked", "public"),
    ],
)
def test_the_party_is_shown_by_what_it_is(name, citizen, business, organization):
    """A person's name is masked, a firm's public; who runs a shop is a person, who may live above it."""
    assert [published(FIELDS[name], kind) for kind in KINDS] == [citizen, business, organization]
