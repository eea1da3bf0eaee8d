"""Finding decisions where no server computes: data that a browser searches, and lists by agency and month to read."""

import hashlib
import zlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string

from mingjing.cli.mirror.addresses import SEARCH, Address
from mingjing.cli.mirror.output import Output
from mingjing.cli.mirror.rewriting import Rewriter
from mingjing.publicity import selectors, standing

# The index is divided by the numbers of publications, so that new ones change the files of the newest blocks alone;
# each block by the hash of the word that is looked for, so that a browser fetches a few small files.
DATA: Final = "portal/search/data"
WIDE, NARROW = 8192, 512  # publications in a block; those after the last full wide block lie in narrow ones
WIDE_SHARDS, NARROW_SHARDS = 256, 16
CHUNK: Final = 128  # publications in one file of entries
ROWS: Final = 100  # decisions on one page of a month, so that a phone loads it
SORTS: Final = ("agency", "kind", "result", "region")


class Block(NamedTuple):
    """A stretch of publications that has an index of its own."""

    first: int
    end: int
    shards: int

    @property
    def name(self) -> str:
        """The folder of its index."""
        return f"{self.first}-{self.end}"


def blocks(last: int) -> list[Block]:
    """Give the blocks of so many publications, the oldest first."""
    full = (last + 1) // WIDE * WIDE
    wide = [Block(first, first + WIDE, WIDE_SHARDS) for first in range(0, full, WIDE)]
    narrow = range(full, last + 1, NARROW)
    return [*wide, *(Block(first, first + NARROW, NARROW_SHARDS) for first in narrow)]


