"""What the public reads of all that is published beforehand: by agency and kind, every version, what changed when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from mingjing.kit.clock import BEIJING, legal_day
from mingjing.packs.table_compare import RowChange, Table, counted, table_changes
from mingjing.publicity.catalogue_models import ItemEnding
from mingjing.publicity.items import WHOLE, row_mark
from mingjing.publicity.models import PublicItem
from mingjing.publicity.selectors import NotPublished
from mingjing.publicity.tables import table_of

__all__ = [
    "EMPTY",
    "Kind",
    "PublicItem",
    "Table",
    "agency_names",
    "changes_on",
    "compared",
    "counted",
    "ending_of",
    "lists_in_use",
    "marked_rows",
    "shelves",
    "sorts",
    "table_changes",
    "table_of",
    "version_before",
    "version_of",
    "versions_of",
    "windows",
    "without_ended",
]

Kind = PublicItem.Kind
CHANNELS = "channels"  # the list of where to complain
WINDOWS = "windows"  # the list that says who sits where
MOST_CHANGES = 100  # on one page of changes
LONGEST_SPAN = timedelta(days=366)
EMPTY = Table((), ())
LATEST = """
SELECT i.id, i.kind, i.slug, i.agency_code, i.title, i.version, i.published_at FROM publicity_publicitem i
WHERE i.kind NOT IN ('log', 'chart') AND i.version = (
  SELECT MAX(v.version) FROM publicity_publicitem v
  WHERE v.kind = i.kind AND v.agency_code = i.agency_code AND v.slug = i.slug
) ORDER BY i.agency_code, i.kind, i.slug"""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of something published: how it stands today."""

    item: PublicItem
    ending: ItemEnding | None  # of the whole version
    followed: bool  # a newer one was published

    @property
    def applies(self) -> bool:
        """Whether it is what holds today."""
        return self.ending is None and not self.followed


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row as published, with its ending where it no longer applies."""

    cells: Sequence[str]
    ending: ItemEnding | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed on a day: a version published, or something that stopped to apply."""

    item: PublicItem
    at: datetime
    ending: ItemEnding | None  # None: the version itself was published
    rows: int  # of an ending: how many rows; 0 where it is the whole version
    counts: Mapping[str, int]  # of a version: rows added, removed, altered against the one before


@dataclass(frozen=True, slots=True)
class Window:
    """A window with the people on duty at it, as published, and their certificates as the register shows them."""

    agency: str
    name: str
    posts: Sequence[Mapping[str, Any]]
    told: Mapping[str, str]  # address, phone, hours


def version_of(kind: str, *, agency: str, slug: str, version: int | None = None) -> PublicItem:
    """Give a version of an item, the latest where none is named; without an agency the first that has it."""
    rows = PublicItem.objects.filter(kind=kind, slug=slug)
    rows = rows.filter(agency_code=agency) if agency else rows
    rows = rows.filter(version=version) if version else rows
    row = rows.order_by("agency_code", "-version").first()
    if row is None:
        raise NotPublished(f"{kind}/{slug}")
    return row


def versions_of(item: PublicItem) -> list[Version]:
    """Give every version of an item, the latest first."""
    rows = PublicItem.objects.filter(kind=item.kind, agency_code=item.agency_code, slug=item.slug)
    found = rows.defer("body", "svg").order_by("-version")
    endings = {
        one.item_id: one for one in ItemEnding.objects.filter(item__in=[one.pk for one in found], row=WHOLE)
    }
    return [Version(one, endings.get(one.pk), place > 0) for place, one in enumerate(found)]


def marked_rows(item: PublicItem) -> list[MarkedRow]:
    """Give the rows of a version, each with its ending where it has one."""
    endings = {one.row: one for one in item.endings.exclude(row=WHOLE)}
    rows = table_of(item.kind, item.body).rows
    return [MarkedRow(row, endings.get(row_mark(list(row))) if endings else None) for row in rows]


def without_ended(items: Sequence[PublicItem]) -> list[PublicItem]:
    """Give the items that still apply as a whole."""
    rows = ItemEnding.objects.filter(row=WHOLE, item__in=[one.pk for one in items])
    gone = set(rows.values_list("item_id", flat=True))
    return [one for one in items if one.pk not in gone]


def ending_of(item: PublicItem) -> ItemEnding | None:
    """Give the ending of a whole version, where it has one."""
    return item.endings.filter(row=WHOLE).first()


def compared(old: PublicItem | None, new: PublicItem) -> tuple[RowChange, ...]:
    """Give what the new version changed against the old one; against none, every row is new."""
    before = table_of(old.kind, old.body) if old else EMPTY
    return table_changes(before, table_of(new.kind, new.body))


def version_before(item: PublicItem) -> PublicItem | None:
    """Give the version before this one."""
    rows = PublicItem.objects.filter(kind=item.kind, agency_code=item.agency_code, slug=item.slug)
    return rows.filter(version__lt=item.version).order_by("-version").first()


def changes_on(*, since: date, until: date, agency: str = "") -> tuple[list[Change], int]:
    """Give what changed from one day to another, the latest first, and how many changes there are in all."""
    begins = datetime.combine(since, time(), BEIJING)
    ends = datetime.combine(until + timedelta(days=1), time(), BEIJING)
    items = PublicItem.objects.filter(published_at__gte=begins, published_at__lt=ends)
    items = items.exclude(kind__in=(Kind.LOG, Kind.CHART))
    endings = ItemEnding.objects.filter(ended_at__gte=begins, ended_at__lt=ends).select_related("item")
    if agency:
        items, endings = items.filter(agency_code=agency), endings.filter(item__agency_code=agency)
    stopped = _grouped(endings.order_by("-pk"))
    count = items.count() + len(stopped)
    new = [_published(one) for one in items.order_by("-published_at", "-pk")[:MOST_CHANGES]]
    found = sorted((*new, *stopped), key=lambda one: one.at, reverse=True)
    return found[:MOST_CHANGES], count


