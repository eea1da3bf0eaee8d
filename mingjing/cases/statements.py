"""The statements of every recorded act in plain SQL: by the ORM, building them costs ten times what judging does.

Here is SQL and what turns rows into values; what is written and whether it may be is decided by the callers.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from mingjing.cases.models import Act, Case
from mingjing.kit.canonical import Fixed

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

AT_ONCE: Final = 100  # rows of one statement
Key = tuple[str, int]  # the rule, and the number of the act that it speaks about


class Kind(NamedTuple):
    """A table of rows that are derived from the acts of a case."""

    table: str
    key: tuple[str, str]
    columns: tuple[str, ...]


LIMIT: Final = Kind(
    "cases_casedeadline", ("rule", "start_seq"), ("title", "topic", "due", "status", "urges", "steps")
)
FINDING: Final = Kind(
    "cases_casefinding",
    ("rule", "act_seq"),
    ("outcome", "severity", "points", "veto", "title", "reason", "item"),
)
OUTCOME: Final = Kind(
    "cases_caseoutcome",
    ("outcome", "act_seq"),
    (
        *("standing", "region", "field", "violation", "violation_key", "tier", "party_kind"),
        *("party_code_key", "party_name_key", "fine_fen", "sum_fen", "kinds", "decided_on", "corrected"),
    ),
)
ACTS: Final = (
    "SELECT seq, kind, done_at, facts, performers, evidence, held "
    "FROM cases_act WHERE case_id = %s AND agency_id = %s ORDER BY seq"
)
LIMITS, FINDINGS, OUTCOMES = (
    f"SELECT {', '.join(kind.key + kind.columns)} FROM {kind.table} WHERE case_id = %s AND agency_id = %s"  # noqa: S608 - our own names
    for kind in (LIMIT, FINDING, OUTCOME)
)
# By these a case is known to have moved on: an act was recorded, or its limits were counted anew.
MARKS: Final = ("act_count", "score", "vetoed", "breaches", "hints", "unknowns", "next_due")
_MARKS_OF: Final = f"SELECT {', '.join(MARKS)} FROM cases_case WHERE id = %s AND agency_id = %s"  # noqa: S608 - our own
# SQLite has no row locks and needs none: its transactions begin IMMEDIATE.
LOCK: Final = {"sqlite": _MARKS_OF, "postgresql": f"{_MARKS_OF} FOR UPDATE"}
NEXT_SERIAL: Final = (
    "INSERT INTO cases_numberseries (agency_id, word, year, last) VALUES (%s, %s, %s, 1) "
    "ON CONFLICT (agency_id, word, year) DO UPDATE SET last = cases_numberseries.last + 1 RETURNING last"
)


class StoredAct(NamedTuple):
    """What the law engine reads of a stored act."""

    seq: int
    kind: str
    done_at: datetime | None
    facts: dict[str, Any]
    performers: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    held: list[dict[str, Any]]


class StoredRows(NamedTuple):
    """The derived rows of a case as they stand, by their keys."""

    limits: Mapping[Key, tuple[Any, ...]]
    findings: Mapping[Key, tuple[Any, ...]]


class StoredCase(NamedTuple):
    """Everything that recording an act needs of a case."""

    case: Case
    acts: list[StoredAct]
    rows: StoredRows
    done: int | None  # the act that was recorded under this token before


def run(sql: str, params: Sequence[Any]) -> CursorWrapper:
    """Run a statement; the cursor gives its rows."""
    cursor = connection.cursor()
    cursor.execute(sql, params)
    return cursor


# --- reading ----------------------------------------------------------------------------------


def read_case(known: Case, once: str) -> StoredCase:
    """Read a case anew with all that an act to be recorded under `once` has to know."""
    row = run(_case_with_agency(), [once, known.agency_id, known.pk, known.agency_id]).fetchone()
    if row is None:
        raise Case.DoesNotExist(known.pk)
    width = len(_columns(Case))
    case = _instance(Case, row[1 : width + 1])
    case.agency = _instance(_agency(), row[width + 1 :])
    return StoredCase(case, read_acts(case), read_rows(case), row[0])


def act_under(once: str, agency_id: int) -> int | None:
    """Give the act that this agency recorded under this token."""
    row = run("SELECT id FROM cases_act WHERE once = %s AND agency_id = %s", [once, agency_id]).fetchone()
    return int(row[0]) if row else None


def read_acts(case: Case) -> list[StoredAct]:
    """Read the acts of a case in their order."""
    return [
        StoredAct(seq, kind, moment_of(done_at), *map(json.loads, texts))
        for seq, kind, done_at, *texts in run(ACTS, [case.pk, case.agency_id]).fetchall()
    ]


def read_rows(case: Case) -> StoredRows:
    """Read the derived rows of a case."""
    place = [case.pk, case.agency_id]
    return StoredRows(
        {
            (rule, seq): (title, topic, moment_of(due), status, urges, json.loads(steps))
            for rule, seq, title, topic, due, status, urges, steps in run(LIMITS, place).fetchall()
        },
        {row[:2]: row[2:] for row in run(FINDINGS, place).fetchall()},
    )


def read_outcomes(case: Case) -> dict[Key, tuple[Any, ...]]:
    """Read the rows that say how the violations of a case were dealt with."""
    yes_or_no = [n for n, name in enumerate(OUTCOME.columns) if name in ("standing", "corrected")]
    day = OUTCOME.columns.index("decided_on")
    rows = {}
    for kind, seq, *columns in run(OUTCOMES, [case.pk, case.agency_id]).fetchall():
        for at in yes_or_no:  # SQLite has neither truth values nor days
            columns[at] = columns[at] if columns[at] is None else bool(columns[at])
        columns[day] = date.fromisoformat(str(columns[day]))
        rows[kind, seq] = tuple(columns)
    return rows


@cache
def _case_with_agency() -> str:
    columns = [f"c.{name}" for name in _columns(Case)] + [f"a.{name}" for name in _columns(_agency())]
    return (
        f"SELECT (SELECT id FROM cases_act WHERE once = %s AND agency_id = %s), {', '.join(columns)} "  # noqa: S608
        "FROM cases_case c JOIN personnel_agency a ON a.id = c.agency_id WHERE c.id = %s AND c.agency_id = %s"
    )


def _agency() -> "type[Agency]":
    # The model as the foreign key knows it: the tables of personnel are its own, and nobody else imports them.
    return Case._meta.get_field("agency").related_model  # type: ignore[return-value]


@cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(str(field.column) for field in model._meta.concrete_fields)


@cache
def _readings(model: type[models.Model]) -> tuple[tuple[int, Any], ...]:
    """Give the columns that a database hands over otherwise than the model holds them."""
    kinds = {models.JSONField: json.loads, models.DateTimeField: moment_of}
    return tuple((n, kinds[type(f)]) for n, f in enumerate(model._meta.concrete_fields) if type(f) in kinds)


def _instance(model: type[models.Model], row: Sequence[Any]) -> Any:
    values = list(row)
    for place, read in _readings(model):
        values[place] = read(values[place])
    return model.from_db(connection.alias, [f.attname for f in model._meta.concrete_fields], values)


def moment_of(stored: datetime | None) -> datetime | None:
    """Give a moment as it was written."""
    # SQLite keeps moments in UTC and does not say so.
    return stored.replace(tzinfo=UTC) if stored is not None and stored.tzinfo is None else stored


# --- writing ----------------------------------------------------------------------------------


def lock(case: Case) -> bool:
    """Hold a case until the transaction ends; says whether it still is what was read of it."""
    stored = run(LOCK[connection.vendor], [case.pk, case.agency_id]).fetchone()
    return tuple(stored) == tuple(getattr(case, name) for name in MARKS)


def next_serial(agency_id: int, word: str, year: int) -> int:
    """Give the next serial of a series, held until the transaction ends."""
    (serial,) = run(NEXT_SERIAL, [agency_id, word, year]).fetchone()
    return int(serial)


def insert(row: Case | Act) -> int:
    """Write a new row; gives its id."""
    values = [_written(getattr(row, field.attname)) for field in row._meta.concrete_fields[1:]]
    (pk,) = run(_insert(type(row)), values).fetchone()
    return int(pk)


@cache
def _insert(model: type[models.Model]) -> str:
    names = _columns(model)[1:]  # all but the id
    return f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) VALUES {_marks(names)} RETURNING id"  # noqa: S608


class Table(NamedTuple):
    """A table of rows that belong to a case, and its columns beside the id and the case."""

    name: str
    columns: tuple[str, ...]


@cache
def table_of(model: type[models.Model]) -> Table:
    """Give the table of a model whose rows belong to a case."""
    return Table(model._meta.db_table, tuple(one for one in _columns(model) if one not in ("id", "case_id")))


@cache
def table_of_kind(kind: Kind) -> Table:
    """Give the table of derived rows."""
    return Table(kind.table, ("agency_id", *kind.key, *kind.columns))


def values_of(row: models.Model) -> tuple[Any, ...]:
    """Give a row that belongs to a case as its table takes it, without the case."""
    return tuple(_written(getattr(row, name)) for name in table_of(type(row)).columns)


def values_of_case(case: Case) -> tuple[Any, ...]:
    """Give a new case as its table takes it."""
    return tuple(_written(getattr(case, name)) for name in _columns(Case)[1:])


def values_derived(case: Case, told: Mapping[Key, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Give derived rows of a case as their table takes them, without the case."""
    place = case.agency_id
    return [
        (place, *key, *(values if _AS_IT_IS.issuperset(map(type, values)) else map(_written, values)))
        for key, values in told.items()
    ]


