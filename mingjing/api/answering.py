"""What every answer of the API has, whoever made it: errors as problems, limits in headers, an entity tag."""

import hashlib
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

from mingjing.api.problems import BY_STATUS, MEDIA, Problem
from mingjing.clients.counting import Room as Left

PREFIX: Final = "/api/"
OWN: Final = (MEDIA, "application/json")
KEPT_HEADERS: Final = ("Allow", "Retry-After")

Answer = Callable[[HttpRequest], HttpResponseBase]


def as_api(get_response: Answer) -> Answer:
    """Middleware: make of every answer below /api/ one of the API; a page would be no answer to a program."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path_info.startswith(PREFIX):
            return response
        if response.status_code >= 400 and not response.get("Content-Type", "").startswith(OWN):
            response = _problem(request, response)
        left = getattr(request, "api_left", None)
        if left is not None:
            _tell(response, left)
        response = _tagged(request, response)
        return _bodiless(response) if request.method == "HEAD" else response

    return answer


def _problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """The problem for an answer that was made for people, or was empty; only its status is known."""
    kept = {name: response[name] for name in KEPT_HEADERS if name in response}
    status = response.status_code
    return Problem(BY_STATUS.get(status, "bad-request"), headers=kept).answer(request)


def _tell(response: HttpResponseBase, left: Left) -> None:
    """Say how much room is left in this minute (draft-ietf-httpapi-ratelimit-headers)."""
    response["RateLimit-Policy"] = f"{left.limit};w=60"
    response["RateLimit-Limit"] = str(left.limit)
    response["RateLimit-Remaining"] = str(max(0, left.left))
    response["RateLimit-Reset"] = str(left.seconds)


def _tagged(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give what was read a tag, and whoever has it already only the news that it still is so."""
    if (
        request.method not in {"GET", "HEAD"}
        or response.status_code != 200
        or not isinstance(response, HttpResponse)
    ):
        return response
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    found = get_conditional_response(request, etag=response["ETag"], response=response)
    return found if found is not None else response


def _bodiless(response: HttpResponseBase) -> HttpResponseBase:
    """The same answer without its body, whose length is still told: what HEAD is answered with (RFC 9110 §9.3.2)."""
    if isinstance(response, HttpResponse) and response.status_code != 304:
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    elif isinstance(response, StreamingHttpResponse):
        response.streaming_content = iter(())
    return response
