"""On PostgreSQL the acts lie in partitions by agency, each of them guarded, and every known way past is closed."""

# ruff: noqa: S608 - the names of tables stand in this file

import pytest
from django.db import IntegrityError, connection, transaction

from mingjing.cases.models import Act, Case
from tests.append_only import settle
from tests.cast import Cast
from tests.stories import told

pytestmark = [pytest.mark.django_db, pytest.mark.only_on_postgresql]


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case with two acts."""
    _, case = told(cast, until="clue_accepted")
    settle(connection)
    return case


def partitions() -> list[str]:
    """Every table that acts lie in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'cases_act'::regclass"
        )
        return sorted(name for (name,) in cursor.fetchall())


def partition_of(case: Case) -> str:
    """The one that holds the acts of a case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tableoid::regclass::text FROM cases_act WHERE case_id = %s", [case.pk]
        )
        ((name,),) = cursor.fetchall()
    return str(name)


def refused(*statements: str) -> None:
    """Run statements of which the last must be refused, and keep the transaction usable."""
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(*statements)


def run(*statements: str) -> None:
    """Run statements."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_no_statement_gets_past_the_guards_of_the_table_or_of_its_partition(case: Case) -> None:
    """Update, delete, upsert, a move to another agency, and TRUNCATE, by the table and by the partition itself."""
    before = list(Act.objects.values())
    own = partition_of(case)
    for table in ("cases_act", own):
        refused(f"UPDATE {table} SET facts = '{{}}'")
        refused(f"UPDATE {table} SET agency_id = agency_id + 1")
        refused(f"DELETE FROM {table}")
        refused(f"TRUNCATE {table} CASCADE")
        refused(
            f"INSERT INTO {table} SELECT * FROM {own} LIMIT 1 ON CONFLICT (id, agency_id) DO UPDATE SET kind = 'x'"
        )
        refused(
            f"MERGE INTO {table} t USING personnel_agency a ON a.id = t.agency_id WHEN MATCHED THEN DELETE"
        )
        refused("SET LOCAL session_replication_role = replica", f"DELETE FROM {table}")
        refused("SET LOCAL session_replication_role = replica", f"TRUNCATE {table}")
    assert list(Act.objects.values()) == before


def test_every_partition_fires_always_and_refuses_truncate() -> None:
    """All sixteen, also those that are empty today."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger "
            "WHERE tgname LIKE %s AND tgenabled = 'A' GROUP BY 1",
            ["cases_act%append_only%"],
        )
        guards = dict(cursor.fetchall())
    assert len(partitions()) == 16
    assert {guards.get(name) for name in ["cases_act", *partitions()]} == {2}
    for name in partitions():
        refused(f"TRUNCATE {name}")


def test_an_act_of_a_known_agency_is_looked_for_in_one_partition(case: Case) -> None:
    """The plan of the acts of a case touches one table; without the agency it touches all, by an index of each."""
    for acts, tables in ((Act.objects.of(case), 1), (Act.objects.filter(case=case), 16)):
        plan = acts.explain()
        assert sum(name in plan for name in partitions()) == tables
