"""Check it yourself: a document by its code and bytes, and the log that proves nothing was rewritten."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from mingjing.portal.addresses import address
from mingjing.portal.http import cacheable, page, posted, public
from mingjing.publicity import receipts, selectors
from mingjing.publicity.verification import Verification, normal, proof_of, verification, verify_upload
from mingjing.publicity.witnessing import witnessing

LARGEST = 30 * 1024 * 1024
TOO_LARGE = gettext_noop("文件超过 30 MB，没有比对。请选择从本机关取得的 PDF 文书原件。")
NO_FILE = gettext_noop("没有收到文件。请选择文书的 PDF 文件后再比对。")


@public()
def verify(request: HttpRequest) -> HttpResponse:
    """Where a verification code is typed."""
    asked = request.GET.get("code", "").strip()[:100]
    if code := normal(asked):
        return HttpResponseRedirect(address("verify-document", code))
    return page("verify.html", {"door": "verify", "asked": asked})


@require_http_methods(["GET", "HEAD", "POST"])
@posted
def document(request: HttpRequest, code: str) -> HttpResponse:
    """What can be said of a document; with its digest, or the file itself, whether it is the very same one."""
    found = verification(code)
    if request.method == "POST":
        return _compared(request, found)
    digest = request.GET.get("sha256", "").lower()
    context = _context(found, same=verify_upload(code, digest) if digest else None, compared=bool(digest))
    return cacheable(request, page("document.html", context), 10)


def _compared(request: HttpRequest, found: Verification) -> HttpResponse:
    # Asked before the body is read: a body that is too long is not read at all.
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return page("document.html", _context(found, fault=TOO_LARGE), status=413)
    upload = request.FILES.get("file")
    if upload is None:
        return page("document.html", _context(found, fault=NO_FILE), status=422)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    same = verify_upload(found.code, digest.hexdigest())
    return page("document.html", _context(found, same=same, compared=True))


def _context(
    found: Verification, *, same: bool | None = None, compared: bool = False, fault: str = ""
) -> dict[str, object]:
    receipt = receipts.document_receipt(found.code)
    return {
        "door": "verify",
        "found": found,
        "same": same,
        "compared": compared,
        "fault": gettext(fault) if fault else "",
        # With these the browser compares by itself; without its script the form sends the file.
        "receipt": receipts.packed(receipt) if receipt else "",
        "trust": receipts.trust() if receipt else None,
    }


@public()
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """The proof file of a document."""
    data = proof_of(code)
    if data is None:
        raise Http404(code)
    headers = {"Content-Disposition": f'attachment; filename="{normal(code)}.tlog-proof"'}
    return HttpResponse(data, content_type="text/plain; charset=utf-8", headers=headers)


@public()
def about_log(request: HttpRequest) -> HttpResponse:
    """What the public log is and how to check it without trusting this site."""
    context = {"door": "verify", "log": selectors.public_log(), "witnessing": witnessing(timezone.now())}
    return page("about_log.html", context)
