"""Learning plans with marks from the training room, heads in court counted, statements handed in by their day."""

from datetime import UTC, date, datetime

import pytest

from mingjing.governance import court, selectors, statements, study
from mingjing.governance.court import hearing_of, rate_of
from mingjing.governance.ledger import NotDone
from mingjing.governance.statements import PARTS
from mingjing.governance.study import Lecture
from mingjing.governance.terms import terms_of
from mingjing.training.models import Exam, Result, Sitting
from tests.cast import make_person
from tests.governance.conftest import AT, DAY, FILE

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 2, 1, 2, 0, tzinfo=UTC)
TEXT = {name: f"{title}。" for name, title in PARTS.items()}
TOPICS = [("习近平法治思想", 2, date(2026, 3, 31)), ("行政处罚法", 3, date(2026, 9, 30))]


@pytest.fixture
def plan(cast):
    """A plan of two topics that the head has confirmed."""
    row = study.plan(year=2026, topics=TOPICS, by=cast.clerk, at=AT, once="plan")
    study.confirm(matter=row, by=cast.head, at=AT)
    return row


def lecture(cast, number=1, **more):
    said = {
        "on": date(2026, 3, 2),
        "hours": 2,
        "attended": [cast.head.username],
        "text": "讲座",
        "files": FILE,
        **more,
    }
    return Lecture(number=number, **said)


def test_a_plan_is_confirmed_by_another_and_there_is_one_a_year(cast):
    """The drafter cannot confirm; nothing is held before; a second plan of the year is refused, the next year's not."""
    row = study.plan(year=2026, topics=TOPICS, by=cast.head, at=AT, once="a")
    with pytest.raises(NotDone, match="拟定人不能确认"):
        study.confirm(matter=row, by=cast.head, at=AT)
    with pytest.raises(NotDone, match="还没有确认"):
        study.hold(matter=row, told=lecture(cast), by=cast.clerk, at=AT)
    study.confirm(matter=row, by=make_person("head2", "子", "head"), at=AT)
    study.hold(matter=row, told=lecture(cast), by=cast.clerk, at=AT)
    with pytest.raises(NotDone, match="已经有了"):
        study.plan(year=2026, topics=TOPICS, by=cast.clerk, at=AT, once="b")
    assert study.plan(year=2027, topics=[("宪法", 2, date(2027, 3, 1))], by=cast.clerk, at=AT, once="c").pk


def test_hours_are_added_up_from_who_was_there(cast, plan):
    """Only leaders on the list, only with proof, each topic once; hours are counted, never typed as a sum."""
    with pytest.raises(NotDone, match="从名单里选择"):
        study.hold(matter=plan, told=lecture(cast, attended=[cast.officer.username]), by=cast.clerk, at=AT)
    with pytest.raises(NotDone, match="附上证明"):
        study.hold(matter=plan, told=lecture(cast, files=()), by=cast.clerk, at=AT)
    study.hold(matter=plan, told=lecture(cast), by=cast.clerk, at=AT)
    with pytest.raises(NotDone, match="还没有举办的专题"):
        study.hold(matter=plan, told=lecture(cast), by=cast.clerk, at=AT + DAY)
    now = study.stand(plan)
    assert (now.held, now.hours) == (1, 2)
    assert [one.hours for one in study.leaders(plan, now)] == [2]
    assert not now.late(date(2026, 9, 30))
    assert [one.title for one in now.late(date(2026, 10, 1))] == ["行政处罚法"]


def test_a_test_is_an_examination_of_the_training_room(cast, plan):
    """An examination of another year is refused; of this year it is named once, and the marks are read there."""
    fields = {
        "parts": [],
        "minutes": 60,
        "pass_mark": 60,
        "attempts": 2,
        "pool": [],
        "created_by": "admin",
        "created_at": AT,
    }
    old = Exam.objects.create(title="旧", opens_on=date(2025, 1, 1), closes_on=date(2025, 2, 1), **fields)
    exam = Exam.objects.create(
        title="学法测试", opens_on=date(2026, 3, 1), closes_on=date(2026, 4, 1), **fields
    )
    with pytest.raises(NotDone, match="2026 年度的一场考试"):
        study.test(matter=plan, exam=old.pk, by=cast.clerk, at=AT)
    study.test(matter=plan, exam=exam.pk, by=cast.clerk, at=AT)
    for attempt, mark in ((1, 32), (2, 86)):
        sitting = Sitting.objects.create(
            exam=exam, person=cast.head, attempt=attempt, seed="", paper="", started_at=AT, ends_at=AT
        )
        Result.objects.create(
            sitting=sitting, answers={}, correct=1, total=1, mark=mark, passed=mark > 60, ending="submitted",
            closed_at=AT,
        )  # fmt: skip
    assert [one.marks for one in study.leaders(plan, study.stand(plan))] == [[86]]


