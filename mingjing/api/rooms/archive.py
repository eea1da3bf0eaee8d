"""The archive: which files are due, which went there, the sealed packages of a case to take away."""

from datetime import date, datetime
from typing import Annotated

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query
from pydantic import Field

from mingjing.api.cases_seen import case_of
from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found
from mingjing.api.rows import Paged, page_of, told
from mingjing.api.schemas import Code, Day, Digest, Links, Told
from mingjing.archive import selectors
from mingjing.cases.archiving import files_archived, files_due
from mingjing.evidence.refusals import EvidenceAltered

room = Room("归档")
VIEW, TAKE = "archive.view", "archive.take"
PackageVersion = Annotated[int, Field(ge=1, le=1000, description="归档包版次")]


class DueFileLine(Told):
    """A case file to be archived."""

    case: str
    number: str
    title: str
    due: datetime | None


class DueFilePage(Told):
    """Case files to be archived."""

    items: list[DueFileLine]
    links: Links


class ArchivedFilters(Paged):
    """Archived on which days."""

    first: Day | None = Field(None, description="不写：今年一月一日")
    last: Day | None = Field(None, description="不写：今天")


class ArchivedLine(Told):
    """A case file in the archive."""

    case: str
    number: str
    title: str
    archived_at: datetime | None


class ArchivedPage(Told):
    """Case files in the archive."""

    items: list[ArchivedLine]
    links: Links


class PackageLine(Told):
    """One sealed package of a case file."""

    version: int
    digest: Digest
    size: int
    pages: int
    items: int
    files: int
    sealed_at: datetime
    commitment: str
    package: str = Field(description="下载地址")


class PackagePage(Told):
    """The packages of a case."""

    items: list[PackageLine]


@room.get("/archive/due", VIEW, answer=DueFilePage)
def list_files_due(request: Called, paged: Query[Paged]) -> DueFilePage:
    """列出应当归档而还没有归档的案卷，先到期的在前。"""
    rows, links = page_of(request, files_due(request.auth.person), lambda one: one.case.code, paged)
    items = [
        told(DueFileLine, one, case=one.case.code, number=one.case.number, title=one.case.title)
        for one in rows
    ]
    return DueFilePage(items=items, links=links)


@room.get("/archive/archived", VIEW, answer=ArchivedPage)
def list_files_archived(request: Called, filters: Query[ArchivedFilters]) -> ArchivedPage:
    """列出一段日子里归档的案卷。"""
    today = timezone.localdate()
    first, last = filters.first or date(today.year, 1, 1), filters.last or today
    found = files_archived(request.auth.person, first=first, last=last)
    rows, links = page_of(request, list(found), lambda one: one.case.code, filters)
    items = [
        ArchivedLine(
            case=one.case.code, number=one.case.number, title=one.case.title, archived_at=one.act.done_at
        )
        for one in rows
    ]
    return ArchivedPage(items=items, links=links)


@room.get("/archive/cases/{code}/packages", VIEW, answer=PackagePage, also=(410,))
def list_packages(request: Called, code: Code) -> PackagePage:
    """列出一件案件封装好的归档包。"""
    case = case_of(request, code, action=VIEW, why="通过接口查阅案卷目录")
    where = f"/api/v1/archive/cases/{case.code}/packages"
    found = selectors.file_state(case).packages
    return PackagePage(items=[told(PackageLine, one, package=f"{where}/{one.version}") for one in found])


@room.file("/archive/cases/{code}/packages/{package}", TAKE, media=("application/zip",), also=(409, 410))
def download_package(request: Called, code: Code, package: PackageVersion) -> FileResponse:
    """下载一个封装好的归档包（ZIP）。"""
    case = case_of(request, code, action=TAKE, why="通过接口取走案卷归档包")
    found = selectors.package_of(case, package)
    if found is None:
        raise not_found()
    try:
        content = selectors.open_package(found)
    except EvidenceAltered:
        raise Problem("not-now", _("归档包与封装时不同，不能取出。请告诉系统管理员。")) from None
    return FileResponse(
        content, as_attachment=True, filename=f"{case.code}-{package}.zip", content_type="application/zip"
    )
