"""Point-in-time recovery on a real PostgreSQL with archived WAL: the drill as `make drill` runs it."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import postgres


@pytest.mark.only_on_postgresql
def test_a_lost_database_comes_back_to_a_moment_and_the_log_tells_the_rest(tmp_path: Path) -> None:
    """Lost, recovered to its end and to a moment; what is missing is named, entered again, and nothing forks."""
    postgres.migrated("tables_of_the_drill")  # made by copying: only its definitions are wanted
    address = urlsplit(postgres.address() or "")._replace(path="/tables_of_the_drill").geturl()
    tables = tmp_path / "tables.sql"
    subprocess.run(["pg_dump", "--no-owner", f"--file={tables}", address], check=True)
    command = [sys.executable, "-m", "mingjing", "drill", "recovery", "--tables", str(tables)]
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "共 12 步，全部符合规程" in done.stdout
