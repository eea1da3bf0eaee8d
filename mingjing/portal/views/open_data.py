"""Open data: the page that lists the day's files, and the files themselves, in whole or in part."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from mingjing.portal.http import anonymous, not_found, page, public
from mingjing.publicity import open_data as released
from mingjing.publicity import selectors

HOUR = 3600
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "json": "application/schema+json",
    "txt": "text/plain; charset=utf-8",
}
PIECE = 64 * 1024


@public(max_age=600)
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is today, how it is checked, and on what terms it may be used."""
    known = released.releases()
    today = known[0] if known else None
    agencies = dict(selectors.choices("agency"))
    rows = [
        (one, agencies.get(Path(one.name).stem, ""))
        for one in (today.files if today else ())
        if one.name != "SHA256SUMS"
    ]
    context = {
        "door": "after",
        "today": today,
        "whole": [one for one, _ in rows if not one.name.startswith("agencies/")],
        "agencies": [(one, title) for one, title in rows if one.name.startswith("agencies/")],
        "history": known[1:31],
        "columns": released.COLUMNS.items(),
        "licence": released.licence(),
    }
    return page("open_data.html", context)


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One file of today, in whole or from a place on, so that a broken download goes on."""
    anonymous(request)
    found = released.current(name)
    if found is None:
        return not_found(request)
    path, known = found
    etag = f'"{known.sha256[:32]}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _sent(request, path, known.size, etag)
        if response.status_code != 416:
            response["Content-Type"] = TYPES.get(path.suffix[1:], TYPES["txt"])
            response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={HOUR}"
    response["Accept-Ranges"] = "bytes"
    return response


def _sent(request: HttpRequest, path: Path, size: int, etag: str) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(size)})
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    unchanged = request.headers.get("If-Range", etag) == etag
    if asked is None or not unchanged or not (asked[1] or asked[2]):
        return FileResponse(path.open("rb"))
    # bytes=-500 are the last 500.
    first = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
    last = min(int(asked[2]), size - 1) if asked[1] and asked[2] else size - 1
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_pieces(path, first, last), status=206)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as data:
        data.seek(first)
        left = last - first + 1
        while left and (piece := data.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
