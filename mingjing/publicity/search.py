"""Searching Chinese text on both databases: single characters as tokens on SQLite, character pairs on PostgreSQL."""

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
_LAST_KNOWN = (
    "\u9fcc"  # younger characters are no letters to SQLite's tokenizer and become words of their own
)


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


def tokens(text: str) -> str:
    """Give the text as SQLite indexes it: every character a word, the boundary a word that nobody can ask for."""
    return " ".join("x0" if char == BOUNDARY else _token(char) for char in text)


def grams(text: str) -> list[str]:
    """Give every character and every pair of neighbours, as PostgreSQL indexes it."""
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    return sorted({one for one in pairs | set(text) if BOUNDARY not in one})


def _token(char: str) -> str:
    return char if char <= _LAST_KNOWN else f"x{ord(char):x}"


def words(query: str) -> list[str]:
    """Give the words of a search, each to be found as it stands, at most eight."""
    return [word for part in query[:200].split()[:8] if (word := split(part))]


def index(publication_id: int, texts: Iterable[str]) -> None:
    """Make a publication findable by these texts. The caller holds the transaction that publishes it."""
    text = joined(texts)
    SearchText.objects.create(publication_id=publication_id, text=text)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # A flushed test database forgets rows and not this index: the number may come again.
            cursor.execute(f"DELETE FROM {FTS} WHERE rowid = %s", [publication_id])  # noqa: S608
            cursor.execute(f"INSERT INTO {FTS} (rowid, text) VALUES (%s, %s)", [publication_id, tokens(text)])  # noqa: S608
        else:
            cursor.execute(
                f"UPDATE {TABLE} SET grams = %s WHERE publication_id = %s",  # noqa: S608
                [grams(text), publication_id],
            )


def forget(publication_id: int) -> None:
    """Take a publication out of the search. The caller holds the transaction that withdraws it."""
    SearchText.objects.filter(publication_id=publication_id).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {FTS} WHERE rowid = %s", [publication_id])  # noqa: S608


def found_ids(wanted: Wanted, *, before: int | None, limit: int) -> list[int]:
    """Give the ids of what is published and matches, newest first: those below `before`, at most `limit`."""
    sql, params = _statement(wanted, before)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {_key(wanted)} DESC LIMIT %s", [*params, limit])
        return [row[0] for row in cursor.fetchall()]


def counted(wanted: Wanted, *, most: int) -> int:
    """Count the matches, but not beyond `most`: nobody needs to know how many thousands there are."""
    sql, params = _statement(wanted, None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql} LIMIT %s) AS few", [*params, most])  # noqa: S608
        return int(cursor.fetchone()[0])


def _key(wanted: Wanted) -> str:
    # Walking the index of words in its own order, the database stops after one page of a common word.
    return "f.rowid" if words(wanted.text) and connection.vendor == "sqlite" else "p.id"


def _statement(wanted: Wanted, before: int | None) -> tuple[str, list[Parameter]]:
    source, conditions, params = _text_part(words(wanted.text))
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
    return f"SELECT p.id FROM {source} WHERE {where}", [*params, *(value for _, value in limits)]  # noqa: S608


def _text_part(wanted: list[str]) -> tuple[str, list[str], list[Parameter]]:
    """Give tables, conditions and parameters of the words; only what is not withdrawn has a search text."""
    published = f"publicity_publication p JOIN {TABLE} s ON s.publication_id = p.id"
    if not wanted:
        return published, [], []
    if connection.vendor == "sqlite":
        phrases = " ".join(f'"{tokens(word)}"' for word in wanted)
        return f"{FTS} f JOIN publicity_publication p ON p.id = f.rowid", [f"{FTS} MATCH %s"], [phrases]
    asked = sorted({one for word in wanted for one in grams(word)})
    # Pairs that all occur need not stand beside each other: each word is checked in the text itself.
    checks = ["s.text LIKE %s"] * len(wanted)
    return published, ["s.grams @> %s::text[]", *checks], [asked, *(f"%{word}%" for word in wanted)]
