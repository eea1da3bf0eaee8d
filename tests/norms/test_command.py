"""`mingjing benchmark`: a file is checked without a trace, imported as a draft, and what is exported comes back."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from mingjing.cli.main import main
from mingjing.norms import selectors
from mingjing.packs.benchmark_body import body_of
from mingjing.packs.benchmarks import check_benchmarks, is_benchmark, shipped
from mingjing.packs.load import library
from mingjing.packs.source import PackFile
from tests.cast import BUREAU, Cast
from tests.norms.tables import SMALL, benchmark


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The small benchmark as a file."""
    path = tmp_path / "试验.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def run(*words: str | Path) -> int:
    return main(["benchmark", *map(str, words)])


def test_a_sound_file_passes_and_a_table_with_a_hole_does_not(
    db: None, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hole is told with its line; nothing is written either way."""
    assert run("check", file) == 0
    file.write_text(SMALL.replace('["施工单位", "超过10"', '["施工单位", "超过12"'), encoding="utf-8")
    assert run("check", file) == 1
    assert "情节组合没有对应的档次" in capsys.readouterr().out


def test_a_dry_run_writes_nothing_and_an_import_makes_a_draft(
    cast: Cast, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the agency's reviewer, for another to publish."""
    assert run("import", file, "--agency", BUREAU, "--dry-run") == 0
    assert selectors.drafts_of(BUREAU) == []
    assert run("import", file, "--agency", BUREAU) == 0
    (draft,) = selectors.drafts_of(BUREAU)
    assert (draft.prepared_by, draft.body) == ("reviewer", body_of(benchmark()))
    assert "请由其他人员" in capsys.readouterr().out


def test_a_faulty_file_is_not_imported(cast: Cast, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing half: one slip and there is no draft."""
    file.write_text(SMALL.replace("10以下", "十以下"), encoding="utf-8")
    assert run("import", file, "--agency", BUREAU) == 1
    assert selectors.drafts_of(BUREAU) == []
    assert "没有写入" in capsys.readouterr().out
    assert run("import", file, "--agency", "nowhere") == 2


def test_what_is_exported_is_imported_again(cast: Cast, tmp_path: Path) -> None:
    """The table in force, as a workbook and as text."""
    (packed,) = shipped(library(), region="410481", field="urban", agency=BUREAU)
    for name in ("a.xlsx", "a.csv"):
        assert run("export", tmp_path / name, "--agency", BUREAU) == 0
        assert run("import", tmp_path / name, "--agency", BUREAU) == 0
        assert selectors.drafts_of(BUREAU)[0].body == body_of(packed)
    assert run("export", tmp_path / "a.pdf", "--agency", BUREAU) == 2
    assert run("export", tmp_path / "b.xlsx", "--agency", BUREAU, "--code", "other") == 2


def test_the_benchmarks_of_the_packs_are_sound() -> None:
    """They are read, and none has a fault that should be mended before publishing."""
    assert check_benchmarks(library()) == []


def test_a_benchmark_of_the_packs_may_only_ask_for_facts_that_exist() -> None:
    """A slip in the name of a fact would leave the row unknown for ever; it is told with the likely word."""
    packs = dict(library().packs)
    scope = "agency/410481-urban"
    (file,) = [file for file in packs[scope].files if is_benchmark(file)]
    slip = PackFile.parse(file.name, file.text.replace("promptly_corrected", "promptly_correctd"))
    changed = SimpleNamespace(packs={scope: SimpleNamespace(files=(slip,))}, fields=library().fields)
    told = check_benchmarks(changed)  # type: ignore[arg-type]
    assert told
    assert all("promptly_corrected" in line for line in told)
