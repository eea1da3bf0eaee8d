"""A million published decisions: every kind of search and page beside a scan of the same text, on both databases."""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from os import environ
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from bench import portal_rows as made
from bench.ground import on_each_database, with_database
from bench.portal import rush, served

ROWS: Final = int(environ.get("MINGJING_BENCH_ROWS", "1000000"))
ASKED: Final = 60  # searches of each kind, each with other words
TARGET_MS: Final = 100
ON: Final = date(2026, 6, 1)


def main() -> None:
    """Measure both databases."""
    on_each_database("bench.portal_million")


def measure(database: str, _: Path) -> None:
    """Fill the tables, time the searches, then let clients loose on the server."""
    start = time.perf_counter()
    made.fill(ROWS)
    print(
        f"-- {database}, {ROWS:,} decisions, written in {time.perf_counter() - start:.0f} s; {_size()}",
        flush=True,
    )
    searches()
    with served() as port:
        pages(port)


def _size() -> str:
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            return f"database {cursor.fetchone()[0] / 2**20:,.0f} MiB"
        cursor.execute(
            "SELECT pg_relation_size('publicity_search_grams'), pg_database_size(current_database())"
        )
        index, whole = cursor.fetchone()
        return f"database {whole / 2**20:,.0f} MiB, of which the search index {index / 2**20:,.0f}"


def questions() -> dict[str, Callable[[random.Random], dict[str, Any]]]:
    """Give every kind of search as a maker of what is asked."""
    firms = ROWS // 4

    def number(chosen: random.Random) -> str:
        return str(made.decision(chosen.randrange(ROWS), ROWS)["document_no"])

    def span(chosen: random.Random) -> dict[str, Any]:
        since = made.FIRST_DAY + timedelta(days=chosen.randrange(made.SPAN - 60))
        return {"since": since, "until": since + timedelta(days=45)}

    return {
        "name of a firm": lambda c: {"text": made.firm_name(c.randrange(firms))},
        "part of a name": lambda c: {"text": "".join(c.sample(made.NAMES, 2))},
        "credit code": lambda c: {"text": made.firm_code(c.randrange(firms))},
        "document number": lambda c: {"text": number(c).replace("〔", "【").replace("〕", "】 ")},
        "two characters, common": lambda c: {"text": c.choice(("道路", "建设", "运输", "食品", "公司"))},
        "one character, common": lambda c: {"text": c.choice("路市罚店宏")},
        "two words": lambda c: {"text": f"{c.choice(made.ROADS)} {c.choice(made.TRADES)}"},
        "law": lambda c: {"law": c.choice(made.LAWS)},
        "law and article": lambda c: {"law": f"{c.choice(made.LAWS)} 第{c.choice((12, 27, 33, 42, 108))}条"},
        "region and below": lambda c: {"region": c.choice(("41", "4104", "4101", "410481", "42"))},
        "agency and kind": lambda c: {
            "agency": f"{c.choice(made.TOWNS)[0]}-{c.choice(made.FIELDS)[0]}",
            "kind": c.choice(made.KINDS)[0],
        },
        "six weeks": span,
        "old weeks, word, kind": lambda c: {**span(c), "text": "食品", "kind": "licence_granted"},
        "result, law, year": lambda c: {
            **{"result": "警告", "law": c.choice(made.LAWS)},
            **{"since": date(2021, 1, 1), "until": date(2021, 12, 31)},
        },
        "nothing found": lambda c: {"text": f"不存在的字样{c.randrange(99)}"},
        "pairs there, word not": lambda c: {"text": c.choice(("公司限有", "道路城市路道", "款罚警告罚"))},
        "no words": lambda c: {},
        "page 50": lambda c: {"text": "有限公司", "after": str(ROWS - 1_000)},
    }


