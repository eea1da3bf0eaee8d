"""Campaigns, joint enforcement and the grid: risk before approval, tasks with results, places in areas."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mingjing.governance import campaigns, grids, joint, selectors
from mingjing.governance.campaigns import Plan
from mingjing.governance.grids import Area, grid_of, outside, overlaps
from mingjing.governance.ledger import NotDone
from mingjing.governance.models import Matter
from mingjing.inspections.models import SpecialInspection
from tests.cast import make_agency, make_person
from tests.evidence.files import pdf
from tests.governance.conftest import AT, Desk
from tests.stories import told

pytestmark = pytest.mark.django_db
RISKS = {"legal": "程序风险", "social": "摊贩生计", "measures": "先疏导后执法"}
BEGINS, ENDS = date(2026, 3, 10), date(2026, 3, 19)
OVER = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
DURING = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
SQUARE = "113.50,33.30\n113.54,33.30\n113.54,33.33\n113.50,33.33"
AROUND = "113.40,33.20\n113.60,33.20\n113.60,33.40\n113.40,33.40"
EAST = "113.54,33.30\n113.58,33.30\n113.58,33.33\n113.54,33.33"


def proposed(cast, **more):
    said = {"subject": "占道整治", "why": "投诉集中", "scope": "学校周边", "begins": BEGINS, "ends": ENDS}
    return campaigns.propose(plan=Plan(**{**said, **more}), by=cast.clerk, at=AT, once="campaign")


def assessed(cast, **more):
    row = proposed(cast, **more)
    campaigns.assess(matter=row, level="middle", risks=RISKS, by=cast.clerk, at=AT)
    return row


def approved(cast, **more):
    row = assessed(cast, **more)
    campaigns.approve(matter=row, document="批〔2026〕1号", by=cast.head, at=AT)
    return row


def test_no_approval_before_the_risk_is_assessed(cast):
    """Refused without it and where a part is missing; with all three parts another person approves."""
    row = proposed(cast)
    with pytest.raises(NotDone, match="还没有评估"):
        campaigns.approve(matter=row, document="批文", by=cast.head, at=AT)
    with pytest.raises(NotDone, match="请写明社会风险"):
        campaigns.assess(matter=row, level="low", risks=RISKS | {"social": ""}, by=cast.clerk, at=AT)
    campaigns.assess(matter=row, level="low", risks=RISKS, by=cast.head, at=AT)
    with pytest.raises(NotDone, match="评估人不能批准"):
        campaigns.approve(matter=row, document="批文", by=cast.head, at=AT)
    campaigns.approve(matter=row, document="批文", by=make_person("head2", "子", "head"), at=AT)
    assert campaigns.stand(row).state(BEGINS) == "running"


def test_a_campaign_that_inspects_needs_its_approved_special_inspection(cast):
    """Not approved, or of other days: refused; approved for these days: allowed; another agency's does not exist."""
    shape = {
        "reason": "突出问题",
        "item": "x",
        "begins": BEGINS,
        "ends": ENDS,
        "asked_by": "x",
        "asked_at": AT,
    }
    other = SpecialInspection.objects.create(agency=cast.elsewhere, name="别家", **shape)
    with pytest.raises(NotDone, match="没有这项专项检查"):
        proposed(cast, special=other.pk)
    own = SpecialInspection.objects.create(agency=cast.bureau, name="本家", **shape)
    row = assessed(cast, special=own.pk)
    with pytest.raises(NotDone, match="还没有经上级人民政府批准"):
        campaigns.approve(matter=row, document="批文", by=cast.head, at=AT)
    SpecialInspection.objects.filter(pk=own.pk).update(approved_on=date(2026, 3, 1), ends=BEGINS)
    with pytest.raises(NotDone, match="超出专项检查批准"):
        campaigns.approve(matter=row, document="批文", by=cast.head, at=AT)
    SpecialInspection.objects.filter(pk=own.pk).update(ends=ENDS)
    campaigns.approve(matter=row, document="批文", by=cast.head, at=AT)


