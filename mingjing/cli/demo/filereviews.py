"""The demo's file review: its sample is drawn by two parties; test files and reading are left to be tried."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from mingjing.appraisal import planning, selectors
from mingjing.appraisal.drawing import declaration_of
from mingjing.appraisal.planning import PROCEDURES, Plan
from mingjing.inspections.drawing.seed import commitment, new_nonce
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import person
from mingjing.translog.services import seal_log

UNIT: Final = "410481-urban"
BACK: Final = timedelta(days=365)


def review_files() -> None:
    """Plan a review of the bureau's files of a year and draw the sample; the second supervisor will read."""
    office, unit = person("supervisor"), person("head")
    if any(one.organiser for one in selectors.lines(office)):
        return
    now = timezone.now()
    told = Plan(
        title=f"{legal_day(now).year} 年度行政处罚案卷评查（演示）",
        begins=legal_day(now - BACK),
        ends=legal_day(now),
        procedures=list(PROCEDURES),
        agencies=[UNIT],
        take=3,
        share=0,
        readers=["supervisor2"],
        party=UNIT,
    )
    row = planning.plan(told=told, by=office, at=now, once="demo-file-review")
    seal_log(at=now)
    nonces = {one: new_nonce() for one in (office, unit)}
    terms = declaration_of(row).terms
    for by, nonce in nonces.items():
        commits = commitment(terms, by.agency.name, nonce)
        planning.pledge(campaign=row, commits=commits, by=by, at=now)
    seal_log(at=now)
    for by, nonce in nonces.items():
        planning.reveal(campaign=row, nonce=nonce, by=by, at=now)
