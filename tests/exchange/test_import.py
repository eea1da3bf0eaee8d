"""Whole imports on a real database: each row wholly or not at all, twice the same, stopped and taken up again."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.cases.selectors import acts_of, case_list, cases_seen_by, findings_of
from mingjing.cases.services import ActRefused
from mingjing.cli.main import main
from mingjing.exchange import services
from mingjing.exchange.services import Fate, carry_out, plan_import
from mingjing.exchange.tables import read_table
from tests.exchange.sheets import GOOD, ON, reading_of, row, write_csv
from tests.exchange.test_rows import REAL

if TYPE_CHECKING:
    from mingjing.exchange.services import Plan
    from tests.cast import Cast

OTHER = row(行政处罚决定书文号="舞城管罚决〔2026〕13号", 行政相对人名称="舞钢市另一家建材有限公司")
BAD = row(行政处罚决定书文号="舞城管罚决〔2026〕14号", 处罚依据="")


def planned(cast: "Cast", path: Path, **reading: Any) -> "Plan":
    table = read_table(path)
    return plan_import(table, reading_of(table.headers, **reading), agency=cast.bureau, by=cast.clerk, on=ON)


def imported(cast: "Cast", path: Path, **reading: Any) -> "Plan":
    plan = planned(cast, path, **reading)
    list(carry_out(plan))
    return plan


def test_a_row_becomes_an_imported_excerpt(cast: "Cast", tmp_path: Path):
    """Decision and publication as the row proves them, by nobody in particular, the source named."""
    imported(cast, write_csv(tmp_path / "公示.csv", [GOOD]))
    (case,) = cases_seen_by(cast.clerk)
    assert (case.imported, case.fragment, case.decision_no) == (True, True, "舞城管罚决〔2026〕12号")
    assert "公示.csv 第 2 行" in case.source
    acts = acts_of(case)
    assert [(act.kind, act.imported, act.performers) for act in acts] == [
        ("penalty_decided", True, []),
        ("decision_published", True, []),
    ]
    assert acts[0].done_at.isoformat() == "2026-03-01T16:00:00+00:00"
    assert acts[1].facts == {"publication_until": "2029-03-02"}


def test_the_law_speaks_of_imported_rows(cast: "Cast", tmp_path: Path):
    """Published on the eighth working day: a finding on the case and no refusal; on the third, none."""
    late = row(行政处罚决定书文号="舞城管罚决〔2026〕13号", 公示日期="2026/03/12")
    imported(cast, write_csv(tmp_path / "公示.csv", [GOOD, late]))
    found = {
        case.decision_no: [one.rule for one in findings_of(case) if one.outcome == "breach"]
        for case in cases_seen_by(cast.clerk)
    }
    assert not [rule for rule in found["舞城管罚决〔2026〕12号"] if "published_within" in rule]
    assert [rule for rule in found["舞城管罚决〔2026〕13号"] if "published_within" in rule]


def test_refused_rows_leave_no_trace_and_the_others_go_in(cast: "Cast", tmp_path: Path):
    """All or nothing is meant row by row."""
    plan = imported(cast, write_csv(tmp_path / "公示.csv", [GOOD, BAD, OTHER]))
    assert [one.fate for one in plan.rows] == [Fate.DONE, Fate.REFUSED, Fate.DONE]
    assert cases_seen_by(cast.clerk).count() == 2


def test_a_second_run_imports_nothing_twice(cast: "Cast", tmp_path: Path):
    """The same table again, and the same decision in other spelling from another file."""
    imported(cast, write_csv(tmp_path / "公示.csv", [GOOD, OTHER]))
    again = imported(
        cast, write_csv(tmp_path / "又.csv", [row(行政处罚决定书文号="舞城管罚决【2026】第012号"), OTHER])
    )
    assert [one.fate for one in again.rows] == [Fate.STORED, Fate.STORED]
    assert cases_seen_by(cast.clerk).count() == 2


def test_a_stored_decision_with_another_fine_is_refused(cast: "Cast", tmp_path: Path):
    """The data base holds five thousand, the table six: neither is overwritten."""
    imported(cast, write_csv(tmp_path / "公示.csv", [GOOD]))
    other = row(罚款金额="0.6", 处罚内容="罚款人民币陆仟元整")
    again = imported(cast, write_csv(tmp_path / "又.csv", [other]))
    assert again.rows[0].fate is Fate.REFUSED
    assert "库中已有同一文号" in again.rows[0].row.faults[0]


def test_stopped_between_rows_it_goes_on_where_it_was(cast: "Cast", tmp_path: Path):
    """One row taken, the power gone: the next run takes the other and nothing twice."""
    path = write_csv(tmp_path / "公示.csv", [GOOD, OTHER])
    next(carry_out(planned(cast, path)))
    assert cases_seen_by(cast.clerk).count() == 1
    assert [one.fate for one in imported(cast, path).rows] == [Fate.STORED, Fate.DONE]
    assert cases_seen_by(cast.clerk).count() == 2


def test_stopped_inside_a_row_nothing_of_it_stays(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The decision was written, the publication was not: then neither was."""

    def broken(**_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(services, "record_act", broken)
    with pytest.raises(OSError, match="disk"):
        imported(cast, write_csv(tmp_path / "公示.csv", [GOOD]))
    assert not cases_seen_by(cast.clerk).exists()


def test_a_fact_that_the_case_will_not_take_refuses_the_row(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Should importer and vocabulary ever differ, the row is refused with the field's own words."""
    plan = planned(cast, write_csv(tmp_path / "公示.csv", [GOOD, OTHER]))
    plan.rows[0].row.facts["fine_yuan"] = "many"
    assert [one.fate for one in carry_out(plan)] == [Fate.REFUSED, Fate.DONE]
    assert "罚款金额" in plan.rows[0].row.faults[0]
    assert ActRefused.__name__ not in plan.rows[0].row.faults[0]


def test_a_summary_decision_and_a_filing_day_find_their_acts(cast: "Cast", tmp_path: Path):
    """Decided on the spot there is no filing; where the day of filing is stated the limit is counted from it."""
    rows = [
        {**row(行政处罚决定书文号="舞城管简罚决〔2026〕1号"), "立案时间": ""},
        {**OTHER, "立案时间": "2025-11-03"},
    ]
    imported(cast, write_csv(tmp_path / "公示.csv", rows))
    kinds = {case.procedure: [act.kind for act in acts_of(case)] for case in cases_seen_by(cast.clerk)}
    assert kinds["summary"][0] == "on_the_spot_decided"
    assert kinds["ordinary"][:2] == ["filing_approved", "penalty_decided"]


@pytest.mark.shared
def test_the_published_rows_go_in_once(cast: "Cast", shared: Path):
    """Thirteen of the 37 real rows can stand; one of the pair is among them."""
    path = shared / "data" / "publicity_tables" / "penalty_rows_as_published.csv"
    plan = imported(cast, path, rulings=REAL)
    assert (plan.count(Fate.DONE), plan.count(Fate.REFUSED)) == (13, 24)
    assert plan.count(Fate.DONE) == cases_seen_by(cast.clerk).count()
    assert imported(cast, path, rulings=REAL).count(Fate.STORED) == 13
    late = next(case for case in cases_seen_by(cast.clerk) if case.decision_no == "穗番环罚〔2019〕67号")
    assert any("published_within" in one.rule and one.outcome == "breach" for one in findings_of(late))


def _run(*words: Any) -> int:
    return main(["import", *map(str, words)])


def test_the_command_shows_what_it_reads_and_imports(
    cast: "Cast", tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Dry run writes nothing; with --yes the rows go in and the exit code says that one was refused."""
    path = write_csv(tmp_path / "公示.csv", [GOOD, BAD])
    assert _run(path, "--agency", cast.bureau.code, "--dry-run") == 1
    shown = capsys.readouterr().out
    assert "行政处罚决定书文号 → 行政处罚决定书文号（一致）" in shown
    assert "共 2 行：可以导入 1 行，不予导入 1 行" in shown
    assert "没有填“处罚依据”，请补填" in shown
    assert not cases_seen_by(cast.clerk).exists()

    assert _run(path, "--agency", cast.bureau.code, "--yes") == 1
    assert "已导入 1 行" in capsys.readouterr().out
    assert case_list(cast.clerk, {}).rows[0].party_name == GOOD["行政相对人名称"]


def test_without_a_nod_nothing_is_written(cast: "Cast", tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A script has to say --yes: a table is not imported by accident."""
    path = write_csv(tmp_path / "公示.csv", [GOOD])
    assert _run(path, "--agency", cast.bureau.code) == 2
    assert "请加 --yes" in capsys.readouterr().err
    assert not cases_seen_by(cast.clerk).exists()


def test_the_reports_open_without_harm(cast: "Cast", tmp_path: Path):
    """Every row with its reason; the refused ones apart, to be mended and imported; a formula stays text."""
    path = write_csv(tmp_path / "公示.csv", [GOOD, {**BAD, "法定代表人": "=HYPERLINK(1)"}])
    report, refused = tmp_path / "结果.csv", tmp_path / "退回.csv"
    _run(path, "--agency", cast.bureau.code, "--yes", "--report", report, "--refused", refused)
    told = report.read_text(encoding="utf-8-sig")
    assert "已导入" in told
    assert "没有填“处罚依据”，请补填" in told
    assert "'=HYPERLINK" in told
    back = read_table(refused)
    assert [one.cells[: len(GOOD)] for one in back.rows] == [
        tuple({**BAD, "法定代表人": "=HYPERLINK(1)"}.values())
    ]


def test_a_mended_report_of_refused_rows_can_be_imported(cast: "Cast", tmp_path: Path):
    """The way back: the file of refused rows, its gap filled, goes in as it is."""
    refused = tmp_path / "退回.csv"
    _run(write_csv(tmp_path / "公示.csv", [BAD]), "--agency", cast.bureau.code, "--yes", "--refused", refused)
    mended = refused.read_text(encoding="utf-8-sig").replace(
        "在湖滨大道人行道堆放砂石,,", "在湖滨大道人行道堆放砂石,《城市道路管理条例》第四十二条,"
    )
    refused.write_text(mended, encoding="utf-8")
    assert _run(refused, "--agency", cast.bureau.code, "--yes") == 0
    assert cases_seen_by(cast.clerk).count() == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["没有.csv", "--agency", "410481-urban"], "没有文件"),
        (["公示.csv", "--agency", "nowhere"], "nowhere"),
        (["公示.csv", "--agency", "410481-urban", "--by", "nobody"], "nobody"),
        (["公示.csv", "--agency", "410481-justice"], "没有案卷管理人员"),
        (["公示.csv", "--agency", "410481-urban", "--report", "公示.csv"], "就是要导入的表格"),
        (["公示.csv", "--agency", "410481-urban", "--mapping", "没有.toml"], "没有对应关系文件"),
    ],
)
def test_a_command_that_cannot_run_says_why(
    cast: "Cast",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    told: str,
):
    """One clear line on the error output, code 2, nothing written."""
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "公示.csv", [GOOD])
    assert _run(*words) == 2
    assert told in capsys.readouterr().err
    assert not cases_seen_by(cast.clerk).exists()


