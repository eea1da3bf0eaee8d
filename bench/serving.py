"""Case pages per second from the real server with two workers, and its memory; beside them a page without database."""

import multiprocessing
import os
import socket
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from threading import Thread

from bench.case_rows import Town
from bench.ground import on_each_database, with_database
from bench.portal import read_answer, served

CASES = 2_000
SECONDS = 5.0
CLIENTS, CONNECTIONS = 2, 4  # processes, connections in each
TARGET_MB = 400


def main() -> None:
    """Measure both databases."""
    on_each_database("bench.serving")


def measure(database: str, _: Path) -> None:
    """Sign an officer in, let clients loose on the server, and look at its memory before and after."""
    town = Town()
    town.grow(CASES)
    cookie = _signed_in(town)
    pages = {
        "page without database": ["/portal/robots.txt"],
        f"case page, {town.long.act_count} acts": [f"/cases/{code}/" for code in town.long_cases(40)],
        "list of cases": ["/cases/"],
    }
    with served() as port:
        print(f"-- {database}, {CASES:,} cases; memory at start {memory():.0f} MB", flush=True)
        bare = 0.0
        for name, addresses in pages.items():
            rush(port, cookie, addresses, 1.0)
            spent = rush(port, cookie, addresses, SECONDS)
            rate, p95 = len(spent) / SECONDS, statistics.quantiles(spent, n=20)[-1]
            bare = bare or rate
            print(
                f"{name:<26}{rate:8,.0f} requests/s  p95{p95:7.1f} ms{rate / bare:6.0%} of bare", flush=True
            )
        print(f"memory afterwards {memory():.0f} MB, target at most {TARGET_MB} MB", flush=True)


def _signed_in(town: Town) -> str:
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    client.force_login(town.cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def rush(port: int, cookie: str, addresses: list[str], seconds: float) -> list[float]:
    """Let all clients ask for the addresses in turn; give the milliseconds of every answer."""
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
        found = pool.starmap(client, [(port, cookie, addresses, seconds)] * CLIENTS)
    return [one for part in found for one in part]


def client(port: int, cookie: str, addresses: list[str], seconds: float) -> list[float]:
    """Ask over several lasting connections at once until time is up."""
    spent: list[float] = []
    work = partial(_ask, port, cookie, addresses, seconds, spent)
    threads = [Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent


def _ask(port: int, cookie: str, addresses: list[str], seconds: float, spent: list[float]) -> None:
    until, at = time.monotonic() + seconds, 0
    with socket.create_connection(("127.0.0.1", port)) as line:
        while time.monotonic() < until:
            start, address = time.perf_counter(), addresses[at % len(addresses)]
            line.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
            read_answer(line)
            spent.append((time.perf_counter() - start) * 1000)
            at += 1


def memory() -> float:
    """Give the resident megabytes of the server, its parent process and all workers together."""
    below, total = {os.getpid()}, 0.0
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name)):
        try:
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            command = (folder / "cmdline").read_bytes()
        except (OSError, ValueError):  # gone since it was listed
            continue
        if int(status["PPid"]) in below:
            below.add(int(folder.name))
            if b"granian" in command or b"multiprocessing" in command:
                total += int(status.get("VmRSS", "0 kB").split()[0]) / 1024
    return total


if __name__ == "__main__":
    with_database(sys.argv[1], lambda folder: measure(sys.argv[1], folder))
