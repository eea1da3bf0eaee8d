"""A PostgreSQL server of the tests' own: made in a temporary folder, reached by a socket, gone afterwards."""

import atexit
import fcntl
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import psycopg

# Set by the process that started the server and inherited by xdist's workers and by programs under test.
ADDRESS = "MINGJING_TEST_POSTGRES"
TEMPLATE = "migrated"
MISSING = "没有 PostgreSQL 服务器程序（Debian 软件包 postgresql），跳过在 PostgreSQL 上的测试"

INITDB = "--username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions"
# Durability is not what these tests are about; what happens at a crash is tried on real files elsewhere.
SPEED = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=120"


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, the newest version first."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: int(path.parts[-3]))
    return newest[-1].parent if newest else None


def address() -> str | None:
    """The address of the running server, started now if need be; None where it is not installed."""
    if ADDRESS not in os.environ and (folder := programs()):
        os.environ[ADDRESS] = _start(folder)
    return os.environ.get(ADDRESS)


def migrated(name: str) -> None:
    """Make a database of this name by copying one that is migrated once for all workers of a run."""
    there = urlsplit(os.environ[ADDRESS])
    draft = there._replace(path="/migrating").geturl()
    place = Path(parse_qs(there.query)["host"][0])
    with (
        (place / "template.lock").open("w") as lock,
        psycopg.connect(there.geturl(), autocommit=True) as line,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not line.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            line.execute('DROP DATABASE IF EXISTS "migrating"')
            line.execute('CREATE DATABASE "migrating"')
            settings = {"DJANGO_SETTINGS_MODULE": "mingjing.config.settings", "MINGJING_DATABASE": draft}
            with tempfile.TemporaryDirectory() as home:
                command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
                subprocess.run(command, env={**os.environ, **settings, "MINGJING_HOME": home}, check=True)
            line.execute(f'ALTER DATABASE "migrating" RENAME TO "{TEMPLATE}"')  # whole, or not there
        line.execute(f'DROP DATABASE IF EXISTS "{name}"')
        line.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')


def _start(folder: Path) -> str:
    # /tmp, not TMPDIR: the path of a socket may be 107 bytes long at most.
    place = Path(tempfile.mkdtemp(prefix="mingjing-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(place, user.pw_uid, user.pw_gid)
    _run(folder, f"initdb -D {place}/data {INITDB}")
    options = shlex.quote(f"-k {place} -c listen_addresses='' {SPEED}")
    _run(folder, f"pg_ctl -D {place}/data -l {place}/log -w -o {options} start")
    atexit.register(_stop, folder, place, os.getpid())
    return f"postgresql://postgres@/postgres?host={quote(str(place), safe='')}"


def _stop(folder: Path, place: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked child runs the same exit handlers
        _run(folder, f"pg_ctl -D {place}/data -m immediate stop")
        shutil.rmtree(place, ignore_errors=True)


def _run(folder: Path, command: str) -> None:
    """Run a program of the server; never as root, which it refuses."""
    line = ["/bin/sh", "-c", f"cd /tmp && exec {folder}/{command}"]
    if os.geteuid() == 0:
        line = ["su", "postgres", "-s", "/bin/sh", "-c", line[2]]
    # Its log file inherits no pipe of ours: a server that holds one would keep us waiting for its end.
    subprocess.run(line, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
