"""One way through the append-only trigger of evidence_evidenceitem: the erased form, and only where a stone stands for the row."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql, erasable_sql

TABLE, UNIQUE = "evidence_evidenceitem", [("id",), ("dossier", "digest")]
# As the room's `erasure` module writes it; spelled out, for a migration stays as it was.
ERASED = {
    "title": "'（内容已销毁）'",
    "taken_by": "''",
    "taken_at": "NULL",
    "place": "''",
    "original_name": "''",
    "interruptions": "''",
    "uploaded_by": "''",
    "salt": "X''",
}


MARKS = "evidence_mediamark"
ERASED_MARK = {"text": "'（内容已销毁）'"}


def let_erase(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    vendor, inspect = editor.connection.vendor, editor.connection.introspection
    tables: list[tuple[str, list[tuple[str, ...]], str, dict[str, str]]] = [
        (TABLE, UNIQUE, "commitment", ERASED),
        (MARKS, [("id",)], "digest", ERASED_MARK),
    ]
    for table, unique, ref, erased in tables:
        with editor.connection.cursor() as cursor:
            columns = [one.name for one in inspect.get_table_description(cursor, table)]
        erasable = erasable_sql(
            table, vendor, ref=ref, erased=erased, columns=columns, stones="translog_stonemark"
        )
        for statement in [*append_only_sql(table, vendor, unique), *erasable]:
            editor.execute(statement)


def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    for table, unique in ((TABLE, UNIQUE), (MARKS, [("id",)])):
        for statement in [*drop_append_only_sql(table, vendor), *append_only_sql(table, vendor, unique)]:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_append_only_again"), ("translog", "0005_stones")]

    operations = [migrations.RunPython(let_erase, forbid)]
