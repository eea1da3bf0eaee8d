"""What other rooms may read of benchmarks, lists and laws: those that bind an agency on a day, versions, drafts."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from mingjing.lawengine.benchmark import Benchmark
from mingjing.norms.models import NormDraft, NormKind, NormTable
from mingjing.norms.reading import benchmark_of, law_of, list_of
from mingjing.packs.benchmark_body import body_of
from mingjing.packs.benchmarks import shipped
from mingjing.packs.laws import LawRegister, Statute, law_register
from mingjing.packs.lists import NormList, lists_of
from mingjing.packs.load import library

__all__ = [
    "Standing",
    "benchmark_for",
    "benchmarks_in_force",
    "draft",
    "drafts_of",
    "lists_in_force",
    "own_laws",
    "published_tables",
    "read_benchmark_of",
    "read_law_of",
    "read_list_of",
    "register_for",
    "registers_as_they_stand",
    "standing",
    "table",
    "tables_of",
    "versions_of",
]


class NotFound(LookupError):
    """There is no such table in this agency."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A published version and where it stands on a day: coming, in_force, followed (a newer one holds) or ended."""

    table: NormTable
    until: date | None  # the last day, stated by the table itself or by its ending
    state: str


def benchmarks_in_force(*, region: str, field: str, agency: str, day: date) -> tuple[Benchmark, ...]:
    """Give the benchmarks that bind an agency on the day: its own published ones, then those of the packs.

    A published table replaces the pack's table of the same code, also on days on which it has ended.
    """
    own = _tables(agency, NormKind.BENCHMARK)
    codes = {row.code for row in own}
    held = [_benchmark(row) for row in _holding(own, day)]
    packed = shipped(library(), region=region, field=field, agency=agency)
    return (*held, *(one for one in packed if one.code not in codes and one.in_force_on(day)))


def benchmark_for(*, region: str, field: str, agency: str, day: date) -> Benchmark | None:
    """Give the nearest benchmark that binds an agency on the day, or None."""
    found = benchmarks_in_force(region=region, field=field, agency=agency, day=day)
    return found[0] if found else None


def lists_in_force(*, region: str, field: str, agency: str, day: date) -> tuple[NormList, ...]:
    """Give the lists that bind an agency on the day, as `benchmarks_in_force`."""
    own = _tables(agency, NormKind.LIST)
    codes = {row.code for row in own}
    held = [_list(row) for row in _holding(own, day)]
    packed = lists_of(region, field, agency)
    return (*held, *(one for one in packed if one.code not in codes and one.in_force_on(day)))


def own_laws(agency: str) -> list[tuple[NormTable, Statute]]:
    """Give the laws an agency has registered, each as it was told last and with the last day of its ending."""
    latest = {row.code: row for row in _tables(agency, NormKind.LAW)}
    return [(row, _ended(read_law_of(row), _until(row))) for row in latest.values()]


def _ended(law: Statute, until: date | None) -> Statute:
    return law if until == law.until else replace(law, until=until)


def register_for(agency: str) -> LawRegister:
    """Give the laws that an agency may cite: those of the packs, and its own where the packs have none of the name.

    It holds for every day: a law that is not yet in force or has ended is found, and refused as such on the day.
    """
    kept = _KEPT.get()
    if kept is not None and agency in kept:
        return kept[agency]
    own = own_laws(agency)
    found = _joined(tuple(law for _, law in own)) if own else law_register()
    if kept is not None:
        kept[agency] = found
    return found


_KEPT: ContextVar[dict[str, LawRegister] | None] = ContextVar("registers", default=None)


