"""The documents of acts as PDF, for people who may see the case."""

from urllib.parse import quote

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render

from mingjing.cases.selectors import act_by_code
from mingjing.documents import selectors
from mingjing.documents.render import DocumentNotDrawn
from mingjing.documents.services import NoDocument, issue
from mingjing.web.access import SignedRequest, allowed, case_of
from mingjing.web.views.supervision import leave_trace


@allowed("case.view")
def pdf(request: SignedRequest, act: str) -> HttpResponseBase:
    """The document of an act; where the worker has not come to it yet, it is issued now (the same bytes either way)."""
    try:
        found = act_by_code(act)
    except ObjectDoesNotExist:
        raise Http404(act) from None
    leave_trace(request, case_of(request, found.case.code), "查阅文书")
    try:
        document = issue(found)
    except NoDocument:
        raise Http404(act) from None
    except DocumentNotDrawn as refused:
        context = {"case": found.case, "reason": str(refused)}
        return render(request, "web/documents/not_drawn.html", context, status=409)
    response = HttpResponse(selectors.pdf(document), content_type="application/pdf")
    shown = "attachment" if "download" in request.GET else "inline"
    name = quote(f"{document.number or document.title}.pdf")
    response["Content-Disposition"] = f"{shown}; filename*=UTF-8''{name}"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    response["Cache-Control"] = "private, max-age=3600"
    return response
