"""Lists over several agencies in one order: each agency is asked for its own first rows, and the answers are merged.

The rows of one agency stand in order in an index that begins with the agency. Those of several a database would read
and sort, every one of them.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

AT_ONCE: Final = 100  # SQLite unites 500 parts at most
AGENCY: Final = object()  # stands among the parameters where the agency belongs


def first_ids(
    rows: QuerySet[Any], agencies: Sequence[int], order: Sequence[str], *, limit: int, start: int = 0
) -> list[int]:
    """Give the ids of the rows of these agencies from `start` on, at most `limit`, as `order_by` would sort them.

    `order` names columns of the table itself without null, the id among them, so that no two rows stand alike.
    """
    if len(agencies) < 2:
        own = rows.filter(agency__in=agencies).order_by(*order)
        return list(own.values_list("id", flat=True)[start : start + limit])
    if connection.vendor == "postgresql":
        return _side_by_side(rows, agencies, order, start, limit)
    return _united(rows, agencies, order, start, limit)


def _columns(order: Sequence[str]) -> list[str]:
    return [name.lstrip("-") for name in order]


def _side_by_side(
    rows: QuerySet[Any], agencies: Sequence[int], order: Sequence[str], start: int, limit: int
) -> list[int]:
    part = rows.filter(agency=RawSQL("part.agency", [])).order_by(*order)
    sql, params = part.values_list(*_columns(order))[: start + limit].query.sql_with_params()
    by = ", ".join(f"f.{name.lstrip('-')}{' DESC' if name[0] == '-' else ''}" for name in order)
    # Planned once for all of them: a union of hundreds of parts takes longer to plan than to answer.
    merged = (
        "SELECT f.id FROM unnest(%s::bigint[]) AS part(agency) "  # noqa: S608 - the ORM's own, and column names
        f"CROSS JOIN LATERAL ({sql}) AS f ORDER BY {by} LIMIT %s OFFSET %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(merged, [list(agencies), *params, limit, start])
        return [pk for (pk,) in cursor.fetchall()]


def _united(
    rows: QuerySet[Any], agencies: Sequence[int], order: Sequence[str], start: int, limit: int
) -> list[int]:
    part = rows.filter(agency=RawSQL("%s", [AGENCY])).order_by(*order)
    sql, params = part.values_list(*_columns(order))[: start + limit].query.sql_with_params()
    found: list[tuple[Any, ...]] = []
    for at in range(0, len(agencies), AT_ONCE):
        some = agencies[at : at + AT_ONCE]
        # SQLite takes an ordered part of a union only inside a SELECT of its own.
        united = " UNION ALL ".join([f"SELECT * FROM ({sql}) AS part"] * len(some))  # noqa: S608 - the ORM's own
        with connection.cursor() as cursor:
            cursor.execute(united, [agency if one is AGENCY else one for agency in some for one in params])
            found += cursor.fetchall()
    for place, name in reversed(list(enumerate(order))):
        found.sort(key=itemgetter(place), reverse=name[0] == "-")
    id_at = _columns(order).index("id")
    return [row[id_at] for row in found[start : start + limit]]
