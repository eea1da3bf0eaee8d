"""House rules that no other tool checks: they read the repository, never the database."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written in two halves, so that this file does not break its own rule.
MACHINE_PATHS = re.compile("/" + r"(work|farm|opt|tmp/brief)/[\w.]")


def committed_files() -> list[Path]:
    """The files of the repository as git lists them, without those deleted but not yet committed."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [path for name in listing.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """The text of a file; pictures and other binary files have none."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode()


def variables_read() -> set[str]:
    """Every MINGJING_ variable that a Python file of the package reads, by its full or its short name."""
    names: set[str] = set()
    for path in (ROOT / "mingjing").rglob("*.py"):
        source = path.read_text()
        names |= {f"MINGJING_{name}" for name in re.findall(r'env\.\w+\("([A-Z0-9_]+)"', source)}
        names |= set(re.findall(r'(?:environ(?:\.get)?[\[(]|getenv\()"(MINGJING_\w+)"', source))
        names |= set(re.findall(r'^\w+: Final = "(MINGJING_[A-Z0-9_]+)"', source, re.MULTILINE))
        names |= {f"MINGJING_{name}" for name in re.findall(r'\b(?:text|flag)\("([A-Z0-9_]+)"', source)}
    return names


def test_ci_calls_make_check_and_nothing_else():
    """What CI runs is what everybody runs; there is no second list of steps."""
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]

    assert commands == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make check"]


def test_every_environment_variable_is_documented():
    """An operator finds every variable that the program reads in the reference."""
    documented = set(re.findall(r"`(MINGJING_\w+)`", (ROOT / "docs/reference/settings.md").read_text()))

    assert {"MINGJING_HOME", "MINGJING_DATABASE", "MINGJING_DEBUG"} <= variables_read()
    assert variables_read() - documented == set()


def test_every_system_check_is_documented():
    """A check that fires can be looked up by its id."""
    source = (ROOT / "mingjing/config/checks.py").read_text()
    documented = set(re.findall(r"`(mingjing\.\w\d+)`", (ROOT / "docs/reference/settings.md").read_text()))

    assert set(re.findall(r'id="(mingjing\.\w+)"', source)) == documented


def test_no_committed_file_names_a_path_of_one_machine():
    """A path of the machine where a file was written means nothing to its reader."""
    guilty = {
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in committed_files()
        if (found := MACHINE_PATHS.search(text_of(path)))
    }

    assert guilty == set()


def test_lockfiles_name_no_other_registry():
    """Whoever installs uses his own mirror: npm's lockfile names no host, uv's only the public one."""
    python_hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text()))

    assert "resolved" not in (ROOT / "package-lock.json").read_text()
    assert python_hosts == {"pypi.org", "files.pythonhosted.org"}


def test_imports_go_down_only():
    """Rooms look down, never up and not sideways; the core knows no framework; tables are private."""
    linter = ROOT / ".venv" / "bin" / "lint-imports"
    if not linter.exists():
        pytest.skip("没有 .venv：请先运行 make setup")
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


def test_every_room_with_tables_keeps_them_to_itself():
    """A room that gains a models.py gains a contract that protects it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    protected = {
        (module, *contract["allowed_importers"])
        for contract in contracts
        if contract["type"] == "protected"
        for module in contract["protected_modules"]
        if "models" in module.rpartition(".")[2]
    }
    found = [path for path in (ROOT / "mingjing").rglob("*models*") if path.suffix in {"", ".py"}]
    tables = {path.relative_to(ROOT).with_suffix("").parts for path in found}

    assert protected == {(".".join(parts), ".".join(parts[:2])) for parts in tables}
