"""Bytes by their digest: written once, whole or not at all."""

import errno
import hashlib
import os
import signal
import stat
import subprocess
import sys

import pytest

from mingjing.evidence import store
from mingjing.evidence.refusals import EvidenceAltered, EvidenceRefused

WRITER = """
import sys
from django.conf import settings
settings.configure(MINGJING_HOME=__import__("pathlib").Path(sys.argv[1]))
from mingjing.evidence import store
with store.incoming() as file:
    file.write(b"half a picture")
    file.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """An empty store."""
    settings.MINGJING_HOME = tmp_path
    return tmp_path


def put(content: bytes) -> str:
    with store.incoming() as file:
        file.write(content)
        file.keep()
        return file.digest


def unfinished(home) -> list[str]:
    return [path.name for path in (home / "evidence" / "incoming").iterdir()]


def test_bytes_stand_at_the_address_of_their_digest(home):
    """ab/cd/<digest>, readable by all, writable by nobody, and nothing left in the entrance."""
    digest = put(b"picture")

    path = home / "evidence" / digest[:2] / digest[2:4] / digest
    assert digest == hashlib.sha256(b"picture").hexdigest()
    assert path.read_bytes() == b"picture"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert unfinished(home) == []


def test_the_same_bytes_again_are_fine(home):
    """The second writing changes nothing."""
    path = store.path_of(put(b"picture"))
    before = path.stat()

    put(b"picture")

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert unfinished(home) == []


def test_other_bytes_at_the_same_address_are_an_alarm(home):
    """Somebody changed the stored file: the upload that would have met it says so and repairs nothing."""
    path = store.path_of(put(b"picture"))
    path.chmod(0o600)
    path.write_bytes(b"forgery")

    with pytest.raises(EvidenceAltered, match="与登记时不符"):
        put(b"picture")

    assert path.read_bytes() == b"forgery"
    assert unfinished(home) == []


def test_what_is_not_kept_is_gone(home):
    """An upload that does not reach its end leaves no bytes anywhere."""
    with store.incoming() as file:
        file.write(b"half a picture")
        assert len(unfinished(home)) == 1

    assert unfinished(home) == []
    assert [path for path in (home / "evidence").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [(errno.ENOSPC, "存储空间不足"), (errno.EROFS, "只能读、不能写"), (errno.EIO, "只能读")],
)
@pytest.mark.parametrize("step", ["open", "fsync"])
def test_a_disk_that_takes_nothing_is_said_to_be_at_fault(home, monkeypatch, trouble, words, step):
    """The person uploading learns that it is not his file; nothing is kept. (No disk can be filled in a test.)"""
    digest, real = hashlib.sha256(b"picture").hexdigest(), os.open

    def refuses(*given: object) -> int:
        if step == "open" and not str(given[0]).endswith(store.UNFINISHED):
            return real(*given)
        raise OSError(trouble, os.strerror(trouble))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuses)
        with pytest.raises(EvidenceRefused, match=words):
            put(b"picture")

    assert unfinished(home) == []
    assert not store.stored(digest)
    put(b"picture")
    assert store.stored(digest)


def test_a_killed_upload_is_swept_away_and_a_living_one_is_not(home):
    """kill -9 leaves half a file; the next start deletes it, but never one that is still being written."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert writer.stdout.readline() == b"writing\n"

    assert store.sweep() == 0
    assert len(unfinished(home)) == 1

    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert len(unfinished(home)) == 1
    assert store.sweep() == 1
    assert unfinished(home) == []


def test_sweeping_before_the_first_upload_finds_nothing():
    """A fresh installation has no store yet."""
    assert store.sweep() == 0
