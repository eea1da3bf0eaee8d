# ruff: noqa: S608 - names of our own
"""What a penalty weighs, beside how it was dealt with: its kinds and its sum, read once from the acts here."""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import migrations, models

SUMS = ("fine_yuan", "confiscated_gain_yuan", "confiscated_goods_yuan")
LONGEST = 200
CHUNK = 2000
READ = (
    "SELECT o.id, a.facts FROM cases_caseoutcome o "
    "JOIN cases_act a ON a.agency_id = o.agency_id AND a.case_id = o.case_id AND a.seq = o.act_seq "
    "WHERE o.id > %s AND o.id <= %s"
)
# A sum that is written as sums are; of anything else an imported file may state, nothing is read.
_FEN = (
    r"CASE WHEN a.facts->>'{0}' ~ '^[0-9]{{1,14}}(\.[0-9]+)?$' "
    r"THEN trunc((a.facts->>'{0}')::numeric * 100)::bigint ELSE 0 END"
)
_KINDS = (
    "CASE WHEN jsonb_typeof(a.facts->'penalty_kinds') = 'array' AND jsonb_array_length(a.facts->'penalty_kinds') > 0 "
    "THEN ',' || array_to_string(ARRAY(SELECT jsonb_array_elements_text(a.facts->'penalty_kinds')), ',') || ',' "
    "ELSE '' END"
)
POSTGRESQL = (
    f"UPDATE cases_caseoutcome o SET sum_fen = {' + '.join(_FEN.format(name) for name in SUMS)}, "
    f"kinds = left({_KINDS}, {LONGEST}) FROM cases_act a "
    "WHERE a.agency_id = o.agency_id AND a.case_id = o.case_id AND a.seq = o.act_seq "
    "AND (a.facts ?| ARRAY['penalty_kinds', 'fine_yuan', 'confiscated_gain_yuan', 'confiscated_goods_yuan'])"
)


def weigh(_: Any, editor: Any) -> None:
    """Fill the columns of what is there."""
    with editor.connection.cursor() as cursor:
        if editor.connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
            return
        cursor.execute("SELECT MAX(id) FROM cases_caseoutcome")
        for start in range(0, cursor.fetchone()[0] or 0, CHUNK):
            cursor.execute(READ, [start, start + CHUNK])
            cursor.executemany(
                "UPDATE cases_caseoutcome SET sum_fen = %s, kinds = %s WHERE id = %s",
                list(_rows(cursor.fetchall())),
            )


def _rows(read: list[Any]) -> Iterator[tuple[int, str, int]]:
    for pk, text in read:
        facts = json.loads(text)
        kinds = facts.get("penalty_kinds")
        told = [str(one) for one in kinds] if isinstance(kinds, list) else []
        while told and len(f",{','.join(told)},") > LONGEST:
            told.pop()
        yield sum(_fen(facts.get(name)) for name in SUMS), f",{','.join(told)}," if told else "", pk


def _fen(stated: Any) -> int:
    try:
        return int(Decimal(str(stated)) * 100) if stated is not None else 0
    except (InvalidOperation, ValueError, OverflowError):
        return 0


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_indexes_of_sums")]

    operations = [
        migrations.AddField("caseoutcome", "sum_fen", models.BigIntegerField(default=0)),
        migrations.AddField(
            "caseoutcome",
            "kinds",
            models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RunPython(weigh, migrations.RunPython.noop),
    ]
