"""Old files as they really look: each trap is understood and told, or refused with its line and the way to mend it."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from mingjing.exchange.migration.sheet import Sheet, open_sheet
from mingjing.exchange.migration.sorts import SORTS
from mingjing.exchange.unreadable import Unreadable
from tests.exchange.sheets import write_xlsx

HEAD = ["姓名", "证号", "发证日期", "有效期至"]


def whole(path: Path, **more: str) -> tuple[Sheet, list[Any]]:
    sheet = open_sheet(path, **more)
    return sheet, list(sheet.lines)


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def workbook(path: Path, rows: list[list[Any]], *merged: str) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for one in merged:
        sheet.merge_cells(one)
    book.save(path)
    return path


def test_two_lines_of_headings_are_read_as_one(tmp_path: Path):
    """Groups over columns and names under them, in a workbook and in a text; a plain table keeps its first row."""
    rows = [
        ["二〇二四年执法人员台账"],
        ["姓名", "执法证", None, None],
        [None, "证号", "发证日期", "有效期至"],
        ["赵一", "16410481901", "2022-03-05", "2027-03-04"],
    ]
    for path in (
        workbook(tmp_path / "a.xlsx", rows, "A1:D1", "A2:A3", "B2:D2"),
        text(
            tmp_path / "a.csv",
            "姓名,执法证,,\n,证号,发证日期,有效期至\n赵一,16410481901,2022-03-05,2027-03-04\n",
        ),
    ):
        sheet, lines = whole(path)
        assert sheet.headings == HEAD
        assert [one.cells[0] for one in lines] == ["赵一"]
        assert "表头有两行" in sheet.notes[0]
    sheet, lines = whole(text(tmp_path / "b.csv", "姓名,证号\n赵一,甲\n钱二,乙\n"))
    assert (sheet.notes, len(lines)) == ([], 2)
    with pytest.raises(Unreadable, match="第 2 列没有列名"):
        open_sheet(text(tmp_path / "c.csv", "姓名,,证号\n赵一,男,1\n"))


def test_merged_cells_are_filled_and_told(tmp_path: Path):
    """People merge what holds for each row; the row says so, and the row beside it says nothing."""
    rows = [["部门", "姓名"], ["一中队", "赵一"], [None, "钱二"], ["二中队", "孙三"]]
    _, lines = whole(workbook(tmp_path / "a.xlsx", rows, "A2:A3"))
    assert [(one.cells[0], one.merged) for one in lines] == [("一中队", ()), ("一中队", (1,)), ("二中队", ())]


def test_totals_and_footnotes_are_no_records(tmp_path: Path):
    """A total with its formula, a note of who filled the table in; a firm called 合计 something is a record."""
    rows = [
        ["序号", "名称", "金额"],
        [1, "合计建材店", 5],
        ["合 计", None, "=SUM(C2:C2)"],
        ["填表人：张三", None, None],
    ]
    _, lines = whole(workbook(tmp_path / "a.xlsx", rows))
    assert [bool(one.skipped) for one in lines] == [False, True, True]
    assert "合计行" in lines[1].skipped


def test_a_formula_is_refused_in_its_row_only(tmp_path: Path):
    """What it would give is not guessed."""
    rows = [["名称", "金额"], ["甲店", "=1+1"], ["乙店", 2]]
    _, lines = whole(workbook(tmp_path / "a.xlsx", rows))
    assert ["是公式" in one.fault for one in lines] == [True, False]


def test_gb18030_and_a_short_row(tmp_path: Path):
    """An old export in the old encoding; one row is cut off and says so."""
    _, lines = whole(text(tmp_path / "a.csv", "姓名,证号\n赵㐂,1\n钱二\n", "gb18030"))
    assert lines[0].cells == ["赵㐂", "1"]
    assert "可能被截断" in lines[1].fault


def test_a_million_empty_rows_end_the_table(tmp_path: Path):
    """A sheet that claims a million rows: what stands at its beginning is read, the rest is told as empty."""
    path = write_xlsx(tmp_path / "a.xlsx", [["姓名", "证号"], ["赵一", "1"]])
    hollow = b"".join(b'<row r="%d"/>' % n for n in range(3, 1_000_001))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            content = old.read(one)
            if one.filename.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", hollow + b"</sheetData>")
            new.writestr(one, content)
    sheet, lines = whole(tmp_path / "b.xlsx")
    assert len(lines) == 1
    assert "最后一万行都是空的" in sheet.notes[-1]
    sheet, lines = whole(text(tmp_path / "c.csv", "姓名,证号\n赵一,1\n" + ",\n" * 50_000 + "钱二,2\n"))
    assert (len(lines), sheet.notes) == (2, ["略过 50,000 个空行"])


def test_what_cannot_be_told_apart_is_refused(tmp_path: Path):
    """Two columns of one name; two sheets with data and none named. Named, it is read."""
    with pytest.raises(Unreadable, match="有几列"):
        open_sheet(text(tmp_path / "a.csv", "姓名,姓名\n赵一,钱二\n"))
    path = write_xlsx(
        tmp_path / "a.xlsx", [["姓名", "证号"], ["赵一", "1"]], [["姓名", "证号"], ["钱二", "2"]]
    )
    with pytest.raises(Unreadable, match="表1、表2"):
        open_sheet(path)
    _, lines = whole(path, sheet="表2")
    assert lines[0].cells[0] == "钱二"


def test_headings_of_old_lists_are_known(tmp_path: Path):
    """Spellings of the registers are certain, a near one is proposed with less confidence, a strange one left out."""
    told = SORTS["officers"].guess(["持证人姓名", "执法证件编号", "有效期开始", "证件有效期截止", "性别"])
    assert [(one.key, one.how) for one in told] == [
        ("name", "same"),
        ("number", "same"),
        ("valid_from", "same"),
        ("valid_until", "near"),
        ("", "unknown"),
    ]
    assert SORTS["officers"].missing(["name", "number", "valid_from"]) == ["有效期至"]


@pytest.mark.shared
def test_the_published_tables_open(shared: Path):
    """Every real table of penalties keeps its rows, and its columns are proposed."""
    for path in sorted((shared / "data" / "publicity_tables").glob("*rows*.csv")):
        sheet, lines = whole(path)
        assert len(lines) > 1
        assert sum(bool(one.key) for one in SORTS["cases"].guess(sheet.headings)) > 3
