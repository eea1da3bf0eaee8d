"""Handing a finding to the body that has jurisdiction: accepted or sent back with a reason, answered within a limit."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from mingjing.cases.followed import acts_in, kinds_in
from mingjing.inspections.models import CheckSheet, Handover, HandoverStep, InspectedObject, VisitStart
from mingjing.inspections.visiting.carrying import articles_of
from mingjing.inspections.visiting.sheets import problems_of, sheet_of
from mingjing.inspections.visiting.visits import scheme_of, visit_law
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, agencies_visible_to, agency

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mingjing.personnel.models import Agency, Person

ACCEPTED, REFUSED, DONE = HandoverStep.Kind.ACCEPTED, HandoverStep.Kind.REFUSED, HandoverStep.Kind.DONE
TRANSFERRED: Final = "case_transferred"
REFERRED: Final = "inspection_violation_referred"
FOLLOWED_UP: Final = frozenset({"violation", "other_agency"})  # conclusions after which somebody must act
ORDERED, RECHECKED = "correction_ordered", "correction_rechecked"
# What may come next, by what came last.
NEXT: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({ACCEPTED, REFUSED}),
    ACCEPTED: frozenset({DONE}),
    REFUSED: frozenset(),
    DONE: frozenset(),
}
TITLES: Final[Mapping[str, str]] = {
    "": "等待接收",
    ACCEPTED: "已接收，待反馈",
    REFUSED: "已退回",
    DONE: "已反馈",
}
MOST: Final = 300


class HandoverRefused(Exception):
    """Nothing was handed over or answered. The message is Chinese."""


class NoSuchHandover(LookupError):
    """There is none for this person."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One handover and how far it has come."""

    row: Handover
    steps: Sequence[HandoverStep]
    overdue: bool

    @property
    def state(self) -> str:
        """The kind of its last step, "" while it waits to be accepted."""
        return self.steps[-1].kind if self.steps else ""

    @property
    def title(self) -> str:
        return TITLES[self.state]

    @property
    def next(self) -> frozenset[str]:
        """What the receiving body may do now."""
        return NEXT[self.state]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A visit whose finding nobody follows yet; `transferred` where a letter to another body is on record."""

    start: VisitStart
    result: str
    transferred: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Recheck:
    """A correction that was ordered and not looked at again."""

    case_code: str
    party: str
    agency: str
    due: date
    overdue: bool


# --- doing ------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over(
    *, start: VisitStart, target: str, department: str, reason: str, by: "Person", at: datetime
) -> Handover:
    """Hand the finding of a visit to another agency, or to a department of one's own.

    Raises HandoverRefused where nothing was found, another agency has not been written to in the case, or the same
    body still has it.
    """
    start = VisitStart.objects.select_for_update().select_related("agency", "task").get(pk=start.pk)
    if not may(by, "visits.assign", start.agency.code):
        raise HandoverRefused("移交由本机关的负责人或者内勤人员办理。")
    sheet = sheet_of(start.task)
    if sheet is None or not visit_law().results[sheet.result].problem:
        raise HandoverRefused("检查没有发现问题，没有可以移交的内容。")
    if not reason.strip():
        raise HandoverRefused("请写明由对方管辖的理由。")
    receiver = _receiver(start, target, department)
    held = start.handovers.filter(target=receiver, department=department).exclude(
        steps__kind__in=[REFUSED, DONE]
    )
    if held.exists():
        raise HandoverRefused("这个部门已经收到移交，还没有办完。请等待反馈。")
    known = InspectedObject.objects.filter(register=start.agency.region, public_id=start.object).first()
    scheme, today = scheme_of(start.task), legal_day(at)
    return Handover.objects.create(
        code=secrets.token_hex(8),
        start=start,
        origin=start.agency,
        target=receiver,
        department=department,
        matter=scheme.body["item"]["title"][:200] if scheme else "",
        party=known.name if known else start.object,
        problems=problems_of(sheet),
        articles=articles_of(sheet),
        reason=reason.strip()[:2000],
        sent_on=today,
        due=visit_law().follow_up.last_day(today, library().calendar),
        by=by.username,
        at=at,
    )


def _receiver(start: VisitStart, code: str, department: str) -> "Agency":
    try:
        found = agency(code)
    except NotOnRegister:
        found = None
    if found is None or not found.is_active:
        raise HandoverRefused("请选择接收的机关。")
    if found.pk == start.agency_id:
        if not department:
            raise HandoverRefused("移交本机关其他机构的，请写明承办机构。")
    elif TRANSFERRED not in kinds_in([start.case_code], (TRANSFERRED,)).get(start.case_code, set()):
        raise HandoverRefused("请先在案件中记录“移送”，移送函随案保存，再移交对方办理。")
    return found


@transaction.atomic
def answer(*, handover: Handover, kind: str, text: str, by: "Person", at: datetime) -> HandoverStep:
    """Accept, send back or report; only the receiving body does, each once and in its order."""
    Handover.objects.select_for_update().get(pk=handover.pk)
    if not may(by, "visits.assign", handover.target.code):
        raise HandoverRefused("由接收机关的负责人或者内勤人员办理。")
    found = _standing(handover, legal_day(at))
    if kind not in found.next:
        raise HandoverRefused(f"现在不能这样办理：{found.title}。")
    if kind != ACCEPTED and not text.strip():
        need = "退回的理由，并说明应由谁管辖" if kind == REFUSED else "处理情况"
        raise HandoverRefused(f"请写明{need}。")
    return HandoverStep.objects.create(
        handover=handover, kind=kind, text=text.strip()[:2000], by=by.username, at=at
    )


# --- reading ----------------------------------------------------------------------------------------


def seen_by(viewer: "Person") -> "QuerySet[Handover]":
    """Give the handovers to and from the agencies that this person may see."""
    own = agencies_visible_to(viewer, "visits.board")
    rows = Handover.objects.filter(Q(origin__in=own) | Q(target__in=own))
    return rows.select_related("origin", "target", "start").prefetch_related("steps")


def by_code(viewer: "Person", code: str) -> Handover:
    """Give one, or raise NoSuchHandover."""
    found = seen_by(viewer).filter(code=code).first()
    if found is None:
        raise NoSuchHandover(code)
    return found


def standings(viewer: "Person", today: date) -> tuple[list[Standing], list[Standing]]:
    """Give what came in and what went out, what is overdue first, then by limit; what is over last."""
    own = set(agencies_visible_to(viewer, "visits.board"))
    found = [_standing(one, today) for one in seen_by(viewer).order_by("-id")[:MOST]]
    found.sort(key=lambda one: (one.state in {DONE, REFUSED}, one.row.due))
    came = [one for one in found if one.row.target_id in own]
    return came, [one for one in found if one.row.origin_id in own]


def standing(handover: Handover, today: date) -> Standing:
    """Give how far one has come."""
    return _standing(handover, today)


def _standing(row: Handover, today: date) -> Standing:
    steps = sorted(row.steps.all(), key=lambda one: one.pk)
    over = bool(steps) and steps[-1].kind in {REFUSED, DONE}
    return Standing(row, steps, not over and row.due < today)


def to_hand_over(viewer: "Person") -> list[Waiting]:
    """Give the visits of one's own agency whose finding nobody follows yet: a transfer on record, or a violation.

    A violation that has become a case of one's own is followed there.
    """
    starts = VisitStart.objects.filter(agency=viewer.agency_id).select_related("agency", "task")
    known = {one.case_code: one for one in starts.prefetch_related("handovers__steps").order_by("-id")[:MOST]}
    moved = kinds_in(known, (TRANSFERRED, REFERRED))
    sheets = CheckSheet.objects.filter(task__in=[one.task_id for one in known.values()]).order_by("id")
    results = dict(sheets.values_list("task_id", "result"))
    found = []
    for code, one in known.items():
        result, done = visit_law().results.get(results.get(one.task_id, "")), moved.get(code, set())
        if result is None or not result.problem or REFERRED in done or _held(one):
            continue
        if TRANSFERRED in done or result.conclusion in FOLLOWED_UP:
            found.append(Waiting(one, result.title, TRANSFERRED in done))
    names = _names([one.start for one in found])
    return [replace(one, name=names.get(one.start.object, one.start.object)) for one in found]


def _names(starts: Sequence[VisitStart]) -> dict[str, str]:
    regions = {one.agency.region for one in starts}
    rows = InspectedObject.objects.filter(register__in=regions, public_id__in=[one.object for one in starts])
    return dict(rows.values_list("public_id", "name"))


def _held(start: VisitStart) -> bool:
    return any(REFUSED not in {step.kind for step in one.steps.all()} for one in start.handovers.all())


def rechecks_due(viewer: "Person", today: date) -> list[Recheck]:
    """Give the corrections ordered at visits of these agencies and not looked at again, the oldest first."""
    agencies = agencies_visible_to(viewer, "visits.board")
    starts = VisitStart.objects.filter(agency__in=agencies).select_related("agency")
    known = {one.case_code: one for one in starts}
    seen = kinds_in(known, (RECHECKED,))
    found = []
    for act in acts_in(known, (ORDERED,)):
        until = act.facts.get("correction_until")
        if until and act.case.code not in seen:
            day, start = date.fromisoformat(until), known[act.case.code]
            name = start.agency.short_name or start.agency.name
            found.append(Recheck(act.case.code, act.case.party_name, name, day, day < today))
    return sorted(found, key=lambda one: one.due)
