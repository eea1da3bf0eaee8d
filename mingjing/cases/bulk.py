"""Whole cases written at once: judged act by act by the engine and stored with every row that recording them leaves.

For simulations alone. What a live form would have refused makes the whole case imported history, which cannot be
refused; forms, receipts and evidence files are left out.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mingjing.cases import derived
from mingjing.cases.models import Act, Case, CaseFinding, NumberSeries
from mingjing.cases.timeline import ActBody
from mingjing.cases.whole import Whole, act_body, act_row, ready, store
from mingjing.kit.clock import legal_day
from mingjing.lawengine.judge import CaseState, refusals
from mingjing.lawengine.model import ActRecord, CaseHead, Law, Outcome, Standing, Verdict

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

CODE_LENGTH: Final = 24


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
    rows = [ready(one) for one in made]
    with turn or nullcontext(), transaction.atomic():
        store(rows, agency)
    return sum(len(one.acts) for one in made)


def _made(whole: WholeCase, agency: "Agency", law: Law) -> Whole:
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
    return Whole(case, acts, rows)


def _act(
    case: Case, entered: Entered, verdicts: Sequence[Verdict], law: Law, *, imported: bool, mark: str
) -> tuple[Act, ActBody]:
    body = act_body(
        case,
        entered.record,
        verdicts,
        code=code_of(f"act {mark}"),
        pack=law.digest,
        by=entered.recorded_by,
        at=entered.recorded_at,
        imported=imported,
    )
    salt = hashlib.sha256(f"salt {mark}".encode()).digest()
    return act_row(case, body, once=code_of(f"once {mark}"), salt=salt), body


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
