"""The documents of acts as PDF, for people who may see the case."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mingjing.cases.selectors import act_by_code
from mingjing.documents import selectors
from mingjing.documents.codes import reference
from mingjing.documents.services import NoDocument, issue
from mingjing.documents.signing import certificate_of, signature_of
from mingjing.documents.together import together
from mingjing.evidence.refusals import EvidenceAltered
from mingjing.translog.selectors import index_of
from mingjing.typeset.render import DocumentNotDrawn
from mingjing.web.access import SignedRequest, allowed, case_of
from mingjing.web.views.supervision import leave_trace

if TYPE_CHECKING:
    from mingjing.cases.models import Act
    from mingjing.documents.models import IssuedDocument

POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _act(request: SignedRequest, code: str, what: str) -> "Act":
    """The act of a document, of a case this person may see."""
    try:
        found = act_by_code(code)
    except ObjectDoesNotExist:
        raise Http404(code) from None
    leave_trace(request, case_of(request, found.case.code), what)
    return found


@require_safe
@allowed("case.view")
def document(request: SignedRequest, act: str) -> HttpResponseBase:
    """A document as it was issued: what it is, how it is proved, and whether it is signed."""
    found = _act(request, act, "查阅文书")
    issued = selectors.document_of(found)
    if issued is None:
        return redirect("document-pdf", act)
    context = {
        "case": found.case,
        "act": found,
        "document": issued,
        "log_index": index_of(reference(issued.code)),
        **_signature(issued, found.case.agency.code),
    }
    return render(request, "web/documents/page.html", context)


def _signature(issued: "IssuedDocument", agency: str) -> dict[str, Any]:
    """What the signature is worth, or why there is none."""
    try:
        signature = signature_of(selectors.pdf(issued), issued)
    except EvidenceAltered as refused:
        return {"altered": str(refused)}
    return {"signature": signature, "configured": certificate_of(agency) is not None}


@require_safe
@allowed("case.view")
def working_copy(request: SignedRequest, act: str) -> HttpResponseBase:
    """The document as a Word file to work on outside, marked as a draft."""
    found = _act(request, act, "导出文书编辑稿")
    content = selectors.working_copy(found)
    if content is None:
        raise Http404(act)
    issued = selectors.document_of(found)
    name = quote(f"{issued if issued else '文书'}（编辑稿）.docx")
    response = HttpResponse(content, content_type=WORD)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require_safe
@allowed("case.view")
def batch(request: SignedRequest, code: str) -> HttpResponseBase:
    """The chosen documents of a case, or all of them, as one PDF to print."""
    case = case_of(request, code)
    leave_trace(request, case, "合并打印文书")
    wanted = set(request.GET.getlist("act")[:200])
    documents = [one for one in selectors.documents_of(case) if not wanted or one.act.code in wanted]
    if not documents:
        raise Http404(code)
    try:
        content = together(documents, sheets="sheets" in request.GET)
    except EvidenceAltered as refused:
        messages.warning(request, f"没有合并：{refused}", extra_tags="amber")
        return redirect("case", case.code)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'{case.number}文书.pdf')}"
    response["Content-Security-Policy"] = POLICY
    return response


@allowed("case.view")
def pdf(request: SignedRequest, act: str) -> HttpResponseBase:
    """The document of an act; where the worker has not come to it yet, it is issued now (the same bytes either way)."""
    found = _act(request, act, "查阅文书")
    try:
        issued = issue(found)
    except NoDocument:
        raise Http404(act) from None
    except DocumentNotDrawn as refused:
        context = {"case": found.case, "reason": str(refused)}
        return render(request, "web/documents/not_drawn.html", context, status=409)
    response = HttpResponse(selectors.pdf(issued), content_type="application/pdf")
    shown = "attachment" if "download" in request.GET else "inline"
    name = quote(f"{issued.number or issued.title}.pdf")
    response["Content-Disposition"] = f"{shown}; filename*=UTF-8''{name}"
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, max-age=3600"
    return response
