"""Backup and restore as an operator does them: beside the service, into an empty place, held against the log."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from mingjing.translog.note import SigningKey
from tests import migrated, postgres

A_BUREAU = """
from datetime import UTC, date, datetime
from mingjing.cli.start import start_django
start_django()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fifty people, none of whom signs in
from mingjing.cli.demo.bureau import BUREAU, make_bureau
from mingjing.cli.demo.live import publish, upload
from mingjing.cli.demo.story import Telling, story
from mingjing.packs.load import library
from mingjing.personnel.selectors import agency
from mingjing.translog.services import seal_log
start = date(2026, 3, 2)
make_bureau(start)
bureau = agency(BUREAU)
calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
case = Telling(
    story=story("summary"), agency=bureau, start=start, calendar=calendar, mark="backup", publish=publish,
    upload=lambda code, title, by, at: upload(bureau, code, title, by, at),
).play()
upload(bureau, case.code, "店外占道照片", "officer", datetime.now(UTC))
seal_log(at=datetime.now(UTC))
"""
ONE_ENTRY_MORE = """
from datetime import UTC, datetime
from mingjing.cli.start import start_django
start_django()
from mingjing.personnel.services import create_agency
from mingjing.translog.selectors import checkpoint
from mingjing.translog.services import seal_log
create_agency(code="late", name="后来登记的局", short_name="后来", region="410481", kind="supervisor", by="setup")
seal_log(at=datetime.now(UTC))
from mingjing.cli.whole_audit import audit_everything
assert not list(audit_everything())
print(checkpoint().decode(), end="")
"""
WHY_BEHIND = """
from mingjing.cli.start import start_django
start_django()
from mingjing.translog.selectors import why_behind
print(why_behind())
"""
LEFT = {
    "secret-key",
    "mingjing.sqlite3",
}  # what any command makes that looks: a session key and an empty database


@dataclass(frozen=True)
class Place:
    """A home with a database of its own, on which the product's commands are run."""

    home: Path
    database: str

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self._python("-m", "mingjing", *arguments)

    def script(self, text: str) -> str:
        done = self._python("-c", text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _python(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        env = {**os.environ, "MINGJING_HOME": str(self.home), "MINGJING_DATABASE": self.database}
        env.pop("DJANGO_SETTINGS_MODULE", None)
        return subprocess.run(
            [sys.executable, *arguments], env=env, capture_output=True, text=True, check=False
        )

    @property
    def files(self) -> list[Path]:
        return sorted((self.home / "evidence").glob("??/??/*"))


def _empty(folder: Path, kind: str, *, tables: bool = False) -> Place:
    """A home of its own with an empty database; with the tables made, by copying, where they are asked for."""
    folder.mkdir()
    if kind:
        return Place(folder, _new_database(f"{folder.parent.name}_{folder.name}", tables=tables))
    place = Place(folder, "")
    if tables:
        migrated.put(folder / "mingjing.sqlite3")
    return place


def _new_database(name: str, *, tables: bool) -> str:
    address = postgres.address()
    assert address is not None
    name = "backup_" + "".join(letter if letter.isalnum() else "_" for letter in name.lower())
    if tables:
        postgres.migrated(name)
    else:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
    return urlsplit(address)._replace(path=f"/{name}").geturl()


@pytest.mark.parametrize(
    "kind",
    ["", pytest.param("postgresql", marks=pytest.mark.only_on_postgresql)],
    ids=["sqlite", "postgresql"],
)
def test_a_bureau_is_lost_and_comes_back(tmp_path: Path, kind: str) -> None:
    """Backed up beside the service, restored into an empty place, whole, and written on; never over something."""
    bureau, backups, keys = (
        _empty(tmp_path / "bureau", kind, tables=True),
        tmp_path / "backups",
        tmp_path / "keys",
    )
    bureau.script(A_BUREAU)
    done = bureau.run("backup", str(backups), "--keys", str(keys))
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(backups.rglob("*.key"))
    key_copy = str(next(keys.iterdir()))
    public = SigningKey.parse((bureau.home / "keys" / "log.key").read_text()).public.vkey

    place = _empty(tmp_path / "place", kind)
    done = place.run("restore", str(backups))
    assert done.returncode == 2
    assert "日志不能续写。什么也没有写" in done.stderr  # nor is a new key made: that would be another log
    assert not [path for path in place.home.rglob("*") if path.is_file() and path.name not in LEFT]
    done = place.run("restore", str(backups), "--without-keys", public)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "只供查阅、核对" in done.stdout
    assert not list((place.home / "keys").glob("*"))
    shutil.copytree(key_copy, place.home / "keys", dirs_exist_ok=True)
    assert bureau.files
    assert [path.name for path in place.files] == [path.name for path in bureau.files]

    # The log goes on after the backup; what others have seen of it tells an older backup from the newest.
    seen = tmp_path / "seen.txt"
    seen.write_text(place.script(ONE_ENTRY_MORE), encoding="utf-8")
    older = _empty(tmp_path / "older", kind)
    done = older.run("restore", str(backups), "--keys", key_copy, "--seen", str(seen))
    assert done.returncode == 1
    assert "留存的检查点 seen.txt" in done.stdout
    assert (older.home / "signed").is_dir()  # and it seals nothing until it knows as much
    assert "签出过" in older.script(WHY_BEHIND)

    assert place.run("backup", str(backups), "--keep", "1").returncode == 0
    newest = _empty(tmp_path / "newest", kind)
    done = newest.run("restore", str(backups), "--keys", key_copy, "--seen", str(seen))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "没有发现问题" in done.stdout
