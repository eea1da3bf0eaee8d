"""Law governance through the real pages: put forward, listed, stepped through with files, hidden from others."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mingjing.disputes.standing import ATTENDED as OF_DISPUTES
from mingjing.disputes.standing import IN_PERSON
from mingjing.governance import court
from mingjing.governance.models import Matter
from mingjing.web.governance_owed import owed_by
from tests.evidence.files import pdf
from tests.governance.conftest import STEPS, Desk

pytestmark = pytest.mark.django_db


def form(**more):
    today = timezone.localdate()
    said = {
        "subject": "疏导点设置方案",
        "group": "policy",
        "unit": "市容科",
        "why": "方便群众。",
        "year": str(today.year),
        "once": "a" * 32,
    }
    plan = {f"plan_{code}": str(today + timedelta(days=n)) for n, code in enumerate(STEPS)}
    return said | plan | more


def test_an_item_goes_through_its_steps_on_the_page(cast):
    """Faults told with what was typed kept; listed by the head; a step with its file; discussion too early refused."""
    clerk, head = Desk(cast.clerk), Desk(cast.head)
    page = clerk.sends("/governance/decisions/new/", 422, **form(group=""))
    assert "请选择属于哪一类" in page
    assert "疏导点设置方案" in page
    for _ in range(2):  # the same form again
        clerk.sends("/governance/decisions/new/", **form())
    row = Matter.objects.get()
    at = f"/governance/decisions/{row.pk}/"
    head.sends(f"{at}step", step="listed", consent="党组会〔2026〕1号", published="市政府网站")

    content = pdf()
    file = SimpleUploadedFile("论证意见.pdf", content)
    today = str(timezone.localdate())
    clerk.sends(f"{at}step", step="argument", text="三名专家论证。", done=today, files=file)

    page = clerk.reads(at)
    assert "论证意见.pdf" in page
    link = page.split(f"/governance/files/{row.pk}/")[1].split('"')[0]
    assert clerk.client.get(f"/governance/files/{row.pk}/{link}").getvalue() == content
    Desk(cast.outsider).reads(f"/governance/files/{row.pk}/{link}", 404)
    said = {"step": "discussion", "result": "adopted", "text": "通过", "done": today}
    assert "合法性审查还没有办" in clerk.sends(f"{at}step", 422, **said)
    assert "依法省去" in clerk.reads(at)


def test_nobody_else_sees_it(cast):
    """Another bureau gets no page and no list entry; the supervisor reads and has no form; the officer reads."""
    Desk(cast.clerk).sends("/governance/decisions/new/", **form())
    row = Matter.objects.get()
    Desk(cast.outsider).reads(f"/governance/decisions/{row.pk}/", 404)
    assert row.no not in Desk(cast.outsider).reads("/governance/decisions/")
    assert row.no in Desk(cast.officer).reads("/governance/decisions/")
    page = Desk(cast.supervisor).reads(f"/governance/decisions/{row.pk}/")
    assert row.subject in page
    assert "列入目录</button>" not in page
    Desk(cast.officer).reads("/governance/decisions/new/", 403)


def test_a_plan_a_hearing_and_a_statement_through_the_pages(cast):
    """Each list opens, takes its form, tells its faults, and counts in the overview."""
    clerk, head, year = Desk(cast.clerk), Desk(cast.head), timezone.localdate().year
    assert "还没有制定" in clerk.reads("/governance/")
    assert "第 1 行没有写对" in clerk.sends("/governance/study/", 422, year=year, topics="法", once="p")
    clerk.sends("/governance/study/", year=year, topics=f"宪法，2，{year}-12-31", once="p")
    plan = Matter.objects.get(kind="study")
    head.sends(f"/governance/study/{plan.pk}/step", step="confirmed")
    file = SimpleUploadedFile("签到表.pdf", pdf())
    today = str(timezone.localdate())
    held = {"step": "held", "number": 1, "on": today, "hours": 2, "attended": cast.head.username}
    clerk.sends(f"/governance/study/{plan.pk}/step", text="讲座", files=file, **held)
    assert "签到表.pdf" in clerk.reads(f"/governance/study/{plan.pk}/")

    said = {"court": "法院", "docket": "（2026）1号", "on": today, "name": "己", "once": "c"}
    assert "请选择谁出庭" in clerk.sends("/governance/court/", 422, **said)
    clerk.sends("/governance/court/", **said, attended="head")
    assert "100.0%" in clerk.reads("/governance/court/")
    hearing = Matter.objects.get(kind="court")
    head.sends(f"/governance/court/{hearing.pk}/strike", text="登记错了")
    assert "已作废" in clerk.reads("/governance/court/")

    page = clerk.reads(f"/governance/statements/new/?year={year}")
    assert "计划 1 个专题，举办 1 个，共 2 学时" in page
    words = {"measures": "一", "duties": "二", "problems": "三", "next": "四"}
    clerk.sends("/governance/statements/new/", year=year, once="s", **words)
    statement = Matter.objects.get(kind="statement")
    at = f"/governance/statements/{statement.pk}/"
    head.sends(f"{at}step", step="agreed")
    assert "日期应当在" in clerk.sends(f"{at}step", 422, step="submitted", on=today, text="市政府")
    assert clerk.client.get(f"{at}paper.pdf").content.startswith(b"%PDF")
    for path in ("study/", "court/", "statements/"):
        assert "舞钢" not in Desk(cast.outsider).reads(f"/governance/{path}").split("<main")[1]
        Desk(cast.supervisor).reads(f"/governance/{path}")
    assert "举办 1/1 个专题" in Desk(cast.supervisor).reads("/governance/")


def test_the_words_for_who_came_are_those_of_the_disputes():
    """Both rooms say the same, so that hearings of either are counted together."""
    assert dict(court.ATTENDED) == dict(OF_DISPUTES)
    assert court.IN_PERSON == IN_PERSON


def test_what_waits_stands_on_the_workbench_of_who_can_do_it(cast):
    """A draft waits for the head and not for its drafter; listed and ready it waits for the reviewer; late, for all."""
    clerk, head, reviewer = Desk(cast.clerk), Desk(cast.head), Desk(cast.reviewer)
    clerk.sends("/governance/decisions/new/", **form())
    row = Matter.objects.get()
    assert "等待另一人确认" in head.reads("/")
    assert "等待另一人确认" not in clerk.reads("/")
    assert "等待另一人确认" not in Desk(cast.officer).reads("/")
    at = f"/governance/decisions/{row.pk}/step"
    head.sends(at, step="listed", consent="会议", published="官网")
    assert "等待合法性审查" not in reviewer.reads("/")
    for code, ground in (("participation", "not_public"), ("argument", "not_technical"), ("risk", "no_risk")):
        clerk.sends(at, step=code, ground=ground, text="属于这种情形。")
    assert "等待合法性审查" in reviewer.reads("/")
    assert "等待合法性审查" not in clerk.reads("/")
    assert row.subject not in Desk(cast.outsider).reads("/")
    late = timezone.localdate() + timedelta(days=30)
    assert [one.late for one in owed_by(cast.clerk, late)] == [True] * 3
    assert not owed_by(cast.officer, late)
