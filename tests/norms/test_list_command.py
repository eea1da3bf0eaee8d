"""`mingjing norms`: every line of a file is told, an import makes a draft, and what is exported comes back."""

from pathlib import Path

import pytest

from mingjing.cli.main import main
from mingjing.norms import selectors
from mingjing.packs.list_body import body_of
from mingjing.packs.lists import lists_of
from tests.cast import BUREAU, Cast
from tests.norms.lists import PUBLISHED


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The list as a bureau publishes it."""
    path = tmp_path / "mild.csv"
    path.write_text(PUBLISHED, encoding="utf-8")
    return path


def run(*words: str | Path) -> int:
    return main(["norms", *map(str, words)])


def test_every_line_is_told_and_a_line_without_a_basis_fails_the_check(
    db: None, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was read as what; the fault with its line."""
    assert run("check", file) == 0
    assert "读作 第 3 行，1 露天烧烤：免予处罚，条件由承办人认定" in capsys.readouterr().out
    file.write_text(PUBLISHED.replace("《大气污染防治法》第一百一十九条", ""), encoding="utf-8")
    assert run("check", file) == 1
    assert "mild.csv:3: 没有写明法律依据" in capsys.readouterr().out


def test_a_dry_run_writes_nothing_and_an_import_makes_a_draft(cast: Cast, file: Path) -> None:
    """By the agency's reviewer, for another to publish; a faulty file makes none."""
    assert run("import", file, "--agency", BUREAU, "--dry-run") == 0
    assert selectors.drafts_of(BUREAU) == []
    assert run("import", file, "--agency", BUREAU, "--in-force", "2026-03-01", "--version", "2026.1") == 0
    (draft,) = selectors.drafts_of(BUREAU)
    assert (draft.kind, draft.code, draft.prepared_by) == ("list", "mild", "reviewer")
    assert (draft.body["in_force"], len(draft.body["item"])) == ("2026-03-01", 2)
    assert run("import", file, "--agency", BUREAU, "--by", "officer") == 2
    file.write_text(PUBLISHED.replace("露天烧烤", ""), encoding="utf-8")
    assert run("import", file, "--agency", BUREAU, "--code", "other") == 1
    assert len(selectors.drafts_of(BUREAU)) == 1


def test_what_is_exported_is_imported_again(cast: Cast, tmp_path: Path) -> None:
    """A list of the packs in force; the version that it has not is given at the import."""
    packed = next(one for one in lists_of("410481", "urban", BUREAU) if one.code == "urban_exempt")
    for name in ("a.xlsx", "a.csv"):
        assert run("export", tmp_path / name, "--agency", BUREAU, "--code", "urban_exempt") == 0
        assert run("import", tmp_path / name, "--agency", BUREAU, "--version", "9") == 0
        (draft,) = selectors.drafts_of(BUREAU)
        assert draft.body == {**body_of(packed), "version": "9"}
    assert run("export", tmp_path / "b.xlsx", "--agency", BUREAU) == 2
    assert run("export", tmp_path / "a.pdf", "--agency", BUREAU, "--code", "urban_exempt") == 2
