"""The portal in English: the same pages, every word of the interface translated, the record marked as Chinese."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.translation import override

from mingjing.kit.clock import legal_day
from mingjing.portal.saying import said
from mingjing.portal.templatetags.public_words import data_title, word
from mingjing.publicity.register import publish_registers
from mingjing.publicity.services import withdraw
from tests.portal.test_before import WINDOWS
from tests.publicity.conftest import AT
from tests.publicity.lists import CAPS
from tests.publicity.lists import published as published_list
from tools.words_of_law import words

DECISION = (
    ("Kind of party", "Natural person", "当事人类别", "自然人"),
    ("Tier of discretion", "Lighter penalty", "裁量阶次", "从轻处罚"),
    ("Kinds of penalty", "Fine", "处罚种类", "罚款"),
    ("Amount of the fine", "50 yuan", "罚款金额", "50元"),
    ("Time for payment", "15 days", "缴款期限", "15日"),
    ("Decided on", "2 March 2026", "决定日期", "2026年3月2日"),
)

HAN = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff01-\uff60]")
ALONE = {"meta", "link", "img", "br", "input", "hr", "source", "wbr", "col", "base"}
SAID = ("aria-label", "placeholder", "data-title", "title", "alt", "content")
# What names something rather than being it: the portal's own words, so English without exception.
LABELS = {"dt", "th", "label", "legend", "summary", "button", "option"}
HEARD = ("aria-label", "alt", "data-title")
NAMED = {"agency", "region", "about"}  # boxes whose choices are names of agencies and places


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


class Labels(HTMLParser):
    """Collects every label in Chinese, marked or not: heads, choices, what only is heard, the title."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []  # the elements around, and whether one is a label
        self.found: list[str] = []
        self.box = self.title = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        drawn = any(name == "svg" for name, _ in self.open) or tag == "svg"  # a chart of the record
        self.found += [] if drawn else [given[one] or "" for one in HEARD if HAN.search(given.get(one) or "")]
        self.box = given.get("id") or "" if tag == "select" else self.box
        name = (tag == "th" and given.get("scope") == "row") or (tag == "option" and self.box in NAMED)
        if tag not in ALONE:
            self.open.append((tag, tag in LABELS and not name))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.title += data if any(tag == "title" for tag, _ in self.open[:3]) else ""
        if HAN.search(data) and any(label for _, label in self.open):
            self.found.append(data.strip())


def chinese_labels_in(page: str) -> list[str]:
    """Give the labels of a page in English that are Chinese; a title may name something, but says in English what."""
    parser = Labels()
    parser.feed(page)
    told = parser.title if HAN.search(parser.title) and not parser.title[:1].isascii() else ""
    return [*parser.found, *([told] if told else [])]


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
        f"lists/list/?agency={cast.bureau.code}&slug=penalty_exempt",
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


def test_no_label_of_a_page_in_english_is_chinese(client, addresses):
    """Marking a label as Chinese is no excuse: only names, facts, reasons and quotes of law are the record's."""
    found = {}
    for address in addresses:
        page = client.get(f"/portal/en/{address}", follow=True).content.decode()
        if told := chinese_labels_in(page):
            found[address] = told[:6]

    assert found == {}


def test_kinds_days_and_amounts_of_a_decision_are_said_in_english(client, published, monkeypatch):
    """What is one of a closed list, a day or a sum needs no Chinese; the twin says them in Chinese as before."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    english = client.get(f"/portal/en/decisions/{published.code}/").content.decode()
    chinese = client.get(f"/portal/decisions/{published.code}/").content.decode()

    for label, english_value, written, value in DECISION:
        assert f"<dt>{label}</dt><dd>{english_value}</dd>" in english
        assert f"<dt>{written}</dt><dd>{value}</dd>" in chinese
    assert 'class="strong">Fine 50 yuan</dd>' in english
    assert (
        f'<title lang="zh-Hans">On-the-spot administrative penalty decision {published.document_no} ·'
        in english
    )
    assert f"<title>{published.document_no} ·" in chinese


def test_every_label_of_the_packs_has_english():
    """What tools/translations.py collects is what is spoken: in the packs' own catalogue or in that of the portal."""
    with override("en"):
        assert [label for label in words() if said(label) is None] == []


def test_ranges_and_tiers_of_discretion_standards_are_said_in_english():
    """What stands in their columns is a sum, a multiple or a word from a closed list."""
    with override("en"):
        assert said("10,000至40,000元") == "10,000 to 40,000 yuan"
        assert said("2至3倍") == "2 to 3 times"
        assert said("10至20%") == "10 to 20%"
        assert said("一般") == "Ordinary"
        assert said("甲至乙") is None


def test_a_label_without_english_stays_chinese_and_is_marked():
    """The twin: an agency's own packs may have labels that nobody has put into English."""
    with override("en"):
        assert data_title(["罚款", "本地特有的栏目"], 0) == ' data-title="Fine"'
        assert data_title(["罚款", "本地特有的栏目"], 1) == ' data-title="本地特有的栏目" lang="zh-Hans"'
        assert word("本地特有的栏目") == '<span lang="zh-Hans">本地特有的栏目</span>'


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
    assert chinese_labels_in(
        '<dl><dt><i lang="zh-Hans">机关</i></dt><dd>局</dd></dl><td data-title="栏">'
    ) == [
        "机关",
        "栏",
    ]
    assert chinese_labels_in("<html><head><title>机关 · Disclosure</title></head>") == ["机关 · Disclosure"]
    assert chinese_labels_in("<title>Law: 法</title><th scope=row>名</th><select id=agency><option>局") == []


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("有效", "valid"),
        ("行政处罚普通程序服务指南", "Administrative penalty, ordinary procedure: guide"),
        ("2026年行政检查计划", "Inspection plans 2026"),
        ("警告；罚款 2,500元", "Warning; Fine 2,500 yuan"),
        ("2026年3月5日 09:00", "5 March 2026, 09:00"),
        ("2026年3月5日至2026年12月1日", "5 March 2026 to 1 December 2026"),
        ("1日", "1 day"),
        ("甲局执法人员", 'Officers of <span lang="zh-Hans">甲局</span>'),
        ("2026年99月1日", '<span lang="zh-Hans">2026年99月1日</span>'),
        ("罚款 由甲局收取", 'Fine <span lang="zh-Hans">由甲局收取</span>'),
        ("现场：有照片", '<span lang="zh-Hans">现场：有照片</span>'),
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
