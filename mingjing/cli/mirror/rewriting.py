"""Making a page of the portal one that stands in a folder: links become ways to files, forms become links."""

import re
from collections.abc import Callable, Sequence
from html import escape, unescape
from typing import Final
from urllib.parse import quote, urlencode

from mingjing.cli.mirror.addresses import MADE, PORTAL, SEARCH, Address, address_of, relative

Known = Callable[[Address], bool]
Link = tuple[str, str]  # its words and where it leads

OFFICERS: Final = "/portal/officers/"
MONTHS: Final = 36  # of the record of changes that have a page of their own
NOTE: Final = (
    "本站是定期导出的静态镜像，查询在您的浏览器中完成；"
    '全部文件列在<a href="/mirror/manifest">签名清单</a>里，可以核对。'
)
NOT_BY_CODE: Final = (
    '<p class="notice">本站是静态镜像，不按查验码逐件查询。请用机关给您的<a href="/portal/verify/receipt/">存证回执</a>'
    "在自己的设备上核验文书原件；也可以按文书上的电话向机关核实。</p>"
)
_LINK: Final = re.compile(
    r' (href|src|action|data-worker|data-officers|data-bundle|data-page)="([^"]*)"', re.ASCII
)
_CANONICAL: Final = re.compile(r'<link rel="canonical"[^>]*>')
_FORM: Final = re.compile(r"<form\b([^>]*)>.*?</form>", re.DOTALL)
_ACTION: Final = re.compile(r'action="([^"]*)"')
_SELECT: Final = re.compile(r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', re.DOTALL)
_LABEL: Final = '<label for="{}">'
_OPTION: Final = re.compile(r'<option value="([^"]+)"[^>]*>(.*?)</option>', re.DOTALL)
_FOOT: Final = "</footer>"
_SINGLE: Final = frozenset({"agency", "kind", "region", "result"})  # one chosen at a time has a page
_QUOTED: Final = re.compile(r'"(/[^"\s]*)"')


def links_of(page: str, at: Address, origin: str) -> list[Address]:
    """Give the addresses on this site that a page leads to, once each."""
    found = (address_of(unescape(link), at.path, origin) for _, link in _LINK.findall(page))
    return list(dict.fromkeys(one[0] for one in found if one is not None))


def without_forms(page: str, months: Sequence[tuple[str, str, str]]) -> str:
    """Give a page whose forms are links: nobody computes an answer where there are only files."""
    return _FORM.sub(lambda form: _instead(form, months), page)


def _instead(form: re.Match[str], months: Sequence[tuple[str, str, str]]) -> str:
    found = _ACTION.search(form[1])
    action = unescape(found[1]) if found else ""
    if action == SEARCH:
        return form[0]
    if action.startswith("/portal/verify/"):
        return NOT_BY_CODE
    if "/compare/" in action:
        return ""  # each version is compared with the one before it by a link of its own
    rows = [
        (
            name,
            [
                (title, f"{action}?{urlencode({name: unescape(value)})}")
                for value, title in _OPTION.findall(inner)
            ],
        )
        for name, inner in _SELECT.findall(form[0])
        if name in _SINGLE
    ]
    if action == "/portal/changes/":
        told = [
            (title, f"{action}?{urlencode({'since': first, 'until': last})}") for title, first, last in months
        ]
        rows.append(("month", told))
    titles = {"agency": "机关", "kind": "种类", "region": "地区", "result": "结果", "month": "月份"}
    return "".join(_row(titles[name], links) for name, links in rows if links)


def _row(title: str, links: Sequence[Link]) -> str:
    told = "".join(f'<li><a href="{escape(link)}">{words}</a></li>' for words, link in links)
    return (
        f'<details class="facets" open><summary>按{title}看</summary><ul class="tiles">{told}</ul></details>'
    )


class Rewriter:
    """Rewrites pages for one mirror; `known` tells which addresses have a file in it."""

    def __init__(self, origin: str, known: Known) -> None:
        self._origin, self._known = origin, known

    def page(self, text: str, at: Address) -> str:
        """Give a page whose links lead to files; a link to what the mirror has not is no link any more."""
        kept: list[str] = []

        def keep(found: re.Match[str]) -> str:
            kept.append(found[0])
            return f"<!--canonical{len(kept)}-->"

        text = text.replace(_FOOT, f'<div class="wrap"><p>{NOTE}</p></div>{_FOOT}')
        text = _CANONICAL.sub(keep, text)
        text = _LINK.sub(lambda link: self._link(link, at), text)
        for number, one in enumerate(kept, 1):
            text = text.replace(f"<!--canonical{number}-->", one)
        return text

    def _link(self, link: re.Match[str], at: Address) -> str:
        name, there = link[1], unescape(link[2])
        if there.startswith("#") or (found := address_of(there, at.path, self._origin)) is None:
            return link[0]
        way = self.way(*found, at.file, whole=name not in {"data-officers", "data-worker"})
        return f' {name}="{escape(way)}"' if way else ""

    def way(self, address: Address, fragment: str, file: str, *, whole: bool = True) -> str:
        """Give the link from a file to an address; empty where the mirror has none. In part, without index.html."""
        if address.path == "/mirror/manifest":
            return relative("mirror/manifest", file)
        if not self._known(address):
            return ""
        target = address.file
        way = relative(target, file)
        way = way if whole else way.removesuffix("index.html") or "./"
        query = f"?{urlencode(address.query)}" if address.path == SEARCH and address.query else ""
        return f"{way}{query}{f'#{quote(fragment, safe=_FRAGMENT)}' if fragment else ''}"

    def script(self, text: str, at: Address) -> str:
        """Give a script whose quoted addresses are ways from where it lies."""

        def way(found: re.Match[str]) -> str:
            address = Address(found[1])
            return (
                f'"{relative(address.file, at.file).removesuffix("index.html") or "./"}"'
                if self._known(address)
                else found[0]
            )

        return _QUOTED.sub(way, text)

    def feed(self, text: str) -> str:
        """Give a feed whose addresses of feeds are those under which they stand here; pages keep theirs."""

        def way(found: re.Match[str]) -> str:
            parsed = address_of(unescape(found[1]), "/", self._origin)
            if parsed is None or not parsed[0].query or not parsed[0].path.startswith(f"{PORTAL}feeds/"):
                return found[0]
            return f'href="{self._origin}/{quote(parsed[0].file, safe="/~+=._-")}"'

        return re.sub(r'href="([^"]*)"', way, text)


_FRAGMENT: Final = "!$&'()*+,;=:@/?-._~%"


def is_made(address: Address) -> bool:
    """Tell whether an address is one of a decision or a firm, made with it and not found by following links."""
    return MADE.match(address.path) is not None or any(name == "firm" for name, _ in address.query)
