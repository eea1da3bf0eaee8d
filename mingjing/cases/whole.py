"""Whole cases stored many at once: the case, its acts, every row read from them, and their log entries.

Rows are worked out by whoever judged the case, in a process of its own if it likes; storing them is left to one.

What is stored and whether it may be is decided by the callers; nothing is judged here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models

from mingjing.cases import citations, outcomes, parties, statements, sums
from mingjing.cases.derived import head_of
from mingjing.cases.law import law_of
from mingjing.cases.models import Act, Case, CaseHandler, CaseParty
from mingjing.cases.statements import FINDING, LIMIT, OUTCOME, StoredRows, Table
from mingjing.cases.timeline import ActBody, evidence_json, held, passed, performer_json
from mingjing.norms.selectors import register_for
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import Leaf, enqueue_all

if TYPE_CHECKING:
    from mingjing.lawengine.model import ActRecord, Verdict
    from mingjing.personnel.models import Agency

CITATIONS: Final = Table("cases_casecitation", ("agency_id", "law", "article"))


@dataclass(frozen=True, slots=True)
class Whole:
    """One case with all that will be stored of it: its acts in their order, where it stands after the last."""

    case: Case
    acts: Sequence[tuple[Act, ActBody]]
    rows: StoredRows


@dataclass(frozen=True, slots=True)
class Ready:
    """One case as its tables take it: its own row, the rows that belong to it, its log entries."""

    code: str
    values: tuple[Any, ...]
    rows: Mapping[Table, Sequence[tuple[Any, ...]]]
    leaves: Sequence[Leaf]
    cited: Sequence[tuple[str, str]]  # law and article as the acts write them
    counted: Mapping[sums.Place, int]  # where it is counted


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


def ready(one: Whole) -> Ready:
    """Work out every row of a case and its log entries. Writes nothing, so it may be done in another process."""
    case = one.case
    outcomes_ = outcomes.outcomes_of((act for act, _ in one.acts), region=case.region, field=case.field)
    rows = {
        statements.table_of_kind(kind): statements.values_derived(case, told)
        for kind, told in ((LIMIT, one.rows.limits), (FINDING, one.rows.findings), (OUTCOME, outcomes_))
    }
    others = ((Act, (act for act, _ in one.acts)), (CaseHandler, _handlers(case)), (CaseParty, _parties(one)))
    for model, found in others:
        rows[statements.table_of(model)] = [statements.values_of(row) for row in found]
    leaves = [Leaf(body.leaf(act.commitment), act.code) for act, body in one.acts]
    law = law_of(case)
    cited = [told for act, _ in one.acts for told in citations.stated(act.facts, law)]
    counted = sums.places(case.imported, head_of(case), one.rows)
    return Ready(case.code, statements.values_of_case(case), rows, leaves, cited, counted)


def store(cases: Sequence[Ready], agency: "Agency") -> None:
    """Store new cases of one agency with everything that recording their acts one by one would leave.

    Belongs in a transaction of the caller's.
    """
    if not cases:
        return
    ids = statements.insert_cases([one.values for one in cases])
    for table in cases[0].rows:
        statements.insert_rows(table, [(ids[one.code], *row) for one in cases for row in one.rows[table]])
    register = register_for(agency.code)
    cited = [
        (ids[one.code], agency.pk, *place)
        for one in cases
        for place in sorted(citations.places(one.cited, register))
    ]
    statements.insert_rows(CITATIONS, cited)
    counted = Counter[sums.Place]()
    for one in cases:
        counted.update(one.counted)
    sums.note(agency.pk, Counter(), counted)
    enqueue_all("act", [leaf for one in cases for leaf in one.leaves])


def _handlers(case: Case) -> Iterator[models.Model]:
    yield from (CaseHandler(agency_id=case.agency_id, username=who) for who in dict.fromkeys(case.handlers))


def _parties(one: Whole) -> Iterator[models.Model]:
    known: dict[str, object] = {}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for act, _body in one.acts:
        known.update(act.facts)
        if parties.NAMING & act.facts.keys() and (named := parties.party_of(known)) is not None:
            found.setdefault((named["code_key"], named["name_key"]), named)
    for named in found.values():
        yield CaseParty(agency_id=one.case.agency_id, **named)
