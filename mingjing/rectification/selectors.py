"""What lists, boards, figures and the workbench show of the ledger; nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet

from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.rectification.access import items_seen_by, plans_seen_by, reviews, works
from mingjing.rectification.kinds import DONE, IN_LEDGER, OPEN, State
from mingjing.rectification.models import Item, ItemUnit, Plan, Step
from mingjing.rectification.standing import Now, now_of
from mingjing.rectification.units import means_everybody

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

SOON: Final = timedelta(days=14)  # how the house shows it, no figure of law
DUE: Final = {"overdue": "已超期", "soon": "两周内到期", "permanent": "长期坚持"}


class NotInLedger(LookupError):
    """There is no such item or plan, or none for this person."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item with where it stands."""

    item: Item
    now: Now

    @property
    def red(self) -> int | None:
        """How many rows offended when its check was last run."""
        return self.item.now.red


def items_of(viewer: "Person", filters: Mapping[str, str], today: date) -> QuerySet[Item]:
    """Give the items of a filter, what is due first. Filters: state, unit, due, plan, agency, mine."""
    rows = items_seen_by(viewer)
    state = filters.get("state", "")
    rows = rows.filter(now__state=state) if state in State.values else rows.filter(now__state__in=IN_LEDGER)
    if plan := filters.get("plan"):
        rows = rows.filter(plan__code=plan)
    if code := filters.get("agency"):
        rows = rows.filter(plan__agency__code=code)
    if unit := filters.get("unit"):
        rows = rows.filter(pk__in=ItemUnit.objects.filter(name=unit).values("item"))
    if filters.get("mine"):
        rows = rows.filter(_mine(viewer))
    rows = rows.filter(_due(filters.get("due", ""), today))
    return rows.order_by("now__closed_on", "now__permanent", "now__due", "pk")


def _due(name: str, today: date) -> Q:
    if name == "overdue":
        return Q(now__state__in=OPEN, now__due__lt=today)
    if name == "soon":
        return Q(now__state__in=OPEN, now__due__gte=today, now__due__lte=today + SOON)
    return Q(now__permanent=True) if name == "permanent" else Q()


def _mine(viewer: "Person") -> Q:
    """The items that the person's agency or department answers for, or that every unit of it does."""
    named = Q(agency=viewer.agency_id)
    if viewer.department:
        named |= Q(name=viewer.department, item__plan__agency=viewer.agency_id)
    words = ItemUnit.objects.filter(item__plan__agency=viewer.agency_id, agency=None).values_list(
        "name", flat=True
    )
    every = [one for one in words.distinct() if means_everybody(one)]
    named |= Q(name__in=every, item__plan__agency=viewer.agency_id)
    return Q(pk__in=ItemUnit.objects.filter(named).values("item"))


def lines(items: Iterable[Item], today: date) -> list[Line]:
    """Give items with where they stand, in their order."""
    rows = list(items)
    steps: dict[int, list[Step]] = {}
    for step in Step.objects.filter(item__in=[one.pk for one in rows]).order_by("item", "seq"):
        steps.setdefault(step.item_id, []).append(step)
    return [Line(one, now_of(steps.get(one.pk, ()), today)) for one in rows]


def one_for(viewer: "Person", code: str, today: date) -> Line:
    """Give one item for this person, or raise NotInLedger."""
    row = items_seen_by(viewer).filter(code=code).first()
    if row is None:
        raise NotInLedger(code)
    return lines([row], today)[0]


def plan_for(viewer: "Person", code: str) -> Plan:
    """Give one plan for this person, or raise NotInLedger."""
    row = plans_seen_by(viewer).filter(code=code).first()
    if row is None:
        raise NotInLedger(code)
    return row


def items_of_plan(plan: Plan, today: date) -> list[Line]:
    """Give everything of a plan, what is proposed and what was left out as well, in its order."""
    return lines(
        Item.objects.filter(plan=plan).select_related("plan__agency", "now").order_by("start", "seq"), today
    )


def steps_of(item: Item) -> list[Step]:
    """Give the story of an item."""
    return list(Step.objects.filter(item=item).order_by("seq"))


def files_of(item: Item) -> frozenset[str]:
    """Give the digests of the files that were handed in as proof of an item."""
    return frozenset(one["digest"] for each in steps_of(item) for one in each.facts.get("files", []))


def units_named(viewer: "Person") -> list[str]:
    """Give the units that the items in this person's sight name."""
    seen = items_seen_by(viewer).filter(now__state__in=IN_LEDGER).values("pk")
    return list(
        ItemUnit.objects.filter(item__in=seen).order_by("name").values_list("name", flat=True).distinct()
    )


