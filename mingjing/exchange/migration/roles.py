"""Roles that moved-in tables propose for accounts without any: read and given by the security administrator."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from mingjing.exchange.models import MigrationRow
from mingjing.personnel.permissions import may
from mingjing.personnel.refusals import RegisterRefused
from mingjing.personnel.selectors import people_visible_to
from mingjing.personnel.services import set_roles

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


@dataclass(frozen=True, slots=True)
class Proposal:
    """What roles a table proposes for somebody, and where that is written."""

    person: "Person"
    roles: tuple[str, ...]
    file: str
    line: int


def proposals(viewer: "Person") -> list[Proposal]:
    """Give the proposals that this person may decide: of accounts that came in and have no role yet."""
    rows = MigrationRow.objects.filter(migration__sort="officers", state=MigrationRow.State.DONE)
    told = {row.ref: row for row in rows.select_related("migration").order_by("id") if row.body.get("roles")}
    people = people_visible_to(viewer).filter(username__in=told, is_active=True).select_related("agency")
    return [
        Proposal(
            one,
            tuple(told[one.username].body["roles"]),
            told[one.username].migration.name,
            told[one.username].line,
        )
        for one in people.order_by("agency", "username")
        if not one.roles and may(viewer, "people.secure", one.agency.code)
    ]


def give(usernames: Collection[str], *, by: "Person") -> dict[str, str]:
    """Give each of these people the roles proposed for them; names those that were refused, with the reason.

    Raises RegisterRefused where nobody of them waits.
    """
    waiting = [one for one in proposals(by) if one.person.username in usernames]
    if not waiting:
        raise RegisterRefused({"": ["没有选择任何人，或者所选的人已经有角色。请重新选择。"]})
    refused = {}
    for one in waiting:
        try:
            with transaction.atomic():
                set_roles(username=one.person.username, roles=list(one.roles), by=by.username)
        except RegisterRefused as fault:
            refused[one.person.name] = "".join(text for texts in fault.errors.values() for text in texts)
    return refused
