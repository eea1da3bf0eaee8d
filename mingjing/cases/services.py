"""The one way an act is written: `record_act`. Everything else about a case is computed from what is written here."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.cases import derived, drafts, known, numbers
from mingjing.cases.law import CaseFile, case_file, file_of, law_of
from mingjing.cases.models import Act, Case
from mingjing.cases.statements import StoredRows, act_under, insert, lock, read_case
from mingjing.cases.timeline import ActBody, evidence_json, held, passed, performer_json
from mingjing.evidence.selectors import refs
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.lawengine.judge import refusals
from mingjing.lawengine.model import ActKind, ActRecord, Performer, Standing, Verdict
from mingjing.packs.facts import clean_facts
from mingjing.packs.values import YEARS
from mingjing.personnel.permissions import may, role_names
from mingjing.personnel.selectors import people_of, performers_on
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

SALT_BYTES = 32
PEOPLE = ("person", "people")  # types of fields that name people of the register


class ActRefused(Exception):
    """The act was not written, and nothing else was. Says what is wrong in the form and what the law forbids."""

    def __init__(self, trial: "Trial") -> None:
        self.trial = trial
        super().__init__("；".join(trial.reasons()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would happen if the act were recorded now."""

    facts: Mapping[str, Any]
    errors: Mapping[str, list[str]] = field(default_factory=dict)  # by field name; "" is the act as a whole
    verdicts: tuple[Verdict, ...] = ()
    imported: bool = False

    @property
    def refusals(self) -> tuple[Verdict, ...]:
        """The verdicts that stop the act: a block rule that is breached, or that cannot be judged.

        None for an imported act: history cannot be refused.
        """
        return () if self.imported else refusals(self.verdicts)

    @property
    def lawful(self) -> bool:
        return not self.errors and not self.refusals

    def reasons(self) -> list[str]:
        """Give every obstacle as a Chinese sentence, mistakes of the form first."""
        return [text for texts in self.errors.values() for text in texts] + [
            f"{verdict.title}：{verdict.reason}{_cited(verdict)}" for verdict in self.refusals
        ]


