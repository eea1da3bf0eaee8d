"""A file-review campaign on its way: the steps that most stories begin with."""

from datetime import date, datetime, timedelta

from mingjing.appraisal import planning, reading
from mingjing.appraisal.drawing import declaration_of
from mingjing.appraisal.models import Campaign
from mingjing.appraisal.planning import Plan
from mingjing.inspections.drawing.seed import commitment
from mingjing.kit.clock import BEIJING
from mingjing.translog.services import seal_log
from tests.cast import BUREAU, JUSTICE, Cast, make_agency, make_person

AT = datetime(2026, 7, 1, 9, 0, tzinfo=BEIJING)
BESIDE = "410481-market"
NONCES = {"舞钢市司法局": "a1" * 32, "舞钢市城市管理局": "b2" * 32}
PLAN = {
    "title": "2026 年度案卷评查",
    "begins": date(2026, 1, 1),
    "ends": date(2026, 6, 30),
    "procedures": ["ordinary", "summary"],
    "agencies": [BUREAU],
    "take": 2,
    "share": 50,
    "readers": ["beside1", "beside2", "beside3", "reviewer"],
    "party": BUREAU,
}


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def make_readers() -> dict:
    """Three reviewers of the bureau beside, who may read the files of the cast's bureau."""
    make_agency(BESIDE, "舞钢市市场监督管理局", parent=JUSTICE, field="market")
    return {
        name: make_person(name, chinese, "reviewer", agency=BESIDE)
        for name, chinese in (("beside1", "子"), ("beside2", "丑"), ("beside3", "寅"))
    }


def planned(cast: Cast, *, once: str = "a", **more: object) -> Campaign:
    told = Plan(**{**PLAN, **more})  # type: ignore[arg-type]
    return planning.plan(told=told, by=cast.supervisor, at=AT, once=once)


def drawn(cast: Cast, **more: object) -> Campaign:
    """A campaign whose sample is drawn by the office and the reviewed bureau."""
    row = planned(cast, **more)
    seal_log(at=later(1))
    for by in (cast.supervisor, cast.head):
        commits = commitment(declaration_of(row).terms, by.agency.name, NONCES[by.agency.name])
        planning.pledge(campaign=row, commits=commits, by=by, at=later(2))
    seal_log(at=later(3))
    for by in (cast.supervisor, cast.head):
        planning.reveal(campaign=row, nonce=NONCES[by.agency.name], by=by, at=later(4))
    seal_log(at=later(5))
    return row


def opened(cast: Cast, **more: object) -> Campaign:
    row = drawn(cast, **more)
    reading.open_reading(campaign=row, by=cast.supervisor, at=later(6))
    return row
