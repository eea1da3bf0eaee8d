"""In which language a face speaks: the portal by its address, the counter by a cookie, the API by a header."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes
from django.utils.translation.trans_real import parse_accept_lang_header

Answer = Callable[[HttpRequest], HttpResponseBase]

CHINESE: Final = settings.LANGUAGE_CODE
PORTAL, COUNTER, API = "/portal/", "/counter/", "/api/"
COOKIE: Final = "mingjing_language"  # of the counter alone, whose pages no cache keeps
YEAR: Final = 365 * 24 * 3600


def in_the_language_of_the_reader(get_response: Answer) -> Answer:
    """Middleware: let portal, counter and API speak another language where it is asked for; officers read Chinese."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith((PORTAL, COUNTER, API)):
            return get_response(request)
        if moved := _moved(request, request.GET.get("lang", "")):
            return moved
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        if request.path_info.startswith(API):
            patch_vary_headers(response, ["Accept-Language"])
        return response

    return answer


def language_of(request: HttpRequest) -> str:
    """Give the language asked for: in the address, the cookie or the header, as the face has it; Chinese otherwise."""
    path = request.path_info
    if path.startswith(PORTAL):
        first = path.removeprefix(PORTAL).partition("/")[0]
        return first if first in _others() else CHINESE
    if path.startswith(COUNTER):
        kept = request.COOKIES.get(COOKIE, "")
        return kept if kept in _others() else CHINESE
    return _accepted(request.headers.get("Accept-Language", ""))


def _others() -> list[str]:
    return [code for code, _ in settings.LANGUAGES if code != CHINESE]


def _accepted(header: str) -> str:
    """Give the first language of an Accept-Language header that we speak."""
    for code, _ in parse_accept_lang_header(header):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return CHINESE


def _moved(request: HttpRequest, asked: str) -> HttpResponseBase | None:
    """Lead from an address with ?lang= to the same page in that language; the rest of the query goes along."""
    if asked not in dict(settings.LANGUAGES) or request.method == "POST" or request.path_info.startswith(API):
        return None
    rest = [(name, value) for name, values in request.GET.lists() if name != "lang" for value in values]
    where, query = request.path, f"?{urlencode(rest)}" if rest else ""
    if request.path_info.startswith(PORTAL):
        return HttpResponseRedirect(escape_leading_slashes(f"{_portal_path(where, asked)}{query}"))
    response = HttpResponseRedirect(escape_leading_slashes(f"{where}{query}"))
    response.set_cookie(
        COOKIE, asked, max_age=YEAR, path=COUNTER, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    response["Cache-Control"] = "no-store"
    return response


def _portal_path(path: str, language: str) -> str:
    rest = path.removeprefix(PORTAL)
    first, slash, after = rest.partition("/")
    rest = after if slash and first in _others() else rest
    return f"{PORTAL}{rest}" if language == CHINESE else f"{PORTAL}{language}/{rest}"
