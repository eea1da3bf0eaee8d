"""Lists over several agencies in one order: each agency is asked for its own first rows, and the answers are merged.

The rows of one agency stand in order in an index that begins with the agency. Those of several a database would read
and sort, every one of them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

AT_ONCE: Final = 100  # SQLite unites 500 parts at most
MERGED: Final = 1000  # further behind, all rows are sorted once instead of each agency's first
AGENCY: Final = object()  # stands among the parameters where the agency belongs
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A list over some agencies in one order: a page of it is found without sorting all of it."""

    rows: QuerySet[Row]  # of every agency: they are narrowed here
    agencies: Sequence[int]
    order: tuple[str, ...]
    total: int | None = None  # None: nobody has counted them
    joined: QuerySet[Row] | None = (
        None  # the same rows with what is shown of them, where that takes more tables
    )

    def count(self) -> int:
        """How many rows there are."""
        return self.seen.count() if self.total is None else self.total

    @property
    def seen(self) -> QuerySet[Row]:
        """All of them, in their order."""
        return self.rows.filter(agency__in=self.agencies).order_by(*self.order)

    def __getitem__(self, places: slice) -> list[int]:
        """Give the ids of the rows from one place to another."""
        if places.stop > MERGED:
            return list(self.seen.values_list("id", flat=True)[places])
        limit = places.stop - places.start
        return first_ids(self.rows, self.agencies, self.order, limit=limit, start=places.start)

    def whole(self, ids: Sequence[int]) -> list[Row]:
        """Give the rows of these ids in their order."""
        rows = self.rows if self.joined is None else self.joined
        return list(rows.filter(agency__in=self.agencies, pk__in=ids).order_by(*self.order))


def first_ids(
    rows: QuerySet[Any], agencies: Sequence[int], order: Sequence[str], *, limit: int, start: int = 0
) -> list[int]:
    """Give the ids of the rows of these agencies from `start` on, at most `limit`, as `order_by` would sort them.

    `order` names columns of the table itself without null, the id among them, so that no two rows stand alike.
    """
    if len(agencies) < 2:
        own = rows.filter(agency__in=agencies).order_by(*order)
        return list(own.values_list("id", flat=True)[start : start + limit])
    merged = _side_by_side if connection.vendor == "postgresql" else _united
    try:
        return merged(rows, agencies, order, start, limit)
    except EmptyResultSet:  # nothing can meet the conditions
        return []


def first_of_each(rows: QuerySet[Any], agencies: Sequence[int], column: str) -> dict[int, Any]:
    """Give by agency the smallest value of a column without null, as the database writes it; by one seek for each."""
    part = rows.filter(agency=RawSQL("part.agency", [])).order_by(column)
    sql, params = part.values_list(column)[:1].query.sql_with_params()
    given: Any = list(agencies)
    several = "SELECT unnest(%s::bigint[]) AS agency"
    if connection.vendor == "sqlite":
        several, given = ("SELECT value AS agency FROM json_each(%s)", json.dumps(given))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT part.agency, ({sql}) FROM ({several}) AS part", [*params, given])  # noqa: S608 - the ORM's own
        return {agency: value for agency, value in cursor.fetchall() if value is not None}


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
