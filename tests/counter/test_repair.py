"""A party asks for credit repair at the counter: with its own paper, for its own decision, with a letter, once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mingjing.evidence.selectors import evidence_of
from mingjing.personnel.selectors import person
from mingjing.publicity.models import RepairRequest
from mingjing.publicity.services import confirm, prepare
from tests.defence.test_handing_in import picture

pytestmark = pytest.mark.django_db

FACTS = {
    "publication_reason": "double_publicity",
    "secrecy_checked": True,
    "non_publication_ground": "none",
    "publication_until": "2027-03-01",
    "credit_grade": "general",
    "credit_reason": "罚款较大",
}


def published(case):
    """Tell the case up to its publication and publish it."""
    steps = case.tale.story.steps
    number = next(n for n, one in enumerate(steps) if one.kind == "decision_published")
    case.goes_on(
        steps[number - 1].kind, sum(one.kind == steps[number - 1].kind for one in steps[:number]) - 1
    )
    paper = prepare(case=case.case, by=person("publicity"), facts=FACTS, at=case.at)
    return confirm(preparation=paper, by=person("publicity2"), at=case.at)


def test_a_party_sends_its_request_and_reads_what_became_of_it(live, visitor):
    """Without the letter nothing is kept but a plain word; with it there is a receipt, and no second form."""
    case = live()
    publication = published(case)
    visitor.enters(case)
    page = visitor.reads("repair/")
    assert "处罚已履行完毕" in page
    told = {"applicant": "恒远建材", "contact": "0375-1234567", "statement": "已改正并缴款。"}
    assert "信用承诺书" in visitor.sends("repair/", 422, **told)
    assert not RepairRequest.objects.exists()

    letter = SimpleUploadedFile("承诺书.png", picture())
    page = visitor.sends("repair/", **told, letter=letter)
    asked = RepairRequest.objects.get()
    assert (asked.publication, asked.entered_by) == (publication, "")
    assert asked.letter in {item.digest for item in evidence_of(case.case.code)}
    assert asked.code in page
    assert "提交申请" not in page


def test_there_is_no_form_where_nothing_is_published(live, visitor):
    """The page says so, and what is sent all the same finds nothing."""
    case = live()
    visitor.enters(case)
    assert "现在没有公示的决定" in visitor.reads("repair/")
    assert "提交申请" not in visitor.page
    visitor.sends("repair/", 404, applicant="甲", contact="1", statement="已改正。")
