"""A finding goes to the body that has jurisdiction, by what the two offices press; nobody else knows of it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction

from mingjing.cases.selectors import case_by_own_code
from mingjing.inspections.models import Handover, HandoverStep, VisitStart
from mingjing.kit.clock import BEIJING
from tests.cast import make_agency, make_person
from tests.inspections.finished import Finished, drawn_campaign
from tests.journeys.office import Clock, Desk
from tests.journeys.paper import Page

if TYPE_CHECKING:
    from tests.cast import Cast

BOARD = "/visits/handovers/"
FIRE = "410481-fire"
WORDS = "报警装置由消防救援机构管辖"


@pytest.fixture
def found(cast: "Cast", clock: Clock, settings: Any, tmp_path: Path) -> VisitStart:
    """A visit that found something that another department has to follow; a fire brigade in the county."""
    settings.MINGJING_HOME = tmp_path
    make_agency(FIRE, "舞钢市消防救援大队", short_name="舞钢消防")
    make_person("fire.clerk", "消", "clerk", agency=FIRE)
    made = drawn_campaign(cast, clock=clock.go_to)
    start = made.visits(made.tasks[0], "5")
    made.tells(start, "other_agency")
    clock.pass_by(minutes=5)
    return start


def transferred(cast: "Cast", start: VisitStart, clock: Clock) -> None:
    """The letter to the other department is on record."""
    made = Finished(cast, start.task.draw, clock.now, clock.go_to)  # type: ignore[arg-type]
    made.act(
        start, "case_transferred", transfer_reason=WORDS, transferred_to="舞钢市消防救援大队",
        transfer_materials=["transfer_letter"],
    )  # fmt: skip


def sends(start: VisitStart, target: str = FIRE, by: str = "clerk", **more: str) -> Page:
    body = {"target": target, "department": "", "reason": WORDS, **more}
    return Page(Desk(by).client.post(f"{BOARD}{start.case_code}/send", body, follow=True))


def answers(kind: str, text: str = "", by: str = "fire.clerk") -> Page:
    code = Handover.objects.latest("id").code
    return Page(Desk(by).client.post(f"{BOARD}{code}/step", {"kind": kind, "text": text}, follow=True))


def test_a_finding_is_handed_over_accepted_and_answered_within_its_limit(
    cast: "Cast", found: VisitStart, clock: Clock
) -> None:
    """Without the letter in the case nothing goes out; then the other office takes it, and answers with words."""
    assert "还没有移交的问题" in Desk("clerk").reads(BOARD)
    assert "请先在案件中记录“移送”" in sends(found)
    assert not Handover.objects.exists()
    transferred(cast, found, clock)
    assert "已移交舞钢市消防救援大队" in sends(found)
    assert "还没有办完" in sends(found)
    assert Handover.objects.count() == 1
    there = Desk("fire.clerk").reads(BOARD)
    assert "等待接收" in there
    assert case_by_own_code(found.case_code).party_name in there
    assert "现在不能这样办理" in answers("done", "已查处")
    assert "已接收" in answers("accepted")
    assert "请写明处理情况" in answers("done")
    assert "已反馈处理情况" in answers("done", "已责令限期改正，复查合格。")
    assert "复查合格" in Desk("clerk").reads(f"{BOARD}{Handover.objects.get().code}/")
    assert "现在不能这样办理" in answers("refused", "不归我管")


def test_what_is_sent_back_says_why_and_may_go_to_another(
    cast: "Cast", found: VisitStart, clock: Clock
) -> None:
    """A refusal without reason is none; with one, the finding is open again for its own office."""
    transferred(cast, found, clock)
    sends(found)
    assert "请写明退回的理由" in answers("refused")
    assert "已退回" in answers("refused", "燃气报警装置由城市管理部门管辖。")
    page = Desk("clerk").reads(BOARD)
    assert "还没有移交的问题" in page
    assert "请写明承办机构" in sends(found, "410481-urban")
    assert "已移交舞钢市城市管理局燃气管理科" in sends(found, "410481-urban", department="燃气管理科")
    assert "还没有移交的问题" not in Desk("clerk").reads(BOARD)


def test_the_limit_is_shown_and_shown_as_over(cast: "Cast", found: VisitStart, clock: Clock) -> None:
    """Fifteen working days as the pack has them; the day after the last is late, at both offices."""
    transferred(cast, found, clock)
    sends(found)
    due = Handover.objects.get().due
    clock.go_to(datetime.combine(due, datetime.min.time().replace(hour=9), tzinfo=BEIJING))
    assert "已超期" not in Desk("fire.clerk").reads(BOARD)
    clock.pass_by(days=1)
    for somebody in ("fire.clerk", "clerk", "supervisor"):
        assert "已超期" in Desk(somebody).reads(BOARD)


def test_nobody_but_the_two_offices_and_who_supervises_them_knows_of_it(
    cast: "Cast", found: VisitStart, clock: Clock
) -> None:
    """Another bureau finds nothing and answers nothing; the sender cannot answer for the receiver."""
    transferred(cast, found, clock)
    assert sends(found, by="fire.clerk").status == 404
    sends(found)
    make_person("far.clerk", "远", "clerk", agency=cast.elsewhere.code)
    code = Handover.objects.get().code
    assert Desk("far.clerk").reads(f"{BOARD}{code}/").status == 404
    assert answers("accepted", by="far.clerk").status == 404
    assert answers("accepted", by="clerk").status == 403
    assert not HandoverStep.objects.exists()
    assert "打开案件" not in Desk("fire.clerk").reads(f"{BOARD}{code}/")
    assert "打开案件" in Desk("clerk").reads(f"{BOARD}{code}/")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE inspections_handover SET problems = '没有问题'")


def test_a_correction_that_nobody_looked_at_again_is_red_after_its_day(
    cast: "Cast", clock: Clock, settings: Any, tmp_path: Path
) -> None:
    """Until the day it waits, afterwards it is overdue, on the page of the bureau and of the office above."""
    settings.MINGJING_HOME = tmp_path
    made = drawn_campaign(cast, clock=clock.go_to)
    start = made.visits(made.tasks[0], "A")
    until = (made.now + timedelta(days=10)).date()
    made.act(
        start, "correction_ordered", violation_facts="报警装置已断电。", correction_until=until.isoformat(),
        violated=[{"law": "城镇燃气管理条例", "article": "第二十八条第一款"}], correction_demand="恢复供电。",
    )  # fmt: skip
    assert "改正期内" in Desk("clerk").reads(BOARD)
    clock.pass_by(days=11)
    for somebody in ("clerk", "supervisor"):
        assert "改正期限已满，没有复查" in Desk(somebody).reads(BOARD)
