"""Keeps the lines of analysis by a cursor over the sealed log; they may be made anew from the acts at any time."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.analysis import placing
from mingjing.analysis.lines import ASSESSED, DEPARTED, STATED, decided_of, ended_on, spans_of
from mingjing.analysis.models import WAITING, CaseLine, FindingLine, LimitLine, PenaltyLine, StageSpan
from mingjing.analysis.months import month_of
from mingjing.cases.analysed import (
    acts_of_cases,
    breaches_of_cases,
    cases_after,
    cases_by_ids,
    cases_of_acts,
    limits_of_cases,
    penalties_of_cases,
)
from mingjing.cases.law import law_of
from mingjing.kit.clock import legal_day
from mingjing.norms.selectors import register_for
from mingjing.packs.load import library
from mingjing.translog.cursors import Handler, position_of, run_cursor
from mingjing.translog.selectors import SealedEntry, log_health
from mingjing.translog.stones import refs_under

if TYPE_CHECKING:
    from mingjing.cases.analysed import Acted
    from mingjing.cases.models import Case, CaseOutcome

CURSOR: Final = "analysis"
BATCHES_A_TURN: Final = 25  # then the log is sealed in between
SECONDS: Final = 1.0  # of a turn at most, but one batch at least
AT_ONCE: Final = 200  # cases of one transaction when all are made anew
LAW_LENGTH: Final = 120
# The lines of cases first: who writes a case that another has just written is stopped there.
MODELS: Final = (CaseLine, StageSpan, LimitLine, FindingLine, PenaltyLine)


def follow() -> int:
    """Take newly sealed acts into the lines, a slice a turn; give how many entries were read. For the worker."""
    return _run(CURSOR, _follow) + _run(placing.CURSOR, placing.follow)


def _run(name: str, handler: Handler) -> int:
    read, until = 0, time.monotonic() + SECONDS
    for _ in range(BATCHES_A_TURN):
        count = run_cursor(name, handler)
        read += count
        if not count or time.monotonic() >= until:
            break
    return read


def recount(after: int) -> int | None:
    """Take over what the passing of days changed in cases whose limits wait, a slice of those above an id.

    Gives the last id looked at, to be passed next time, or None when no case is left. To be run each day, after the
    limits were counted: a limit that ran out overnight is nobody's act and stands in no log.
    """
    waiting = LimitLine.objects.filter(status__in=WAITING, case__gt=after).order_by("case_id")
    ids = list(waiting.values_list("case_id", flat=True).distinct()[:AT_ONCE])
    if ids:
        with transaction.atomic():
            write(cases_by_ids(ids))
    return ids[-1] if len(ids) == AT_ONCE else None


def behind() -> int:
    """Give how many sealed entries the lines do not know yet."""
    position = min(position_of(CURSOR), position_of(placing.CURSOR))
    return max(0, log_health().size - 1 - position)


def make_anew(told: Callable[[int], None] = lambda count: None) -> int:
    """Make the lines of every case from its acts; give how many cases. Harmless to repeat or to break off."""
    made, last = 0, 0
    while cases := cases_after(last, AT_ONCE):
        with transaction.atomic():
            write(cases)
            placing.write(cases)
        made, last = made + len(cases), cases[-1].pk
        told(made)
    return made


def _follow(entries: Sequence[SealedEntry]) -> None:
    codes = {entry.ref for entry in entries if entry.kind == "act"}
    # What was lawfully destroyed goes from the lines as well: made anew they hold what its acts still say.
    codes |= refs_under([entry.ref for entry in entries if entry.kind == "erasure"])
    if codes:
        write(cases_of_acts(codes))


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read of some cases at once."""

    acts: "Mapping[int, list[Acted]]"
    penalties: "Mapping[int, list[CaseOutcome]]"
    limits: Mapping[int, list[tuple[str, datetime, str]]]
    breaches: Mapping[int, list[tuple[str, str]]]


def write(cases: "Sequence[Case]") -> None:
    """Write the lines of some cases over what stood there, in as many statements for one as for two hundred."""
    ids = [one.pk for one in cases]
    read = _Read(
        acts_of_cases(cases, telling()), penalties_of_cases(ids), limits_of_cases(ids), breaches_of_cases(ids)
    )
    made: dict[type[Any], list[Any]] = {model: [] for model in MODELS}
    for case in cases:
        for line in _lines(case, read):
            made[type(line)].append(line)
    for model in MODELS:
        model._default_manager.filter(case__in=ids).delete()
    for model in MODELS:
        model._default_manager.bulk_create(made[model])


@cache
def telling() -> frozenset[str]:
    """Give the kinds of acts that state what is read of a penalty."""
    kinds = library().kinds.items()
    stating = {code for code, kind in kinds if any(use.name in STATED for use in kind.fields)}
    return frozenset({ASSESSED, DEPARTED, *stating})


def _lines(case: "Case", read: _Read) -> Iterator[Any]:
    acts, kinds = read.acts.get(case.pk, []), law_of(case).kinds
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
    month = month_of(case.opened_on) if case.opened_on else ""
    head = {"opened_month": month, "score": case.score, "vetoed": case.vetoed}
    yield CaseLine(opened_on=case.opened_on, ended_on=end, stage=case.stage, **head, **about)
    for one in spans_of(acts, kinds, end):
        # Nobody has to act in imported history: what an excerpt does not tell is not waiting.
        if one.until or not case.imported:
            yield StageSpan(stage=one.stage, since=one.since, until=one.until, days=one.days, **about)
    for rule, due, status in read.limits.get(case.pk, ()):
        day = legal_day(due)
        yield LimitLine(rule=rule, due_on=day, month=month_of(day), status=status, **about)
    for rule, title in read.breaches.get(case.pk, ()):
        yield FindingLine(rule=rule, title=title, month=month, **about)
    for penalty in read.penalties.get(case.pk, ()):
        yield _penalty(case, acts, penalty, about)


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
