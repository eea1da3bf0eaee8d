"""Asking the portal's own pages in this process, as anybody would over the line; nothing is written here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote

from django.db import connection, transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from mingjing.cli.mirror.addresses import Address
from mingjing.translog.receipt import ReceiptRefused

OK, ABSENT = 200, (404, 503)  # 503: a paper that no font can draw


@dataclass(frozen=True, slots=True)
class Answer:
    """What the portal answers: a kind of content, and the bytes in pieces."""

    kind: str
    pieces: Iterator[bytes]

    def whole(self) -> bytes:
        """Give all bytes."""
        return b"".join(self.pieces)


class PageFailed(Exception):
    """A page of the portal gave neither an answer nor 404. The message is Chinese."""


def ask(address: Address) -> Answer | None:
    """Give what stands at an address, None where nothing does."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", address.path, address.path
    request.GET = QueryDict(address.text.partition("?")[2])
    try:
        found = resolve(unquote(address.path))
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    except (Resolver404, Http404, ReceiptRefused):
        return None  # of a publication whose content was destroyed nothing is left to make a receipt of
    if response.status_code in ABSENT or response.has_header("Location"):
        return None
    if response.status_code != OK:
        raise PageFailed(f"页面 {address.text} 返回 {response.status_code}，没有导出。")
    return Answer(response.get("Content-Type", "").partition(";")[0], _pieces(response))


def _pieces(response: HttpResponseBase) -> Iterator[bytes]:
    if isinstance(response, StreamingHttpResponse):
        yield from cast("Iterator[bytes]", response.streaming_content)
        # Not `response.close()`: that ends a request, and with it the line to the database.
        if isinstance(response, FileResponse) and response.file_to_stream:
            response.file_to_stream.close()
    elif isinstance(response, HttpResponse):
        yield response.content


@contextmanager
def snapshot() -> Iterator[None]:
    """See the database as it is now until the end, without hindering anybody who writes."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # An atomic block would take the one lock for writing from the first moment on.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