def insert_cases(rows: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    """Write new cases; gives their ids by their codes."""
    names, found = _columns(Case)[1:], []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            marks = ", ".join([_marks(names)] * len(some))
            sql = f"INSERT INTO cases_case ({', '.join(names)}) VALUES {marks} RETURNING code, id"  # noqa: S608 - names of our own
            cursor.execute(sql, [value for row in some for value in row])
            found += cursor.fetchall()
    return dict(found)


def insert_rows(table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write new rows that belong to cases, each the id of its case and its values, without asking for their ids."""
    names = ("case_id", *table.columns)
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            sql = f"INSERT INTO {table.name} ({columns}) VALUES {_marks(names)}"  # noqa: S608 - names of our own
            cursor.executemany(sql, rows)
            return
        # Neither is every row a statement to be planned, nor all of them one text to be taken apart.
        with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def add_sums(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write so many cases, limits or findings more, or fewer."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        marks = ", ".join([_marks(columns)] * len(some))
        sql = f"INSERT INTO cases_casesum ({', '.join(columns)}) VALUES {marks}"  # noqa: S608 - names of our own
        run(sql, [_written(value) for row in some for value in row])


def update_case(case: Case, changed: Mapping[str, Any]) -> None:
    """Write the columns of a case that changed."""
    columns = ", ".join(f"{name} = %s" for name in changed)
    sql = f"UPDATE cases_case SET {columns} WHERE id = %s AND agency_id = %s"  # noqa: S608 - names of our own
    run(sql, [*map(_written, changed.values()), case.pk, case.agency_id])


def save_rows(case: Case, kind: Kind, rows: Mapping[Key, tuple[Any, ...]]) -> None:
    """Write derived rows of a case, over those of the same keys."""
    values = [(case.pk, case.agency_id, *key, *map(_written, columns)) for key, columns in rows.items()]
    if values:
        run(_save_rows(kind, len(values)), [value for row in values for value in row])


@cache
def _save_rows(kind: Kind, count: int) -> str:
    names = ("case_id", "agency_id", *kind.key, *kind.columns)
    return (
        f"INSERT INTO {kind.table} ({', '.join(names)}) "  # noqa: S608 - names of our own
        f"VALUES {', '.join([_marks(names)] * count)} ON CONFLICT (case_id, {', '.join(kind.key)}, agency_id) "
        f"DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in kind.columns)}"
    )


def save_citations(case: Case, cited: Collection[tuple[str, int]]) -> None:
    """Write which articles a case cites; what it cites already stays one row."""
    marks = ", ".join(["(%s, %s, %s, %s)"] * len(cited))
    sql = f"INSERT INTO cases_casecitation (case_id, agency_id, law, article) VALUES {marks} ON CONFLICT DO NOTHING"  # noqa: S608 - marks only
    run(sql, [value for law, article in cited for value in (case.pk, case.agency_id, law, article)])


def delete_rows(case: Case, kind: Kind, keys: Collection[Key]) -> None:
    """Delete derived rows of a case."""
    rule, seq = kind.key
    for key in keys:
        run(
            f"DELETE FROM {kind.table} WHERE case_id = %s AND agency_id = %s AND {rule} = %s AND {seq} = %s",  # noqa: S608
            [case.pk, case.agency_id, *key],
        )


def replace_handlers(case: Case) -> None:
    """Write who handles a case, in place of those who did."""
    place = [case.pk, case.agency_id]
    run("DELETE FROM cases_casehandler WHERE case_id = %s AND agency_id = %s", place)
    for username in dict.fromkeys(case.handlers):
        run(
            "INSERT INTO cases_casehandler (case_id, agency_id, username) VALUES (%s, %s, %s)",
            [*place, username],
        )


def delete_drafts(case_code: str, kind: str, people: Sequence[str]) -> None:
    """Delete the drafts of an act that these people, or the desks of these roles, have begun."""
    sql = f"DELETE FROM cases_draft WHERE case_code = %s AND kind = %s AND person IN {_marks(people)}"  # noqa: S608 - marks only
    run(sql, [case_code, kind, *people])


def _marks(values: Collection[object]) -> str:
    return f"({', '.join(['%s'] * len(values))})"


_AS_IT_IS: Final = frozenset({str, int, bool, type(None)})


def _written(value: Any) -> Any:
    """Give a value as both databases take it."""
    if type(value) in _AS_IT_IS:  # most of what is written, so it is asked first
        return value
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, list) and value and all(isinstance(one, Fixed) for one in value):
        return f"[{','.join([one.text for one in value])}]"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value
