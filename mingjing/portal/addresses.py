"""The addresses of the portal's pages in the language being spoken; what machines read has one address only."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

PORTAL: Final = "/portal/"
PLACE: Final = "ARGUMENT"
# The address of the page being made, its language left out; empty where nobody asks over the line (the mirror).
_HERE: ContextVar[str] = ContextVar("here", default="")


def chinese() -> bool:
    """Tell whether Chinese, the language of the record, is being spoken."""
    return get_language() in {None, settings.LANGUAGE_CODE}


def address(name: str, *arguments: object) -> str:
    """Give the address of a page in the language being spoken, of a file its only one."""
    return _address(name, arguments, _space())


def to(name: str, argument: str = "") -> str:
    """Give an address for a template; its pattern is worked out once, for a page has dozens of links."""
    return _pattern(name, bool(argument), _space()).replace(PLACE, argument)


def _space() -> str:
    return "" if chinese() else f"portal-{get_language()}"


@cache
def _pattern(name: str, with_argument: bool, space: str) -> str:
    return _address(name, (PLACE,) if with_argument else (), space)


def _address(name: str, arguments: tuple[object, ...], space: str) -> str:
    if space:
        try:
            return reverse(f"{space}:{name}", args=arguments)
        except NoReverseMatch:
            pass  # a file, which has no language
    return reverse(f"portal:{name}", args=arguments)


@contextmanager
def standing_at(request: HttpRequest) -> Iterator[None]:
    """Let the page being made know its own address, for the links to itself in the other languages."""
    told = getattr(request, "LANGUAGE_CODE", None)  # none where no line is: the mirror has one language
    token = _HERE.set(_bare(request.get_full_path(), told) if told else "")
    try:
        yield
    finally:
        _HERE.reset(token)


def _bare(path: str, language: str) -> str:
    return path if chinese() else PORTAL + path.removeprefix(f"{PORTAL}{language}/")


def here_in(language: str) -> str:
    """Give the address of the page being made in a language, its query kept; empty where there is only one."""
    here = _HERE.get()
    if not here or language == settings.LANGUAGE_CODE:
        return here
    return f"{PORTAL}{language}/{here.removeprefix(PORTAL)}"
