"""What of the published lists the room of inspections may rest on, told to it with every version and every ending."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mingjing.inspections.planning import items, plans
from mingjing.kit.clock import legal_day
from mingjing.packs.catalogue_import import checked_row
from mingjing.packs.catalogue_kinds import year_of
from mingjing.publicity.catalogue_law import checking_for, kind_for
from mingjing.publicity.items import WHOLE, ended, latest_of, row_mark
from mingjing.publicity.models import PublicItem

if TYPE_CHECKING:
    from mingjing.inspections.models import PlanLine
    from mingjing.personnel.models import Agency

Rows = Sequence[Mapping[str, str]]


@transaction.atomic
def note_list(agency: "Agency", slug: str) -> None:
    """Tell the room of inspections what the public can read of a list now. Any number of times; other lists: nothing.

    Part of the transaction that publishes, withdraws or ends: a draw rests on what is public, or on nothing.
    """
    note = _NOTES.get(slug.partition("-")[0])
    if note is not None:
        item = latest_of(PublicItem.Kind.CATALOGUE, agency.code, slug)
        rows = _applying(item) if item is not None and not ended(item) else []
        note(agency, slug, item, rows)


def _applying(item: PublicItem) -> Rows:
    """Give the rows of a version that still apply, by column."""
    gone = set(item.endings.exclude(row=WHOLE).values_list("row", flat=True))
    keys = item.body["keys"]
    return [dict(zip(keys, row, strict=True)) for row in item.body["rows"] if row_mark(list(row)) not in gone]


def _items(agency: "Agency", slug: str, item: PublicItem | None, rows: Rows) -> None:
    """An item stands in the list where a row says exactly what the item says."""
    standing: dict[int, int] = {}
    if item is not None and rows:
        kind, checking = kind_for(agency, slug), checking_for(agency, legal_day(item.published_at))
        keys, shown = item.body["keys"], {tuple(row.values()) for row in rows}
        for one in items.every_version(agency):
            told = items.item_row(one)
            kept = checked_row([told.get(key, "") for key in keys], kind, checking)[0]
            # A version written later may differ in what the public list does not tell.
            if kept in shown and one.drafted_at <= item.published_at:
                standing[one.pk] = item.version
    items.note_published(standing, agency=agency)


def _lines(agency: "Agency", slug: str, item: PublicItem | None, rows: Rows) -> None:
    """A line stands in the list where a row has its name, item, ratios and days; an item may have a newer version."""
    year = year_of(slug)
    if year is None:
        return
    names: dict[str, set[str]] = {}
    for one in items.every_version(agency):
        names.setdefault(one.code, set()).add(one.name)
    standing = {
        line.pk: item.version
        for line in plans.lines_in(agency, year)
        if item is not None and any(_same(row, line, names) for row in rows)
    }
    plans.note_published(standing, agency=agency, year=year)


def _same(row: Mapping[str, str], line: "PlanLine", names: Mapping[str, set[str]]) -> bool:
    told = plans.line_words(line)
    return row["item"] in names.get(line.item, ()) and all(row[key] == cell for key, cell in told.items())


def _caps(agency: "Agency", slug: str, item: PublicItem | None, rows: Rows) -> None:
    items.note_caps(rows, version=item.version if item else 0, agency=agency)


_NOTES: Final[Mapping[str, Callable[["Agency", str, PublicItem | None, Rows], None]]] = {
    "random_items": _items,
    "inspection_plan": _lines,
    "frequency_caps": _caps,
}
