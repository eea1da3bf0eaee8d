"""The canary in the pages: what is planted in fields that are kept back reaches no page, paper, file, feed or log."""

import logging
from datetime import date

import pypdfium2
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from bench.masking.planting import Planted, case
from mingjing.publicity import search
from mingjing.publicity.models import Publication, SearchText
from mingjing.publicity.paper import decision_pdf
from tests.publicity.conftest import AT

CASES = 100
PAPERS = 8  # drawing one takes as long as fifty pages
WHOLE = (
    "/portal/",
    "/portal/search/",
    "/portal/feeds/atom.xml",
    "/portal/feeds/rss.xml",
    "/portal/sitemap.xml",
)


def test_no_planted_secret_reaches_anything_that_is_served(cast, monkeypatch, caplog):
    """Pages, records, papers, search and feeds of a hundred cases hold none of their secrets, nor does the log."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    client, cases = Client(), {}
    with caplog.at_level(logging.DEBUG):
        for seed in range(CASES):
            planted = case(seed)
            code = written(cast, planted.view())
            cases[code] = planted
            assert served_secrets(client, code, planted) == [], seed
            for secret in planted.secrets[:2]:
                assert code not in client.get("/portal/search/", {"q": secret}).content.decode()
        papers = [leaked_by_paper(code, planted) for code, planted in [*cases.items()][:PAPERS]]
        whole = "".join(client.get(address).content.decode() for address in WHOLE)
    indexed = "".join(SearchText.objects.values_list("text", flat=True))
    secrets = [secret for planted in cases.values() for secret in planted.secrets if len(secret) > 2]

    assert papers == [[]] * PAPERS
    assert [secret for secret in secrets if search.split(secret) in indexed] == []
    assert [secret for secret in secrets if escape(secret) in whole] == []
    asked = {secret for planted in cases.values() for secret in planted.secrets[:2]}
    assert [secret for secret in secrets if secret not in asked and secret in caplog.text] == []


def served_secrets(client: Client, code: str, planted: Planted) -> list[str]:
    """The secrets of one case in its page and its record."""
    page = client.get(f"/portal/decisions/{code}/").content.decode()
    record = client.get(f"/portal/decisions/{code}/record.json").content.decode()
    assert "公示内容" in page
    assert '"body"' in record
    return [secret for secret in planted.secrets if escape(secret) in page or secret in record]


def leaked_by_paper(code: str, planted: Planted) -> list[str]:
    """The secrets of one case in the text or the bytes of its public PDF."""
    content = decision_pdf(code, on=AT.date())
    with pypdfium2.PdfDocument(content) as pdf:
        text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert code in text
    bare = "".join(text.split())
    return [secret for secret in planted.secrets if secret in bare or secret.encode() in content]


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
