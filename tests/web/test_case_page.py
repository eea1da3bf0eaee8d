"""One case, one page: the story, the law beside the buttons, limits with their derivation, findings."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mingjing.cases.bundle import bundle_of
from mingjing.cases.models import Act
from mingjing.cases.services import Deed, Origin, open_case, record_act
from mingjing.translog.selectors import index_of
from mingjing.translog.services import seal_log
from mingjing.web.case_page import CasePage
from tests.cast import Cast
from tests.stories import told
from tests.web.conftest import SignIn

EXCERPT = Origin(region="410481", field="urban", source="公开的处罚决定")
SOURCE = "https://example.cn/2024/1.html"


def test_every_act_stands_on_the_page_with_people_documents_and_verdicts(cast: Cast, at_desk: SignIn) -> None:
    """Nothing of a whole case is missing, and each document opens as PDF."""
    _, case = told(cast)
    client = at_desk(cast.officer)
    html = client.get(f"/cases/{case.code}/").content.decode()
    for act in case.acts.all():
        assert f'id="act-{act.seq}"' in html
    documents = re.findall(r'href="(/documents/\w+/pdf)"', html)
    assert len(documents) >= 8
    for path in documents[:2]:
        answer = client.get(path)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_a_limit_is_shown_with_the_way_it_was_counted(cast: Cast, at_desk: SignIn) -> None:
    """Every open limit has its steps and its article."""
    _, case = told(cast, until="filing_approved")
    page = at_desk(cast.officer).get(f"/cases/{case.code}/")
    assert page.context["page"].limits
    for line in page.context["page"].limits:
        assert line.deadline.steps
    assert "怎样算出来的" in page.content.decode()


def test_a_missed_limit_is_red_and_says_by_how_much(cast: Cast, at_desk: SignIn) -> None:
    """A case left alone since spring."""
    _, case = told(cast, until="filing_approved")
    page = at_desk(cast.officer).get(f"/cases/{case.code}/")
    red = [line for line in page.context["page"].limits if line.colour == "red"]
    assert red
    assert all(re.fullmatch(r"已超期 \d+ (日|小时)", line.left) for line in red)


def test_what_is_not_allowed_is_greyed_with_reason_and_article(cast: Cast, at_desk: SignIn) -> None:
    """The decision before the notice: a disabled button, why, and the article."""
    _, case = told(cast, until="filing_approved")
    page = at_desk(cast.officer).get(f"/cases/{case.code}/")
    barred = {step.kind.kind: step.reasons for step in page.context["page"].barred}
    assert barred["penalty_decided"]
    assert all(verdict.reason for verdict in barred["penalty_decided"])
    assert "penalty_decided" not in {step.kind.kind for step in page.context["page"].mine}
    html = page.content.decode()
    assert re.search(r"<button[^>]* disabled>行政处罚决定</button>", html)
    assert f"/cases/{case.code}/acts/penalty_decided/" not in html


def test_what_comes_next_is_the_first_button(cast: Cast, at_desk: SignIn) -> None:
    """After the report the officer is led to the prior notice, not to a list of fifty."""
    _, case = told(cast, until="investigation_reported")
    ahead = at_desk(cast.officer).get(f"/cases/{case.code}/").context["page"].ahead
    assert ahead[0].kind.kind == "prior_notice_issued"
    assert len(ahead) <= 5


def test_a_reader_is_offered_nothing_to_do(cast: Cast, at_desk: SignIn) -> None:
    """A supervisor sees the whole case and no button."""
    _, case = told(cast, until="filing_approved")
    page = at_desk(cast.supervisor).get(f"/cases/{case.code}/")
    assert not page.context["page"].mine
    assert "/acts/" not in page.content.decode()


def test_an_excerpt_says_what_it_does_not_say(cast: Cast, at_desk: SignIn) -> None:
    """An imported fragment shows 未载明 for what its forms would have insisted on, and judges only what it says."""
    act = excerpt(cast, EXCERPT)
    page = at_desk(cast.officer).get(f"/cases/{act.case.code}/")
    html = page.content.decode()
    assert "本案由公开材料导入，只据公开内容核对；未载明的不作判断。" in html
    assert "来源：公开的处罚决定" in html
    assert "仅据公开内容" in html
    assert "实施人员未载明" in html
    unknown = page.context["page"].entries[0].unknown
    assert "违反的条款" in unknown
    assert f"<summary>未载明 {len(unknown)} 项</summary>" in html


def test_the_source_of_an_excerpt_is_a_link_only_where_it_is_an_address(cast: Cast, at_desk: SignIn) -> None:
    """An address of the web can be opened; whatever else somebody wrote is text."""
    client = at_desk(cast.officer)
    good = excerpt(cast, replace(EXCERPT, source=SOURCE), "1")
    assert f'<a href="{SOURCE}"' in client.get(f"/cases/{good.case.code}/").content.decode()
    bad = excerpt(cast, replace(EXCERPT, source="javascript:alert(1)"), "2")
    html = client.get(f"/cases/{bad.case.code}/").content.decode()
    assert "来源：javascript:alert(1)" in html
    assert 'href="javascript:' not in html


def excerpt(cast: Cast, origin: Origin, once: str = "", done_at: datetime | None = None) -> Act:
    """A decision of which a newspaper printed three facts."""
    deed = Deed(
        kind="penalty_decided",
        facts={"party_kind": "citizen", "party_name": "某人", "fine_yuan": "500"},
        performers=[],
        by=cast.clerk,
        done_at=done_at,
        imported=True,
    )
    once = f"history-{once or 0}"
    return open_case(agency=cast.bureau, procedure="ordinary", deed=deed, once=once, origin=origin)


def test_the_page_says_of_each_act_whether_it_is_in_the_log(
    cast: Cast, at_desk: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Waiting until it is sealed, then its place; one statement for the whole page."""
    _, case = told(cast, until="filing_approved")
    client = at_desk(cast.officer)
    html = client.get(f"/cases/{case.code}/").content.decode()
    assert (html.count("等待封存</span>"), html.count("已入日志")) == (3, 0)
    seal_log(at=timezone.now())
    page = client.get(f"/cases/{case.code}/")
    html = page.content.decode()
    assert (html.count("等待封存</span>"), html.count("已入日志")) == (0, 3)
    for entry in page.context["page"].entries:
        assert entry.log_index == index_of(entry.act.code)
        assert f"已入日志 第 {entry.log_index} 条" in html
    fresh = CasePage(case=case, viewer=cast.officer, now=timezone.now())
    assert len(fresh.acts) == 3
    with django_assert_num_queries(1):
        assert len(fresh.log_indexes) == 3


