"""A program that uses none of our code (Go, golang.org/x/mod) agrees with us on the log; `make interop` builds it."""

import subprocess
import threading
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.utils import timezone

from mingjing.translog import services
from mingjing.translog.feeding import Feeder
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.models import Checkpoint
from mingjing.translog.note import SigningKey
from tests.translog.conftest import home, queue, seal
from tests.translog.running_witness import RunningWitness

__all__ = ["home", "queue", "seal"]

PROGRAM = Path(__file__).resolve().parents[2] / ".cache" / "interop" / "interop"

pytestmark = pytest.mark.django_db


class _Files(SimpleHTTPRequestHandler):
    """A web server that knows nothing of logs."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Say nothing."""


class Site:
    """A cosigned log exported as files and served; `check` has the Go program look at it."""

    def __init__(self, folder, url, witness, old):
        self.folder, self.url, self.witness, self.old = folder, url, witness, old
        self.vkey = ensure_log_key().public.vkey

    def check(self, *, vkey=None, witness=None):
        """Run the program; gives exit code and words."""
        done = subprocess.run(
            [PROGRAM, self.url, vkey or self.vkey, self.old, witness or self.witness],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def flip(self, path, at):
        """Turn one bit of a file."""
        file = self.folder / path
        data = bytearray(file.read_bytes())
        data[at] ^= 1
        file.chmod(0o644)
        file.write_bytes(data)


@pytest.fixture
def site(queue, seal, settings, tmp_path):
    """700 acts sealed in two parts, shown to a real witness, exported."""
    running = RunningWitness(tmp_path / "witness", "sfj").add_log(ensure_log_key().public.vkey).start()
    policy = tmp_path / "policy"
    policy.write_text(f"{running.policy_lines}quorum sfj\n")
    settings.MINGJING_WITNESS_POLICY = policy
    feeder, old = Feeder(every=timedelta(0)), tmp_path / "old"
    try:
        queue(300)
        seal()
        old.write_bytes(bytes(Checkpoint.objects.get().note))
        queue(400, first=301)
        seal()
        feeder.finish(timezone.now())
        services.export_log(tmp_path / "log")
    finally:
        running.kill()
        feeder.stop()
    handler = partial(_Files, directory=str(tmp_path / "log"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Site(
        tmp_path / "log",
        f"http://127.0.0.1:{server.server_port}",
        running.witness.signers[0].public.vkey,
        old,
    )
    server.shutdown()
    thread.join()
    server.server_close()


def test_go_agrees_on_signature_cosignature_growth_entries_and_proofs(site):
    """All that a stranger needs is in the files, and x/mod reads them as we do."""
    code, said = site.check()
    assert code == 0, said
    assert "consistency: 300 -> 700" in said
    assert "entries: 700 hashed to the root; inclusion proofs: 101" in said
    assert "cosigned at" in said


@pytest.mark.parametrize(
    ("path", "at"), [("tile/entries/001", 60), ("tile/0/000", 32 * 7 + 3), ("tile/1/000.p/2", 40)]
)
def test_go_refuses_what_was_touched(site, path, at):
    """An entry, a leaf hash, a hash above."""
    assert site.check()[0] == 0
    site.flip(path, at)
    assert site.check()[0] == 1


def test_go_refuses_other_keys(site):
    """Neither a namesake of the log nor of the witness will do."""
    name = ensure_log_key().public.name
    assert site.check(vkey=SigningKey(name, bytes(32)).public.vkey)[0] == 1
    stranger = site.witness.replace("sfj.example", "sjj.example")
    assert site.check(witness=stranger)[0] == 1
    assert site.check()[0] == 0
