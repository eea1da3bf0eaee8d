"""Evidence of a case: what there is, the bytes, taking a file in whole or in pieces."""

from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse
from ninja import File, Form
from ninja.files import UploadedFile

from mingjing.api.cases_seen import act_of, case_of
from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found
from mingjing.api.refusals import not_taken, refusing
from mingjing.api.rooms.evidence_schemas import (
    EvidenceAnswer,
    EvidenceLabel,
    EvidencePage,
    MomentGiven,
    MomentLine,
    MomentPage,
    PieceHeaders,
    UploadAnswer,
    UploadGiven,
    evidence_told,
    upload_told,
)
from mingjing.api.rows import Number, told
from mingjing.api.schemas import Code, Digest
from mingjing.evidence import selectors, uploads
from mingjing.evidence.marks import mark, marks_of, take_back
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.evidence.selectors import NotInEvidence
from mingjing.evidence.services import receive_upload

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.evidence.models import EvidenceItem, Upload

room = Room("证据")
LOOK, UPLOAD = "通过接口查阅证据", "evidence.upload"
PIECE = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


@room.get("/cases/{code}/evidence", "evidence.view", answer=EvidencePage, also=(410,))
def list_evidence(request: Called, code: Code) -> EvidencePage:
    """列出一件案件的证据。"""
    case = case_of(request, code, action="evidence.view", why=LOOK)
    return EvidencePage(items=[evidence_told(one) for one in selectors.evidence_of(case.code)])


@room.get("/cases/{code}/evidence/{digest}", "evidence.view", answer=EvidenceAnswer, also=(410,))
def get_evidence(request: Called, code: Code, digest: Digest) -> EvidenceAnswer:
    """读取一件证据的登记信息。"""
    return evidence_told(_item(request, code, digest, "evidence.view"))


@room.file(
    "/cases/{code}/evidence/{digest}/file", "evidence.view", media=("application/octet-stream",), also=(410,)
)
def download_evidence(request: Called, code: Code, digest: Digest) -> FileResponse:
    """下载证据文件的原始字节。"""
    case = case_of(request, code, action="evidence.view", why=LOOK)
    try:
        stored = selectors.open_content(digest, case.code)
    except NotInEvidence:
        raise not_found() from None
    # Whatever the bytes are, they are handed over as bytes.
    return FileResponse(
        stored.open(), as_attachment=True, filename=stored.name, content_type="application/octet-stream"
    )


@room.post("/cases/{code}/evidence", UPLOAD, answer=EvidenceAnswer, also=(410,))
def upload_evidence(
    request: Called, code: Code, label: Form[EvidenceLabel], file: File[UploadedFile]
) -> EvidenceAnswer:
    """上传一件证据（multipart/form-data）。同一案件已有的文件不重复收入，返回原来的登记。"""
    case = case_of(request, code, action=UPLOAD)
    said = label.model_dump()
    try:
        item = receive_upload(
            file,
            original_name=file.name or "",
            dossier=case.code,
            agency=case.agency.code,
            by=request.auth.person.username,
            declared_size=file.size,
            log_code=case.log_code,
            **{**said, "title": label.title or (file.name or "").rpartition(".")[0]},
        )
    except EvidenceRefused as refusal:
        raise not_taken(refusal) from None
    return evidence_told(item)


@room.post("/cases/{code}/uploads", UPLOAD, answer=UploadAnswer, also=(410,))
def begin_upload(request: Called, code: Code, given: UploadGiven) -> UploadAnswer:
    """开始分段上传：得到一个地址，按 tus 1.0 协议（HEAD、PATCH）续传，断线不必从头再来。"""
    case = case_of(request, code, action=UPLOAD)
    try:
        begun = uploads.begin_upload(
            name=given.name,
            size=given.size,
            label=given.particulars(),
            dossier=case.code,
            agency=case.agency.code,
            by=request.auth.person.username,
            log_code=case.log_code,
        )
    except EvidenceRefused as refusal:
        raise not_taken(refusal) from None
    return upload_told(begun, uploads.offset_of(begun), None)