def test_a_year_with_too_few_lectures_is_told_when_it_is_over(cast, plan):
    """Two a year are demanded: silent while it runs, told after, silent again where two were held."""
    terms = terms_of(cast.bureau)
    study.hold(matter=plan, told=lecture(cast), by=cast.clerk, at=AT)
    assert not study.shortfall(study.stand(plan), terms, 2026, date(2026, 12, 31))
    assert study.shortfall(study.stand(plan), terms, 2026, date(2027, 1, 1)) == [
        "全年应当举办 2 次，实际 1 次"
    ]
    study.hold(matter=plan, told=lecture(cast, 2), by=cast.clerk, at=AT)
    assert not study.shortfall(study.stand(plan), terms, 2026, date(2027, 1, 1))


def appear(cast, docket, attended, **more):
    said = {
        "court": "舞钢市人民法院",
        "name": "己 局长",
        "text": "出差",
        "registered": ["（2026）1号"],
        **more,
    }
    return court.enter(
        docket=docket, attended=attended, on=date(2026, 3, 1), by=cast.clerk, at=AT, once=docket, **said
    )


def test_the_rate_of_heads_in_court_is_counted(cast):
    """A registered suit is not entered twice; who stays away says why; what is struck by another counts no more."""
    with pytest.raises(NotDone, match="已在“复议诉讼”登记"):
        appear(cast, "（2026）1号", "head")
    with pytest.raises(NotDone, match="不能出庭的理由"):
        appear(cast, "（2026）2号", "delegate", text=" ")
    rows = [
        appear(cast, "（2026）2号", "delegate"),
        appear(cast, "（2026）3号", "deputy"),
        appear(cast, "（2026）4号", "head"),
    ]
    assert rate_of(map(hearing_of, rows)).share == "66.7%"
    court.strike(matter=rows[0], by=cast.head, at=AT, why="登记错了")
    assert rate_of(map(hearing_of, selectors.of_year(cast.clerk, "court", 2026))).share == "100.0%"
    own = court.enter(
        court="法院", docket="5", attended="head", on=date(2026, 3, 1), name="己", text="", registered=[],
        by=cast.head, at=AT, once="own",
    )  # fmt: skip
    with pytest.raises(NotDone, match="自己的登记"):
        court.strike(matter=own, by=cast.head, at=AT, why="不要了")


def test_a_statement_is_agreed_handed_in_and_published_in_this_order(cast):
    """Not by who wrote it; not before it is agreed; revised after agreement it must be agreed again."""
    figures = [("立案", "3 件")]
    row = statements.draft(year=2026, text=TEXT, figures=figures, by=cast.clerk, at=LATER, once="s")
    with pytest.raises(NotDone, match="还没有审定"):
        statements.submit(matter=row, on=LATER.date(), to="市政府", by=cast.clerk, at=LATER)
    statements.agree(matter=row, by=cast.head, at=LATER)
    statements.revise(matter=row, text=TEXT, figures=[("立案", "4 件")], by=cast.head, at=LATER)
    with pytest.raises(NotDone, match="撰写人不能审定"):
        statements.agree(matter=row, by=cast.head, at=LATER)
    statements.agree(matter=row, by=make_person("head2", "子", "head"), at=LATER)
    with pytest.raises(NotDone, match="还没有报送"):
        statements.publish(matter=row, on=LATER.date(), where="官网", by=cast.clerk, at=LATER)
    statements.submit(matter=row, on=LATER.date(), to="市政府", by=cast.clerk, at=LATER)
    with pytest.raises(NotDone, match="不能再改"):
        statements.revise(matter=row, text=TEXT, figures=figures, by=cast.clerk, at=LATER)
    statements.publish(matter=row, on=LATER.date(), where="官网", by=cast.clerk, at=LATER)
    assert statements.stand(row).state == "published"
    assert statements.stand(row).figures == [("立案", "4 件")]
    assert statements.paper_pdf(row).startswith(b"%PDF")


def test_a_statement_is_due_on_the_days_of_the_packs(cast):
    """Silent on 1 March, late on the 2nd; handed in it is late again after 1 April until it is published."""
    terms = terms_of(cast.bureau)
    assert not statements.late(None, 2026, terms, date(2027, 3, 1))
    assert "没有报送" in statements.late(None, 2026, terms, date(2027, 3, 2))
    row = statements.draft(year=2026, text=TEXT, figures=[], by=cast.clerk, at=LATER, once="s")
    statements.agree(matter=row, by=cast.head, at=LATER)
    statements.submit(matter=row, on=LATER.date(), to="市政府", by=cast.clerk, at=LATER)
    assert not statements.late(row, 2026, terms, date(2027, 4, 1))
    assert "没有公开" in statements.late(row, 2026, terms, date(2027, 4, 2))
    statements.publish(matter=row, on=LATER.date(), where="官网", by=cast.clerk, at=LATER)
    assert not statements.late(row, 2026, terms, date(2027, 4, 2))
