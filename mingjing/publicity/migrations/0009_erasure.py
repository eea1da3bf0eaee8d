"""One way through the append-only trigger of publicity_publication: the erased form, and only where a stone stands for the row."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql, erasable_sql

TABLE, UNIQUE = "publicity_publication", [("id",), ("code",), ("publication_act",), ("act_code", "version")]
# As the room's `erasure` module writes it; spelled out, for a migration stays as it was.
ERASED = {
    "title": "'（内容已销毁）'",
    "party": "'（内容已销毁）'",
    "result": "''",
    "body": "'[]'",
    "salt": "X''",
}


def let_erase(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    with editor.connection.cursor() as cursor:
        columns = [one.name for one in editor.connection.introspection.get_table_description(cursor, TABLE)]
    erasable = erasable_sql(
        TABLE, vendor, ref="code", erased=ERASED, columns=columns, stones="translog_stonemark"
    )
    for statement in [*append_only_sql(TABLE, vendor, UNIQUE), *erasable]:
        editor.execute(statement)


def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    for statement in [*drop_append_only_sql(TABLE, vendor), *append_only_sql(TABLE, vendor, UNIQUE)]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("publicity", "0008_search_columns"), ("translog", "0005_stones")]

    operations = [migrations.RunPython(let_erase, forbid)]
