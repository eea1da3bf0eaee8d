"""The web server, the worker and what runs beside them: started together, restarted alone, stopped together."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings

from mingjing.health.metrics import prepare_folder

log = logging.getLogger("mingjing.serve")

STOP_SECONDS = 15
THREADS = 8  # a slow upload holds a thread: with too few, a handful of phones would stall everybody


def serve(
    *,
    host: str,
    port: int,
    workers: int,
    worker: bool = True,
    ready: Callable[[], None] | None = None,
    beside: Mapping[str, Sequence[str]] | None = None,
) -> int:
    """Run until told to stop. A child that dies is started again; all stop before this returns."""
    prepare_folder(settings.MINGJING_HOME, f"{socket.gethostname()}-{port}")
    commands = {**(beside or {}), "web": _web(host, port, workers)}
    if worker:
        commands["worker"] = _worker()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    children = {name: _start(command) for name, command in commands.items()}
    if ready:
        threading.Thread(target=ready, daemon=True).start()
    while not stop.wait(0.5):
        for name, child in children.items():
            if child.poll() is not None:
                log.error("%s stopped with code %s: starting it again", name, child.returncode)
                time.sleep(1)  # a child that cannot start must not spin
                children[name] = _start(commands[name])
    return _stop(list(children.values()))


def _web(host: str, port: int, workers: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "mingjing.config.wsgi:application"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--respawn-failed-workers", "--no-access-log", "--log-level", "warning"),
        *("--http1-header-read-timeout", "15000", "--workers-kill-timeout", "10"),
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "mingjing", "worker"]


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    # A session of its own: Ctrl-C reaches this process alone, which then stops the children in order.
    return subprocess.Popen(command, start_new_session=True, env=os.environ.copy())  # noqa: S603  our own programs


def _stop(children: Sequence["subprocess.Popen[bytes]"]) -> int:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("a child did not stop in time and is killed")
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return 0
