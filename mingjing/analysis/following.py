"""Keeps the lines of analysis by a cursor over the sealed log; they may be made anew from the acts at any time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.analysis.lines import ASSESSED, STATED, decided_of, ended_on, spans_of
from mingjing.analysis.models import CaseLine, PenaltyLine, StageSpan
from mingjing.cases.analysed import acts_of_cases, cases_after, cases_of_acts, penalties_of_cases
from mingjing.cases.law import law_of
from mingjing.norms.selectors import register_for
from mingjing.packs.load import library
from mingjing.translog.cursors import position_of, run_cursor
from mingjing.translog.selectors import SealedEntry, log_health

if TYPE_CHECKING:
    from mingjing.cases.analysed import Acted
    from mingjing.cases.models import Case, CaseOutcome

CURSOR: Final = "analysis"
BATCHES_A_TURN: Final = 25  # then the log is sealed in between
AT_ONCE: Final = 200  # cases of one transaction when all are made anew
LAW_LENGTH: Final = 120


def follow() -> int:
    """Take newly sealed acts into the lines, a slice a turn; give how many entries were read. For the worker."""
    read = 0
    for _ in range(BATCHES_A_TURN):
        count = run_cursor(CURSOR, _follow)
        read += count
        if not count:
            break
    return read


def behind() -> int:
    """Give how many sealed entries the lines do not know yet."""
    return max(0, log_health().size - 1 - position_of(CURSOR))


def make_anew(told: Callable[[int], None] = lambda count: None) -> int:
    """Make the lines of every case from its acts; give how many cases. Harmless to repeat or to break off."""
    made, last = 0, 0
    while cases := cases_after(last, AT_ONCE):
        with transaction.atomic():
            write(cases)
        made, last = made + len(cases), cases[-1].pk
        told(made)
    return made


def _follow(entries: Sequence[SealedEntry]) -> None:
    codes = [entry.ref for entry in entries if entry.kind == "act"]
    if codes:
        write(cases_of_acts(codes))


@dataclass(frozen=True, slots=True)
class _Lines:
    case: CaseLine
    spans: list[StageSpan]
    penalties: list[PenaltyLine]


def write(cases: "Sequence[Case]") -> None:
    """Write the lines of some cases over what stood there, in as many statements for one as for two hundred."""
    ids = [one.pk for one in cases]
    acts, penalties = acts_of_cases(ids, telling()), penalties_of_cases(ids)
    made = [_lines(one, acts.get(one.pk, []), penalties.get(one.pk, [])) for one in cases]
    for model in (CaseLine, StageSpan, PenaltyLine):
        model._default_manager.filter(case__in=ids).delete()
    CaseLine.objects.bulk_create(one.case for one in made)
    StageSpan.objects.bulk_create(_all(one.spans for one in made))
    PenaltyLine.objects.bulk_create(_all(one.penalties for one in made))


@cache
def telling() -> frozenset[str]:
    """Give the kinds of acts that state what is read of a penalty."""
    kinds = library().kinds.items()
    stating = {code for code, kind in kinds if any(use.name in STATED for use in kind.fields)}
    return frozenset({ASSESSED, *stating})


def _all(parts: Iterable[list[Any]]) -> list[Any]:
    return [one for part in parts for one in part]


def _lines(case: "Case", acts: "list[Acted]", penalties: "list[CaseOutcome]") -> _Lines:
    kinds = law_of(case).kinds
    about: dict[str, Any] = {
        "case_id": case.pk,
        "agency_id": case.agency_id,
        "region": case.region,
        "field": case.field,
        "procedure": case.procedure,
        "imported": case.imported,
    }
    end = ended_on(acts, kinds)
    if end and case.opened_on:
        end = max(end, case.opened_on)
    spans = [
        StageSpan(stage=one.stage, since=one.since, until=one.until, days=one.days, **about)
        for one in spans_of(acts, kinds, end)
        # Nobody has to act in imported history: what an excerpt does not tell is not waiting.
        if one.until or not case.imported
    ]
    line = CaseLine(opened_on=case.opened_on, ended_on=end, stage=case.stage, **about)
    return _Lines(line, spans, [_penalty(case, acts, one, about) for one in penalties])


def _penalty(case: "Case", acts: "list[Acted]", one: "CaseOutcome", about: dict[str, Any]) -> PenaltyLine:
    decided = decided_of(acts, one.act_seq, one.fine_fen)
    known = register_for(case.agency.code).find(decided.law) if decided.law else None
    return PenaltyLine(
        act_seq=one.act_seq,
        decided_on=one.decided_on,
        kinds=decided.kinds,
        law=(known.name if known else decided.law)[:LAW_LENGTH],
        violation=one.violation,
        violation_key=one.violation_key,
        tier=one.tier,
        party_kind=one.party_kind,
        fit=decided.fit,
        fine_fen=one.fine_fen,
        **about,
    )
