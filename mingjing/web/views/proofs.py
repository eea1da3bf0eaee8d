"""Receipts of documents, acts and evidence, for officers to hand to the party: file and paper."""

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from mingjing.cases import bundle
from mingjing.cases.selectors import act_by_code, engine_view
from mingjing.documents import receipts as document_receipts
from mingjing.documents.selectors import document_of
from mingjing.evidence import receipts as evidence_receipts
from mingjing.evidence.selectors import NotInEvidence, item
from mingjing.web.access import SignedRequest, allowed, case_of
from mingjing.web.receipt_page import receipt_file, receipt_paper
from mingjing.web.views.supervision import leave_trace

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.documents.models import IssuedDocument
    from mingjing.evidence.models import EvidenceItem

TRACE = "出具存证回执"


def _act(request: SignedRequest, code: str) -> "Act":
    """An act of a case this person may see."""
    try:
        found = act_by_code(code)
    except ObjectDoesNotExist:
        raise Http404(code) from None
    leave_trace(request, case_of(request, found.case.code), TRACE)
    return found


def _document(request: SignedRequest, act: str) -> "IssuedDocument | None":
    return document_of(_act(request, act))


def _item(request: SignedRequest, code: str, digest: str) -> tuple["Case", "EvidenceItem"]:
    case = case_of(request, code)
    try:
        found = item(digest, case.code)
    except NotInEvidence:
        raise Http404(digest) from None
    leave_trace(request, case, TRACE)
    return case, found


@require_safe
@allowed("case.view")
def document(request: SignedRequest, act: str) -> HttpResponseBase:
    """The receipt of a document as a file."""
    if (issued := _document(request, act)) is None:
        return redirect("document", act)  # which issues it
    return receipt_file(request, issued.act.case, lambda: document_receipts.receipt_of(issued))


@require_safe
@allowed("case.view")
def document_paper(request: SignedRequest, act: str) -> HttpResponseBase:
    """The receipt of a document as a page to print."""
    if (issued := _document(request, act)) is None:
        return redirect("document", act)
    what = f"文书《{issued.title}》{issued.number}"
    return receipt_paper(request, issued.act.case, what, lambda: document_receipts.receipt_of(issued))


@require_safe
@allowed("case.view")
def act(request: SignedRequest, act: str) -> HttpResponseBase:
    """The receipt of an act as a file."""
    found = _act(request, act)
    return receipt_file(request, found.case, lambda: bundle.receipt_of(found))


@require_safe
@allowed("case.view")
def act_paper(request: SignedRequest, act: str) -> HttpResponseBase:
    """The receipt of an act as a page to print."""
    found = _act(request, act)
    law, _, _ = engine_view(found.case)
    what = f"案件的第 {found.seq} 项行为：{law.title_of(found.kind)}"
    return receipt_paper(request, found.case, what, lambda: bundle.receipt_of(found))


@require_safe
@allowed("evidence.view")
def evidence(request: SignedRequest, code: str, digest: str) -> HttpResponseBase:
    """The receipt of a piece of evidence as a file."""
    case, found = _item(request, code, digest)
    return receipt_file(request, case, lambda: evidence_receipts.receipt_of(found))


@require_safe
@allowed("evidence.view")
def evidence_paper(request: SignedRequest, code: str, digest: str) -> HttpResponseBase:
    """The receipt of a piece of evidence as a page to print."""
    case, found = _item(request, code, digest)
    return receipt_paper(request, case, f"证据“{found.title}”", lambda: evidence_receipts.receipt_of(found))
