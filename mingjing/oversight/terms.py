"""The limits of a matter counted for one agency by the calendar engine of all limits."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from mingjing.kit.clock import legal_day
from mingjing.lawengine.periods import Span, extend, roll
from mingjing.packs.complaint_terms import Period
from mingjing.packs.load import library
from mingjing.packs.oversight_terms import FilingTerms, PaperTerms, filing_terms, oversight_terms

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


def terms_of(agency: "Agency", kind: str) -> PaperTerms:
    """Give the terms of a kind of matter for an agency under supervision."""
    return oversight_terms(agency.region, agency.field, agency.code)[kind]


def filing_terms_of(agency: "Agency") -> FilingTerms:
    """Give what an agency's major penalties are and when they are filed."""
    return filing_terms(agency.region, agency.field, agency.code)


def reply_due(agency: "Agency", kind: str, start: date) -> date | None:
    """Give by when a matter of this day is answered; None where the calendar does not reach."""
    return due_after(terms_of(agency, kind).reply, start)


def due_after(period: Period, start: date) -> date | None:
    """Count a period from a day; the day itself does not count, a holiday at the end moves on."""
    span, calendar = Span(start, start), library().calendar
    extend(calendar, span, period.amount, period.unit)
    roll(calendar, span)
    return legal_day(span.end) if isinstance(span.end, datetime) else span.end
