"""Every page of the portal but those of single decisions and firms: found by its links, as a reader finds them."""

import calendar
import re
from collections import deque
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import quote

from django.template.loader import render_to_string
from django.urls import reverse

from mingjing.cli.mirror.addresses import BY_CODE, PORTAL, SEARCH, Address, address_of
from mingjing.cli.mirror.output import Output
from mingjing.cli.mirror.rewriting import MONTHS, NOT_BY_CODE, Rewriter, is_made, links_of, without_forms
from mingjing.cli.mirror.site import ask
from mingjing.publicity import selectors, standing

HTML = "text/html"
FEEDS = frozenset({"application/atom+xml", "application/rss+xml"})
WORKER = "/portal/card/worker.js"
SAVED = "/portal/verify/receipt/saved.html"
MISSING = "404.html"  # what servers are told to show for what is not there
SEEDS = (
    *("home", "before", "changes", "windows", "draws", "draw-check", "draw-methods"),
    *("feeds", "feed-atom", "feed-rss", "open-data", "sitemap", "agencies", "officers"),
    *("card", "card-worker"),
    *("guides", "laws", "lists", "channels", "interference", "statistics"),
    *("verify", "receipt", "receipt-saved", "about-log", "robots"),
)
BEHIND = (
    "今天的文件生成以后又有公示撤回或者期满，为了不把它们带出去，本镜像今天不附数据文件，明天的文件照常提供。"
)
_LOCATION = re.compile(r"<loc>([^<]+)</loc>")


class Crawl:
    """The pages that lead to each other, first taken as they are, then written with their links rewritten."""

    def __init__(self, origin: str, work: Path, *, on: date) -> None:
        self._origin, self._work = origin, work
        self._behind = standing.open_data_is_behind(on=on)
        self._raw: dict[Address, tuple[str, Path]] = {}
        self.available: set[str] = set()

    def take(self) -> None:
        """Take every page that there is and put it aside; from now on it is known which addresses stand."""
        waiting = deque(self._seeds())
        met = set(waiting)
        while waiting:
            address = waiting.popleft()
            for found in self._take(address):
                if found not in met and _followed(found):
                    met.add(found)
                    waiting.append(found)

    def write(self, output: Output, rewriter: Rewriter) -> None:
        """Write every page that was taken."""
        for address, (kind, path) in self._raw.items():
            with output.owner(f"page:{address.text}"):
                output.put(address.file, self._written(address, kind, path, rewriter))
        with output.owner("page:404"):
            # Shown at any depth, so its links stay what they are on the site itself.
            page = render_to_string("portal/not_found.html", {"door": ""})
            output.put(MISSING, page.replace("</main>", f"{NOT_BY_CODE}</main>"))

    def _written(
        self, address: Address, kind: str, path: Path, rewriter: Rewriter
    ) -> bytes | str | Iterator[bytes]:
        if address.path == WORKER:
            return rewriter.script(path.read_text("utf-8"), address)
        if kind in FEEDS:
            return rewriter.feed(path.read_text("utf-8"))
        if kind == HTML and address.path != SAVED:
            return rewriter.page(path.read_text("utf-8"), address)
        return _pieces(path)

    def _take(self, address: Address) -> list[Address]:
        """Take one page; give where it leads."""
        if self._behind and address.path.startswith("/portal/open-data/") and not address.path.endswith("/"):
            return []
        answer = ask(address)
        if answer is None:
            return []
        path = self._work / str(len(self._raw))
        self._raw[address] = (answer.kind, path)
        self.available.add(address.file)
        with path.open("wb") as file:
            if answer.kind != HTML or address.path == SAVED:
                file.writelines(answer.pieces)
                return self._parts(address, path)
            text = self._told(address, without_forms(answer.whole().decode(), self._months()))
            file.write(text.encode())
        return links_of(text, address, self._origin)

    def _told(self, address: Address, text: str) -> str:
        if self._behind and address.path == "/portal/open-data/":
            return text.replace("</h1>", f'</h1><p class="notice amber" role="status">{BEHIND}</p>', 1)
        return text

    def _parts(self, address: Address, path: Path) -> list[Address]:
        """Give the parts of the site map, which no page links to."""
        if address.path != reverse("portal:sitemap"):
            return []
        links = _LOCATION.findall(path.read_text("utf-8"))
        found = (address_of(unescape(link), PORTAL, self._origin) for link in links)
        return [one[0] for one in found if one]

    def _seeds(self) -> list[Address]:
        named = [Address(reverse(f"portal:{name}")) for name in SEEDS]
        officers, _ = selectors.officers("", limit=1_000_000)
        people = [Address(f"/portal/officers/{quote(one.certificate, safe='')}/") for one in officers]
        draws = [Address(reverse("portal:draw", args=[code])) for code in standing.draw_codes()]
        return [*named, Address("/robots.txt"), *people, *draws]

    def _months(self) -> list[tuple[str, str, str]]:
        """Give title, first and last day of every month in which something changed."""
        told = []
        for year, month in standing.months_of_change()[:MONTHS]:
            last = calendar.monthrange(year, month)[1]
            told.append((f"{year}年{month}月", f"{date(year, month, 1)}", f"{date(year, month, last)}"))
        return told


def _followed(address: Address) -> bool:
    """Tell whether a page is taken by following links to it."""
    stands_apart = address.path == SEARCH or is_made(address) or BY_CODE.match(address.path)
    return (address.path.startswith(PORTAL) and not stands_apart) or address.path == "/log/policy"


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece
