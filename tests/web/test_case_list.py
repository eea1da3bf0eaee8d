"""The list of cases: filters, pages without gaps or repeats, and a spreadsheet that cannot bite."""

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mingjing.cases import merging
from mingjing.cases.models import Case
from mingjing.cases.selectors import PAGE
from mingjing.web.views.cases import HEADS, cells, harmless
from tests.cast import Cast, make_agency
from tests.stories import told
from tests.web.conftest import SignIn

if TYPE_CHECKING:
    from django.test import Client


def rows(client: "Client", query: str = "") -> list[str]:
    """The parties on the page, in order."""
    return [case.party_name for case in client.get(f"/cases/{query}").context["page"].rows]


def sheet(client: "Client", query: str = "") -> list[list[str]]:
    """The spreadsheet of a filter, cell by cell."""
    answer = client.get(f"/cases/?export=csv{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_filters_narrow_the_list_and_an_empty_result_says_so(cast: Cast, at_desk: SignIn) -> None:
    """Stage, procedure, handler, text: each finds what it should and nothing else."""
    told(cast, until="clue_accepted", mark="a", party_name="甲公司")
    told(cast, until="filing_approved", mark="b", party_name="乙公司")
    client = at_desk(cast.officer)
    assert set(rows(client)) == {"甲公司", "乙公司"}
    assert rows(client, "?q=乙公") == ["乙公司"]
    assert rows(client, "?stage=clue") == ["甲公司"]
    assert rows(client, "?handler=officer2") == ["乙公司"]
    assert rows(client, "?procedure=summary") == []
    assert "没有符合条件的案件" in client.get("/cases/?q=没有这一家").content.decode()


def test_overdue_shows_only_cases_past_a_limit(cast: Cast, at_desk: SignIn) -> None:
    """A case filed in spring and left alone is overdue today; one that is closed is not."""
    told(cast, until="filing_approved", mark="a", party_name="拖延公司")
    told(cast, mark="b", party_name="办结公司")
    client = at_desk(cast.officer)
    assert rows(client, "?overdue=1") == ["拖延公司"]
    assert "已超期" in client.get("/cases/?overdue=1").content.decode()


def test_a_list_over_many_agencies_is_merged_from_several_statements(
    cast: Cast, at_desk: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each statement names one agency here: the latest of all of them stand on the page, in order, once."""
    make_agency("410482-below", "舞钢市第二城市管理局", parent=cast.justice.code, region="410482")
    _, case = told(cast, until="clue_accepted")
    below = Case._meta.get_field("agency").related_model.objects.get(code="410482-below")
    for number in range(4):
        case.pk, case.code, case.log_code = None, f"c{number}", f"l{number}"
        case.party_name, case.agency = f"{number}号公司", below if number % 2 else cast.bureau
        case.last_act_at += timedelta(minutes=1)
        case.save(force_insert=True)
    client = at_desk(cast.supervisor)
    together = rows(client)
    monkeypatch.setattr(merging, "AT_ONCE", 1)

    assert rows(client) == together
    assert together[:4] == ["3号公司", "2号公司", "1号公司", "0号公司"]


def test_the_pages_together_hold_every_case_once(cast: Cast, at_desk: SignIn) -> None:
    """No case is skipped or repeated between pages, even with equal times."""
    _, case = told(cast, until="clue_accepted")
    copies = PAGE * 2 + 3
    for number in range(copies - 1):
        case.pk, case.code, case.log_code, case.number = None, f"c{number}", f"l{number}", f"{number}号"
        case.save(force_insert=True)
    client, query, found = at_desk(cast.officer), "", []
    for _ in range(3):
        page = client.get(f"/cases/?{query}")
        found += [one.code for one in page.context["page"].rows]
        query = page.context["next"]
    assert not query
    assert len(found) == len(set(found)) == Case.objects.count() == copies


@pytest.mark.parametrize(
    "after",
    [
        *("nonsense", "2026-01-01~x", "~", "9999-99-99~1", "2026-01-01T00:00:00+08:00~99999999999999999999"),
        "0001-01-01T00:00:00+14:00~1",
    ],
)
def test_an_edited_page_mark_is_not_found(cast: Cast, at_desk: SignIn, after: str) -> None:
    """No error page for whoever edits the address."""
    assert at_desk(cast.officer).get("/cases/", {"after": after}).status_code == 404


def test_the_spreadsheet_holds_the_filter_and_opens_in_chinese(cast: Cast, at_desk: SignIn) -> None:
    """Heads, one line a case, as many columns as heads, and another agency's cases are not in it."""
    told(cast, until="clue_accepted", mark="a", party_name="甲公司")
    told(cast, until="filing_approved", mark="b", party_name="乙公司")
    heads, *lines = sheet(at_desk(cast.officer), "&q=乙公司")
    assert tuple(heads) == HEADS
    assert [line[2] for line in lines] == ["乙公司"]
    assert all(len(line) == len(HEADS) for line in lines)
    assert sheet(at_desk(cast.outsider)) == [list(HEADS)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_name_that_looks_like_a_formula_stays_text(text: str) -> None:
    """A party's name cannot run in the reader's office program; ordinary text is untouched."""
    assert harmless(text) == f"'{text}"
    assert harmless("舞钢市某公司") == "舞钢市某公司"
    assert harmless(-5) == -5


def test_every_column_has_a_head(cast: Cast) -> None:
    """Cells and heads cannot drift apart."""
    _, case = told(cast, until="clue_accepted")
    assert len(cells(case)) == len(HEADS)
