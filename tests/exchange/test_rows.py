"""Rows of a table: what is taken, what is refused and how to mend it, alone and beside each other."""

import csv
from pathlib import Path

import pytest

from mingjing.exchange.mapping import Rulings
from mingjing.exchange.rows import Examined
from mingjing.lawengine.model import CaseHead
from mingjing.packs.facts import clean_facts
from mingjing.packs.load import library
from tests.exchange.sheets import examined, examined_row, row, write_csv

REAL = Rulings(
    {
        "content": ("result", ""),
        "kind1": ("penalty_kind", ""),
        "kind2": ("penalty_kind_2", ""),
        "notice_date": ("published_on", ""),
        "source": ("", ""),
        "researcher_note": ("", ""),
    }
)


def test_a_good_row_becomes_facts_of_the_vocabulary(tmp_path: Path):
    """Sums in yuan, one way of writing numbers, the published spelling beside it."""
    found = examined_row(tmp_path, 行政处罚决定书文号="舞城管罚决【2026】第012号")
    assert (found.faults, found.remarks) == ([], [])
    assert found.facts["fine_yuan"] == "5000"
    assert found.facts["document_no"] == "舞城管罚决〔2026〕12号"
    assert found.facts["document_no_as_published"] == "舞城管罚决【2026】第012号"
    assert found.facts["party_kind"] == "organization"
    assert found.facts["penalty_basis"] == [{"law": "城市道路管理条例", "article": "第四十二条"}]
    assert (found.decided_on, found.published_on) == (
        found.decided_on.replace(day=2),
        found.decided_on.replace(day=5),
    )
    assert set(found.facts) <= set(library().fields)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"行政相对人名称": ""}, "没有填“行政相对人名称”"),
        ({"处罚依据": ""}, "没有填“处罚依据”"),
        ({"处罚决定日期": ""}, "没有填“处罚决定日期”"),
        ({"处罚决定日期": "2026/13/02"}, "不是日期"),
        ({"处罚决定日期": "2027/03/02"}, "晚于今天"),
        ({"行政相对人代码": "91230500MA1B3N1N2N"}, "校验码不符"),
        ({"行政相对人代码": "91230500MA1B3N1N2"}, "应为 18 位"),
        ({"行政处罚决定书文号": "擅自占用城市道路"}, "不是文号"),
        ({"处罚类别": "责令改正", "处罚内容": "责令限期拆除", "罚款金额": ""}, "不是行政处罚的种类"),
        ({"处罚类别": "批评教育", "处罚内容": "见决定书", "罚款金额": ""}, "认不出来"),
        ({"行政相对人类别": "外星人"}, "没有“外星人”这一类"),
        ({"罚款金额": "五千左右"}, "不是金额"),
        ({"罚款金额": "", "处罚内容": "罚款"}, "没有填罚款金额"),
        ({"违法事实": "事" * 5001}, "有 5001 字，最多 5000 字"),
    ],
)
def test_a_faulty_cell_refuses_its_row_and_says_how_to_mend_it(
    tmp_path: Path, changes: dict[str, str], told: str
):
    """One cell wrong, one reason; everything else of the row is as in the good one."""
    assert told in "；".join(examined_row(tmp_path, **changes).faults)


def test_a_sum_that_cannot_be_read_is_not_called_missing(tmp_path: Path):
    """Whoever has filled the cell is told that it is not read; only an empty cell was not filled in."""
    wrong = "；".join(examined_row(tmp_path, 罚款金额="五千左右", 处罚内容="罚款").faults)
    assert ("没有填罚款金额" in wrong, "罚款金额没有读出" in wrong) == (False, True)
    empty = "；".join(examined_row(tmp_path, 罚款金额="", 处罚内容="罚款").faults)
    assert ("没有填罚款金额" in empty, "罚款金额没有读出" in empty) == (True, False)


def test_a_unit_slip_is_called_by_its_name(tmp_path: Path):
    """5000 in a column of 万元 is fifty million: the text beside it says five thousand."""
    found = examined_row(tmp_path, 罚款金额="5000")
    assert found.contradictory
    assert "正好差一万倍：单位（元、万元）写错了" in found.faults[0]


