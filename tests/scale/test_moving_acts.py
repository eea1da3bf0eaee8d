"""Acts that are stored already move below their agency, and back, with nothing lost and nothing changed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from mingjing.cases.models import Act, CaseHandler
from mingjing.cases.rebuild import rebuild
from mingjing.cases.services import record_act
from mingjing.cli.whole_audit import audit_everything
from mingjing.translog.services import seal_log
from tests.cast import Cast
from tests.stories import step, told

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("cases", "0007_erasure")]


def migrate(targets: list[tuple[str, str]]) -> None:
    """Migrate to these and to nothing else."""
    MigrationExecutor(connection).migrate(targets)


def newest() -> list[tuple[str, str]]:
    """The last migration of every room: those that rest on the cases went back with them."""
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


@pytest.fixture
def whole_again() -> Iterator[None]:
    """Leave the tables to the next test as they were, whatever happens in this one."""
    yield
    migrate(newest())


def stored() -> list[dict[str, Any]]:
    """Every act as the database has it, without the agency."""
    rows = Act.objects.order_by("id").values()
    return [
        {
            name: bytes(value) if name == "salt" else value
            for name, value in row.items()
            if name != "agency_id"
        }
        for row in rows
    ]


def columns() -> set[str]:
    """The columns of the table of acts."""
    with connection.cursor() as cursor:
        return {one.name for one in connection.introspection.get_table_description(cursor, "cases_act")}


@pytest.mark.usefixtures("whole_again")
def test_a_database_in_use_moves_over_and_back(cast: Cast) -> None:
    """Back to one table, then forward with its data: same rows, same commitments, guarded, and the next act comes."""
    tale, case = told(cast, until="clue_accepted")
    while seal_log(at=timezone.now()):
        pass
    before, handlers = stored(), list(CaseHandler.objects.values())
    assert len(before) == 2

    migrate(BEFORE)
    assert "agency_id" not in columns()
    migrate(newest())

    assert stored() == before
    assert set(Act.objects.values_list("agency", flat=True)) == {case.agency_id}
    assert list(CaseHandler.objects.values()) == handlers
    assert list(audit_everything()) == []
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Act.objects.update(kind="other")
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM cases_act")
    filed = record_act(case=case, deed=tale.deed(step(tale, "filing_approved"), case), once="after")
    assert filed.pk > max(row["id"] for row in before)
    assert rebuild(dry_run=True).differences == []
