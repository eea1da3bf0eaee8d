"""The daily run of the models of alerts: what they find is kept, what is no longer so goes, nobody else lets it go."""

import json
import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import DatabaseError, transaction
from django.db.models import Max, Q

from mingjing.cases.timeline import moment
from mingjing.cases.watched import erased_codes, watched, watched_fines, watched_limits
from mingjing.inspections.patterns import watching as inspections
from mingjing.kit.clock import chinese_date
from mingjing.lawengine.calendar import UnknownYear
from mingjing.packs.alerts import AlertModel, AlertModels, read_alerts
from mingjing.packs.load import library
from mingjing.personnel.selectors import agencies
from mingjing.supervision.judging import Judge, Told, chance_in_words
from mingjing.supervision.models import Alert, AlertStep
from mingjing.supervision.sources.rows import Setting, act_rows, case_row, fine_rows, limit_row
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

log = logging.getLogger("mingjing.supervision")

SLICE: Final = 100  # cases looked at without a pause
FINES: Final = 2000  # fines
AHEAD: Final = timedelta(days=30)  # limits that end later are nobody's hurry
ROWS: Final = 500  # written at once
ABOUT: Final = 120  # characters kept of a case number
ENDING, ENDED = 1, 2  # what was reminded of: that the limit of handling ends, that it has ended
SYSTEM: Final = ""
SALT_BYTES: Final = 32
_T = TypeVar("_T")

State = Alert.State


@cache
def alert_models() -> AlertModels:
    """Give the models of this installation. Read once."""
    return read_alerts(library())


@cache
def measured() -> Mapping[str, Mapping[str, Any]]:
    """Give how good models were on simulated offices (`python -m bench alert_models` writes it). Read once."""
    written = files("mingjing.supervision").joinpath("measured.json").read_text(encoding="utf-8")
    return dict(json.loads(written))


def watching(*, at: datetime, on: date) -> Iterator[None]:
    """Run every model over every agency; pauses after each slice of work, so that the log need not wait.

    What is found of an agency is written at its end. An agency that cannot be read through keeps its alerts as
    they were: what was not looked at has not gone. Harmless to repeat.
    """
    for agency in agencies():
        try:
            yield from _watch(agency, at=at, on=on)
        except DatabaseError:
            raise  # no fault of this agency: the next run begins anew
        except Exception as error:
            log.error("alerts of agency %s not raised: %s", agency.code, type(error).__name__)


def run_alerts(*, at: datetime, on: date) -> None:
    """Run all of it at once."""
    for _ in watching(at=at, on=on):
        pass


def _watch(agency: "Agency", *, at: datetime, on: date) -> Iterator[None]:
    models = alert_models()
    setting = Setting(on, library().calendar, library().fields)
    judge, told, after = Judge(models.each, models.words), list[Told](), 0
    while cases := watched(agency, after=after, limit=SLICE):
        after = cases[-1].pk
        for case in cases:
            told += judge.take("cases", case_row(case, setting))
            for row in act_rows(case, setting):
                told += judge.take("acts", row)
        yield
    for limits in watched_limits(agency, until=at + AHEAD):
        for limit in limits:
            told += judge.take("limits", limit_row(limit, setting, at))
        yield
    for number, row in enumerate(fine_rows(agency.pk, watched_fines(agency.region), setting), start=1):
        told += judge.take("likes", row)
        if number % FINES == 0:
            yield
    told += judge.finish()
    yield
    told += _patterns(agency, models, on)
    yield from settling(agency, told, at=at, on=on)


def _patterns(agency: "Agency", models: AlertModels, on: date) -> Iterator[Told]:
    """Give what the detectors of inspections tell, under the models that stand for them."""
    standing = {model.detector: model for model in models.of_source("detector")}
    for found in inspections.watch(agency, on=on):
        alert = found.alert
        model = standing.get(alert.detector)
        if model is None:
            continue
        facts = [{"title": "实际次数", "value": round(alert.found, 1)}]
        if alert.expected:
            facts.append({"title": "预计次数", "value": round(alert.expected, 1)})
        if alert.chance:
            facts.append({"title": "全凭偶然的机会（至多）", "value": chance_in_words(alert.odds)})
        days = [one.isoformat() for one in (found.first, found.last) if one is not None]
        if days:
            facts.append({"title": "检查日期", "value": " 至 ".join(dict.fromkeys(days))})
        facts += [{"title": "检查", "value": "打开检查案卷", "case": case} for case in found.cases[-50:]]
        subject = f"{alert.subject}|{alert.about}" if alert.about else alert.subject
        yield Told(
            model.code, subject[:300], found.cases[-1] if len(found.cases) == 1 else "", "", tuple(facts)
        )


# --- what is kept -----------------------------------------------------------------------------


def settle(agency: "Agency", told: Iterable[Told], *, at: datetime, on: date) -> None:
    """Bring the alerts of an agency up to what was told, at once."""
    for _ in settling(agency, told, at=at, on=on):
        pass


def settling(agency: "Agency", told: Iterable[Told], *, at: datetime, on: date) -> Iterator[None]:
    """Bring the alerts of an agency up to what was told, a slice at a time: new, changed, returned and gone ones."""
    found = {(one.code, one.subject): one for one in told}
    rows = {(row.code, row.subject): row for row in Alert.objects.filter(agency=agency)}
    for new in _sliced([one for key, one in found.items() if key not in rows]):
        _raise(new, agency, at=at, on=on)
        yield
    moved = [row.pk for key, row in rows.items() if _moves(row, found.get(key))]
    for some in _sliced(moved):
        _move(some, found, at=at, on=on)
        yield
    for some in _sliced([row.pk for key, row in rows.items() if key in found]):
        Alert.objects.filter(pk__in=some).update(last_seen=on)
    while _remind(agency, at=at, on=on):
        yield


