"""The editions of an agency's particulars: each change is one that holds from a day on, and none is ever lost."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db.models import Min
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.personnel.models import Agency, AgencyEdition

PARTICULARS: Final = (
    *("name", "short_name", "region", "field", "kind", "uscc", "address", "phone", "office_hours"),
    *(
        "enforcements",
        "number_prefix",
        "review_body",
        "court",
        "payment_bank",
        "payment_account",
        "is_active",
    ),
)


def particulars_of(agency: Agency) -> dict[str, Any]:
    """Give what an edition keeps of an agency, with the code of whoever supervises it."""
    kept = {name: getattr(agency, name) for name in PARTICULARS}
    return {**kept, "parent": agency.parent.code if agency.parent else ""}


def first_edition(agency: Agency, *, by: str) -> AgencyEdition:
    """Append the particulars with which an agency enters the register."""
    now = timezone.now()
    return append_edition(agency, on=legal_day(now), reason="首次登记", by=by)


def append_edition(agency: Agency, *, on: date, reason: str, by: str) -> AgencyEdition:
    """Append the particulars as the agency bears them now, holding from the day `on`."""
    return AgencyEdition.objects.create(
        agency=agency, on=on, particulars=particulars_of(agency), reason=reason, by=by, at=timezone.now()
    )


def edition_on(agency: Agency, on: date) -> AgencyEdition | None:
    """Give the edition that held on the day `on`; None before the agency was on the register."""
    return agency.editions.filter(on__lte=on).order_by("-on", "-pk").first()


def registered_on(agencies: Collection[Agency]) -> dict[int, date]:
    """Give by its key on which day each agency came on the register."""
    rows = (
        AgencyEdition.objects.filter(agency__in=[one.pk for one in agencies]).order_by().values_list("agency")
    )
    return {agency: legal_day(first) for agency, first in rows.annotate(first=Min("at"))}
