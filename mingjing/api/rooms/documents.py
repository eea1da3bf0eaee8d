"""Documents of a case: what was issued, the PDF, a draft of an act that is not recorded yet, a Word copy to work on."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpResponse
from pydantic import Field

from mingjing.api.cases_seen import act_of, case_of
from mingjing.api.deeds import kind_in
from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found
from mingjing.api.rooms.case_schemas import ActGiven
from mingjing.api.schemas import Code, Told
from mingjing.cases.services import Deed, check_act
from mingjing.documents import selectors
from mingjing.documents.services import NoDocument, issue
from mingjing.typeset.render import DocumentNotDrawn

if TYPE_CHECKING:
    from mingjing.documents.models import IssuedDocument

room = Room("文书")
LOOK = "通过接口查阅文书"
PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class DocumentLine(Told):
    """One document as it was issued."""

    act: str = Field(description="所属行为的编号")
    kind: str
    title: str
    number: str
    form: str
    edition: date
    digest: str
    size: int
    issued_at: datetime
    pdf: str

    @classmethod
    def of(cls, one: "IssuedDocument") -> "DocumentLine":
        """A document as its row says; the code on the paper stays with the paper."""
        names = ("title", "number", "form", "edition", "digest", "size", "issued_at")
        told: dict[str, Any] = {name: getattr(one, name) for name in names}
        where = f"/api/v1/cases/{one.case_code}/acts/{one.act.code}/document.pdf"
        return cls(act=one.act.code, kind=one.act.kind, pdf=where, **told)


class DocumentPage(Told):
    """The documents of a case."""

    items: list[DocumentLine]


@room.get("/cases/{code}/documents", "case.view", answer=DocumentPage, also=(410,))
def list_documents(request: Called, code: Code) -> DocumentPage:
    """列出一件案件已经生成的文书。"""
    case = case_of(request, code, why=LOOK)
    return DocumentPage(items=[DocumentLine.of(one) for one in selectors.documents_of(case)])


@room.file("/cases/{code}/acts/{act}/document.pdf", "case.view", media=(PDF,), also=(409, 410))
def get_document(request: Called, code: Code, act: Code) -> HttpResponse:
    """下载一个行为的文书（PDF）；还没有生成的当即生成。"""
    found = act_of(request, code, act, why=LOOK)
    try:
        issued = issue(found)
    except NoDocument:
        raise not_found() from None
    except DocumentNotDrawn as reason:
        raise Problem("not-now", str(reason)) from None
    return _file(selectors.pdf(issued), PDF, f"{issued.number or issued.title}.pdf")


@room.file("/cases/{code}/acts/{act}/document.docx", "case.view", media=(WORD,), also=(410,))
def get_working_copy(request: Called, code: Code, act: Code) -> HttpResponse:
    """下载一个行为的文书编辑稿（Word），标明是草稿。"""
    found = act_of(request, code, act, why="通过接口导出文书编辑稿")
    content = selectors.working_copy(found)
    if content is None:
        raise not_found()
    return _file(content, WORD, "文书（编辑稿）.docx")


@room.draw("/cases/{code}/previews", "case.view", media=PDF, also=(410,))
def preview_document(request: Called, code: Code, given: ActGiven) -> HttpResponse:
    """预览一个尚未记录的行为的文书（PDF）：标明预览，不编号，不记录。"""
    case, person = case_of(request, code), request.auth.person
    kind_in(case, given.kind)
    performers = given.performers or [person.username]
    deed = Deed(
        kind=given.kind,
        facts=given.facts,
        performers=performers,
        by=person,
        done_at=given.done_at,
        evidence=given.evidence,
    )
    trial = check_act(case=case, deed=deed)
    draft = selectors.preview(
        agency=case.agency,
        case=case,
        kind=given.kind,
        facts=trial.facts,
        performers=performers,
        done_at=given.done_at,
    )
    if draft is None:
        raise not_found()
    try:
        return _file(draft.pdf, PDF, "预览.pdf")
    except DocumentNotDrawn as reason:
        raise Problem("not-now", str(reason)) from None


def _file(content: bytes, media: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
