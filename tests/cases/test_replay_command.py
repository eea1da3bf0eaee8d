"""`mingjing law replay` as an operator sees it: by clause, with the case and the figure, and as a table."""

import argparse
import csv
from pathlib import Path

import pytest

from mingjing.cli.commands import law_command
from mingjing.cli.start import Refusal
from tests.cases.test_replay import CEILING, CONDUCT, LOWER, changed, other
from tests.cast import BUREAU, ELSEWHERE, Cast
from tests.stories import told

__all__ = ["other"]

pytestmark = pytest.mark.django_db


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    law_command.add_arguments(parser)
    return law_command.run(parser.parse_args(["replay", "--workers", "1", *map(str, words)]))


def test_every_difference_is_told_by_clause_and_kept_in_a_table(
    cast: Cast, other: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1: something would be otherwise."""
    _, case = told(cast, "summary")
    case.refresh_from_db()
    changed(other, CEILING, *LOWER)
    report = tmp_path / "report.csv"

    assert run("--packs", other, "--report", report) == 1
    printed = capsys.readouterr().out
    assert "共 1 件案件，1 件的结论不同：1 件增加或者加重了问题" in printed
    assert "《行政处罚法（2021）》第五十一条" in printed
    assert "没有问题 → 违法（一票否决）：1 处" in printed
    assert case.decision_no in printed
    with report.open(encoding="utf-8-sig", newline="") as file:
        heading, row = csv.reader(file)
    assert len(heading) == len(row)
    assert dict(zip(heading, row, strict=True))["案件"] == case.decision_no
    with pytest.raises(Refusal, match="还没有的文件名"):
        run("--packs", other, "--report", report)


def test_one_rule_alone_and_a_narrower_choice(
    cast: Cast, other: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same library is no difference; another agency's cases are not touched."""
    _, case = told(cast, "summary")
    assert run("--packs", other) == 0
    assert "没有一件的结论不同" in capsys.readouterr().out
    changed(other, CEILING, *LOWER)
    assert run("--rule", other / CEILING, "--agency", BUREAU, "--case", case.code) == 1
    assert run("--rule", other / CEILING, "--agency", ELSEWHERE) == 0
    assert run("--rule", other / CEILING, "--until", "2020-01-01") == 0
    with pytest.raises(Refusal, match="没有代码为“nobody”的机关"):
        run("--rule", other / CEILING, "--agency", "nobody")


def test_pending_cases_under_a_lighter_text_are_things_to_do(
    cast: Cast, other: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told with both the case and the newer text."""
    told(cast, "ordinary", until="filing_approved")
    (other / "cn/penalty/zz_lighter.toml").write_text(CONDUCT)
    assert run("--packs", other) == 1
    assert "待办（从旧兼从轻）" in capsys.readouterr().out
