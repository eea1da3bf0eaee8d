"""The counter in English: a cookie of its own, every word of the interface translated, the record marked as Chinese."""

import re

from django.test import Client

from tests.portal.test_languages import chinese_in, chinese_labels_in

OPEN = ("", "entry/", "entry/91410481000000086C/", "complaints/", "complaints/follow/", "nowhere/")


def english(visitor) -> None:
    """Press the switch."""
    answer = visitor.client.get("/counter/?code=abc&lang=en")
    assert (answer.status_code, answer["Location"]) == (302, "/counter/?code=abc")
    assert answer.cookies["mingjing_language"].value == "en"


def test_the_open_pages_have_no_unmarked_chinese_word(db, visitor):
    """From the door to the form of a complaint; the language is kept from page to page."""
    english(visitor)
    for address in OPEN:
        answer = visitor.client.get(f"/counter/{address}")
        page = answer.content.decode()

        assert '<html lang="en">' in page, address
        assert answer["Content-Language"] == "en"
        assert chinese_in(page) == [], address
        assert chinese_labels_in(page) == [], address
        assert f'href="/counter/{address}?lang=zh-hans"' in page


def test_a_party_reads_case_form_and_receipt_in_english(live, visitor):
    """What the law and the agency say stays Chinese and is marked; days and faults are English."""
    case = live()
    english(visitor)
    visitor.enters(case, status=422, last="000000")
    assert "last six characters are wrong" in visitor.page
    assert chinese_in(visitor.page) == []
    visitor.enters(case)
    pages = [visitor.page, visitor.reads("case/statement/"), visitor.reads("repair/")]
    pages.append(visitor.writes("占用面积没有那么大。", request="请求从轻处罚。"))
    pages.append(visitor.sends("case/statement/send/", once=visitor.hidden("once")))

    assert [chinese_in(page) for page in pages] == [[]] * len(pages)
    assert [chinese_labels_in(page) for page in pages] == [[]] * len(pages)
    assert "Receipt of statement and defence" in pages[-1]
    assert '<span lang="zh-Hans">占用面积没有那么大。' in pages[-1]


def test_a_complaint_is_made_and_followed_in_english(cast, visitor):
    """From the form, once with a fault, to the receipt, and in by number and code."""
    english(visitor)
    visitor.reads("complaints/")
    given = {"kind": "conduct", "about": cast.bureau.code, "once": visitor.hidden("once")}
    pages = [visitor.sends("complaints/", 422, **given, text="")]
    pages.append(visitor.sends("complaints/", 200, **given, text="Officers came at night."))
    no, code = re.search(r"TS[0-9A-Z-]+", visitor.page), re.search(r'class="once">([^<]+)<', visitor.page)
    assert no is not None
    assert code is not None
    visitor.reads(f"complaints/follow/?no={no[0]}")
    pages.append(visitor.sends("complaints/follow/", no=no[0], code=code[1]))

    assert [chinese_in(page) for page in pages] == [[]] * len(pages)
    assert [chinese_labels_in(page) for page in pages] == [[]] * len(pages)
    assert "Registration number" in pages[-1]


def test_without_the_cookie_it_is_chinese_whatever_the_browser_speaks(db):
    """The twin: nobody is given another language than the agency's unasked; a strange cookie changes nothing."""
    client = Client()
    client.cookies["mingjing_language"] = "tlh"
    page = client.get("/counter/", headers={"Accept-Language": "en"}).content.decode()

    assert '<html lang="zh-CN">' in page
    assert 'href="/counter/?lang=en" lang="en"' in page
