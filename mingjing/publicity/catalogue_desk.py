"""What the desk of public lists shows: what an agency has and lacks, what waits for whom, what is about to end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from mingjing.lawengine.calendar import UnknownYear
from mingjing.packs.catalogue_kinds import CatalogueKind, kind_of, year_of
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_above, agencies_below
from mingjing.publicity.catalogue_law import kind_for, kinds_for
from mingjing.publicity.catalogue_models import CatalogueDraft, CatalogueStep, ItemEnding
from mingjing.publicity.endings import RowEnd, rows_ending
from mingjing.publicity.items import WHOLE
from mingjing.publicity.models import PublicItem

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

State = CatalogueDraft.State
AHEAD: Final = timedelta(days=60)  # how far ahead an ending basis is told
NEXT_YEAR_FROM: Final = 11  # the month from which the lists of the next year may be prepared
WORK: Final = ("catalogue.draft", "catalogue.check", "catalogue.publish")
ENFORCING: Final = ("bureau", "township")


class NoDraft(LookupError):
    """There is no such draft."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One list of an agency as it stands: what is public, what is on its way, how many rows have no basis left."""

    slug: str
    kind: CatalogueKind
    title: str
    item: PublicItem | None
    ending: ItemEnding | None
    draft: CatalogueDraft | None
    rows_ended: int

    @property
    def state(self) -> str:
        """none, published, part (rows without a basis) or ended."""
        if self.item is None:
            return "none"
        if self.ending is not None:
            return "ended"
        return "part" if self.rows_ended else "published"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that somebody has to do about a list."""

    agency: str
    slug: str
    title: str
    about: str
    action: str
    colour: str  # red, amber or nothing
    due: date | None = None


def standings(agency: "Agency", day: date) -> list[Standing]:
    """Give every list that an agency should have on the day, and the yearly ones of other years that it has."""
    kinds = kinds_for(agency)
    years = [day.year, *([day.year + 1] if day.month >= NEXT_YEAR_FROM else [])]
    wanted = {kind.slug(year): kind for kind in kinds.values() for year in years}
    rows = PublicItem.objects.filter(kind=PublicItem.Kind.CATALOGUE, agency_code=agency.code)
    older = sorted(set(rows.values_list("slug", flat=True)) - set(wanted), reverse=True)
    wanted |= {slug: kind for slug in older if (kind := kind_of(slug, kinds)) is not None}
    return _standings(agency, wanted)


def standing(agency: "Agency", slug: str, kind: CatalogueKind) -> Standing:
    """Give how one list of an agency stands."""
    return _standings(agency, {slug: kind})[0]


def _standings(agency: "Agency", wanted: Mapping[str, CatalogueKind]) -> list[Standing]:
    rows = PublicItem.objects.filter(kind=PublicItem.Kind.CATALOGUE, agency_code=agency.code, slug__in=wanted)
    items = {one.slug: one for one in rows.order_by("version")}
    drafts = {one.slug: one for one in CatalogueDraft.objects.filter(agency=agency, slug__in=wanted)}
    endings = list(ItemEnding.objects.filter(item__in=[one.pk for one in items.values()]))
    return [
        Standing(
            slug=slug,
            kind=kind,
            title=kind.title_of(slug),
            item=item,
            ending=next(
                (one for one in endings if item and one.item_id == item.pk and one.row == WHOLE), None
            ),
            draft=drafts.get(slug),
            rows_ended=sum(bool(one.row) for one in endings if item and one.item_id == item.pk),
        )
        for slug, kind in wanted.items()
        for item in [items.get(slug)]
    ]


def draft(agency: "Agency", slug: str) -> CatalogueDraft:
    """Give the draft of a list, or raise NoDraft."""
    row = CatalogueDraft.objects.filter(agency=agency, slug=slug).select_related("agency").first()
    if row is None:
        raise NoDraft(slug)
    return row


def steps_of(agency: "Agency", slug: str) -> list[CatalogueStep]:
    """Give every step of a list, the latest first."""
    return list(CatalogueStep.objects.filter(agency=agency, slug=slug).defer("body").order_by("-pk"))


def waiting_for(person: "Person") -> list[CatalogueDraft]:
    """Give the drafts of agencies below that wait for this person's review; nothing for anybody else."""
    if "supervisor" not in person.roles:
        return []
    below = [one.pk for one in agencies_below(person.agency.code) if one.pk != person.agency_id]
    rows = CatalogueDraft.objects.filter(agency__in=below, state=State.CHECKED).select_related("agency")
    return [one for one in rows.order_by("checked_at") if kind_for(one.agency, one.slug).reviewed]


