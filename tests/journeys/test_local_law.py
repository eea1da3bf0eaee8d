"""A case cites a local law: refused with where to register it, accepted once it is published, refused once it ended."""

from datetime import date

import pytest

from mingjing.documents.services import issue
from mingjing.norms import selectors
from mingjing.typeset.render import DocumentNotDrawn
from tests.cast import BUREAU
from tests.journeys.conftest import NewJourney
from tests.journeys.office import Desk
from tests.journeys.test_http_refusals import refused

LAW = "舞钢市城区犬只管理条例"
FORM = {
    "name": LAW,
    "level": "地方性法规",
    "edition.0.year": "2020",
    "edition.0.in_force": "2020-05-01",
    "edition.0.articles": "30",
}


def registered() -> str:
    """The reviewer fills in the form, the head checks and publishes; gives the address of the version."""
    author, head = Desk("reviewer").client, Desk("head").client
    assert author.post("/norms/laws/new/", FORM).status_code == 302
    draft = selectors.drafts_of(BUREAU)[0].pk
    head.post(f"/norms/drafts/{draft}/check")
    head.post(f"/norms/drafts/{draft}/publish")
    (row,) = [one.table for one in selectors.tables_of(BUREAU, date(2026, 1, 1))]
    return f"/norms/tables/{row.pk}/"


def test_a_local_law_is_citable_from_its_publication_to_its_ending(journey: NewJourney) -> None:
    """The same filing three times: no such law, no such article, a law that has ended."""
    case = journey().told_until("clue_accepted")
    case.at(case.step("filing_approved"))
    cited = [{"law": LAW, "article": "第三条"}]
    page = case.takes("filing_approved", violated=cited)
    assert refused(page)
    assert "由法制人员在“清单与基准”的“法规”中登记" in page
    address = registered()
    page = case.takes("filing_approved", violated=[{"law": LAW, "article": "第三十一条"}])
    assert refused(page)
    assert "共30条，没有第31条" in page
    # Before the conduct: law that still held when the conduct ended may be cited (从旧兼从轻).
    Desk("head").client.post(f"{address}end", {"until": "2021-01-01", "reason": "废止"})
    page = case.takes("filing_approved", violated=cited)
    assert refused(page)
    assert "不再施行" in page


def test_a_registered_law_is_accepted_and_leads_to_the_case(journey: NewJourney) -> None:
    """The twin: published and not ended, the filing is recorded and the law's page counts it."""
    case = journey().told_until("clue_accepted")
    case.at(case.step("filing_approved"))
    registered()
    assert "已记录" in case.takes("filing_approved", violated=[{"law": LAW, "article": "第三条"}])
    assert "第3条：1 件" in Desk("officer").reads(f"/law/statutes/{LAW}/")
    assert issue(case.case.acts.get(kind="filing_approved")).size


def test_a_document_does_not_cite_a_local_law_that_had_ended(journey: NewJourney) -> None:
    """Ended between the act and its document, with a day before the conduct: the document is refused."""
    case = journey().told_until("clue_accepted")
    case.at(case.step("filing_approved"))
    address = registered()
    assert "已记录" in case.takes("filing_approved", violated=[{"law": LAW, "article": "第三条"}])
    Desk("head").client.post(f"{address}end", {"until": "2021-01-01", "reason": "登记有误"})
    with pytest.raises(DocumentNotDrawn, match="不再施行"):
        issue(case.case.acts.get(kind="filing_approved"))
