"""What draws are made from: rows taken in as a list, versions committed to, inspectors and whom they avoid."""

from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse
from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.rooms.inspection_schemas import ImportAnswer, OfAgency
from mingjing.api.rooms.inspections import REGISTER, VIEW, imported_told
from mingjing.api.rooms.roster_schemas import (
    AvoidanceGiven,
    AvoidanceLine,
    CorpsAnswer,
    InspectorLine,
    ListVersionLine,
    ListVersionPage,
    RootLine,
    RootPage,
    RowsGiven,
    VersionFilters,
)
from mingjing.api.rows import Number, newest_first, told
from mingjing.api.schemas import Code
from mingjing.inspections.register import files, pages, versions
from mingjing.inspections.register.changes import ChangeRefused
from mingjing.inspections.register.corps import agencies_for, corps_page
from mingjing.inspections.register.inspectors import AvoidanceRefused, disclose, end_avoidance
from mingjing.inspections.register.lists import ListDamaged, recompute
from mingjing.inspections.register.rows import COLUMNS
from mingjing.inspections.standing import proof_kept
from mingjing.kit.canonical import digest
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import NotOnRegister

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mingjing.inspections.models import ListVersion

room = Room("检查名录")
AVOID = "inspect.avoid"


@room.post("/inspections/object-imports/rows", REGISTER, answer=ImportAnswer)
def import_object_rows(request: Called, given: RowsGiven) -> ImportAnswer:
    """导入（默认只试导入）一个清单，一次最多 5000 个对象；答每一个不能导入的行和怎样改，行号从 1 起。"""
    person = request.auth.person
    named = {"name", "risk"}.union(*(row.model_fields_set for row in given.rows))
    columns = [column for column in COLUMNS if column in named]
    lines = [[getattr(row, column) for column in columns] for row in given.rows]
    with refusing(ChangeRefused):
        done = files.import_objects(
            region=person.agency.region,
            name=given.name or "接口清单",
            digest=digest(lines),
            headings=[COLUMNS[column][0] for column in columns],
            rows=list(enumerate(lines, 1)),
            by=person,
            at=timezone.now(),
            dry_run=given.dry_run,
        )
    return imported_told(done)


@room.file("/inspections/object-imports/{file}/refused", REGISTER, media=("text/csv",))
def get_refused_rows(request: Called, file: Code) -> FileResponse:
    """下载一次导入中不能导入的行（CSV），每行注明问题和怎样改；保存 30 天。"""
    known = pages.imports_of([request.auth.person.agency.region]).filter(code=file).exists()
    path = files.refused_file(file) if known else None
    if path is None:
        raise not_found()
    return FileResponse(path.open("rb"), as_attachment=True, filename="refused.csv", content_type="text/csv")


# --- versions ---------------------------------------------------------------------------------


@room.get("/inspections/versions", VIEW, answer=ListVersionPage)
def list_register_versions(request: Called, filters: Query[VersionFilters]) -> ListVersionPage:
    """列出名录库的各个版本，新的在前。"""
    rows, links = newest_first(request, _versions(request)[filters.of], filters)
    items = [ListVersionLine.of(one, versions.leaf_of(one)) for one in rows]
    return ListVersionPage(items=items, links=links)


@room.get("/inspections/versions/{frozen}/roots", VIEW, answer=RootPage)
def verify_register_version(request: Called, frozen: Code) -> RootPage:
    """从名单文件重新计算一个版本的根，与存证时的比较。"""
    found = _version(request, frozen)
    try:
        return RootPage(items=[told(RootLine, one) for one in recompute(found)], damaged="")
    except ListDamaged as damaged:
        return RootPage(items=[], damaged=str(damaged))


@room.file("/inspections/versions/{frozen}/proof", VIEW, media=("text/plain",))
def get_version_proof(request: Called, frozen: Code) -> HttpResponse:
    """下载一个版本在存证日志中的证明（.tlog-proof）。"""
    kept = proof_kept(_version(request, frozen).digest)
    if kept is None:
        raise not_found()
    return HttpResponse(kept, content_type="text/plain")


def _versions(request: Called) -> "dict[str, QuerySet[ListVersion]]":
    person = request.auth.person
    return {
        "objects": versions.objects_versions(pages.regions_of(person)),
        "inspectors": versions.inspectors_versions([one.pk for one in agencies_for(person)]),
    }


def _version(request: Called, code: str) -> "ListVersion":
    for rows in _versions(request).values():
        if found := rows.filter(code=code).first():
            return found
    raise not_found()


# --- inspectors -------------------------------------------------------------------------------


@room.get("/inspections/inspectors", VIEW, answer=CorpsAnswer)
def list_inspectors(request: Called, of: Query[OfAgency]) -> CorpsAnswer:
    """列出一个机关的执法检查人员：今天的证件、任务数、回避关系。"""
    return _corps(request, of.agency or request.auth.person.agency.code)


@room.post("/inspections/avoidances", AVOID, REGISTER, answer=CorpsAnswer)
def disclose_avoidance(request: Called, given: AvoidanceGiven) -> CorpsAnswer:
    """申报本人的回避关系，或者登记本机关人员的；今后的抽取不会把此人派到这个对象。"""
    person = request.auth.person
    username = given.officer or person.username
    demand(request, AVOID if username == person.username and AVOID in request.auth.scopes else REGISTER)
    with refusing(AvoidanceRefused, NotOnRegister):
        disclose(username=username, public_id=given.object, ground=given.ground, by=person, at=timezone.now())
    return _corps(request, person.agency.code)


@room.post("/inspections/avoidances/{avoidance}/end", REGISTER, answer=CorpsAnswer)
def end_disclosed_avoidance(request: Called, avoidance: Number) -> CorpsAnswer:
    """解除本机关的一条回避关系，记录保留；不能解除自己的。"""
    person = request.auth.person
    now = timezone.now()
    known = corps_page(person.agency, person, legal_day(now)).relations
    if avoidance not in {one.row.pk for one in known}:
        raise not_found()
    with refusing(AvoidanceRefused):
        end_avoidance(avoidance=avoidance, by=person, at=now)
    return _corps(request, person.agency.code)


def _corps(request: Called, code: str) -> CorpsAnswer:
    found = next((one for one in agencies_for(request.auth.person) if one.code == code), None)
    if found is None:
        raise not_found()
    page = corps_page(found, request.auth.person, legal_day(timezone.now()))
    return CorpsAnswer(
        agency=found.code,
        most=page.most,
        inspectors=[InspectorLine.of(one) for one in page.inspectors],
        avoidances=[AvoidanceLine.of(one) for one in page.relations],
    )
