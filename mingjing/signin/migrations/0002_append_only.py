"""What was noted of sign-in only grows; accounts of before have a first password on record, so that it can run out."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES = {"signin_signin": (("id",),), "signin_factorchange": (("id",), ("code",))}


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table, unique in TABLES.items():
        for statement in append_only_sql(table, schema_editor.connection.vendor, unique):
            schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        for statement in drop_append_only_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


def note_passwords(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    person, used = apps.get_model("personnel", "Person"), apps.get_model("signin", "PasswordUsed")
    now = timezone.now()
    for one in person.objects.order_by("pk"):
        used.objects.create(person=one, hash=one.password, at=now, own=False)


class Migration(migrations.Migration):
    dependencies = [("signin", "0001_tables"), ("personnel", "0004_trail_in_the_log")]

    operations = [
        migrations.RunPython(note_passwords, migrations.RunPython.noop),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
