"""Files of public lists: what people really send, row by row; what is written is read again as the same rows."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from mingjing.exchange.catalogues import catalogue_file, read_catalogue_file
from mingjing.packs.catalogue_import import CatalogueImport, Checking, plain_heading
from mingjing.packs.catalogue_kinds import catalogue_kinds
from mingjing.packs.laws import law_register

KINDS = catalogue_kinds("410481", "urban", "410481-urban")
CHECKING = Checking(law_register(), date(2026, 3, 10), frozenset({"张建国", "李秀梅"}))
BASIS = "《行政处罚法》第九条"
HEADINGS = [
    *("序号", "抽查领域", "抽查事项", "检查对象", "抽查内容", "发起部门", "比例", "检查方式", "频次", "依据"),
    "抽查层级",
]
CAPS = ("检查事项", "检查对象", "检查主体", "年度上限（次）", "检查依据")


def read(path: Path, kind: str, present: Any = ()) -> CatalogueImport:
    return read_catalogue_file(path, name=path.name, kind=KINDS[kind], checking=CHECKING, present=present)


def workbook(path: Path, rows: list[Any], merged: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for one in merged:
        book.active.merge_cells(one)
    book.save(path)
    return path


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_is_exported_is_imported_as_the_same_rows(tmp_path, suffix):
    """Also cells that a spreadsheet would run, quotes, line ends and commas."""
    kind = KINDS["frequency_caps"]
    rows = [
        ("市容检查", "商户，超市", "某局", "2", BASIS, "=1+1", '他说"好"'),
        ("运输检查", "企业\n（全部）", "某局", "4", f"{BASIS}；《行政强制法》第九条", "", "-"),
    ]
    path = tmp_path / f"表{suffix}"
    path.write_bytes(catalogue_file(kind.title, [one.title for one in kind.columns], rows, suffix=suffix))
    found = read(path, "frequency_caps", rows)

    assert found.rows == tuple(rows)
    assert found.counts == {"new": 0, "altered": 0, "unchanged": 2, "refused": 0}


def test_each_row_is_new_altered_unchanged_or_refused_with_its_cell_and_reason(tmp_path):
    """A duplicate, a wrong number, an unknown law, an empty cell and a formula: each by the spreadsheet's own name."""
    path = workbook(
        tmp_path / "上限.xlsx",
        [
            CAPS,
            ("一", "甲", "局", 2, BASIS),
            ("二", "甲", "局", 3, BASIS),
            ("三", "甲", "局", 1, BASIS),
            ("三", "甲", "局", 1, BASIS),
            ("四", "甲", "局", "若干", BASIS),
            ("五", "甲", "局", 1, "《没有的法》第一条"),
            ("六", "", "局", 1, BASIS),
            ("七", "甲", "局", "=1+1", BASIS),
        ],
    )
    present = [("一", "甲", "局", "2", BASIS, "", ""), ("二", "甲", "局", "2", BASIS, "", ""),
               ("旧", "甲", "局", "2", BASIS, "", "")]  # fmt: skip
    found = read(path, "frequency_caps", present)

    assert [one.state for one in found.lines] == ["unchanged", "altered", "new", *["refused"] * 5]
    reasons = ["；".join(one.faults) for one in found.lines[3:]]
    for reason, told in zip(
        reasons, ("与第 4 行", "D6 ", "E7 “检查依据”", "B8 “检查对象”没有填写", "D9 是公式"), strict=True
    ):
        assert told in reason
    assert [row[0] for row in found.missing] == ["旧"]


def test_a_title_merged_cells_and_other_headings_are_understood(tmp_path):
    """As bureaus publish them: a title over the whole width, a number column, one cell for several rows."""
    path = workbook(
        tmp_path / "抽查.xlsx",
        [
            ["某局随机抽查事项清单"],
            HEADINGS,
            [1, "市容", "责任区", "商户", "堆放", "某局", "5%", "实地", "每年2次", BASIS, "县级"],
            [2, None, "招牌", "商户", "牢固", "某局", "5%", "实地", "每年1次", BASIS, "县级"],
        ],
        merged=("A1:K1", "B3:B4"),
    )  # fmt: skip
    found = read(path, "random_items")

    assert found.counts["new"] == 2, found
    assert [row[0] for row in found.rows] == ["市容", "市容"]
    assert found.notices == ("没有用到的列：抽查层级",)


