"""A migrated SQLite file, made once for the migrations as they stand and copied by every run and test after it."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

import django

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache" / "tests"


def put(database: Path) -> None:
    """Put a migrated and empty database where there is none; the first who asks makes it, the others wait."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _template().exists():
            _make()
    if not database.exists():
        shutil.copyfile(_template(), database)


def _make() -> None:
    for old in FOLDER.glob("migrated-*.sqlite3"):
        old.unlink()
    settings = {"DJANGO_SETTINGS_MODULE": "mingjing.config.settings", "MINGJING_DATABASE": ""}
    with tempfile.TemporaryDirectory(dir=FOLDER) as home:
        command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
        env = {**os.environ, **settings, "MINGJING_HOME": home}
        subprocess.run(command, cwd=ROOT, env=env, check=True)
        whole = Path(home) / "whole.sqlite3"
        with (
            closing(sqlite3.connect(Path(home) / "mingjing.sqlite3")) as made,
            closing(sqlite3.connect(whole)) as copy,
        ):
            made.backup(copy)  # with what still stands in the write-ahead log
        whole.rename(_template())


@cache
def _template() -> Path:
    """Its name changes with everything a migration runs."""
    found = hashlib.sha256(django.__version__.encode())
    for path in sorted([*ROOT.glob("mingjing/*/migrations/*.py"), *ROOT.glob("mingjing/kit/*.py")]):
        found.update(path.as_posix().encode() + path.read_bytes())
    return FOLDER / f"migrated-{found.hexdigest()[:16]}.sqlite3"
