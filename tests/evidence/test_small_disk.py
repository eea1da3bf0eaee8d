"""A disk that is really full, and one that can really only be read: a few megabytes of memory, mounted for this alone.

Nobody else sees the mount: it lives in a namespace of its own and goes with its process. Where the kernel grants no
mount, neither to root nor in a user namespace, there is nothing to be tried and the tests are not there.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OWN = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=6m tmpfs "$1" && exec "$2" -c "$3" "$1"'

STORE = """
import hashlib, os, sqlite3, subprocess, sys
from pathlib import Path
from django.conf import settings
home = Path(sys.argv[1])
settings.configure(MINGJING_HOME=home, MINGJING_S3_BUCKET="")
from mingjing.evidence import store
from mingjing.evidence.refusals import EvidenceRefused

def put(content):
    with store.incoming() as file:
        for at in range(0, len(content), 65536):
            file.write(content[at:at + 65536])
        file.keep()
        return file.digest

def refused(content):
    try:
        put(content)
    except EvidenceRefused as told:
        return str(told)

def whole(digests):
    kept = sorted(store.kept())
    return kept == sorted(digests) and all(store.digest_stored(one) == one for one in kept)

def half():
    return [path.name for path in (home / "evidence" / "incoming").iterdir()]

def opened():
    database = sqlite3.connect(home / "acts.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    return database

def row(database, size):
    with database:
        database.execute("CREATE TABLE IF NOT EXISTS act (facts)")
        database.execute("INSERT INTO act VALUES (zeroblob(?))", [size])
    assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    return database.execute("SELECT count(*) FROM act").fetchone()[0]

def told(does):
    from mingjing.web.out_of_service import TROUBLES
    try:
        does()
    except sqlite3.OperationalError as error:
        said = str(error).lower()
        return next((what for words, what, _ in TROUBLES if any(one in said for one in words)), said)

def remounted(how):
    subprocess.run(["mount", "-o", "remount," + how, home], check=True)

database = opened()
assert row(database, 10) == 1
films = [os.urandom(1 << 20) for _ in range(8)]
here = []
for film in films:
    said = refused(film)
    if said:
        break
    here.append(hashlib.sha256(film).hexdigest())
"""
FULL = """
assert 0 < len(here) < len(films), len(here)
assert "存储空间不足" in said and "请联系系统管理员" in said, said
filler = home / "filler"
with filler.open("wb", buffering=0) as file:  # to the last byte
    try:
        while file.write(bytes(4096)):
            pass
    except OSError:
        pass
assert "存储空间不足" in refused(b"the smallest photograph")
assert half() == [] and whole(here)
assert told(lambda: row(database, 500_000)) == "服务器存储空间不足"
filler.unlink()
assert row(database, 500_000) == 2
store.destroy(here.pop())
here.append(put(films[-1]))
here.append(put(b"the smallest photograph"))
assert half() == [] and whole(here)
"""
READ_ONLY = """
store.destroy(here.pop())
database.close()
remounted("ro")
assert "只能读、不能写" in refused(films[-1])
assert whole(here)
assert told(opened) == "数据库文件打不开"
remounted("rw")
assert row(opened(), 10) == 2
here.append(put(films[-1]))
assert half() == [] and whole(here)
"""


def _granted() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = [*OWN, "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /tmp"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


if _granted():

    @pytest.mark.parametrize("what", [FULL, READ_ONLY], ids=["full", "read only"])
    def test_what_a_disk_does_not_take_is_told_and_goes_in_afterwards(tmp_path: Path, what: str) -> None:
        """Films until it is full, or turned read-only: refused in words, nothing half-kept, then it goes on."""
        command = [*OWN, "sh", "-c", ON_A_SMALL_DISK, "sh", str(tmp_path), sys.executable, STORE + what]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
