"""Portal pages per second from the real server, and searches in 100,000 decisions, beside a page without database."""

import multiprocessing
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

from bench.ground import on_each_database, with_database

ROWS = 100_000
SECONDS = 5.0
CLIENTS, CONNECTIONS = 2, 8  # processes, connections in each
WORKERS, THREADS = 2, 8  # as `mingjing serve` starts them
TARGET = 250
PLACES = ("石漫滩大道", "温州路", "健康路", "建设路", "垭口街", "朱兰路")
DEEDS = ("擅自占用城市道路", "店外经营", "擅自倾倒建筑垃圾", "擅自设置户外广告", "未采取防尘措施")
TRADES = ("建材", "餐饮", "运输", "百货", "五金", "置业")
SEARCHES = {
    "one firm": "舞钢市第54321号",
    "two characters, common": "道路",
    "one character, common": "路",
    "two words": "温州路 五金",
    "document number": "罚决〔2026〕777号",
    "nothing found": "不存在的字样",
    "newest, no words": "",
}


def main() -> None:
    """Measure both databases."""
    on_each_database("bench.portal")


def measure(database: str, _: Path) -> None:
    """Fill the tables, time the searches, then let clients loose on the server."""
    fill()
    print(f"-- {database}, {ROWS:,} decisions")
    searches()
    with served() as port:
        pages(port)


# --- searches ---------------------------------------------------------------------------------------


def searches() -> None:
    """Print median and p95 of each search, with its ratio to a scan for the same words."""
    from mingjing.publicity import selectors  # noqa: PLC0415 - Django is set up by now
    from mingjing.publicity.models import SearchText  # noqa: PLC0415
    from mingjing.publicity.search import Wanted, split  # noqa: PLC0415

    on = date(2026, 6, 1)
    for name, text in SEARCHES.items():
        spent = timed(lambda text=text: selectors.found(Wanted(on=on, text=text)))  # type: ignore[misc]  # bound in the loop
        scan = timed(
            lambda text=text: [  # type: ignore[misc]
                *SearchText.objects.filter(text__contains=split(text)).order_by("-publication_id")[:21]
            ],
            rounds=5,
        )
        p95 = statistics.quantiles(spent, n=20)[-1]
        median, scanned = statistics.median(spent), statistics.median(scan)
        print(f"search {name:<26}{median:8.1f} ms  p95{p95:8.1f} ms   scan {scanned:8.1f} ms", flush=True)


def timed(work: Callable[[], object], rounds: int = 40) -> list[float]:
    """Give the milliseconds of each of `rounds` calls, after one to warm up."""
    work()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return spent


# --- pages ------------------------------------------------------------------------------------------


def pages(port: int) -> None:
    """Print requests per second of each page, with its ratios to the page without database and to the target."""
    chosen = random.Random(1)  # noqa: S311 - no secret
    codes = [f"{chosen.randrange(ROWS):020x}" for _ in range(500)]
    words = [f"{chosen.choice(PLACES)} {chosen.choice(TRADES)}" for _ in range(100)]
    kinds = {
        "page without database": ["/portal/robots.txt"],
        "decision": [f"/portal/decisions/{code}/" for code in codes],
        "search, two words": [f"/portal/search/?q={quote(text)}" for text in words],
        "search, a firm": [f"/portal/search/?q={quote(f'第{int(code, 16)}号')}" for code in codes],
        "home": ["/portal/"],
    }
    bare = 0.0
    for name, addresses in kinds.items():
        rate, p95 = rush(port, addresses)
        bare = bare or rate
        ratios = f"{rate / bare:6.0%} of bare {rate / TARGET:6.1f} times the target of {TARGET}"
        print(f"{name:<24}{rate:8,.0f} requests/s  p95{p95:7.1f} ms {ratios}", flush=True)


def rush(port: int, addresses: list[str]) -> tuple[float, float]:
    """Let all clients ask for the addresses in turn; give requests per second and the 95th percentile of waiting."""
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
        found = pool.starmap(client, [(port, addresses)] * CLIENTS)
    spent = [one for part in found for one in part]
    return len(spent) / SECONDS, statistics.quantiles(spent, n=20)[-1]


