"""On every hot path each statement says of which agency it speaks, so that a cluster need ask one node only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import UniqueConstraint
from django.test import Client
from django.utils import timezone

from mingjing.cases.models import Act
from mingjing.cases.services import open_case, record_act
from mingjing.documents.services import issue
from mingjing.publicity.models import Publication
from mingjing.translog.services import seal_log
from tests.cast import Cast
from tests.portal.conftest import published
from tests.publicity.conftest import decided
from tests.stories import step, told
from tests.web.conftest import SignIn, at_desk
from tests.web.test_evidence_pages import LABEL, photo
from tools.distribution import COLUMN, DISTRIBUTED, OF_NO_CASE, statements, unbound

__all__ = ["at_desk", "decided", "published"]

pytestmark = pytest.mark.django_db

# Whether a party has done the like before is asked of every agency of the region, by an index: see docs/scale.md.
ACROSS = ('"party_code_key" = %s', '"party_name_key" = %s')


@contextmanager
def told_apart() -> Iterator[dict[str, list[str]]]:
    """Collect the statements of the block that do not say of which agency; each with the tables at fault."""
    loose: dict[str, list[str]] = {}

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (tables := unbound(sql)) and not any(word in sql for word in ACROSS):
            loose[sql] = tables
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield loose


def test_recording_an_act(cast: Cast) -> None:
    """Opening a case, the next act, and the same act sent again."""
    tale, case = told(cast, until="clue_accepted")
    first, then = tale.deed(tale.story.steps[0], None), tale.deed(step(tale, "filing_approved"), case)
    with told_apart() as loose:
        for _ in range(2):
            open_case(agency=cast.bureau, procedure=case.procedure, deed=first, once="first")
            record_act(case=case, deed=then, once="then")
    assert loose == {}


PAGES = {
    "case": ("officer", "/cases/{code}/"),
    "case, supervisor": ("supervisor", "/cases/{code}/"),
    "list": ("officer", "/cases/"),
    "list, stage and limit": ("officer", "/cases/?stage=filing&overdue=1"),
    "list, own": ("officer", "/cases/?handler=officer"),
    "list, supervisor": ("supervisor", "/cases/"),
    "search": ("officer", "/cases/?q=公司"),
    "search, supervisor": ("supervisor", "/cases/?q=公司"),
    "board": ("supervisor", "/supervision/"),
    "board, head": ("head", "/supervision/"),
    "workbench": ("officer", "/"),
    "workbench, head": ("head", "/"),
    "form": ("officer", "/cases/{code}/acts/inquiry_recorded/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_officers(cast: Cast, at_desk: SignIn, name: str) -> None:
    """The case, the lists, the searches, the board, the workbench."""
    _, case = told(cast, until="filing_approved")
    who, path = PAGES[name]
    client = at_desk(getattr(cast, who))
    with told_apart() as loose:
        answer = client.get(path.format(code=case.code))
    assert answer.status_code == 200
    assert loose == {}


def test_evidence_and_documents(cast: Cast, at_desk: SignIn) -> None:
    """A photo comes in; a document is drawn and opened; the log is sealed."""
    _, case = told(cast, until="filing_approved")
    act = Act.objects.of(case).select_related("case__agency").get(kind="filing_approved")
    client = at_desk(cast.officer)
    with told_apart() as loose:
        answer = client.post(f"/cases/{case.code}/evidence/", {**LABEL, "title": "照片", "files": [photo()]})
        assert answer.status_code == 302
        assert issue(act).size
        assert client.get(f"/cases/{case.code}/documents.pdf").status_code == 200
        while seal_log(at=timezone.now()):
            pass
    assert loose == {}


def test_a_decision_on_the_portal(published: Publication) -> None:
    """What the public reads asks no case at all, or of the agency only."""
    with told_apart() as loose:
        assert Client().get(f"/portal/decisions/{published.code}/").status_code == 200
        assert Client().get("/portal/search/?q=罚款").status_code == 200
    assert loose == {}


# What a cluster refuses when a table is handed to it, as the manual of Citus tells it.
STAND_IN = (
    "CREATE FUNCTION create_reference_table(name text) RETURNS void LANGUAGE sql AS 'SELECT'",
    """CREATE FUNCTION create_distributed_table(name text, key text, colocate_with text) RETURNS void
    LANGUAGE plpgsql AS $body$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = name::regclass AND i.indisunique AND NOT EXISTS (
        SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = key AND a.attnum = ANY (i.indkey)))
    THEN RAISE EXCEPTION 'a unique key of % lacks %', name, key; END IF;
    IF EXISTS (SELECT 1 FROM pg_constraint c WHERE c.contype = 'f' AND
        (c.conrelid = name::regclass AND c.confrelid::regclass::text <> 'personnel_agency'
         OR c.confrelid = name::regclass))
    THEN RAISE EXCEPTION 'a foreign key of or to % leaves the node', name; END IF;
    END $body$""",
)


@pytest.mark.only_on_postgresql
def test_the_statements_for_a_cluster_run_and_leave_everything_working(cast: Cast) -> None:
    """Every key has the agency, no foreign key leaves the node, and the acts still come in and are guarded."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in (*STAND_IN, *statements()):
            cursor.execute(statement)
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE conname LIKE %s AND conparentid = 0", ["%_of_case"]
        )
        assert cursor.fetchone() == (7,)
    _, case = told(cast, until="filing_approved")
    assert case.act_count == 3
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Act.objects.of(case).update(kind="x")


