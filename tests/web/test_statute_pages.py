"""The law by law and article, the conflicts and the notices, as people look them up."""

from urllib.parse import quote

from mingjing.cases.models import CaseCitation
from mingjing.cases.rebuild import rebuild
from mingjing.packs.conflicts import read_conflicts
from mingjing.packs.laws import article_numbers, law_register
from mingjing.packs.load import library
from mingjing.packs.notices import read_notices
from tests.cast import Cast
from tests.stories import told
from tests.web.conftest import SignIn


def test_a_law_is_found_and_read_by_article(cast: Cast, at_desk: SignIn) -> None:
    """From the list to the law to the rule, and back from the rule to the article."""
    client = at_desk(cast.officer)
    found = client.get("/law/statutes/", {"q": "行政处罚法"}).content.decode()
    address = f"/law/statutes/{quote('行政处罚法')}/"
    assert address in found
    page = client.get(address).content.decode()
    assert "第51条" in page
    assert "/law/cn.penalty.on_the_spot_fine_ceiling/" in page
    assert f"{address}#article-51" in client.get("/law/cn.penalty.on_the_spot_fine_ceiling/").content.decode()
    assert client.get("/law/statutes/星际航行法/").status_code == 404
    assert "没有这样的法规" in client.get("/law/statutes/", {"q": "星际航行"}).content.decode()


def test_a_repealed_law_says_by_what(cast: Cast, at_desk: SignIn) -> None:
    page = at_desk(cast.officer).get("/law/statutes/大气污染防治法/").content.decode()
    assert "生态环境法典" in page
    assert "从旧兼从轻" in page


def test_every_conflict_shows_both_sources_and_the_decision(cast: Cast, at_desk: SignIn) -> None:
    page = at_desk(cast.officer).get("/law/conflicts/").content.decode()
    for one in read_conflicts(library()):
        assert f'id="{one.id}"' in page
        assert all(side.law in page for side in one.sources)
    assert (
        "/law/conflicts/#C2"
        in at_desk(cast.officer).get("/law/41.penalty.hearing_threshold_fine/").content.decode()
    )


def test_every_notice_is_shown_clause_by_clause(cast: Cast, at_desk: SignIn) -> None:
    """And every page that a clause names can be opened by its name."""
    client = at_desk(cast.officer)
    index = client.get("/law/notices/").content.decode()
    for notice in read_notices(library()):
        address = f"/law/notices/{notice.scope}/{notice.name}/"
        assert address in index
        page = client.get(address)
        assert page.status_code == 200
        assert page.content.decode().count("<tr>") >= len(notice.clauses)
    assert client.get("/law/notices/41/none/").status_code == 404


def test_an_article_leads_to_the_cases_that_cite_it(cast: Cast, at_desk: SignIn) -> None:
    """Counted on the law's page, listed by the case list; another bureau's cases are not among them."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    cited = case.acts.get(kind="on_the_spot_decided").facts["penalty_basis"][0]
    law, article = law_register().find(cited["law"]).name, article_numbers(cited["article"])[0]  # type: ignore[union-attr]
    client = at_desk(cast.officer)
    link = f"/cases/?law={quote(law)}&amp;article={article}"
    assert link in client.get(f"/law/statutes/{quote(law)}/").content.decode()
    asked = {"law": law, "article": str(article)}
    assert [one.code for one in client.get("/cases/", asked).context["page"].rows] == [case.code]
    assert client.get("/cases/", {"law": law, "article": "9999"}).context["page"].rows == []
    assert client.get("/cases/", {"law": law, "article": "x"}).status_code == 200
    outsider = at_desk(cast.outsider)
    assert link not in outsider.get(f"/law/statutes/{quote(law)}/").content.decode()


def test_a_rebuild_finds_the_citations_as_they_stand(cast: Cast) -> None:
    """The rows are an index of the acts: deleted, they come back; untouched, nothing differs."""
    told(cast, "summary", until="on_the_spot_decided")
    before = set(CaseCitation.objects.values_list("law", "article"))
    assert before
    assert rebuild().differences == []
    CaseCitation.objects.all().delete()
    assert any("引用" in one for one in rebuild().differences)
    assert set(CaseCitation.objects.values_list("law", "article")) == before
