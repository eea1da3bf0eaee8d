"""The new tables of record only grow; the catalogue gets its triggers back, which SQLite drops when it alters a table."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES: dict[str, list[tuple[str, ...]]] = {
    "evidence_evidenceitem": [("id",), ("dossier", "digest")],
    "evidence_mediamark": [("id",)],
    "evidence_device": [("id",), ("agency", "number")],
    "evidence_deviceevent": [("id",)],
}


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table, unique in TABLES.items():
        for statement in append_only_sql(table, schema_editor.connection.vendor, unique):
            schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        for statement in drop_append_only_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_uploads_devices_marks")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
