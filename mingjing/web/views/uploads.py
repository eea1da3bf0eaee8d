"""Resumable uploads of evidence: the tus 1.0 protocol (creation, checksum, termination, expiration), case by case."""

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods, require_POST

from mingjing.evidence import uploads
from mingjing.evidence.refusals import EvidenceRefused, NotKeptNow
from mingjing.web.access import SignedRequest, allowed, case_of, demand
from mingjing.web.act_form import moment
from mingjing.web.views.evidence import panel

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.evidence.models import EvidenceItem, Upload

VERSION: Final = "1.0.0"
ALGORITHMS: Final = ("sha1", "sha256")
CAN: Final = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,checksum,termination,expiration",
    "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
}
CHECKSUM_MISMATCH: Final = 460  # the protocol's own
STATUS: Final[Mapping[type[Exception], int]] = {
    uploads.Gone: 410,
    uploads.Moved: 409,
    uploads.ChecksumWrong: CHECKSUM_MISMATCH,
}
MOMENTS: Final = {"taken_at": "取证时间", "taken_until": "摄录结束时间"}


class Malformed(Exception):
    """A request that is not the protocol's; the status says in which way."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


FAILURES: Final[tuple[type[Exception], ...]] = (Malformed, EvidenceRefused, *STATUS)


@require_http_methods(["OPTIONS", "GET", "POST"])
@allowed("evidence.view")
def collection(request: SignedRequest, code: str) -> HttpResponseBase:
    """What the protocol can do here (OPTIONS), the panel as it stands (GET), or a new upload (POST)."""
    case = case_of(request, code)
    if request.method == "GET":
        return render(request, "web/evidence/_panel.html", panel(request, case))
    if request.method == "OPTIONS":
        return _answer(204, CAN | {"Tus-Max-Size": str(settings.MINGJING_MAX_UPLOAD_BYTES)})
    demand(request.user, "evidence.upload", case.agency.code)
    try:
        return _begun(request, case)
    except FAILURES as failure:
        return _failed(failure)


def _begun(request: SignedRequest, case: "Case") -> HttpResponse:
    _check_version(request)
    size = _count(request, "Upload-Length")
    begun = _begin(request, case, size, _metadata(request.headers.get("Upload-Metadata", "")))
    address = reverse("upload", args=[case.code, begun.code])
    return _answer(
        201, {"Location": address, "Upload-Expires": http_date(uploads.expires(begun).timestamp())}
    )


def _begin(request: SignedRequest, case: "Case", size: int, told: Mapping[str, str]) -> "Upload":
    name = told.get("filename", "")
    label: dict[str, Any] = {field: told.get(field, "") for field in uploads.TEXTS}
    label["title"] = label["title"].strip() or (name.rpartition(".")[0] or name)[:200]
    for field, title in MOMENTS.items():
        typed = told.get(field, "").strip()
        found = moment(typed)
        if typed and found is None:
            raise EvidenceRefused(f"{title}不是有效的时间", "请按“年月日 时分”填写，或者留空", field=field)
        label[field] = found.isoformat() if found else ""
    return uploads.begin_upload(
        name=name,
        size=size,
        label=label,
        dossier=case.code,
        agency=case.agency.code,
        by=request.user.username,
        log_code=case.log_code,
    )


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@allowed("evidence.view")
def one(request: SignedRequest, code: str, upload: str) -> HttpResponseBase:
    """How far one upload came (HEAD), more of it (PATCH), or no more of it (DELETE)."""
    found = _own(request, code, upload)
    try:
        _check_version(request)
        if request.method == "PATCH":
            return _more(request, found)
        if request.method == "HEAD":
            return _standing(found, 200)
        uploads.give_up(found)
        return _answer(204)
    except FAILURES as failure:
        return _failed(failure)


def _own(request: SignedRequest, code: str, upload: str) -> "Upload":
    """An upload of this very person in a case they may add to; anybody else's does not exist for them."""
    case = case_of(request, code)
    demand(request.user, "evidence.upload", case.agency.code)
    try:
        return uploads.upload(upload, dossier=case.code, by=request.user.username)
    except uploads.Gone:
        raise Http404(upload) from None


def _standing(found: "Upload", status: int) -> HttpResponse:
    if found.state == found.REFUSED:
        return _answer(410)
    headers = {"Upload-Offset": str(uploads.offset_of(found)), "Upload-Length": str(found.size)}
    if found.state == found.ARRIVING:
        headers["Upload-Expires"] = http_date(uploads.expires(found).timestamp())
    return _answer(status, headers | {"Cache-Control": "no-store"})


def _more(request: SignedRequest, found: "Upload") -> HttpResponse:
    if request.content_type != "application/offset+octet-stream":
        raise Malformed(415)
    at, checksum = _count(request, "Upload-Offset"), _checksum(request.headers.get("Upload-Checksum", ""))
    # Read as it comes and never as a whole: neither memory nor a spool file grows with the piece.
    uploads.continue_upload(found, at, request, checksum=checksum)
    uploads.settle(found)
    return _standing(found, 204)


@require_POST
@allowed("evidence.view")
def result(request: SignedRequest, code: str, upload: str) -> HttpResponseBase:
    """What became of a file that has wholly arrived; settles it first if the answer to its last piece was lost."""
    found = _own(request, code, upload)
    try:
        item = uploads.settle(found)
    except FAILURES as failure:
        return _failed(failure)
    return _answer(409) if item is None else _taken(found, item)


def _taken(found: "Upload", item: "EvidenceItem") -> JsonResponse:
    """The entry; a file that the case had before keeps its earlier entry, which this label did not change."""
    return JsonResponse(
        {
            "title": item.title,
            "address": reverse("evidence-item", args=[found.dossier, item.digest]),
            "digest": item.digest,
            "already_there": item.uploaded_at < found.begun_at,
        }
    )


# --- the protocol's own forms -----------------------------------------------------------------


def _metadata(header: str) -> dict[str, str]:
    """Read `name base64,name base64`; a pair without a value is empty."""
    pairs = (pair.strip().partition(" ") for pair in header.split(",") if pair.strip())
    try:
        return {
            name: base64.b64decode(value.strip(), validate=True).decode().replace("\0", "�")
            for name, _, value in pairs
        }
    except (binascii.Error, UnicodeDecodeError):
        raise EvidenceRefused("文件信息无法读取", "请刷新页面后重新上传") from None


def _checksum(header: str) -> tuple[str, bytes] | None:
    """Read `algorithm base64`."""
    if not header:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        if algorithm not in ALGORITHMS:
            raise Malformed(400)
        return algorithm, base64.b64decode(value, validate=True)
    except binascii.Error:
        raise Malformed(400) from None


def _count(request: SignedRequest, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Malformed(400)
    return int(text)


def _check_version(request: SignedRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Malformed(412)


def _failed(failure: Exception) -> HttpResponse:
    """What the protocol answers, in words of ours where somebody reads them."""
    if isinstance(failure, EvidenceRefused):
        words = {"message": str(failure), "field": failure.field}
        status = 507 if isinstance(failure, NotKeptNow) else 422
        return JsonResponse(words, status=status, headers={"Tus-Resumable": VERSION})
    if isinstance(failure, Malformed):
        return _answer(failure.status, {"Tus-Version": VERSION} if failure.status == 412 else None)
    return _answer(STATUS[type(failure)])


def _answer(status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return HttpResponse(status=status, headers={"Tus-Resumable": VERSION, **(headers or {})})
