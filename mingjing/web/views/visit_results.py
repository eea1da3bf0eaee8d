"""Results of visits that are to be published: what is due, what waits for a second person, what is late."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from mingjing.inspections.visiting.results_due import progress_of, told_results
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.publicity.desk import preparations_waiting
from mingjing.web.access import SignedRequest, allowed

PAGE: Final = 50


@require_GET
@allowed("visits.results")
def board(request: SignedRequest) -> HttpResponseBase:
    """Every campaign with how far its results are out, and the results in the order in which they fall due."""
    today = legal_day(timezone.now())
    rows = told_results(request.user, today)
    agency = request.user.agency.code
    papers = preparations_waiting(request.user) if may(request.user, "publicity.prepare", agency) else ()
    waiting = {one.case_code: one.pk for one in papers}
    page = Paginator([one for one in rows if not one.published], PAGE).get_page(request.GET.get("page"))
    context = {
        "campaigns": progress_of(rows),
        "page": page,
        "lines": [(one, waiting.get(one.case_code)) for one in page],
        "prepares": may(request.user, "publicity.prepare", agency),
        "boards": may(request.user, "visits.board", agency),
    }
    return render(request, "web/visits/results.html", context)
