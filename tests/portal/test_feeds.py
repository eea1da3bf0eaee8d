"""Feeds: well-formed, of what was asked for, with withdrawals that say nothing of what was published."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from tests.publicity.rows import AT, FIRM, publish, take_down

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


def titles(client, query: str = "", form: str = "atom") -> list[str]:
    response = client.get(f"/portal/feeds/{form}.xml?{query}")
    assert response.status_code == 200
    assert response["Content-Type"].startswith(f"application/{form}+xml")
    root = ET.fromstring(response.content)  # noqa: S314 - our own
    found = root.iter(f"{ATOM}entry") if form == "atom" else root.iter("item")
    return [one.findtext(f"{ATOM}title" if form == "atom" else "title") for one in found]


@pytest.fixture
def three(cast):
    publish(cast.bureau, "甲公司", uscc=FIRM, law="《建筑法》第二条")
    publish(cast.elsewhere, "乙公司", kind="licence_granted", published_at=AT - timedelta(hours=1))
    return publish(cast.bureau, "丙公司", published_at=AT + timedelta(hours=1))


@pytest.mark.parametrize(
    ("query", "parties"),
    [
        ("", "丙甲乙"),
        ("agency=410482-urban", "乙"),
        ("region=410481", "丙甲"),
        ("kind=licence_granted", "乙"),
        (f"firm={FIRM}", "甲"),
        ("q=丙公司", "丙"),
        ("law=建筑法", "甲"),
        ("q=没有的", ""),
    ],
)
@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_tells_what_was_asked_for(client, three, query, parties, form):
    """Both forms tell the same, the latest first."""
    assert [title[0] for title in titles(client, query, form)] == list(parties)


def test_a_withdrawal_is_an_entry_without_content(client, three):
    """Number and ground; the publication itself is gone from the feed."""
    take_down(three, AT + timedelta(hours=2))
    body = client.get("/portal/feeds/atom.xml").content.decode()

    assert titles(client)[0] == f"已撤回：舞钢市城市管理局 行政处罚决定 {three.document_no}"
    assert "公示内容不准确" in body
    assert "丙公司" not in body
    assert titles(client, "agency=410481-urban")[0].startswith("已撤回")
    assert [one[:3] for one in titles(client, "agency=410482-urban")] == ["乙公司"]


@pytest.mark.parametrize("query", ["q=丙公司", "law=建筑法", "q=擅自占用"])
def test_a_feed_of_words_does_not_search_what_was_taken_down(client, cast, query):
    """Otherwise anybody could find out by asking what a withdrawn publication had said."""
    take_down(publish(cast.bureau, "丙公司", law="《建筑法》第二条"))

    assert titles(client, query) == []
    assert titles(client, "q=罚决〔2026〕1号") != []


def test_the_firms_feed_tells_its_withdrawals(client, three):
    """They are on the page of the firm, too."""
    row = publish(three.agency, "甲公司", uscc=FIRM)
    take_down(row, AT + timedelta(hours=3))

    assert titles(client, f"firm={FIRM}")[0].startswith("已撤回")


@pytest.mark.parametrize("query", ["q=%00%08%1b<x>&agency=]]>", "firm=", "since=x", "q=" + "长" * 500])
def test_whatever_is_asked_the_feed_stays_well_formed(client, three, query):
    """Control characters and marks of XML do no harm."""
    titles(client, query)


def test_a_feed_of_no_firm_is_not_there(client, db):
    """A wrong check digit is told at once."""
    assert client.get("/portal/feeds/atom.xml?firm=91410481000000087C").status_code == 404


def test_a_feed_is_kept_by_caches_and_asked_for_by_its_tag(client, three):
    """Readers ask every few minutes: the same bytes are not sent twice."""
    first = client.get("/portal/feeds/atom.xml")

    assert "public" in first["Cache-Control"]
    assert client.get("/portal/feeds/atom.xml", headers={"If-None-Match": first["ETag"]}).status_code == 304