def test_a_record_lies_within_the_term_and_the_sum_comes_after_it(cast):
    """Before approval, outside the term, before the end or with no record: refused; else kept and closed."""
    row = assessed(cast)
    with pytest.raises(NotDone, match="还没有批准"):
        campaigns.record(matter=row, on=BEGINS, text="检查", by=cast.clerk, at=DURING)
    campaigns.approve(matter=row, document="批文", by=cast.head, at=AT)
    with pytest.raises(NotDone, match="之内"):
        campaigns.record(matter=row, on=date(2026, 3, 9), text="检查", by=cast.clerk, at=DURING)
    with pytest.raises(NotDone, match="到期以后"):
        campaigns.close(matter=row, text="总结", effect=[], by=cast.clerk, at=DURING)
    with pytest.raises(NotDone, match="一条行动记录"):
        campaigns.close(matter=row, text="总结", effect=[], by=cast.clerk, at=OVER)
    campaigns.record(matter=row, on=BEGINS, text="检查", by=cast.clerk, at=DURING)
    campaigns.close(matter=row, text="总结", effect=[], by=cast.clerk, at=OVER)
    assert campaigns.stand(row).state(OVER.date()) == "closed"


def test_the_times_compared_are_as_long_as_each_other(cast):
    """Ten days of action: ten before, ten after and these only when they are over; none before it begins."""
    now = campaigns.stand(approved(cast))
    assert now.windows(date(2026, 3, 9)) == []
    first, during = now.windows(date(2026, 3, 28))
    assert first == ("之前", date(2026, 2, 28), date(2026, 3, 9))
    assert during == ("期间", BEGINS, ENDS)
    assert now.windows(date(2026, 3, 29))[2] == ("之后", date(2026, 3, 20), date(2026, 3, 29))


def test_the_effect_on_the_page_is_counted_from_the_cases(cast):
    """A case opened during the campaign stands under 期间, none before; with a keyword that it lacks, none at all."""
    _, case = told(cast, "ordinary", "filing_approved")
    day = case.opened_on
    for topic, count in (("", "1"), ("没有这个词", "0")):
        row = campaigns.propose(
            plan=Plan(subject="一", why="二", scope="三", topic=topic, begins=day, ends=day),
            by=cast.clerk, at=AT, once=f"x{topic}",
        )  # fmt: skip
        campaigns.assess(matter=row, level="low", risks=RISKS, by=cast.clerk, at=AT)
        at = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)
        campaigns.approve(matter=row, document="批文", by=cast.head, at=min(at, AT))
        page = Desk(cast.clerk).reads(f"/governance/campaigns/{row.pk}/")
        cells = re.findall(r'mj-number">(\d+)', page.split("立案（件）")[1].split("</tr>")[0])
        assert cells[:2] == ["0", count]


@pytest.fixture
def market(cast):
    """A member agency with its clerk and head."""
    unit = make_agency("410481-market", "舞钢市市场监督管理局", parent="410481-justice", field="market")
    return make_person("market.clerk", "丑", "clerk", agency=unit.code)


def mechanism(cast, market):
    row = joint.set_up(
        subject="违建联合机制", members=[market.agency.code], triggers=["发现违建", ""], duty="各办各的",
        by=cast.clerk, at=AT, once="joint",
    )  # fmt: skip
    joint.confirm(matter=row, by=cast.head, at=AT)
    return row


def test_a_member_sees_the_mechanism_answers_its_task_and_no_other(cast, market):
    """A member answers its task once; who is none sees nothing; a task to a stranger is refused."""
    row = mechanism(cast, market)
    said = {"matter": row, "trigger": 0, "text": "核查", "due": date(2026, 3, 20), "by": cast.clerk, "at": AT}
    with pytest.raises(NotDone, match="从成员单位里选择"):
        joint.give(members=[cast.elsewhere.code], **said)
    joint.give(members=[market.agency.code], **said)
    (task,) = joint.stand(row).tasks
    assert (task.overdue(date(2026, 3, 20)), task.overdue(date(2026, 3, 21))) == (False, True)
    with pytest.raises(NotDone, match="没有派给本单位"):
        joint.answer(matter=row, number=1, text="已查", by=cast.clerk, at=AT)
    assert selectors.matter_for(market, "joint", row.pk) == row
    joint.answer(matter=row, number=1, text="已查", by=market, at=AT)
    with pytest.raises(NotDone, match="已经反馈"):
        joint.answer(matter=row, number=1, text="又查", by=market, at=AT)
    assert not joint.stand(row).tasks[0].overdue(date(2026, 3, 21))
    with pytest.raises(selectors.NoSuchMatter):
        selectors.matter_for(cast.outsider, "joint", row.pk)


