"""The portal in English: the same pages, every word of the interface translated, the record marked as Chinese."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.translation import override

from mingjing.kit.clock import legal_day
from mingjing.portal.templatetags.public_words import word
from mingjing.publicity.register import publish_registers
from mingjing.publicity.services import withdraw
from tests.portal.test_before import WINDOWS
from tests.publicity.conftest import AT
from tests.publicity.lists import CAPS
from tests.publicity.lists import published as published_list

HAN = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff01-\uff60]")
ALONE = {"meta", "link", "img", "br", "input", "hr", "source", "wbr", "col", "base"}
SAID = ("aria-label", "placeholder", "data-title", "title", "alt", "content")


class Foreign(HTMLParser):
    """Collects every text and every spoken attribute that is Chinese and not marked so."""

    def __init__(self) -> None:
        super().__init__()
        self.languages = [("", "en")]
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or self.languages[-1][1]
        if not language.startswith("zh") and tag not in {"script", "style"}:
            spoken = [given.get(name) or "" for name in SAID]
            if tag == "input" and given.get("type") in {"submit", "button"}:
                spoken.append(given.get("value") or "")
            self.found += [text for text in spoken if HAN.search(text)]
        if tag not in ALONE:
            self.languages.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ALONE:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while len(self.languages) > 1 and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, language = self.languages[-1]
        if tag not in {"script", "style"} and not language.startswith("zh") and HAN.search(data):
            self.found.append(data.strip())


def chinese_in(page: str) -> list[str]:
    """Give what of a page in English is Chinese without being marked."""
    parser = Foreign()
    parser.feed(page)
    return parser.found


@pytest.fixture
def addresses(published, cast, decided, monkeypatch):
    """Every page of the portal with something on it, by its Chinese address."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    publish_registers(at=AT)
    published_list(cast, "frequency_caps", CAPS)
    published_list(cast, "frequency_caps", [CAPS[1], (*CAPS[0][:3], "3", *CAPS[0][4:])])
    published_list(cast, "windows", WINDOWS)
    listed = f"agency={cast.bureau.code}&slug=frequency_caps"
    officer = re.search(r"/portal/officers/([^/\"]+)/", Client().get("/portal/officers/").content.decode())
    assert officer is not None
    return [
        "",
        "search/?q=堆放物料",
        "search/?q=没有的&kind=penalty_decided",
        "search/?since=gestern",
        f"decisions/{published.code}/",
        "before/",
        f"before/?agency={cast.bureau.code}",
        "before/?kind=guide",
        "changes/?since=2026-03-01&until=2026-03-31",
        f"items/catalogue/compare/?{listed}",
        "windows/",
        "firms/91410481000000086C/",
        "draws/",
        "draws/check/",
        "draws/methods/",
        "feeds/",
        f"feeds/?agency={cast.bureau.code}",
        "open-data/",
        "agencies/",
        "officers/",
        "officers/?q=没有",
        f"officers/{officer[1]}/",
        "card/",
        "guides/",
        "guides/ordinary/",
        "charts/ordinary/",
        "laws/",
        "laws/?law=%E8%A1%8C%E6%94%BF%E5%A4%84%E7%BD%9A%E6%B3%95",
        "lists/",
        "lists/recording/",
        f"lists/catalogue/?{listed}",
        f"lists/catalogue/?{listed}&version=1",
        "statistics/",
        "interference/",
        "channels/",
        "verify/",
        "verify/?code=falsch",
        "verify/ABCDEFGHIJKLMNOPQRSTUVWXYZ/",
        "verify/receipt/",
        "about-log/",
        "nowhere/",
    ]


def test_no_page_in_english_has_a_chinese_word_that_is_not_marked(client, addresses):
    """Texts, labels, titles of columns and placeholders: whatever is Chinese stands in an element with lang="zh"."""
    found = {}
    for address in addresses:
        response = client.get(f"/portal/en/{address}", follow=True)
        page = response.content.decode()
        assert '<html lang="en">' in page, address
        assert response["Content-Language"] == "en", address
        # What the reader himself searched for stands in the title and in the links to this page.
        asked = address.partition("?q=")[2].partition("&")[0]
        if told := [text for text in chinese_in(page.replace(asked, "") if asked else page)]:
            found[address] = told[:6]

    assert found == {}


def test_a_chinese_page_is_what_it_was(client, addresses):
    """The twin: without /en/ the page is Chinese, says so, and no word of it is English by mistake."""
    for address in addresses:
        response = client.get(f"/portal/{address}", follow=True)
        page = response.content.decode()

        assert '<html lang="zh-CN">' in page, address
        assert response["Content-Language"] == "zh-hans", address
        assert 'lang="zh-Hans"' not in page, address
        assert "跳到正文" in page