def _cited(verdict: Verdict) -> str:
    if verdict.source is None or verdict.source.cite() in verdict.reason:
        return ""
    return f"（{verdict.source.cite()}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An act as somebody reports it: what was done, by whom, when, on what evidence. Not yet judged."""

    kind: str
    facts: Mapping[str, Any]
    performers: Sequence[str]  # usernames
    by: "Person"
    done_at: datetime | None
    evidence: Sequence[str] = ()  # digests
    imported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an imported case comes from: its own region and field, its source, and whether it is only an excerpt."""

    region: str
    field: str
    source: str
    fragment: bool = True


def open_case(
    *, agency: "Agency", procedure: str, deed: Deed, once: str, origin: Origin | None = None
) -> Act:
    """Open a case with its first act, or give the act already recorded under `once`.

    Raises ActRefused, having written nothing, when the form or the law stands against it.
    """
    if (done := _recorded_under(once)) is not None:
        return _same(done, deed, None)
    now = timezone.now()
    case = _new_case(agency, procedure, deed, now, origin)
    file = CaseFile(case=case, law=law_of(case), acts=())
    judged = _lawful(file, StoredRows({}, {}), deed, once=once, now=now)
    try:
        with transaction.atomic():
            case.pk = insert(case)
            return _append(judged)
    except IntegrityError:
        # The same form sent twice at the same moment: the other one has opened the case.
        if (done := _recorded_under(once)) is None:
            raise
        return _same(done, deed, None)


def _same(done: Act, deed: Deed, case_pk: int | None) -> Act:
    """Give the act recorded under a token, if it is what is sent now; a token of another act records nothing.

    Else whoever knows the token of a paper that waits could record something in its place. `case_pk` is None for the
    opening of a case.
    """
    elsewhere = done.seq != 1 if case_pk is None else done.case_id != case_pk
    if elsewhere or done.kind != deed.kind:
        said = "这张表的编号已经用于另一个行为，没有重复记录。请重新打开表格再办理。"
        raise ActRefused(Trial(facts=deed.facts, errors={"": [said]}))
    return done


def _recorded_under(once: str) -> Act | None:
    done = act_under(once)
    return Act.objects.select_related("case").get(pk=done) if done is not None else None


def _new_case(
    agency: "Agency", procedure: str, deed: Deed, now: datetime, origin: Origin | None = None
) -> Case:
    return Case(
        code=secrets.token_hex(12),
        log_code=secrets.token_hex(12),
        agency=agency,
        procedure=procedure,
        region=origin.region if origin else agency.region,
        field=origin.field if origin else agency.field,
        imported=deed.imported,
        fragment=origin.fragment if origin else False,
        source=origin.source if origin else "",
        opened_on=legal_day(deed.done_at) if deed.done_at else None,
        stage="",
        last_act_at=now,
    )


def record_act(*, case: Case, deed: Deed, once: str) -> Act:
    """Append one act to a case if the law in force on the day it was done allows it.

    Holds afterwards: the act with its verdicts, its log entry, its number and the derived rows are all written, or
    none is. The same `once` gives the same act again. An imported act is kept whatever the verdicts: history cannot
    be refused, so its breaches become findings. Raises ActRefused, having written nothing, otherwise.
    """
    try:
        # Judged first and locked afterwards: nobody waits while somebody else's act is being judged.
        return _record(case.pk, deed, once=once, held=False)
    except _Overtaken:
        # Another act came in between: judge again, on what stands now, and let nobody in until this one is written.
        with transaction.atomic():
            lock(case.pk)
            return _record(case.pk, deed, once=once, held=True)


class _Overtaken(Exception):
    """The case is no longer the one by which the act was judged."""


def _record(pk: int, deed: Deed, *, once: str, held: bool) -> Act:
    """Read, judge, lock, write. Unless the case is `held` already, raises _Overtaken where it has moved on."""
    stored = read_case(pk, once)
    if stored.done is not None:
        return _same(Act.objects.get(pk=stored.done), deed, pk)
    if not held and stored.case.act_count != len(stored.acts):
        raise _Overtaken
    file = file_of(stored.case, stored.acts)
    judged = _lawful(file, stored.rows, deed, once=once, now=timezone.now())
    with transaction.atomic():
        # One appender per case at a time, so that `seq` has neither gaps nor forks.
        if not held and lock(pk) != len(stored.acts):
            raise _Overtaken
        return _append(judged)


def check_act(*, case: Case, deed: Deed) -> Trial:
    """Judge an act without writing it: what the form shows before anything is sent."""
    trial, _ = _judged(case_file(case), deed, timezone.now())
    return trial


def check_opening(*, agency: "Agency", procedure: str, deed: Deed) -> Trial:
    """Judge the first act of a case that does not exist yet."""
    now = timezone.now()
    case = _new_case(agency, procedure, deed, now)
    trial, _ = _judged(CaseFile(case=case, law=law_of(case), acts=()), deed, now)
    return trial


def _judged(file: CaseFile, deed: Deed, now: datetime) -> tuple[Trial, ActRecord]:
    kind = file.law.kinds[deed.kind]
    errors = _who_may_not(file, kind, deed) | _when_wrong(file, deed, now)
    performers = performers_on(deed.performers, legal_day(deed.done_at or now))
    if missing := set(deed.performers) - {performer.person for performer in performers}:
        errors["performers"] = [f"没有这名人员：{'、'.join(sorted(missing))}。请从名单中重新选择。"]
    evidence = refs(deed.evidence, dossier=file.case.code)
    if len(evidence) != len(set(deed.evidence)):
        errors["evidence"] = ["所选证据不在本案证据目录中。请先上传到本案，再选入。"]
    so_far = {**file.facts, **deed.facts}
    held = {} if deed.imported else known.held_by_system(kind, file.case.agency, performers, so_far)
    cleaned = clean_facts(
        kind,
        {**held, **deed.facts},
        head=file.head,
        known=file.facts,
        done_at=deed.done_at,
        fields=file.law.fields,
        opened_on=None if deed.imported else file.case.opened_on,
        insist=not deed.imported,
    )
    record = ActRecord(
        seq=len(file.acts) + 1,
        kind=deed.kind,
        done_at=deed.done_at,
        facts=cleaned.facts,
        performers=performers,
        evidence=evidence,
    )
    strangers = {} if deed.imported else _strangers(file, performers, cleaned.facts)
    trial = Trial(
        facts=cleaned.facts,
        errors={**cleaned.errors, **strangers, **errors},
        verdicts=file.state.judge(record),
        imported=deed.imported,
    )
    return trial, record


def _who_may_not(file: CaseFile, kind: ActKind, deed: Deed) -> dict[str, list[str]]:
    """Say why this person may not record this kind of act here; the law's own demands on people are rules."""
    if deed.imported:
        return {}
    if not may(deed.by, f"act.{kind.stage}", file.case.agency.code):
        return {"": [f"您的角色不能记录“{kind.title}”。请由本机关有此权限的人员办理。"]}
    if not set(deed.by.roles) & set(kind.roles):
        return {"": [f"“{kind.title}”由{role_names(kind.roles)}办理，您的角色不在其中。"]}
    if not deed.performers:
        return {"performers": ["请选择实施人员。"]}
    if deed.by.username not in deed.performers and "clerk" not in deed.by.roles:
        return {"performers": ["记录人应当是实施人员之一。请把自己选入，或由案卷管理人员代录。"]}
    return {}


