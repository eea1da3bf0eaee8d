"""The rows computed from the acts: where a case stands, its limits, its findings. Written only beside an act."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, cast

from mingjing.cases import statements, sums
from mingjing.cases.models import Case
from mingjing.cases.statements import FINDING, LIMIT, Key, Kind, StoredRows
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.lawengine.model import ActKind, Deadline, Finding, Severity, Standing, Status

if TYPE_CHECKING:
    from django.db import models

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
    *("act_count", "next_due", "score", "vetoed", "breaches", "hints", "unknowns", "handlers"),
)
CARRIED = {
    "title": "matter",
    "party_name": "party_name",
    "party_kind": "party_kind",
    "party_code": "party_uscc",
}
AFTER_THE_END = ("closing", "publication")  # topics of rules


def head_of(case: Case) -> dict[str, Any]:
    """Give the derived columns of a case as they are now, to be compared later."""
    return {name: getattr(case, name) for name in HEAD_COLUMNS}


def carry(case: Case, kind: ActKind, facts: Mapping[str, Any], performers: Iterable[str]) -> None:
    """Take over what lists show of a case from one act: its facts, and who did it."""
    for column, name in CARRIED.items():
        if name in facts:
            setattr(case, column, _fitting(column, facts[name]))
    if number := _fitting("number", facts.get("document_no", "")):
        if kind.stage == "decision":
            case.decision_no = number
        # Of an imported case its decision is what people know it by.
        if (
            kind.stage in {"clue", "filing"}
            or not case.number
            or (case.imported and kind.stage == "decision")
        ):
            case.number = number
    if handlers := facts.get("handlers"):
        case.handlers = [str(one) for one in handlers]
    elif (
        kind.opens and kind.stage == "decision"
    ):  # nobody is assigned: who decides on the spot sees it to its end
        case.handlers = list(performers)
    case.ended = case.ended or kind.ends == "closed"


def _fitting(column: str, stated: Any) -> str:
    """Give what a list has room for: an imported file may state anything, and only SQLite takes any length."""
    return str(stated)[: cast("models.CharField[str, str]", Case._meta.get_field(column)).max_length]


def stand(case: Case, standing: Standing) -> StoredRows:
    """Take over where a case stands; gives its limits and findings as rows. Writes nothing."""
    found = [*standing.findings, *standing.unknowns]
    case.next_due = min(
        (_day(one.due) for one in standing.deadlines if one.due and _urges(case, one)), default=None
    )
    case.stage, case.score, case.vetoed = standing.stage, standing.score, standing.vetoed
    case.hints = sum(one.severity is Severity.WARN for one in standing.findings)
    case.breaches = len(standing.findings) - case.hints
    case.unknowns = len(standing.unknowns)
    return StoredRows(
        {(one.rule, one.start_seq or 0): _limit_columns(case, one) for one in standing.deadlines},
        {(one.rule, one.act_seq or 0): _finding_columns(one) for one in found},
    )


def write(case: Case, rows: StoredRows, *, head_before: Mapping[str, Any], rows_before: StoredRows) -> None:
    """Write what changed of the derived columns and rows: an act mostly changes a few. The caller holds the case."""
    head = head_of(case)
    changed = {name: value for name, value in head.items() if value != head_before[name]}
    if changed:
        statements.update_case(case, changed)
    if "handlers" in changed:
        statements.replace_handlers(case)
    _write_rows(case, LIMIT, rows.limits, rows_before.limits)
    _write_rows(case, FINDING, rows.findings, rows_before.findings)
    # Before its first act a case is counted nowhere.
    before = sums.places(case.imported, head_before, rows_before) if head_before["act_count"] else Counter()
    sums.note(case.agency_id, before, sums.places(case.imported, head, rows))


def _write_rows(
    case: Case,
    kind: Kind,
    wanted: Mapping[Key, tuple[Any, ...]],
    stored: Mapping[Key, tuple[Any, ...]],
) -> None:
    statements.delete_rows(case, kind, stored.keys() - wanted.keys())
    statements.save_rows(case, kind, {key: row for key, row in wanted.items() if stored.get(key) != row})


def _urges(case: Case, limit: Deadline) -> bool:
    """Say whether somebody still has to act by this limit; one that says "not before" urges nobody.

    When a case has ended only the file and the publication are still to be seen to.
    """
    unmet = limit.status is Status.RUNNING or (limit.status is Status.MISSED and limit.met_on is None)
    live = not case.ended or limit.topic in AFTER_THE_END
    return unmet and live and limit.bound != "not_before"


def _limit_columns(case: Case, limit: Deadline) -> tuple[Any, ...]:
    urges = _urges(case, limit)
    return limit.title, limit.topic, _end(limit.due), limit.status.value, urges, list(limit.steps)


def _finding_columns(finding: Finding) -> tuple[Any, ...]:
    return (
        finding.outcome.value,
        finding.severity.value,
        finding.points,
        finding.veto,
        finding.title,
        finding.reason,
        finding.item,
    )


def _end(due: date | datetime | None) -> datetime | None:
    """Give the moment a limit ends: of a day, its last second in Beijing."""
    if due is None or isinstance(due, datetime):
        return due
    return datetime.combine(due, time(23, 59, 59), tzinfo=BEIJING)


def _day(due: date | datetime) -> date:
    return legal_day(due) if isinstance(due, datetime) else due
