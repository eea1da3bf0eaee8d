"""Requests that announce more than their page takes are answered before a byte of them is put on the disk."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

MEGABYTE: Final = 1024 * 1024
# What stands around a file in a form; and what a form without evidence needs at most (a document to be compared).
ENVELOPE, FORM = MEGABYTE, 32 * MEGABYTE
EVIDENCE: Final = ("/cases/", "/api/v1/cases/")

View = Callable[[HttpRequest], HttpResponseBase]


def refuse_too_large(get_response: View) -> View:
    """Refuse by the announced length: Django would take a form in whole, files and all, to look for its token."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        most = _most(request.path)
        if int(request.META.get("CONTENT_LENGTH") or 0) <= most:
            return get_response(request)
        return render(request, "413.html", {"megabytes": most // MEGABYTE}, status=413)

    return guarded


def _most(path: str) -> int:
    takes_evidence = path.startswith(EVIDENCE) and (
        path.rstrip("/").endswith("/evidence") or "/uploads/" in path
    )
    return settings.MINGJING_MAX_UPLOAD_BYTES + ENVELOPE if takes_evidence else FORM
