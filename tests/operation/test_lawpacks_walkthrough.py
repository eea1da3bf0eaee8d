"""What docs/lawpacks.md tells a lawyer to type works as it says, from the first file to the release."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "lawpacks.md"
STEP = re.compile(
    r"^```console\n(?P<console>.*?)^```$|把 `(?P<old>[^`]+)` 改为 `(?P<new>[^`]+)`", re.M | re.S
)
EDITED = "lawpacks/41/penalty/small_fine_reminder.toml"
# Of these the page shows what matters; whatever else the library says is not the lawyer's.
MAY_FAIL = {"mingjing law check": 1, "mingjing law diff": 1}


def commands(console: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block with the lines it is said to print."""
    for block in re.split(r"^\$ ", console, flags=re.M)[1:]:
        command, *lines = block.splitlines()
        yield command, [line.strip() for line in lines if line.strip()]


def run(command: str, home: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command of the page as its reader would, in a folder of his own; its tables were made before."""
    (home / "var").mkdir(exist_ok=True)
    migrated.put(home / "var" / "mingjing.sqlite3")
    words = shlex.split(command)
    env = {
        **os.environ,
        "MINGJING_HOME": str(home / "var"),
        "MINGJING_DATABASE": "",
        "MINGJING_LAWPACKS": "lawpacks",
    }
    env.pop("DJANGO_SETTINGS_MODULE", None)
    env["PYTHONPATH"] = str(ROOT)
    if words[0] == "mingjing":
        words = [sys.executable, "-m", *words]
    return subprocess.run(words, cwd=home, env=env, capture_output=True, text=True, check=False)


def test_the_walkthrough_of_the_lawpacks_works_as_written(tmp_path: Path) -> None:
    """Every command runs, every line that the page promises is printed, in the page's order."""
    copytree(ROOT / "lawpacks", tmp_path / "lawpacks")
    told = PAGE.read_text()
    ran = []
    for step in STEP.finditer(told, told.index("## 从头走一遍"), told.index("## 十种常见的错误")):
        if step["old"]:
            file = tmp_path / EDITED
            assert step["old"] in file.read_text(), step["old"]
            file.write_text(file.read_text().replace(step["old"], step["new"]))
            continue
        for command, lines in commands(step["console"]):
            if command.startswith("export "):
                continue
            done = run(command, tmp_path)
            printed = done.stdout + done.stderr
            ran.append(command.split(" --")[0])
            allowed = MAY_FAIL.get(" ".join(command.split()[:3]), 0)
            assert done.returncode <= allowed, f"{command}\n{printed}"
            assert [line for line in lines if line not in printed] == [], f"{command}\n{printed}"
    assert {name.split()[2] for name in ran if name.startswith("mingjing law")} == {
        "new",
        "check",
        "diff",
        "replay",
        "release",
    }


def test_a_second_file_of_the_same_id_is_refused(tmp_path: Path) -> None:
    """What a lawyer has written is not lost."""
    copytree(ROOT / "lawpacks", tmp_path / "lawpacks")
    file = tmp_path / "lawpacks/cn/penalty/on_the_spot_fine_ceiling.toml"
    before = file.read_text()
    done = run(
        "mingjing law new cn.penalty.on_the_spot_fine_ceiling --kind ceiling --judges penalty_decided",
        tmp_path,
    )
    assert (done.returncode, file.read_text()) == (2, before)
    assert "已经有了，不覆盖" in done.stderr


def test_what_is_missing_or_wrong_is_asked_for(tmp_path: Path) -> None:
    """Kind and act of a rule; the scope; the act itself."""
    copytree(ROOT / "lawpacks", tmp_path / "lawpacks")
    wrong = {
        "mingjing law new cn.penalty.x1": "--kind",
        "mingjing law new cn.penalty.x1 --kind ceiling --judges penalty_decide": "是否应为“penalty_decided”",
        "mingjing law new nowhere.penalty.x1 --kind ceiling --judges penalty_decided": "没有这个法律包",
        "mingjing law new cn.penalty.x1 --in-force 2026-3-1": "请写成 2026-03-01",
        "mingjing law new CN.Penalty --kind ceiling --judges penalty_decided": "小写英文字母",
        "mingjing law diff lawpacks nowhere": "没有这个文件或者文件夹",
        "mingjing law diff lawpacks lawpacks/cn/fields.toml": "两边要么都是法规包",
        "mingjing law replay --packs nowhere": "没有这个文件或者文件夹",
        "mingjing law replay --benchmark nowhere.toml": "没有文件",
    }
    for command, words in wrong.items():
        done = run(command, tmp_path)
        assert (done.returncode, words in done.stderr) == (2, True), f"{command}\n{done.stderr}"


def test_a_rule_that_is_still_a_skeleton_is_not_released(tmp_path: Path) -> None:
    """Its examples pass, but nobody has copied the words of the law into it."""
    copytree(ROOT / "lawpacks", tmp_path / "lawpacks")
    new = "mingjing law new 41.penalty.x1 --kind ceiling --judges on_the_spot_decided --law 示例 --article 第一条"
    assert run(new, tmp_path).returncode == 0
    done = run("mingjing law release --by 张三", tmp_path)
    assert (done.returncode, "41/penalty/x1.toml" in done.stderr) == (2, True), done.stderr


def test_a_zip_of_the_packs_is_as_good_as_the_folder(tmp_path: Path) -> None:
    """And two equal libraries do not differ, by the exit code too."""
    copytree(ROOT / "lawpacks", tmp_path / "lawpacks")
    subprocess.run([sys.executable, "-m", "zipfile", "-c", "packs.zip", "lawpacks"], cwd=tmp_path, check=True)
    done = run("mingjing law diff packs.zip lawpacks", tmp_path)
    assert (done.returncode, done.stdout) == (0, "两个法规包没有差别。\n")
    (tmp_path / "not.zip").write_text("x")
    assert "不是可以读取的 ZIP" in run("mingjing law diff not.zip lawpacks", tmp_path).stderr
