"""What the system holds and nobody types: the agency's own particulars, and facts of the case that acts have given."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from mingjing.cases.authority import held_of_agreement
from mingjing.kit.clock import legal_day
from mingjing.kit.identity import birth_of
from mingjing.lawengine.model import ActKind, Law, Performer

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

# Field of the common vocabulary -> what the agency register holds for it.
AGENCY_FIELDS: Final = ("review_body", "court", "payment_bank", "payment_account")


def held_by_system(
    kind: ActKind,
    agency: "Agency",
    performers: Sequence[Performer] = (),
    stated: Mapping[str, Any] | None = None,
    on: date | None = None,
) -> dict[str, Any]:
    """Give the facts that this kind of act asks for and that the registers, or what is stated already, answer.

    On the day `on`, today where nobody says: an agreement of delegation has its term.
    """
    held: dict[str, Any] = {name: getattr(agency, name) or None for name in AGENCY_FIELDS}
    if any(one.name == "by_delegation" for one in kind.fields):
        held |= held_of_agreement(agency, on or legal_day(timezone.now()))
    held["reviewer_qualification_no"] = next(
        (p.legal_qualification for p in performers if p.legal_qualification), None
    )
    held |= _told_by_number(str((stated or {}).get("party_id_number", "")))
    # Before anything is stated every field may still come to be asked for.
    wanted = kind.fields if stated is None else kind.fields_for({**held, **stated}, {})
    asked = {one.name for one in wanted}
    return {name: value for name, value in held.items() if value is not None and name in asked}


def _told_by_number(id_number: str) -> dict[str, Any]:
    """Give what an identity number says of its bearer (GB 11643: digits 7 to 14 and 17)."""
    born = birth_of(id_number)
    if born is None:
        return {}
    return {
        "party_birth_on": born.isoformat(),
        "party_gender": "male" if int(id_number[16]) % 2 else "female",
    }


def carried_over(kind: ActKind, law: Law, known: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of the whole case that this form shows and that an earlier act has already stated."""
    asked = (law.fields[wanted.name] for wanted in kind.fields if not wanted.computed)
    return {field.name: known[field.name] for field in asked if field.of_case and field.name in known}
