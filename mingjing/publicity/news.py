"""What is new for whoever follows a search: publications and withdrawals, the latest first; nothing is sent here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mingjing.publicity import search
from mingjing.publicity.firms import REPAIRED
from mingjing.publicity.models import FirmEntry, Withdrawal
from mingjing.publicity.search import Wanted
from mingjing.publicity.selectors import Entry, entries_of
from mingjing.publicity.terms import split, wide_region, words

LATEST = 50
# Withdrawals looked through for a feed: there are few, and a feed reaches back a few weeks.
WITHDRAWN = 500


@dataclass(frozen=True, slots=True)
class News:
    """One publication, or that one was taken down; then it has no content."""

    entry: Entry
    at: datetime
    ground: str = ""  # why it was taken down

    @property
    def withdrawn(self) -> bool:
        return bool(self.ground)


def latest(wanted: Wanted, *, firm: str = "", limit: int = LATEST) -> list[News]:
    """Give the newest publications that match and the newest withdrawals that may be told, mixed by time."""
    if firm:
        ids = FirmEntry.objects.filter(code=firm).order_by("-publication_id")
        entries = entries_of(list(ids.values_list("publication_id", flat=True)[:limit]), on=wanted.on)
    else:
        entries = entries_of(search.found_ids(wanted, before=None, limit=limit), on=wanted.on)
    told = [News(entry, entry.published_on) for entry in entries] + _withdrawals(wanted, firm, limit)
    return sorted(told, key=lambda one: one.at, reverse=True)[:limit]


def _withdrawals(wanted: Wanted, firm: str, limit: int) -> list[News]:
    rows = Withdrawal.objects.select_related("publication__agency").order_by("-id")
    rows = rows.filter(publication__firm_entry__code=firm).exclude(REPAIRED) if firm else rows
    return [bare(row) for row in rows[:WITHDRAWN] if firm or tellable(wanted, row)][:limit]


def bare(row: Withdrawal) -> News:
    """Give the news of a withdrawal: number, agency and dates, nothing of what was published."""
    shown = row.publication
    entry = Entry(
        code=shown.code,
        title="",
        kind_title=shown.kind_title,
        document_no=shown.document_no,
        party="",
        agency=shown.agency_name,
        decided_on=shown.decided_on,
        published_on=shown.published_at,
        result="",
    )
    return News(entry, row.withdrawn_at, row.ground)


def tellable(wanted: Wanted, row: Withdrawal) -> bool:
    """Say whether a withdrawal matches by what stays public of it.

    A search for words or laws must not find out what the publication said: it matches by number and agency alone.
    """
    shown = row.publication
    visible = [split(text) for text in (shown.document_no, shown.agency_name)]
    columns = (
        (wanted.agency, shown.agency.code == wanted.agency),
        (wanted.kind, shown.kind == wanted.kind),
        (wanted.region, shown.agency.region.startswith(wide_region(wanted.region) or "none")),
        (
            wanted.since,
            shown.decided_on is not None and wanted.since is not None and shown.decided_on >= wanted.since,
        ),
        (
            wanted.until,
            shown.decided_on is not None and wanted.until is not None and shown.decided_on <= wanted.until,
        ),
        (wanted.law or wanted.result, False),
    )
    named = all(any(word in text for text in visible) for word in words(wanted.text))
    return named and all(holds for asked, holds in columns if asked)


def described(wanted: Wanted, titles: dict[str, dict[str, str]], firm: str = "") -> str:
    """Say in Chinese what is followed: 舞钢市城市管理局 行政处罚决定 “道路”."""
    parts: Sequence[str] = [
        *(
            titles[sort].get(value, value)
            for sort in ("region", "agency", "kind", "result")
            if (value := getattr(wanted, sort))
        ),
        f"《{wanted.law.strip('《》')}》" if wanted.law else "",
        f"“{wanted.text}”" if wanted.text else "",
        firm,
    ]
    return " ".join(part for part in parts if part) or "全部公示"


def without_days(wanted: Wanted) -> Wanted:
    """Give the search without its days: what is new is always of today."""
    return replace(wanted, since=None, until=None)