class Finding:
    """Gathers how every publication stands, then writes anew what of the data and lists has changed."""

    def __init__(self, output: Output, *, on: date, last: int, program: str) -> None:
        self._output, self._on, self._program = output, on, program
        self._blocks = blocks(last)
        self._at = 0
        self._digests: dict[tuple[str, ...], Any] = defaultdict(hashlib.sha256)
        self._counts: dict[tuple[str, str], int] = defaultdict(int)
        self.available: set[str] = {Address(SEARCH).file}

    def note(self, one: standing.Standing) -> None:
        """Take one publication into account; they come the oldest first."""
        while one.id >= self._blocks[self._at].end:
            self._at += 1
        if not one.open:
            return
        told = f"{one.id} {one.mark}".encode()
        for key in (
            ("block", str(self._at)),
            ("entries", str(one.id // CHUNK)),
            ("month", one.agency, one.month),
        ):
            self._digests[key].update(told)
        self._counts[one.agency, one.month] += 1

    # --- data ---------------------------------------------------------------------------------------

    def write_data(self) -> None:
        """Write entries and index; a block without an open publication has none."""
        found = [(key, digest.hexdigest()[:32]) for key, digest in self._digests.items()]
        for (sort, *rest), digest in found:
            owner, mark = ":".join((f"data-{sort}", *rest)), digest + self._program
            if sort == "month" or self._output.state.fresh(owner, mark):
                continue
            with self._output.owner(owner, mark):
                if sort == "block":
                    self._write_block(self._blocks[int(rest[0])])
                else:
                    self._write_entries(int(rest[0]))
        self._write_start()

    def _write_start(self) -> None:
        used = [block for at, block in enumerate(self._blocks) if ("block", str(at)) in self._digests]
        choices = {sort: selectors.choices(sort) for sort in SORTS}
        years = sorted({month[:4] for _, month in self._counts if month != standing.UNDATED}, reverse=True)
        told = {
            "chunk": CHUNK,
            "count": sum(self._counts.values()),
            "blocks": [(block.name, block.shards) for block in reversed(used)],
            "choices": {**choices, "year": [(year, f"{year}年") for year in years]},
        }
        with self._output.owner("data-start"):
            self._output.put_json(f"{DATA}/start.json", told)

    def _write_block(self, block: Block) -> None:
        """Write which publications hold a word, the newest first, as distances from the first of the block."""
        places: dict[str, list[int]] = defaultdict(list)
        for one in standing.findable(block.first, block.end, on=self._on):
            for token in tokens(one):
                places[token].append(one.id - block.first)
        shards: dict[int, dict[str, list[int]]] = defaultdict(dict)
        for token in sorted(places):
            shards[zlib.crc32(token.encode()) % block.shards][token] = places[token]
        for number in range(block.shards):
            self._output.put_json(f"{DATA}/{block.name}/{number}.json", shards.get(number, {}))

    def _write_entries(self, chunk: int) -> None:
        first = chunk * CHUNK
        told = {
            str(one.id): [
                one.entry.code, one.entry.party, one.entry.title, one.entry.result, one.entry.document_no,
                one.entry.agency, one.entry.decided_on.isoformat() if one.entry.decided_on else "",
                one.entry.kind_title, one.firm,
            ]
            for one in standing.findable(first, first + CHUNK, on=self._on)
        }  # fmt: skip
        self._output.put_json(f"{DATA}/entries/{chunk}.json", told)

    # --- lists --------------------------------------------------------------------------------------

    def write_lists(self, rewriter: Rewriter) -> None:
        """Write the page of the search and, for each agency and month, what it decided."""
        agencies = dict(selectors.choices("agency"))
        months: dict[str, list[str]] = defaultdict(list)
        for agency, month in sorted(self._counts, reverse=True):
            months[agency].append(month)
        self.available |= {self._agency(agency).file for agency in months}
        self.available |= {
            self._month(agency, month).file for agency, found in months.items() for month in found
        }
        told = [
            (agencies.get(code, code), self._agency(code).path, self._total(code)) for code in sorted(months)
        ]
        self._page(Address(SEARCH), "search", {"agencies": told}, rewriter)
        for code, found in months.items():
            rows = [(month, self._month(code, month).path, self._counts[code, month]) for month in found]
            context = {"agency": agencies.get(code, code), "years": _by_year(rows)}
            self._page(self._agency(code), "agency", context, rewriter)
            for month in found:
                self._write_month(code, agencies.get(code, code), month, rewriter)

    def _total(self, code: str) -> int:
        return sum(count for (agency, _), count in self._counts.items() if agency == code)

    def _write_month(self, code: str, agency: str, month: str, rewriter: Rewriter) -> None:
        owner = f"month:{code}:{month}"
        mark = self._digests["month", code, month].hexdigest()[:32] + self._program
        if self._output.state.fresh(owner, mark):
            return
        entries = standing.entries_of_month(code, month, on=self._on)
        pages = [entries[at : at + ROWS] for at in range(0, len(entries), ROWS)]
        places = [self._month(code, month, number) for number in range(1, len(pages) + 1)]
        self.available |= {place.file for place in places}
        with self._output.owner(owner, mark):
            for number, (place, shown) in enumerate(zip(places, pages, strict=True), 1):
                context = {
                    "agency": agency, "back": self._agency(code).path, "month": _title(month), "entries": shown,
                    "count": len(entries), "number": number, "pages": len(pages),
                    "next": places[number].path if number < len(places) else "",
                    "previous": places[number - 2].path if number > 1 else "",
                }  # fmt: skip
                self._put(place, "month", context, rewriter)

    def _page(self, address: Address, template: str, context: dict[str, Any], rewriter: Rewriter) -> None:
        with self._output.owner(f"list:{address.path}"):
            self._put(address, template, context, rewriter)

    def _put(self, address: Address, template: str, context: dict[str, Any], rewriter: Rewriter) -> None:
        text = render_to_string(f"portal/mirror_{template}.html", {"door": "after", **context})
        self._output.put(address.file, rewriter.page(text, address))

    def _agency(self, code: str) -> Address:
        # Its own name for a file where it is one; `file` of the address decides.
        return Address(f"{SEARCH}{_safe(code)}/")

    def _month(self, code: str, month: str, number: int = 1) -> Address:
        return Address(f"{SEARCH}{_safe(code)}/{month}/{f'{number}/' if number > 1 else ''}")


def tokens(one: standing.Findable) -> Iterator[str]:
    """Give every word by which the browser looks a publication up: pairs of letters, and marks of its columns."""
    yield from one.words
    yield f"=agency:{one.terms.agency}"
    yield f"=kind:{one.terms.kind}"
    yield from {f"=region:{one.terms.region[:length]}" for length in (2, 4, 6) if one.terms.region}
    yield from {f"=result:{result}" for result in one.terms.results}
    yield from {f"=law:{law}" for law in standing.laws_of(one.terms)}
    if one.terms.decided_on:
        yield f"=year:{one.terms.decided_on.year}"


def _safe(code: str) -> str:
    plain = code.isascii() and code.replace("-", "").replace("_", "").isalnum() and code != "data"
    return (
        code if plain and PurePosixPath(code).name == code else hashlib.sha256(code.encode()).hexdigest()[:20]
    )


def _title(month: str) -> str:
    return "未载明日期" if month == standing.UNDATED else f"{month[:4]}年{int(month[5:])}月"


def _by_year(rows: list[tuple[str, str, int]]) -> list[tuple[str, list[tuple[str, str, int]]]]:
    years: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for month, path, count in rows:
        year = "未载明日期" if month == standing.UNDATED else f"{month[:4]}年"
        years[year].append((_title(month), path, count))
    return list(years.items())