def test_a_draft_is_the_leading_agencys_own(cast, market):
    """Members see it when somebody else has confirmed it, not before; the drafter cannot confirm."""
    row = joint.set_up(
        subject="机制",
        members=[market.agency.code],
        triggers=["一"],
        duty="二",
        by=cast.head,
        at=AT,
        once="j",
    )
    with pytest.raises(NotDone, match="不能自己确认"):
        joint.confirm(matter=row, by=cast.head, at=AT)
    assert not selectors.seen_by(market, "joint")
    joint.confirm(matter=row, by=make_person("head2", "子", "head"), at=AT)
    assert list(selectors.seen_by(market, "joint")) == [row]


def drawn(cast, name, points="", streets="", outline=False):
    area = Area(name=name, points=points, streets=streets, charge=cast.officer.username, outline=outline)
    return grids.stand(grids.draw(area=area, by=cast.clerk, at=AT, once=name))


def test_a_place_belongs_to_an_area_by_its_point_else_by_its_street(cast):
    """The measured point decides even where another street is named; with neither it belongs nowhere."""
    west, east = drawn(cast, "西", SQUARE, "垭口"), drawn(cast, "东", EAST, "朱兰")
    found = [west, east]
    assert grid_of("东经 113.52，北纬 33.31，误差约 5 米 朱兰", found) == west
    assert grid_of("朱兰街道中段", found) == east
    assert grid_of("东经 113.00，北纬 33.31", found) is None
    assert grid_of("尚店镇", found) is None


def test_overlaps_and_what_lies_beyond_the_outline_are_told(cast):
    """Neighbours overlap in nothing; a shared street or ground is told; so is a corner beyond the outline."""
    outline = drawn(cast, "辖区", "113.4,33.2\n113.56,33.2\n113.56,33.4\n113.4,33.4", outline=True)
    west, east = drawn(cast, "西", SQUARE, "垭口"), drawn(cast, "东", EAST)
    assert overlaps([outline, west, east]) == []
    assert outside([outline, west, east]) == [east]
    third = drawn(cast, "又", streets="垭口")
    assert overlaps([outline, west, east, third]) == [(west, third)]
    with pytest.raises(NotDone, match="已经画过"):
        drawn(cast, "又一个轮廓", SQUARE, outline=True)


def test_an_area_is_changed_and_ended_with_its_history_kept(cast):
    """Faults are told; the person in charge is of the agency; nobody elsewhere changes it; the head ends it."""
    grid = drawn(cast, "西", SQUARE)
    for area, said in (
        (Area(name="西", points="", charge=cast.officer.username), "画出区域"),
        (Area(name="西", points=SQUARE, charge=cast.outsider.username), "请选择责任人"),
        (Area(name="西", points="1,2", charge=cast.officer.username), "第 1 行"),
    ):
        with pytest.raises(NotDone, match=said):
            grids.change(matter=grid.row, area=area, by=cast.clerk, at=AT)
    area = Area(name="西区", points=EAST, charge=cast.officer2.username)
    grids.change(matter=grid.row, area=area, by=cast.clerk, at=AT)
    now = grids.stand(grid.row)
    assert (now.name, now.charge) == ("西区", cast.officer2.username)
    with pytest.raises(NotDone, match="只有本单位"):
        grids.end(matter=grid.row, why="合并", by=cast.supervisor, at=AT)
    grids.end(matter=grid.row, why="合并", by=cast.head, at=AT)
    assert grids.stand(grid.row).ended