@room.get("/cases/{code}/uploads/{upload}", UPLOAD, answer=UploadAnswer, also=(410,))
def get_upload(request: Called, code: Code, upload: Code) -> UploadAnswer:
    """上传到哪里了；全部到达后给出收入的证据。"""
    case = case_of(request, code, action=UPLOAD)
    found = _own(request, case, upload)
    try:
        item = uploads.settle(found)
        return upload_told(found, uploads.offset_of(found), item)
    except uploads.Gone:
        raise not_found() from None
    except EvidenceRefused as refusal:
        raise not_taken(refusal) from None


@room.bytes("PATCH", "/cases/{code}/uploads/{upload}", UPLOAD, media=PIECE, also=(410,))
def send_piece(request: Called, code: Code, upload: Code, headers: PieceHeaders) -> HttpResponse:
    """送来一段。位置不对的答 409，正确的位置在 Upload-Offset。"""
    if request.content_type != PIECE:
        raise Problem("media")
    found = _own(request, case_of(request, code, action=UPLOAD), upload)
    try:
        # Read as it comes and never as a whole.
        uploads.continue_upload(found, headers.upload_offset, request)
        uploads.settle(found)
        return HttpResponse(status=204, headers={**TUS, "Upload-Offset": str(uploads.offset_of(found))})
    except uploads.Moved:
        raise Problem("not-now", headers={**TUS, "Upload-Offset": str(uploads.offset_of(found))}) from None
    except uploads.Gone:
        raise not_found() from None
    except EvidenceRefused as refusal:
        raise not_taken(refusal) from None


@room.bytes("HEAD", "/cases/{code}/uploads/{upload}", UPLOAD, media="", also=(410,))
def get_offset(request: Called, code: Code, upload: Code) -> HttpResponse:
    """下一段从哪里开始。"""
    found = _own(request, case_of(request, code, action=UPLOAD), upload)
    try:
        here = str(uploads.offset_of(found))
    except uploads.Gone:
        raise not_found() from None
    headers = {**TUS, "Upload-Offset": here, "Upload-Length": str(found.size), "Cache-Control": "no-store"}
    return HttpResponse(status=200, headers=headers)


@room.get("/cases/{code}/evidence/{digest}/marks", "evidence.view", answer=MomentPage, also=(410,))
def list_marks(request: Called, code: Code, digest: Digest) -> MomentPage:
    """列出录音、录像中标记的时点。"""
    return _marks(_item(request, code, digest, "evidence.view"))


@room.post("/cases/{code}/evidence/{digest}/marks", UPLOAD, answer=MomentPage, also=(410,))
def mark_moment(request: Called, code: Code, digest: Digest, given: MomentGiven) -> MomentPage:
    """标记录音、录像的一个时点，可以对应本案的一个行为。"""
    item = _item(request, code, digest, UPLOAD)
    if given.act:
        act_of(request, code, given.act, why=LOOK)
    with refusing():
        mark(item=item, **given.model_dump(), by=request.auth.person.username)
    return _marks(item)


@room.post(
    "/cases/{code}/evidence/{digest}/marks/{mark_no}/retraction", UPLOAD, answer=MomentPage, also=(410,)
)
def take_mark_back(request: Called, code: Code, digest: Digest, mark_no: Number) -> MomentPage:
    """收回一个标记；谁标记、谁收回都保留。"""
    item = _item(request, code, digest, UPLOAD)
    take_back(item=item, pk=mark_no, by=request.auth.person.username)
    return _marks(item)


def _item(request: Called, code: str, digest: str, action: str) -> "EvidenceItem":
    case = case_of(request, code, action=action, why=LOOK)
    try:
        return selectors.item(digest, case.code)
    except NotInEvidence:
        raise not_found() from None


def _marks(item: "EvidenceItem") -> MomentPage:
    return MomentPage(items=[told(MomentLine, one) for one in marks_of(item)])


def _own(request: Called, case: "Case", upload: str) -> "Upload":
    """An upload of this very person; anybody else's does not exist for them. Raises Problem."""
    try:
        found = uploads.upload(upload, dossier=case.code, by=request.auth.person.username)
    except uploads.Gone:
        raise not_found() from None
    if found.state == found.REFUSED:
        raise not_found()
    return found
