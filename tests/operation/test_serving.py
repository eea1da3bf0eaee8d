"""`mingjing serve` as an operator sees it: it answers, outlives a dead child, stops cleanly, goes on where it was."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mingjing.cli.ports import free_port
from tests import migrated

PATIENCE = 180.0


def _wait(until: Callable[[], Any], what: str) -> Any:
    """Poll until something is true; fails by name and not by a guess at how long it takes."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if answer := until():
                return answer
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"waited in vain for {what}")


def _run(home: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "MINGJING_HOME": str(home), "MINGJING_DATABASE": "", **more}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "mingjing", *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


class Served:
    """A running `mingjing serve` with a home of its own."""

    def __init__(self, home: Path, *options: str) -> None:
        self.port = free_port()
        env = {**os.environ, "MINGJING_HOME": str(home), "MINGJING_DATABASE": ""}
        env.pop("DJANGO_SETTINGS_MODULE", None)
        command = [
            sys.executable,
            "-m",
            "mingjing",
            "serve",
            "--port",
            str(self.port),
            "--workers",
            "1",
            *options,
        ]
        self.process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
        _wait(self.health, "the first answer")

    def health(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/healthz")))

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return bytes(answer.read())

    def children(self) -> dict[str, int]:
        """The direct children by what they are: web or worker."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                words = (folder / "cmdline").read_bytes().decode().split("\0")
            except (OSError, ValueError):
                continue
            if parent == self.process.pid:
                found["worker" if "worker" in words else "web"] = int(folder.name)
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    migrated.put(tmp_path / "mingjing.sqlite3")
    done = _run(tmp_path, "migrate", "--quiet")
    assert done.returncode == 0, done.stderr
    return tmp_path


@pytest.fixture
def served(home: Path) -> Iterator[Served]:
    running = Served(home)
    yield running
    if running.process.poll() is None:
        running.stop()


def test_it_answers_and_stops_cleanly_with_all_its_children(served: Served) -> None:
    """Health is JSON, the public log is there, and after the stop no child is left behind."""
    _wait(lambda: served.health()["status"] == "ok", "good health")
    children = served.children()
    assert set(children) == {"web", "worker"}

    assert served.stop() == 0
    assert not [pid for pid in children.values() if Path(f"/proc/{pid}").exists()]


def test_a_killed_worker_is_started_again(served: Served) -> None:
    """kill -9 on the worker: the web goes on answering and another worker takes over."""
    first = served.children()["worker"]
    os.kill(first, signal.SIGKILL)

    second = _wait(
        lambda: served.children().get("worker") not in {None, first} and served.children()["worker"],
        "a new worker",
    )
    assert second != first
    assert served.health()  # the web answers, whatever it says before the new worker has done its first turn
    _wait(lambda: served.health()["status"] == "ok", "good health")


def test_it_goes_on_where_it_was(home: Path) -> None:
    """What stood in the database before the stop stands after the start."""
    first = Served(home)
    before = first.health()
    assert first.stop() == 0

    again = Served(home)
    assert again.health().keys() == before.keys()
    assert again.stop() == 0


def test_an_unknown_command_is_told_in_one_line(tmp_path: Path) -> None:
    refused = _run(tmp_path, "nonsense")
    assert refused.returncode == 2
    assert "nonsense" in refused.stderr


def test_verify_says_what_is_wrong_with_a_path(tmp_path: Path) -> None:
    """A missing file is named, with what to do, and the exit code says that nothing was checked."""
    refused = _run(tmp_path, "verify", "bundle", str(tmp_path / "nothing.json"))
    assert refused.returncode == 2
    assert "nothing.json" in refused.stderr


def test_verify_needs_no_django(tmp_path: Path) -> None:
    """The checks of a log, a bundle and a document run where no Django and no database is."""
    script = (
        "import sys; sys.modules['django'] = None\n"
        "from mingjing.cli.main import main\n"
        f"sys.exit(main(['verify', 'bundle', {str(tmp_path / 'empty.json')!r}]))"
    )
    (tmp_path / "empty.json").write_text("{}", encoding="utf-8")
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stderr
    assert "案卷包" in ran.stdout


def test_a_fault_in_a_pack_stops_the_start_by_file_and_line(tmp_path: Path) -> None:
    """Nobody serves by a law that cannot be read: the file, the line and the mend are named at the start."""
    packs = tmp_path / "lawpacks"
    shutil.copytree(Path(__file__).parents[2] / "lawpacks", packs)
    rule = packs / "cn" / "penalty" / "on_the_spot_fine_ceiling.toml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("severity", "severety", 1), encoding="utf-8")

    refused = _run(tmp_path, "worker", "--once", MINGJING_LAWPACKS=str(packs))

    assert refused.returncode == 2
    assert re.search(r"on_the_spot_fine_ceiling\.toml:\d+", refused.stderr)
    assert "severity" in refused.stderr


def test_the_web_runs_without_a_worker_where_that_is_asked(home: Path) -> None:
    """Several web servers share one worker: each runs no worker of its own and counts into a folder of its own."""
    running = Served(home, "--no-worker")
    try:
        assert set(running.children()) == {"web"}
        assert [folder.name for folder in (home / "metrics").iterdir()] == [
            f"{socket.gethostname()}-{running.port}"
        ]
    finally:
        running.stop()
