"""What other rooms may read of custody: items, where they are, their history, counts, and what waits to be released."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, F, Q, QuerySet

from mingjing.cases.law import law_of
from mingjing.cases.selectors import acts_of, cases_seen_by, deadlines_of
from mingjing.kit.clock import legal_day
from mingjing.lawengine.calendar import UnknownYear
from mingjing.personnel.selectors import agencies_visible_to
from mingjing.property import flow
from mingjing.property.models import CustodyItem, CustodyMove, CustodyState, MoveDraft, StockCount

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case, CaseDeadline
    from mingjing.lawengine.calendar import WorkCalendar
    from mingjing.personnel.models import Person

PAGE: Final = 50
SOON: Final = 3  # working days before a limit from which release is called for
LOOKED_AT: Final = 60  # acts with goods held that are looked through for a workbench, the oldest first


class NotInCustody(LookupError):
    """There is no such item, move or count for this viewer."""


@dataclass(frozen=True)
class Release:
    """Goods of one act that must be released or settled: why, and by when."""

    case: "Case"
    items: Sequence[CustodyItem]
    title: str
    about: str
    due: datetime | None
    colour: str


def items_seen_by(viewer: "Person") -> QuerySet[CustodyItem]:
    """Give the items of every agency whose custody the viewer may see."""
    rows = CustodyItem.objects.filter(
        agency__in=agencies_visible_to(viewer, "property.view"), act__agency=F("agency")
    )
    return rows.select_related("now", "agency", "act")


def item_by_code(viewer: "Person", code: str) -> CustodyItem:
    """Give one item the viewer may see; raises NotInCustody for all others."""
    row = items_seen_by(viewer).filter(code=code).first()
    if row is None:
        raise NotInCustody(code)
    return row


def items_of_cases(viewer: "Person", case_codes: Iterable[str]) -> list[CustodyItem]:
    """Give the items of some cases, in their order."""
    return list(items_seen_by(viewer).filter(case_code__in=list(case_codes)).order_by("act_id", "row"))


def goods_of_acts(case_code: str, seqs: Iterable[int]) -> list[CustodyItem]:
    """Give what was taken by these acts of a case, for the page on which its party sees what is kept of him."""
    rows = CustodyItem.objects.filter(case_code=case_code, act__seq__in=list(seqs))
    return list(rows.select_related("now").order_by("act_id", "row"))


def items_in(viewer: "Person", *, state: str, place: str) -> QuerySet[CustodyItem]:
    """Give the items in a state and at a place; `held` is whatever is still in custody, `all` everything."""
    rows = items_seen_by(viewer)
    if state == "held":
        rows = rows.filter(now__state__in=flow.HELD)
    elif state != "all":
        rows = rows.filter(now__state=state)
    return rows.filter(now__place=place) if place else rows


def item_list(viewer: "Person", *, state: str = "", place: str = "", text: str = "") -> list[CustodyItem]:
    """Give the latest items of a filter; `state` "held" is whatever is still in custody."""
    rows = items_in(viewer, state=state or "all", place=place)
    if text:
        rows = rows.filter(Q(number__contains=text) | Q(name__contains=text) | Q(now__seal_no=text))
    return list(rows.order_by("-act_id", "row")[: PAGE * 4])


def tallies(viewer: "Person") -> dict[str, int]:
    """Give how many items stand in each state."""
    rows = CustodyState.objects.filter(agency__in=agencies_visible_to(viewer, "property.view"))
    return dict(rows.order_by().values_list("state").annotate(Count("pk")))


def places(viewer: "Person") -> list[tuple[str, int]]:
    """Give where goods lie, with how many, the fullest place first."""
    rows = CustodyState.objects.filter(
        agency__in=agencies_visible_to(viewer, "property.view"), state__in=(flow.STORED, flow.ON_SITE)
    )
    found = rows.order_by().values_list("place").annotate(count=Count("pk"))
    return sorted(((place, count) for place, count in found if place), key=lambda one: (-one[1], one[0]))


def moves_of(item: CustodyItem) -> list[CustodyMove]:
    """Give the history of an item, the first move first."""
    return list(CustodyMove.objects.filter(item=item).select_related("basis").order_by("seq"))


def moves_on(viewer: "Person", sheet: str) -> list[CustodyMove]:
    """Give what was moved at once; raises NotInCustody where the viewer may not see it."""
    rows = CustodyMove.objects.filter(
        sheet=sheet, item__agency__in=agencies_visible_to(viewer, "property.view")
    )
    found = list(
        rows.select_related("item__agency", "item__act", "basis").order_by("item__act_id", "item__row")
    )
    if not found:
        raise NotInCustody(sheet)
    return found


def case_of_item(viewer: "Person", item: CustodyItem) -> "Case | None":
    """Give the case of an item, if the viewer may open it."""
    return cases_seen_by(viewer).select_related("agency").filter(code=item.case_code).first()


def open_moves(item: CustodyItem) -> "dict[str, list[Act]]":
    """Give the moves that an item can make now, each with the acts of the case it may rest on."""
    acts = acts_of(item.act.case)
    return flow.open_moves(item.now.state, item.measure, item.act.seq, acts)  # type: ignore[return-value]


def drafts_waiting(viewer: "Person") -> list[MoveDraft]:
    """Give the moves of the viewer's agency that wait for a second signature."""
    return list(MoveDraft.objects.filter(agency=viewer.agency_id))


