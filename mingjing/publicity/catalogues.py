"""The only writers of the lists made public beforehand: drafted, checked, reviewed above, published, withdrawn."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.kit.canonical import digest
from mingjing.kit.clock import legal_day
from mingjing.packs.catalogue_import import MOST_ROWS, Row, checked_row
from mingjing.packs.catalogue_kinds import CatalogueKind, last_day_of
from mingjing.packs.table_compare import row_key
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_above, agency
from mingjing.publicity.catalogue_law import NoCatalogue, checking_for, kind_for
from mingjing.publicity.catalogue_models import CatalogueDraft, CatalogueStep, ItemEnding
from mingjing.publicity.inspection_lists import note_list
from mingjing.publicity.items import WHOLE, end_item, ended, latest_of, public_item, publish_item
from mingjing.publicity.models import PublicItem

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

State, Step = CatalogueDraft.State, CatalogueStep.Kind
KIND: Final = PublicItem.Kind.CATALOGUE
LONGEST_REASON: Final = 400
REPLACED: Final = "由新的草稿取代"
FAULTS_TOLD: Final = 5
_WHO: Final = {
    "catalogue.draft": "您没有起草公开清单的权限。请由本机关的公示人员、档案文书人员起草",
    "catalogue.check": "您没有核对公开清单的权限。请由本机关的法制审核人员或者负责人核对",
    "catalogue.review": "您没有审核公开清单的权限。请由上级司法行政部门（监督机关）的执法监督人员审核",
    "catalogue.publish": "您没有公布公开清单的权限。请由本机关的公示人员或者负责人公布",
}


class CatalogueRefused(Exception):
    """Nothing was written. The message is Chinese and says what would make it possible."""


@transaction.atomic
def begin_draft(
    *, agency: str, slug: str, rows: Sequence[Row], by: "Person", at: datetime, source: str = "", note: str = "",
    until: date | None = None,
) -> CatalogueDraft:  # fmt: skip
    """Lay rows down as the draft of a list, instead of whatever draft there was; its checks are void.

    Rows may still be faulty: they are held against the law when the draft is submitted. Raises CatalogueRefused.
    """
    body, kind = _allowed(by, "catalogue.draft", agency, slug)
    if len(rows) > MOST_ROWS:
        raise CatalogueRefused(f"有 {len(rows):,} 行，最多 {MOST_ROWS:,} 行。请分成几个清单")
    kept = [list(_fitted(row, kind)) for row in rows]
    until = until or last_day_of(slug)  # a list of a year ends with it
    if (replaced := CatalogueDraft.objects.filter(agency=body, slug=slug).first()) is not None:
        _step(replaced, Step.DROPPED, by, at, reason=REPLACED, body=_content(replaced))
    draft, _ = CatalogueDraft.objects.update_or_create(
        agency=body,
        slug=slug,
        defaults={
            "title": kind.title_of(slug),
            "rows": kept,
            "note": note.strip()[:LONGEST_REASON],
            "until": until,
            "digest": _mark(kept, note.strip()[:LONGEST_REASON], until),
            "source_name": source[:200],
            "authors": [by.username],
            **_unchecked(by, at),
        },
    )
    _step(draft, Step.BEGUN, by, at, reason=source[:LONGEST_REASON], body=_content(draft))
    return draft


@transaction.atomic
def set_row(
    *, agency: str, slug: str, place: int | None, row: Row | None, by: "Person", at: datetime
) -> CatalogueDraft:
    """Replace the row at a place, take it out (no `row`), or add one (no `place`). Raises CatalogueRefused."""
    body, kind = _allowed(by, "catalogue.draft", agency, slug)
    draft = _draft(body, slug)
    rows = [*draft.rows]
    if place is not None and not 0 <= place < len(rows):
        raise CatalogueRefused("草稿里没有这一行，可能已被别人改动。请刷新后重试")
    if row is not None:
        kept, faults = checked_row(row, kind, checking_for(body, legal_day(at)))
        others = [one for number, one in enumerate(rows) if number != place]
        if any(row_key(one, kind.parts) == row_key(kept, kind.parts) for one in others):
            faults.append("与另一行是同一事项，重复了。请改那一行")
        if faults:
            raise CatalogueRefused("；".join(faults))
        rows = [*rows, list(kept)] if place is None else [*rows[:place], list(kept), *rows[place + 1 :]]
    elif place is not None:
        del rows[place]
    _rewrite(draft, rows, draft.note, draft.until, by, at)
    return draft


@transaction.atomic
def set_head(
    *, agency: str, slug: str, note: str, until: date | None, by: "Person", at: datetime
) -> CatalogueDraft:
    """Set the remark and the last day of a draft. Raises CatalogueRefused."""
    body, _ = _allowed(by, "catalogue.draft", agency, slug)
    draft = _draft(body, slug)
    _rewrite(draft, draft.rows, note.strip()[:LONGEST_REASON], until, by, at)
    return draft


@transaction.atomic
def submit(*, agency: str, slug: str, by: "Person", at: datetime) -> CatalogueDraft:
    """Lay a draft before the person who checks it. Every row must hold on the day. Raises CatalogueRefused."""
    body, kind = _allowed(by, "catalogue.draft", agency, slug)
    draft = _draft(body, slug)
    _sound(draft, kind, legal_day(at))
    draft.state, draft.returned = State.SUBMITTED, ""
    draft.prepared_by, draft.prepared_at = by.username, at
    draft.authors = sorted({*draft.authors, by.username})
    draft.save(update_fields=["state", "returned", "prepared_by", "prepared_at", "authors"])
    _step(draft, Step.SUBMITTED, by, at, body=_content(draft))
    return draft


@transaction.atomic
def check(*, agency: str, slug: str, by: "Person", at: datetime, seen: str) -> CatalogueDraft:
    """Note that somebody of the agency other than its author has checked a draft. Raises CatalogueRefused.

    `seen` is the digest of what was read: a draft rewritten meanwhile is not the one that was checked.
    """
    body, kind = _allowed(by, "catalogue.check", agency, slug)
    draft = _seen(_draft(body, slug), seen, State.SUBMITTED, "这份草稿现在不是待核对的状态。请刷新后重试")
    if by.username in draft.authors:
        raise CatalogueRefused("起草人不能核对自己起草的清单。请由另一名法制审核人员或者负责人核对")
    _sound(draft, kind, legal_day(at))
    draft.state, draft.checked_by, draft.checked_at = State.CHECKED, by.username, at
    draft.save(update_fields=["state", "checked_by", "checked_at"])
    _step(draft, Step.CHECKED, by, at)
    return draft


@transaction.atomic
def review(*, agency: str, slug: str, by: "Person", at: datetime, seen: str) -> CatalogueDraft:
    """Note that the supervising authority above has reviewed a checked draft. Raises CatalogueRefused."""
    body, kind = _above(by, agency, slug)
    if not kind.reviewed:
        raise CatalogueRefused(f"{kind.title}不需要司法行政部门审核，机关核对后就可以公布")
    draft = _seen(
        _draft(body, slug), seen, State.CHECKED, "机关还没有核对这份草稿，或者已经审核过。请刷新后重试"
    )
    _sound(draft, kind, legal_day(at))
    draft.state, draft.reviewed_by, draft.reviewed_at = State.REVIEWED, by.username, at
    draft.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    _step(draft, Step.REVIEWED, by, at)
    return draft


@transaction.atomic
def give_back(*, agency: str, slug: str, reason: str, by: "Person", at: datetime) -> CatalogueDraft:
    """Return a draft to its author with the reason: the agency's checker, or the reviewer above. CatalogueRefused."""
    body, _ = (
        _above(by, agency, slug)
        if by.agency.code != agency
        else _allowed(by, "catalogue.check", agency, slug)
    )
    draft = _draft(body, slug)
    if draft.state == State.DRAFT:
        raise CatalogueRefused("这份草稿还没有提交，不需要退回。请刷新后重试")
    if by.agency.code != agency and draft.state == State.SUBMITTED:
        raise CatalogueRefused("机关还没有核对这份草稿，现在不能退回")
    draft.returned = _reason(reason, "退回的原因")
    draft.state, draft.checked_by, draft.reviewed_by = State.DRAFT, "", ""
    draft.save(update_fields=["state", "returned", "checked_by", "reviewed_by"])
    _step(draft, Step.RETURNED, by, at, reason=draft.returned)
    return draft


