"""The daily look at what was published beforehand: lists whose time is over, rows whose legal basis has ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from mingjing.kit.clock import chinese_date, legal_day
from mingjing.norms.selectors import register_for
from mingjing.packs.basis import BasisEnd, basis_ended, basis_partly_ended
from mingjing.personnel.selectors import NotOnRegister, agency
from mingjing.publicity.catalogue_models import CatalogueStep, ItemEnding
from mingjing.publicity.inspection_lists import note_list
from mingjing.publicity.items import WHOLE, end_item, row_mark
from mingjing.publicity.models import PublicItem
from mingjing.publicity.tables import basis_place, own_end

Ground = ItemEnding.Ground
NOTHING_LEFT = "清单里每一行的依据都已失效"
LATEST = """
SELECT i.* FROM publicity_publicitem i WHERE i.kind NOT IN ('log', 'chart', 'guide', 'laws') AND i.version = (
  SELECT MAX(v.version) FROM publicity_publicitem v
  WHERE v.kind = i.kind AND v.agency_code = i.agency_code AND v.slug = i.slug
) ORDER BY i.id"""


@dataclass(frozen=True, slots=True)
class RowEnd:
    """One row of a version whose basis ends: `partly` where other law that it cites still holds."""

    row: tuple[str, ...]
    end: BasisEnd
    partly: bool


def end_outdated(*, at: datetime) -> list[ItemEnding]:
    """Note of every latest version what no longer applies today; give what is new. For the daily run, restartable."""
    day, made = legal_day(at), list[ItemEnding]()
    for item in PublicItem.objects.raw(LATEST):
        marked = set(item.endings.values_list("row", flat=True))
        if WHOLE not in marked:
            made += _ended(item, marked, day, at)
    return made


@transaction.atomic  # what may rest on a list ends with it
def _ended(item: PublicItem, marked: set[str], day: date, at: datetime) -> list[ItemEnding]:
    """End a version whose last day is over as a whole, else the rows without a basis."""
    last = own_end(item.body)
    if last is not None and last < day:
        reason = f"本清单载明的期限至{chinese_date(last)}届满"
        new = end_item(
            item, row=WHOLE, ground=Ground.TERM, since=last + timedelta(days=1), reason=reason, by="", at=at
        )
        return _noted(item, [new] if new else [], at)
    made = []
    for one in rows_ending(item, day):
        mark = row_mark(list(one.row))
        if not one.partly and mark not in marked:
            marked.add(mark)
            new = end_item(
                item,
                row=mark,
                ground=Ground.BASIS,
                since=one.end.since,
                reason=one.end.reason[:400],
                by="",
                at=at,
            )
            made += [new] if new else []
    return _noted(item, [*made, *_nothing_left(item, marked, at)], at)


def _nothing_left(item: PublicItem, marked: set[str], at: datetime) -> list[ItemEnding]:
    """End a version of which every row has ended, from the day on which the last did."""
    rows = [row_mark(list(row)) for row in item.body.get("rows", ())]
    if not rows or not set(rows) <= marked:
        return []
    since = max(one.since for one in item.endings.all())
    new = end_item(item, row=WHOLE, ground=Ground.BASIS, since=since, reason=NOTHING_LEFT, by="", at=at)
    return [new] if new else []


def _noted(item: PublicItem, made: list[ItemEnding], at: datetime) -> list[ItemEnding]:
    """Write the step that tells the agency; lists that the system makes itself have no steps."""
    if made and item.kind == PublicItem.Kind.CATALOGUE:
        whole = made[-1].row == WHOLE
        told = made[-1].reason if whole else f"{len(made)} 行的依据已失效：{made[0].reason}"
        body = agency(item.agency_code)
        CatalogueStep.objects.create(
            agency=body, slug=item.slug, kind=CatalogueStep.Kind.ENDED, reason=told[:400], digest=item.digest,
            version=item.version, done_at=at,
        )  # fmt: skip
        note_list(body, item.slug)
    return made


def rows_ending(item: PublicItem, day: date) -> Iterator[RowEnd]:
    """Give the rows of a version whose legal basis, or part of it, has ended on the day, or will have."""
    place = basis_place(item.body)
    if place is None or not item.agency_code:
        return
    held = legal_day(item.published_at)
    try:
        register = register_for(agency(item.agency_code).code)
    except NotOnRegister:
        return
    known: dict[str, tuple[BasisEnd | None, bool]] = {}  # many rows rest on one article
    for row in item.body["rows"]:
        text = row[place]
        if text not in known:
            whole = basis_ended(text, register, held=held, day=day)
            known[text] = whole or basis_partly_ended(text, register, held=held, day=day), whole is None
        end, partly = known[text]
        if end is not None:
            yield RowEnd(tuple(row), end, partly)
