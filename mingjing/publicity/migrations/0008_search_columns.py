"""Search by law, region, kind, result and day: columns beside the text, marks in the index, numbers on PostgreSQL."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.publicity.search import columns, entry, region_titles
from mingjing.publicity.terms import firm_code, terms_of

CHANGE = {
    "sqlite": ["INSERT INTO publicity_search_fts (publicity_search_fts) VALUES ('delete-all')"],
    "postgresql": [
        "ALTER TABLE publicity_searchtext DROP COLUMN grams",
        "ALTER TABLE publicity_searchtext ADD COLUMN grams integer[] NOT NULL DEFAULT '{}'",
        "CREATE INDEX publicity_search_grams ON publicity_searchtext USING gin (grams) WITH (fastupdate = off)",
    ],
}

COLUMNS: dict[str, models.Field[Any, Any]] = {
    "laws": models.TextField(default=""),
    "agency_code": models.CharField(default="", max_length=40),
    "region": models.CharField(default="", max_length=6),
    "kind": models.CharField(default="", max_length=48),
    "results": models.CharField(default="", max_length=200),
    "decided_on": models.DateField(null=True),
    "until": models.DateField(null=True),
}


def index_anew(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Index what is searchable today in the new form."""
    for statement in CHANGE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
    Text, Value = (apps.get_model("publicity", name) for name in ("SearchText", "SearchValue"))
    rows = Text.objects.select_related("publication__agency").order_by("pk")
    with schema_editor.connection.cursor() as cursor:
        for row in list(rows):
            shown = row.publication
            terms = terms_of(
                texts=row.text.split("\x1e"),
                body=shown.body,
                agency=shown.agency.code,
                region=shown.agency.region,
                kind=shown.kind,
                decided_on=shown.decided_on,
            )
            Text.objects.filter(pk=row.pk).update(**columns(terms, until=shown.published_until))
            cursor.execute(*entry(row.pk, terms))
            named = {"agency": [(terms.agency, shown.agency_name)], "kind": [(terms.kind, shown.kind_title)]}
            named["region"] = region_titles(terms.region, shown.agency_name)
            named["result"] = [(one, one) for one in terms.results]
            for sort, value, title in ((sort, *pair) for sort, pairs in named.items() for pair in pairs):
                Value.objects.get_or_create(sort=sort, value=value, defaults={"title": title})


def list_firms(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Enter every publication about a firm, those taken down too."""
    Publication, Entry = (apps.get_model("publicity", name) for name in ("Publication", "FirmEntry"))
    codes = ((row.pk, firm_code(row.body)) for row in Publication.objects.order_by("pk").iterator())
    Entry.objects.bulk_create([Entry(publication_id=pk, code=code) for pk, code in codes if code], 1000)


class Migration(migrations.Migration):
    dependencies = [("publicity", "0007_catalogues")]

    operations = [
        *(migrations.AddField("searchtext", name, kind) for name, kind in COLUMNS.items()),
        migrations.CreateModel(
            name="SearchValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort", models.CharField(max_length=12)),
                ("value", models.CharField(max_length=100)),
                ("title", models.CharField(max_length=100)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["sort", "value"], name="publicity_search_value_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="FirmEntry",
            fields=[
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="firm_entry",
                        serialize=False,
                        to="publicity.publication",
                    ),
                ),
                ("code", models.CharField(max_length=18)),
            ],
            options={
                "indexes": [models.Index("code", models.F("publication").desc(), name="publicity_by_firm")]
            },
        ),
        migrations.RunPython(index_anew, migrations.RunPython.noop),
        migrations.RunPython(list_firms, migrations.RunPython.noop),
    ]