@transaction.atomic
def publish(*, agency: str, slug: str, by: "Person", at: datetime, seen: str) -> PublicItem:
    """Publish a draft that has passed its checks: version, leaf and step at once. Raises CatalogueRefused."""
    body, kind = _allowed(by, "catalogue.publish", agency, slug)
    wanted = State.REVIEWED if kind.reviewed else State.CHECKED
    told = f"{kind.title}须经上级司法行政部门审核后才能公布" if kind.reviewed else "还没有核对，不能公布"
    draft = _seen(_draft(body, slug), seen, wanted, told)
    _sound(draft, kind, legal_day(at))  # a law may have ended since it was checked
    item = publish_item(public_item(KIND, body, draft.title, _public(draft, kind), slug=slug), at)
    if item is None:
        raise CatalogueRefused("内容与已公布的现行版本完全相同，没有公布新的版本。请修改或者撤销草稿")
    _step(draft, Step.PUBLISHED, by, at, version=item.version)
    draft.delete()
    note_list(body, slug)
    return item


@transaction.atomic
def drop_draft(*, agency: str, slug: str, by: "Person", at: datetime) -> None:
    """Drop a draft; what it held stays in the steps. Raises CatalogueRefused."""
    body, _ = _allowed(by, "catalogue.draft", agency, slug)
    draft = _draft(body, slug)
    _step(draft, Step.DROPPED, by, at, body=_content(draft))
    draft.delete()


