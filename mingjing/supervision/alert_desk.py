"""What people read of alerts and do about them: take one on, answer it, take or return the answer; none lets it go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from mingjing.cases.selectors import cases_seen_by, handled_by
from mingjing.packs.alerts import AlertModel
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_visible_to, names_of
from mingjing.supervision.alerts import alert_models, due_after, note
from mingjing.supervision.models import Alert, AlertStep

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

BOARD: Final = "supervise.board"
VIEW: Final = "alert.view"
ANSWER: Final = "alert.answer"
FEED_BACK: Final = "alert.feedback"
MOST: Final = 4000  # characters of an answer
STEPS: Final = {
    "told": "系统提示",
    "taken": "认领处理",
    "answered": "答复",
    "accepted": "监督机构认可",
    "returned": "监督机构退回",
    "due_soon": "期限提醒",
    "overdue": "超过处理期限",
    "gone": "自动消除",
    "again": "再次出现",
}
State = Alert.State
WAITING: Final = (State.OPEN, State.HANDLING)
STATES: Final = {"waiting": "等待处理", **dict(State.choices)}


class NoSuchAlert(LookupError):
    """There is none for this person."""


class NotNow(ValueError):
    """What was asked for may not be done now, or not by this person; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many alerts wait for somebody."""

    waiting: int
    overdue: int


# --- reading ----------------------------------------------------------------------------------


def supervised(viewer: "Person", filters: Mapping[str, str], on: date) -> "QuerySet[Alert]":
    """Give the alerts on agencies that this person supervises, the nearest limit first.

    Filters: agency, code, level, state (waiting where none is given, all), late.
    """
    rows = Alert.objects.filter(agency__in=agencies_visible_to(viewer, BOARD))
    return _narrowed(rows, filters, on)


def told_to(viewer: "Person", filters: Mapping[str, str], on: date) -> "QuerySet[Alert]":
    """Give the alerts that tell this person: of the own agency, by role; an officer those of the own cases."""
    return _narrowed(_told(viewer), filters, on)


def _told(viewer: "Person") -> "QuerySet[Alert]":
    if not may(viewer, VIEW, viewer.agency.code):
        return Alert.objects.none()
    told = Q(pk__in=[])
    for role in viewer.roles:
        codes = [model.code for model in alert_models().each if role in model.tells]
        mine = Q(code__in=codes)
        if role == "officer":
            mine &= Q(case_code__in=handled_by(viewer).values("code")) | Q(subject=viewer.username)
        told |= mine
    return Alert.objects.filter(told, agency=viewer.agency_id)


def _narrowed(rows: "QuerySet[Alert]", filters: Mapping[str, str], on: date) -> "QuerySet[Alert]":
    state = filters.get("state", "waiting")
    if state == "waiting":
        rows = rows.filter(state__in=WAITING)
    elif state in State.values:
        rows = rows.filter(state=state)
    if filters.get("late"):
        rows = rows.filter(state__in=WAITING, due__lt=on)
    if filters.get("agency"):
        rows = rows.filter(agency__code=filters["agency"])
    for name in ("code", "level"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    return rows.select_related("agency").order_by("due", "pk")


def supervised_one(viewer: "Person", pk: int) -> Alert:
    """Give an alert on an agency that this person supervises. Raises NoSuchAlert."""
    rows = Alert.objects.filter(agency__in=agencies_visible_to(viewer, BOARD))
    return _one(rows, pk)


def told_one(viewer: "Person", pk: int) -> Alert:
    """Give an alert that tells this person. Raises NoSuchAlert."""
    return _one(_told(viewer), pk)


def _one(rows: "QuerySet[Alert]", pk: int) -> Alert:
    found = rows.select_related("agency").filter(pk=pk).first()
    if found is None:
        raise NoSuchAlert(pk)
    return found


def model_of(alert: Alert) -> AlertModel | None:
    """Give the model behind an alert; None where the packs no longer have it."""
    return alert_models().find(alert.code)


def of_case(viewer: "Person", case_code: str) -> list[tuple[Alert, bool]]:
    """Give the alerts on a case that stand and that this person may see, each with whether it tells this person."""
    rows = Alert.objects.filter(case_code=case_code).exclude(state=State.GONE).select_related("agency")
    told = set(_told(viewer).filter(case_code=case_code).values_list("pk", flat=True))
    above = set(agencies_visible_to(viewer, BOARD))
    found = [(one, one.pk in told) for one in rows.order_by("due", "pk")]
    return [(one, mine) for one, mine in found if mine or one.agency_id in above]


def steps_of(alert: Alert) -> list[AlertStep]:
    """Give what was done about an alert, the first step first."""
    return list(alert.steps.order_by("seq"))


def tally(viewer: "Person") -> dict[tuple[int, str], int]:
    """Count what waits on the agencies this person supervises, by agency and model."""
    rows = Alert.objects.filter(agency__in=agencies_visible_to(viewer, BOARD), state__in=WAITING)
    counted = rows.order_by().values_list("agency_id", "code").annotate(n=Count("pk"))
    return {(agency, code): count for agency, code, count in counted}


def counts_told(viewer: "Person", on: date) -> Counts:
    """Count what waits for this person."""
    return _counts(told_to(viewer, {}, on), on)


def counts_supervised(viewer: "Person", on: date) -> Counts:
    """Count what waits on the agencies this person supervises."""
    return _counts(supervised(viewer, {}, on), on)


def _counts(rows: "QuerySet[Alert]", on: date) -> Counts:
    told = rows.order_by().aggregate(waiting=Count("pk"), overdue=Count("pk", filter=Q(due__lt=on)))
    return Counts(told["waiting"], told["overdue"])


def subjects(alerts: list[Alert], viewer: "Person") -> dict[int, str]:
    """Say whom each alert speaks of: a case by party and number, people by their names, else what the model found.

    The party is read from the case as it stands and not kept here: of a destroyed case no name is left.
    """
    codes = {one.case_code for one in alerts if one.case_code}
    seen = cases_seen_by(viewer).filter(code__in=codes, erased=False) if codes else []
    parties = {case.code: case.party_name for case in seen}
    people = {who for one in alerts if not one.case_code for who in one.subject.partition("|")[0].split("、")}
    names = names_of(people) if people else {}
    return {one.pk: _subject(one, parties, names) for one in alerts}


def _subject(one: Alert, parties: Mapping[str, str], names: Mapping[str, str]) -> str:
    if one.case_code:
        said = (parties.get(one.case_code, ""), one.about)
        return "　".join(part for part in said if part) or "案件（未编号）"
    if not one.subject:
        return one.agency.short_name or one.agency.name
    named, _, more = one.subject.partition("|")
    said_of = "、".join(names.get(who, who) for who in named.split("、"))
    return f"{said_of}（{more}）" if more else said_of


# --- doing ------------------------------------------------------------------------------------


def take_on(*, alert: int, by: "Person", at: datetime) -> None:
    """Say that one sees to it. Raises NoSuchAlert, NotNow."""
    with transaction.atomic():
        row = _held(told_one(by, alert))
        _answerable(row, by)
        if row.state != State.OPEN:
            raise NotNow("这条预警已经有人认领。")
        _turn(row, State.HANDLING)
        note(row, "taken", "", by=by.username, at=at)


def answer(*, alert: int, words: str, by: "Person", at: datetime) -> None:
    """Say what was found and done. The alert stays until the fact is gone. Raises NoSuchAlert, NotNow."""
    with transaction.atomic():
        row = _held(told_one(by, alert))
        _answerable(row, by)
        if row.state not in (*WAITING, State.ANSWERED):
            raise NotNow("这条预警已经消除，不需要答复。")
        _turn(row, State.ANSWERED)
        note(row, "answered", _said(words), by=by.username, at=at)


def feed_back(*, alert: int, accepted: bool, words: str, by: "Person", at: datetime, on: date) -> None:
    """Take the answer, or return it with a new limit. Raises NoSuchAlert, NotNow."""
    with transaction.atomic():
        row = _held(supervised_one(by, alert))
        if not may(by, FEED_BACK, row.agency.code):
            raise NotNow("由监督机构反馈意见。")
        if row.state != State.ANSWERED:
            raise NotNow("单位还没有答复，或者预警已经消除。")
        if row.steps.filter(kind="answered", by=by.username).exists():
            raise NotNow("自己答复的，由其他监督人员反馈意见。")
        if accepted:
            if row.steps.latest("seq").kind != "accepted":  # clicked twice, or in a second tab
                note(row, "accepted", words.strip()[:MOST], by=by.username, at=at)
            return
        model = model_of(row)
        row.due, row.reminded = due_after(on, model) if model else on, 0
        row.save(update_fields=["due", "reminded"])
        _turn(row, State.HANDLING)
        note(row, "returned", _said(words, "退回的，请写明哪里没有办到位。"), by=by.username, at=at)


def _held(row: Alert) -> Alert:
    return Alert.objects.select_for_update(of=("self",)).select_related("agency").get(pk=row.pk)


def _turn(row: Alert, state: str) -> None:
    row.state = state
    row.save(update_fields=["state"])


def _answerable(row: Alert, by: "Person") -> None:
    if not may(by, ANSWER, row.agency.code):
        raise NotNow("您没有处理预警的权限。")


def _said(words: str, wanted: str = "请写明查到的情况和怎样处理的。") -> str:
    said = words.strip()
    if not said:
        raise NotNow(wanted)
    return said[:MOST]
