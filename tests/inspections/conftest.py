"""A campaign on its way: the steps that most stories begin with."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.inspections.ceremony import begin_campaign, declare, keep_proofs, pledge, reveal
from mingjing.inspections.drawing.seed import commitment
from mingjing.inspections.register.lists import commit_list
from mingjing.inspections.standing import declaration_of
from mingjing.kit.clock import BEIJING
from mingjing.translog.services import seal_log

if TYPE_CHECKING:
    from mingjing.inspections.models import Campaign, Draw
    from tests.cast import Cast

AT = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
PARTIES = ["舞钢市城市管理局", "舞钢市司法局"]
NONCES = {PARTIES[0]: "a1" * 32, PARTIES[1]: "b2" * 32, "人大代表 赵明": "c3" * 32}


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def seal(minutes: int) -> None:
    """What the worker does between two steps."""
    seal_log(at=later(minutes))
    keep_proofs(at=later(minutes))


@pytest.fixture
def campaign(cast: "Cast", settings: Any, tmp_path: Path) -> "Campaign":
    settings.MINGJING_HOME = tmp_path
    return begin_campaign(
        agency=cast.bureau,
        title="2026 年餐饮油烟双随机抽查",
        begins=date(2026, 3, 9),
        ends=date(2026, 4, 30),
        by=cast.clerk,
        at=AT,
    )


@pytest.fixture
def declared(campaign: "Campaign", cast: "Cast") -> Callable[..., "Draw"]:
    """Commit to 60 firms in two strata and announce a draw of ten."""

    def announce(minutes: int = 0, **terms: Any) -> "Draw":
        listed = commit_list(
            agency=cast.bureau,
            register="餐饮单位",
            strata={
                "A类": [f"91410481MA{at:07}X" for at in range(40)],
                "C类": [f"91410481MB{at:07}X" for at in range(20)],
            },
            conditions=["行业：餐饮", "状态：存续"],
            by=cast.clerk,
            at=later(minutes),
        )
        told = {
            "strata": [
                {"name": "A类", "take": 4, "fields": ["urban"], "region": "410481"},
                {"name": "C类", "take": 6, "fields": ["urban"], "region": "410481"},
            ],
            "inspectors": [
                {"number": f"1604{at:05}", "fields": ["urban"], "regions": [], "most": 5} for at in range(6)
            ],
            "staffing": {"each": 2, "together": 0, "avoid": []},
            "parties": PARTIES,
            "silence": "void",
            "number": None,
            "reasons": ["closed", "moved"],
        } | terms
        return declare(campaign=campaign, listed=listed, terms=told, by=cast.clerk, at=later(minutes))

    return announce


def bind(draw: "Draw", minutes: int) -> None:
    """Let every party bind itself."""
    terms = declaration_of(draw).terms
    for party in draw.declaration["parties"]:
        commits = commitment(terms, party, NONCES[party])
        pledge(draw=draw, party=party, commits=commits, by=party, at=later(minutes))


def show(draw: "Draw", minutes: int) -> None:
    """Let every party show its number."""
    for party in draw.declaration["parties"]:
        reveal(draw=draw, party=party, nonce=NONCES[party], by=party, at=later(minutes))