def test_the_finder_of_chinese_words_finds_them():
    """The instrument is sound: it sees texts and labels, and not what is marked."""
    assert chinese_in('<p>a <span>机关</span></p><p aria-label="栏目">b</p>') == ["机关", "栏目"]
    assert chinese_in('<p lang="zh-Hans">机关 <br><b title="栏目">关</b></p><p>ok</p>') == []


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("有效", "valid"),
        ("未能检查：已关闭停业", 'Could not be inspected: <span lang="zh-Hans">已关闭停业</span>'),
        ("结果应于2026年12月21日前公布，已超过期限", "Result to be published by 21 December 2026; overdue"),
        ("三号仓库", '<span lang="zh-Hans">三号仓库</span>'),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_a_word_from_below_is_english_where_it_is_known_and_marked_where_not(text, english):
    """The twin on a Chinese page is the text itself; markup in it is never markup."""
    with override("en"):
        assert word(text) == english
    assert word(text) == conditional_escape(text)


def test_the_switch_keeps_page_and_query_and_each_page_names_its_twin(client, addresses):
    """From any page to the very same in the other language and back; search engines are told of both."""
    for address in addresses:
        page = client.get(f"/portal/{address}", follow=True).content.decode()
        there = re.search(r'<a class="tongue" href="([^"]+)"', page)
        assert there is not None, address
        assert f'hreflang="en" href="http://127.0.0.1:8000{there[1]}"' in page, address
        english = client.get(there[1].replace("&amp;", "&")).content.decode()
        back = re.search(r'<a class="tongue" href="([^"]+)"', english)

        assert back is not None, address
        assert '<html lang="en">' in english, address
        asked = client.get(f"/portal/{address}", follow=True).wsgi_request.get_full_path()
        assert back[1].replace("&amp;", "&") == asked


def test_an_address_with_lang_leads_to_the_page_in_that_language(client, published):
    """?lang=en on any page is sent on, its other words kept; a language that we do not speak changes nothing."""
    sent = client.get("/portal/search/?q=a&lang=en&kind=b")
    back = client.get("/portal/en/search/?lang=zh-hans")

    assert (sent.status_code, sent["Location"]) == (302, "/portal/en/search/?q=a&kind=b")
    assert (back.status_code, back["Location"]) == (302, "/portal/search/")
    assert not sent.cookies
    assert client.get("/portal/search/?lang=tlh").status_code == 200


def test_each_language_has_its_own_entity_tag_and_no_cookie(client, published):
    """A cache keeps both pages apart by their addresses; nothing depends on a cookie or a header."""
    chinese, english = client.get("/portal/"), client.get("/portal/en/", headers={"Accept-Language": "zh-CN"})

    assert chinese["ETag"] != english["ETag"]
    assert '<html lang="en">' in english.content.decode()
    assert not english.cookies
    assert "Cookie" not in english.get("Vary", "")
    assert client.get("/portal/en/", headers={"If-None-Match": english["ETag"]}).status_code == 304


def test_every_page_has_a_title_of_its_own(client, addresses):
    """In both languages: whoever has several tabs open, or hears only titles, tells the pages apart (WCAG 2.4.2)."""
    for prefix in ("/portal/", "/portal/en/"):
        titles: dict[str, set[str]] = {}
        for address in addresses:
            page = client.get(f"{prefix}{address}", follow=True)
            title = re.search(r"<title[^>]*>(.*?)</title>", page.content.decode())
            assert title is not None
            titles.setdefault(title[1], set()).add(
                page.wsgi_request.path.rpartition("?")[0] or page.wsgi_request.path
            )

        assert {title: pages for title, pages in titles.items() if len(pages) > 1} == {}


def test_links_of_an_english_page_stay_in_english_and_files_have_one_address(client, addresses, published):
    """Pages lead to pages in the same language; what machines read is the record and is not doubled."""
    for address in addresses[:8]:
        page = client.get(f"/portal/en/{address}", follow=True).content.decode()
        links = set(re.findall(r'<a (?!class="tongue")[^>]*href="(/portal/[^"?#]*)', page))
        pages = {one for one in links if one.endswith("/")}
        assert [one for one in pages if not one.startswith("/portal/en/")] == [], address

    doubled = client.get(f"/portal/en/decisions/{published.code}/record.json", follow=True)
    assert doubled.status_code == 404
    assert client.get(f"/portal/decisions/{published.code}/record.json").status_code == 200


def test_days_and_states_are_written_in_english(client, cast, published, monkeypatch):
    """A withdrawn decision tells its day, its ground and its reason, the reason as it was written."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    more = {"ground": "inaccurate", "reason": "公示的金额有误。", "performers": ["publicity2"], "at": AT}
    withdraw(publication=published, by=cast.publicity, **more)
    page = client.get(f"/portal/en/decisions/{published.code}/").content.decode()

    assert f"withdrawn on {legal_day(AT).day} March 2026" in page
    assert "What was published was inaccurate" in page
    assert '<span lang="zh-Hans">公示的金额有误。</span>' in page
    assert chinese_in(page) == []