def _strangers(
    file: CaseFile, performers: Sequence[Performer], facts: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Name who is not of this agency: among the performers, and where a fact names people of the register."""
    agency = file.case.agency
    errors: dict[str, list[str]] = {}
    if others := [one.name for one in performers if one.agency != agency.code]:
        errors["performers"] = [f"{'、'.join(others)}不是本机关人员。请从名单中重新选择。"]
    for name, value in facts.items():
        field = file.law.fields[name]
        if field.type in PEOPLE:
            named = [value] if isinstance(value, str) else value
            if unknown := set(named) - {one.username for one in people_of(agency.code)}:
                found = "、".join(sorted(unknown))
                errors[name] = [f"“{field.title}”中的“{found}”不是本机关人员。请从名单中重新选择。"]
    return errors


def _when_wrong(file: CaseFile, deed: Deed, now: datetime) -> dict[str, list[str]]:
    if deed.done_at is None:
        return {} if deed.imported else {"done_at": ["请填写行为发生的时间。"]}
    if deed.done_at > now:
        return {"done_at": ["行为时间晚于现在。请填写实际发生的时间。"]}
    if deed.done_at.year < YEARS[0]:
        return {"done_at": ["行为时间早于可以记录的年代。请核对年份。"]}
    first = next((act.done_at for act in file.acts if act.done_at), None)
    if first and not deed.imported and legal_day(deed.done_at) < legal_day(first):
        return {"done_at": [f"行为时间早于本案第一个行为（{chinese_date(legal_day(first))}）。请核对日期。"]}
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lawful:
    """An act that was judged and may be written, and where the case stands with it."""

    file: CaseFile
    rows: StoredRows  # the derived rows without it
    deed: Deed
    record: ActRecord
    verdicts: tuple[Verdict, ...]
    standing: Standing
    once: str
    now: datetime


def _lawful(file: CaseFile, rows: StoredRows, deed: Deed, *, once: str, now: datetime) -> _Lawful:
    trial, record = _judged(file, deed, now)
    if not trial.lawful:
        raise ActRefused(trial)
    file.state.absorb(record, trial.verdicts)
    return _Lawful(
        file=file,
        rows=rows,
        deed=deed,
        record=record,
        verdicts=trial.verdicts,
        standing=file.state.standing(now),
        once=once,
        now=now,
    )


def _append(judged: _Lawful) -> Act:
    """Write the act, its number, its log entry and the derived rows. The caller holds the case and the transaction."""
    case, kind = judged.file.case, judged.file.law.kinds[judged.deed.kind]
    facts = dict(judged.record.facts)
    if kind.number and not judged.deed.imported:
        year = legal_day(judged.deed.done_at or judged.now).year
        facts["document_no"] = numbers.next_number(case.agency, kind.number, year)
    body = _body(judged, facts)
    act = _act(case, body, once=judged.once)
    head = derived.head_of(case)
    derived.carry(case, kind, facts)
    case.act_count, case.last_act_at = act.seq, judged.now
    act.pk = insert(act)
    enqueue(kind="act", data=body.leaf(act.commitment), ref=act.code)
    rows = derived.stand(case, judged.standing)
    derived.write(case, rows, head_before=head, rows_before=judged.rows)
    _drop_drafts(case, judged.deed, first=act.seq == 1)
    return act


def _body(judged: _Lawful, facts: Mapping[str, Any]) -> ActBody:
    deed, record = judged.deed, judged.record
    return ActBody(
        log_code=judged.file.case.log_code,
        seq=record.seq,
        kind=deed.kind,
        code=secrets.token_hex(12),
        facts=facts,
        performers=[performer_json(one) for one in record.performers],
        evidence=[evidence_json(one) for one in record.evidence],
        done_at=deed.done_at,
        recorded_at=judged.now,
        recorded_by=deed.by.username,
        held=held(judged.verdicts),
        passed=passed(judged.verdicts),
        pack_digest=judged.file.law.digest,
        imported=deed.imported,
    )


def _act(case: Case, body: ActBody, *, once: str) -> Act:
    salt = secrets.token_bytes(SALT_BYTES)
    return Act(
        case=case,
        seq=body.seq,
        kind=body.kind,
        code=body.code,
        facts=body.facts,
        performers=body.performers,
        evidence=body.evidence,
        done_at=body.done_at,
        recorded_at=body.recorded_at,
        recorded_by=body.recorded_by,
        held=body.held,
        passed=body.passed,
        pack_digest=body.pack_digest,
        imported=body.imported,
        once=once,
        salt=salt,
        commitment=act_commitment(salt, body.as_json()),
    )


def _drop_drafts(case: Case, deed: Deed, *, first: bool) -> None:
    for code in {case.code, ""} if first else {case.code}:
        drafts.drop(case_code=code, kind=deed.kind, person=deed.by.username, roles=deed.by.roles)
