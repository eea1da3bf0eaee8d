"""A plan taken into the ledger from the command line: proposed only, as on the page; a person confirms it there."""

from datetime import date
from pathlib import Path

from django.utils import timezone

from mingjing.cli.start import Refusal
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import NotOnRegister, agency, person
from mingjing.rectification.record import NotRectified
from mingjing.rectification.selectors import items_of_plan
from mingjing.rectification.services import import_plan


def take_in(path: Path, *, by: str, agency_code: str, written: date | None) -> str:
    """Read a document into the ledger of an agency and say what is to be confirmed. Raises Refusal, nothing kept."""
    now = timezone.now()
    try:
        who = person(by)
        plan = import_plan(
            content=path.read_bytes(),
            name=path.name,
            agency=agency(agency_code) if agency_code else who.agency,
            by=who,
            at=now,
            written=written,
        )
    except (NotOnRegister, NotRectified, OSError) as error:
        raise Refusal(str(error)) from None
    proposed = items_of_plan(plan, legal_day(now))
    return f"{plan.title}：读出 {len(proposed)} 项，等待确认。请打开 /rectification/plans/{plan.code}/ 逐项确认。"