def test_every_table_of_a_case_is_spread() -> None:
    """A new table of the room that hangs on a case carries the agency and is named in the tool, or this fails."""
    parent = apps.get_model("cases", "Case")
    hanging = {
        model._meta.db_table
        for model in apps.get_app_config("cases").get_models()
        for field in model._meta.local_fields
        if field.related_model is parent
    }
    assert hanging | {"cases_case", *OF_NO_CASE} == set(DISTRIBUTED)
    for model in apps.get_models():
        if model._meta.db_table in DISTRIBUTED:
            keys = [one for one in model._meta.constraints if isinstance(one, UniqueConstraint)]
            assert keys or model._meta.db_table == "cases_casesum"  # two of its rows may well be alike
            assert {"agency" in one.fields for one in keys} <= {True}
            assert model._meta.get_field("agency").column == COLUMN


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT id FROM cases_act WHERE case_id = %s", ["cases_act"]),
        ("SELECT id, agency_id FROM cases_act WHERE case_id = %s", ["cases_act"]),
        ("SELECT id FROM cases_act WHERE case_id = %s AND agency_id = %s", []),
        (
            "SELECT (SELECT id FROM cases_act WHERE once = %s) FROM cases_case WHERE agency_id = %s",
            ["cases_act"],
        ),
        ("INSERT INTO cases_act (case_id, seq) VALUES (%s, %s)", ["cases_act"]),
        ("INSERT OR IGNORE INTO cases_act (case_id, agency_id) VALUES (%s, %s)", []),
        ("UPDATE cases_case SET agency_id = %s WHERE id = %s", ["cases_case"]),
        ("DELETE FROM cases_casehandler WHERE case_id = %s AND agency_id = %s", []),
        # Of several agencies two tables are one only where both say so.
        (
            "SELECT a.id FROM cases_act a JOIN cases_case c ON a.case_id = c.id WHERE a.agency_id IN (%s, %s)",
            ["cases_case"],
        ),
        (
            "SELECT a.id FROM cases_act a JOIN cases_case c ON a.case_id = c.id "
            "WHERE a.agency_id IN (%s, %s) AND c.agency_id = a.agency_id",
            [],
        ),
        (
            "SELECT c.id FROM cases_case c WHERE c.agency_id = %s AND EXISTS (SELECT 1 FROM cases_act u "
            "WHERE u.agency_id = c.agency_id AND u.case_id = c.id)",
            [],
        ),
        ("SELECT id FROM translog_entry WHERE ref = %s", []),
    ],
)
def test_what_the_look_finds(sql: str, tables: list[str]) -> None:
    """Named is what says no agency; the column among those that are read or set does not count."""
    assert unbound(sql) == tables