def searches() -> None:
    """Print p50 and p95 of each kind of search, hits, facets and entries together, beside a scan for the same."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    from mingjing.publicity import selectors  # noqa: PLC0415
    from mingjing.publicity.search import Wanted  # noqa: PLC0415

    slow = []
    with connection.cursor() as cursor:
        for name, make in questions().items():
            chosen, spent = random.Random(name), []  # noqa: S311 - no secret
            for _ in range(ASKED):
                asked = make(chosen)
                after = asked.pop("after", "")
                start = time.perf_counter()
                selectors.found(Wanted(on=ON, **asked), after=after)
                spent.append((time.perf_counter() - start) * 1000)
            p95 = statistics.quantiles(spent, n=20)[-1]
            slow += [name] if p95 > TARGET_MS else []
            scan = statistics.median(_scans(cursor, make))
            print(
                f"search {name:<24}p50{statistics.median(spent):8.1f} ms  p95{p95:8.1f} ms"
                f"  slowest{max(spent):8.1f} ms   LIKE scan{scan:9.1f} ms",
                flush=True,
            )
    print(f"slower than {TARGET_MS} ms at p95: {', '.join(slow) or 'none'}", flush=True)


def _scans(cursor: Any, make: Callable[[random.Random], dict[str, Any]]) -> Iterator[float]:
    """Ask the plain way for the same: the newest rows whose text holds the words, without any index of terms."""
    from mingjing.publicity.terms import law_word, wide_region, words  # noqa: PLC0415

    chosen = random.Random(7)  # noqa: S311 - no secret
    for _ in range(3):
        asked = make(chosen)
        conditions = [("text LIKE %s", f"%{word}%") for word in words(asked.get("text", ""))]
        conditions += [("laws LIKE %s", f"%{law_word(asked['law'])}%")] if "law" in asked else []
        conditions += [("region LIKE %s", f"{wide_region(asked['region'])}%")] if "region" in asked else []
        named = {"agency": "agency_code = %s", "kind": "kind = %s", "result": "results = %s"}
        conditions += [(sql, asked[key]) for key, sql in named.items() if key in asked]
        days = {"since": "decided_on >= %s", "until": "decided_on <= %s"}
        conditions += [(sql, asked[key]) for key, sql in days.items() if key in asked]
        where = " AND ".join(sql for sql, _ in conditions) or "1 = 1"
        start = time.perf_counter()
        sql = f"SELECT publication_id FROM publicity_searchtext WHERE {where} ORDER BY publication_id DESC LIMIT 21"  # noqa: S608
        cursor.execute(sql, [value for _, value in conditions])
        cursor.fetchall()
        yield (time.perf_counter() - start) * 1000


def pages(port: int) -> None:
    """Print requests per second and p95 of the pages people ask for."""
    chosen = random.Random(1)  # noqa: S311 - no secret
    numbers = [chosen.randrange(ROWS) for _ in range(300)]
    firms = [chosen.randrange(ROWS // 4) for _ in range(300)]
    asked = {
        "page without database": ["/portal/robots.txt"],
        "decision": [f"/portal/decisions/{number:020x}/" for number in numbers],
        "search, a firm": [_search(q=made.firm_name(firm)) for firm in firms],
        "search, two words": [
            _search(q=f"{chosen.choice(made.ROADS)} {chosen.choice(made.TRADES)}") for _ in range(100)
        ],
        "search, law and region": [
            _search(law=chosen.choice(made.LAWS), region=chosen.choice(made.TOWNS)[0]) for _ in range(100)
        ],
        "firm": [f"/portal/firms/{made.firm_code(firm)}/" for firm in firms],
        "feed of an agency": [f"/portal/feeds/atom.xml?{urlencode({'agency': '410481-urban'})}"],
        "home": ["/portal/"],
    }
    for name, addresses in asked.items():
        rate, p95 = rush(port, addresses)
        print(f"{name:<26}{rate:8,.0f} requests/s  p95{p95:8.1f} ms", flush=True)


def _search(**asked: str) -> str:
    return f"/portal/search/?{urlencode(asked)}"


if __name__ == "__main__":
    with_database(sys.argv[1], lambda folder: measure(sys.argv[1], folder))
