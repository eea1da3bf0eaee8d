"""Reads cases for whoever looks for patterns over all of them: acts, breaches, limits, fines. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mingjing.cases.models import Act, Case, CaseDeadline, CaseFinding, CaseOutcome
from mingjing.cases.outcomes import PENALTY
from mingjing.cases.watched_rows import Breach, WatchedAct, WatchedCase, WatchedFine, WatchedLimit
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import Outcome

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

SLICE: Final = 1000  # limits read at once


def watched(agency: "Agency", *, after: int, limit: int) -> list[WatchedCase]:
    """Give the next cases of an agency behind this id, in the order of ids; what was destroyed is left out."""
    heads = Case.objects.filter(agency=agency, pk__gt=after, erased=False).order_by("pk")
    rows = list(
        heads.values_list(
            "pk", "code", "number", "decision_no", "procedure", "ended", "imported", "fragment", "handlers"
        )[:limit]
    )
    ids = [row[0] for row in rows]
    acts, breaches = _acts(ids), _breaches(ids)
    return [
        WatchedCase(
            pk=pk,
            code=code,
            number=decision_no or number,
            procedure=procedure,
            ended=ended,
            imported=imported,
            fragment=fragment,
            handlers=tuple(handlers),
            acts=tuple(acts[pk]),
            breaches=tuple(breaches[pk]),
        )
        for pk, code, number, decision_no, procedure, ended, imported, fragment, handlers in rows
    ]


def _acts(ids: list[int]) -> Mapping[int, list[WatchedAct]]:
    found: defaultdict[int, list[WatchedAct]] = defaultdict(list)
    rows = (
        Act.objects.filter(case_id__in=ids)
        .order_by("case_id", "seq")
        .values_list(
            *("case_id", "seq", "kind", "done_at", "recorded_at", "recorded_by", "performers", "facts"),
            "imported",
        )
    )
    for case, seq, kind, done_at, recorded_at, recorded_by, performers, facts, imported in rows:
        found[case].append(
            WatchedAct(
                seq=seq,
                kind=kind,
                done_on=legal_day(done_at) if done_at else None,
                recorded_on=legal_day(recorded_at),
                recorded_by=recorded_by,
                performers=tuple(str(one["person"]) for one in performers),
                facts=facts,
                imported=imported,
            )
        )
    return found


def _breaches(ids: list[int]) -> Mapping[int, list[Breach]]:
    found: defaultdict[int, list[Breach]] = defaultdict(list)
    rows = CaseFinding.objects.filter(case_id__in=ids, outcome=Outcome.BREACH).order_by("case_id", "act_seq")
    for case, rule, title, reason, seq in rows.values_list("case_id", "rule", "title", "reason", "act_seq"):
        found[case].append(Breach(rule, title, reason, seq))
    return found


def watched_limits(agency: "Agency", *, until: datetime) -> Iterator[list[WatchedLimit]]:
    """Give the limits of an agency that urge somebody and end before this moment, overdue ones too, in slices."""
    rows = CaseDeadline.objects.filter(agency=agency, urges=True, due__lt=until).order_by("due", "id")
    ids = list(rows.values_list("id", flat=True))
    for start in range(0, len(ids), SLICE):
        some = CaseDeadline.objects.filter(
            agency=agency, pk__in=ids[start : start + SLICE], due__isnull=False
        )
        told = some.filter(case__imported=False, case__erased=False, case__agency=agency).order_by(
            "due", "id"
        )
        columns = ("case__code", "case__number", "rule", "title", "topic", "start_seq", "due")
        yield [WatchedLimit(*row) for row in told.values_list(*columns)]


def watched_fines(region: str) -> Iterator[WatchedFine]:
    """Give every standing fine of a region with what makes it like others, like ones together."""
    rows = CaseOutcome.objects.filter(
        outcome=PENALTY, standing=True, fine_fen__isnull=False, region=region, case__erased=False
    ).exclude(violation_key="")
    told = rows.order_by("violation_key", "tier", "party_kind", "pk").values_list(
        *("agency_id", "case__code", "case__decision_no", "violation_key", "tier", "party_kind"),
        *("act_seq", "fine_fen"),
    )
    for agency, case, number, key, tier, kind, seq, fine in list(
        told
    ):  # nothing stays open while others write
        yield WatchedFine(agency, case, number, (key, tier, kind), seq, fine)


def erased_codes(codes: Iterable[str]) -> set[str]:
    """Give those of these cases whose content was lawfully destroyed."""
    return set(Case.objects.filter(code__in=set(codes), erased=True).values_list("code", flat=True))