def test_the_grid_page_counts_cases_by_area_and_hides_other_agencies(cast):
    """The story's case is counted where its place names the street; an outsider's page has none of it."""
    _, case = told(cast, "ordinary", "filing_approved")
    place = next(act.facts["place"] for act in case.acts.all() if act.facts.get("place"))
    clerk, year = Desk(cast.clerk), case.opened_on.year
    page = clerk.sends("/governance/grids/new/", 422, name="西", points="那里", once="g")
    assert "第 1 行" in page
    said = {"name": "城区一格", "points": SQUARE, "streets": place[:6], "charge": cast.officer.username}
    clerk.sends("/governance/grids/new/", once="g", **said)
    page = clerk.reads(f"/governance/grids/?year={year}")
    row = page.split("城区一格</a>")[1].split("</tr>")[0]
    assert 'data-label="办案">1<' in row
    grid = Matter.objects.get(kind="grid")
    assert "113.5,33.3" in clerk.reads(f"/governance/grids/{grid.pk}/")
    clerk.sends("/governance/grids/new/", once="o", name="辖区", points=AROUND, outline="1")
    outline = Matter.objects.filter(kind="grid").latest("id")
    shown = clerk.reads(f"/governance/grids/{outline.pk}/")
    assert (
        float(shown.split('data-west="')[1].split('"')[0]) < 113.40
    )  # what is changed lies on its map whole
    offered = clerk.reads("/governance/grids/new/")
    assert f">{cast.audit.name}</option>" not in offered
    assert f">{cast.officer2.name}</option>" in offered
    Desk(cast.outsider).reads(f"/governance/grids/{grid.pk}/", 403)
    assert "城区一格" not in Desk(cast.outsider).reads(f"/governance/grids/?year={year}")
    Desk(cast.outsider).reads(f"/governance/grids/?unit={cast.bureau.code}", 404)
    assert "城区一格" in Desk(cast.supervisor).reads(
        f"/governance/grids/?unit={cast.bureau.code}&year={year}"
    )
    Desk(cast.supervisor).reads(f"/governance/grids/{grid.pk}/", 404)


def test_a_campaign_and_a_mechanism_through_the_pages(cast, market):
    """Put forward, assessed, approved, recorded with a file; a task given and answered; outsiders get nothing."""
    clerk, head, today = Desk(cast.clerk), Desk(cast.head), timezone.localdate()
    said = {"subject": "占道整治", "why": "投诉集中", "scope": "学校周边", "once": "c"}
    assert "请写明开始日期" in clerk.sends("/governance/campaigns/new/", 422, **said)
    clerk.sends("/governance/campaigns/new/", **said, begins=today, ends=today)
    row = Matter.objects.get(kind="campaign")
    at = f"/governance/campaigns/{row.pk}/"
    clerk.sends(f"{at}step", step="risk", level="low", **RISKS)
    assert "有权限" in clerk.sends(f"{at}step", 422, step="approved", document="批文")
    head.sends(f"{at}step", step="approved", document="批文")
    file = SimpleUploadedFile("行动照片.pdf", pdf())
    clerk.sends(f"{at}step", step="record", on=today, text="劝离", files=file)
    assert "行动照片.pdf" in clerk.reads(at)
    Desk(cast.outsider).reads(at, 404)
    assert "占道整治" in Desk(cast.supervisor).reads("/governance/campaigns/")

    said = {"subject": "联合机制", "triggers": "发现违建", "duty": "分工", "once": "j"}
    assert "请从名单里选择成员单位" in clerk.sends("/governance/joint/", 422, **said)
    clerk.sends("/governance/joint/", **said, members=market.agency.code)
    row = Matter.objects.get(kind="joint")
    at = f"/governance/joint/{row.pk}/"
    head.sends(f"{at}step", step="confirmed")
    clerk.sends(f"{at}step", step="task", trigger=0, text="核查", members=market.agency.code, due=today)
    member = Desk(market)
    assert "反馈本单位的结果" in member.reads(at)
    assert "反馈本单位的结果" not in clerk.reads(at)
    member.sends(f"{at}step", step="result", number=1, text="已经核查")
    assert "已经核查" in clerk.reads(at)
    Desk(cast.outsider).reads(at, 404)
