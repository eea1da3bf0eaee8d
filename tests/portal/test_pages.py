"""The public pages: what was published and nothing else, for anybody, from any cache, without script or cookie."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.publicity import search
from mingjing.publicity.desk import publications_seen_by
from mingjing.publicity.models import Publication
from mingjing.publicity.register import publish_registers
from mingjing.publicity.services import confirm, prepare, withdraw
from tests.publicity.conftest import AT, FACTS

HEAVIEST = 150_000
SECRETS = ("刘大勇", "410481198506121014", "13700000042", "健康路", "41001234567890123456")


@pytest.fixture
def today(monkeypatch):
    """Let the portal believe it is the day of the publication: whatever the clock says, the page is open."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    return legal_day(AT)


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(f"/portal/{address}")
    assert response.status_code == status, address
    return response.content.decode()


@pytest.fixture
def pages(published, today) -> list[str]:
    """Every address of the portal that has something to show."""
    publish_registers(at=AT)
    return [
        "",
        "search/",
        "search/?q=堆放物料&law=城市市容&agency=410481-urban&since=2026-03-01&until=2026-03-31",
        "search/?q=没有的",
        f"decisions/{published.code}/",
        "agencies/",
        "officers/",
        "officers/?q=甲",
        "guides/",
        "guides/ordinary/",
        "guides/summary/?agency=410481-urban",
        "charts/ordinary/",
        "charts/summary/",
        "charts/ordinary-review/",
        "laws/",
        "laws/?agency=410481-urban&law=%E8%A1%8C%E6%94%BF%E5%A4%84%E7%BD%9A%E6%B3%95",
        "lists/",
        "lists/recording/",
        "lists/reviews/?agency=410481-urban",
        "channels/",
        "interference/",
        "verify/",
        "verify/ABCDEFGHIJKLMNOPQRSTUVWXYZ/",
        "about-log/",
        "robots.txt",
    ]


def test_every_page_answers_without_cookie_and_may_be_cached(client, pages):
    """No session, no token, an ETag, and no word about cookies to whoever caches."""
    for address in pages:
        response = client.get(f"/portal/{address}")

        assert response.status_code == 200, address
        assert not response.cookies, address
        assert "public" in response["Cache-Control"], address
        assert "Cookie" not in response.get("Vary", ""), address
        assert (
            client.get(f"/portal/{address}", headers={"If-None-Match": response["ETag"]}).status_code == 304
        )


def test_an_officer_who_reads_the_portal_is_a_reader_like_all_others(client, cast, pages):
    """The session of somebody signed in is neither read nor renewed: the answer may be kept by a cache."""
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    signed_in, anonymous = client.get("/portal/"), Client().get("/portal/")

    assert signed_in.content == anonymous.content
    assert not signed_in.cookies
    assert "Cookie" not in signed_in.get("Vary", "")


def test_every_page_weighs_little_and_asks_no_other_host(client, pages):
    """Page, style sheet, icon and script together stay light; every address in them is our own."""
    for address in pages:
        page = text(client, address)
        assets = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
        weight = len(page.encode()) + sum(
            Path(finders.find(one.removeprefix("/static/"))).stat().st_size for one in assets
        )

        assert weight < HEAVIEST, address
        own = re.sub(f'<link rel="(canonical|alternate)"[^>]* href="{settings.MINGJING_ORIGIN}/', "", page)
        assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', own) == [], address
        assert "style=" not in page.split("<svg")[0], address  # the content policy would drop it


def test_nothing_that_was_masked_is_in_any_page(client, pages):
    """Name, identity number, telephone, address and account of the party are on no page, whatever is searched."""
    searches = [f"search/?q={secret}" for secret in SECRETS]
    for address in [*pages, *searches]:
        page = text(client, address).replace(f'value="{address.partition("?q=")[2]}"', "")
        page = re.sub(r"<title>.*?</title>|<[^<>]*hreflang=[^<>]*>", "", page)  # what was asked, said again

        assert [secret for secret in SECRETS if secret in page] == [], address


def test_the_masked_decision_is_found_and_read(client, published, today):
    """The masked name, the result, the articles and the limits are there, in words."""
    assert f"/portal/decisions/{published.code}/" in text(client, "search/?q=堆放物料")
    page = text(client, f"decisions/{published.code}/")

    for words in (
        "刘某某",
        "罚款 50元",
        "城市市容和环境卫生管理条例",
        "舞城管当罚〔2026〕1号",
        "2026年3月2日",
        "有隐去",
    ):
        assert words in page


@pytest.mark.parametrize("secret", SECRETS)
def test_what_was_masked_cannot_be_searched_for(client, published, today, secret):
    """A search for the person finds nothing: the index never held him."""
    assert f"/portal/decisions/{published.code}/" not in text(client, f"search/?q={secret}")


