"""The name of the penalised natural person in three styles; everybody else's stays hidden in each of them."""

from dataclasses import replace

import pytest

from bench.masking.planting import FIELDS
from mingjing.packs.naming import naming_terms
from mingjing.publicity import decisions
from mingjing.publicity.decisions import draft_of
from mingjing.publicity.mask import public_view, secrecy_of
from mingjing.publicity.naming import Naming

FACTS = {
    "party_name": "张三丰",
    "witness_name": "周敏",
    "person_questioned": "张三丰",
    "violation_facts": "当事人张三丰将货物摆出店外，见证人周敏、店员赵立新在场，执法人员王建国告知张三丰。",
}


def view(style, facts=FACTS, party_kind="citizen", **more):
    """The public text of these facts, by field."""
    naming = Naming(style, frozenset({"party_name"})).of(facts)
    stated = more.pop("stated", [facts])
    guard = secrecy_of(FIELDS, stated, party_kind, naming=naming, people=["王建国"], **more)
    return {line.name: line.value for line in public_view(FIELDS, facts, party_kind, secrecy=guard)}


@pytest.mark.parametrize(("style", "name"), [("full", "张三丰"), ("partly", "张某某"), ("surname", "张*")])
def test_the_penalised_is_written_in_the_style_of_the_agency_and_nobody_else_is(style, name):
    """In his field and in the text alike; witness, bystander and officer are masked in every style."""
    shown = view(style)

    assert shown["party_name"] == name
    assert shown["violation_facts"] == (
        f"当事人{name}将货物摆出店外，见证人周某、店员赵某某在场，执法人员王某某告知{name}。"
    )


@pytest.mark.parametrize("party_kind", ["organization", "individual_business"])
def test_the_owner_of_a_named_business_is_not_its_name(party_kind):
    """Even where names are shown whole, the person behind a firm is another than the penalised."""
    facts = {"party_name": "舞钢市李海峰便民超市", "party_representative": "李海峰", "matter": "李海峰到场"}

    assert view("full", facts, party_kind)["party_representative"] == "李某某"
    assert view("full", facts, party_kind)["matter"] == "李某某到场"


@pytest.mark.parametrize(("style", "name"), [("full", "李海峰"), ("partly", "李某某"), ("surname", "李*")])
def test_a_business_without_a_name_of_its_own_is_its_owner(style, name):
    """Then the owner is who was penalised."""
    facts = {"party_name": "李海峰", "party_representative": "李海峰"}

    assert view(style, facts, "individual_business")["party_name"] == name


def test_a_name_stated_wrongly_before_is_somebody_elses():
    """Only the name that is right is shown whole: the wrong one may be a neighbour's."""
    facts = {**FACTS, "violation_facts": "张三丰，登记时误作周卫国。"}
    wrong = {"party_name": "周卫国"}

    assert view("full", facts, stated=[wrong, facts])["violation_facts"] == "张三丰，登记时误作周某某。"


def test_an_officer_of_the_same_name_and_a_marked_word_stay_hidden():
    """Where a name is somebody else's too, it is masked as his."""
    assert view("full", {"party_name": "王建国"})["party_name"] == "王某某"
    assert view("full", marks=["张三丰"])["party_name"] == "***"


def test_a_child_is_hidden_in_every_style():
    """What shows somebody to be under age hides him, though his name is the party's."""
    facts = {"party_name": "张小雨", "violation_facts": "张小雨（12岁）在场。"}

    assert "张小雨" not in view("full", facts)["violation_facts"]


@pytest.mark.django_db
@pytest.mark.parametrize(("style", "name"), [("full", "刘大勇"), ("partly", "刘某某")])
def test_a_decision_is_drafted_as_the_packs_of_its_agency_say(decided, monkeypatch, style, name):
    """The draft carries the terms to show them, and lists and search get the name as it is written."""
    terms = naming_terms(region="410481", field="urban", agency="410481-urban")
    monkeypatch.setattr(decisions, "naming_terms", lambda **_: replace(terms, style=style))
    draft = draft_of(decided(party_name="刘大勇"))

    assert draft.value("party_name") == name
    assert draft.naming.style == style
    assert (name == "刘大勇") == ("刘大勇" in str(draft.view))
