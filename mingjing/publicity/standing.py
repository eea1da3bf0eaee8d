"""How every publication stands on a day, in one pass: for those who keep a copy and make anew only what changed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from mingjing.publicity import open_data
from mingjing.publicity.draw_models import DrawnResult, PublicDraw
from mingjing.publicity.models import FirmEntry, Publication
from mingjing.publicity.search import terms_of_row
from mingjing.publicity.selectors import ENTRY, Entry
from mingjing.publicity.terms import BOUNDARY, Terms, firm_code, grams, joined
from mingjing.publicity.versions import PublicItem
from mingjing.translog.selectors import indexes_of

CHUNK: Final = 2_000
UNDATED: Final = "undated"
# What of a row a page can change with: a published row is only withdrawn, ended, corrected or destroyed.
_COLUMNS: Final = (
    *("id", "code", "agency__code", "decided_on", "published_until", "title", "version", "firm_entry__code"),
    *("withdrawal__id", "correction__id", "corrected_by__publication__code", "search_text__publication_id"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One publication; `mark` is another whenever its page is another."""

    id: int
    code: str
    agency: str
    month: str  # of the decision, 2026-03
    open: bool
    mark: str


def standings(*, on: date, size: int) -> Iterator[Standing]:
    """Give every publication, the oldest first; `size` is how many entries of the log have proofs."""
    last = 0
    while True:
        rows = list(Publication.objects.filter(id__gt=last).order_by("id").values_list(*_COLUMNS)[:CHUNK])
        if not rows:
            return
        last = rows[-1][0]
        places = indexes_of([ref for row in rows for ref in (row[1], f"withdrawal-{row[1]}")])
        for row in rows:
            own = [places.get(ref) for ref in (row[1], f"withdrawal-{row[1]}")]
            yield _standing(row, on, own, size)


def _standing(row: Sequence[Any], on: date, places: Sequence[int | None], size: int) -> Standing:
    _, code, agency, decided, until, *_, withdrawal, _, _, found = row
    ended = until is not None and until < on
    shown = found is not None and withdrawal is None and not ended
    proven = [at is not None and at < size for at in places]
    mark = hashlib.sha256(repr((row, ended, places, proven)).encode()).hexdigest()[:32]
    return Standing(row[0], code, agency, f"{decided:%Y-%m}" if decided else UNDATED, shown, mark)


def firm_standings(*, on: date) -> Iterator[tuple[str, str]]:
    """Give every firm that something was published about, with a mark that is another whenever its page is."""
    columns = ("code", *(f"publication__{name}" for name in _COLUMNS if not name.startswith("firm_entry")))
    rows = FirmEntry.objects.order_by("code", "publication_id").values_list(*columns)
    drawn = _drawn()
    for code, group in groupby(rows.iterator(CHUNK), key=lambda row: row[0]):
        digest = hashlib.sha256(drawn.get(code, b""))
        for row in group:
            ended = row[5] is not None and row[5] < on
            digest.update(repr((row, ended)).encode())
        yield code, digest.hexdigest()[:32]


def _drawn() -> dict[str, bytes]:
    """Give for every firm that was inspected after a draw what its page says of that."""
    told: dict[str, bytes] = {}
    columns = ("object", "draw__code", "visited_on", "item", "result", "conclusion", "follow", "case_code")
    for row in DrawnResult.objects.exclude(case_code="").order_by("id").values_list(*columns).iterator(CHUNK):
        told[row[0]] = told.get(row[0], b"") + repr(row).encode()
    return told


@dataclass(frozen=True, slots=True)
class Findable:
    """An open publication as a search without a server needs it: what is shown of it, and what it is found by."""

    id: int
    entry: Entry
    firm: str
    words: Sequence[str]  # pairs of letters, fours of numbers
    terms: Terms


def findable(first: int, end: int, *, on: date) -> Iterator[Findable]:
    """Give what is open of the publications from `first` up to before `end`, the oldest first."""
    rows = Publication.objects.filter(id__gte=first, id__lt=end, search_text__isnull=False)
    rows = rows.exclude(published_until__lt=on).select_related("agency").order_by("id")
    for row in rows.iterator(CHUNK):
        firm = firm_code(row.body)
        texts = joined([row.party, row.document_no, row.title, row.agency_name, firm])
        words = [one for one in grams(texts) if len(one) > 1]
        yield Findable(row.pk, Entry(*(getattr(row, name) for name in ENTRY)), firm, words, terms_of_row(row))


def laws_of(terms: Terms) -> list[str]:
    """Give the laws, and laws with article, that a publication cites, in the form that a search asks for."""
    return [one for one in terms.laws.split(BOUNDARY) if one]


def entries_of_month(agency: str, month: str, *, on: date) -> list[Entry]:
    """Give the open publications that an agency decided in a month, the latest first."""
    rows = Publication.objects.filter(agency__code=agency, search_text__isnull=False)
    rows = rows.exclude(published_until__lt=on)
    if month == UNDATED:
        rows = rows.filter(decided_on__isnull=True)
    else:
        year, number = map(int, month.split("-"))
        rows = rows.filter(decided_on__year=year, decided_on__month=number)
    return [Entry(*row) for row in rows.order_by("-decided_on", "-id").values_list(*ENTRY)]


def last_id() -> int:
    """Give the number of the newest publication, 0 where there is none."""
    return Publication.objects.order_by("-id").values_list("id", flat=True).first() or 0


def draw_codes() -> list[str]:
    """Give every draw that was announced."""
    return list(PublicDraw.objects.order_by("code").values_list("code", flat=True))


def months_of_change() -> list[tuple[int, int]]:
    """Give the months in which something that is public beforehand was published, the latest first."""
    found = PublicItem.objects.datetimes("published_at", "month", order="DESC")
    return [(one.year, one.month) for one in found]


def open_data_is_behind(*, on: date) -> bool:
    """Tell whether the files of the day hold something that was taken down or has ended since they were written."""
    path = open_data.folder() / open_data.CODES
    known = path.read_text(encoding="utf-8").split() if path.exists() else []
    for at in range(0, len(known), CHUNK):
        codes = known[at : at + CHUNK]
        rows = Publication.objects.filter(code__in=codes, search_text__isnull=False)
        if rows.exclude(published_until__lt=on).count() < len(codes):
            return True
    return False