# --- figures ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Figures:
    """What was done of some items. Every figure is counted from the steps; none can be typed."""

    dated: int = 0  # with a day by which to be done
    closed: int = 0
    in_time: int = 0
    overdue: int = 0
    permanent: int = 0
    kept: int = 0  # standing duties looked at this year
    reopened: int = 0
    waiting: int = 0  # still proposed

    @property
    def late(self) -> int:
        """Closed after their day."""
        return self.closed - self.in_time

    @property
    def running(self) -> int:
        """Not closed."""
        return self.dated - self.closed

    @property
    def rate(self) -> float | None:
        """The share closed of those with a day; None where there are none."""
        return self.closed / self.dated if self.dated else None

    @property
    def kept_rate(self) -> float | None:
        """The share of standing duties confirmed this year."""
        return self.kept / self.permanent if self.permanent else None

    def count(self, now: Now, today: date) -> None:
        """Count one item."""
        self.waiting += now.state == State.PROPOSED
        if now.state not in IN_LEDGER:
            return
        self.reopened += now.state == State.REOPENED
        if now.permanent:
            self.permanent += 1
            self.kept += now.state == State.KEPT
            return
        self.dated += 1
        self.closed += now.state in DONE
        self.in_time += now.in_time is True
        self.overdue += now.overdue(today)


def figures(found: Iterable[Line], today: date) -> Figures:
    """Count items."""
    counted = Figures()
    for one in found:
        counted.count(one.now, today)
    return counted


def board(viewer: "Person", today: date) -> list[tuple["Agency", Figures]]:
    """Give the figures of every agency in sight that has something to rectify, in the order of the register.

    An item counts for each agency that it names; one that names none, for the agency whose ledger it is in.
    """
    seen = set(agencies_visible_to(viewer, "rectify.board"))
    known = {one.code: one for one in agencies() if one.pk in seen}
    counted: dict[str, Figures] = {}
    rows = items_seen_by(viewer).exclude(now__state=State.LEFT_OUT)
    for one in lines(rows, today):
        codes = {unit.agency for unit in one.now.units if unit.agency} or {one.item.plan.agency.code}
        for code in codes & known.keys():
            counted.setdefault(code, Figures()).count(one.now, today)
    return [(known[code], counted[code]) for code in sorted(counted)]


# --- what waits for somebody -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a person."""

    line: Line
    what: str
    due: date | None


def waiting_for(person: "Person", at: datetime) -> list[Waiting]:
    """Give what this person has to see to: to confirm, to close, to do again, and what is due or over."""
    today, mine = legal_day(at), person.agency.code
    enters, works_at_all = may(person, "rectify.enter", mine), may(person, "rectify.work", mine)
    rows = items_seen_by(person).filter(
        Q(now__state__in=(State.PROPOSED, State.SUBMITTED, State.REOPENED))
        | Q(now__due__lte=today + SOON, now__state__in=OPEN)
    )
    if not (enters or works_at_all):
        return []
    own = set(items_seen_by(person).filter(_mine(person)).values_list("pk", flat=True))
    found = [told for one in lines(rows, today) if (told := _waits(one, person, own=own)) is not None]
    return sorted(_one_per_plan(found), key=lambda one: (one.due or date.max, one.line.item.pk))


def _waits(one: Line, person: "Person", *, own: set[int]) -> Waiting | None:
    now, item = one.now, one.item
    if now.state == State.PROPOSED:
        return Waiting(one, "待确认", None) if may(person, "rectify.enter", item.plan.agency.code) else None
    if now.state == State.SUBMITTED and reviews(person, item, now) and now.submitted_by != person.username:
        return Waiting(one, "待您审核销号", now.due)
    if now.state == State.SUBMITTED or not works(person, item, now):
        return None
    if item.pk not in own and not reviews(person, item, now):
        return None
    return Waiting(one, "检查不通过，重新整改" if now.state == State.REOPENED else "整改期限", now.due)


def _one_per_plan(found: Sequence[Waiting]) -> list[Waiting]:
    """Of what is still to be confirmed, one line a plan."""
    plans: set[int] = set()
    kept = []
    for one in found:
        proposed = one.line.now.state == State.PROPOSED
        if proposed and one.line.item.plan_id in plans:
            continue
        if proposed:
            plans.add(one.line.item.plan_id)
        kept.append(one)
    return kept
