"""Receipts: the page that checks them in the reader's browser, and those that the public side gives out."""

from datetime import datetime

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mingjing.kit.clock import legal_day
from mingjing.portal import saved_page
from mingjing.portal.addresses import address
from mingjing.portal.http import page, public
from mingjing.publicity import receipts
from mingjing.publicity.receipts import Receipt
from mingjing.publicity.verification import normal


@public()
def receipt(request: HttpRequest) -> HttpResponse:
    """Where a receipt is checked. What is checked stays on the reader's machine; this page is all that is served."""
    return page("receipt.html", {"door": "verify", "trust": receipts.trust()})


@public()
def saved(request: HttpRequest) -> HttpResponse:
    """The same page as one file to keep, which works from a disk without any line."""
    script, style = saved_page.script(), saved_page.style()
    context = {
        "trust": receipts.trust(),
        "script": script,
        "script_hash": saved_page.policy_hash(script),
        "style": style,
        "style_hash": saved_page.policy_hash(style),
        "saved_at": legal_day(timezone.now()),
    }
    response = page("receipt_saved.html", context)
    response["Content-Disposition"] = 'attachment; filename="mingjing-verify.html"'
    return response


def _of_decision(code: str) -> Receipt:
    return receipts.publication_receipt(code, on=legal_day(timezone.now()))


def _of_document(code: str) -> Receipt:
    found = receipts.document_receipt(code)
    if found is None:
        raise Http404(code)
    return found


@public()
def of_decision(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of a publication, or of its withdrawal."""
    return _file(_of_decision(code), code)


@public()
def of_document(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of a document, for whoever knows its code."""
    return _file(_of_document(code), normal(code))


@public()
def decision_slip(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of a publication to print."""
    found = _of_decision(code)
    what = f"{receipts.title_of(found)} {found.reveal['content'].get('document_no', '')}".strip()
    return _slip(found, what, address("decision", code), "decision-receipt", code)


@public()
def document_slip(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of a document to print."""
    bare = normal(code)
    found = _of_document(code)
    back = address("verify-document", bare)
    return _slip(found, gettext("查验码为 {code} 的文书").format(code=bare), back, "document-receipt", bare)


def _file(found: Receipt, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="receipt-{name[:12]}.json"'}
    return HttpResponse(found.data, content_type="application/json; charset=utf-8", headers=headers)


def _slip(found: Receipt, what: str, back: str, file: str, code: str) -> HttpResponse:
    slip = receipts.slip_of(found)
    context = {
        "door": "verify",
        "slip": slip,
        "what": what,
        "back": back,
        "file": address(file, code),
        "logged_at": datetime.fromisoformat(slip.logged_at),
        "qr": _qr(slip.address) if slip.address else "",
    }
    return page("receipt_slip.html", context)


def _qr(address: str) -> str:
    # A long address is read better from larger dots than from spare ones; the border is part of the code.
    code = segno.make(address, error="l", micro=False)
    return code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None)
