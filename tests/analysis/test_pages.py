"""Analysis over HTTP: from the page to the cases behind a figure, the spreadsheet, saved views, and who sees what."""

import html
import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client

from mingjing.analysis.catalogue import SUBJECTS
from mingjing.analysis.models import SavedView
from tests.analysis.town import build
from tests.cast import JUSTICE, Cast, make_agency, make_person
from tests.web.conftest import BACKEND

pytestmark = pytest.mark.django_db
PERIOD = "from=2026-02&to=2026-04&origin=all"


class Desk:
    """A person at his browser."""

    def __init__(self, person: Any) -> None:
        self.client = Client()
        self.client.force_login(person, backend=BACKEND)

    def reads(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        return answer.content.decode()

    def sends(self, path: str, status: int = 302, **typed: str) -> str:
        answer = self.client.post(path, typed)
        assert answer.status_code == status, (path, answer.status_code)
        return str(answer.get("Location", ""))


@pytest.fixture
def town(cast: Cast) -> Cast:
    """Cases of two bureaus under one supervisor and of one elsewhere."""
    other = make_agency(
        "410499-market", "舞钢市市场监督管理局", parent=JUSTICE, region="410499", field="market"
    )
    build([cast.bureau, other, cast.elsewhere], 40)
    return cast


def linked(page: str) -> list[tuple[str, int]]:
    """Every figure of a page that is a count: where it leads, and what it says."""
    found = re.findall(r'<a href="(/analysis/[a-z]+/cases/\?[^"]+)">([\d,]+)</a>', page)
    counts = [(html.unescape(to), int(said.replace(",", ""))) for to, said in found]
    return [(to, said) for to, said in counts if not re.search(r"column=(low|q1|median|q3|high|long)", to)]


def test_each_figure_of_each_page_leads_to_as_many_cases(town: Cast) -> None:
    """Page by page the first, a middle and the last figure; beside the chart stands the table it is drawn from."""
    desk = Desk(town.supervisor)
    for code in ("caseload", "limits", "penalties", "scores"):
        page = desk.reads(f"/analysis/{code}/?{PERIOD}")
        assert 'data-chart="' in page
        assert "/static/vendor/echarts/echarts.min.js" in page
        figures = linked(page)
        assert len(figures) > 10
        for to, said in (figures[0], figures[len(figures) // 2], figures[-1]):
            opened = desk.reads(to)
            assert re.search(r'data-count="(\d+)"', opened)[1] == str(said)  # type: ignore[index]
            assert opened.count('href="/cases/town') == min(said, 50)


def test_every_subject_has_its_page_its_list_and_its_spreadsheet(town: Cast) -> None:
    """For the head as well; the spreadsheet says what the page says, and by what it was narrowed."""
    desk = Desk(town.head)
    for code, about in SUBJECTS.items():
        page = desk.reads(f"/analysis/{code}/?{PERIOD}")
        assert f"<h1>{about.title}</h1>" in page
        desk.reads(f"/analysis/{code}/cases/")
        answer = desk.client.get(f"/analysis/{code}/tables.xlsx?{PERIOD}")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert len(book.sheetnames) == len(about.makers()) + 1
        assert book.sheetnames[-1] == "条件"
        for sheet in book.worksheets[:-1]:
            head = [cell.value for cell in next(iter(sheet.rows))]
            if "origin" in about.filters and sheet.max_row > 1:
                assert all(f">{title}</th>" in page for title in head if title)
    assert "<h1>执法分析</h1>" in desk.reads("/analysis/")


def test_a_view_is_kept_opened_shared_renamed_and_forgotten(town: Cast) -> None:
    """The head keeps his filters; a colleague opens what is shared and can change nothing; the page opens with it."""
    desk = Desk(town.head)
    colleague = Desk(make_person("head2", "副局长", "head"))
    here = "/analysis/penalties/"
    to = desk.sends(
        f"{here}views/", name=" 本局  处罚 ", query="from=2026-01&to=2026-03&procedure=ordinary&view=9"
    )
    row = SavedView.objects.get()
    assert (row.name, row.query) == ("本局 处罚", "from=2026-01&to=2026-03&procedure=ordinary&origin=live")
    assert "视图“本局 处罚”" in desk.reads(to)
    assert "本局 处罚" not in colleague.reads("/analysis/")

    change = f"/analysis/views/{row.pk}/"
    desk.sends(change, do="share")
    assert "本局 处罚" in colleague.reads("/analysis/")
    assert "本局 处罚" in colleague.reads(f"{here}?{PERIOD}")
    for step in ("rename", "share", "unshare", "default", "delete", "x"):
        colleague.sends(change, 404, do=step, name="别的")

    assert desk.client.get(here).status_code == 200
    desk.sends(change, do="default")
    assert desk.client.get(here)["Location"] == f"{here}?{row.query}&view={row.pk}"
    assert colleague.client.get(here).status_code == 200
    desk.sends(change, do="rename", name="一季度处罚")
    assert "一季度处罚" in desk.reads("/analysis/")
    desk.sends(change, do="undefault")
    desk.sends(change, do="unshare")
    assert desk.client.get(here).status_code == 200
    assert "一季度处罚" not in colleague.reads("/analysis/")

    desk.sends(change, do="delete")
    assert not SavedView.objects.exists()


def test_what_cannot_be_kept_is_said_and_nothing_is_written(town: Cast) -> None:
    """A view without a name, one of a name there is already, a step there is none."""
    desk, here = Desk(town.head), "/analysis/caseload/views/"
    desk.sends(here, name="甲", query=PERIOD)
    for name, said in (
        ("", "请给视图起一个名称"),
        ("甲", "已有一个名为“甲”的视图"),
        ("长" * 41, "名称最多 40 个字"),
    ):
        to = desk.sends(here, name=name, query=PERIOD)
        assert said in desk.reads(to)
    change = f"/analysis/views/{SavedView.objects.get().pk}/"
    assert "没有这一步" in desk.reads(desk.sends(change, do="publish"))
    assert "请给视图起一个名称" in desk.reads(desk.sends(change, do="rename", name=" "))
    assert desk.sends(change, do="share", back="https://elsewhere.example/") == "/analysis/"
    assert SavedView.objects.get().name == "甲"


def test_who_may_open_it_and_what_lies_beyond_his_sight(town: Cast) -> None:
    """An officer is refused, a head elsewhere sees his own alone, a unit or a view out of sight does not exist."""
    Desk(town.officer).reads("/analysis/", 403)
    Desk(town.officer).reads("/analysis/caseload/", 403)
    outside = Desk(make_person("head9", "外局长", "head", agency=town.elsewhere.code))
    head, above = Desk(town.head), Desk(town.supervisor)
    unit = f"unit={town.bureau.code}&{PERIOD}"
    for path in ("/analysis/caseload/", "/analysis/caseload/cases/", "/analysis/caseload/tables.xlsx"):
        outside.reads(f"{path}?{unit}", 404)
        assert head.client.get(f"{path}?{unit}").status_code == 200
        assert above.client.get(f"{path}?{unit}").status_code == 200
        head.reads(f"{path}?unit=410499-market&{PERIOD}", 404)
    assert above.client.get(f"/analysis/caseload/?unit=410499-market&{PERIOD}").status_code == 200
    listed = "/analysis/caseload/cases/?table=opened&row=&column=&" + PERIOD
    own, elsewhere = (set(re.findall(r"/cases/(town\d+)/", one.reads(listed))) for one in (head, outside))
    assert own
    assert elsewhere
    assert not own & elsewhere
    desk = Desk(town.head)
    desk.sends("/analysis/caseload/views/", name="甲", query=PERIOD, shared="1")
    view = f"/analysis/views/{SavedView.objects.get().pk}/"
    for stranger in (outside, above):
        assert "甲</a>" not in stranger.reads("/analysis/")
        stranger.sends(view, 404, do="delete")
    assert SavedView.objects.exists()
    assert desk.sends(view, do="delete") == "/analysis/"


TYPED = (
    *("table=none", "table=opened&row=2026-13", "row=2026-00&table=flow&column=pending", "page=x"),
    *("from=9999-99&to=0000-01", "from=2026-04&to=2026-02", "unit=%00", "field=%00&region=%ff"),
    *("table=units&row=99999999999999999999", "table=units&row=x~y", "origin=x", "table=opened&row=%00"),
)


def test_what_somebody_types_into_the_address_breaks_nothing(town: Cast) -> None:
    """It is as if it were not said, or there is no such thing."""
    desk = Desk(town.supervisor)
    desk.client.raise_request_exception = False
    paths = ["/analysis/discretion/", "/analysis/limits/cases/", "/analysis/caseload/tables.xlsx"]
    for query in TYPED:
        for path in (*paths, "/analysis/caseload/cases/", "/analysis/discretion/cases/"):
            assert desk.client.get(f"{path}?{query}").status_code in {200, 404}, (path, query)


def test_a_period_longer_than_a_page_counts_is_said_to_be_cut(cast: Cast) -> None:
    """Sixty months up to the last one asked for, and the page says so; five years are counted whole."""
    desk = Desk(cast.supervisor)
    told = desk.reads("/analysis/caseload/?from=2018-01&to=2026-04")
    assert "一页最多统计 60 个月" in told
    assert 'value="2021-05"' in told
    assert "一页最多统计" not in desk.reads("/analysis/caseload/?from=2021-05&to=2026-04")
