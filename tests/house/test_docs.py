"""The docs are complete and true where a machine can tell: every name is there, every link leads somewhere."""

import argparse
import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from mingjing.cli.main import COMMANDS
from mingjing.lawengine.kinds import JUDGES
from mingjing.packs.load import library

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
REQUIREMENTS = ROOT / "docs" / "requirements.md"

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ROW = re.compile(r"^\| ([A-J]\d+) \|.*\| *([^|]*?) \|$", re.MULTILINE)
# What the table of requirements has, group by group.
ROWS = {"A": 11, "B": 8, "C": 6, "D": 4, "E": 4, "F": 12, "G": 4, "H": 12, "I": 4, "J": 2}


def pages() -> list[Path]:
    """Every page of Markdown that is ours: what git lists or would list, without what is only fetched."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listing.stdout.decode().split("\0") if name]
    return [path for name in names if (path := ROOT / name).is_file()]


def prose(page: Path) -> str:
    """The text of a page without its blocks of code."""
    return FENCED.sub("", page.read_text())


def code(page: Path) -> str:
    """What a page gives as code, in blocks and in lines, without the comments of a shell."""
    text = page.read_text()
    return re.sub(r"#.*", "", "\n".join([*FENCED.findall(text), *re.findall(r"`[^`\n]+`", prose(page))]))


def anchors(page: Path) -> set[str]:
    """The anchors of the headings of a page, as the usual viewers make them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def options(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """Every option of a command and of its actions, and every action as `mingjing name action`."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, sub in action.choices.items():
                yield f"mingjing {name} {word}"
                yield from options(sub, f"{name} {word}")
        elif not isinstance(action, argparse._HelpAction):
            yield from (action.option_strings[-1:] if action.option_strings else ())


def targets() -> set[str]:
    """The targets of the Makefile that people call."""
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    return set(phony[1].split())


@cache
def functions_of(file: str) -> frozenset[str]:
    """The names of the test functions of a file."""
    tree = ast.parse((ROOT / file).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_explained_with_all_it_takes(name):
    """An operator finds each command, action and option in one page."""
    text = (REFERENCE / "commands.md").read_text()
    parser = argparse.ArgumentParser()
    importlib.import_module(f"mingjing.cli.commands.{name}_command").add_arguments(parser)

    start = re.search(rf"^## mingjing {name}$", text, re.MULTILINE)
    assert start
    section = text[start.end() :].partition("\n## ")[0]
    assert [word for word in options(parser, name) if word not in section] == []


def test_no_command_is_explained_that_does_not_exist():
    """What was taken away is taken out of the page too."""
    told = re.findall(r"^## mingjing (\w+)$", (REFERENCE / "commands.md").read_text(), re.MULTILINE)

    assert set(told) == set(COMMANDS)


def test_every_make_target_is_explained():
    """In the page of commands; and no page tells anybody to make what cannot be made."""
    told = set(re.findall(r"`make ([a-z]+)", (REFERENCE / "commands.md").read_text()))
    anywhere = {word for page in pages() for word in re.findall(r"\bmake ([a-z]+)", code(page))}

    assert targets() - told == set()
    assert anywhere - targets() == set()


def test_every_kind_of_act_is_in_the_reference():
    """The page is made from the packs, and what the packs have now is what it says."""
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "reference.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (made.returncode, made.stderr) == (0, "")
    text = (REFERENCE / "act-kinds.md").read_text()
    assert [kind for kind in library().kinds if f"`{kind}`" not in text] == []


def test_every_kind_of_rule_is_in_the_reference():
    """Each has a section of its own."""
    text = (REFERENCE / "rule-kinds.md").read_text()

    assert [kind for kind in JUDGES if not re.search(rf"^### {kind}\b", text, re.MULTILINE)] == []


def test_every_link_of_every_page_leads_somewhere():
    """A file that is there, and a heading that is in it."""
    broken = set()
    for page in pages():
        for link in LINK.findall(prose(page)):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = unquote(link).partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.add(f"{page.relative_to(ROOT)}: {link}")

    assert broken == set()


def test_requirements_are_all_there_and_say_where_they_stand():
    """No row is missing, and none is silent about its state."""
    rows = ROW.findall(REQUIREMENTS.read_text())

    assert [row for row, _ in rows] == [f"{group}{n}" for group in ROWS for n in range(1, ROWS[group] + 1)]
    assert [row for row, state in rows if not state.startswith(("做到", "部分：", "后续（"))] == []


def test_whatever_is_said_to_work_has_a_test_that_exists():
    """A row without a test is later work; a row with one names it by file and function."""
    wrong = []
    for line in REQUIREMENTS.read_text().splitlines():
        if (found := ROW.match(line)) is None:
            continue
        named = TEST.findall(line)
        wrong += [f"{file}::{test}" for file, test in named if test not in functions_of(file)]
        if bool(named) == found[2].startswith("后续"):
            wrong.append(f"{found[1]} {found[2][:2]}")

    assert wrong == []


def test_every_failure_that_is_said_to_be_tried_has_its_test():
    """The table of failures names tests by file and function, and each is there."""
    named = TEST.findall((ROOT / "docs" / "operation.md").read_text())

    assert len(named) > 20
    assert [f"{file}::{test}" for file, test in named if test not in functions_of(file)] == []


def test_the_seven_files_of_the_newcomer_exist_in_their_order():
    """The list in the README leads to files, seven of them, each once."""
    text = (ROOT / "README.md").read_text()
    listed = re.findall(r"^(\d)\. \[[^\]]+\]\(([^)]+)\)", text, re.MULTILINE)

    assert [number for number, _ in listed] == list("1234567")
    assert len({path for _, path in listed}) == 7
    assert [path for _, path in listed if not (ROOT / path).is_file()] == []


def test_the_accounts_of_the_demo_are_those_of_the_readme():
    """Whoever follows the README can sign in with every name it gives."""
    source = (ROOT / "mingjing/cli/commands/demo_command.py").read_text()
    accounts = re.search(r"^ACCOUNTS = (\{.*?\})", source, re.MULTILINE | re.DOTALL)
    assert accounts
    named = set(re.findall(r"`([a-z]+\d?)`", (ROOT / "README.md").read_text()))

    assert set(ast.literal_eval(accounts[1])) - named == set()
    assert "`mingjing-demo`" in (ROOT / "README.md").read_text()


def test_decisions_are_numbered_without_gaps_and_say_what_was_given_up():
    """One page each, in one shape."""
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    shape = ["## Context", "## Decision", "## What we gave up"]

    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    assert [
        file.name for file in files if re.findall(r"^## .+", file.read_text(), re.MULTILINE) != shape
    ] == []


def test_every_threat_names_the_test_that_shows_its_answer() -> None:
    """Each line of the threat model, and the file is there."""
    told = (ROOT / "docs" / "security.md").read_text().partition("## 威胁与应对\n")[2].partition("\n## ")[0]
    rows = [line for line in told.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 40
    named = {row.split(" | ")[0]: re.findall(r"`(tests/[\w/]+(?:\.py)?)/?`", row) for row in rows}
    assert [threat for threat, tests in named.items() if not tests] == []
    assert [one for tests in named.values() for one in tests if not (ROOT / one).exists()] == []
