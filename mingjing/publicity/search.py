"""Searching Chinese text: pairs of neighbouring characters in the index of either database, checked in the text."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from mingjing.publicity.models import SearchText

Parameter = str | int | date | list[str]

FTS = "publicity_search_fts"
TABLE = "publicity_searchtext"
BOUNDARY = "\x1e"  # between fields: no search runs across it
NEWEST = 2_000  # rows that PostgreSQL looks through before it asks the index: a common word is among them
_LAST_KNOWN = "\u9fcc"  # younger characters are no letters to SQLite's tokenizer: they are written out


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody searches for; `on` is today, because a publication ends by itself."""

    on: date
    text: str = ""
    agency: int | None = None
    since: date | None = None
    until: date | None = None


def split(text: str) -> str:
    """Give the letters and digits of a text in one form, without blanks, brackets and punctuation.

    Stored text and search words pass through here alike, so 〔2026〕12号 is found by [2026]12号 and by ２０２６１２号.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def joined(texts: Iterable[str]) -> str:
    """Give the searchable form of several texts that are to be found apart."""
    return BOUNDARY.join(one for text in texts if (one := split(text)))


def grams(text: str) -> list[str]:
    """Give every character of a text and every pair of neighbours inside a field: what is indexed of it."""
    pairs = {text[at : at + 2] for at in range(len(text))} | set(text)
    return sorted(_token(pair) for pair in pairs if BOUNDARY not in pair)


def _needed(word: str) -> list[str]:
    """Give what an entry must hold to hold the word: its pairs, or the character it is."""
    pairs = [word[at : at + 2] for at in range(len(word) - 1)] or [word]
    return sorted({_token(pair) for pair in pairs})


def _token(pair: str) -> str:
    return "".join(char if char <= _LAST_KNOWN else f"x{ord(char):x}" for char in pair)


def words(query: str) -> list[str]:
    """Give the words of a search, each to be found as it stands, at most eight."""
    return [word for part in query[:200].split()[:8] if (word := split(part))]


def index(publication_id: int, texts: Iterable[str]) -> None:
    """Make a publication findable by these texts. The caller holds the transaction that publishes it."""
    text = joined(texts)
    SearchText.objects.create(publication_id=publication_id, text=text)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            sql = f"INSERT INTO {FTS} (rowid, grams) VALUES (%s, %s)"  # noqa: S608 - our own names
            cursor.execute(sql, [publication_id, " ".join(grams(text))])
        else:
            sql = f"UPDATE {TABLE} SET grams = %s WHERE publication_id = %s"  # noqa: S608 - our own names
            cursor.execute(sql, [grams(text), publication_id])


def forget(publication_id: int) -> None:
    """Take a publication out of the search. The caller holds the transaction that withdraws it."""
    row = SearchText.objects.filter(publication_id=publication_id).first()
    if row is None:
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # The index keeps no text of its own, so it must be told what it is to forget.
            sql = f"INSERT INTO {FTS} ({FTS}, rowid, grams) VALUES ('delete', %s, %s)"  # noqa: S608 - our own names
            cursor.execute(sql, [publication_id, " ".join(grams(row.text))])
    row.delete()


def clear() -> None:
    """Forget everything, to be indexed anew."""
    SearchText.objects.all().delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {FTS} ({FTS}) VALUES ('delete-all')")  # noqa: S608 - our own names


def found_ids(wanted: Wanted, *, before: int | None, limit: int) -> list[int]:
    """Give the ids of what is published and matches, newest first: those below `before`, at most `limit`."""
    if connection.vendor == "postgresql" and words(wanted.text):
        # The planner sorts all hits of a common word; looking at the newest rows first, it need not.
        recent = _ids(wanted, before, limit, newest=NEWEST)
        if len(recent) == limit:
            return recent
    return _ids(wanted, before, limit)


def _ids(wanted: Wanted, before: int | None, limit: int, newest: int = 0) -> list[int]:
    sql, params = _statement(wanted, before, newest)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {_key(wanted)} DESC LIMIT %s", [*params, limit])
        return [row[0] for row in cursor.fetchall()]


def counted(wanted: Wanted, *, most: int) -> int:
    """Count the matches, but not beyond `most`: nobody needs to know how many thousands there are."""
    sql, params = _statement(wanted, None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql} LIMIT %s) AS few", [*params, most])  # noqa: S608 - our own names
        return int(cursor.fetchone()[0])


def _key(wanted: Wanted) -> str:
    # Walking the index of pairs in its own order, the database stops after one page of a common word.
    return "f.rowid" if words(wanted.text) and connection.vendor == "sqlite" else "p.id"


def _statement(wanted: Wanted, before: int | None, newest: int = 0) -> tuple[str, list[Parameter]]:
    """Give the search as SQL; with `newest` only that many rows below `before` are looked at, without the index."""
    source, conditions, params = _text_part(words(wanted.text), before, newest)
    limits: list[tuple[str, Parameter]] = [
        ("(p.published_until IS NULL OR p.published_until >= %s)", wanted.on)
    ]
    if before is not None:
        limits.append((f"{_key(wanted)} < %s", before))
    if wanted.agency is not None:
        limits.append(("p.agency_id = %s", wanted.agency))
    if wanted.since:
        limits.append(("p.decided_on >= %s", wanted.since))
    if wanted.until:
        limits.append(("p.decided_on <= %s", wanted.until))
    where = " AND ".join([*conditions, *(condition for condition, _ in limits)])
    sql = f"SELECT p.id FROM {source} WHERE {where}"  # noqa: S608 - our own names
    return sql, [*params, *(value for _, value in limits)]


def _text_part(wanted: list[str], before: int | None, newest: int) -> tuple[str, list[str], list[Parameter]]:
    """Give tables, conditions and parameters of the words; only what is not withdrawn has a search text."""
    published = f"publicity_publication p JOIN {TABLE} s ON s.publication_id = p.id"
    if not wanted:
        return published, [], []
    # Pairs that all occur need not stand beside each other: each word is checked in the text itself.
    checks: list[str] = ["s.text LIKE %s"] * len(wanted)
    checked: list[Parameter] = [f"%{word}%" for word in wanted]
    needed = sorted({gram for word in wanted for gram in _needed(word)})
    if connection.vendor == "sqlite":
        source = f"{FTS} f JOIN {TABLE} s ON s.publication_id = f.rowid JOIN publicity_publication p ON p.id = f.rowid"
        return source, [f"{FTS} MATCH %s", *checks], [" ".join(f'"{gram}"' for gram in needed), *checked]
    if newest:
        below, params = ("WHERE publication_id < %s", [before]) if before is not None else ("", [])
        recent = f"SELECT * FROM {TABLE} {below} ORDER BY publication_id DESC LIMIT %s"  # noqa: S608 - our own names
        source = f"({recent}) s JOIN publicity_publication p ON p.id = s.publication_id"
        return source, checks, [*params, newest, *checked]
    return published, ["s.grams @> %s::text[]", *checks], [needed, *checked]
