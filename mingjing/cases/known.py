"""What the system holds and nobody types: the agency's own particulars, and facts of the case that acts have given."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from mingjing.lawengine.model import ActKind, Law, Performer

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

# Field of the common vocabulary -> what the agency register holds for it.
AGENCY_FIELDS: Final = ("review_body", "court", "payment_bank", "payment_account")


def held_by_system(kind: ActKind, agency: "Agency", performers: Sequence[Performer] = ()) -> dict[str, Any]:
    """Give the facts that this kind of act asks for and the registers of agencies and people can answer."""
    asked = {wanted.name for wanted in kind.fields}
    held = {name: getattr(agency, name) for name in AGENCY_FIELDS}
    held["reviewer_qualification_no"] = next(
        (p.legal_qualification for p in performers if p.legal_qualification), ""
    )
    return {name: value for name, value in held.items() if value and name in asked}


def carried_over(kind: ActKind, law: Law, known: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of the whole case that this form shows and that an earlier act has already stated."""
    asked = (law.fields[wanted.name] for wanted in kind.fields)
    return {field.name: known[field.name] for field in asked if field.of_case and field.name in known}