def test_another_sum_in_the_text_is_a_contradiction(tmp_path: Path):
    """Column and text must agree to the cent; the good row is the twin."""
    assert "不一致" in examined_row(tmp_path, 罚款金额="0.500001").faults[0]


@pytest.mark.parametrize("code", ["91230500XXXXXXXXXX", "912305****1B3N1N2M", "91230500**********"])
def test_a_masked_code_is_unknown_and_not_wrong(tmp_path: Path, code: str):
    """The row is taken in; the code is kept as published, and is no credit code."""
    found = examined_row(tmp_path, 行政相对人代码=code)
    assert found.faults == []
    assert "party_uscc" not in found.facts
    assert found.facts["party_code_as_published"] == code
    assert any("已隐去" in remark for remark in found.remarks)


def test_a_party_without_a_kind_is_known_by_its_code(tmp_path: Path):
    """92 is an individual business; with no code at all the kind stays unknown."""
    assert examined_row(tmp_path, 行政相对人类别="").facts["party_kind"] == "organization"
    shop = examined_row(tmp_path, 行政相对人类别="", 行政相对人代码="92530112MA6KXAUR5L")
    assert shop.facts["party_kind"] == "individual_business"
    nobody = examined_row(tmp_path, 行政相对人类别="", 行政相对人代码="", 行政相对人名称="某某店")
    assert "party_kind" not in nobody.facts


def test_a_person_with_a_credit_code_is_a_contradiction(tmp_path: Path):
    """Kind and code exclude each other."""
    assert examined_row(tmp_path, 行政相对人类别="自然人").contradictory


def test_a_summary_decision_is_known_by_its_number(tmp_path: Path):
    """简罚 and 当处 are decisions on the spot."""
    assert examined_row(tmp_path, 行政处罚决定书文号="莆城管简罚决〔2024〕20008号").summary
    assert not examined_row(tmp_path).summary


def test_a_penalty_under_a_number_that_says_none_is_a_contradiction(tmp_path: Path):
    """不予处罚 with a fine cannot both be true."""
    assert examined_row(tmp_path, 行政处罚决定书文号="京工商海不予处字〔2018〕第162号").contradictory


def test_authority_and_day_in_one_cell_are_parted(tmp_path: Path):
    """海淀局--2016-9-27 is a short name and a day; the short name is told."""
    joined = {**row(), "作出处罚的机关和决定日期": "海淀局--2016-9-27"}
    del joined["处罚机关"], joined["处罚决定日期"]
    (found,) = examined(write_csv(tmp_path / "合.csv", [{**joined, "公示日期": ""}]))
    assert (found.faults, found.facts["decided_on"]) == ([], "2016-09-27")
    assert found.facts["deciding_authority"] == "海淀局"
    assert any("不是全称" in remark for remark in found.remarks)


def test_a_decision_that_no_longer_stands_is_refused(tmp_path: Path):
    """A row marked 撤销 is not brought in as if it stood; one marked 正常 is."""
    for status, faults in (("撤销", 1), ("正常", 0)):
        (found,) = examined(write_csv(tmp_path / "状态.csv", [{**row(), "当前状态": status}]))
        assert len(found.faults) == faults, found.faults


def test_slipped_cells_are_noticed(tmp_path: Path):
    """A date in the column of the number, the number in the next column: the row is refused as slipped."""
    found = examined_row(
        tmp_path, 行政处罚决定书文号="擅自占用城市道路一案", 违法行为类型="舞城管罚决〔2026〕12号"
    )
    assert found.shifted
    assert "本行可能错列" in "；".join(found.faults)
    assert not examined_row(tmp_path).shifted