def draft_of(viewer: "Person", pk: int) -> MoveDraft:
    """Give one move that waits for a second signature; raises NotInCustody."""
    row = MoveDraft.objects.filter(pk=pk, agency=viewer.agency_id).first()
    if row is None:
        raise NotInCustody(pk)
    return row


def counts_of(viewer: "Person", limit: int = 20) -> list[StockCount]:
    """Give the latest counts."""
    rows = StockCount.objects.filter(agency__in=agencies_visible_to(viewer, "property.view"))
    return list(rows.select_related("agency")[:limit])


def count_of(viewer: "Person", pk: int) -> StockCount:
    """Give one count; raises NotInCustody."""
    rows = StockCount.objects.filter(agency__in=agencies_visible_to(viewer, "property.view"))
    row = rows.select_related("agency").filter(pk=pk).first()
    if row is None:
        raise NotInCustody(pk)
    return row


# --- limits and release -----------------------------------------------------------------------


def limits_of(case: "Case", taken: int) -> list["CaseDeadline"]:
    """Give the limits of a case for settling the goods taken by one act, as last worked out."""
    rules = law_of(case).rules_by_id
    return [
        row
        for row in deadlines_of(case)
        if row.start_seq == taken and row.rule in rules and flow.SETTLING & set(rules[row.rule].acts)
    ]


def releases(viewer: "Person", now: datetime) -> list[Release]:
    """Give the goods still held that an act has freed, or whose limit is over or near, the most urgent first."""
    rows = items_seen_by(viewer).filter(now__state__in=flow.HELD, act__case__agency=F("agency"))
    rows = rows.select_related("act__case__agency")
    groups: dict[int, list[CustodyItem]] = {}
    for item in rows.order_by("act_id", "row").iterator():
        if item.act_id not in groups and len(groups) == LOOKED_AT:
            break
        groups.setdefault(item.act_id, []).append(item)
    found = [one for items in groups.values() for one in _release(items, now)]
    return sorted(found, key=lambda one: (one.colour != "red", one.due is None, str(one.due)))


def _release(items: Sequence[CustodyItem], now: datetime) -> list[Release]:
    taken = items[0].act
    case, acts = taken.case, acts_of(taken.case)
    goods = f"{items[0].name}{f'等 {len(items)} 件' if len(items) > 1 else ''}"
    about = "　".join(part for part in (case.party_name, goods, case.number) if part)
    if allowed := flow.disposals(items[0].measure, taken.seq, acts):
        titles = "、".join(flow.MOVES[kind].title for kind in allowed)
        return [Release(case, items, f"已有处理决定，应当办理：{titles}", about, None, "red")]
    limits = [row for row in limits_of(case, taken.seq) if row.due and row.status in {"running", "missed"}]
    if not limits:
        return []
    first = min(limits, key=lambda row: str(row.due))
    if first.due is None or not _near(first.due, now, law_of(case).calendar):
        return []
    over = first.due < now
    title = "期限已过，应当解除并返还" if over else "期限将满，应当处理或者解除"
    return [Release(case, items, f"{title}（{first.title}）", about, first.due, "red" if over else "amber")]


def _near(due: datetime, now: datetime, calendar: "WorkCalendar") -> bool:
    """Say whether a limit is over or at most some working days away."""
    today = legal_day(now)
    try:
        last = calendar.add_working_days(today, SOON)
    except UnknownYear:
        last = today + timedelta(days=SOON)
    return legal_day(due) <= last


def as_row(item: CustodyItem) -> dict[str, Any]:
    """Give what a list shows of an item."""
    return {"item": item, "state": flow.STATES[item.now.state], "held": item.now.state in flow.HELD}
