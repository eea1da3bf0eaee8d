"""A real `mingjing serve` on a home of its own, with what a drill does to it: kill -9, and reading its memory."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from mingjing.cli.ports import free_port

PATIENCE: Final = 90.0
SAMPLE: Final = 0.1


class Served:
    """The server; as a block it is watched, and `peak` is the most memory that one web process has used, in bytes."""

    def __init__(self, home: Path, *options: str, **environment: str) -> None:
        self.port = free_port()
        self.peak, self.kills = 0, 0
        self._done = threading.Event()
        command = [sys.executable, "-m", "mingjing", "serve", "--port", str(self.port), "--workers", "2"]
        command += options
        env = {**os.environ, "MINGJING_HOME": str(home), **environment}
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Self:
        self.wait()
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it in order; of one that is gone already there is nothing to end."""
        self._done.set()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)
        raise TimeoutError("the server did not answer")

    def kill_web(self, *, parent: bool = False) -> None:
        """Kill -9 the processes that answer requests; with `parent` the one that starts them as well."""
        web = self.web()
        for pid in web if parent else web[1:]:
            try:
                os.kill(pid, signal.SIGKILL)
                self.kills += 1
            except ProcessLookupError:
                continue

    def kill(self) -> None:
        """Kill -9 all of it, first the process that would start the others again: a machine that is gone."""
        web = self.web()
        self._process.kill()
        self._process.wait()
        for pid in web:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def web(self) -> list[int]:
        """The web server's processes, its parent first."""
        started = [pid for pid, line in _children(self._process.pid) if "granian" in line]
        return started + [pid for parent in started for pid, _ in _children(parent)]

    def memory(self) -> int:
        """The most memory that a web process uses now."""
        return max((_resident(pid) for pid in self.web()), default=0)

    def _watch(self) -> None:
        while not self._done.wait(SAMPLE):
            self.peak = max(self.peak, self.memory())


def _children(parent: int) -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            above = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            line = (folder / "cmdline").read_bytes().decode(errors="replace")
        except (OSError, ValueError):
            continue
        if above == parent:
            yield int(folder.name), line


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
