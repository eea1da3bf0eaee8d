"""Who may do what where: one table, read once. The law's own demands on people are rules in the packs, not here."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mingjing.personnel.models import Role
from mingjing.personnel.tree import subtree

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


class Scope(StrEnum):
    """How far a permission reaches: the person's own agency, all below it too, or everywhere."""

    OWN = "own"
    SUBTREE = "subtree"
    ALL = "all"


# A supervisor reads everything below and writes nothing in a case; an administrator keeps the register, grants rights
# or reads the trail, one of the three, and enforces nothing; `act.<stage>` only opens the door: which role may record
# which act is said by the act kind in its pack.
TABLE: Final = """
action               officer  reviewer  head    clerk  publicity  supervisor  admin   security  audit

case.list            own      own       own     own    own        subtree     -       -         -
case.view            own      own       own     own    own        subtree     -       -         -
evidence.view        own      own       own     own    own        subtree     -       -         -
evidence.upload      own      own       -       own    -          -           -       -         -
card.show            own      -         -       -      -          -           -       -         -
device.view          own      own       own     own    own        subtree     -       -         -
device.report        own      -         own     own    -          -           -       -         -
device.manage        -        -         own     own    -          -           -       -         -
field.record         own      -         -       -      -          -           -       -         -

act.clue             own      -         own     own    -          -           -       -         -
act.filing           own      -         own     own    -          -           -       -         -
act.investigation    own      -         own     own    -          -           -       -         -
act.review           own      own       own     -      -          -           -       -         -
act.notice           own      -         own     own    -          -           -       -         -
act.hearing          own      own       own     own    -          -           -       -         -
act.discussion       own      own       own     own    -          -           -       -         -
act.decision         own      -         own     own    -          -           -       -         -
act.service          own      -         own     own    -          -           -       -         -
act.execution        own      -         own     own    -          -           -       -         -
act.closing          own      -         own     own    -          -           -       -         -
act.publication      -        -         own     own    own        -           -       -         -
act.remedy           own      own       own     own    -          -           -       -         -

review.opine         -        own       -       -      -          -           -       -         -
decide.approve       -        -         own     -      -          -           -       -         -
publicity.prepare    -        -         own     own    own        -           -       -         -
publicity.confirm    -        -         own     -      own        -           -       -         -
publicity.withdraw   -        -         own     -      own        -           -       -         -
publicity.board      -        -         own     own    own        subtree     -       -         -
exchange.use         -        -         own     own    own        -           -       -         -
inbox.view           own      own       own     own    -          -           -       -         -
inbox.work           own      own       -       own    -          -           -       -         -
migrate.view         -        -         own     own    -          -           all     -         -
migrate.cases        -        -         -       own    -          -           -       -         -
migrate.people       -        -         -       -      -          -           all     -         -
migrate.confirm      -        -         own     -      -          -           -       -         -
catalogue.view       own      own       own     own    own        subtree     -       -         -
catalogue.draft      -        -         -       own    own        -           -       -         -
catalogue.check      -        own       own     -      -          -           -       -         -
catalogue.review     -        -         -       -      -          subtree     -       -         -
catalogue.publish    -        -         own     -      own        -           -       -         -
supervise.board      -        -         own     -      -          subtree     -       -         -
access.view          -        -         own     own    -          subtree     -       -         all
alert.view           own      own       own     own    own        -           -       -         -
alert.answer         own      own       own     own    own        -           -       -         -
alert.feedback       -        -         -       -      -          subtree     -       -         -

norms.view           own      own       own     own    own        subtree     -       -         -
norms.draft          -        own       -       -      -          -           -       -         -
norms.publish        -        -         own     -      -          -           -       -         -

defence.take         own      -         -       -      -          -           -       -         -
complaint.view       -        -         own     own    -          subtree     -       -         -
complaint.enter      own      -         own     own    -          own         -       -         -
complaint.handle     -        -         -       own    -          own         -       -         -
complaint.approve    -        -         own     -      -          own         -       -         -
complaint.identity   -        -         -       own    -          own         -       -         -
complaint.explain    -        -         own     own    -          -           -       -         -
complaint.import     -        -         -       own    -          own         -       -         -
rectify.view         own      own       own     own    own        subtree     -       -         -
rectify.enter        -        own       own     own    -          own         -       -         -
rectify.work         own      own       own     own    -          -           -       -         -
rectify.review       -        own       own     -      -          own         -       -         -
rectify.supervise    -        -         -       -      -          subtree     -       -         -
rectify.board        -        -         own     -      -          subtree     -       -         -
oversight.view       own      own       own     own    -          subtree     -       -         -
oversight.reply      -        own       own     own    -          -           -       -         -
oversight.draft      -        -         -       -      -          subtree     -       -         -
governance.view      own      own       own     own    own        subtree     -       -         -
governance.enter     -        own       own     own    -          own         -       -         -
governance.review    -        own       -       -      -          own         -       -         -
governance.confirm   -        -         own     -      -          own         -       -         -
appraisal.view       -        own       own     own    -          subtree     -       -         -
appraisal.export     -        -         -       -      -          subtree     -       -         -
filereview.view      -        own       own     own    -          subtree     -       -         -
filereview.read      own      own       own     own    -          own         -       -         -
filereview.answer    -        own       own     -      -          -           -       -         -
filereview.manage    -        -         -       -      -          subtree     -       -         -
analysis.view        -        -         own     -      -          subtree     -       -         -
statistics.view      own      own       own     own    own        subtree     -       -         -
statistics.prepare   -        own       own     own    -          own         -       -         -
statistics.approve   -        -         own     -      -          own         -       -         -
statistics.publish   -        -         own     -      own        own         -       -         -
dispute.view         own      own       own     own    own        subtree     -       -         -
dispute.manage       -        own       -       own    -          -           -       -         -
wrongcase.view       -        -         own     -      -          subtree     -       -         -
wrongcase.manage     -        -         -       -      -          subtree     -       -         -
wrongcase.own        own      own       own     own    own        -           -       -         -
interference.record  own      own       own     own    own        own         -       -         -
property.view        own      own       own     own    -          subtree     -       -         -
property.move        own      -         -       own    -          -           -       -         -
receipts.view        own      -         own     own    -          subtree     -       -         -
receipts.manage      -        -         -       own    -          -           -       -         -
receipts.list        -        -         own     -      -          -           -       -         -
dossier.view         own      own       own     own    -          subtree     -       -         -
dossier.merge        own      own       own     own    -          -           -       -         -

draw.view            own      own       own     own    -          subtree     -       -         -
draw.run             -        -         own     own    -          -           -       -         -
draw.pledge          -        -         own     -      -          own         -       -         -

visits.own           own      -         -       -      -          -           -       -         -
visits.board         -        -         own     own    -          subtree     -       -         -
visits.assign        -        -         own     own    -          -           -       -         -
visits.approve       -        -         own     -      -          -           -       -         -
visits.results       -        -         own     own    own        subtree     -       -         -
visits.figures       -        -         own     -      -          subtree     -       -         -
visits.first         own      own       own     own    -          subtree     -       -         -
visits.voices        -        -         -       -      -          subtree     -       -         -

inspect.view         own      own       own     own    own        subtree     -       -         -
inspect.register     -        -         own     own    -          -           -       -         -
inspect.avoid        own      -         own     -      -          -           -       -         -
inspect.item         -        -         -       own    own        -           -       -         -
inspect.plan         -        -         own     own    -          -           -       -         -
inspect.approve      -        -         own     -      -          -           -       -         -
inspect.special      -        -         -       -      -          subtree     -       -         -

archive.view         own      own       own     own    -          subtree     -       -         -
archive.take         -        -         own     own    -          -           -       -         -
erase.view           -        -         own     own    -          subtree     -       -         -
erase.request        -        -         own     own    -          -           -       -         -
erase.confirm        -        -         own     -      -          -           -       -         -

training.learn       own      own       own     own    own        own         -       -         -
training.approve     -        -         own     -      -          -           -       -         -
training.board       -        -         own     -      -          subtree     all     -         -
training.manage      -        -         -       -      -          -           all     -         -

law.replay           -        own       own     -      -          subtree     -       -         -
people.view          own      own       own     own    own        subtree     all     all       all
people.manage        -        -         -       -      -          -           all     -         -
people.secure        -        -         -       -      -          -           -       all       -
client.manage        -        -         -       -      -          -           own     -         -
client.own           own      own       own     own    own        own         own     own       -
packs.view           all      all       all     all    all        all         all     all       all
system.view          -        -         -       -      -          -           all     -         -
audit.view           -        -         -       -      -          -           -       -         all
"""

