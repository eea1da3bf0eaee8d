"""A real witness in a process of its own, as the supervising authority runs it; started, killed and asked by tests."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from mingjing.cli.ports import free_port
from mingjing.translog.witness import open_witness, set_up

PATIENCE = 120.0


class RunningWitness:
    """One witness on loopback, its folder, and its lines for a policy."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        set_up(folder, f"{name}.example")
        self.witness = open_witness(folder)
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def policy_lines(self) -> str:
        """Its Ed25519 key as NAME and its ML-DSA-44 key as NAME-pq."""
        plain, quantum = (signer.public.vkey for signer in self.witness.signers)
        return f"witness {self.name} {plain} {self.url}\nwitness {self.name}-pq {quantum} {self.url}\n"

    def start(self) -> "RunningWitness":
        """Start it, unless it runs, and wait until it answers."""
        if self._process is not None:
            return self
        command = [sys.executable, "-m", "mingjing", "witness", "run", "--home", str(self.folder)]
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("MINGJING", "DJANGO"))
        }
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(self.url, timeout=30):  # noqa: S310  loopback
                    return self
            except OSError:
                assert self._process.poll() is None, "the witness did not start"
                time.sleep(0.05)
        raise AssertionError("waited in vain for the witness")

    def add_log(self, vkey: str) -> "RunningWitness":
        """Have it witness a log, as `mingjing witness add-log` does beside the running service."""
        with self.witness.store.turn() as turn:
            turn.add_log(vkey.split("+", 1)[0], vkey)
        return self

    def kill(self) -> None:
        """Kill it with all its processes, as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def latest_size(self, origin: str) -> int:
        """What it remembers of a log."""
        with self.witness.store.turn() as turn:
            found = turn.latest(origin)
        return found.size if found else 0
