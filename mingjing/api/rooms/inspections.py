"""Inspections: items, the register of objects, plans, draws, tasks and results; draws are made by people together."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Form, Query
from ninja.files import UploadedFile

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.paging import mark_of, next_page
from mingjing.api.problems import Problem, not_found, refused
from mingjing.api.rooms.inspection_schemas import (
    DrawAnswer,
    DrawPageAnswer,
    FactsGiven,
    ImportAnswer,
    ImportGiven,
    ImportLine,
    ImportPage,
    ItemCode,
    ItemFilters,
    ItemLine,
    ItemPage,
    ObjectFilters,
    ObjectGiven,
    ObjectId,
    ObjectLine,
    ObjectPage,
    OfAgency,
    PlanAnswer,
    PlanPage,
    RefusedRow,
    Region,
    Round,
    StateGiven,
    Year,
)
from mingjing.api.rows import NUMBER, Paged, newest_first, page_of, told
from mingjing.api.schemas import Code, Links
from mingjing.exchange.long_tables import digest_of, long_table
from mingjing.exchange.unreadable import Unreadable
from mingjing.inspections import desk
from mingjing.inspections.planning import items, plans
from mingjing.inspections.register import changes, files, pages
from mingjing.inspections.register.changes import ChangeRefused
from mingjing.inspections.register.rows import HeadingsRefused
from mingjing.inspections.selectors import NotProven, bundle_of
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies, agencies_visible_to

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw, InspectedObject
    from mingjing.personnel.models import Agency

room = Room("检查")
VIEW, REGISTER, DRAWS = "inspect.view", "inspect.register", "draw.view"
SHOWN = 200


def body_of(request: Called, code: str) -> "Agency":
    """The agency asked for, if its plans are in sight; one's own where none is. Raises Problem."""
    if not code or code == request.auth.person.agency.code:
        return request.auth.person.agency
    sight = set(agencies_visible_to(request.auth.person, VIEW))
    found = next((one for one in agencies() if one.code == code and one.pk in sight), None)
    if found is None:
        raise not_found()
    return found


@room.get("/inspections/items", VIEW, answer=ItemPage)
def list_inspection_items(request: Called, filters: Query[ItemFilters]) -> ItemPage:
    """列出随机抽查事项的最新版本。"""
    found = items.items_of(body_of(request, filters.agency))
    rows, links = page_of(request, found, lambda one: one.code, filters)
    return ItemPage(items=[ItemLine.of(one) for one in rows], links=links)


@room.get("/inspections/items/{item}", VIEW, answer=ItemLine)
def get_inspection_item(request: Called, item: ItemCode, of: Query[OfAgency]) -> ItemLine:
    """读取一个随机抽查事项。"""
    try:
        return ItemLine.of(items.latest(body_of(request, of.agency), item))
    except items.NoItem:
        raise not_found() from None


# --- the register of objects ------------------------------------------------------------------


@room.get("/inspections/objects", VIEW, answer=ObjectPage)
def list_inspected_objects(request: Called, filters: Query[ObjectFilters]) -> ObjectPage:
    """查询检查对象名录库，按名称排列。"""
    wanted = {name: value for name, value in filters.model_dump(exclude={"cursor"}).items() if value}
    page = pages.objects_for(request.auth.person, wanted, mark_of(filters.cursor, NUMBER))
    links = Links(next=next_page(request, page.after))
    return ObjectPage(items=[ObjectLine.of(one) for one in page.rows], links=links)


@room.get("/inspections/objects/{region}/{public_id}", VIEW, answer=ObjectLine)
def get_inspected_object(request: Called, region: Region, public_id: ObjectId) -> ObjectLine:
    """读取一个检查对象。"""
    return ObjectLine.of(_object(request, region, public_id))


@room.post("/inspections/objects", REGISTER, answer=ObjectLine)
def add_inspected_object(request: Called, given: ObjectGiven) -> ObjectLine:
    """向本地区名录库增加一个对象。"""
    person = request.auth.person
    try:
        made = changes.add_object(
            region=person.agency.region,
            told=given.facts(),
            reason=given.reason,
            by=person,
            at=timezone.now(),
        )
    except ChangeRefused as refusal:
        raise refused({refusal.column: [str(refusal)]}) from None
    return ObjectLine.of(made)


@room.post("/inspections/objects/{region}/{public_id}/changes", REGISTER, answer=ObjectLine)
def mend_inspected_object(
    request: Called, region: Region, public_id: ObjectId, given: FactsGiven
) -> ObjectLine:
    """更正一个对象的登记；没有发来的项目不变。"""
    _own_object(request, region, public_id)
    try:
        changes.mend_object(
            region=region,
            public_id=public_id,
            told=given.facts(),
            reason=given.reason,
            by=request.auth.person,
            at=timezone.now(),
        )
    except ChangeRefused as refusal:
        raise refused({refusal.column: [str(refusal)]}) from None
    return ObjectLine.of(_object(request, region, public_id))


@room.post("/inspections/objects/{region}/{public_id}/state", REGISTER, answer=ObjectLine)
def set_inspected_object_state(
    request: Called, region: Region, public_id: ObjectId, given: StateGiven
) -> ObjectLine:
    """改变一个对象的状态，如注销、恢复。"""
    _own_object(request, region, public_id)
    try:
        changes.set_state(
            region=region,
            public_id=public_id,
            state=given.state,
            reason=given.reason,
            by=request.auth.person,
            at=timezone.now(),
        )
    except ChangeRefused as refusal:
        raise refused({refusal.column: [str(refusal)]}) from None
    return ObjectLine.of(_object(request, region, public_id))


