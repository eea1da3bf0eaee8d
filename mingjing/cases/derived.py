"""The rows computed from the acts: where a case stands, its limits, its findings. Written only beside an act."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from mingjing.cases.law import CaseFile
from mingjing.cases.models import Case, CaseDeadline, CaseFinding, CaseHandler
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.lawengine.model import ActKind, ActRecord, Deadline, Finding, Standing, Status

HEAD_COLUMNS = (
    *(
        "number",
        "title",
        "party_name",
        "party_kind",
        "party_code",
        "decision_no",
        "stage",
        "ended",
        "last_act_at",
    ),
    *("act_count", "next_due", "score", "vetoed", "breaches", "unknowns", "handlers"),
)
CARRIED = {
    "title": "matter",
    "party_name": "party_name",
    "party_kind": "party_kind",
    "party_code": "party_uscc",
}


def refresh(file: CaseFile, record: ActRecord, *, now: datetime) -> None:
    """Bring the derived rows of a case to where one more act has put it. The caller holds the transaction.

    The state of the file has taken the act in already.
    """
    case = file.case
    carry(case, file.law.kinds[record.kind], record.facts)
    if handlers := record.facts.get("handlers"):
        _write_handlers(case, [str(one) for one in handlers])  # type: ignore[attr-defined]
    case.act_count = record.seq
    case.last_act_at = now
    write_standing(case, file.state.standing(now))


def carry(case: Case, kind: ActKind, facts: Mapping[str, Any]) -> None:
    """Take over what lists show of a case from the facts of one act."""
    for column, name in CARRIED.items():
        if name in facts:
            setattr(case, column, str(facts[name])[:300])
    if number := facts.get("document_no"):
        if kind.stage == "decision":
            case.decision_no = str(number)
        if kind.stage in {"clue", "filing"} or not case.number:
            case.number = str(number)
    case.ended = case.ended or kind.ends == "closed"


def write_standing(case: Case, standing: Standing) -> None:
    """Write the limits, findings and figures of a case, touching only the rows that changed."""
    limits = {(one.rule, one.start_seq or 0): _limit_columns(case, one) for one in standing.deadlines}
    _sync(case, CaseDeadline, ("rule", "start_seq"), limits)
    findings = [*standing.findings, *standing.unknowns]
    _sync(
        case,
        CaseFinding,
        ("rule", "act_seq"),
        {(one.rule, one.act_seq or 0): _finding_columns(one) for one in findings},
    )
    open_limits = [one.due for one in standing.deadlines if one.due and _open(one)]
    case.next_due = None if case.ended else min(map(_day, open_limits), default=None)
    case.stage, case.score, case.vetoed = standing.stage, standing.score, standing.vetoed
    case.breaches, case.unknowns = len(standing.findings), len(standing.unknowns)
    Case.objects.filter(pk=case.pk).update(**{name: getattr(case, name) for name in HEAD_COLUMNS})


def _open(limit: Deadline) -> bool:
    """Say whether somebody still has to act by this limit; one that says "not before" urges nobody."""
    unmet = limit.status is Status.RUNNING or (limit.status is Status.MISSED and limit.met_on is None)
    return unmet and limit.bound != "not_before"


def _write_handlers(case: Case, usernames: Sequence[str]) -> None:
    if usernames == case.handlers:
        return
    case.handlers = list(usernames)
    CaseHandler.objects.filter(case=case).delete()
    CaseHandler.objects.bulk_create(CaseHandler(case=case, username=one) for one in dict.fromkeys(usernames))


def _limit_columns(case: Case, limit: Deadline) -> dict[str, Any]:
    return {
        "title": limit.title,
        "topic": limit.topic,
        "due": _end(limit.due),
        "status": limit.status.value,
        "urges": _open(limit) and not case.ended,
        "steps": list(limit.steps),
    }


def _finding_columns(finding: Finding) -> dict[str, Any]:
    return {
        "outcome": finding.outcome.value,
        "severity": finding.severity.value,
        "points": finding.points,
        "veto": finding.veto,
        "title": finding.title,
        "reason": finding.reason,
        "item": finding.item,
    }


def _sync(
    case: Case,
    model: type[CaseDeadline] | type[CaseFinding],
    key: tuple[str, str],
    wanted: Mapping[tuple[str, int], Mapping[str, Any]],
) -> None:
    """Make the stored rows equal to `wanted`: an act mostly changes one or two, and those are all that is written."""
    names = list(next(iter(wanted.values()), {}))
    stored = {
        row[1:3]: (row[0], row[3:]) for row in model.objects.filter(case=case).values_list("pk", *key, *names)
    }
    if gone := [pk for mark, (pk, _) in stored.items() if mark not in wanted]:
        model.objects.filter(pk__in=gone).delete()
    new = [(mark, columns) for mark, columns in wanted.items() if mark not in stored]
    if new:
        rows: list[Any] = [
            model(case_id=case.pk, agency_id=case.agency_id, **dict(zip(key, mark, strict=True)), **columns)
            for mark, columns in new
        ]
        model.objects.bulk_create(rows)
    for mark, columns in wanted.items():
        if mark in stored and stored[mark][1] != tuple(columns.values()):
            model.objects.filter(pk=stored[mark][0]).update(**columns)


def _end(due: date | datetime | None) -> datetime | None:
    """Give the moment a limit ends: of a day, its last second in Beijing."""
    if due is None or isinstance(due, datetime):
        return due
    return datetime.combine(due, time(23, 59, 59), tzinfo=BEIJING)


def _day(due: date | datetime) -> date:
    return legal_day(due) if isinstance(due, datetime) else due
