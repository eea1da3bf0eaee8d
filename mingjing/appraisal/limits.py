"""The limits of a campaign counted by the calendar engine of all limits."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from mingjing.kit.clock import legal_day
from mingjing.lawengine.periods import Span, extend, roll
from mingjing.packs.complaint_terms import Period
from mingjing.packs.file_review_terms import FileReviewTerms, file_review_terms
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


def terms_of(office: "Agency") -> FileReviewTerms:
    """Give the terms of an office that holds campaigns."""
    return file_review_terms(office.region, office.field, office.code)


def due_after(period: Period, start: date) -> date | None:
    """Count a period from a day; None where the calendar does not reach."""
    span, calendar = Span(start, start), library().calendar
    extend(calendar, span, period.amount, period.unit)
    roll(calendar, span)
    return legal_day(span.end) if isinstance(span.end, datetime) else span.end
