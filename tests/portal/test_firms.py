"""The page of a firm: what is open, in the order of time; of what was taken down a trace; a person has none."""

from datetime import date

import pytest
from django.utils import timezone

from mingjing.publicity.models import Publication, RepairRequest, RepairStep
from tests.publicity.rows import AT, FIRM, OTHER_FIRM, publish, take_down


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


def text(client, code: str, status: int = 200) -> str:
    response = client.get(f"/portal/firms/{code}/")
    assert response.status_code == status
    return response.content.decode()


def test_a_firm_shows_its_open_publications_the_latest_first(client, cast):
    """Decisions, inspections and licences of all agencies together, counted by kind and drawn by year."""
    publish(cast.bureau, "甲公司", uscc=FIRM, title="旧事项", decided_on=date(2023, 5, 1))
    publish(cast.elsewhere, "甲公司", uscc=FIRM, title="许可事项", kind_title="行政许可决定")
    publish(cast.bureau, "乙公司", uscc=OTHER_FIRM, title="别家事项")
    page = text(client, FIRM)

    assert page.index("许可事项") < page.index("旧事项")
    assert "别家事项" not in page
    assert "公示中的记录 2 项：行政许可决定 1 项，行政处罚决定 1 项" in page
    assert "2023年1项，2024年0项" in page
    assert f'rel="canonical" href="http://127.0.0.1:8000/portal/firms/{FIRM}/"' in page


def test_what_was_taken_down_or_has_ended_does_not_count(client, cast):
    """A withdrawal leaves agency, day and ground; an ended publication leaves nothing on the page of the firm."""
    publish(cast.bureau, "甲公司", uscc=FIRM, title="公开事项")
    publish(cast.bureau, "甲公司", uscc=FIRM, title="到期事项", published_until=date(2026, 3, 1))
    take_down(publish(cast.bureau, "甲公司", uscc=FIRM, title="撤回事项"))
    page = text(client, FIRM)

    assert "公示中的记录 1 项" in page
    assert "公示内容不准确" in page
    assert [word for word in ("到期事项", "撤回事项") if word in page] == []


def test_a_firm_without_anything_gets_an_honest_answer(client, db):
    """The page says what this means and what not, and search engines do not keep it."""
    page = text(client, FIRM)

    assert "没有正在公示的记录" in page
    assert "不说明它的经营状况" in page
    assert client.get(f"/portal/firms/{FIRM}/")["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "code", ["91410481000000087C", "9141048100******6C", "1", "410481198506121014", "%00"]
)
def test_a_masked_or_mistyped_code_opens_no_page(client, cast, code):
    """A wrong check digit, stars, an identity number: the portal's own page for what is not there."""
    publish(cast.bureau, "甲公司", uscc=code)

    assert "没有找到这一页" in text(client, code, status=404)


def test_a_person_has_no_page(client, cast):
    """Not even where somebody has entered a right code for him."""
    publish(cast.bureau, "刘某某", uscc=FIRM, party_kind="自然人")

    assert "刘某某" not in text(client, FIRM)


def test_a_code_typed_in_small_letters_leads_to_its_page(client, db):
    """One firm has one address."""
    response = client.get(f"/portal/firms/{FIRM.lower()}/")

    assert (response.status_code, response["Location"]) == (302, f"/portal/firms/{FIRM}/")


def test_the_search_and_the_decision_lead_to_the_firm(client, cast):
    """Whoever types the code, and whoever reads a decision, is one click away."""
    row: Publication = publish(cast.bureau, "甲公司", uscc=FIRM)

    for address in (f"/portal/search/?q={FIRM}", f"/portal/decisions/{row.code}/"):
        assert f"/portal/firms/{FIRM}/" in client.get(address).content.decode()


def test_a_firm_whose_credit_is_repaired_is_not_reminded_of_it(client, cast):
    """Its page and its feed keep not even the trace; another withdrawal stays there."""
    repaired, other = (publish(cast.bureau, "甲公司", uscc=FIRM) for _ in range(2))
    for row in (repaired, other):
        take_down(row)
    request = RepairRequest.objects.create(
        code="r1",
        publication=repaired,
        agency=cast.bureau,
        applicant="甲",
        contact="",
        statement="",
        letter="",
        requested_at=AT,
        salt=b"",
        commitment="",
    )
    RepairStep.objects.create(
        request=request, kind="approved", done_at=AT, done_by="publicity", salt=b"", commitment=""
    )
    page, feed = text(client, FIRM), client.get(f"/portal/feeds/atom.xml?firm={FIRM}").content.decode()

    assert (repaired.code in page, other.code in page) == (False, True)
    assert (repaired.code in feed, other.code in feed) == (False, True)
