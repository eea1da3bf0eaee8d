"""Drafts of benchmarks, lists and laws on their way: made from files or stated, checked and published by others."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Field

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found
from mingjing.api.refusals import refusing
from mingjing.api.rooms.norms import (
    DRAFT,
    PUBLISH,
    VIEW,
    DraftOfNorm,
    VersionOfNorm,
    Word,
    read_sent,
    version_told,
)
from mingjing.api.rows import Number, told
from mingjing.api.schemas import Day, Digest, Given, Told
from mingjing.exchange.lists import read_list_file
from mingjing.exchange.unreadable import Unreadable
from mingjing.norms import selectors, services
from mingjing.packs.lists import EFFECTS

if TYPE_CHECKING:
    from mingjing.norms.models import NormDraft

room = Room("基准、清单、法规的草稿")
Long = Annotated[str, Field(max_length=1000)]


class ListFileGiven(Given):
    """What a flat table does not say of itself."""

    list: Word = Field("", description="清单代码；同一清单的新版本用同一代码")
    title: Word = ""
    number: Word = Field("", description="文号")
    version: Word = ""
    in_force: Word = Field("", description="施行日期，如 2026-01-01")
    until: Word = Field("", description="失效日期")
    source: Word = ""
    effect: Word = Field("", description="清单的效力：" + "、".join(EFFECTS))


class EditionGiven(Given):
    """One text of a law."""

    year: Annotated[int, Field(ge=1900, le=2199, strict=True)]
    number: Word = Field("", description="公布的文号")
    issued: Day | None = None
    in_force: Day
    articles: Annotated[int, Field(ge=1, le=5000, strict=True)] = Field(description="共几条")


class LawGiven(Given):
    """A law that the packs do not have."""

    name: Word = Field(description="全称，不带书名号")
    level: Word = Field(description="位阶代码")
    aliases: list[Word] = Field(default_factory=list, max_length=30)
    until: Day | None = Field(None, description="废止的最后一日")
    note: Long = ""
    edition: list[EditionGiven] = Field(min_length=1, max_length=30)

    def body(self) -> dict[str, Any]:
        """The law as a draft keeps it: what was not said is not there, days are texts."""
        said = self.model_dump(mode="json")
        editions = [{name: one for name, one in each.items() if one} for each in said["edition"]]
        whole = {**said, "edition": editions, "in_force": editions[0]["in_force"]}
        return {name: one for name, one in whole.items() if one}


class NormDraftAnswer(DraftOfNorm):
    """A draft with its content."""

    body: dict[str, Any]
    self: str


class NormDraftStepGiven(Given):
    """Checking, publishing or dropping a draft, on the content that was read."""

    step: Literal["check", "publish", "discard"]
    seen: Digest | None = Field(None, description="check、publish 必须写：看过的内容的摘要（digest）")


class NormDraftStepAnswer(Told):
    """What became of a draft."""

    state: Literal["checked", "published", "discarded"]
    version: VersionOfNorm | None = Field(description="publish：发布的一版")


class EndGiven(Given):
    """From when a version no longer applies."""

    until: Day = Field(description="最后适用日")
    reason: Annotated[str, Field(max_length=400)]


@room.post("/norms/list-drafts", DRAFT, answer=NormDraftAnswer)
def upload_list_draft(
    request: Called, given: Form[ListFileGiven], file: File[UploadedFile]
) -> NormDraftAnswer:
    """把免罚、轻罚等清单的文件（XLSX、CSV、TOML）读成草稿；由另一人审核、发布后才适用。"""
    person = request.auth.person
    effect = given.effect if given.effect in EFFECTS else ""
    head = {"issuer": person.agency.name, **given.model_dump(), "effect": effect}
    with refusing(Unreadable, services.NormRefused):
        read, digest = read_sent(file, lambda path, name: read_list_file(path, name=name, head=head))
        if not read.found:
            errors = [{"pointer": "#/file", "detail": str(one)} for one in read.errors]
            raise Problem("refused", errors=errors)
        row = services.prepare_draft(
            agency=person.agency.code,
            kind="list",
            code=read.code,
            body=read.body,
            by=person,
            at=timezone.now(),
            source_name=read.name,
            source_digest=digest,
        )
    return _told(row)


@room.post("/norms/law-drafts", DRAFT, answer=NormDraftAnswer)
def draft_law(request: Called, given: LawGiven) -> NormDraftAnswer:
    """登记一部法规包没有收录的法规，或者它的新文本；由另一人审核、发布后才能引用。"""
    person = request.auth.person
    with refusing(services.NormRefused):
        row = services.prepare_draft(
            agency=person.agency.code,
            kind="law",
            code=services.law_code(given.name),
            body=given.body(),
            by=person,
            at=timezone.now(),
        )
    return _told(row)


@room.get("/norms/drafts/{draft}", VIEW, answer=NormDraftAnswer)
def get_norm_draft(request: Called, draft: Number) -> NormDraftAnswer:
    """读取本机关的一份草稿。"""
    return _told(_draft(request, draft))


@room.post("/norms/drafts/{draft}/steps", PUBLISH, DRAFT, answer=NormDraftStepAnswer)
def take_norm_draft_step(request: Called, draft: Number, given: NormDraftStepGiven) -> NormDraftStepAnswer:
    """审核、发布或者撤下一份草稿。起草人不能审核、发布自己起草的；内容在读过以后改过的不能办理。"""
    row, by, at = _draft(request, draft), request.auth.person, timezone.now()
    if given.step != "discard":
        demand(request, PUBLISH)
    told_of: dict[str, Any] = {"draft": row.pk, "agency": by.agency.code, "by": by}
    with refusing(services.NormRefused):
        if given.step == "check":
            services.check_draft(**told_of, at=at, seen=given.seen or "")
            return NormDraftStepAnswer(state="checked", version=None)
        if given.step == "discard":
            services.discard_draft(**told_of)
            return NormDraftStepAnswer(state="discarded", version=None)
        table = services.publish_draft(**told_of, at=at, seen=given.seen or "")
    return NormDraftStepAnswer(state="published", version=version_told(table.pk, by.agency.code))


@room.post("/norms/versions/{version}/ending", PUBLISH, answer=VersionOfNorm)
def end_norm_version(request: Called, version: Number, given: EndGiven) -> VersionOfNorm:
    """登记一版停止适用；这一版和停止的原因都保留。"""
    by = request.auth.person
    found = version_told(version, by.agency.code)
    with refusing(services.NormRefused):
        services.end_table(
            table=found.pk,
            agency=by.agency.code,
            until=given.until,
            reason=given.reason,
            by=by,
            at=timezone.now(),
        )
    return version_told(version, by.agency.code)


def _draft(request: Called, pk: int) -> "NormDraft":
    try:
        return selectors.draft(pk, request.auth.person.agency.code)
    except selectors.NotFound:
        raise not_found() from None


def _told(row: "NormDraft") -> NormDraftAnswer:
    return told(NormDraftAnswer, row, self=f"/api/v1/norms/drafts/{row.pk}")
