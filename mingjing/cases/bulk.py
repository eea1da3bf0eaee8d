"""Whole cases written at once: judged act by act by the engine and stored with every row that recording them leaves.

For simulations alone. What a live form would have refused makes the whole case imported history, which cannot be
refused; forms, receipts and evidence files are left out.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models, transaction

from mingjing.cases import citations, derived, outcomes, parties
from mingjing.cases.models import (
    Act,
    Case,
    CaseCitation,
    CaseDeadline,
    CaseFinding,
    CaseHandler,
    CaseOutcome,
    CaseParty,
    NumberSeries,
)
from mingjing.cases.statements import FINDING, LIMIT, Kind, StoredRows
from mingjing.cases.timeline import ActBody, evidence_json, held, passed, performer_json
from mingjing.kit.clock import legal_day
from mingjing.lawengine.judge import CaseState, refusals
from mingjing.lawengine.model import ActRecord, CaseHead, Law, Outcome, Standing, Verdict
from mingjing.norms.selectors import register_for
from mingjing.packs.laws import LawRegister
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

CODE_LENGTH: Final = 24
BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Entered:
    """One act as it came to the files: what was done, when and by whom it was entered."""

    record: ActRecord
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A case as the engine sees it: what was said of each act, and where the case stands."""

    verdicts: tuple[tuple[Verdict, ...], ...]
    standing: Standing

    @property
    def refused(self) -> tuple[str, ...]:
        """The rules by which a live form would have refused an act."""
        return tuple(one.rule for each in self.verdicts for one in refusals(each))

    @property
    def clean(self) -> bool:
        """Whether nothing at all is held against it."""
        return not (self.standing.findings or self.standing.unknowns or self.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCase:
    """One case ready to be written. `mark` makes its codes: the same mark gives the same case."""

    mark: str
    head: CaseHead
    acts: Sequence[Entered]
    judged: Judged

    @property
    def code(self) -> str:
        return code_of(self.mark)


@dataclass(frozen=True, slots=True)
class _Written:
    """What was made of one case: its row, and the rows that hang on it."""

    case: Case
    acts: list[Act]
    rows: StoredRows


def code_of(mark: str) -> str:
    """Give the code that a case of this mark has."""
    return hashlib.sha256(mark.encode()).hexdigest()[:CODE_LENGTH]


def judge_whole(law: Law, head: CaseHead, acts: Iterable[ActRecord], on: datetime) -> Judged:
    """Judge a case act by act, as each was done, and say where it stands at a moment. Pure."""
    state, said = CaseState(law, head), []
    for act in acts:
        verdicts = state.judge(act)
        state.absorb(act, verdicts)
        said.append(verdicts)
    return Judged(tuple(said), state.standing(on))


def write_cases(
    cases: Iterable[WholeCase],
    agency: "Agency",
    law: Law,
    *,
    turn: AbstractContextManager[object] | None = None,
) -> int:
    """Write these cases of one agency, their derived rows and their log entries, or none; gives how many acts.

    Several processes that write to SQLite wait for their `turn`: its own lock is polled, and who waits may starve.
    """
    made = [_made(one, agency, law) for one in cases]
    derived_rows = _derived(made, law, register_for(agency.code))
    acts = [(one.case, act) for one in made for act in one.acts]
    with turn or nullcontext(), transaction.atomic():
        Case.objects.bulk_create([one.case for one in made], BATCH)
        Act.objects.bulk_create([act for _, act in acts], BATCH)
        for model, rows in derived_rows.items():
            model._default_manager.bulk_create(rows, BATCH)
        for case, act in acts:
            enqueue(kind="act", data=_body(case, act).leaf(act.commitment), ref=act.code)
    return len(acts)


def _made(whole: WholeCase, agency: "Agency", law: Law) -> _Written:
    first, last = whole.acts[0], whole.acts[-1]
    imported = bool(whole.judged.refused)
    opened = legal_day(first.record.done_at) if first.record.done_at else None
    case = Case(
        code=whole.code,
        log_code=code_of(f"log {whole.mark}"),
        agency=agency,
        procedure=whole.head.procedure,
        region=whole.head.region,
        field=whole.head.field,
        imported=imported,
        source="模拟县：系统不予登记的行为，按历史案卷导入" if imported else "",
        opened_on=opened,
        stage="",
        last_act_at=last.recorded_at,
        act_count=len(whole.acts),
    )
    for entered in whole.acts:
        record = entered.record
        derived.carry(case, law.kinds[record.kind], record.facts, [one.person for one in record.performers])
    rows = derived.stand(case, whole.judged.standing)
    acts = [
        _act(case, one, said, law, imported=imported, mark=f"{whole.mark} {one.record.seq}")
        for one, said in zip(whole.acts, whole.judged.verdicts, strict=True)
    ]
    return _Written(case, acts, rows)


def _act(
    case: Case, entered: Entered, verdicts: Sequence[Verdict], law: Law, *, imported: bool, mark: str
) -> Act:
    record = entered.record
    act = Act(
        case=case,
        seq=record.seq,
        kind=record.kind,
        code=code_of(f"act {mark}"),
        facts=dict(record.facts),
        performers=[performer_json(one) for one in record.performers],
        evidence=[evidence_json(one) for one in record.evidence],
        done_at=record.done_at,
        recorded_at=entered.recorded_at,
        recorded_by=entered.recorded_by,
        held=held(verdicts),
        passed=passed(verdicts),
        pack_digest=law.digest,
        imported=imported,
        once=code_of(f"once {mark}"),
        salt=hashlib.sha256(f"salt {mark}".encode()).digest(),
    )
    act.commitment = act_commitment(bytes(act.salt), _body(case, act).as_json())
    return act


def _body(case: Case, act: Act) -> ActBody:
    return ActBody(
        log_code=case.log_code,
        seq=act.seq,
        kind=act.kind,
        code=act.code,
        facts=act.facts,
        performers=act.performers,
        evidence=act.evidence,
        done_at=act.done_at,
        recorded_at=act.recorded_at,
        recorded_by=act.recorded_by,
        held=act.held,
        passed=act.passed,
        pack_digest=act.pack_digest,
        imported=act.imported,
    )


def _derived(
    made: Sequence[_Written], law: Law, register: LawRegister
) -> Mapping[type[models.Model], list[Any]]:
    """Make the rows that are read from the acts of cases."""
    rows: dict[type[models.Model], list[Any]] = {
        one: [] for one in (CaseDeadline, CaseFinding, CaseOutcome, CaseHandler, CaseParty, CaseCitation)
    }
    for one in made:
        case = one.case
        own: dict[str, Any] = {"case": case, "agency_id": case.agency_id}
        rows[CaseDeadline] += [
            CaseDeadline(**own, **_columns(LIMIT, *row)) for row in one.rows.limits.items()
        ]
        rows[CaseFinding] += [
            CaseFinding(**own, **_columns(FINDING, *row)) for row in one.rows.findings.items()
        ]
        dealt = outcomes.outcomes_of(one.acts, region=case.region, field=case.field)
        for (outcome, seq), values in dealt.items():
            told = dict(zip(outcomes.COLUMNS, values, strict=True))
            rows[CaseOutcome].append(CaseOutcome(**own, outcome=outcome, act_seq=seq, **told))
        rows[CaseHandler] += [CaseHandler(case=case, username=who) for who in dict.fromkeys(case.handlers)]
        rows[CaseParty] += _parties(one)
        rows[CaseCitation] += _cited(one, law, register)
    return rows


def _columns(kind: Kind, key: tuple[str, int], values: tuple[object, ...]) -> dict[str, object]:
    names = (*kind.key, *kind.columns)
    return dict(zip(names, (*key, *values), strict=True))


def _parties(one: _Written) -> list[CaseParty]:
    known: dict[str, object] = {}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for act in one.acts:
        known.update(act.facts)
        if parties.NAMING & act.facts.keys() and (named := parties.party_of(known)) is not None:
            found.setdefault((named["code_key"], named["name_key"]), named)
    return [CaseParty(case=one.case, agency_id=one.case.agency_id, **named) for named in found.values()]


def _cited(one: _Written, law: Law, register: LawRegister) -> list[CaseCitation]:
    case = one.case
    found = {place for act in one.acts for place in citations.cited(act.facts, law, register)}
    return [
        CaseCitation(case=case, agency_id=case.agency_id, law=name, article=article)
        for name, article in sorted(found)
    ]


def let_numbers_go_on(
    agencies: Iterable["Agency"], words: Iterable[str], years: Iterable[int], last: int
) -> None:
    """Let every series of numbers of these agencies go on behind this serial."""
    places = [(word, year) for word in sorted(words) for year in years]
    NumberSeries.objects.bulk_create(
        NumberSeries(agency=agency, word=word, year=year, last=last)
        for agency in agencies
        for word, year in places
    )


def items_lost() -> Mapping[str, set[str]]:
    """Give every case by its code with the items of the review standard under which a breach stands."""
    found: dict[str, set[str]] = {code: set() for code in Case.objects.values_list("code", flat=True)}
    rows = CaseFinding.objects.filter(outcome=Outcome.BREACH).exclude(item="")
    for code, item in rows.values_list("case__code", "item").iterator():
        found[code].add(item)
    return found