def test_the_fuller_of_two_records_of_one_decision_stays(tmp_path: Path):
    """The same number in other brackets, the same party: one is imported, the other names its line."""
    poor = row(行政处罚决定书文号="舞城管罚决【2026】第12号", 处罚依据="")
    rows = examined(write_csv(tmp_path / "重.csv", [poor, row()]))
    assert (rows[0].duplicate_of, rows[1].duplicate_of) == (3, 0)
    assert "与第 3 行重复" in "；".join(rows[0].faults)
    assert rows[1].faults == []


def test_records_of_one_decision_that_differ_are_both_refused(tmp_path: Path):
    """Which of two fines is right only the file can say."""
    other = row(罚款金额="0.6", 处罚内容="罚款人民币陆仟元整")
    rows = examined(write_csv(tmp_path / "异.csv", [row(), other]))
    assert [one.contradictory for one in rows] == [True, True]
    assert "罚款金额却不同" in rows[0].faults[0]


def test_one_number_for_two_parties_is_told_and_taken(tmp_path: Path):
    """Two may be penalised jointly."""
    rows = examined(write_csv(tmp_path / "共.csv", [row(), row(行政相对人名称="舞钢市另一家建材有限公司")]))
    assert [one.faults for one in rows] == [[], []]
    assert "文号相同，当事人不同" in rows[1].remarks[0]


@pytest.fixture(scope="module")
def real(shared: Path) -> list[Examined]:
    """The 37 rows as published."""
    return examined(shared / "data" / "publicity_tables" / "penalty_rows_as_published.csv", REAL)


@pytest.mark.shared
def test_the_traps_of_the_published_rows_are_found(real: list[Examined]):
    """Exactly one pair of duplicates, two contradictions and one slipped row, each named by its line."""
    assert len(real) == 37
    assert [(one.line, one.duplicate_of) for one in real if one.duplicate_of] == [(19, 22)]
    assert [one.line for one in real if one.contradictory] == [20, 21]
    assert all("不予处罚决定，内容却是处罚" in "".join(one.faults) for one in real if one.contradictory)
    assert [one.line for one in real if one.shifted] == [30]


@pytest.mark.shared
def test_a_fine_of_three_times_what_was_confiscated_is_found(real: list[Examined]):
    """142,393.15 × 3 = 427,179.45, in both records of that decision and nowhere else."""
    told = {one.line: remark for one in real for remark in one.remarks if "倍" in remark}
    assert set(told) == {19, 22}
    assert "142,393.15 × 3 = 427,179.45" in told[22]


@pytest.mark.shared
def test_what_the_publishers_left_out_is_said_row_by_row(real: list[Examined]):
    """No basis, no day, an order to correct among penalties: refused; a short name or a cut text: told."""
    by_line = {one.line: one for one in real}
    assert "没有填“处罚决定日期（decision_date）”" in by_line[32].faults[0]
    assert "不是行政处罚的种类" in "".join(by_line[36].faults)
    assert "不是全称" in "".join(by_line[25].remarks)
    assert "书名号没有成对" in "".join(by_line[26].remarks)
    assert by_line[29].facts["penalty_kinds"] == ["warning", "fine"]
    assert by_line[38].decided_on is not None
    assert [one.line for one in real if not one.faults] == [2, 22, 23, 24, 25, 26, 27, 28, 29, 31, 33, 35, 38]


@pytest.mark.shared
def test_every_fact_read_from_the_published_rows_fits_the_vocabulary(real: list[Examined], shared: Path):
    """What a row states is what the act of decision takes: nothing is lost between importer and case."""
    with (shared / "data" / "publicity_tables" / "penalty_rows_as_published.csv").open(
        encoding="utf-8-sig"
    ) as file:
        assert sum(1 for _ in csv.reader(file)) == len(real) + 1
    law = library().law(region="110108", field="market")
    head = CaseHead(
        region="110108", field="market", agency="a", agency_kind="bureau", procedure="ordinary", fragment=True
    )
    for one in real:
        if not one.faults:
            cleaned = clean_facts(
                law.kinds["penalty_decided"], one.facts, head=head, known={}, done_at=None, fields=law.fields
            )
            assert not cleaned.errors, one.line
            assert cleaned.facts == one.facts
