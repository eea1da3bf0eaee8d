"""The one way an act is written: `record_act`. Everything else about a case is computed from what is written here."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.cases import citations, derived, drafts, numbers, outcomes, parties
from mingjing.cases.law import CaseFile, case_file, file_of, law_of
from mingjing.cases.models import Act, Case
from mingjing.cases.statements import StoredRows, act_under, insert, lock, read_case
from mingjing.cases.trial import ActRefused, Deed, Party, Trial, judge_deed
from mingjing.cases.whole import act_body, act_row
from mingjing.clients.recorded import note_act
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import ActRecord, Standing, Verdict
from mingjing.receipts.services import use_tickets
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

__all__ = [
    "ActRefused",
    "Codes",
    "Deed",
    "Origin",
    "Party",
    "Trial",
    "check_act",
    "check_opening",
    "open_case",
    "record_act",
]

SALT_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an imported case comes from: its own region and field, its source, and whether it is only an excerpt."""

    region: str
    field: str
    source: str
    fragment: bool = True


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a case that is not opened yet; as unguessable as those given by `open_case`."""

    case: str
    log: str


def open_case(
    *,
    agency: "Agency",
    procedure: str,
    deed: Deed,
    once: str,
    origin: Origin | None = None,
    reserved: Codes | None = None,
) -> Act:
    """Open a case with its first act, or give the act already recorded under `once`.

    Raises ActRefused, having written nothing, when the form or the law stands against it. `reserved` are the codes
    under which evidence of the case has come in before it: of an act that was done where there was no network.
    """
    if (done := _recorded_under(once, agency)) is not None:
        return _same(done, deed, None)
    now = timezone.now()
    case = _new_case(agency, procedure, deed, now, origin)
    if reserved is not None:
        case.code, case.log_code = reserved.case, reserved.log
    file = CaseFile(case=case, law=law_of(case), acts=())
    judged = _lawful(file, StoredRows({}, {}), deed, once=once, now=now)
    try:
        with transaction.atomic():
            case.pk = insert(case)
            return _append(judged)
    except IntegrityError:
        # The same form sent twice at the same moment: the other one has opened the case.
        if (done := _recorded_under(once, agency)) is None:
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


def _recorded_under(once: str, agency: "Agency") -> Act | None:
    done = act_under(once, agency.pk)
    return (
        Act.objects.select_related("case").get(pk=done, agency=agency, case__agency=agency)
        if done is not None
        else None
    )


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
        return _record(case, deed, once=once, held=False)
    except ActRefused:
        # What stands against it may be itself: the same form, sent twice at once, was written while this was judged.
        if (done := _recorded_under(once, case.agency)) is None:
            raise
        return _same(done, deed, case.pk)
    except _Overtaken:
        # Another act came in between: judge again, on what stands now, and let nobody in until this one is written.
        with transaction.atomic():
            lock(case)
            return _record(case, deed, once=once, held=True)


class _Overtaken(Exception):
    """The case is no longer the one by which the act was judged."""


def _record(known: Case, deed: Deed, *, once: str, held: bool) -> Act:
    """Read, judge, lock, write. Unless the case is `held` already, raises _Overtaken where it has moved on."""
    stored = read_case(known, once)
    if stored.done is not None:
        done = Act.objects.get(pk=stored.done, agency=known.agency_id)
        return _same(done, deed, known.pk)
    if not held and stored.case.act_count != len(stored.acts):
        raise _Overtaken
    file = file_of(stored.case, stored.acts)
    judged = _lawful(file, stored.rows, deed, once=once, now=timezone.now())
    with transaction.atomic():
        # One appender per case at a time, so that `seq` has neither gaps nor forks.
        if not held and not lock(stored.case):
            raise _Overtaken
        return _append(judged)


def check_act(*, case: Case, deed: Deed) -> Trial:
    """Judge an act without writing it: what the form shows before anything is sent."""
    trial, _ = judge_deed(case_file(case), deed, timezone.now())
    return trial


def check_opening(*, agency: "Agency", procedure: str, deed: Deed) -> Trial:
    """Judge the first act of a case that does not exist yet."""
    now = timezone.now()
    case = _new_case(agency, procedure, deed, now)
    trial, _ = judge_deed(CaseFile(case=case, law=law_of(case), acts=()), deed, now)
    return trial


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
    trial, record = judge_deed(file, deed, now)
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
    # A clock that was put back must not let the newest act seem older than the one before it.
    at = max(judged.now, case.last_act_at)
    body = act_body(
        case,
        replace(judged.record, facts=facts),
        judged.verdicts,
        code=secrets.token_hex(12),
        pack=judged.file.law.digest,
        by=judged.deed.by.username,
        at=at,
        imported=judged.deed.imported,
    )
    act = act_row(case, body, once=judged.once, salt=secrets.token_bytes(SALT_BYTES))
    head = derived.head_of(case)
    derived.carry(case, kind, facts, [one.person for one in judged.record.performers])
    case.act_count, case.last_act_at = act.seq, at
    act.pk = insert(act)
    enqueue(kind="act", data=body.leaf(act.commitment), ref=act.code)
    note_act(act=act.code, case=case.code, at=at)
    rows = derived.stand(case, judged.standing)
    derived.write(case, rows, head_before=head, rows_before=judged.rows)
    if kind.kind in outcomes.TELLING:
        outcomes.write(case, [*judged.file.acts, judged.record])
    citations.note(case, facts, judged.file.law)
    parties.note(case, facts, judged.file.facts)
    _use_tickets(judged, act)
    _drop_drafts(case, judged.deed, first=act.seq == 1)
    return act


def _use_tickets(judged: _Lawful, act: Act) -> None:
    """Mark the receipts that the act states as used; of two acts at once with one receipt, one is refused here."""
    if judged.deed.imported:
        return
    case = judged.file.case
    taken = use_tickets(
        agency=case.agency.code, facts=act.facts, act_code=act.code, case_code=case.code, at=judged.now
    )
    if taken:
        raise ActRefused(Trial(facts=act.facts, errors=taken, verdicts=judged.verdicts))


def _drop_drafts(case: Case, deed: Deed, *, first: bool) -> None:
    for code in {case.code, ""} if first else {case.code}:
        drafts.drop(case_code=code, kind=deed.kind, person=deed.by.username, roles=deed.by.roles)
