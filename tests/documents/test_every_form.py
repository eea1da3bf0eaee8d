"""Every form of the packs draws a page, from an act that says everything and from one that says nothing."""

from dataclasses import replace
from typing import Any

import pytest

from mingjing.documents.compose import document_data
from mingjing.documents.forms import SHARED, document_form
from mingjing.documents.writing import UNKNOWN
from mingjing.lawengine.model import ActRecord
from mingjing.lawengine.vocabulary import Field
from mingjing.typeset.render import render
from tests.documents.story import AGENCY, LI, PEOPLE, VERIFY, WANG, at, law, pages, pdf_text, story

FORMS = sorted(set(law().forms) - {SHARED})
REQUIRED = {
    "filing_approval",
    "inquiry_record",
    "inspection_record",
    "preservation_notice",
    "sealing_decision",
    "investigation_report",
    "legal_review_opinion",
    "prior_notice",
    "hearing_notice",
    "hearing_record",
    "hearing_report",
    "discussion_record",
    "penalty_decision",
    "no_penalty_decision",
    "on_the_spot_decision",
    "correction_order",
    "service_receipt",
    "demand_notice",
    "court_application",
    "transfer_letter",
    "criminal_transfer_letter",
    "closing_approval",
    "inspection_notice",
}


def example(field: Field) -> Any:
    """A value of the field, every text in it recognisable by the field's title."""
    plain: dict[str, Any] = {
        "date": "2026-03-01",
        "datetime": "2026-03-01T10:00+08:00",
        "money": "3000.50",
        "int": 15,
        "decimal": "1.5",
        "bool": True,
        "citations": [{"law": "城市道路管理条例", "article": "第二十七条"}],
        "person": "wang",
        "people": ["wang", "li"],
    }
    if field.type in {"choice", "multichoice"}:
        codes = [code for code, _ in field.options]
        return codes[0] if field.type == "choice" else codes
    if field.type == "rows":
        return [{column: example(law().fields[column]) for column in field.columns}] * 3
    return plain.get(field.type, f"《{field.title}》的内容。")


def document(name: str, facts: dict[str, Any], before: list[ActRecord], kind: str) -> dict[str, Any]:
    """The data of a form for an act of that kind."""
    act = ActRecord(9, kind, at("2026-04-02T10:05"), facts, (WANG, LI) if facts else ())
    return document_data(
        document_form(law().forms, name),
        agency=AGENCY,
        case_number="舞城管立〔2026〕12号",
        act=act,
        acts=before,
        law=law(),
        at=at("2026-04-02T10:05"),
        people=PEOPLE,
        verify=VERIFY,
    )


def kind_of(name: str) -> str:
    """A kind of act that uses the form; some forms wait for their kind."""
    return next((kind.kind for kind in law().kinds.values() if kind.form == name), "clue_accepted")


@pytest.mark.parametrize("name", FORMS)
def test_a_form_draws_all_that_an_act_can_say(name):
    """With every field of the vocabulary known, nothing is 未载明 and every character has a glyph."""
    facts = {field.name: example(field) for field in law().fields.values()}
    before = [replace(act, facts={**facts, **act.facts}) for act in story()]
    told = {act.kind for act in before}
    for other in sorted(set(law().kinds) - told):
        before.append(ActRecord(5, other, at("2026-04-01T11:00"), facts, (WANG, LI)))

    text = pdf_text(render(document(name, facts, before, kind_of(name))))

    assert document_form(law().forms, name).title.replace(" ", "") in text
    assert AGENCY.name in text
    assert UNKNOWN not in text
    assert "{" not in text


@pytest.mark.parametrize("name", FORMS)
def test_a_form_says_so_where_an_act_says_nothing(name):
    """Nothing breaks and nothing is invented: what is missing is called 未载明, on at most two pages."""
    pdf = render(document(name, {}, [], kind_of(name)))

    assert UNKNOWN in pdf_text(pdf)
    assert pages(pdf) <= 3


def test_the_documents_that_procedure_needs_are_there():
    """The core documents of penalty procedure have a form each."""
    assert set(FORMS) >= REQUIRED
