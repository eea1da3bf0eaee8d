"""What other rooms may read of a body's authority: confirmations, agreements, editions in time; it writes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjing.packs.people_terms import PeopleTerms, people_terms
from mingjing.personnel.delegations import Agreement, agreement_on, agreements_held, agreements_of
from mingjing.personnel.editions import edition_on
from mingjing.personnel.models import Agency, AgencyEdition, Delegation, Person, SubjectConfirmation

__all__ = [
    "Agreement",
    "AsOf",
    "agreement_by_pk",
    "agreements_held",
    "agreements_of",
    "as_of",
    "confirmation_on",
    "confirmations_of",
    "counsel_among",
    "editions_of",
    "standing_on",
    "terms_of",
]


@dataclass(frozen=True, slots=True)
class AsOf:
    """An agency as it stood on one day."""

    on: date
    edition: AgencyEdition | None  # None: not on the register yet
    confirmation: SubjectConfirmation | None
    agreements: tuple[Agreement, ...]

    @property
    def particulars(self) -> dict[str, Any]:
        """What the register said of it on that day."""
        return dict(self.edition.particulars) if self.edition else {}


def terms_of(agency: Agency) -> PeopleTerms:
    """Give the parameters of people that bind an agency."""
    return people_terms(region=agency.region, field=agency.field, agency=agency.code)


def as_of(agency: Agency, on: date) -> AsOf:
    """Give an agency as it stood on the day `on`."""
    held = tuple(one for one in agreements_of([agency.pk], on) if one.row.signed_on <= on)
    return AsOf(on, edition_on(agency, on), confirmation_on(agency, on), held)


def confirmation_on(agency: Agency, on: date) -> SubjectConfirmation | None:
    """Give the latest confirmation or withdrawal up to the day `on`."""
    return agency.confirmations.filter(on__lte=on).order_by("-on", "-pk").first()


def standing_on(agency: Agency, on: date) -> str:
    """Say what keeps an agency from opening anything on the day `on`; empty where nothing does."""
    if not agency.is_active:
        return "已停用"
    last = confirmation_on(agency, on)
    if last is not None and last.kind == SubjectConfirmation.Kind.WITHDRAWN:
        return f"的执法主体资格已取消（{last.document_no}）"
    return ""


def confirmations_of(agency: Agency) -> list[SubjectConfirmation]:
    """Give every confirmation and withdrawal, the latest first."""
    return list(agency.confirmations.order_by("-on", "-pk"))


def editions_of(agency: Agency) -> list[AgencyEdition]:
    """Give every edition of an agency's particulars, the latest first."""
    return list(agency.editions.order_by("-on", "-pk"))


def agreement_by_pk(pk: int, on: date, agency_ids: Collection[int]) -> Agreement | None:
    """Give one agreement where one of these agencies is a side of it."""
    rows = Delegation.objects.select_related("delegator", "delegate").prefetch_related("events")
    row = rows.filter(pk=pk).first()
    if row is None or not {row.delegator_id, row.delegate_id} & set(agency_ids):
        return None
    return agreement_on(row, on)


def counsel_among(agency_code: str) -> set[str]:
    """Give the usernames of an agency's legal counsel."""
    rows = Person.objects.filter(agency__code=agency_code, is_active=True, is_counsel=True)
    return set(rows.values_list("username", flat=True))
