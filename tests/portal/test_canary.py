"""The canary in the page: whatever is planted in fields that are kept back reaches neither page nor search."""

from datetime import date

from django.test import Client
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings

from mingjing.publicity import search
from mingjing.publicity.mask import public_view, secrecy_of
from mingjing.publicity.models import Publication
from tests.publicity.conftest import AT
from tests.publicity.planting import FIELDS, cases


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases())
def test_no_planted_secret_reaches_a_page_or_the_search(cast, case):
    """The page does not show it, its search finds nothing, and the page of the search does not betray it."""
    party_kind, facts, secrets = case
    code = written(
        cast, public_view(FIELDS, facts, party_kind, secrecy=secrecy_of(FIELDS, [facts], party_kind))
    )
    client = Client()
    page = client.get(f"/portal/decisions/{code}/").content.decode()

    assert "公示内容" in page
    assert [secret for secret in secrets if escape(secret) in page] == []
    for secret in secrets[:4]:
        assert code not in client.get("/portal/search/", {"q": secret}).content.decode()


def written(cast, view) -> str:
    """Write the row that the services would write of this view, and give its public code."""
    number = Publication.objects.count() + 1
    values = {line.name: line.value for line in view}
    row = Publication.objects.create(
        code=f"{number:020x}",
        case_code="c",
        act_code=f"a{number}",
        log_code="l",
        publication_act=f"p{number}",
        agency=cast.bureau,
        agency_name=cast.bureau.name,
        kind="penalty_decided",
        kind_title="行政处罚决定",
        title=values.get("violation_kind", "")[:300],
        party=values.get("party_name", "")[:200],
        decided_on=date(2026, 3, 1),
        published_at=AT,
        body=[line.as_json() for line in view],
        salt=b"",
        commitment="",
    )
    search.index(row.pk, [row.title, *values.values()])
    return row.code
