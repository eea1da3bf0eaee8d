"""A firm's own entry code: a sheet with a square that it prints and inspectors scan; nothing is stored or read."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.counter.http import counter, page
from mingjing.kit.identity import credit_code_error


@counter
def ask(request: HttpRequest) -> HttpResponseBase:
    """Where a firm types its credit code to get its sheet."""
    if request.method != "POST":
        return page(request, "entry.html", {})
    typed = "".join(request.POST.get("code", "")[:40].split()).upper()
    if fault := credit_code_error(typed):
        return page(request, "entry.html", {"fault": f"{fault}。", "typed": typed}, status=422)
    return redirect("counter:entry-code", typed)


@counter
def code(request: HttpRequest, uscc: str) -> HttpResponse:
    """The sheet: the square holds this very address, which holds the credit code and nothing else."""
    if fault := credit_code_error(uscc):
        return page(request, "entry.html", {"fault": f"{fault}。", "typed": uscc[:40]}, status=404)
    address = f"{settings.MINGJING_ORIGIN}{reverse('counter:entry-code', args=[uscc])}"
    square = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=2)
    return page(request, "entry_code.html", {"code": uscc, "qr": square, "address": address})
