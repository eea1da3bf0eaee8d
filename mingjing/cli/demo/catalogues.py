"""The public lists of the demo bureau, led through draft, check, review and publication by its own people."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU
from mingjing.kit.clock import legal_day
from mingjing.packs.catalogue_kinds import CatalogueKind
from mingjing.personnel.selectors import agency, person
from mingjing.publicity import catalogues
from mingjing.publicity.catalogue_desk import draft
from mingjing.publicity.catalogue_law import kinds_for
from mingjing.publicity.catalogue_rows import catalogue_rows
from mingjing.publicity.versions import lists_in_use

TABLE: Final = Path(__file__).parent / "catalogues.toml"
# What people of the bureau would fill in beside what the system knows; made up.
FILLED: Final = {
    "unit": "法制科",
    "duty": "按法定程序受理、立案、调查、审核、告知、决定、送达和执行，公开结果",
    "blame": "不履行或者违法履行职责的，依法追究责任",
    "phone": "0375-8100012",
    "object": "公民、法人和其他组织",
}
FIRST_POWERS, HELD_BACK = 36, 3  # days ago; rows that came with the second version
Rows = list[tuple[str, ...]]


def publish_catalogues() -> None:
    """Publish what is missing of the lists of the demo bureau; some of them in two versions."""
    kinds, now = kinds_for(agency(BUREAU)), timezone.now()
    for code in ("powers", "enforcement_items"):
        _known(kinds[code], now)
    for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["list"]:
        _told(kinds[row["code"]], row, now)


def _known(kind: CatalogueKind, now: datetime) -> None:
    """What the rules and benchmarks of the bureau say, first without its last rows."""
    at = kind.place("basis")
    rows = [row for row in catalogue_rows(kind, agency(BUREAU), legal_day(now)) if row[at]]
    named = [
        tuple(cell or FILLED.get(one.key, "") for one, cell in zip(kind.columns, row, strict=True))
        for row in rows
    ]
    _publish(kind, [rows[:-HELD_BACK], named], now, (FIRST_POWERS, 8))


def _told(kind: CatalogueKind, told: Mapping[str, Any], now: datetime) -> None:
    """What the table says, in one version or two."""
    rows = [_row(kind, one, now) for one in told["rows"]]
    name = kind.place("name") if any(one.key == "name" for one in kind.columns) else 0
    versions, days = [rows], [told["first"]]
    if "second" in told:
        kept = (_altered(kind, row, told["alter"]) for row in rows if row[name] not in told["drop"])
        versions.append([*kept, *(_row(kind, one, now) for one in told["add"])])
        days.append(told["second"])
    _publish(kind, versions, now, days)


def _row(kind: CatalogueKind, told: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    cells = (told.get(one.key, "") for one in kind.columns)
    return tuple(f"{legal_day(now).year}{cell}" if cell.startswith("-") else cell for cell in cells)


def _altered(
    kind: CatalogueKind, row: tuple[str, ...], changes: Iterable[Mapping[str, str]]
) -> tuple[str, ...]:
    new = next((one for one in changes if one["name"] == row[kind.place("name")]), {})
    return tuple(new.get(one.key, cell) for one, cell in zip(kind.columns, row, strict=True))


def _publish(kind: CatalogueKind, versions: Sequence[Rows], now: datetime, days: Sequence[int]) -> None:
    slug = kind.slug(legal_day(now).year)
    if lists_in_use(slug, BUREAU):
        return
    for rows, ago in zip(versions, days, strict=True):
        publish_version(kind, slug, rows, now - timedelta(days=ago))


@transaction.atomic  # no draft is left half way
def publish_version(kind: CatalogueKind, slug: str, rows: Rows, at: datetime) -> None:
    """Lead one version of a list through draft, check, review and publication."""
    author, reviewer, above = person("publicity"), person("reviewer"), person("supervisor")
    catalogues.begin_draft(agency=BUREAU, slug=slug, rows=rows, by=author, at=at, source="演示数据")
    catalogues.submit(agency=BUREAU, slug=slug, by=author, at=at)
    seen = draft(agency(BUREAU), slug).digest
    catalogues.check(agency=BUREAU, slug=slug, by=reviewer, at=at, seen=seen)
    if kind.reviewed:
        catalogues.review(agency=BUREAU, slug=slug, by=above, at=at, seen=seen)
    catalogues.publish(agency=BUREAU, slug=slug, by=author, at=at, seen=seen)
