"""Feeds as XML: Atom 1.0 and RSS 2.0 of the same news; no query and no rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from mingjing.kit.clock import chinese_date, legal_day
from mingjing.publicity.news import News

ATOM = "http://www.w3.org/2005/Atom"
ET.register_namespace("", ATOM)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is called and where it and its page are."""

    title: str
    address: str
    page: str
    origin: str
    at: datetime


def title_of(news: News) -> str:
    """Say what happened in one line; of a withdrawal nothing that was published."""
    entry = news.entry
    if news.withdrawn:
        return f"已撤回：{entry.agency} {entry.kind_title} {entry.document_no}".strip()
    return " ".join(part for part in (entry.party, entry.title, entry.result) if part)


def summary_of(news: News) -> str:
    """Say number, agency and day."""
    entry = news.entry
    if news.withdrawn:
        return f"公示已于{chinese_date(legal_day(news.at))}撤回（{news.ground}），内容不再公开。"
    day = f"{chinese_date(entry.decided_on)}决定" if entry.decided_on else ""
    return "，".join(part for part in (entry.kind_title, entry.document_no, entry.agency, day) if part)


def _identity(news: News) -> str:
    return f"urn:mingjing:{'withdrawal' if news.withdrawn else 'publication'}:{news.entry.code}"


def atom(feed: Feed, news: Sequence[News], address_of: dict[str, str]) -> bytes:
    """Write an Atom feed (RFC 4287)."""
    root = ET.Element(f"{{{ATOM}}}feed", {"xml:lang": "zh-CN"})
    _atom(root, "id", feed.address)
    _atom(root, "title", feed.title)
    _atom(root, "updated", (news[0].at if news else feed.at).isoformat())
    _atom(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _atom(root, "link", rel="alternate", type="text/html", href=feed.page)
    for one in news:
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        _atom(entry, "id", _identity(one))
        _atom(entry, "title", title_of(one))
        _atom(entry, "updated", one.at.isoformat())
        _atom(entry, "published", one.entry.published_on.isoformat())
        author = ET.SubElement(entry, f"{{{ATOM}}}author")
        _atom(author, "name", one.entry.agency)
        _atom(entry, "link", rel="alternate", type="text/html", href=address_of[one.entry.code])
        _atom(
            entry, "category", term="withdrawn" if one.withdrawn else "published", label=one.entry.kind_title
        )
        _atom(entry, "summary", summary_of(one))
    return _bytes(root)


def rss(feed: Feed, news: Sequence[News], address_of: dict[str, str]) -> bytes:
    """Write an RSS 2.0 feed."""
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _plain(channel, "title", feed.title)
    _plain(channel, "link", feed.page)
    _plain(channel, "description", f"{feed.title}：新的公示和撤回")
    _plain(channel, "language", "zh-cn")
    _plain(channel, "lastBuildDate", format_datetime(news[0].at if news else feed.at))
    for one in news:
        item = ET.SubElement(channel, "item")
        _plain(item, "title", title_of(one))
        _plain(item, "link", address_of[one.entry.code])
        ET.SubElement(item, "guid", {"isPermaLink": "false"}).text = _identity(one)
        _plain(item, "pubDate", format_datetime(one.at))
        _plain(item, "category", "撤回" if one.withdrawn else one.entry.kind_title)
        _plain(item, "description", summary_of(one))
    return _bytes(root)


def _atom(parent: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes).text = text or None


def _plain(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _bytes(root: ET.Element) -> bytes:
    # No control character is allowed in XML, whatever somebody has typed into a search.
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
