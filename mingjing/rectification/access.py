"""Who sees an item and who may do what to it: the ledger's owner, the units that lead, answer for, and supervise it."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.personnel.tree import subtree
from mingjing.rectification.models import Item, ItemUnit, Plan
from mingjing.rectification.standing import Now

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


def items_seen_by(viewer: "Person") -> QuerySet[Item]:
    """Give the items of the ledgers this person may see, and those of others that name an agency he may see."""
    seen = agencies_visible_to(viewer, "rectify.view")
    named = ItemUnit.objects.filter(agency__in=seen).values("item")
    rows = Item.objects.filter(Q(plan__agency__in=seen) | Q(pk__in=named))
    return rows.select_related("plan__agency", "now")


def plans_seen_by(viewer: "Person") -> QuerySet[Plan]:
    """Give the plans of the ledgers this person may see."""
    seen = agencies_visible_to(viewer, "rectify.view")
    return Plan.objects.filter(agency__in=seen).select_related("agency")


def codes_seen_by(viewer: "Person") -> frozenset[str]:
    """Give the codes of the agencies whose cases and people this person may see."""
    seen = set(agencies_visible_to(viewer, "rectify.view"))
    return frozenset(one.code for one in agencies() if one.pk in seen)


def enters(person: "Person", plan: Plan) -> bool:
    """Say whether this person confirms the rows of a plan."""
    return may(person, "rectify.enter", plan.agency.code)


def works(person: "Person", item: Item, now: Now) -> bool:
    """Say whether this person reports on an item: somebody of the ledger's agency or of a unit named in it."""
    named = {one.agency for one in now.units if one.agency}
    mine = person.agency.code
    return may(person, "rectify.work", mine) and (mine in named or mine == item.plan.agency.code)


def reviews(person: "Person", item: Item, now: Now) -> bool:
    """Say whether this person closes it: of the agency that leads, else of the agency whose ledger it is."""
    leading = {one.agency for one in now.lead if one.agency} or {item.plan.agency.code}
    return person.agency.code in leading and may(person, "rectify.review", person.agency.code)


def supervises(person: "Person", item: Item, now: Now) -> bool:
    """Say whether this person looks down on it, and may send it back or have it done again."""
    if not may(person, "rectify.supervise", person.agency.code):
        return False
    below = set(subtree(person.agency_id).values())
    return bool(below & {item.plan.agency.code, *(one.agency for one in now.units)})
