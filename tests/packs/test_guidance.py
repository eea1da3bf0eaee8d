"""What the rules say is what is drawn, listed and bound into the handbook; there is no second place for a figure."""

import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mingjing.lawengine.model import Law
from mingjing.packs.catalogues import limit_table, recording_list, review_catalogue
from mingjing.packs.conduct import checklists
from mingjing.packs.handbook import handbook
from mingjing.packs.load import library as real_library
from mingjing.packs.load import load_library
from mingjing.packs.mainline import main_chart, review_chart
from mingjing.packs.source import PackError
from tests.lawengine.world import library, rule_text

SVG = "{http://www.w3.org/2000/svg}"
LAWPACKS = Path(__file__).resolve().parents[2] / "lawpacks"
RULES = (
    rule_text("sequence", '{ needs = ["noticed"] }'),
    rule_text("sequence", '{ needs = ["filed"] }', acts='["noticed"]'),
    rule_text("deadline", '{ from = "filed", amount = 90, unit = "calendar_days" }', severity="grade"),
)
PROCEDURES = sorted(real_library().procedures)


@pytest.fixture(scope="module")
def law() -> Law:
    return real_library().law(region="410481", field="urban")


def texts(svg: str) -> str:
    """All words of a drawing."""
    root = ElementTree.fromstring(svg)  # noqa: S314 -- our own drawing
    return "".join(node.text or "" for node in root.iter(f"{SVG}text"))


def test_the_main_line_runs_through_what_a_decision_needs(law: Law) -> None:
    """Filing, notice and decision from top to bottom, with the limit and its article."""
    root = ElementTree.fromstring(main_chart(law, "ordinary"))  # noqa: S314 -- our own drawing
    bold = {
        node.text: float(node.get("y", "0")) for node in root.iter(f"{SVG}text") if node.get("font-weight")
    }
    assert bold["立案审批"] < bold["行政处罚事先告知"] < bold["行政处罚决定"] < bold["送达"]
    assert "自“立案审批”起 90 日内（《" in texts(main_chart(law, "ordinary"))


def test_a_changed_figure_changes_the_main_chart() -> None:
    changed = RULES[2].replace("amount = 90", "amount = 60")
    shown = texts(main_chart(library(*RULES[:2], changed).law(region="", field=""), "ordinary"))
    assert "自“立案”起 60 日内" in shown
    assert "90" not in shown


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_chart_is_one_sheet_on_which_nothing_overlaps(law: Law, procedure: str) -> None:
    """Boxes lie inside the sheet, apart from each other, and the lines of text fit between their sides."""
    root = ElementTree.fromstring(main_chart(law, procedure))  # noqa: S314 -- our own drawing
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    boxes = [
        tuple(float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
        for rect in root.findall(f"{SVG}rect")
        if rect.get("fill") == "#fff"
    ]
    assert boxes
    for x, y, wide, high in boxes:
        assert x >= 0
        assert x + wide <= width
        assert y >= 0
        assert y + high <= height
    for n, (x, y, wide, high) in enumerate(boxes):
        for left, top, breadth, depth in boxes[n + 1 :]:
            apart = x + wide <= left or left + breadth <= x or y + high <= top or top + depth <= y
            assert apart, (procedure, (x, y), (left, top))


def test_every_limit_has_its_article(law: Law) -> None:
    for procedure in law.procedures:
        assert all(line.source.article and line.text for line in limit_table(law, procedure))


def test_the_recording_list_names_step_way_and_source(law: Law) -> None:
    """The seizure of goods is recorded from beginning to end; an inspection in its key steps."""
    lines = recording_list(law)
    assert {line.enforcement for line in lines} >= {"行政处罚", "行政检查", "行政强制措施", "行政许可"}
    assert all(line.act and line.way and line.content and line.source.article for line in lines)
    assert any(line.scope == "全过程音像记录" and line.enforcement == "行政强制措施" for line in lines)
    assert any(line.act.startswith("现场检查") and line.scope == "关键环节音像记录" for line in lines)


def test_the_review_catalogue_says_which_decisions_are_major_and_why(law: Law) -> None:
    lines = review_catalogue(law)
    assert {line.enforcement for line in lines} >= {"行政处罚", "行政强制措施", "行政许可"}
    assert all(line.matter and line.quote and line.decisions for line in lines)
    assert not any("2018年至2021年" in line.matter for line in lines)  # a rule that has ended is no catalogue


def test_the_chart_of_the_review_shows_what_may_come_of_it(law: Law) -> None:
    shown = texts(review_chart(law, "ordinary"))
    for words in ("应当送审的情形", "送法制审核", "同意", "建议补充调查", "行政处罚决定"):
        assert words in shown
    assert review_chart(law, "summary") == ""


def test_the_handbook_has_every_kind_of_enforcement_and_the_checklists(law: Law) -> None:
    lists = checklists(real_library(), region="410481", field="urban")
    parts = handbook(law, lists)
    headings = [part["text"] for part in parts if part["kind"] == "heading" and part["level"] == 1]
    assert headings[0] == "第一章　行政处罚"
    assert {one.partition("　")[2] for one in headings} >= {
        "行政检查",
        "行政强制措施",
        "行政许可",
        "重大执法决定法制审核",
        "音像记录",
        "着装、用语和现场行为",
        "执法文书",
        "待核实的依据",
    }
    told = [item for part in parts if part["kind"] == "boxes" for item in part["items"]]
    assert any("行政执法证件" in one for one in told)
    assert any(one.endswith("（示范）") for one in told)


def test_a_changed_rule_changes_the_handbook(law: Law) -> None:
    """A rule taken out of the law is gone from the book that is printed of it."""
    without = replace(law, rules=tuple(rule for rule in law.rules if not rule.id.endswith(".decided_within")))
    assert str(handbook(law, ())) != str(handbook(without, ()))


def test_an_agency_may_write_its_own_checklist_and_must_name_its_source(tmp_path: Path) -> None:
    own = '[[section]]\ncode = "language"\ntitle = "文明用语"\n[[section.item]]\ntext = "您好。"\n'
    root = _with_county(tmp_path / "own", own + "model = true\n")
    found = {one.code: one for one in checklists(load_library(root), region="999999", field="urban")}
    assert [item.text for item in found["language"].items] == ["您好。"]
    assert found["dress"].items  # what it does not rewrite stays

    bad = _with_county(tmp_path / "bad", own)
    with pytest.raises(PackError, match="写明来源"):
        checklists(load_library(bad), region="999999", field="urban")


def _with_county(root: Path, conduct: str) -> Path:
    shutil.copytree(LAWPACKS, root)
    county = root / "999999"
    county.mkdir()
    (county / "pack.toml").write_text(
        'title = "试验县"\nscope = "999999"\nversion = "1"\nreleased = 2026-01-01\n', encoding="utf-8"
    )
    (county / "conduct.toml").write_text(conduct, encoding="utf-8")
    return root