def _published(item: PublicItem) -> Change:
    before = version_before(item)
    return Change(item, item.published_at, None, 0, counted(compared(before, item)) if before else {})


def _grouped(endings: Iterable[ItemEnding]) -> list[Change]:
    """Give the endings of one version on one day as one change: a repealed law may end a hundred rows."""
    groups: dict[tuple[int, date], list[ItemEnding]] = {}
    for one in endings:
        groups.setdefault((one.item_id, legal_day(one.ended_at)), []).append(one)
    return [
        Change(found[0].item, found[0].ended_at, found[0], sum(bool(one.row) for one in found), {})
        for found in groups.values()
    ]


# --- by agency and by kind --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything of one agency, or of one kind, that is published beforehand."""

    title: str
    code: str
    versions: Sequence[Version]


def shelves(*, agency: str = "", kind: str = "") -> list[Shelf]:
    """Give the latest version of everything, by agency; narrowed to an agency or to a kind where one is asked."""
    rows = [one for one in PublicItem.objects.raw(LATEST) if not agency or one.agency_code == agency]
    if kind:
        rows = [one for one in rows if kind in (one.kind, sort_of(one)[0])]
    endings = {one.item_id: one for one in ItemEnding.objects.filter(row=WHOLE).select_related(None)}
    names = agency_names(rows)
    found: dict[str, list[Version]] = {}
    for one in rows:
        found.setdefault(one.agency_code, []).append(Version(one, endings.get(one.pk), followed=False))
    return [
        Shelf(names.get(code, code), code, sorted(items, key=lambda one: sort_of(one.item)[2]))
        for code, items in found.items()
    ]


def agency_names(rows: Iterable[PublicItem]) -> dict[str, str]:
    """Give the names of agencies as they are published."""
    codes = {one.agency_code for one in rows}
    told = PublicItem.objects.filter(kind=Kind.AGENCY, agency_code__in=codes).order_by("version")
    return dict(told.values_list("agency_code", "title"))


def sorts() -> list[tuple[str, str, int]]:
    """Give every kind of thing that somebody has published: code, title, how many agencies have it."""
    found: dict[tuple[str, str, int], set[str]] = {}
    for one in PublicItem.objects.raw(LATEST):
        found.setdefault(sort_of(one), set()).add(one.agency_code)
    return [(code, title, len(found[code, title, order])) for code, title, order in sorted(found, key=_third)]


def _third(key: tuple[str, str, int]) -> int:
    return key[2]


def sort_of(item: PublicItem) -> tuple[str, str, int]:
    """Give under which heading an item stands, its Chinese name and its place: a list under its own kind."""
    if item.kind == Kind.CATALOGUE:
        code, _, year = item.slug.partition("-")
        return code, item.title.removeprefix(f"{year}年"), CATALOGUE_ORDER.get(code, len(CATALOGUE_ORDER))
    if item.kind == Kind.CHANNEL:
        return CHANNELS, Kind.CHANNEL.label, CATALOGUE_ORDER[CHANNELS]  # beside the list of the same name
    return item.kind, Kind(item.kind).label, len(CATALOGUE_ORDER) + 1 + ORDER.index(Kind(item.kind))


CATALOGUE_ORDER = {
    "powers": 0, "enforcement_items": 1, "supervision_items": 2, "random_items": 3, "inspection_plan": 4,
    "frequency_caps": 5, "windows": 6, "channels": 7,
}  # fmt: skip
ORDER = (
    Kind.AGENCY, Kind.OFFICERS, Kind.GUIDE, Kind.LAWS, Kind.RECORDING, Kind.REVIEWS, Kind.BENCHMARK, Kind.LIST,
    Kind.DELEGATIONS,
)  # fmt: skip


# --- windows ----------------------------------------------------------------------------------------


def windows(agency: str = "") -> list[Window]:
    """Give every window in use with the people at it, by agency."""
    return [window for one in lists_in_use(WINDOWS, agency) for window in _windows(one)]


def lists_in_use(slug: str, agency: str = "") -> list[PublicItem]:
    """Give the latest version of one list of every agency, or of one, without those that no longer apply."""
    rows = PublicItem.objects.filter(kind=Kind.CATALOGUE, slug=slug).order_by("agency_code", "version")
    latest = {one.agency_code: one for one in (rows.filter(agency_code=agency) if agency else rows)}
    return without_ended(list(latest.values()))


def _windows(item: PublicItem) -> list[Window]:
    officers = _certificates(item.agency_code)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in item.body["rows"]:
        told = dict(zip(item.body["keys"], row, strict=True))
        people = [{"name": name, **officers.get(name, {})} for name in told["staff"].split("、") if name]
        groups.setdefault(told["name"], []).append({**told, "people": people})
    return [
        Window(
            item.body["agency"], name, posts, {key: posts[0][key] for key in ("address", "phone", "hours")}
        )
        for name, posts in groups.items()
    ]


def _certificates(agency: str) -> dict[str, dict[str, str]]:
    """Give the published officers of an agency by name; of two who share a name neither."""
    row = PublicItem.objects.filter(kind=Kind.OFFICERS, agency_code=agency).order_by("-version").first()
    found: dict[str, list[dict[str, str]]] = {}
    for one in row.body["officers"] if row else ():
        found.setdefault(one["name"], []).append(one)
    return {name: rows[0] for name, rows in found.items() if len(rows) == 1}