@contextmanager
def registers_as_they_stand() -> Iterator[None]:
    """Ask once for each agency what it may cite: for many acts of one transaction, all on the same register."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


@lru_cache(maxsize=64)
def _joined(own: tuple[Statute, ...]) -> LawRegister:
    return law_register().with_own(own)


def published_tables(*, region: str, field: str, agency: str, day: date) -> list[dict[str, Any]]:
    """Give every benchmark in force on the day as plain values, for publishing it; `origin` is own or pack."""
    digests = {(row.code, row.version): row.digest for row in _tables(agency, NormKind.BENCHMARK)}
    return [
        {
            "kind": "benchmark",
            "code": one.code,
            "title": one.title,
            "issuer": one.issuer,
            "number": one.number,
            "version": one.version,
            "in_force": one.in_force.isoformat(),
            "until": one.until.isoformat() if one.until else "",
            "source": one.source,
            "origin": "own" if (one.code, one.version) in digests else "pack",
            "digest": digests.get((one.code, one.version), one.digest),
            "body": body_of(one),
        }
        for one in benchmarks_in_force(region=region, field=field, agency=agency, day=day)
    ]


def drafts_of(agency: str) -> list[NormDraft]:
    """Give the drafts of an agency, the latest first."""
    return list(NormDraft.objects.filter(agency=agency).order_by("-prepared_at", "-pk"))


def draft(pk: int, agency: str) -> NormDraft:
    """Give a draft of an agency. Raises NotFound."""
    row = NormDraft.objects.filter(pk=pk, agency=agency).first()
    if row is None:
        raise NotFound(pk)
    return row


def table(pk: int, agency: str) -> NormTable:
    """Give a published version of an agency. Raises NotFound."""
    row = NormTable.objects.filter(pk=pk, agency=agency).select_related("ending").first()
    if row is None:
        raise NotFound(pk)
    return row


def tables_of(agency: str, day: date) -> list[Standing]:
    """Give every published version of an agency with where it stands on the day, the latest first."""
    rows = _rows(NormTable.objects.filter(agency=agency))
    return [standing(row, rows, day) for row in sorted(rows, key=_age, reverse=True)]


def versions_of(row: NormTable, day: date) -> list[Standing]:
    """Give every published version of the same table, the latest first."""
    return [
        one for one in tables_of(row.agency, day) if (one.table.kind, one.table.code) == (row.kind, row.code)
    ]


def standing(row: NormTable, rows: Iterable[NormTable], day: date) -> Standing:
    """Say where a version stands on the day among the versions `rows` of its agency."""
    until = _until(row)
    same = [one for one in rows if (one.kind, one.code) == (row.kind, row.code)]
    if day < row.in_force:
        return Standing(row, until, "coming")
    if until and until < day:
        return Standing(row, until, "ended")
    return Standing(row, until, "in_force" if row in _holding(same, day) else "followed")


def read_benchmark_of(row: NormTable | NormDraft) -> Benchmark:
    """Give the benchmark that a row holds."""
    return _benchmark(row)


def read_list_of(row: NormTable | NormDraft) -> NormList:
    """Give the list that a row holds."""
    return _list(row)


def read_law_of(row: NormTable | NormDraft) -> Statute:
    """Give the law that a row holds, without its ending."""
    return law_of(row.digest, lambda: row.body)


def _tables(agency: str, kind: str) -> list[NormTable]:
    # Bodies are long and read once per content: `reading` keeps them.
    return _rows(NormTable.objects.filter(agency=agency, kind=kind).defer("body"))


def _rows(query: Any) -> list[NormTable]:
    return list(query.select_related("ending").order_by("pk"))


def _holding(rows: Sequence[NormTable], day: date) -> list[NormTable]:
    """Give of each code the version that holds on the day: the latest begun. Ended, it leaves no older one behind."""
    latest: dict[str, NormTable] = {}
    for row in sorted(rows, key=_age):
        if row.in_force <= day:
            latest[row.code] = row
    return [row for row in latest.values() if (until := _until(row)) is None or day <= until]


def _age(row: NormTable) -> tuple[date, int]:
    # A law is registered with all its texts: what was told last is all there is to it, whenever it began.
    return (date.min if row.kind == NormKind.LAW else row.in_force), row.pk


def _until(row: NormTable) -> date | None:
    ending = getattr(row, "ending", None)
    days = [one for one in (row.until, ending.until if ending else None) if one]
    return min(days) if days else None


def _benchmark(row: NormTable | NormDraft) -> Benchmark:
    return benchmark_of(row.digest, lambda: row.body)


def _list(row: NormTable | NormDraft) -> NormList:
    return list_of(row.code, row.digest, lambda: row.body)