# The three administrators watch one another: one keeps accounts, one grants rights, one reads the trail; none enforces.
ADMINISTRATORS: Final = (Role.ADMIN, Role.SECURITY, Role.AUDIT)
FORBIDDEN_PAIRS: Final = frozenset(
    frozenset({one.value, role}) for one in ADMINISTRATORS for role in Role.values if role != one.value
)


def _parsed(table: str) -> Mapping[str, Mapping[str, Scope]]:
    header, *lines = (line.split() for line in table.splitlines() if line)
    return MappingProxyType(
        {
            action: {
                role: Scope(reach) for role, reach in zip(header[1:], reaches, strict=True) if reach != "-"
            }
            for action, *reaches in lines
        }
    )


GRANTS: Final = _parsed(TABLE)
ACTIONS: Final = frozenset(GRANTS)


def scope_of(roles: Iterable[str], action: str) -> Scope | None:
    """Give the widest reach that any of the roles has for the action, or None. An unknown action is an error."""
    granted = GRANTS[action]
    reaches = {granted[role] for role in roles if role in granted}
    return next((scope for scope in (Scope.ALL, Scope.SUBTREE, Scope.OWN) if scope in reaches), None)


def may(person: "Person", action: str, agency_code: str) -> bool:
    """Say whether this person may do this in that agency. Whoever has left may do nothing."""
    scope = scope_of(person.roles, action) if person.is_active else None
    if scope is None:
        return False
    if scope is Scope.ALL or agency_code == person.agency.code:
        return True
    return scope is Scope.SUBTREE and agency_code in subtree(person.agency_id).values()


def conflicting(roles: Collection[str]) -> list[str]:
    """Give the Chinese names of roles that one person may not hold together; empty if there is no conflict."""
    pairs = [pair for pair in FORBIDDEN_PAIRS if pair <= set(roles)]
    return [role.label for role in Role if any(role.value in pair for pair in pairs)]


def forbidden_in_words() -> list[str]:
    """Say in Chinese which roles one person may not hold together, a sentence for each role that excludes others."""
    left, said = set(FORBIDDEN_PAIRS), []
    while left:
        role = max(Role, key=lambda one: sum(one.value in pair for pair in left))
        pairs = {pair for pair in left if role.value in pair}
        said.append(f"{role.label}不能兼任{role_names(frozenset().union(*pairs) - {role.value})}。")
        left -= pairs
    return said


def role_names(roles: Iterable[str]) -> str:
    """Give the Chinese names of roles, in the order of the register."""
    wanted = set(roles)
    return "、".join(role.label for role in Role if role.value in wanted)
