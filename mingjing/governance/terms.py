"""What the packs say of governance for one agency, with periods counted by the calendar engine of all limits."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from mingjing.kit.clock import legal_day
from mingjing.lawengine.periods import Span, extend
from mingjing.packs.complaint_terms import Period
from mingjing.packs.governance_terms import GovernanceTerms, governance_terms
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


def terms_of(agency: "Agency") -> GovernanceTerms:
    """Give what binds an agency."""
    return governance_terms(agency.region, agency.field, agency.code)


def earliest(period: Period, start: date) -> date | None:
    """Give the first day on which a least period from `start` is over; None where the calendar does not reach."""
    span = Span(start, start)
    extend(library().calendar, span, period.amount, period.unit)
    return legal_day(span.end) if isinstance(span.end, datetime) else span.end
