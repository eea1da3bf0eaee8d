"""The list of first violations that were not punished, made from what was done; nothing is entered here."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mingjing.cases.firsts import judged, lenient_rows
from mingjing.web.access import SignedRequest, allowed

PAGE: Final = 50


@require_GET
@allowed("visits.first")
def first_violations(request: SignedRequest) -> HttpResponseBase:
    """Who was let off, whether he was a first offender, whether he mended, whether he did it again."""
    asked = request.GET.get("q", "").strip()[:100]
    rows = lenient_rows(request.user, "visits.first")
    if asked:
        rows = rows.filter(case__party_name__contains=asked)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"rows": judged(list(page.object_list)), "page": page, "asked": asked}
    return render(request, "web/visits/first.html", context)
