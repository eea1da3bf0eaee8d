"""The law by law and article, the conflicts and the notices, as people look them up."""

from urllib.parse import quote

from mingjing.packs.conflicts import read_conflicts
from mingjing.packs.load import library
from mingjing.packs.notices import read_notices
from tests.cast import Cast
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
