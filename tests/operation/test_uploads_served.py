"""Uploads to a real server over a line that breaks, the server killed meanwhile: nothing lost, nothing doubled."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

from mingjing.cli.drills.upload import MEBIBYTE
from tests import migrated

DRILL = """
import json, os, sys
from dataclasses import asdict
from pathlib import Path
from mingjing.cli.start import start_django
start_django()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in with one
from mingjing.cli.drills.upload import run_drill, set_case
home, asked = Path(sys.argv[1]), json.loads(sys.argv[2])
case, _ = set_case()
print(json.dumps(asdict(run_drill(home, case, **asked))))
"""


def drilled(home: Path, **asked: object) -> dict[str, object]:
    """Run a drill on a home of its own, in a process of its own, and give what came of it."""
    migrated.put(home / "mingjing.sqlite3")
    env = {**os.environ, "MINGJING_HOME": str(home), "MINGJING_DATABASE": ""}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    ran = subprocess.run(
        [sys.executable, "-c", DRILL, str(home), json.dumps(asked)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def test_a_large_file_arrives_whole_over_a_line_cut_every_few_hundred_kilobytes(tmp_path: Path) -> None:
    """24 MB, cut every 200 to 700 kB, the server killed twice with -9: one item, its hash equal, memory flat.

    Memory is flat if the file, which is larger, could not have been held: less than half of it came on top.
    """
    size = 24 * MEBIBYTE
    came = drilled(
        tmp_path,
        sizes=[size],
        line={"cut_bytes": [200_000, 700_000], "rate": 16 * MEBIBYTE},
        kill_after=[1.0, 2.5],
    )
    assert came["wrong"] == []
    assert int(str(came["cuts"])) > 30
    assert int(str(came["kills"])) >= 2
    assert int(str(came["memory_peak"])) - int(str(came["memory_before"])) < size / 2


def test_many_files_arrive_over_a_broken_line_while_the_server_is_killed(tmp_path: Path) -> None:
    """Twenty films, five at a time, random cuts, three kills with -9: each is there once, with hash and leaf."""
    dice = random.Random(50)
    came = drilled(
        tmp_path,
        sizes=[dice.randint(MEBIBYTE // 4, 3 * MEBIBYTE // 2) for _ in range(20)],
        line={"cut_bytes": [100_000, 2_000_000], "rate": 8 * MEBIBYTE},
        at_once=5,
        kill_after=[0.5, 1.5, 3.0],
    )
    assert came["wrong"] == []
    assert (came["files"], int(str(came["kills"])) >= 2) == (20, True)
    assert int(str(came["cuts"])) > 4


def test_the_drill_is_a_command_of_its_own() -> None:
    """`mingjing drill upload` is there for operators, with its measures as options."""
    ran = subprocess.run(
        [sys.executable, "-m", "mingjing", "drill", "upload", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(word in ran.stdout for word in ("--megabytes", "--cut-seconds", "--kills"))