def may_review(person: "Person", agency: "Agency") -> bool:
    """Whether this person reviews the lists of an agency: for an authority above it, never for his own."""
    return person.agency_id in agencies_above(agency.pk) and may(person, "catalogue.review", agency.code)


def ending_ahead(item: PublicItem, day: date) -> list[RowEnd]:
    """Give the rows whose basis ends within the days ahead, or has ended in part."""
    return list(rows_ending(item, day + AHEAD))


def todos(person: "Person", day: date) -> list[Todo]:
    """Give what this person has to do about public lists on the day: the red first."""
    found = [_review(one) for one in waiting_for(person)]
    agency = person.agency
    if agency.kind in ENFORCING and any(may(person, step, agency.code) for step in WORK):
        for one in standings(agency, day):
            found += _own(person, one, day)
    return sorted(found, key=lambda one: ("red", "amber", "").index(one.colour))


def _review(row: CatalogueDraft) -> Todo:
    return Todo(row.agency.code, row.slug, row.title, f"{row.agency.name}报审", "审核", "amber")


def _own(person: "Person", one: Standing, day: date) -> list[Todo]:
    agency = person.agency
    if one.draft is not None:
        return _on_its_way(person, one, one.draft)
    if not may(person, "catalogue.draft", agency.code):
        return []
    return [Todo(agency.code, one.slug, one.title, *told) for told in _lacking(one, day)]


def _on_its_way(person: "Person", one: Standing, draft: CatalogueDraft) -> list[Todo]:
    """What waits for this person on a draft: returned to the author, to check, or ready to publish."""
    code = person.agency.code
    ready = State.REVIEWED if one.kind.reviewed else State.CHECKED
    if draft.state == State.DRAFT and may(person, "catalogue.draft", code):
        told = f"已退回：{draft.returned}" if draft.returned else "草稿还没有提交"
        return [Todo(code, one.slug, one.title, told, "修改", "amber" if draft.returned else "")]
    if draft.state == State.SUBMITTED and may(person, "catalogue.check", code):
        own = person.username in draft.authors
        return [] if own else [Todo(code, one.slug, one.title, "等待核对", "核对", "amber")]
    if draft.state == ready and may(person, "catalogue.publish", code):
        return [Todo(code, one.slug, one.title, "已经核对、审核，可以公布", "公布", "amber")]
    return []


def _lacking(one: Standing, day: date) -> Sequence[tuple[str, str, str, date | None]]:
    """What is missing of a list without a draft: never published, ended, or losing its basis."""
    if one.item is None:
        due = one.kind.due_on(year_of(one.slug) or day.year)
        colour = "" if due is None or due.year > day.year else "red" if day > due else "amber"
        return [("还没有公布", "起草", colour, due)]
    if one.ending is not None:
        past = (year_of(one.slug) or day.year) < day.year  # a list of a year that is over need not be renewed
        withdrawn = past or one.ending.ground == ItemEnding.Ground.WITHDRAWN
        return (
            []
            if withdrawn
            else [(f"已停止适用：{one.ending.reason}", "起草新版本", "red", _limit(one, one.ending))]
        )
    if one.rows_ended:
        last = one.item.endings.exclude(row=WHOLE).latest("pk")
        return [(f"{one.rows_ended} 行的依据已失效：{last.reason}", "起草新版本", "red", _limit(one, last))]
    ahead = ending_ahead(one.item, day)
    if ahead:
        first = min(ahead, key=lambda row: row.end.since)
        return [
            (f"{len(ahead)} 行的依据将要或者部分失效：{first.end.reason}", "核对", "amber", first.end.since)
        ]
    return []


def _limit(one: Standing, ending: ItemEnding) -> date:
    """Give the working day by which a version without what ended must be public."""
    try:
        return library().calendar.add_working_days(ending.since, one.kind.update_days)
    except UnknownYear:  # its holidays are not published yet
        return ending.since + timedelta(days=2 * one.kind.update_days)
