"""A PostgreSQL server of a drill's own that archives its WAL: made, lost, recovered to a moment, thrown away."""

import contextlib
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg

from mingjing.cli.start import Refusal

NAME: Final = "mingjing"
# Whether the disk keeps its promises is tried elsewhere; a drill must not take a minute.
SPEED: Final = {"fsync": "off", "full_page_writes": "off", "max_connections": "40"}
PATIENCE: Final = 60.0


def programs() -> Path:
    """Give the folder with PostgreSQL's server programs, the newest version first. Raises Refusal without one."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    if not found and (here := shutil.which("initdb")):
        found = [Path(here).resolve()]
    if not found:
        raise Refusal("没有 PostgreSQL 服务器程序，不能演练。Debian：apt-get install postgresql。")
    return found[0].parent


class ArchivingServer:
    """One server in a folder of its own: `data`, the archive of its WAL, and a base backup when one was taken."""

    def __init__(self, place: Path) -> None:
        self.place, self._programs = place, programs()
        self.data, self.archive, self.base = place / "data", place / "archive", place / "base"

    @property
    def address(self) -> str:
        """The address of the database of the drill."""
        return self._address(NAME)

    def create(self) -> None:
        """Make the server with archiving on, start it, and make its database."""
        if os.geteuid() == 0:
            shutil.chown(self.place, "postgres", "postgres")
        self._run(f"initdb -D {self.data} --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 "
                  "--no-sync --no-instructions")  # fmt: skip
        self._as_owner(f"mkdir {self.archive}")
        self._configure(
            archive_mode="on",
            # Under its name only when it is whole: the server may be killed while a file is copied.
            archive_command=f"cp %p {self.archive}/%f.part && mv {self.archive}/%f.part {self.archive}/%f",
            listen_addresses="",
            **SPEED,
        )
        self.start()
        with psycopg.connect(self._address("postgres"), autocommit=True) as line:
            line.execute(f'CREATE DATABASE "{NAME}"')

    def start(self) -> None:
        """Start it and wait until it may be written to."""
        self._run(f"pg_ctl -D {self.data} -l {self.place}/log -w -o {shlex.quote(f'-k {self.place}')} start")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with psycopg.connect(self._address("postgres")) as line:
                if not self._one(line, "SELECT pg_is_in_recovery()"):
                    return
            time.sleep(0.1)
        raise Refusal("数据库没有从恢复中起来，见服务器日志。")

    def take_base(self) -> None:
        """Take a base backup while the server is in use."""
        self._run(
            f"pg_basebackup -h {self.place} -U postgres -D {self.base} --checkpoint=fast --no-sync -X none"
        )

    def moment(self) -> datetime:
        """Tell the time by the server's clock."""
        with psycopg.connect(self.address) as line:
            return datetime.fromisoformat(str(self._one(line, "SELECT clock_timestamp()::text")))

    def flush(self) -> None:
        """Close the present WAL file and wait until it is in the archive."""
        with psycopg.connect(self.address, autocommit=True) as line:
            wanted = self._one(line, "SELECT pg_walfile_name(pg_switch_wal())")
            end = time.monotonic() + PATIENCE
            while not (self.archive / str(wanted)).exists():
                if time.monotonic() > end:
                    raise Refusal(f"WAL 文件 {wanted} 没有归档。")
                time.sleep(0.05)

    def lose(self) -> None:
        """The machine dies and its disk with it; archive and base backup lie elsewhere."""
        self.stop()
        shutil.rmtree(self.data)

    def recover(self, until: datetime | None) -> None:
        """Put the base backup in place and replay the archive, to its end or until a moment; start."""
        self._as_owner(f"cp -a {self.base} {self.data}")
        target = (
            {"recovery_target_time": until.isoformat(), "recovery_target_action": "promote"} if until else {}
        )
        self._configure(restore_command=f"cp {self.archive}/%f %p", **target)
        self._as_owner(f"touch {self.data}/recovery.signal")
        self.start()

    def stop(self) -> None:
        """Stop it at once, as a power cut would."""
        self._run(f"pg_ctl -D {self.data} -m immediate stop")

    def _configure(self, **options: str) -> None:
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in options.items())

    def _address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={quote(str(self.place), safe='')}"

    @staticmethod
    def _one(line: "psycopg.Connection[tuple[object, ...]]", sql: str) -> object:
        row = line.execute(sql).fetchone()
        return row[0] if row else None

    def _run(self, command: str) -> None:
        self._as_owner(f"{self._programs}/{command}")

    def _as_owner(self, command: str) -> None:
        """Run a line as whoever owns the data: never as root, which the server refuses."""
        line = ["/bin/sh", "-c", f"cd {self.place} && exec {command}"]
        if os.geteuid() == 0:
            line = ["su", "postgres", "-s", "/bin/sh", "-c", line[2]]
        # A server that inherits a pipe of ours would keep us waiting for its end.
        done = subprocess.run(  # noqa: S603 - our own words
            line, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if done.returncode:
            log = self.place / "log"
            told = log.read_text(encoding="utf-8", errors="replace")[-600:] if log.exists() else ""
            raise Refusal(f"没有做成：{command}\n{told}")


@contextlib.contextmanager
def archiving_server() -> Iterator[ArchivingServer]:
    """Give a running server; it and everything of it are gone afterwards."""
    # The path of a socket may be 107 bytes long at most: never below a long TMPDIR.
    place = Path(tempfile.mkdtemp(prefix="mingjing-pitr-", dir="/tmp"))
    server = ArchivingServer(place)
    try:
        if os.geteuid() == 0:
            pwd.getpwnam("postgres")
        server.create()
        yield server
    finally:
        with contextlib.suppress(Refusal):
            server.stop()
        shutil.rmtree(place, ignore_errors=True)