@transaction.atomic
def withdraw(*, agency: str, slug: str, reason: str, by: "Person", at: datetime) -> ItemEnding:
    """Withdraw the published list: the trace stays for everybody to see. Raises CatalogueRefused."""
    body, _ = _allowed(by, "catalogue.publish", agency, slug)
    item = latest_of(KIND, agency, slug)
    if item is None or ended(item):
        raise CatalogueRefused("没有正在公布的版本可以撤回")
    told = _reason(reason, "撤回的原因")
    ending = end_item(
        item,
        row=WHOLE,
        ground=ItemEnding.Ground.WITHDRAWN,
        since=legal_day(at),
        reason=told,
        by=by.username,
        at=at,
    )
    if ending is None:
        raise CatalogueRefused("没有正在公布的版本可以撤回")
    CatalogueStep.objects.create(
        agency=body, slug=slug, kind=Step.WITHDRAWN, reason=told, digest=item.digest, version=item.version,
        done_by=by.username, done_at=at,
    )  # fmt: skip
    note_list(body, slug)
    return ending


def _public(draft: CatalogueDraft, kind: CatalogueKind) -> dict[str, Any]:
    """Give the body of the published version: what the public reads, and how to compare and date it."""
    return {
        "agency": draft.agency.name,
        "catalogue": kind.code,
        "columns": [one.title for one in kind.columns],
        "keys": [one.key for one in kind.columns],
        "parts": list(kind.parts),
        "basis": kind.basis_column,
        "rows": draft.rows,
        "note": draft.note,
        "until": draft.until.isoformat() if draft.until else "",
    }


def _content(draft: CatalogueDraft) -> dict[str, Any]:
    return {
        "rows": draft.rows,
        "note": draft.note,
        "until": draft.until.isoformat() if draft.until else "",
        "source": draft.source_name,
    }


def _mark(rows: Sequence[Sequence[str]], note: str, until: date | None) -> str:
    told = until.isoformat() if until else ""
    return digest({"rows": [list(row) for row in rows], "note": note, "until": told})


