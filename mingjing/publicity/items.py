"""Writing what is made public beforehand: one row and one leaf of the log for every version and every ending."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mingjing.kit.canonical import digest
from mingjing.kit.clock import beijing
from mingjing.publicity.catalogue_models import ItemEnding
from mingjing.publicity.models import PublicItem
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

REF: Final = 100  # characters that the log keeps of what a leaf is about
WHOLE: Final = ""  # the row of an ending that is the whole version's


def public_item(
    kind: str, agency: "Agency | None", title: str, body: Mapping[str, Any], *, slug: str = "", svg: str = ""
) -> PublicItem:
    """Make an item, not yet published."""
    return PublicItem(
        kind=kind,
        agency_code=agency.code if agency else "",
        slug=slug,
        title=title,
        body=dict(body),
        svg=svg,
        digest=digest({"title": title, "body": dict(body), "svg": svg}),
    )


def publish_item(item: PublicItem, at: datetime) -> PublicItem | None:
    """Write a new version and its leaf, unless the latest says the same and still applies."""
    latest = latest_of(item.kind, item.agency_code, item.slug)
    if latest is not None and latest.digest == item.digest and not ended(latest):
        return None
    item.version, item.published_at = (latest.version + 1 if latest else 1), at
    try:
        with transaction.atomic():
            item.save(force_insert=True)
            _log(item.digest, f"{item.kind}/{item.agency_code}/{item.slug}", at)
    except IntegrityError:
        return None  # another process published this very version meanwhile
    return item


def latest_of(kind: str, agency: str, slug: str) -> PublicItem | None:
    """Give the latest version of an item, or None where it was never published."""
    rows = PublicItem.objects.filter(kind=kind, agency_code=agency, slug=slug)
    return rows.order_by("-version").first()


def ended(item: PublicItem) -> bool:
    """Say whether the whole version no longer applies."""
    return item.endings.filter(row=WHOLE).exists()


def row_mark(row: list[str]) -> str:
    """Give the mark of a row in its version."""
    return digest(list(row))


def end_item(
    item: PublicItem, *, row: str, ground: str, since: date, reason: str, by: str, at: datetime
) -> ItemEnding | None:
    """Note that a version, or one row of it, no longer applies; None where that was noted before."""
    content = ending_content(item, row, ground, since.isoformat(), reason)
    ending = ItemEnding(
        item=item, row=row, ground=ground, since=since, reason=reason, digest=digest(content), ended_by=by,
        ended_at=at,
    )  # fmt: skip
    if item.endings.filter(row=row).exists():
        return None
    try:
        with transaction.atomic():
            ending.save(force_insert=True)
            _log(ending.digest, ending_ref(item, row), at)
    except IntegrityError:
        return None  # another process noted it meanwhile
    return ending


def ending_content(item: PublicItem, row: str, ground: str, since: str, reason: str) -> dict[str, Any]:
    """Give what the leaf of an ending commits to."""
    return {"v": 1, "ends": item.digest, "row": row, "ground": ground, "since": since, "reason": reason}


def ending_ref(item: PublicItem, row: str) -> str:
    """Give what the leaf of an ending is about."""
    return f"item-end/{item.kind}/{item.agency_code}/{item.slug}/{item.version}/{row[:12]}"[:REF]


def _log(mark: str, ref: str, at: datetime) -> None:
    # Published to everybody, so the commitment needs no salt.
    enqueue(kind="register", data={"h": mark, "at": beijing(at).isoformat()}, ref=ref[:REF])
