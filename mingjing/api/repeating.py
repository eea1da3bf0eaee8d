"""The Idempotency-Key of requests that write: once done, however often sent; what is kept is kept by the register."""

import hashlib
import hmac
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from mingjing.api.door import Called
from mingjing.api.problems import Problem
from mingjing.clients import repeats

KEY: Final = re.compile(r"[0-9A-Za-z_-]{8,64}")
KEPT_HEADERS: Final = ("Content-Type", "Location", "ETag")
PIECE: Final = 1024 * 1024
# Said of the sender or of the moment and not of the request: asked again they may be answered otherwise.
PASSING: Final = {401, 403, 409, 429, 503}

View = Callable[..., Any]


def once(view: View, render: Callable[[Called, Any], HttpResponse]) -> View:
    """Make a view answer the same request the same, without doing it again."""

    @wraps(view)
    def answer(request: Called, *args: Any, **kwargs: Any) -> HttpResponse:
        client, key = request.auth.client, key_of(request)
        try:
            done = repeats.begin(client, key, digest_of(request), timezone.now())
        except repeats.OtherRequest:
            raise Problem("key-reused") from None
        except repeats.AtWork:
            raise Problem("at-work", headers={"Retry-After": "2"}) from None
        if done is not None:
            return HttpResponse(
                done.body, status=done.status, headers={**done.headers, "Idempotency-Replayed": "true"}
            )
        return _kept(request, key, lambda: render(request, view(request, *args, **kwargs)))

    return answer


def _kept(request: Called, key: str, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do it and keep the answer; where it fails without one, the key is free again."""
    client = request.auth.client
    try:
        response = work()
    except Problem as problem:
        response = problem.answer(request)
    except BaseException:
        repeats.forget(client, key)
        raise
    if response.status_code in PASSING:
        repeats.forget(client, key)
        return response
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    repeats.keep(client, key, repeats.Answer(response.status_code, headers, response.content))
    return response


def key_of(request: Called) -> str:
    """The key that the sender chose. Raises Problem where there is none."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise Problem("key-missing")
    return key


def token_of(request: Called) -> str:
    """The `once` token that the services know the same request by."""
    return hashlib.sha256(f"{request.auth.client.code}/{key_of(request)}".encode()).hexdigest()


def digest_of(request: Called) -> str:
    """What tells two requests apart: method, address, and all that they carry.

    Keyed, because what is carried may be a password: from the digest that is kept nobody can try it out.
    """
    key = salted_hmac("mingjing.api.repeating", "", algorithm="sha256").digest()
    found = hmac.new(key, f"{request.method} {request.get_full_path()}\n".encode(), "sha256")
    if request.FILES or request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            found.update(repr((name, values)).encode())
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):
                found.update(repr((name, file.name, file.size)).encode())
                for piece in file.chunks(PIECE):
                    found.update(piece)
                file.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()
