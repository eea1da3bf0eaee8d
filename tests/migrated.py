"""A migrated SQLite file, made once for the migrations as they stand and copied by every run after it."""

import hashlib
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import django

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache" / "tests"


def put(database: Path) -> None:
    """Put the file where the test database is expected, if it has been made."""
    if _template().exists() and not database.exists():
        shutil.copyfile(_template(), database)


def keep(database: Path) -> None:
    """Keep a database that was just migrated and is still empty; older files go."""
    if _template().exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("migrated-*.sqlite3"):
        old.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=FOLDER, delete=False) as file:
        draft = Path(file.name)
    with closing(sqlite3.connect(database)) as made, closing(sqlite3.connect(draft)) as copy:
        made.backup(copy)
    draft.rename(_template())  # several workers may come here: each file is whole


def _template() -> Path:
    """Its name changes with everything a migration runs."""
    found = hashlib.sha256(django.__version__.encode())
    for path in sorted([*ROOT.glob("mingjing/*/migrations/*.py"), *ROOT.glob("mingjing/kit/*.py")]):
        found.update(path.as_posix().encode() + path.read_bytes())
    return FOLDER / f"migrated-{found.hexdigest()[:16]}.sqlite3"