@room.post("/inspections/object-imports", REGISTER, answer=ImportAnswer)
def import_inspected_objects(
    request: Called, given: Form[ImportGiven], file: File[UploadedFile]
) -> ImportAnswer:
    """导入（默认只试导入）一个名录库文件，CSV 或者 XLSX；答每一个不能导入的行和怎样改。"""
    try:
        done = _imported(request, file, dry_run=given.dry_run)
    except (Unreadable, HeadingsRefused, ChangeRefused) as refusal:
        raise refused({"file": [str(refusal)]}) from None
    return imported_told(done)


def imported_told(done: files.Imported) -> ImportAnswer:
    """What became of rows that were taken in, or tried."""
    refusals = [told(RefusedRow, one) for one in done.taken.refusals[:SHOWN]]
    return told(ImportAnswer, done.record, refusals=refusals)


def _imported(request: Called, sent: UploadedFile, *, dry_run: bool) -> files.Imported:
    person = request.auth.person
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"objects{Path(sent.name or '').suffix.lower()[:8]}"
        with path.open("wb") as kept:
            for piece in sent.chunks():
                kept.write(piece)
        with long_table(path) as table:
            return files.import_objects(
                region=person.agency.region,
                name=sent.name or "",
                digest=digest_of(path),
                headings=table.headings,
                rows=table.rows,
                by=person,
                at=timezone.now(),
                dry_run=dry_run,
            )


@room.get("/inspections/object-imports", REGISTER, answer=ImportPage)
def list_object_imports(request: Called, paged: Query[Paged]) -> ImportPage:
    """列出本地区名录库的历次导入。"""
    found = pages.imports_of([request.auth.person.agency.region])
    rows, links = newest_first(request, found, paged)
    return ImportPage(items=[told(ImportLine, one) for one in rows], links=links)


def _object(request: Called, region: str, number: str) -> "InspectedObject":
    try:
        return pages.object_for(request.auth.person, region, number)
    except pages.NoSuchObject:
        raise not_found() from None


def _own_object(request: Called, region: str, number: str) -> None:
    """An object that this person may change: one of another region is not there. Raises Problem."""
    _object(request, region, number)
    agency = request.auth.person.agency
    if region != agency.region or not may(request.auth.person, REGISTER, agency.code):
        raise not_found()


# --- plans and draws --------------------------------------------------------------------------


@room.get("/inspections/plans", VIEW, answer=PlanPage)
def list_inspection_plans(request: Called, of: Query[OfAgency]) -> PlanPage:
    """列出各年度的检查计划。"""
    found = plans.plans_of(body_of(request, of.agency))
    return PlanPage(items=[PlanAnswer.of(one, plans.lines_of(one)) for one in found])


@room.get("/inspections/plans/{year}", VIEW, answer=PlanAnswer)
def get_inspection_plan(request: Called, year: Year, of: Query[OfAgency]) -> PlanAnswer:
    """读取一个年度的检查计划。"""
    try:
        found = plans.plan_of(body_of(request, of.agency), year)
    except plans.NoPlan:
        raise not_found() from None
    return PlanAnswer.of(found, plans.lines_of(found))


@room.get("/inspections/draws", DRAWS, answer=DrawPageAnswer)
def list_draws(request: Called, paged: Query[Paged]) -> DrawPageAnswer:
    """列出随机抽取，新的在前。"""
    rows, links = newest_first(request, desk.draws_for(request.auth.person), paged)
    return DrawPageAnswer(items=[draw_told(request, one) for one in rows], links=links)


@room.get("/inspections/draws/{campaign}/{round}", DRAWS, answer=DrawAnswer)
def get_draw(request: Called, campaign: Code, round: Round) -> DrawAnswer:
    """读取一次抽取走到哪一步；没有开封的名单不在其中。"""
    return draw_told(request, draw_seen(request, campaign, round))


@room.file(
    "/inspections/draws/{campaign}/{round}/bundle", DRAWS, media=("application/octet-stream",), also=(409,)
)
def get_draw_bundle(request: Called, campaign: Code, round: Round) -> HttpResponse:
    """下载抽取包：任何人都能据以重算一遍。检查结束、名单公开后才有。"""
    found = draw_seen(request, campaign, round)
    if not desk.draw_page(found, request.auth.person, timezone.now()).names_open:
        raise not_found()
    try:
        data = bundle_of(found)
    except NotProven as missing:
        raise Problem("not-now", str(missing)) from None
    return HttpResponse(data, content_type="application/octet-stream")


def draw_seen(request: Called, campaign: str, number: int) -> "Draw":
    """A draw that the caller may see. Raises Problem."""
    try:
        return desk.draw_for(request.auth.person, campaign, number)
    except desk.NoSuchDraw:
        raise not_found() from None


def draw_told(request: Called, draw: "Draw") -> DrawAnswer:
    """A draw as its page shows it to the caller."""
    return DrawAnswer.of(desk.draw_page(draw, request.auth.person, timezone.now()))
