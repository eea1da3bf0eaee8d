"""Statistical reports through the real pages: counted, opened to the cases, handed in, approved, published, hidden."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from mingjing.analysis.report_rows import other_rows
from mingjing.disputes import services as disputes
from mingjing.statistics.models import Report
from mingjing.statistics.periods import Period
from mingjing.statistics.selectors import cases_in_sight
from tests.portal.test_languages import chinese_in, chinese_labels_in
from tests.statistics.in_use import in_use_since
from tests.stories import told

pytestmark = pytest.mark.django_db


class Desk:
    """A person at his browser."""

    def __init__(self, person=None):
        self.client = Client()
        if person is not None:
            self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def reads(self, path, status=200):
        answer = self.client.get(path)
        assert answer.status_code == status, answer.content.decode()[:500]
        return answer.content.decode() if status == 200 else ""

    def sends(self, path, status=302, **typed):
        answer = self.client.post(path, typed)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode()


@pytest.fixture
def case(cast):
    """A case with a penalty on the spot in March 2026."""
    _, found = told(cast, "summary", until="on_the_spot_decided")
    return found


@pytest.fixture
def month(case):
    """The month of its decision."""
    at = case.acts.get(kind="on_the_spot_decided").done_at
    return Period(at.year, at.month)


@pytest.fixture
def cutoff(case, monkeypatch):
    """The day on which it was recorded; the desk works two days later."""
    last = max(act.recorded_at for act in case.acts.all())
    later = last + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    return timezone.localdate(last)


def test_a_report_goes_from_the_clerk_to_the_portal(cast, case, month, cutoff):
    """Each figure opens its cases; what is missing is told and what was typed stays; approved by the head; public."""
    clerk, head, publisher, anybody = (Desk(one) for one in (cast.clerk, cast.head, cast.publicity, None))
    at = f"form=monthly&period={month.key}&cutoff={cutoff}"
    page = clerk.reads(f"/statistics/table/?{at}")
    (opened,) = re.findall(r'href="(/statistics/cell/[^"]+column=total)"', page)
    assert case.code in clerk.reads(opened.replace("&amp;", "&"))
    assert case.code not in clerk.reads(
        opened.replace("&amp;", "&").replace("column=total", "column=detention")
    )
    typed = {"form": "monthly", "period": month.key, "cutoff": str(cutoff), "once": "a" * 32}
    typed |= {"note": "本月开展占道经营整治。", "typed-penalty-transfer_accepted": "2"}
    refused = clerk.sends("/statistics/table/", 422, **typed)
    assert "请写明人工填报的数字从哪里来" in refused
    assert "本月开展占道经营整治。" in refused
    clerk.sends("/statistics/table/", **typed, **{"source-penalty": "公安机关回执"})
    row = Report.objects.get()
    here = f"/statistics/{row.pk}/"
    assert "核对并批准" not in clerk.reads(here)
    assert "只有编制机关中有权限" in clerk.sends(f"{here}step", 422, step="approved")
    shown = head.reads(here)
    assert "核对并批准" in shown
    (opened,) = re.findall(r'href="(/statistics/cell/[^"]+column=total)"', shown)
    assert case.code in head.reads(opened.replace("&amp;", "&"))
    assert row.content["title"] not in anybody.reads("/portal/statistics/")

    head.sends(f"{here}step", step="approved")
    publisher.sends(f"{here}step", step="published")

    listed = anybody.reads("/portal/statistics/")
    (public,) = re.findall(r'href="(/portal/statistics/[0-9a-f]+/)"', listed)
    shown = anybody.reads(public)
    assert "本月开展占道经营整治。" in shown
    assert case.party_name not in shown
    english = anybody.reads(public.replace("/portal/", "/portal/en/"))
    assert (chinese_in(english), chinese_labels_in(english)) == ([], [])
    assert f'<title lang="zh-Hans">Enforcement statistics of March 2026, {cast.bureau.name} ·' in english
    assert "<td>Confiscation of unlawful gains</td><td>0 <small>cases</small></td>" in english
    book = openpyxl.load_workbook(io.BytesIO(anybody.client.get(f"{public}report.xlsx").content))
    assert "1 行政处罚实施情况统计表" in book.sheetnames
    assert anybody.client.get(f"{public}report.pdf").content.startswith(b"%PDF")
    assert clerk.client.get(f"{here}report.xlsx").status_code == 200
    assert clerk.client.get(f"{here}report.doc").status_code == 404
    assert anybody.client.get("/portal/statistics/nothing/").status_code == 404


def test_what_was_entered_today_is_a_step_away(cast, case, month, monkeypatch):
    """A table is as of yesterday and says so; the link beside it counts what was entered up to this moment."""
    later = max(act.recorded_at for act in case.acts.all()) + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    clerk = Desk(cast.clerk)
    page = clerk.reads(f"/statistics/table/?form=monthly&period={month.key}")
    assert "以后录入、补录的没有计入" in page
    assert "column=total" not in page
    (address,) = re.findall(r'href="([^"]+)">看到此刻为止的', page)
    now = clerk.reads(f"/statistics/table/{address.replace('&amp;', '&')}")
    assert "column=total" in now
    assert "看到此刻为止的" not in now


def test_nobody_else_sees_it(cast, case, month, cutoff):
    """A bureau elsewhere gets neither report nor table nor cases; the supervisor above gets all, and cannot approve."""
    typed = {"form": "monthly", "period": month.key, "cutoff": str(cutoff), "once": "b" * 32}
    Desk(cast.clerk).sends("/statistics/table/", **typed)
    row = Report.objects.get()
    outside, above = Desk(cast.outsider), Desk(cast.supervisor)
    for path in ("", "report.pdf", "report.xlsx"):
        outside.reads(f"/statistics/{row.pk}/{path}", 404)
    at = f"form=monthly&period={month.key}&cutoff={cutoff}&agency={cast.bureau.code}"
    outside.reads(f"/statistics/table/?{at}", 404)
    outside.reads(f"/statistics/cell/?{at}&table=penalty&column=total", 404)
    assert row.content["title"] not in outside.reads("/statistics/")
    assert row.content["title"] in above.reads("/statistics/")
    assert case.code in above.reads(f"/statistics/cell/?{at}&table=penalty&column=total")
    assert "只有编制机关" in above.sends(f"/statistics/{row.pk}/step", 422, step="approved")
    assert "只能编制本机关" in above.sends("/statistics/table/", 422, **typed, agency=cast.bureau.code)


def test_a_case_out_of_sight_is_counted_and_not_named(cast, case, month, cutoff):
    """Of rows of two agencies a person opens those of his own and is told how many there are besides."""
    from mingjing.statistics.figures import figures_of  # noqa: PLC0415 - the very figures of the office above

    rows = (
        figures_of(cast.justice, "monthly", month, cutoff=cutoff, at=timezone.now())
        .cell("penalty", "total")
        .rows
    )
    assert cases_in_sight(cast.officer, rows) == (rows, 0)
    assert cases_in_sight(cast.outsider, rows) == ([], 1)


def test_no_address_makes_the_page_fail(cast):
    """Unknown forms, periods and cells are not there; an empty month shows what to do."""
    clerk = Desk(cast.clerk)
    for query in ("form=weekly", "period=2026-13", "form=yearly&period=2026-05", "agency=410482-urban"):
        clerk.reads(f"/statistics/table/?{query}", 404)
    clerk.reads("/statistics/cell/?table=penalty&column=nothing", 404)
    assert "还没有报送过统计报表" in clerk.reads("/statistics/")
    assert "还没有公布统计报表" in Desk().reads("/portal/statistics/")
    assert "人工填报" in clerk.reads("/statistics/table/?form=yearly&period=2025")


def test_the_yearly_report_reminds_and_is_late(cast, monkeypatch):
    """In late January it stands on the workbench of the clerk; in February the supervisor sees that it is late."""
    in_use_since(date(2026, 3, 1))
    january = datetime(2027, 1, 20, 1, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: january)
    assert "2026年行政执法统计年报" in Desk(cast.clerk).reads("/")
    assert "统计年报" not in Desk(cast.officer).reads("/")
    monkeypatch.setattr(timezone, "now", lambda: january + timedelta(days=20))
    assert "逾期未报的统计报表 1 份" in Desk(cast.supervisor).reads("/")
    assert "逾期" in Desk(cast.supervisor).reads("/statistics/")


def test_disputes_are_counted_by_their_day_and_by_when_they_were_entered(cast):
    """A reconsideration counts in the month of its notice, and not by a cut-off before it was entered."""
    _, case = told(cast, "summary", until="document_served")
    decision = case.acts.get(kind="on_the_spot_decided")
    at = case.acts.last().done_at + timedelta(days=10)
    on = timezone.localdate(at)
    disputes.open_dispute(
        case=case,
        suit=disputes.Suit(
            kind="reconsideration", decision=decision.code, body="舞钢市人民政府", opened_on=on
        ),
        by=cast.clerk,
        at=at,
        once="d",
    )
    seen = [cast.bureau.pk]
    (row,) = other_rows(seen, on, on, at + timedelta(seconds=1))
    assert (row.kind, row.stated("step"), row.case) == ("reconsideration", {"opened"}, case.code)
    assert not list(other_rows(seen, on, on, at))
    assert not list(other_rows([cast.elsewhere.pk], on, on, at + timedelta(seconds=1)))
