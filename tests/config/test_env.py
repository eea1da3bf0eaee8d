"""The environment becomes settings: what is said is understood, what is wrong is refused."""

import os
import stat
import subprocess
import sys

import pytest

from mingjing.config import env


def test_without_an_address_the_database_is_sqlite_that_survives_a_power_cut(monkeypatch, tmp_path):
    """The default is a file in the home, with full synchronisation and immediate transactions."""
    monkeypatch.delenv("MINGJING_DATABASE", raising=False)

    found = env.database(tmp_path)

    assert found["NAME"] == str(tmp_path / "mingjing.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_a_postgresql_address_is_taken_apart_with_its_odd_characters(monkeypatch, tmp_path):
    """A password may hold any character, written with per cent signs; parameters go to the driver."""
    address = "postgresql://ming:p%40ss%2Fword@db.example:6432/jing?sslmode=require"
    monkeypatch.setenv("MINGJING_DATABASE", address)

    found = env.database(tmp_path)

    assert (found["USER"], found["PASSWORD"]) == ("ming", "p@ss/word")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6432", "jing")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == 8


@pytest.mark.parametrize("address", ["mysql://root:geheim@localhost/x", "var/db.sqlite3"])
def test_any_other_address_is_refused_without_repeating_its_password(monkeypatch, tmp_path, address):
    """The refusal says what is expected and leaks nothing into a log."""
    monkeypatch.setenv("MINGJING_DATABASE", address)

    with pytest.raises(ValueError, match="postgresql://") as refusal:
        env.database(tmp_path)
    assert "geheim" not in str(refusal.value)


def test_a_secret_key_is_made_once_and_only_its_owner_may_read_it(monkeypatch, tmp_path):
    """The second start finds the key of the first; no draft is left behind."""
    monkeypatch.delenv("MINGJING_SECRET_KEY", raising=False)
    home = tmp_path / "new" / "home"

    first, second = env.secret_key(home), env.secret_key(home)

    assert first == second
    assert len(first) > 50
    assert [path.name for path in home.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((home / "secret-key").stat().st_mode) == 0o600


def test_two_processes_that_start_at_once_agree_on_the_key(tmp_path):
    """Whoever comes second takes the key of the first."""
    script = "from pathlib import Path; from mingjing.config import env; print(env.secret_key(Path('.')))"
    clean = {name: value for name, value in os.environ.items() if name != "MINGJING_SECRET_KEY"}
    command = [sys.executable, "-c", script]
    racers = [subprocess.Popen(command, cwd=tmp_path, env=clean, stdout=subprocess.PIPE) for _ in range(4)]

    assert len({racer.communicate()[0] for racer in racers}) == 1


def test_a_given_secret_key_is_used_and_written_nowhere(monkeypatch, tmp_path):
    """An operator who keeps the key elsewhere finds no copy on the disk."""
    monkeypatch.setenv("MINGJING_SECRET_KEY", "from the vault")

    assert env.secret_key(tmp_path / "home") == "from the vault"
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("value", "meant"), [("1", True), ("Yes", True), ("0", False), ("", False), ("maybe", False)]
)
def test_a_flag_is_on_only_when_it_says_so(monkeypatch, value, meant):
    """DEBUG=0 means off, as everybody expects, and so does a slip of the pen."""
    monkeypatch.setenv("MINGJING_DEBUG", value)

    assert env.flag("DEBUG") is meant


def test_a_replica_is_read_beside_postgresql_only(monkeypatch):
    """None by default; with its address it has a small pool that waits for nobody; beside SQLite it is refused."""
    monkeypatch.delenv("MINGJING_REPLICA_URL", raising=False)
    assert env.replica() == {}

    monkeypatch.setenv("MINGJING_REPLICA_URL", "postgresql://reader@second:5433/mingjing")
    monkeypatch.setenv("MINGJING_DATABASE", "postgresql://writer@first/mingjing")
    found = env.replica()["replica"]
    assert (found["HOST"], found["PORT"], found["USER"]) == ("second", "5433", "reader")
    assert found["OPTIONS"]["pool"]["timeout"] <= 2

    monkeypatch.setenv("MINGJING_DATABASE", "")
    with pytest.raises(ValueError, match="MINGJING_REPLICA_URL"):
        env.replica()
    monkeypatch.setenv("MINGJING_DATABASE", "postgresql://writer@first/mingjing")
    monkeypatch.setenv("MINGJING_REPLICA_URL", "sqlite://secret@x")
    with pytest.raises(ValueError, match="MINGJING_REPLICA_URL") as refused:
        env.replica()
    assert "secret" not in str(refused.value)
