"""The rows computed from the acts: where a case stands, its limits, its findings. Written only beside an act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
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
    _sync(case, CaseDeadline, ("rule", "start_seq"), [_deadline_row(case, one) for one in standing.deadlines])
    findings = [*standing.findings, *standing.unknowns]
    _sync(case, CaseFinding, ("rule", "act_seq"), [_finding_row(case, one) for one in findings])
    open_limits = [one.due for one in standing.deadlines if one.due and _open(one)]
    case.next_due = None if case.ended else min(map(_day, open_limits), default=None)
    case.stage, case.score, case.vetoed = standing.stage, standing.score, standing.vetoed
    case.breaches, case.unknowns = len(standing.findings), len(standing.unknowns)
    case.save(update_fields=list(HEAD_COLUMNS))


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


def _deadline_row(case: Case, limit: Deadline) -> CaseDeadline:
    return CaseDeadline(
        case=case,
        agency_id=case.agency_id,
        rule=limit.rule,
        title=limit.title,
        topic=limit.topic,
        start_seq=limit.start_seq or 0,
        due=_end(limit.due),
        status=limit.status.value,
        urges=_open(limit) and not case.ended,
        body=_plain(asdict(limit)),
    )


def _finding_row(case: Case, finding: Finding) -> CaseFinding:
    return CaseFinding(
        case=case,
        agency_id=case.agency_id,
        act_seq=finding.act_seq or 0,
        rule=finding.rule,
        outcome=finding.outcome.value,
        severity=finding.severity.value,
        points=finding.points,
        veto=finding.veto,
        body=_plain(asdict(finding)),
    )


def _sync(
    case: Case, model: type[CaseDeadline] | type[CaseFinding], key: tuple[str, str], rows: Iterable[Any]
) -> None:
    """Make the stored rows equal to `rows`: an act mostly changes one or two, and those are all that is written."""
    wanted = {tuple(getattr(row, name) for name in key): row for row in rows}
    stored = {tuple(getattr(row, name) for name in key): row for row in model.objects.filter(case=case)}
    gone = [row.pk for mark, row in stored.items() if mark not in wanted]
    if gone:
        model.objects.filter(pk__in=gone).delete()
    new = [row for mark, row in wanted.items() if mark not in stored]
    if new:
        model.objects.bulk_create(new)
    for mark, row in wanted.items():
        old = stored.get(mark)
        if old is not None and (
            old.body != row.body or getattr(old, "urges", None) != getattr(row, "urges", None)
        ):
            row.pk = old.pk
            row.save(force_update=True)


def _plain(value: Any) -> Any:
    """Give dates as text and tuples as lists, as JSON will give them back."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):  # a datetime is a date too
        return value.isoformat()
    return value


def _end(due: date | datetime | None) -> datetime | None:
    """Give the moment a limit ends: of a day, its last second in Beijing."""
    if due is None or isinstance(due, datetime):
        return due
    return datetime.combine(due, time(23, 59, 59), tzinfo=BEIJING)


def _day(due: date | datetime) -> date:
    return legal_day(due) if isinstance(due, datetime) else due
