"""What machines read: site map, robots, data blocks; and that caches, search engines and slow lines are served well."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from mingjing.portal.views import sitemap
from mingjing.publicity.register import publish_registers
from tests.publicity.rows import AT, FIRM, publish, take_down

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


def places(client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    return [one.text for one in ET.fromstring(response.content).iter(f"{SPACE}loc")]  # noqa: S314 - our own


def test_the_site_map_names_every_open_decision_once_and_nothing_else(client, cast, monkeypatch):
    """In parts; every address of it answers; what was taken down is in none."""
    monkeypatch.setattr(sitemap, "PART", 2)
    rows = [publish(cast.bureau, f"第{number}公司") for number in range(5)]
    take_down(rows[1])
    first = rows[0].pk // 2
    parts = places(client, "/portal/sitemap.xml")
    inside = [one.removeprefix("http://127.0.0.1:8000") for part in parts for one in places(client, part)]
    decisions = [one for one in inside if "/decisions/" in one]

    assert len(parts) == rows[-1].pk // 2 + 2
    assert decisions == [f"/portal/decisions/{row.code}/" for row in rows if row != rows[1]]
    assert [one for one in inside if client.get(one).status_code != 200] == []
    assert client.get(f"/portal/sitemap-{first + 90}.xml").status_code == 404


def test_robots_are_told_where_the_map_is(client, db):
    """At the place where they look, and in the portal."""
    for address in ("/robots.txt", "/portal/robots.txt"):
        assert "Sitemap: http://127.0.0.1:8000/portal/sitemap.xml" in client.get(address).content.decode()


def test_a_decision_tells_machines_what_it_tells_people(client, cast):
    """A report of the agency about a firm; of a person no name, and nothing of what was taken down."""
    firm = publish(cast.bureau, "甲公司", uscc=FIRM, title="</script><b>")
    person = publish(cast.bureau, "刘某某", party_kind="自然人")
    told = {row.pk: data_of(client, row) for row in (firm, person)}

    assert told[firm.pk]["@type"] == "Report"
    assert told[firm.pk]["headline"] == "</script><b>"
    assert told[firm.pk]["about"] == {"@type": "Organization", "name": "甲公司", "identifier": FIRM}
    assert "刘" not in json.dumps(told[person.pk], ensure_ascii=False)
    take_down(firm)
    assert "ld+json" not in client.get(f"/portal/decisions/{firm.code}/").content.decode()


def data_of(client, row) -> dict:
    page = client.get(f"/portal/decisions/{row.code}/").content.decode()
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


ADDRESSES = (
    *(
        "",
        "search/",
        "search/?law=建筑法&region=41",
        "feeds/",
        "feeds/atom.xml",
        "feeds/rss.xml",
        "open-data/",
    ),
    *("sitemap.xml", "sitemap-pages.xml", "sitemap-0.xml", "robots.txt", f"firms/{FIRM}/"),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_any_cache_may_stand_in_front(client, cast, address):
    """No cookie, no word on cookies, a tag, an age, 304 for who has it, and HEAD as GET without its body."""
    publish(cast.bureau, "甲公司", uscc=FIRM)
    first = client.get(f"/portal/{address}")
    head = client.head(f"/portal/{address}")

    assert first.status_code == 200
    assert not first.cookies
    assert "Vary" not in first
    assert re.fullmatch(r"public, max-age=\d+", first["Cache-Control"])
    assert len(first.content) < 150_000
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    again = client.get(f"/portal/{address}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_sheet_of_styles_prints_a_decision_without_the_frame(client, db):
    """Head, foot and forms are not printed, addresses of links are not needed on paper."""
    sheet = Path(finders.find("portal/portal.css")).read_text(encoding="utf-8")
    printed = sheet.split("@media print")[1]

    assert all(name in printed for name in (".top", ".foot", ".filters", ".facets", ".pages"))


def test_guides_and_laws_tell_machines_what_they_are(client, cast):
    """A service of government, and a statute by its name."""
    publish_registers(at=AT)
    guide = client.get("/portal/guides/ordinary/").content.decode()
    law = client.get("/portal/laws/", {"law": "行政处罚法"}).content.decode()

    assert '"@type": "GovernmentService"' in guide
    assert '"@type": "Legislation", "name": "行政处罚法"' in law
    assert 'rel="canonical" href="http://127.0.0.1:8000/portal/"' in client.get("/portal/").content.decode()
