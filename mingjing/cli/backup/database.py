"""A consistent copy of the database, taken while it is in use, and a copy put into an empty database."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, connections

from mingjing.cli.start import Refusal

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE_NAMES: Final = {SQLITE: "database.sqlite3", POSTGRESQL: "database.dump"}


def kind() -> str:
    """Tell which database is in use."""
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def is_empty() -> bool:
    """Tell whether there is no table yet, so that nothing can be overwritten."""
    if kind() == SQLITE and not _sqlite_path().exists():
        return True  # asking Django would make the file
    return not connection.introspection.table_names()


def dump(target: Path) -> None:
    """Write one consistent copy of the whole database to a file that does not exist yet."""
    if kind() == POSTGRESQL:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        return
    source = f"{_sqlite_path().resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        # One file that can be read anywhere, without the side files of the journal.
        new.execute("PRAGMA journal_mode=DELETE")
        if (found := new.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise Refusal(f"数据库文件已有损坏，备份没有做成：{found}")


def load(source: Path) -> None:
    """Put a copy into the empty database, whole or not at all."""
    connections.close_all()  # the pool may hold connections that saw an empty database
    if kind() == POSTGRESQL:
        _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(source), reads=True)
        return
    path = _sqlite_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".restoring")
    shutil.copyfile(source, draft)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    # A file without tables may stand there; its journal would be replayed over the copy.
    for rest in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        rest.unlink(missing_ok=True)
    draft.replace(path)


def _sqlite_path() -> Path:
    return Path(str(settings.DATABASES["default"]["NAME"]))


def _run(program: str, *arguments: str, reads: bool = False) -> None:
    """Run a program of PostgreSQL on our database; the password goes by the environment, never by the command line."""
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - only where PostgreSQL is used

    given = connection.get_connection_params()
    password = given.pop("password", None)
    known = {k: v for k, v in given.items() if isinstance(v, str | int) and k not in _OURS}
    env = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    target = "--dbname=" + make_conninfo("", **known)
    if shutil.which(program) is None:
        raise Refusal(
            f"没有找到 {program}。请安装与服务器同版本的 PostgreSQL 客户端（Debian：postgresql-client）。"
        )
    line = [program, target, *arguments]
    done = subprocess.run(line, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise Refusal(
            f"{program} 没有做成{'，数据库保持原样' if reads else ''}：{done.stderr.strip()[-400:]}"
        )


# What Django adds for psycopg and libpq does not know.
_OURS: Final = frozenset({"server_side_binding", "prepare_threshold", "autocommit", "client_encoding"})
