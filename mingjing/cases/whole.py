"""Whole cases stored many at once: the case, its acts, every row read from them, and their log entries.

What is stored and whether it may be is decided by the callers; nothing is judged here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models

from mingjing.cases import citations, outcomes, parties, statements
from mingjing.cases.law import law_of
from mingjing.cases.models import Act, Case, CaseCitation, CaseHandler, CaseParty
from mingjing.cases.statements import FINDING, LIMIT, OUTCOME, StoredRows
from mingjing.cases.timeline import ActBody, evidence_json, held, passed, performer_json
from mingjing.norms.selectors import register_for
from mingjing.packs.laws import LawRegister
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import Leaf, enqueue_all

if TYPE_CHECKING:
    from mingjing.lawengine.model import ActRecord, Verdict

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Whole:
    """One case with all that will be stored of it: its acts in their order, where it stands after the last."""

    case: Case
    acts: Sequence[tuple[Act, ActBody]]
    rows: StoredRows


def act_body(
    case: Case,
    record: "ActRecord",
    verdicts: Sequence["Verdict"],
    *,
    code: str,
    pack: str,
    by: str,
    at: datetime,
    imported: bool,
) -> ActBody:
    """Give an act of a case with what was said of it, as it will be committed to."""
    return ActBody(
        log_code=case.log_code,
        seq=record.seq,
        kind=record.kind,
        code=code,
        facts=dict(record.facts),
        performers=[performer_json(one) for one in record.performers],
        evidence=[evidence_json(one) for one in record.evidence],
        done_at=record.done_at,
        recorded_at=at,
        recorded_by=by,
        held=held(verdicts),
        passed=passed(verdicts),
        pack_digest=pack,
        imported=imported,
    )


def act_row(case: Case, body: ActBody, *, once: str, salt: bytes) -> Act:
    """Make the row of an act with its commitment."""
    return Act(
        case=case,
        agency_id=case.agency_id,
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


def store(cases: Sequence[Whole]) -> None:
    """Store new cases of one agency with everything that recording their acts one by one would leave.

    Belongs in a transaction of the caller's.
    """
    if not cases:
        return
    Case.objects.bulk_create([one.case for one in cases], BATCH)
    for one in cases:
        for act, _ in one.acts:
            act.case_id = one.case.pk
    statements.insert_all([act for one in cases for act, _ in one.acts])
    statements.insert_derived(LIMIT, [(one.case, one.rows.limits) for one in cases])
    statements.insert_derived(FINDING, [(one.case, one.rows.findings) for one in cases])
    statements.insert_derived(OUTCOME, [(one.case, _outcomes(one)) for one in cases])
    register = register_for(cases[0].case.agency.code)
    for rows in (_handlers, _parties, _cited):
        statements.insert_all([row for one in cases for row in rows(one, register)])
    enqueue_all("act", [Leaf(body.leaf(act.commitment), act.code) for one in cases for act, body in one.acts])


def _outcomes(one: Whole) -> dict[statements.Key, tuple[Any, ...]]:
    return outcomes.outcomes_of((act for act, _ in one.acts), region=one.case.region, field=one.case.field)


def _handlers(one: Whole, _: LawRegister) -> Iterator[models.Model]:
    yield from (
        CaseHandler(case=one.case, agency_id=one.case.agency_id, username=who)
        for who in dict.fromkeys(one.case.handlers)
    )


def _parties(one: Whole, _: LawRegister) -> Iterator[models.Model]:
    known: dict[str, object] = {}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for act, _body in one.acts:
        known.update(act.facts)
        if parties.NAMING & act.facts.keys() and (named := parties.party_of(known)) is not None:
            found.setdefault((named["code_key"], named["name_key"]), named)
    for named in found.values():
        yield CaseParty(case=one.case, agency_id=one.case.agency_id, **named)


def _cited(one: Whole, register: LawRegister) -> Iterator[models.Model]:
    law = law_of(one.case)
    found = {place for act, _ in one.acts for place in citations.cited(act.facts, law, register)}
    for name, article in sorted(found):
        yield CaseCitation(case=one.case, agency_id=one.case.agency_id, law=name, article=article)
