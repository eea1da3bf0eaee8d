"""Files that may be anything: real tables are read whatever their encoding, all else is refused with the way out."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from mingjing.exchange import tables
from mingjing.exchange.tables import read_table
from mingjing.exchange.unreadable import Unreadable
from tests.exchange.sheets import GOOD, HEADERS, row, write_csv, write_xlsx


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str):
    """Excel writes GB18030, others UTF-8 with or without mark; the table is the same."""
    table = read_table(write_csv(tmp_path / "表.csv", [GOOD], encoding))
    assert table.headers == HEADERS
    assert table.rows[0].cells == tuple(GOOD.values())
    assert table.rows[0].line == 2


def test_other_separators_are_seen(tmp_path: Path):
    """Tabs are as good as commas."""
    path = tmp_path / "表.csv"
    path.write_text("文号\t当事人\n甲〔2026〕1号\t乙", encoding="utf-8")
    assert read_table(path).headers == ("文号", "当事人")


def test_a_workbook_gives_the_same_table(tmp_path: Path):
    """A title above the headings, dates and numbers as Excel keeps them."""
    rows = [
        ["某市行政处罚信息公示表"],
        HEADERS,
        list(GOOD.values()),
        ["甲", 12.5, date(2026, 3, 2), datetime(2026, 3, 2), True],  # noqa: DTZ001  a spreadsheet knows no zones
    ]
    table = read_table(write_xlsx(tmp_path / "表.xlsx", rows))
    assert table.headers == HEADERS
    assert table.rows[0].cells == tuple(GOOD.values())
    assert table.rows[1].cells[:5] == ("甲", "12.5", "2026-03-02", "2026-03-02", "是")


def test_a_formula_or_a_lost_digit_refuses_its_row_and_no_other(tmp_path: Path):
    """What a formula gave is no record, and a code of 18 digits kept as a number has lost its end."""
    rows = [("文号", "代码", "金额"), ("甲", "乙", "=1+1"), ("丙", 912305001234567890, 1), ("丁", "戊", 1)]
    faults = [one.fault for one in read_table(write_xlsx(tmp_path / "表.xlsx", rows)).rows]
    assert "第 3 列是公式" in faults[0]
    assert "第 2 列的长号码被存成了数字" in faults[1]
    assert faults[2] == ""


def test_several_sheets_are_asked_about(tmp_path: Path):
    """Which sheet is meant is not guessed; an empty one does not count."""
    path = write_xlsx(tmp_path / "表.xlsx", [HEADERS, list(GOOD.values())], [HEADERS, list(GOOD.values())])
    with pytest.raises(Unreadable, match=r"几张工作表.*表1、表2.*请只留要导入的一张.*--sheet"):
        read_table(path)
    assert len(read_table(path, sheet="表2").rows) == 1
    with pytest.raises(Unreadable, match="没有工作表“表3”"):
        read_table(path, sheet="表3")
    assert read_table(write_xlsx(tmp_path / "一.xlsx", [HEADERS, list(GOOD.values())], [])).headers == HEADERS


def test_merged_headings_are_named(tmp_path: Path):
    """Two rows of headings, joined above: the gap says which column has no name."""
    rows = [("文号", "当事人", None, "机关"), ("甲", "乙", "丙", "丁")]
    with pytest.raises(Unreadable, match=r"表头第 3 列没有列名.*合并单元格"):
        read_table(write_xlsx(tmp_path / "表.xlsx", rows))


def _zip(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


BOOK = {"xl/workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "0 字节"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "旧版 Excel"),
        (b"\x89PNG\r\n", "图片"),
        (b"<html><table><tr><td>1</td></tr></table>", "网页"),
        (b"a,b\n1,\x002\n", "第 2 行含有空字符"),
        (b"a,b\n\xff\xfe\xfd,\x81\n", "第 2 行的文字编码"),
        ("文号,名称\n".encode(), "没有数据行"),
        (b"\n\n", "没有找到表头"),
        ('文号,名称\n甲,"乙\n'.encode() + "丙,丁\n".encode() * 60, "第 2 行的引号没有成对"),
        (b"PK\x03\x04 broken", "损坏"),
        (_zip({"readme": b"x"}), "不是 Excel 表格"),
        (_zip(BOOK | {"xl/vbaProject.bin": b"x"}), "宏程序"),
        (_zip({"xl/workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><workbook/>"}), "XML 实体"),
        (_zip(BOOK), "损坏"),
        (_zip(BOOK | {"xl/big.xml": b" " * 40_000_000}), "压缩比异常"),
    ],
)
def test_what_is_no_table_is_refused_with_the_way_out(tmp_path: Path, content: bytes, told: str):
    """Whatever is sent, the answer says what it is and what to do."""
    path = tmp_path / "表.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=told):
        read_table(path)


def test_a_file_of_five_gigabytes_is_refused_unread(tmp_path: Path):
    """Its size alone decides."""
    path = tmp_path / "大.csv"
    with path.open("wb") as file:
        file.truncate(5 * 1024**3)
    with pytest.raises(Unreadable, match=r"5,120 MB.*分成几个文件"):
        read_table(path)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The limit is told; one row fewer is read."""
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    assert len(read_table(write_csv(tmp_path / "两行.csv", [GOOD] * 2)).rows) == 2
    with pytest.raises(Unreadable, match="超过 2 行"):
        read_table(write_csv(tmp_path / "三行.csv", [GOOD] * 3))


def test_a_row_of_another_width_is_refused_alone(tmp_path: Path):
    """One cell more or less has shifted everything behind it; the rows around it are read."""
    path = tmp_path / "表.csv"
    path.write_text("文号,当事人,机关\n甲,乙,丙\n甲,乙,丙,丁\n甲,乙\n甲,乙,丙,\n", encoding="utf-8")
    faults = [one.fault for one in read_table(path).rows]
    assert faults[0] == faults[3] == ""
    assert "多出 1 个单元格" in faults[1]
    assert "只有 2 个单元格" in faults[2]


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path):
    """A slip in the path is not a broken table."""
    with pytest.raises(Unreadable, match="没有文件"):
        read_table(tmp_path / "没有.csv")
    with pytest.raises(Unreadable, match="不是文件"):
        read_table(tmp_path)


def test_the_digest_names_what_was_read(tmp_path: Path):
    """The same cells give the same digest whatever the file; another cell gives another."""
    first = read_table(write_csv(tmp_path / "甲.csv", [GOOD], "utf-8")).digest
    assert read_table(write_csv(tmp_path / "乙.csv", [GOOD], "gb18030")).digest == first
    assert read_table(write_csv(tmp_path / "丙.csv", [row(法定="李某")])).digest != first