def _sliced(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (rows[start : start + ROWS] for start in range(0, len(rows), ROWS))


@transaction.atomic
def _raise(told: Sequence[Told], agency: "Agency", *, at: datetime, on: date) -> None:
    models = {model.code: model for model in alert_models().each}
    rows = [
        Alert(
            code=one.code,
            agency=agency,
            subject=one.subject,
            case_code=one.case,
            about=one.about[:ABOUT],
            level=models[one.code].level,
            facts=list(one.facts),
            first_seen=on,
            last_seen=on,
            due=due_after(on, models[one.code]),
        )
        for one in told
    ]
    Alert.objects.bulk_create(rows)
    AlertStep.objects.bulk_create(
        [AlertStep(alert=row, seq=1, kind="told", by=SYSTEM, at=at) for row in rows]
    )


def _moves(row: Alert, told: Told | None) -> bool:
    """Say whether an alert goes, comes back or has other facts than before."""
    if told is None:
        return row.state != State.GONE
    return row.state == State.GONE or row.facts != list(told.facts) or row.about != told.about[:ABOUT]


@transaction.atomic
def _move(ids: Sequence[int], found: Mapping[tuple[str, str], Told], *, at: datetime, on: date) -> None:
    rows = list(Alert.objects.select_for_update().filter(pk__in=ids))
    destroyed = erased_codes(row.case_code for row in rows if row.case_code)
    for row in rows:
        told = found.get((row.code, row.subject))
        if told is None:
            _let_go(row, destroyed=row.case_code in destroyed, at=at)
        else:
            _keep(row, told, at=at, on=on)


def _let_go(row: Alert, *, destroyed: bool, at: datetime) -> None:
    """The fact is gone; of a case that was lawfully destroyed what the alert repeated of it goes too."""
    row.state = State.GONE
    if destroyed:
        row.facts, row.about = [], ""
    row.save(update_fields=["state", "facts", "about"])
    note(row, "gone", "案卷已经依法销毁。" if destroyed else "再次核查，事实已经不存在。", by=SYSTEM, at=at)


def _keep(row: Alert, told: Told, *, at: datetime, on: date) -> None:
    row.facts, row.about = list(told.facts), told.about[:ABOUT]
    if row.state == State.GONE:
        model = alert_models().find(row.code)
        row.state, row.reminded = State.OPEN, 0
        row.due = due_after(on, model) if model else on
        note(row, "again", "同一事实再次出现。", by=SYSTEM, at=at)
    row.save(update_fields=["state", "reminded", "due", "facts", "about"])


def due_after(on: date, model: AlertModel) -> date:
    """Give the day by which an alert told on a day is to be handled."""
    try:
        return library().calendar.add_working_days(on, model.handle_within)
    except UnknownYear:
        return on + timedelta(days=2 * model.handle_within)


@transaction.atomic
def _remind(agency: "Agency", *, at: datetime, on: date) -> int:
    """Note once that the limit of handling ends with the next working day, and once that it has ended; a slice."""
    try:
        soon = library().calendar.add_working_days(on, 1)
    except UnknownYear:
        soon = on + timedelta(days=1)
    waiting = Alert.objects.select_for_update().filter(agency=agency, state__in=(State.OPEN, State.HANDLING))
    ended, ending = Q(due__lt=on, reminded__lt=ENDED), Q(due__lte=soon, reminded__lt=ENDING)
    rows = list(waiting.filter(ended | ending).order_by("due", "pk")[:ROWS])
    last = dict(AlertStep.objects.filter(alert__in=rows).order_by().values_list("alert").annotate(Max("seq")))
    AlertStep.objects.bulk_create([_reminder(row, last[row.pk] + 1, at=at, on=on) for row in rows])
    for stage, over in ((ENDED, True), (ENDING, False)):
        Alert.objects.filter(pk__in=[row.pk for row in rows if (row.due < on) is over]).update(reminded=stage)
    return len(rows)


def _reminder(row: Alert, seq: int, *, at: datetime, on: date) -> AlertStep:
    if row.due < on:
        return AlertStep(
            alert=row, seq=seq, kind="overdue", text="超过处理期限，报告监督机构。", by=SYSTEM, at=at
        )
    words = f"处理期限 {chinese_date(row.due)} 将到，提醒。"
    return AlertStep(alert=row, seq=seq, kind="due_soon", text=words, by=SYSTEM, at=at)


def note(row: Alert, kind: str, words: str, *, by: str, at: datetime) -> AlertStep:
    """Add a step; what a person said goes into the log. The caller holds the alert and the transaction."""
    last = row.steps.order_by("-seq").values_list("seq", flat=True).first() or 0
    step = AlertStep(alert=row, seq=last + 1, kind=kind, text=words, by=by, at=at)
    if by:
        step.salt = secrets.token_bytes(SALT_BYTES)
        step.commitment = act_commitment(step.salt, content_of(row, step))
        enqueue(kind="alert", data={"h": step.commitment, "at": moment(at)}, ref=f"{row.pk}/{step.seq}")
    step.save(force_insert=True)
    return step


def content_of(row: Alert, step: AlertStep) -> dict[str, Any]:
    """Give what a step commits to."""
    return {
        "agency": row.agency.code,
        "model": row.code,
        "subject": row.subject,
        "n": step.seq,
        "step": step.kind,
        "text": step.text,
        "by": step.by,
        "at": moment(step.at),
    }
