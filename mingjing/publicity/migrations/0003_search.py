"""The index of the public search: a full-text table on SQLite, an array of character pairs on PostgreSQL."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CREATE = {
    # Which rows hold a pair and nothing else: neither where in the row nor the text, which has a table of its own.
    "sqlite": [
        "CREATE VIRTUAL TABLE publicity_search_fts "
        "USING fts5(grams, content = '', detail = none, columnsize = 0, tokenize = 'unicode61')"
    ],
    "postgresql": [
        "ALTER TABLE publicity_searchtext ADD COLUMN grams text[] NOT NULL DEFAULT '{}'",
        # No pending list: a search must not have to walk what was published since the last vacuum.
        "CREATE INDEX publicity_search_grams ON publicity_searchtext USING gin (grams) WITH (fastupdate = off)",
    ],
}
DROP = {
    "sqlite": ["DROP TABLE publicity_search_fts"],
    "postgresql": ["ALTER TABLE publicity_searchtext DROP COLUMN grams"],
}


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("publicity", "0002_append_only")]

    operations = [migrations.RunPython(create, drop)]