def test_the_bundle_of_a_case_can_be_taken_away_once_it_is_sealed(cast: Cast, at_desk: SignIn) -> None:
    """Before, back to the case with the reason; then a file that proves itself; never for a neighbour."""
    _, case = told(cast, until="filing_approved")
    case.refresh_from_db()
    client, path = at_desk(cast.officer), f"/cases/{case.code}/bundle/"
    waiting = client.get(path, follow=True)
    assert waiting.redirect_chain == [(f"/cases/{case.code}/", 302)]
    assert "现在还不能下载案卷存证包：第 1 项行为尚未封存" in waiting.content.decode()
    seal_log(at=timezone.now())
    answer = client.get(path)
    assert answer["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote('案卷存证包.json')}"
    assert answer.content == bundle_of(case)
    assert len(json.loads(answer.content)["acts"]) == 3
    assert at_desk(cast.supervisor).get(path).status_code == 200
    assert at_desk(cast.outsider).get(path).status_code == 404
    assert at_desk(cast.admin).get(path).status_code == 403
    assert client.post(path).status_code == 405


def test_a_limit_met_late_is_over_and_stays_a_finding(cast: Cast, at_desk: SignIn) -> None:
    """It is no longer counted to this day; the days used are those until it was met."""
    deed = Deed(
        kind="document_served",
        facts={"service_document": "penalty_decided", "service_method": "direct"},
        performers=[],
        by=cast.clerk,
        done_at=datetime(2024, 4, 8, 2, tzinfo=UTC),
        imported=True,
    )
    case = excerpt(cast, EXCERPT, done_at=datetime(2024, 3, 4, 2, tzinfo=UTC)).case
    record_act(case=case, deed=deed, once="history-served")
    page = at_desk(cast.officer).get(f"/cases/{case.code}/").context["page"]
    late = [line for line in page.limits_over if line.left == "逾期完成"]
    assert [(line.colour, line.used, line.total) for line in late] == [("red", 35, 9)]
    assert late[0].deadline.rule in {finding.rule for finding in page.findings}
    assert late[0].deadline not in [line.deadline for line in page.limits]
