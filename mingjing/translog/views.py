"""The public log over HTTP: checkpoint, tiles, entry bundles; anonymous, read-only, cacheable."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from mingjing.translog.files import DatabaseReader
from mingjing.translog.suites import SHA256
from mingjing.translog.tiles import CHECKPOINT, STAMPS, place_of
from mingjing.translog.trees import second, sm3_in_use
from mingjing.translog.witnesses import public_policy


@require_safe
def checkpoint(request: HttpRequest, suite: str = SHA256.name) -> HttpResponse:
    """The published checkpoint; stale after a few seconds."""
    note = _reader(suite).read(CHECKPOINT)
    if note is None:
        return _missing("日志还没有检查点")
    return _text(note)


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """Which witnesses a checkpoint needs, as a file that verifiers take; without the witnesses' addresses."""
    text = public_policy()
    return _text(text.encode()) if text else _missing("本日志没有见证策略")


@gzip_page
@require_safe
def tile(request: HttpRequest, rest: str, suite: str = SHA256.name) -> HttpResponse:
    """A tile of hashes or a bundle of entries: the same bytes for ever."""
    path = f"tile/{rest}"
    data = _reader(suite).read(path) if place_of(path) else None
    if data is None:
        return _missing("日志中没有这个文件")
    cache = "public, max-age=31536000, immutable"
    return HttpResponse(data, content_type="application/octet-stream", headers={"Cache-Control": cache})


@require_safe
def stamp(request: HttpRequest, name: str) -> HttpResponse:
    """A time stamp on an earlier checkpoint, or that checkpoint."""
    data = DatabaseReader().read(f"{STAMPS}{name}")
    if data is None:
        return _missing("没有这个时间戳")
    kind = "application/timestamp-reply" if name.endswith(".tsr") else "text/plain; charset=utf-8"
    return HttpResponse(
        data, content_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


def _reader(suite: str) -> DatabaseReader:
    if suite == SHA256.name:
        return DatabaseReader()
    if not sm3_in_use():
        raise Http404
    return DatabaseReader(second())


def _text(data: bytes) -> HttpResponse:
    headers = {"Cache-Control": "public, max-age=2"}
    return HttpResponse(data, content_type="text/plain; charset=utf-8", headers=headers)


def _missing(why: str) -> HttpResponse:
    # Readers of the log are programs: no page, one line.
    return HttpResponseNotFound(f"{why}\n", content_type="text/plain; charset=utf-8")
