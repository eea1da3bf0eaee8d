"""The vocabulary of facts and the kinds of act: what may never be published, and that names are decided once."""

from pathlib import Path

import pytest

from mingjing.lawengine.vocabulary import Field
from mingjing.packs.load import library

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
PARTY_KINDS = ("citizen", "individual_business", "organization")


def _fields() -> list[Field]:
    return list(library().fields.values())


def _asked_for() -> set[str]:
    """Every field that some form asks for, columns of tables included."""
    names = {use.name for kind in library().kinds.values() for use in kind.fields}
    return names | {column for name in names for column in library().fields[name].columns}


@pytest.mark.parametrize("party_kind", PARTY_KINDS)
def test_identity_numbers_phones_and_accounts_are_never_published(party_kind: str):
    """They stay inside whatever kind of party they belong to."""
    private = [
        field
        for field in _fields()
        if field.type in ("id_number", "phone") or field.mask in ("id", "account")
    ]
    assert {"party_id_number", "party_phone", "payment_account"} <= {field.name for field in private}
    assert not [field.name for field in private if field.published(party_kind) != "internal"]


def test_a_citizen_is_masked_where_a_firm_is_named():
    """A natural person's name and address are masked; those of an organisation are public."""
    for name in ("party_name", "party_address"):
        field = library().fields[name]
        assert field.published("citizen") == "masked"
        assert field.published("organization") == "public"


def test_free_text_is_never_published_unread():
    """Whoever writes a long text may write a name into it: it passes the recognisers or stays inside."""
    open_texts = [f.name for f in _fields() if f.type == "longtext" and "public" in f.publish.values()]
    assert not open_texts


def test_what_is_masked_says_how():
    """A masked field names the mask that is put on."""
    assert not [f.name for f in _fields() if "masked" in f.publish.values() and not f.mask]


def test_a_table_shows_no_more_than_its_columns_allow():
    """A published table has no column that is kept inside."""
    fields = library().fields
    leaks = [
        (field.name, column)
        for field in _fields()
        for column in field.columns
        if field.publish["default"] != "internal" and fields[column].publish["default"] == "internal"
    ]
    assert not leaks


def test_every_word_is_used_by_a_form():
    """A field that no act asks for is dead, save what later documents need or the system fills."""
    kept_for_later = {"party_representative_id_number"}
    filled_by_the_system = {"document_no"}
    # What the sheets of a case file hold (cover, catalogue, lists): counted in binding, asked of nobody.
    sheets = set(library().file("cn/record/fields.toml").data)
    assert set(library().fields) - _asked_for() - sheets == kept_for_later | filled_by_the_system


def test_titles_are_not_shared():
    """Two fields with one title in one form could not be told apart by the officer."""
    for kind in library().kinds.values():
        titles = [library().fields[use.name].title for use in kind.fields]
        assert len(titles) == len(set(titles)), kind.kind


def test_the_glossary_names_every_kind_of_act():
    """Names are decided in one place: a kind that is not there was not decided."""
    text = GLOSSARY.read_text(encoding="utf-8")
    lost = [kind.kind for kind in library().kinds.values() if f"| {kind.title} | {kind.kind} |" not in text]
    assert not lost


def test_the_glossary_names_every_form():
    """So does every document: its Chinese title stands beside its name, and nowhere else is it decided."""
    text = GLOSSARY.read_text(encoding="utf-8")
    forms = [form for form in library().forms.values() if form.data.get("layout")]
    lost = [form.name for form in forms if f"| {form.title} | {form.name} |" not in text]
    assert len(forms) > 18
    assert not lost


def test_a_case_can_be_opened_and_ended_under_every_procedure():
    """Each procedure has an act to begin with and an act that ends the case."""
    for procedure in library().procedures:
        kinds = [kind for kind in library().kinds.values() if procedure in kind.procedures]
        assert any(procedure in kind.opens for kind in kinds)
        assert any(kind.ends == "closed" for kind in kinds)


def test_order_in_charts_is_not_left_to_chance():
    """No two kinds of act of a procedure hold the same place."""
    law = library().law(region="", field="")
    for procedure in law.procedures:
        orders = [kind.order for kind in law.kinds_in(procedure).values()]
        assert sorted(orders) == sorted(set(orders)), procedure