def test_dates_however_typed_are_one_day_and_impossible_ones_are_told(tmp_path):
    """A date cell, a Chinese date, the 30th of February, an end before its beginning."""
    plan = (
        "任务名称",
        "检查事项",
        "类别",
        "检查主体",
        "检查对象",
        "检查比例",
        "检查方式",
        "开始时间",
        "结束时间",
        "依据",
    )

    def row(name: str, begins: Any, ends: Any) -> tuple[Any, ...]:
        return (name, "事项", "日常检查", "局", "商户", "5%", "实地", begins, ends, BASIS)

    path = workbook(
        tmp_path / "计划.xlsx",
        [
            plan,
            row("一", date(2026, 3, 1), "2026年4月30日"),
            row("二", "2026-02-30", "2026-04-30"),
            row("三", "2026-05-01", "2026-04-30"),
        ],
    )
    found = read(path, "inspection_plan")
    assert found.lines[0].row[7:9] == ("2026-03-01", "2026-04-30")
    assert [one.state for one in found.lines] == ["new", "refused", "refused"]
    assert "H3 “开始日期”写的是“2026-02-30”，日历上没有这一天" in found.lines[1].faults[0]
    assert "早于" in found.lines[2].faults[0]


def test_wrong_headings_refuse_the_file_and_say_which_are_missing(tmp_path):
    """Nothing is half read; with the right headings the same rows are."""
    rows = [("一", "甲", "局", 1, BASIS)]
    wrong = read(
        workbook(tmp_path / "a.xlsx", [("检查事项", "检查对象", "丙", "丁", "戊"), *rows]), "frequency_caps"
    )
    assert wrong.lines == ()
    assert "缺少必须有的列：检查主体、年度上限（次）、检查依据" in wrong.errors[0]
    twice = read(workbook(tmp_path / "b.xlsx", [(*CAPS, "检查事项"), *rows]), "frequency_caps")
    assert "有两列都叫“检查事项”" in twice.errors[0]
    none = read(workbook(tmp_path / "c.xlsx", [("甲", "乙"), ("丙", "丁")]), "frequency_caps")
    assert "没有找到表头" in none.errors[0]

    assert read(workbook(tmp_path / "d.xlsx", [CAPS, *rows]), "frequency_caps").counts["new"] == 1


def test_staff_must_be_in_post(tmp_path):
    """Somebody the register does not know cannot be announced at a window."""
    head = ("窗口", "岗位", "工作人员", "岗位职责", "办理事项", "办理时间", "地址", "咨询电话")
    rest = ("接待", "咨询", "工作日", "大厅", "0375-1")
    path = workbook(
        tmp_path / "w.xlsx", [head, ("1号", "甲", "张建国，李秀梅", *rest), ("2号", "乙", "王五", *rest)]
    )
    found = read(path, "windows")
    assert found.lines[0].row[2] == "张建国、李秀梅"
    assert "“王五”不在本机关在职人员里" in found.lines[1].faults[0]


def shared_lists() -> list[dict[str, Any]]:
    beside = Path(__file__).resolve().parents[3] / "shared"
    path = Path(os.environ.get("MINGJING_SHARED") or beside) / "data" / "lists" / "list_facts.jsonl"
    if not path.exists():
        assert not os.environ.get("CI"), f"{path} is missing"
        pytest.skip("没有共享资料（MINGJING_SHARED），跳过真实公布清单的列名核对")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


@pytest.mark.parametrize(
    ("ids", "kind", "known"),
    [
        (("RS1", "RS5"), "random_items", {"抽查领域", "抽查事项", "检查对象"}),
        (("RP1", "RP6", "RP7"), "powers", set()),
    ],
)
def test_the_headings_that_bureaus_really_publish_are_known(ids, kind, known):
    """Of each published list more than half of what this kind has columns for is recognised."""
    names = {plain_heading(name) for one in KINDS[kind].columns for name in (one.title, *one.names)}
    for one in shared_lists():
        if one["id"] in ids:
            found = {title for title in one["columns"] if plain_heading(title) in names}
            assert found >= known
            assert len(found) * 2 >= len([title for title in one["columns"] if "意见" not in title]), one[
                "columns"
            ]