def client(port: int, addresses: list[str]) -> list[float]:
    """Ask over several lasting connections at once until time is up; give the milliseconds of each answer."""
    spent: list[float] = []
    threads = [
        Thread(target=ask, args=(port, addresses[at:] + addresses[:at], spent)) for at in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent


def ask(port: int, addresses: list[str], spent: list[float]) -> None:
    """One connection: ask, read the whole answer, ask again."""
    until, at = time.monotonic() + SECONDS, 0
    with socket.create_connection(("127.0.0.1", port)) as line:
        while time.monotonic() < until:
            start = time.perf_counter()
            line.sendall(f"GET {addresses[at % len(addresses)]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            read_answer(line)
            spent.append((time.perf_counter() - start) * 1000)
            at += 7


def read_answer(line: socket.socket) -> None:
    """Read one answer to its end; anything but 200 is a mistake of the benchmark."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    wanted = next(int(row[15:]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:"))
    while len(body) < wanted:
        body += line.recv(65536)


@contextmanager
def served() -> Iterator[int]:
    """Run the server as `mingjing serve` does, on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "mingjing.config.wsgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS)),
        *("--blocking-threads", str(THREADS), "--no-access-log", "--log-level", "warning"),
    ]
    process = subprocess.Popen(command, env=os.environ.copy())  # noqa: S603 - our own program
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int) -> None:
    """Wait until every worker has answered often enough to be warm."""
    until = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
                for _ in range(50):
                    line.sendall(b"GET /portal/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                    read_answer(line)
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


# --- rows -------------------------------------------------------------------------------------------


def fill() -> None:
    """Write the decisions and their index, as the services would, in batches."""
    from tests.cast import make_agency  # noqa: PLC0415 - Django is set up by now

    agency = make_agency("410481-urban", "舞钢市城市管理局")
    for start in range(0, ROWS, 5_000):
        _batch(agency, range(start, min(start + 5_000, ROWS)))


def _batch(agency: Any, numbers: Iterable[int]) -> None:
    from django.db import connection, transaction  # noqa: PLC0415

    from mingjing.publicity import search  # noqa: PLC0415
    from mingjing.publicity.models import Publication, SearchText  # noqa: PLC0415

    with transaction.atomic():
        rows = Publication.objects.bulk_create(Publication(agency=agency, **_columns(n)) for n in numbers)
        terms = {row.pk: search.terms_of_row(row) for row in rows}
        SearchText.objects.bulk_create(
            SearchText(publication_id=pk, **search.columns(one, until=None)) for pk, one in terms.items()
        )
        with connection.cursor() as cursor:
            for pk, one in terms.items():
                cursor.execute(*search.entry(pk, one))


def _columns(number: int) -> dict[str, object]:
    """Give one made-up decision, every one with another firm."""
    place, deed = PLACES[number % len(PLACES)], DEEDS[number % len(DEEDS)]
    party = f"舞钢市第{number}号{TRADES[number // 7 % len(TRADES)]}有限公司"
    told = {
        "违法行为类型": deed,
        "违法事实": f"当事人在舞钢市{place}{number % 300}号前{deed}，面积约{number % 90}平方米，影响市容和通行。",
        "违反的条款": "《城市道路管理条例》第二十七条",
        "处罚依据条款": "《城市道路管理条例》第四十二条",
        "当事人姓名或者名称": party,
        "统一社会信用代码": f"91410481MA{number:08d}",
        "裁量理由": "初次违法，及时改正，依法从轻处罚。",
        "处罚种类": "罚款",
        "罚款金额": f"{number % 40 + 1}00元",
        "行政复议机关": "舞钢市人民政府",
    }
    body = [{"name": title, "title": title, "value": value, "masked": False} for title, value in told.items()]
    return {
        "code": f"{number:020x}",
        "case_code": f"case{number}",
        "act_code": f"act{number}",
        "log_code": f"log{number}",
        "publication_act": f"publication{number}",
        "agency_name": "舞钢市城市管理局",
        "kind": "penalty_decided",
        "kind_title": "行政处罚决定",
        "title": deed,
        "document_no": f"舞城管罚决〔2026〕{number}号",
        "party": party,
        "result": f"罚款 {number % 40 + 1}00元",
        "decided_on": date(2026, 1, 1) + timedelta(days=number % 150),
        "published_at": datetime(2026, 6, 1, tzinfo=UTC),
        "body": body,
        "salt": b"",
        "commitment": "",
    }


if __name__ == "__main__":
    with_database(sys.argv[1], lambda folder: measure(sys.argv[1], folder))
