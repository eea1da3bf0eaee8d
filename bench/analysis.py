"""Every page of analysis at 100,000 cases, beside a bare count of the lines it reads; and making those lines anew."""

import sys
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench.case_rows import Town
from bench.ground import on_each_database, with_database

CASES = 100_000
TARGET = 1.0  # seconds
TIMES = 3


def main() -> None:
    """Measure both databases."""
    on_each_database("bench.analysis")


def measure(database: str, _: Path) -> None:
    """Spread the cases over sixteen months, make their lines, then ask for every page as the county's supervisor."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now
    from django.test import Client  # noqa: PLC0415

    from mingjing.analysis.catalogue import SUBJECTS  # noqa: PLC0415
    from mingjing.analysis.following import make_anew  # noqa: PLC0415
    from mingjing.analysis.models import CaseLine, LimitLine, PenaltyLine, StageSpan  # noqa: PLC0415

    town = Town()
    town.grow(CASES)
    with connection.cursor() as cursor:
        _spread(cursor)
    start = perf_counter()
    made = make_anew()
    spent = perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    number = {
        one.__name__: one._default_manager.count() for one in (CaseLine, StageSpan, LimitLine, PenaltyLine)
    }
    print(f"-- {database}, {made:,} cases, their lines made anew in {spent:.0f} s: {number}")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(town.cast.supervisor, backend="django.contrib.auth.backends.ModelBackend")
    for code in SUBJECTS:
        (told, worked), (listed, _) = (
            _asked(client, f"/analysis/{code}/"),
            _asked(client, f"/analysis/{code}/cases/"),
        )
        print(
            f"{code:<12}{told:6.2f} s  {told / TARGET:5.2f} × target  {worked:5.2f} s at work"
            f"  the cases behind its first table {listed:5.2f} s",
            flush=True,
        )
    start = perf_counter()
    StageSpan.objects.filter(days__gte=0).count()
    print(f"a bare count of the stages {perf_counter() - start:.2f} s")


def _asked(client: Any, path: str) -> tuple[float, float]:
    """Ask for a page some times; give the best time, and that at work."""
    found = []
    for _ in range(TIMES):
        start, before = perf_counter(), process_time()
        status = client.get(path).status_code
        found.append((perf_counter() - start, process_time() - before))
        if status != 200:
            raise SystemExit(f"{path}: {status}")
    return min(found)


def _spread(cursor: object) -> None:
    """Give every copied case the day it was last worked on, its limits too, and a penalty where it decided one."""
    for sql in (
        "UPDATE cases_case SET opened_on = date(last_act_at)",
        "UPDATE cases_casedeadline SET due = (SELECT last_act_at FROM cases_case c WHERE c.id = case_id)"
        " WHERE due IS NOT NULL",
        "INSERT INTO cases_caseoutcome (case_id, agency_id, act_seq, outcome, standing, region, field, violation,"
        " violation_key, tier, party_kind, party_code_key, party_name_key, fine_fen, decided_on, corrected)"
        " SELECT c.id, c.agency_id, a.seq, 'penalty', o.standing, c.region, c.field, o.violation, o.violation_key,"
        " o.tier, o.party_kind, '', '', 1000 * (1 + c.id % 97), c.opened_on, o.corrected"
        " FROM cases_case c JOIN cases_act a ON a.case_id = c.id"
        " AND a.kind IN ('penalty_decided', 'on_the_spot_decided')"
        " JOIN cases_caseoutcome o ON o.id = (SELECT min(id) FROM cases_caseoutcome WHERE outcome = 'penalty')"
        " WHERE NOT EXISTS (SELECT 1 FROM cases_caseoutcome x WHERE x.case_id = c.id)",
    ):
        cursor.execute(sql)  # type: ignore[attr-defined]


if __name__ == "__main__":
    with_database(sys.argv[1], partial(measure, sys.argv[1]))