def test_what_is_only_prepared_is_not_reachable(client, cast, decided, today):
    """Neither by the codes that the inside knows nor by any number."""
    case = decided()
    prepared = prepare(case=case, by=cast.publicity, facts=FACTS, at=AT)
    guesses = [case.code, case.log_code, prepared.act_code, prepared.once, "1", "0" * 20]
    for guess in guesses:
        for page in ("", "proof", "record.json"):
            text(client, f"decisions/{guess}/{page}", status=404)
    assert "堆放" not in text(client, "") + text(client, "search/")

    publication = confirm(preparation=prepared, by=cast.publicity2, at=AT)
    assert "堆放" in text(client, f"decisions/{publication.code}/")
    inside = [case.code, case.log_code, prepared.act_code, publication.publication_act]
    assert [code for code in inside if code in text(client, f"decisions/{publication.code}/")] == []


def test_a_withdrawn_decision_shows_its_trace_only(client, cast, published, today):
    """Number, agency, dates and reason stay; content, search and original data are gone."""
    more = {"ground": "inaccurate", "reason": "公示的金额有误。", "performers": ["publicity2"], "at": AT}
    withdraw(publication=published, by=cast.publicity, **more)
    page = text(client, f"decisions/{published.code}/")

    assert "已于2026年3月10日撤回" in page
    assert "公示的金额有误。" in page
    assert "舞城管当罚〔2026〕1号" in page
    assert [words for words in ("刘某某", "堆放", "50元", "城市市容") if words in page] == []
    assert "堆放" not in text(client, "") + text(client, "search/")
    text(client, f"decisions/{published.code}/record.json", status=404)
    assert client.get(f"/portal/decisions/{published.code}/")["X-Robots-Tag"] == "noindex"


def test_a_decision_whose_time_is_over_shows_its_trace_only(client, published, monkeypatch):
    """On the day after its last one the content is gone, by itself."""
    monkeypatch.setattr(timezone, "now", lambda: AT.replace(month=5, day=2))
    page = text(client, f"decisions/{published.code}/")

    assert "公示期已于2026年5月1日届满" in page
    assert "堆放" not in page


@pytest.mark.parametrize(
    "address",
    [
        "nowhere/",
        "decisions/ffffffffffffffffffff/",
        "guides/ordinary/",
        "charts/nowhere/",
        "lists/nowhere/",
        "laws/?law=%E6%98%9F%E9%99%85%E8%88%AA%E8%A1%8C%E6%B3%95",
        "lists/benchmark/?slug=nowhere",
        "guides/ordinary/?agency=nowhere",
        "cases/",
        "../portal/x/",
    ],
)
def test_what_was_never_published_gets_the_portals_own_page(client, db, address):
    """It does not say whether it exists elsewhere, and offers a search."""
    page = text(client, address, status=404)

    assert "没有找到这一页" in page
    assert 'role="search"' in page


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_pages_are_for_reading(client, db, method):
    """The portal takes nothing but a file to compare."""
    assert getattr(client, method)("/portal/").status_code == 405


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "字" * 5000,
        "after=x",
        "after=" + "9" * 40,
        "since=gestern",
        "until=2026-13-40",
        "agency=%00",
        "q=%22%27%3B--",
    ],
)
def test_a_strange_search_is_answered_calmly(client, published, today, query):
    """Control characters, endless words, broken marks and dates: a page, never an error."""
    text(client, f"search/?{query}")


def test_a_wrong_date_is_named(client, published, today):
    """The search goes on without it and says so."""
    page = text(client, "search/?since=gestern")

    assert "“gestern”不是日期" in page
    assert "刘某某" in page


def test_a_code_scanned_or_typed_into_the_search_leads_to_its_verification(client, db):
    """The address in the code on the paper, or the code itself in groups of four."""
    for asked in (
        "http://127.0.0.1:8000/portal/verify/ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "abcd efgh ijkl mnop qrst uvwx yz",
    ):
        response = client.get("/portal/search/", {"q": asked})
        assert (response.status_code, response["Location"]) == (
            302,
            "/portal/verify/ABCDEFGHIJKLMNOPQRSTUVWXYZ/",
        )


def test_the_address_in_the_code_on_the_paper_works(client, db):
    """It has no slash at its end."""
    response = client.get("/portal/verify/ABCDEFGHIJKLMNOPQRSTUVWXYZ", follow=True)

    assert response.status_code == 200
    assert "没有这份文书" in response.content.decode()


def test_the_pages_of_a_long_list_follow_each_other(client, cast, today):
    """The next page keeps the search and its filters."""
    first = Publication.objects.count()
    assert first == 0
    make_many(cast, 25)
    page = text(client, "search/?q=店")
    following = re.search(r'href="\?([^"]+)" rel="next"', page)

    assert "25 件" in page
    assert following is not None
    assert page.count('class="entry"') == 20
    assert text(client, f"search/?{following[1]}".replace("&amp;", "&")).count('class="entry"') == 5
    assert publications_seen_by(cast.publicity).count() == 25


def make_many(cast, number: int) -> None:
    for at in range(number):
        row = Publication.objects.create(
            code=f"{at:020x}",
            case_code="c",
            act_code=f"a{at}",
            log_code="l",
            publication_act=f"p{at}",
            agency=cast.bureau,
            agency_name=cast.bureau.name,
            kind="penalty_decided",
            kind_title="行政处罚决定",
            title="店外经营",
            party=f"第{at}号店",
            decided_on=date(2026, 3, 1) + timedelta(days=at),
            published_at=AT,
            body=[],
            salt=b"",
            commitment="",
        )
        search.index(row.pk, [row.title, row.party])
