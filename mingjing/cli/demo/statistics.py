"""Last month's report of the demo bureau: prepared by the clerk, approved by the head, published; once."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU
from mingjing.exchange.sheets import workbook_bytes
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agency, person
from mingjing.statistics import selectors, services
from mingjing.statistics.periods import period_of
from mingjing.statistics.printed import paper_pdf, sheets_of
from mingjing.statistics.services import Draft

PREPARER, APPROVER, PUBLISHER = "clerk", "head", "publicity"
FORM: Final = "monthly"
NOTE: Final = "本月以占道经营、建筑垃圾运输为重点开展整治。"


def report() -> None:
    """Hand in, approve and publish the report of last month, unless there is one."""
    now, bureau = timezone.now(), agency(BUREAU)
    period = period_of("month", legal_day(now)).before
    if selectors.versions_of(bureau, FORM, period.key):
        return
    row = services.submit(
        draft=Draft(form=FORM, period=period, cutoff=legal_day(now), note=NOTE),
        by=person(PREPARER),
        at=now,
        once=f"demo-statistics-{period.key}",
    )
    services.approve(report=row, by=person(APPROVER), at=now + timedelta(seconds=1))
    services.publish(
        report=row,
        by=person(PUBLISHER),
        at=now + timedelta(seconds=2),
        workbook=workbook_bytes(sheets_of(row.content)),
        paper=paper_pdf(row.content, at=row.at, agency=bureau.name, version=row.version),
    )
