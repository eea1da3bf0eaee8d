"""Searching what is published: one index of terms in either database, answered newest first, checked in the text."""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, connections, router

from mingjing.packs.load import library
from mingjing.publicity.models import FirmEntry, Publication, SearchText, SearchValue
from mingjing.publicity.terms import (
    BOUNDARY,
    Terms,
    day_marks,
    firm_code,
    grams,
    joined,
    law_word,
    mark,
    needed,
    split,
    terms_of,
    wide_region,
    words,
)

__all__ = [
    "BOUNDARY",
    "FTS",
    "TABLE",
    "Wanted",
    "clear",
    "found_ids",
    "grams",
    "index",
    "joined",
    "split",
    "words",
]

Parameter = str | int | date | list[int]

FTS = "publicity_search_fts"
TABLE = "publicity_searchtext"
NEWEST = 2_000  # rows that PostgreSQL looks through before it asks the index: a common word is among them
FEW = 3_000  # hits that PostgreSQL may sort; of more it walks block by block, the newest first
WIDE, NARROW = 16, 12  # bits of an id that count inside a wide and a narrow block
OPEN = "(s.until IS NULL OR s.until >= %s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody searches for; `on` is today, because a publication ends by itself."""

    on: date
    text: str = ""
    law: str = ""
    agency: str = ""
    region: str = ""
    kind: str = ""
    result: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def marks(self) -> list[str]:
        """The marks that an entry must all have."""
        asked = {"agency": self.agency, "kind": self.kind, "result": self.result}
        asked["region"] = (wide_region(self.region) or "none") if self.region else ""
        return [mark(sort, value) for sort, value in asked.items() if value]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many match, not counted beyond a limit, and how those counted divide."""

    count: int
    facets: Mapping[
        str, Sequence[tuple[str, int]]
    ]  # agency, kind, year, result -> value and count, most first


# --- the index --------------------------------------------------------------------------------------


def index(publication_id: int, texts: Iterable[str]) -> None:
    """Make a publication findable by these texts and by its columns. The caller holds the transaction."""
    row = Publication.objects.select_related("agency").get(pk=publication_id)
    terms = terms_of_row(row, texts)
    SearchText.objects.create(publication_id=publication_id, **columns(terms, until=row.published_until))
    with connection.cursor() as cursor:
        cursor.execute(*entry(publication_id, terms))
    if firm := firm_code(row.body):
        FirmEntry.objects.get_or_create(publication_id=publication_id, defaults={"code": firm})
    titles = {"agency": row.agency_name, "kind": row.kind_title}
    values = [("agency", terms.agency), ("kind", terms.kind), *(("result", one) for one in terms.results)]
    for sort, value in values:
        SearchValue.objects.get_or_create(sort=sort, value=value, defaults={"title": titles.get(sort, value)})
    for code, title in region_titles(terms.region, row.agency_name):
        SearchValue.objects.get_or_create(sort="region", value=code, defaults={"title": title})


def region_titles(region: str, agency_name: str) -> list[tuple[str, str]]:
    """Give the names by which a region and what lies above it can be chosen, as far as they are known."""
    packs = library().packs
    above = [(code, packs[code].title) for code in (region[:2], region[:4]) if code in packs]
    named = packs[region].title if region in packs else ""
    if not named and (place := re.match(r".{1,8}?(?:自治县|自治旗|[省市县区旗州盟])", agency_name)):
        named = place[0]
    return [*above, (region, named or region)] if region else above


def searchable(row: Publication) -> list[str]:
    """Give the texts that a publication is found by."""
    return [row.document_no, row.agency_name, row.title, *(str(line["value"]) for line in row.body)]


def terms_of_row(row: Publication, texts: Iterable[str] | None = None) -> Terms:
    """Give what a publication is found by, by its own texts where no others are given."""
    return terms_of(
        texts=searchable(row) if texts is None else texts,
        body=row.body,
        agency=row.agency.code,
        region=row.agency.region,
        kind=row.kind,
        decided_on=row.decided_on,
    )


def matches(wanted: Wanted, terms: Terms) -> bool:
    """Say of one publication whether a search finds it, days apart; as the database does for all."""
    law = law_word(wanted.law)
    columns = ((wanted.agency, terms.agency), (wanted.kind, terms.kind))
    return (
        all(word in terms.text for word in words(wanted.text))
        and law in terms.laws
        and all(value == asked for asked, value in columns if asked)
        and (not wanted.region or terms.region.startswith(wide_region(wanted.region) or "none"))
        and (not wanted.result or wanted.result in terms.results)
    )


def columns(terms: Terms, *, until: date | None) -> dict[str, object]:
    """Give the row that stands beside the index: what hits are checked by and divided by."""
    return {
        "text": terms.text,
        "laws": terms.laws,
        "agency_code": terms.agency,
        "region": terms.region,
        "kind": terms.kind,
        "results": "、".join(terms.results)[:200],
        "decided_on": terms.decided_on,
        "until": until,
    }


def entry(publication_id: int, terms: Terms) -> tuple[str, list[Any]]:
    """Give the statement that writes the terms of a publication into the index of this database."""
    if connection.vendor == "sqlite":
        sql = f"INSERT INTO {FTS} (rowid, grams) VALUES (%s, %s)"  # noqa: S608 - our own names
        return sql, [publication_id, " ".join(terms.grams)]
    sql = f"UPDATE {TABLE} SET grams = %s WHERE publication_id = %s"  # noqa: S608 - our own names
    return sql, [numbers([*terms.grams, *blocks(publication_id)]), publication_id]


def forget(publication_id: int) -> None:
    """Take a publication out of the search. The caller holds the transaction that withdraws it."""
    row = SearchText.objects.select_related("publication").filter(publication_id=publication_id).first()
    if row is None:
        return
    if connection.vendor == "sqlite":
        terms = terms_of(
            texts=row.text.split(BOUNDARY),
            body=row.publication.body,
            agency=row.agency_code,
            region=row.region,
            kind=row.kind,
            decided_on=row.decided_on,
        )
        with connection.cursor() as cursor:
            # The index keeps no text of its own, so it must be told what it is to forget.
            sql = f"INSERT INTO {FTS} ({FTS}, rowid, grams) VALUES ('delete', %s, %s)"  # noqa: S608 - our own names
            cursor.execute(sql, [publication_id, " ".join(terms.grams)])
    row.delete()


def clear() -> None:
    """Forget everything, to be indexed anew."""
    SearchText.objects.all().delete()
    SearchValue.objects.all().delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {FTS} ({FTS}) VALUES ('delete-all')")  # noqa: S608 - our own names


def numbers(terms: Iterable[str]) -> list[int]:
    """Give terms as PostgreSQL keeps them; two that share a number are told apart in the text."""
    return sorted({zlib.crc32(term.encode()) - 2**31 for term in terms})


def blocks(publication_id: int) -> list[str]:
    """Give the terms of the blocks of ids that a publication lies in, for PostgreSQL."""
    return [_block(WIDE, publication_id >> WIDE), _block(NARROW, publication_id >> NARROW)]


def _block(bits: int, number: int) -> str:
    return f"markblock{bits}x{number}"


# --- asking -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Question:
    """A search in the form both databases take: terms all needed, terms of which one is, and checks in the row."""

    terms: Sequence[str]
    one_of: Sequence[str]
    checks: Sequence[tuple[str, Parameter]]


def _question(wanted: Wanted) -> _Question:
    law = law_word(wanted.law)
    texts = words(wanted.text)
    terms = {term for word in [*texts, law] if word for term in needed(word)}
    # Pairs that all occur need not stand beside each other: each word is checked in the text itself.
    checks: list[tuple[str, Parameter]] = [("s.text LIKE %s", f"%{word}%") for word in texts]
    checks += [("s.laws LIKE %s", f"%{law}%")] if law else []
    named = {"agency_code": wanted.agency, "kind": wanted.kind}
    checks += [(f"s.{column} = %s", value) for column, value in named.items() if value]
    checks += [("s.region LIKE %s", f"{wide_region(wanted.region) or 'none'}%")] if wanted.region else []
    checks += [("s.results LIKE %s", f"%{wanted.result}%")] if wanted.result else []
    checks += [("s.decided_on >= %s", wanted.since)] if wanted.since else []
    checks += [("s.decided_on <= %s", wanted.until)] if wanted.until else []
    one_of = day_marks(wanted.since, wanted.until)
    return _Question(sorted(terms | set(wanted.marks)), one_of, [*checks, (OPEN, wanted.on)])


def found_ids(wanted: Wanted, *, before: int | None, limit: int) -> list[int]:
    """Give the ids of what is published and matches, newest first: those below `before`, at most `limit`."""
    asked = _question(wanted)
    if connection.vendor == "sqlite":
        return [row[0] for row in _rows(*_sqlite(asked, before), _ID, limit)]
    return _newest_first(asked, before, limit)


def summary(wanted: Wanted, *, most: int) -> Summary:
    """Count the matches, but not beyond `most`, and say how they divide: nobody needs the thousands beyond."""
    asked = _question(wanted)
    plain = not asked.terms and not asked.one_of
    if connection.vendor == "sqlite":
        rows = _rows(*_sqlite(asked, None), _FACETS, most)
    else:
        rows = _rows(*_postgresql(asked), _FACETS, most, order="s.publication_id DESC" if plain else "")
    return _divided(rows)


def divided(ids: Sequence[int]) -> Summary:
    """Say how these publications divide."""
    columns = ("agency_code", "kind", "decided_on", "results")
    return _divided(list(SearchText.objects.filter(pk__in=ids).values_list(*columns)))


def _divided(rows: Sequence[tuple[str, str, date | None, str]]) -> Summary:
    counts = {
        "agency": Counter(agency for agency, _, _, _ in rows),
        "kind": Counter(kind for _, kind, _, _ in rows),
        "year": Counter(str(day)[:4] for _, _, day, _ in rows if day),
        "result": Counter(one for *_, text in rows for one in text.split("、") if one),
    }
    return Summary(len(rows), {name: found.most_common(12) for name, found in counts.items()})


_FACETS = "s.agency_code, s.kind, s.decided_on, s.results"


def _sqlite(asked: _Question, before: int | None) -> tuple[str, str, list[Parameter]]:
    """Give source, order and parameters; walking the index in its own order SQLite stops after one page."""
    conditions, params = [text for text, _ in asked.checks], [value for _, value in asked.checks]
    if not asked.terms and not asked.one_of:
        key, source, match = "s.publication_id", f"{TABLE} s", []
    else:
        key, source = "f.rowid", f"{FTS} f CROSS JOIN {TABLE} s ON s.publication_id = f.rowid"
        parts = [f'"{term}"' for term in asked.terms]
        parts += ["(" + " OR ".join(f'"{term}"' for term in asked.one_of) + ")"] if asked.one_of else []
        match, conditions = [" AND ".join(parts)], [f"{FTS} MATCH %s", *conditions]
    if before is not None:
        conditions, params = [*conditions, f"{key} < %s"], [*params, before]
    return f"{source} WHERE {' AND '.join(conditions)}", f"{key} DESC", [*match, *params]


def _newest_first(asked: _Question, before: int | None, limit: int) -> list[int]:
    """Ask PostgreSQL, whose index knows no order, so that it never sorts all hits of a common word.

    Common words are among the newest rows; rare ones are few enough to sort; what is common and old is looked for in
    blocks of ids, each of which is a term of the index.
    """
    with connections[router.db_for_read(SearchText)].cursor() as cursor:
        cursor.execute(f"SELECT MAX(publication_id) FROM {TABLE}")  # noqa: S608 - our own names
        top = cursor.fetchone()[0] or 0
    below = top + 1 if before is None else min(before, top + 1)
    floor = max(0, below - NEWEST)
    recent = _rows(*_postgresql(asked, index=False, span=(floor, below)), _ID, limit, order=_NEWEST)
    if len(recent) == limit or not floor:
        return [row[0] for row in recent]
    if not asked.terms and not asked.one_of:
        rows = _rows(*_postgresql(asked, span=(0, below)), _ID, limit, order=_NEWEST)
        return [row[0] for row in rows]
    few = _rows(*_postgresql(asked, span=(0, below)), _ID, FEW + 1)
    if len(few) <= FEW:
        return sorted((row[0] for row in few), reverse=True)[:limit]
    found: list[int] = []
    for block in _blocks_with_hits(asked, below):
        rows = _rows(
            *_postgresql(asked, block=block, span=(0, below)), _ID, limit - len(found), order=_NEWEST
        )
        found += [row[0] for row in rows]
        if len(found) >= limit:
            break
    return found


_ID, _NEWEST = "s.publication_id", "s.publication_id DESC"


def _blocks_with_hits(asked: _Question, below: int) -> Iterator[str]:
    """Give narrow blocks that may hold a hit, the newest first."""
    for wide in range(below >> WIDE, -1, -1):
        if _rows(*_postgresql(asked, block=_block(WIDE, wide), span=(0, below)), _ID, 1):
            first, last = wide << (WIDE - NARROW), (wide + 1) << (WIDE - NARROW)
            yield from (_block(NARROW, number) for number in range(last - 1, first - 1, -1))


def _postgresql(
    asked: _Question, *, index: bool = True, block: str = "", span: tuple[int, int] | None = None
) -> tuple[str, str, list[Parameter]]:
    """Give source, no order and parameters; without `index` only the rows of the span are looked at."""
    conditions, params = [text for text, _ in asked.checks], [value for _, value in asked.checks]
    terms = [*asked.terms, *([block] if block else [])]
    if index and terms:
        conditions, params = [*conditions, "s.grams @> %s::int[]"], [*params, numbers(terms)]
    if index and asked.one_of:
        conditions, params = [*conditions, "s.grams && %s::int[]"], [*params, numbers(asked.one_of)]
    if span is not None:
        conditions, params = (
            [*conditions, "s.publication_id >= %s AND s.publication_id < %s"],
            [*params, *span],
        )
    return f"{TABLE} s WHERE {' AND '.join(conditions)}", "", params


def _rows(
    source: str, own_order: str, params: Sequence[Parameter], select: str, limit: int, *, order: str = ""
) -> list[tuple[Any, ...]]:
    by = order or own_order
    sql = f"SELECT {select} FROM {source}{f' ORDER BY {by}' if by else ''} LIMIT %s"  # noqa: S608 - our own names
    with connections[router.db_for_read(SearchText)].cursor() as cursor:
        cursor.execute(sql, [*params, limit])
        return list(cursor.fetchall())
