"""How the portal answers: to anybody, without session or cookie, cacheable, with a page for what is not there."""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from mingjing.portal.addresses import standing_at
from mingjing.publicity.selectors import NotPublished

View = Callable[..., HttpResponse]
MINUTE = 60


class _NoSession(SessionBase):
    """The session of nobody: it holds nothing and is never saved, so no cookie is read, set or renewed."""


def anonymous(request: HttpRequest) -> None:
    """Forget who asks: an officer who reads the portal is a reader like all others, and a cache may keep the answer."""
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    request.session = _NoSession()


def public(*, max_age: int = MINUTE) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Make a view a page of the portal: read-only, cacheable for `max_age` seconds and then asked for by its ETag."""

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @require_safe
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            anonymous(request)
            try:
                with standing_at(request):
                    response = view(request, *args, **kwargs)
            except (Http404, NotPublished):
                return not_found(request)
            return cacheable(request, response, max_age)

        return answer

    return decorate


def posted(view: View) -> Callable[..., HttpResponseBase]:
    """Make a view that takes a form and changes nothing: without a change to forge it needs no token and no cookie."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        anonymous(request)
        try:
            with standing_at(request):
                return view(request, *args, **kwargs)
        except (Http404, NotPublished):
            return not_found(request)

    return answer


def cacheable(request: HttpRequest, response: HttpResponse, max_age: int) -> HttpResponse:
    """Let browsers and proxies keep an answer; the same bytes are not sent twice to who has them."""
    if response.status_code != 200:
        return response
    response["Cache-Control"] = f"public, max-age={max_age}"
    response["ETag"] = etag = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    conditional = get_conditional_response(request, etag=etag, response=response)
    if isinstance(conditional, HttpResponseNotModified):
        conditional["Cache-Control"] = response["Cache-Control"]
    return conditional if isinstance(conditional, HttpResponse) else response


def page(template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a page. No request goes in, so that no page can depend on who asks."""
    return HttpResponse(render_to_string(f"portal/{template}", dict(context)), status=status)


def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The portal's own page for what was never published; it does not say whether it exists elsewhere."""
    anonymous(request)
    with standing_at(request):
        return page("not_found.html", {"door": ""}, status=404)