def _fitted(row: Row, kind: CatalogueKind) -> Row:
    """Give a row of exactly as many cells as the list has columns."""
    width = len(kind.columns)
    return (*row, *("" for _ in range(width)))[:width]


def _unchecked(by: "Person", at: datetime) -> dict[str, Any]:
    return {
        "state": State.DRAFT,
        "prepared_by": by.username,
        "prepared_at": at,
        "checked_by": "",
        "checked_at": None,
        "reviewed_by": "",
        "reviewed_at": None,
    }


def _rewrite(
    draft: CatalogueDraft,
    rows: Sequence[list[str]],
    note: str,
    until: date | None,
    by: "Person",
    at: datetime,
) -> None:
    """Put other content into a draft; whoever checked the old content has not checked this."""
    draft.rows, draft.note, draft.until = list(rows), note, until
    draft.digest = _mark(rows, note, until)
    draft.authors = sorted({*draft.authors, by.username})
    for name, value in _unchecked(by, at).items():
        setattr(draft, name, value)
    draft.save()


def _sound(draft: CatalogueDraft, kind: CatalogueKind, day: date) -> None:
    """Refuse a draft with a row that does not hold on the day, naming the first rows."""
    if not draft.rows:
        raise CatalogueRefused("清单里还没有一行。请先添加或者导入")
    if draft.until and draft.until < day:
        raise CatalogueRefused("清单的截止日期已经过去。请更正")
    checking = checking_for(draft.agency, day)
    told = []
    for number, row in enumerate(draft.rows, 1):
        if faults := checked_row(row, kind, checking)[1]:
            told.append(f"第 {number} 行：{'；'.join(faults)}")
    if told:
        more = f"；另有 {len(told) - FAULTS_TOLD} 行也有问题" if len(told) > FAULTS_TOLD else ""
        raise CatalogueRefused(f"有 {len(told)} 行还不能公布。{'　'.join(told[:FAULTS_TOLD])}{more}")


def _allowed(by: "Person", action: str, code: str, slug: str) -> tuple["Agency", CatalogueKind]:
    if by.agency.code != code or not may(by, action, code):
        raise CatalogueRefused(_WHO[action])
    return by.agency, _kind(by.agency, slug)


def _above(by: "Person", code: str, slug: str) -> tuple["Agency", CatalogueKind]:
    """Demand that the person reviews for an authority above the agency, never for the agency itself."""
    body = agency(code)
    if by.agency_id not in agencies_above(body.pk) or not may(by, "catalogue.review", code):
        raise CatalogueRefused(_WHO["catalogue.review"])
    return body, _kind(body, slug)


def _kind(body: "Agency", slug: str) -> CatalogueKind:
    try:
        return kind_for(body, slug)
    except NoCatalogue:
        raise CatalogueRefused("没有这种公开清单。请从清单目录进入") from None


def _draft(body: "Agency", slug: str) -> CatalogueDraft:
    row = CatalogueDraft.objects.select_for_update().filter(agency=body, slug=slug).first()
    if row is None:
        raise CatalogueRefused("没有这份草稿，可能已经公布或者撤销。请刷新后重试")
    return row


def _seen(row: CatalogueDraft, seen: str, wanted: str, told: str) -> CatalogueDraft:
    if row.state != wanted:
        raise CatalogueRefused(told)
    if row.digest != seen:
        raise CatalogueRefused("打开页面以后，草稿已被改写。请刷新页面，看过现在的内容再办理")
    return row


def _reason(text: str, what: str) -> str:
    plain = text.strip()
    if not plain or len(plain) > LONGEST_REASON:
        raise CatalogueRefused(f"请写明{what}，最多 {LONGEST_REASON} 字")
    return plain


def _step(draft: CatalogueDraft, kind: str, by: "Person", at: datetime, **told: Any) -> None:
    CatalogueStep.objects.create(
        agency=draft.agency,
        slug=draft.slug,
        kind=kind,
        digest=draft.digest,
        done_by=by.username,
        done_at=at,
        **told,
    )
