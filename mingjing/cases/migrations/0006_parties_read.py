"""The parties of the cases that are there already, read from their acts; merges and looks only grow."""

import hashlib
from typing import Any

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

GUARDED = ("cases_partymerge", "cases_dossieraccess")
CODES = ("party_uscc", "party_id_number", "party_other_id_number", "party_registration_no")
NAMING = {*CODES, "party_name"}
AT_ONCE = 1000


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in GUARDED:
        for statement in append_only_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in GUARDED:
        for statement in drop_append_only_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


def key(what: str, text: str) -> str:
    plain = text.replace(" ", "").upper()
    return hashlib.sha256(f"{what}:{plain}".encode()).hexdigest()[:32] if plain else ""


def named(facts: dict[str, Any]) -> tuple[str, str, str, str]:
    """Digest of the code, digest of the name, name, kind; as the application writes them."""
    code = next((str(facts[name]) for name in CODES if facts.get(name)), "")
    name, kind = str(facts.get("party_name") or "").strip(), str(facts.get("party_kind") or "")
    return key("code", code), key(f"name:{kind}", name), name[:200], kind[:24]


def read_parties(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Act, CaseParty = apps.get_model("cases", "Act"), apps.get_model("cases", "CaseParty")
    rows = Act.objects.order_by("case", "seq").values_list("case_id", "case__agency_id", "facts")
    waiting, of_case, known = [], None, {}
    for case, agency, facts in rows.iterator(chunk_size=AT_ONCE):
        # What earlier acts of the case have told of the party holds until a later one tells otherwise.
        known = {**known, **facts} if case == of_case else dict(facts)
        of_case = case
        code, name_key, name, kind = named(known)
        if (code or name_key) and NAMING & facts.keys():
            waiting.append(
                CaseParty(
                    case_id=case, agency_id=agency, code_key=code, name_key=name_key, name=name, kind=kind
                )
            )
        if len(waiting) == AT_ONCE:
            CaseParty.objects.bulk_create(waiting, ignore_conflicts=True)
            waiting = []
    CaseParty.objects.bulk_create(waiting, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_tables")]

    operations = [
        migrations.RunPython(add_triggers, drop_triggers),
        migrations.RunPython(read_parties, migrations.RunPython.noop),
    ]
