"""Answering for a wrong case: traced, heard, found, measured, appealed, closed; steps are appended, never changed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mingjing.accountability.models import WrongCase, WrongCaseEvent
from mingjing.accountability.tracing import PARTS, people_in, traces_of
from mingjing.cases.selectors import case_by_code
from mingjing.kit.clock import beijing, legal_day
from mingjing.lawengine.periods import Span, extend, roll
from mingjing.packs.accountability_terms import FREE, accountability_terms
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.translog.keeping import keep, next_seq

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LONGEST: Final = 1000
TITLES: Final[Mapping[str, str]] = {
    "opened": "登记，按行为追溯到人",
    "stated": "本人陈述",
    "silent": "通知后没有陈述",
    "found": "认定",
    "measured": "处理",
    "appealed": "本人申诉",
    "upheld": "申诉复核：维持",
    "lifted": "申诉复核：撤销处理",
    "closed": "结束",
}


class NotTaken(Exception):
    """Nothing was written. The Chinese message says why."""


@dataclass(slots=True)
class Answer:
    """Where it stands with one person."""

    person: str
    name: str
    parts: list[Mapping[str, Any]] = field(default_factory=list)
    heard: str = ""  # stated or silent
    degree: str = ""
    measure: str = ""
    measured_on: date | None = None
    appealed: bool = False
    appeal: str = ""  # upheld or lifted

    @property
    def open(self) -> bool:
        """Say whether something is still due: a finding, a measure where there is fault, an answer to an appeal."""
        if not self.degree or (self.appealed and not self.appeal):
            return True
        return self.degree != FREE and not self.measure

    @property
    def appeal_until(self) -> date | None:
        """The last day of the appeal; None before a measure or where the calendar does not reach."""
        if self.measured_on is None:
            return None
        terms, span = accountability_terms(), Span(self.measured_on, self.measured_on)
        extend(library().calendar, span, terms.appeal_amount, terms.appeal_unit)
        roll(library().calendar, span)
        return span.end if type(span.end) is date else None


@dataclass(slots=True)
class Standing:
    """Where a wrong case stands, person by person."""

    answers: dict[str, Answer] = field(default_factory=dict)
    closed: bool = False


def standing_of(row: WrongCase) -> Standing:
    """Add up the events of a wrong case."""
    now = Standing()
    for one in row.events.order_by("seq"):
        _add(now, one)
    return now


def _add(now: Standing, one: WrongCaseEvent) -> None:
    if one.kind == "opened":
        for part in one.facts["traces"]:
            answer = now.answers.setdefault(part["person"], Answer(part["person"], part["name"]))
            answer.parts.append({**part, "part_title": PARTS[part["part"]]})
        return
    if one.kind == "closed":
        now.closed = True
        return
    answer = now.answers[one.person]
    match one.kind:
        case "stated" | "silent":
            answer.heard = one.kind
        case "found":
            answer.degree = one.facts["degree"]
        case "measured":
            answer.measure, answer.measured_on = one.facts["measure"], legal_day(one.at)
        case "appealed":
            answer.appealed = True
        case "upheld" | "lifted":
            answer.appeal = one.kind


@transaction.atomic
def take_up(
    *, case: "Case", by: "Person", source: str, source_ref: str, what: str, at: datetime, once: str = ""
) -> WrongCase:
    """Take up a wrong case: everybody who had a part in it is read from its acts as they stand now.

    Raises NotTaken, also where the person who takes it up had a part himself.
    """
    if once and (there := WrongCase.objects.filter(once=once).first()) is not None:
        return there
    _may_manage(by, case.agency.code)
    if source not in accountability_terms().sources:
        raise NotTaken("请选择来源。")
    traces = traces_of(case)
    if by.username in people_in(traces):
        raise NotTaken("您参与过本案，应当回避。请由其他人登记。")
    row = WrongCase(
        no=f"GC{legal_day(at):%Y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(6))}",
        case_code=case.code,
        agency=case.agency,
        source=source,
        source_ref=source_ref.strip()[:100],
        what=_words(what, "错在哪里"),
        by=by.username,
        at=at,
        once=once or secrets.token_hex(16),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if (there := WrongCase.objects.filter(once=row.once).first()) is None:
            raise
        return there
    facts = {"source": source, "what": row.what, "traces": [one.as_json() for one in traces]}
    _append(row, "opened", facts, by=by, at=at)
    return row


def _may_manage(by: "Person", agency: str) -> None:
    if not may(by, "wrongcase.manage", agency):
        raise NotTaken("执法过错由上级监督机关办理，您没有这个权限。")


def _append(
    row: WrongCase, kind: str, facts: Mapping[str, Any], *, by: "Person", at: datetime, person: str = ""
) -> None:
    event = WrongCaseEvent(
        wrong=row,
        seq=next_seq(row.events),
        kind=kind,
        person=person,
        facts=dict(facts),
        by=by.username,
        at=at,
    )
    keep(event, lambda made: content_of(row, made), kind="wrongcase", ref=f"{row.no}/{event.seq}", at=at)


def content_of(row: WrongCase, event: WrongCaseEvent) -> dict[str, Any]:
    """Give what a step commits to."""
    return {
        "no": row.no,
        "seq": event.seq,
        "step": event.kind,
        "person": event.person,
        "facts": event.facts,
        "by": event.by,
        "at": beijing(event.at).isoformat(),
    }


def _held(row: WrongCase) -> Standing:
    """Give where it stands, so that nobody else takes a step until the transaction ends."""
    return standing_of(WrongCase.objects.select_for_update().get(pk=row.pk))


def _managed(row: WrongCase, by: "Person") -> Standing:
    case = case_by_code(by, row.case_code)
    _may_manage(by, case.agency.code)
    now = _held(row)
    if now.closed:
        raise NotTaken("已经结束。")
    if by.username in now.answers:
        raise NotTaken("您参与过本案，应当回避。")
    return now


def _answer(now: Standing, person: str) -> Answer:
    if person not in now.answers:
        raise NotTaken("这个人没有参与本案。")
    return now.answers[person]


@transaction.atomic
def state(*, row: WrongCase, by: "Person", text: str, at: datetime) -> None:
    """Keep what somebody who had a part says for himself; he may say more until it is decided."""
    now = _held(row)
    answer = _answer(now, by.username)
    if now.closed or answer.measure:
        raise NotTaken("已经处理。不服的，请提出申诉。")
    _append(row, "stated", {"text": _words(text, "陈述的内容")}, by=by, at=at, person=by.username)


@transaction.atomic
def note_silence(*, row: WrongCase, person: str, by: "Person", text: str, at: datetime) -> None:
    """Keep that somebody was told of his right and said nothing."""
    answer = _answer(_managed(row, by), person)
    if answer.heard:
        raise NotTaken("本人已经陈述。")
    facts = {"text": _words(text, "怎样通知的、给了几天")}
    _append(row, "silent", facts, by=by, at=at, person=person)


@transaction.atomic
def find(*, row: WrongCase, person: str, by: "Person", degree: str, text: str, at: datetime) -> None:
    """Keep what is found of one person: no fault, or how grave. He is heard first."""
    answer = _answer(_managed(row, by), person)
    if degree not in accountability_terms().degrees:
        raise NotTaken("请选择过错程度。")
    if not answer.heard:
        raise NotTaken(f"还没有听取{answer.name}的陈述。请先由本人陈述，或者记录通知后没有陈述。")
    if answer.measure:
        raise NotTaken("已经处理，不能再改认定。")
    _append(row, "found", {"degree": degree, "text": _words(text, "认定的理由")}, by=by, at=at, person=person)


@transaction.atomic
def measure(*, row: WrongCase, person: str, by: "Person", kind: str, text: str, at: datetime) -> None:
    """Keep what is done about one person: after he was heard and found at fault, and once."""
    answer = _answer(_managed(row, by), person)
    if kind not in accountability_terms().measures:
        raise NotTaken("请选择处理方式。")
    if not answer.degree:
        raise NotTaken(f"还没有认定{answer.name}有没有过错。")
    if answer.degree == FREE:
        raise NotTaken(f"已认定{answer.name}没有过错，不能处理。")
    if answer.measure:
        raise NotTaken("已经处理。")
    _append(
        row, "measured", {"measure": kind, "text": _words(text, "依据和内容")}, by=by, at=at, person=person
    )


@transaction.atomic
def appeal(*, row: WrongCase, by: "Person", text: str, at: datetime) -> None:
    """Keep that somebody does not accept the measure. One that comes late is kept too, and said to be late."""
    answer = _answer(_held(row), by.username)
    if not answer.measure:
        raise NotTaken("还没有对您作出处理。")
    if answer.appealed:
        raise NotTaken("已经申诉，请等待复核。")
    until = answer.appeal_until
    facts = {"text": _words(text, "申诉的理由"), "late": until is not None and legal_day(at) > until}
    _append(row, "appealed", facts, by=by, at=at, person=by.username)


@transaction.atomic
def decide_appeal(
    *, row: WrongCase, person: str, by: "Person", lifted: bool, text: str, at: datetime
) -> None:
    """Keep the answer to an appeal; whoever took the measure does not decide on it."""
    answer = _answer(_managed(row, by), person)
    if not answer.appealed or answer.appeal:
        raise NotTaken("没有待复核的申诉。")
    taken = row.events.filter(kind="measured", person=person).order_by("-seq").first()
    if taken is not None and taken.by == by.username:
        raise NotTaken("申诉由作出处理的人以外的人复核。")
    kind = "lifted" if lifted else "upheld"
    _append(row, kind, {"text": _words(text, "复核意见")}, by=by, at=at, person=person)


@transaction.atomic
def close(*, row: WrongCase, by: "Person", text: str, at: datetime) -> None:
    """End it, when everybody who had a part has his finding and every appeal its answer."""
    now = _managed(row, by)
    if left := [one.name for one in now.answers.values() if one.open]:
        raise NotTaken(f"{'、'.join(left)}还没有认定、处理或者复核完毕。")
    _append(row, "closed", {"text": _words(text, "结束意见")}, by=by, at=at)


def _words(text: str, what: str) -> str:
    plain = text.replace("\0", "").strip()
    if not plain:
        raise NotTaken(f"请写明{what}。")
    return plain[:LONGEST]