def test_the_mapping_is_saved_even_where_the_table_cannot_be_read(
    cast: "Cast", tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """A sum without a unit stops the import; the saved mapping, its unit checked, lets it through."""
    rows = [{header.replace("(万元)", ""): value for header, value in GOOD.items()}]
    path, mapping = write_csv(tmp_path / "公示.csv", rows), tmp_path / "对应.toml"
    assert _run(path, "--agency", cast.bureau.code, "--yes", "--save-mapping", mapping) == 2
    assert "罚款金额" in capsys.readouterr().err
    assert "请核对单位" in mapping.read_text(encoding="utf-8")
    assert _run(path, "--agency", cast.bureau.code, "--yes", "--mapping", mapping) == 0


class Keyboard(io.StringIO):
    """Somebody at the keyboard who types these lines."""

    def isatty(self) -> bool:
        return True


def test_somebody_at_the_keyboard_is_asked(cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Which item, which unit, and whether to import: the answers decide; an empty one leaves the column out."""
    rows = [
        {header.replace("(万元)", "").replace("法定代表人", "法人代表人"): v for header, v in GOOD.items()}
    ]
    path = write_csv(tmp_path / "公示.csv", rows)
    monkeypatch.setattr("sys.stdin", Keyboard("\n1\n万\n万元\n\ny\n"))
    assert _run(path, "--agency", cast.bureau.code) == 0
    (case,) = cases_seen_by(cast.clerk)
    facts = acts_of(case)[0].facts
    assert facts["fine_yuan"] == "5000"
    assert "party_representative" not in facts


def test_who_says_no_imports_nothing(cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The twin: everything is clear, and the answer is no."""
    monkeypatch.setattr("sys.stdin", Keyboard("n\n"))
    assert _run(write_csv(tmp_path / "公示.csv", [GOOD]), "--agency", cast.bureau.code) == 0
    assert not cases_seen_by(cast.clerk).exists()
