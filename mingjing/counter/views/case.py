"""The party's own case: where it stands, what he may do until when, his papers; nothing of others, nothing internal."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from mingjing.counter.http import page
from mingjing.counter.party_page import page_of, paper
from mingjing.counter.session import for_party
from mingjing.counter.views.visit import voice_of, was_visited
from mingjing.defence.access import Inside, looked
from mingjing.documents.receipts import receipt_of
from mingjing.documents.selectors import pdf
from mingjing.translog.selectors import NotInLog


@for_party
def case(request: HttpRequest, inside: Inside) -> HttpResponse:
    """The page of his case."""
    now = timezone.now()
    looked(inside.visit, "案件进展", at=now)
    voice = {"visited": was_visited(inside), **voice_of(inside)}
    return page(request, "case.html", page_of(inside, now) | voice)


@for_party
def document(request: HttpRequest, inside: Inside, seq: int) -> HttpResponseBase:
    """One of his papers as PDF."""
    found = paper(inside, seq)
    if found is None:
        raise Http404(str(seq))
    looked(inside.visit, f"下载《{found.title}》", at=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="document-{seq}.pdf"'}
    return HttpResponse(pdf(found), content_type="application/pdf", headers=headers)


@for_party
def document_receipt(request: HttpRequest, inside: Inside, seq: int) -> HttpResponseBase:
    """The receipt of one of his papers: with it anybody can check the PDF without us."""
    found = paper(inside, seq)
    if found is None:
        raise Http404(str(seq))
    try:
        data = receipt_of(found).data
    except NotInLog:
        return page(request, "later.html", {"inside": True}, status=409)
    headers = {"Content-Disposition": f'attachment; filename="receipt-document-{seq}.json"'}
    return HttpResponse(data, content_type="application/json", headers=headers)
