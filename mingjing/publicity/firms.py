"""What is public about one firm, by its credit code: what is open, and of what is not no more than a trace."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from mingjing.publicity.models import FirmEntry, RepairStep, Withdrawal
from mingjing.publicity.results import Result, checks_of_firm
from mingjing.publicity.selectors import Entry, NotPublished, entries_of, firm_of_text

REPAIRED = Q(publication__repairs__steps__kind=RepairStep.Kind.APPROVED)
MOST = 500  # entries on one page; what is older is found by the search


@dataclass(frozen=True, slots=True)
class Taken:
    """That a publication was taken down: when and why, and nothing of what it said."""

    code: str
    agency: str
    ground: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm as the public sees it."""

    code: str
    name: str  # as its latest open publication names it; empty where none is open
    entries: Sequence[Entry]
    taken: Sequence[Taken]
    more: bool
    checks: Sequence[Result] = ()  # random inspections whose results are open or still to come

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """How many open publications of each kind there are: only those count."""
        return Counter(entry.kind_title for entry in self.entries).most_common()

    @property
    def years(self) -> list[tuple[int, int]]:
        """How many in each year from the first to the last, empty years between them too."""
        counts = Counter(entry.decided_on.year for entry in self.entries if entry.decided_on)
        return [(year, counts[year]) for year in range(min(counts), max(counts) + 1)] if counts else []


def firm(text: str, *, on: date) -> Firm:
    """Give what is public about the firm with this code; NotPublished where the text is no credit code."""
    code = firm_of_text(text)
    if not code:
        raise NotPublished(text)
    rows = FirmEntry.objects.filter(code=code).order_by("-publication_id")
    ids = list(rows.values_list("publication_id", flat=True)[: MOST + 1])
    entries = entries_of(ids[:MOST], on=on)
    entries.sort(key=lambda entry: entry.decided_on or date.min, reverse=True)
    name = entries[0].party if entries else ""
    return Firm(code, name, entries, _taken(ids[:MOST]), len(ids) > MOST, checks_of_firm(code, on=on))


def _taken(ids: Sequence[int]) -> list[Taken]:
    rows = Withdrawal.objects.filter(publication_id__in=ids).select_related("publication").order_by("-id")
    # Whose credit is repaired is not to be reminded of it: on his own page not even the trace stays.
    rows = rows.exclude(REPAIRED)
    return [
        Taken(row.publication.code, row.publication.agency_name, row.ground, row.withdrawn_at) for row in rows
    ]
