"""Which file of the mirror stands for which address of the portal, for ever the same; nothing is opened here."""

import hashlib
import posixpath
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from mingjing.mirror.listing import refuse_path
from mingjing.mirror.refusals import MirrorRefused

PORTAL: Final = "/portal/"
SEARCH: Final = "/portal/search/"
PLACES: Final = (PORTAL, "/log/", "/log-sm3/", "/static/")
LONGEST_NAME: Final = 120  # of a folder named after a query
# Pages of one decision and one firm are made with them; whatever is left is found by following links.
MADE: Final = re.compile(r"/portal/(?:decisions|firms)/[^/]+/")
# Only who holds a document knows its code: no file is named after it, and whoever follows links finds none.
BY_CODE: Final = re.compile(r"/portal/verify/[A-Za-z0-9]{20,}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the portal: a path and its query, of which the empty words are left out."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The address as it is asked for."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def file(self) -> str:
        """The file that stands for it: a folder's index.html, and for a query a folder named after it."""
        path = _sound(unquote(self.path).lstrip("/"))
        folder, _, name = path.rpartition("/")
        if not self.query or self.path == SEARCH:
            return path if name else f"{path}index.html"
        return f"{folder}/~{_named(self.query)}/{name or 'index.html'}"


def _sound(path: str) -> str:
    """Give the path, or where it is no name for a file on every system, one that stands for it."""
    try:
        refuse_path(f"{path}x")
    except MirrorRefused:
        return f"portal/~{hashlib.sha256(path.encode()).hexdigest()[:20]}/"
    return path


def _named(query: tuple[tuple[str, str], ...]) -> str:
    words = sorted(query)
    if all(_PLAIN.fullmatch(name) and _PLAIN.fullmatch(value) for name, value in words):
        name = "+".join(f"{name}={value}" for name, value in words)
        if len(name) <= LONGEST_NAME:
            return name
    return hashlib.sha256(urlencode(words).encode()).hexdigest()[:20]


def address_of(link: str, base: str, origin: str) -> tuple[Address, str] | None:
    """Read a link of a page at `base`; give the address on this site and what follows its #, None if it leads away."""
    parts = urlsplit(urljoin(base, link))
    if (parts.scheme or parts.netloc) and f"{parts.scheme}://{parts.netloc}" != origin:
        return None
    if not parts.path.startswith("/"):
        return None
    query = tuple((name, value) for name, value in parse_qsl(parts.query) if value)
    return Address(parts.path, query), parts.fragment


def relative(target: str, at: str) -> str:
    """Give the way from one file of the mirror to another, as a link writes it."""
    way = posixpath.relpath(target, posixpath.dirname(at) or ".")
    return quote(way, safe="/~+=._-")
