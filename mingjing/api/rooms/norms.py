"""Norms: the benchmarks and lists that bind an agency, its versions and drafts; a file becomes a draft, no more."""

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import File, Form, Query
from ninja.files import UploadedFile
from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found, refused
from mingjing.api.rooms.inspection_schemas import OfAgency
from mingjing.api.rows import Number, told
from mingjing.api.schemas import Given, Told
from mingjing.exchange.benchmarks import file_digest, read_benchmark_file
from mingjing.exchange.unreadable import Unreadable
from mingjing.norms import selectors, services
from mingjing.packs.benchmark_body import body_of
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, agency

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

room = Room("裁量基准和清单")
_T = TypeVar("_T")
VIEW, DRAFT, PUBLISH = "norms.view", "norms.draft", "norms.publish"
LARGEST: Final = 16 * 1024 * 1024
SUFFIXES: Final = (".xlsx", ".csv", ".toml")
NormCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,48}$", description="基准或者清单的代码")]
Word = Annotated[str, Field(max_length=200)]


class NormLine(Told):
    """A benchmark or list that binds an agency today."""

    code: str
    title: str
    issuer: str
    number: str
    version: str
    in_force: date
    until: date | None


class VersionOfNorm(Told):
    """One version that an agency has published."""

    pk: int
    kind: str
    code: str
    version: str
    title: str
    in_force: date
    last_day: date | None
    state: str
    published_by: str
    published_at: datetime
    digest: str


class DraftOfNorm(Told):
    """One table on its way."""

    pk: int
    kind: str
    code: str
    title: str
    digest: str
    prepared_by: str
    prepared_at: datetime
    checked_by: str


class NormsAnswer(Told):
    """What binds an agency, what it has published, what waits for somebody."""

    benchmarks: list[NormLine]
    lists: list[NormLine]
    versions: list[VersionOfNorm]
    drafts: list[DraftOfNorm]


class BenchmarkAnswer(NormLine):
    """One benchmark with all that it says."""

    body: dict[str, Any] = Field(description="和导出的 TOML 文件同一内容")


class VersionAnswer(VersionOfNorm):
    """One published version with its content."""

    body: dict[str, Any]


class NormFileGiven(Given):
    """What a flat table does not say of itself."""

    benchmark: Word = Field("", description="基准代码")
    title: Word = ""
    number: Word = Field("", description="文号")
    version: Word = ""
    in_force: Word = Field("", description="施行日期，如 2026-01-01")
    source: Word = ""


@room.get("/norms", VIEW, answer=NormsAnswer)
def list_norms(request: Called, of: Query[OfAgency]) -> NormsAnswer:
    """列出今天适用的裁量基准和清单、本机关发布过的各版和草稿。"""
    found, today = _agency(request, of.agency), timezone.localdate()
    where = _where(found)
    return NormsAnswer(
        benchmarks=[told(NormLine, one) for one in selectors.benchmarks_in_force(**where, day=today)],
        lists=[
            told(NormLine, one, version=str(one.version or ""))
            for one in selectors.lists_in_force(**where, day=today)
        ],
        versions=[_version(one) for one in selectors.tables_of(found.code, today)],
        drafts=[told(DraftOfNorm, one) for one in selectors.drafts_of(found.code)],
    )


@room.get("/norms/benchmarks/{norm}", VIEW, answer=BenchmarkAnswer)
def get_benchmark(request: Called, norm: NormCode, of: Query[OfAgency]) -> BenchmarkAnswer:
    """读取一个今天适用的裁量基准的全部内容。"""
    where = _where(_agency(request, of.agency))
    known = selectors.benchmarks_in_force(**where, day=timezone.localdate())
    found = next((one for one in known if one.code == norm), None)
    if found is None:
        raise not_found()
    return told(BenchmarkAnswer, found, body=body_of(found))


@room.get("/norms/versions/{version}", VIEW, answer=VersionAnswer)
def get_norm_version(request: Called, version: Number, of: Query[OfAgency]) -> VersionAnswer:
    """读取机关发布过的一版。"""
    standing = _standing(version, _agency(request, of.agency).code)
    return VersionAnswer(**_version(standing).model_dump(), body=standing.table.body)


@room.post("/norms/drafts", DRAFT, answer=DraftOfNorm)
def upload_norm_draft(request: Called, given: Form[NormFileGiven], file: File[UploadedFile]) -> DraftOfNorm:
    """把裁量基准文件（XLSX、CSV、TOML）读成草稿；由另一人审核、发布后才适用。"""
    person = request.auth.person
    try:
        head = {"issuer": person.agency.name, "level": "own"}
        head |= {k: v for k, v in given.model_dump().items() if v}
        found, digest = read_sent(file, lambda path, name: read_benchmark_file(path, name=name, head=head))
        if found.benchmark is None:
            raise Problem(
                "refused", errors=[{"pointer": "#/file", "detail": str(one)} for one in found.errors]
            )
        row = services.prepare_draft(
            agency=person.agency.code,
            kind="benchmark",
            code=found.benchmark.code,
            body=found.body,
            by=person,
            at=timezone.now(),
            source_name=found.name,
            source_digest=digest,
        )
    except (Unreadable, services.NormRefused) as refusal:
        raise refused({"file": [str(refusal)]}) from None
    return told(DraftOfNorm, row)


def read_sent(file: UploadedFile, read: Callable[[Path, str], _T]) -> tuple[_T, str]:
    """Give what `read` makes of the file that was sent, and the digest of the file. Raises Problem, Unreadable."""
    suffix = Path(file.name or "").suffix.lower()
    if suffix not in SUFFIXES:
        raise refused({"file": [_("请发送 XLSX、CSV 或者 TOML 文件。")]})
    if (file.size or 0) > LARGEST:
        raise Problem("too-large")
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
        for piece in file.chunks():
            copy.write(piece)
        copy.flush()
        path = Path(copy.name)
        return read(path, (file.name or "")[-100:]), file_digest(path)


def version_told(pk: int, agency: str) -> VersionOfNorm:
    """One published version of an agency as it stands today. Raises Problem."""
    return _version(_standing(pk, agency))


def _standing(pk: int, agency: str) -> selectors.Standing:
    try:
        row = selectors.table(pk, agency)
    except selectors.NotFound:
        raise not_found() from None
    found = selectors.versions_of(row, timezone.localdate())
    return next(one for one in found if one.table.pk == row.pk)


def _version(standing: selectors.Standing) -> VersionOfNorm:
    return told(VersionOfNorm, standing.table, last_day=standing.until, state=standing.state)


def _where(found: "Agency") -> dict[str, str]:
    return {"region": found.region, "field": found.field, "agency": found.code}


def _agency(request: Called, code: str) -> "Agency":
    """The agency asked for, if its tables may be read; one's own where none is. Raises Problem."""
    person = request.auth.person
    if not code or code == person.agency.code:
        return person.agency
    if not may(person, VIEW, code):
        raise not_found()
    try:
        return agency(code)
    except NotOnRegister:
        raise not_found() from None
