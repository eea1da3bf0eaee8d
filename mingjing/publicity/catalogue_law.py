"""Which lists an agency must make public, and what their rows are held against; nothing is written here."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from mingjing.norms.selectors import register_for
from mingjing.packs.catalogue_import import Checking
from mingjing.packs.catalogue_kinds import CatalogueKind, catalogue_kinds, kind_of
from mingjing.personnel.selectors import people_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


class NoCatalogue(LookupError):
    """There is no list of this name."""


def kinds_for(agency: "Agency") -> Mapping[str, CatalogueKind]:
    """Give the kinds of list that an agency must make public, by code."""
    return catalogue_kinds(agency.region, agency.field, agency.code)


def kind_for(agency: "Agency", slug: str) -> CatalogueKind:
    """Give the kind of the list of this name. Raises NoCatalogue."""
    kind = kind_of(slug, kinds_for(agency))
    if kind is None:
        raise NoCatalogue(slug)
    return kind


def slugs_for(agency: "Agency", day: date) -> list[str]:
    """Give the names of the lists that an agency should have on the day, in the order of the packs."""
    return [kind.slug(day.year) for kind in kinds_for(agency).values()]


def checking_for(agency: "Agency", day: date) -> Checking:
    """Give what the rows of an agency's list are held against on the day."""
    staff = frozenset(one.name for one in people_of(agency.code) if one.is_active)
    return Checking(register_for(agency.code), day, staff)
