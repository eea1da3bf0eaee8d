"""Copying the rows of recorded cases inside the database, and giving the copied log entries their places and tiles."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

Expressions = dict[str, str]


def shifted(moment: str | None, days: int) -> str | None:
    """Move a moment or a day, as SQLite keeps it, by so many days."""
    if moment is None:
        return None
    day = date.fromisoformat(moment[:10]) + timedelta(days=days)
    return day.isoformat() + moment[10:]


def beijing(moment: str) -> str:
    """Give a moment that SQLite keeps in UTC as leaves write it."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC, microsecond=0)
    return (at + timedelta(hours=8)).replace(tzinfo=None).isoformat()


def teach(connection: Any) -> None:
    """Give SQLite the functions that the statements use and PostgreSQL has."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        for name, arguments, function in (
            ("md5", 1, lambda text: hashlib.md5(text.encode()).hexdigest()),  # noqa: S324 - a name, no secret
            ("shifted", 2, shifted),
            ("beijing", 1, beijing),
        ):
            connection.connection.create_function(name, arguments, function, deterministic=True)


class Copies:
    """The tables that hold rows of cases, and the statements that copy them."""

    def __init__(self, connection: Any) -> None:
        from django.apps import apps  # noqa: PLC0415

        from mingjing.cases.models import Act, Case  # noqa: PLC0415
        from mingjing.documents.models import IssuedDocument  # noqa: PLC0415

        self.connection, self.postgresql = connection, connection.vendor == "postgresql"
        teach(connection)
        of_cases = [
            model
            for model in apps.get_models()
            if model not in (Act, Case) and any(f.column == "case_id" for f in model._meta.concrete_fields)
        ]
        self.models = [Case, Act, *of_cases, IssuedDocument]
        self.tables = [model._meta.db_table for model in self.models]
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE IF NOT EXISTS scale_map (n bigint, pattern_id bigint, case_id bigint, act0 bigint, "
                "agency_id bigint, region text, code text, log_code text, days integer, last_at "
                f"{'timestamptz' if self.postgresql else 'text'}, party text, suffix text)"
            )
            for table in self.tables:
                self._keep_patterns(cursor, table)

    def _keep_patterns(self, cursor: Any, table: str) -> None:
        """Set the rows of the patterns apart, so that no statement looks for them among the copies."""
        theirs = {
            "cases_case": "source = ''",
            "documents_issueddocument": "act_id IN (SELECT id FROM pattern_cases_act)",
        }
        where = theirs.get(table, "case_id IN (SELECT id FROM pattern_cases_case)")
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS pattern_{table} AS SELECT * FROM {table} WHERE {where}"  # noqa: S608
        )
        if self.postgresql:
            cursor.execute(f"ANALYZE pattern_{table}")

    def copy(self, rows: Iterator[tuple[Any, ...]]) -> None:
        """Copy the cases of a map with everything of theirs, their log entries included."""
        from django.db import transaction  # noqa: PLC0415

        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.execute("DELETE FROM scale_map")
            self._write_map(cursor, rows)
            for model in self.models:
                cursor.execute(self._statement(model))
            cursor.execute(self._entries())
            if self.postgresql:
                for table in ("cases_case", "cases_act"):
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
                    )

    def _write_map(self, cursor: Any, rows: Iterator[tuple[Any, ...]]) -> None:
        if self.postgresql:
            with cursor.copy("COPY scale_map FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("ANALYZE scale_map")
        else:
            cursor.executemany(f"INSERT INTO scale_map VALUES ({', '.join(['%s'] * 12)})", list(rows))  # noqa: S608

    def _statement(self, model: Any) -> str:
        table = model._meta.db_table
        special = self._special().get(table, {})
        names, values = [], []
        for field in model._meta.concrete_fields:
            if field.primary_key and field.column not in special:
                continue
            names.append(f'"{field.column}"')
            values.append(special.get(field.column) or self._usual(field))
        join = "t.id" if table == "cases_case" else "t.case_id"
        source = f"scale_map m JOIN pattern_{table} t ON {join} = m.pattern_id"
        if table == "documents_issueddocument":
            source = (
                "scale_map m JOIN pattern_cases_act a ON a.case_id = m.pattern_id "
                "JOIN pattern_documents_issueddocument t ON t.act_id = a.id"
            )
        return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {source}"  # noqa: S608

    def _usual(self, field: Any) -> str:
        kind = field.get_internal_type()
        if field.column in ("case_id", "agency_id", "region"):
            return f"m.{field.column}"
        if kind in ("DateTimeField", "DateField"):
            return self._moved(f't."{field.column}"', kind)
        return f't."{field.column}"'

    def _moved(self, column: str, kind: str = "DateTimeField") -> str:
        if not self.postgresql:
            return f"shifted({column}, m.days)"
        return f"{column} + m.days" if kind == "DateField" else f"{column} + m.days * interval '1 day'"

    def _special(self) -> dict[str, Expressions]:
        act = "m.code || '-' || t.seq"
        party = "md5({0} || m.party)"
        keyed = "CASE WHEN t.{0} = '' THEN '' ELSE " + party + " END"
        return {
            "cases_case": {
                **{"id": "m.case_id", "code": "m.code", "log_code": "m.log_code", "last_act_at": "m.last_at"},
                "number": "CASE WHEN t.number = '' THEN '' ELSE '舞城管立〔2026〕' || m.n || '号' END",
                "decision_no": "CASE WHEN t.decision_no = '' THEN '' ELSE '舞城管罚决〔2026〕' || m.n || '号' END",
                "title": "'在建设路' || (m.n % 300) || '号前擅自占用城市道路'",
                "party_name": "m.party",
                "source": "'copied'",
            },
            "cases_act": {
                **{
                    "id": "m.act0 + t.seq",
                    "code": f"substr(md5({act}), 1, 24)",
                    "once": f"md5('once' || {act})",
                },
                "recorded_at": self._moved("t.done_at"),
                "commitment": f"md5({act}) || md5('h' || {act})",
            },
            "cases_casehandler": {"username": "t.username || m.suffix"},
            "cases_caseparty": {
                **{
                    one: keyed.format(one).replace(f"md5({one}", f"md5('{one}'")
                    for one in ("code_key", "name_key")
                },
                "name": "m.party",
            },
            "cases_caseoutcome": {
                "party_code_key": keyed.format("party_code_key").replace(
                    "md5(party_code_key", "md5('code_key'"
                ),
                "party_name_key": keyed.format("party_name_key").replace(
                    "md5(party_name_key", "md5('name_key'"
                ),
            },
            "documents_issueddocument": {
                "act_id": "m.act0 + a.seq",
                "case_code": "m.code",
                "code": "upper(substr(md5('paper' || m.code || '-' || a.seq), 1, 26))",
            },
        }

    def _entries(self) -> str:
        act = "m.code || '-' || t.seq"
        at = self._moved("t.done_at")
        text = (
            f"to_char(({at}) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD\"T\"HH24:MI:SS')"
            if self.postgresql
            else f"beijing({at})"
        )
        leaf = (
            f"""'{{"at":"' || {text} || '+08:00","c":"' || m.log_code || '","h":"' || md5({act}) || md5('h' || {act})"""
            """ || '","k":"act","n":' || t.seq || ',"v":1}'"""
        )
        data = f"convert_to({leaf}, 'UTF8')" if self.postgresql else f"CAST({leaf} AS BLOB)"
        return (
            "INSERT INTO translog_entry (data, kind, ref, created) "  # noqa: S608 - expressions of our own
            f"SELECT {data}, 'act', substr(md5({act}), 1, 24), {at} "
            "FROM scale_map m JOIN pattern_cases_act t ON t.case_id = m.pattern_id"
        )


def seal_copied(connection: Any) -> None:
    """Give the copied entries their places and the tree its tiles and its signed head, as sealing them would have."""
    from django.utils import timezone  # noqa: PLC0415

    from mingjing.translog.merkle import leaf_hashes  # noqa: PLC0415
    from mingjing.translog.models import Head  # noqa: PLC0415
    from mingjing.translog.sealing import _insert_tiles, load_edge  # noqa: PLC0415
    from mingjing.translog.signing import sign_heads  # noqa: PLC0415
    from mingjing.translog.trees import FIRST  # noqa: PLC0415

    edge = load_edge()
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(entry_id), 0) FROM translog_sealed")
        (last,) = cursor.fetchone()
        cursor.execute(
            'INSERT INTO translog_sealed ("index", entry_id) '
            "SELECT %s + row_number() OVER (ORDER BY id) - 1, id FROM translog_entry WHERE id > %s",
            [edge.size, last],
        )
    for leaves in _leaves(connection, last):
        _insert_tiles(FIRST, edge.extend(leaf_hashes(leaves)), edge)
    Head.objects.create(size=edge.size, root=edge.root(), sealed_at=timezone.now())
    sign_heads()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE translog_cursor SET position = %s", [edge.size - 1])


def _leaves(connection: Any, after: int) -> Iterator[Sequence[bytes]]:
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, data FROM translog_entry WHERE id > %s ORDER BY id LIMIT 262144", [after]
            )
            rows = cursor.fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield [bytes(data) for _, data in rows]
