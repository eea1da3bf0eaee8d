"""No key, token or password of anybody stands in a file of ours, and every dependency is one that the lock names."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import distributions
from pathlib import Path
from pkgutil import iter_modules

import detect_secrets.plugins
import pytest
from detect_secrets.plugins.base import RegexBasedDetector

ROOT = Path(__file__).resolve().parents[2]
TEXT_ONLY = {".png", ".jpg", ".pdf", ".woff2", ".mo", ".lock", ".ico", ".xlsx", ".docx"}
# What reads like a secret and is none, each with the reason.
MADE_UP = {
    "mingjing/config/env.py": "the form of an address in a docstring",
    "README.md": "the form of an address, with the word for password",
    "docs/operation.md": "the same",
    "docs/reference/settings.md": "the same",
    "deploy/env.example": "the place where the operator's own stands",
    "tests/config/test_env.py": "addresses made up to be taken apart",
    "tests/house/test_secrets.py": "the twin below",
}
NO_SECRETS = {"IPPublicDetector"}  # an address is no secret
# Licences that would bind whoever runs or changes this program to more than its own does.
UNWANTED = re.compile(r"\b(AGPL|Affero|SSPL|GPL(?!.*exception))", re.IGNORECASE)
# Of these the text of the licence says less, or a choice, or they only run beside us in tests.
LOOKED_AT = {"certifi", "tqdm", "chinesecalendar", "psycopg", "psycopg-binary", "psycopg-pool", "paramiko"}


def patterns() -> Iterator[tuple[str, "re.Pattern[str]"]]:
    """What secrets look like, from detect-secrets."""
    for module in iter_modules(detect_secrets.plugins.__path__):
        for found in vars(import_module(f"detect_secrets.plugins.{module.name}")).values():
            if (
                isinstance(found, type)
                and issubclass(found, RegexBasedDetector)
                and found is not RegexBasedDetector
            ):
                shapes = getattr(found, "denylist", ())
                if found.__name__ not in NO_SECRETS:
                    yield from ((found.__name__, one) for one in shapes if isinstance(one, re.Pattern))


def secrets_in(text: str) -> set[str]:
    """The kinds of secret that a text seems to hold."""
    return {name for name, shape in dict.fromkeys(patterns()) if shape.search(text)}


def test_no_file_of_ours_holds_a_secret() -> None:
    """Every file that git keeps, by the shapes of 20 kinds of keys and tokens."""
    named = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    shapes = list(dict.fromkeys(patterns()))
    assert len(shapes) > 20
    found = {}
    for name in filter(None, named.split("\0")):
        path = ROOT / name
        if name in MADE_UP or path.suffix in TEXT_ONLY or not path.is_file():
            continue
        text = path.read_text("utf-8", "replace")
        if kinds := {kind for kind, shape in shapes if shape.search(text)}:
            found[name] = kinds
    assert found == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN EC PRIVATE KEY-----\nMHc", "PrivateKeyDetector"),
        ("key = 'AKIAIOSFODNN7EXAMPLE'", "AWSKeyDetector"),
        ("postgresql://ming:geheim@db/jing", "BasicAuthDetector"),
    ],
)
def test_a_secret_would_be_found(text: str, kind: str) -> None:
    """The twin: so the test above can fail."""
    assert kind in secrets_in(text)


def test_every_dependency_is_locked_by_its_digest_and_comes_from_the_registry() -> None:
    """No branch, no folder, no address of somebody's own: what is installed is what was looked at."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    for package in lock["package"]:
        if package["name"] == "mingjing":
            continue
        assert set(package["source"]) == {"registry"}, package["name"]
        files = [*package.get("wheels", ()), *filter(None, [package.get("sdist")])]
        assert files, package["name"]
        assert all(one["hash"].startswith("sha256:") for one in files), package["name"]


def test_no_library_that_runs_with_us_has_a_licence_that_reaches_further_than_ours() -> None:
    """Of what `pip install mingjing` would bring; tools of tests and builds stay outside."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    needs = {one["name"]: {dep["name"] for dep in one.get("dependencies", ())} for one in lock["package"]}
    ours, queue = set(), ["mingjing"]
    while queue:
        queue += needs[name := queue.pop()] - ours
        ours |= needs[name]
    wrong = {}
    for one in distributions():
        name = re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower()
        said = [one.metadata.get("License-Expression") or "", *(one.metadata.get_all("Classifier") or [])]
        told = " ".join(line for line in said if line and (line in said[:1] or line.startswith("License")))
        if name in ours and UNWANTED.search(
            told.replace("LGPL", "Lesser").replace("Lesser General Public", "Lesser")
        ):
            wrong[name] = told
    assert {name: told for name, told in wrong.items() if name not in LOOKED_AT} == {}
