"""Accounts that moved-in tables made and nobody has come in with yet: sheets of activation codes are made for them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mingjing.exchange.models import Migration, MigrationRow
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import people_visible_to
from mingjing.signin.activation import make_sheet
from mingjing.signin.selectors import activations, never_in
from mingjing.signin.services import SignInRefused

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

AT_ONCE: Final = 500  # people of one sheet


@dataclass(slots=True)
class Arrival:
    """One table of officers that was moved in, and those of it who have not been in yet."""

    migration: Migration
    without: "list[Person]" = field(default_factory=list)  # nobody can come in: no code, or one that ran out
    holding: "list[Person]" = field(default_factory=list)  # with a code that opens


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed once: the people in the order of their table, each with the code."""

    number: str
    people: "tuple[Person, ...]"
    codes: dict[str, str]


def arrivals(viewer: "Person", at: datetime, *, code: str = "") -> list[Arrival]:
    """Give the tables whose people this security administrator may let in, the latest first; `code`: only that one."""
    rows = MigrationRow.objects.filter(migration__sort="officers", state=MigrationRow.State.DONE)
    if code:
        rows = rows.filter(migration__code=code)
    lines = list(rows.select_related("migration__agency").order_by("-migration", "line"))
    people = people_visible_to(viewer).filter(username__in={line.ref for line in lines}, is_active=True)
    others = people.exclude(pk=viewer.pk).select_related("agency")
    theirs = [one for one in others if may(viewer, "people.secure", one.agency.code)]
    new = never_in({one.pk for one in theirs})
    by_name = {one.username: one for one in theirs if one.pk in new}
    holding = activations(new, at)
    found: dict[int, Arrival] = {}
    for line in lines:
        if (one := by_name.pop(line.ref, None)) is not None:
            arrival = found.setdefault(line.migration_id, Arrival(line.migration))
            (arrival.holding if one.pk in holding else arrival.without).append(one)
    return list(found.values())


def sheet_for(viewer: "Person", code: str, at: datetime, *, anew: bool) -> Sheet:
    """Make the codes of one table's people: of those without one, and `anew` of those whose code still opens too.

    Raises SignInRefused where nobody is left. The codes are in what this gives and nowhere else.
    """
    waiting = [
        one
        for arrival in arrivals(viewer, at, code=code)
        for one in [*arrival.without, *(arrival.holding if anew else ())]
    ][:AT_ONCE]
    if not waiting:
        raise SignInRefused(
            "这批账号都已经登录过、设好了密码，或者手里有有效的激活码。激活单遗失的，请勾选“连同还有效的，重新制发”"
        )
    number, codes = make_sheet(people=waiting, by=viewer, at=at)
    return Sheet(number, tuple(waiting), codes)
