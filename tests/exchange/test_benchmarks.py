"""Files of benchmarks: what is written is read back the same, and a hostile or faulty file is told, never half read."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from mingjing.exchange.benchmarks import benchmark_file, read_benchmark_file
from mingjing.exchange.unreadable import Unreadable
from mingjing.packs.benchmark_body import body_of
from mingjing.packs.benchmark_import import Import
from mingjing.packs.benchmarks import DictPlaces, read_benchmark
from tests.norms.tables import SMALL, benchmark

HEAD = {
    "benchmark": "flat",
    "title": "平表",
    "issuer": "某局",
    "level": "own",
    "version": "1",
    "in_force": "2026-01-01",
    "source": "本测试",
}
COLUMNS = ["违法行为", "处罚依据", "裁量阶次", "适用条件", "处罚标准"]
BASIS = "《试验条例》第五条：处一万元以上十万元以下的罚款"
ROWS = [
    ["乱倒垃圾", BASIS, "较轻", "不足一吨", "1万元以上3万元以下"],
    ["乱倒垃圾", BASIS, "较重", "一吨以上", "3万元以上10万元以下"],
]


def read(path: Path, **head: Any) -> Import:
    return read_benchmark_file(path, name=path.name, head={**HEAD, **head})


def saved(folder: Path, fill: Callable[[Any], None], name: str = "表.xlsx") -> Path:
    book = Workbook()
    fill(book.active)
    book.save(folder / name)
    return folder / name


def flat(*rows: list[str], columns: list[str] | None = None) -> Callable[[Any], None]:
    def fill(sheet: Any) -> None:
        for row in [columns or COLUMNS, *rows]:
            sheet.append(row)

    return fill


def changed(folder: Path, sheet: str, cell: str, value: Any) -> Import:
    """The export of the small benchmark with one cell changed by hand."""
    book = load_workbook(io.BytesIO(benchmark_file(benchmark(), suffix=".xlsx")))
    book[sheet][cell] = value
    book.save(folder / "改.xlsx")
    return read(folder / "改.xlsx")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_is_written_is_read_back_the_same(tmp_path: Path, suffix: str) -> None:
    """Every figure, condition, option and word; and writing again gives the same sheets."""
    path = tmp_path / f"基准{suffix}"
    path.write_bytes(benchmark_file(benchmark(), suffix=suffix))
    found = read(path)
    assert found.errors == ()
    assert found.body == body_of(benchmark())


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


@settings(max_examples=25)
@given(violation=TEXTS, basis=TEXTS, note=TEXTS, option=TEXTS.filter(lambda text: "|" not in text))
def test_any_words_come_back(
    tmp_path_factory: pytest.TempPathFactory, violation: str, basis: str, note: str, option: str
) -> None:
    """Also what looks like a formula, a quote or a number."""
    body = body_of(benchmark())
    item = body["item"][0]
    item |= {"violation": violation, "basis": basis, "note": note}
    item["circumstance"][0]["options"][1][1] = f"选{option}"
    item["tier"][2]["answers"]["role"] = f"选{option}"
    made = read_benchmark(body, DictPlaces("试验"))
    for suffix in (".xlsx", ".csv"):
        path = tmp_path_factory.mktemp("words") / f"a{suffix}"
        path.write_bytes(benchmark_file(made, suffix=suffix))
        assert read(path).body == body_of(made)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "told"),
    [
        ("档次", "L2", "一万", "“下限”列：low 应为不小于零的数字"),
        ("档次", "J2", "极重", "“裁量阶次”列：没有“极重”"),
        ("档次", "D2", "施工单为", "没有“施工单为”这一选项"),
        ("档次", "C2", "没有的情节", "没有情节“没有的情节”"),
        ("档次", "A2", "wastes", "是否应为“waste”"),
        ("事项", "C3", "", "缺少 violation（违法行为）"),
        ("事项", "A3", "waste", "编号重复"),
        ("情节", "D2", "挑选", "type 应为"),
        ("法定幅度", "F2", "role ==", "条件“role ==”写错了"),
        ("说明", "B8", "明年", "缺少 in_force"),
        ("说明", "A3", "名字", "不认识的栏目“名字”"),
        ("档次", "L1", "最低", "不认识的列“最低”"),
    ],
)
def test_a_fault_is_told_by_sheet_and_line(
    tmp_path: Path, sheet: str, cell: str, value: str, told: str
) -> None:
    """Nothing is imported, and the message stands at its line."""
    found = changed(tmp_path, sheet, cell, value)
    assert found.benchmark is None
    fault = next(one for one in found.errors if told in one.message)
    assert f"「{sheet}」" in fault.file
    assert fault.line == int("".join(filter(str.isdigit, cell)))


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """Not one after the other, and none of its sound rows is kept."""
    rows = [["", BASIS, "较轻", "a", "1万元"], ["乱倒", BASIS, "较重", "b", "若干"]]
    found = read(saved(tmp_path, flat(*rows, columns=COLUMNS)))
    assert found.benchmark is None
    assert [fault.line for fault in found.errors] == [2]
    assert [notice.line for notice in found.notices] == [3]
    several = [*rows, ["乱倒", BASIS, "较重", "b", "1万元", "", "", "多出"]]
    assert len(read(saved(tmp_path, flat(*several))).errors) >= 1


def test_a_flat_table_is_read_by_its_headings(tmp_path: Path) -> None:
    """Grade, condition, range from the words, statutory range from the basis."""
    found = read(saved(tmp_path, flat(*ROWS)))
    assert found.errors == ()
    assert found.benchmark
    (item,) = found.benchmark.items
    assert (item.law, item.article) == ("试验条例", "第五条")
    assert [(tier.code, tier.label, tier.low, tier.high) for tier in item.tiers] == [
        ("lighter", "较轻", 10_000, 30_000),
        ("heavier", "较重", 30_000, 100_000),
    ]
    assert [(one.low, one.high) for one in item.brackets] == [(10_000, 100_000)]
    assert found.serious == ()


def test_merged_cells_hold_for_each_of_their_lines(tmp_path: Path) -> None:
    """People merge the violation over its rows; the words are those of the first cell."""

    def fill(sheet: Any) -> None:
        flat(ROWS[0], ["", "", *ROWS[1][2:]])(sheet)
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B2:B3")

    found = read(saved(tmp_path, fill))
    assert found.errors == ()
    assert found.rows == 2
    without = read(saved(tmp_path, flat(ROWS[0], ["", "", *ROWS[1][2:]])))
    assert [fault.line for fault in without.errors] == [3]


def test_a_formula_is_refused_with_its_column(tmp_path: Path) -> None:
    """Its result is not what somebody decided."""
    found = read(saved(tmp_path, flat([*ROWS[0][:4], "=1+1"])))
    assert found.benchmark is None
    assert "第 5 列是公式" in found.errors[0].message


def test_formulas_in_words_are_written_as_words() -> None:
    """An exported cell is never run."""
    odd = benchmark(SMALL.replace('violation = "价格违法"', "violation = \"=HYPERLINK('x')\""))
    book = load_workbook(io.BytesIO(benchmark_file(odd, suffix=".xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert b"\n=" not in benchmark_file(odd, suffix=".csv")
    assert b",=" not in benchmark_file(odd, suffix=".csv")


def test_a_table_of_a_hundred_thousand_rows_is_refused(tmp_path: Path) -> None:
    """It is no benchmark; the limit is told."""
    path = tmp_path / "大.csv"
    line = ",".join(ROWS[0])
    path.write_text(",".join(COLUMNS) + "\n" + f"{line}\n" * 100_000, encoding="utf-8")
    with pytest.raises(Unreadable, match="超过 20,000 行"):
        read(path)


def test_two_sheets_that_are_no_export_are_refused(tmp_path: Path) -> None:
    """Nobody guesses which one is meant."""
    book = Workbook()
    flat(*ROWS)(book.active)
    flat(*ROWS)(book.create_sheet("另一张"))
    book.save(tmp_path / "两张.xlsx")
    found = read(tmp_path / "两张.xlsx")
    assert found.benchmark is None
    assert "有 2 张工作表" in found.errors[0].message


def hostile_archive(names: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", b"", "空的"),
        ("a.xlsx", b"%PDF-1.7", "PDF"),
        ("a.xlsx", b"PK\x03\x04broken", "已损坏"),
        ("a.xlsx", hostile_archive({"word/document.xml": b"<x/>"}), "不是 Excel"),
        ("a.xlsx", hostile_archive({"xl/workbook.xml": b"0" * 60_000_000}), "压缩比异常"),
        ("a.xlsx", hostile_archive({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "实体"),
        ("a.csv", b"a,b\n\0,c\n", "空字符"),
        ("a.toml", b"\xff\xfe", "UTF-8"),
        ("a.toml", b"x" * 5_000_000, "超过 4 MB"),
    ],
)
def test_a_hostile_file_is_refused_with_a_reason(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    """Before anything of it is believed."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable, match=told):
        read(tmp_path / name)


def test_a_list_of_other_bureaus_is_read_as_far_as_it_is_a_table(shared: Path, tmp_path: Path) -> None:
    """Formulas in words are refused line by line; without them the hole and the shared edges of 荥阳 are found."""
    path = shared / "data/discretion/other_bureaus_facts.csv"
    found = read(path)
    assert found.benchmark is None
    assert {fault.line for fault in found.errors} == {14, 15, 16, 17, 18, 19, 38, 39}
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    kept = [
        line for number, line in enumerate(lines, 1) if number not in {fault.line for fault in found.errors}
    ]
    (tmp_path / "其他.csv").write_text("".join(kept), encoding="utf-8")
    mended = read(tmp_path / "其他.csv")
    assert mended.benchmark
    kinds = {(fault.kind, fault.line) for fault in mended.findings if fault.item == "1"}
    assert ("no_amount", 9) in kinds
    assert {line for kind, line in kinds if kind == "edge"} == {5, 6, 7, 8, 9, 10}
