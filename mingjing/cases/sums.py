"""How many cases, limits and findings of an agency stand alike, kept as rows that are only added: no act waits.

The sum of the rows of one place is the figure, at every moment. An act adds what it changed, in its own transaction;
the worker draws the rows together, and each night counts them anew from the cases themselves. Every figure here could
be counted from `Case`, `CaseDeadline` and `CaseFinding`; over hundreds of agencies that takes seconds.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, Sum

from mingjing.cases.models import CaseSum
from mingjing.cases.statements import FINDING, LIMIT, StoredRows, add_sums, run

CASE, LIMITS, FINDINGS = "case", "limit", "finding"
# Limits that ended long ago stand in one place: they are overdue whenever somebody looks.
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
SETTLED: Final = timedelta(
    days=1
)  # that a limit has ended is settled then, whichever server's clock is asked
LOOSE: Final = 200  # so many rows of one agency may stand before they are drawn together
DUE, STATUS, URGES = (LIMIT.columns.index(name) for name in ("due", "status", "urges"))
OUTCOME: Final = FINDING.columns.index("outcome")
OPEN: Final = ("running", "missed")
LOCK_SPACE: Final = 0x5355_4D53  # of PostgreSQL's advisory locks
COLUMNS: Final = "agency_id, what, imported, ended, vetoed, score, rule, stage, due"
COUNTED: Final = """
SELECT agency_id, 'case', imported, ended, vetoed, score, '', '', {null}, COUNT(*), {no} FROM cases_case
WHERE agency_id = %s GROUP BY agency_id, imported, ended, vetoed, score
UNION ALL
SELECT d.agency_id, 'limit', {no}, {no}, {no}, 0, d.rule, c.stage,
CASE WHEN d.due < %s THEN {long_ago} ELSE d.due END AS until, COUNT(*), {no}
FROM cases_casedeadline d JOIN cases_case c ON c.id = d.case_id AND c.agency_id = d.agency_id
WHERE d.agency_id = %s AND d.urges = {yes} AND d.status IN ('running', 'missed') AND d.due IS NOT NULL
AND c.imported = {no} GROUP BY d.agency_id, d.rule, c.stage, until
UNION ALL
SELECT f.agency_id, 'finding', c.imported, {no}, {no}, 0, f.rule, '', {null}, COUNT(*), {no}
FROM cases_casefinding f JOIN cases_case c ON c.id = f.case_id AND c.agency_id = f.agency_id
WHERE f.agency_id = %s AND f.outcome = 'breach' GROUP BY f.agency_id, c.imported, f.rule
"""
DRAWN: Final = """
SELECT agency_id, what, imported, ended, vetoed, score, rule, stage,
CASE WHEN due < %s THEN {long_ago} ELSE due END AS until, SUM(n), {no} FROM {source}
WHERE agency_id = %s GROUP BY agency_id, what, imported, ended, vetoed, score, rule, stage, until HAVING SUM(n) <> 0
"""
WORDS: Final = {
    "postgresql": {
        "yes": "TRUE",
        "no": "FALSE",
        "null": "NULL::timestamptz",
        "long_ago": "'1970-01-01 00:00:00+00'::timestamptz",
    },
    "sqlite": {"yes": "1", "no": "0", "null": "NULL", "long_ago": "'1970-01-01 00:00:00'"},
}


class Place(NamedTuple):
    """What those that are counted together have in common."""

    what: str
    imported: bool
    ended: bool = False
    vetoed: bool = False
    score: int = 0
    rule: str = ""
    stage: str = ""
    due: datetime | None = None


def places(imported: bool, head: Mapping[str, Any], rows: StoredRows) -> Counter[Place]:
    """Say where a case and its rows are counted. Pure."""
    found = Counter([Place(CASE, imported, head["ended"], head["vetoed"], head["score"])])
    if not imported:  # by the limits of imported history nobody has to act
        for (rule, _), row in rows.limits.items():
            if row[URGES] and row[STATUS] in OPEN and row[DUE] is not None:
                found[Place(LIMITS, False, rule=rule, stage=head["stage"], due=row[DUE])] += 1
    for (rule, _), row in rows.findings.items():
        if row[OUTCOME] == "breach":
            found[Place(FINDINGS, imported, rule=rule)] += 1
    return found


def note(agency_id: int, before: Counter[Place], after: Counter[Place]) -> None:
    """Add what has changed between two states of cases, in the transaction that changes them."""
    changed = Counter(after)
    changed.subtract(before)
    add_sums(
        ("agency_id", *Place._fields, "n", "loose"),
        [(agency_id, *place, n, True) for place, n in changed.items() if n],
    )


# --- keeping them few -------------------------------------------------------------------------


def scattered(most: int = LOOSE) -> list[int]:
    """Give the agencies of which more rows than that have been added since they were drawn together."""
    rows = CaseSum.objects.filter(loose=True).order_by().values_list("agency_id")
    return [agency for agency, n in rows.annotate(rows=Count("pk")) if n > most]


def draw_together(agency_id: int, *, at: datetime) -> None:
    """Make one row of all that count the same place; the figures stay what they were."""
    _replace(agency_id, DRAWN, [agency_id], at)


def count_anew(agency_id: int, *, at: datetime) -> None:
    """Count the cases, limits and findings of an agency themselves, in place of what was added up."""
    _replace(agency_id, COUNTED, [agency_id, agency_id], at)


@transaction.atomic
def _replace(agency_id: int, sql: str, then: list[int], at: datetime) -> None:
    """Replace the rows of an agency. `sql` asks for the moment first or second, and for the agency around it."""
    settled = connection.ops.adapt_datetimefield_value(at - SETTLED)
    params: list[Any] = [settled, *then] if sql is DRAWN else [agency_id, settled, *then]
    into = f"INSERT INTO cases_casesum ({COLUMNS}, n, loose) "
    gone = "DELETE FROM cases_casesum WHERE agency_id = %s"
    if connection.vendor == "postgresql":
        # One at a time; and in one statement, so that what others add meanwhile is neither deleted nor counted.
        run("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, agency_id])
        words = {**WORDS["postgresql"], "source": "gone"}
        run(f"WITH gone AS ({gone} RETURNING *) {into}{sql.format(**words)}", [agency_id, *params])
        return
    # SQLite lets nobody else write in a transaction; ids only grow.
    words = {**WORDS["sqlite"], "source": "cases_casesum"}
    (last,) = run("SELECT MAX(id) FROM cases_casesum WHERE agency_id = %s", [agency_id]).fetchone()
    run(f"{into}{sql.format(**words)}", params)
    run(f"{gone} AND id <= %s", [agency_id, last or 0])


# --- reading ----------------------------------------------------------------------------------


def cases_counted(
    agencies: Collection[int], *, imported: bool | None = None
) -> Iterator[tuple[int, int, bool, bool, bool, int]]:
    """Give by agency, score, veto, whether ended and whether imported, how many cases there are."""
    rows = _of(CASE, agencies, imported).values_list("agency_id", "score", "vetoed", "ended", "imported")
    yield from (row for row in rows.annotate(total=Sum("n")) if row[-1])


def limits_counted(
    agencies: Collection[int], *, now: datetime, soon: datetime
) -> Iterator[tuple[int, str, str, int, int]]:
    """Give by agency, rule and stage, how many limits are overdue and how many soon will be."""
    rows = _of(LIMITS, agencies, False).filter(due__lte=soon).values_list("agency_id", "rule", "stage")
    told = rows.annotate(
        overdue=Sum("n", filter=Q(due__lt=now), default=0), soon=Sum("n", filter=Q(due__gte=now), default=0)
    )
    yield from (row for row in told if row[3] or row[4])


def findings_counted(
    agencies: Collection[int], *, imported: bool | None = None
) -> Iterator[tuple[int, str, int]]:
    """Give by agency and rule, how many breaches were found."""
    rows = _of(FINDINGS, agencies, imported).values_list("agency_id", "rule")
    yield from (row for row in rows.annotate(total=Sum("n")) if row[-1])


def _of(what: str, agencies: Collection[int], imported: bool | None) -> QuerySet[CaseSum]:
    rows = CaseSum.objects.filter(what=what, agency__in=agencies).order_by()
    return rows if imported is None else rows.filter(imported=imported)
