"""The flow chart and the service guide say what the rules say: order, limits with articles, and what stops an act."""

from xml.etree import ElementTree

import pytest

from mingjing.packs.flowchart import TEXT, flow_chart, guide, wrap
from mingjing.packs.load import library as real_library
from mingjing.packs.outline import outline
from tests.lawengine.world import library, rule_text

SVG = "{http://www.w3.org/2000/svg}"
RULES = (
    rule_text("sequence", '{ needs = ["noticed"] }'),
    rule_text("sequence", '{ needs = ["filed"] }', acts='["noticed"]'),
    rule_text("deadline", '{ from = "filed", amount = 90, unit = "calendar_days" }', severity="grade"),
    rule_text("deadline", '{ from = "noticed", amount = 5, unit = "working_days", bound = "not_before" }'),
)


def texts(svg: str) -> str:
    root = ElementTree.fromstring(svg)  # noqa: S314 -- our own drawing
    return "".join(node.text or "" for node in root.iter(f"{SVG}text"))


def test_a_step_knows_its_needs_limits_and_blocks() -> None:
    """Read off the rules, in the order of the packs."""
    steps = {step.kind.kind: step for step in outline(library(*RULES).law(region="", field=""), "ordinary")}
    decided = steps["decided"]
    assert decided.needs == (("noticed",),)
    assert [limit.text for limit in decided.limits] == ["自“立案”起 90 日内", "自“告知”起满 5 个工作日后"]
    assert decided.blocks == 2
    assert {name for name, step in steps.items() if step.always} == {"decided", "noticed", "filed"}


def test_the_chart_shows_limits_with_their_article_and_what_stops_an_act() -> None:
    """And is well-formed, without script, style sheet or anything fetched from elsewhere."""
    svg = flow_chart(library(*RULES).law(region="", field=""), "ordinary")
    shown = texts(svg)
    for words in ("决定", "先办：告知", "自“立案”起 90 日内（《试验法》第一条）", "2 项强制要求", "必经步骤"):
        assert words in shown
    assert not any(mark in svg for mark in ("<script", "<style", "style=", "href", "url(http"))


def test_a_changed_figure_changes_the_chart() -> None:
    """There is no second place where a limit is written."""
    changed = RULES[2].replace("amount = 90", "amount = 60")
    svg = flow_chart(library(*RULES[:2], changed, RULES[3]).law(region="", field=""), "ordinary")
    assert "自“立案”起 60 日内" in texts(svg)
    assert "90 日内" not in texts(svg)


@pytest.mark.parametrize("procedure", ["ordinary", "summary"])
def test_the_real_procedures_are_drawn_whole_and_nothing_leaves_its_box(procedure: str) -> None:
    """Every act of the procedure has its box inside the sheet, boxes do not overlap, lines fit."""
    law = real_library().law(region="410481", field="urban")
    root = ElementTree.fromstring(flow_chart(law, procedure))  # noqa: S314 -- our own drawing
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    boxes = [
        tuple(float(group.find(f"{SVG}rect").get(name, "0")) for name in ("x", "y", "width", "height"))  # type: ignore[union-attr]
        for group in root.iter(f"{SVG}g")
    ]
    assert len(boxes) == sum(1 for kind in law.kinds.values() if procedure in kind.procedures)
    for x, y, wide, high in boxes:
        assert 0 <= x <= x + wide <= width
        assert 0 <= y <= y + high <= height
    for n, (x, y, wide, high) in enumerate(boxes):
        for x2, y2, wide2, high2 in boxes[n + 1 :]:
            assert x + wide <= x2 or x2 + wide2 <= x or y + high <= y2 or y2 + high2 <= y
    for group in root.iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        assert rect is not None
        bottom = float(rect.get("y", "0")) + float(rect.get("height", "0"))
        assert all(float(line.get("y", "0")) < bottom for line in group.iter(f"{SVG}text"))


def test_lines_are_broken_between_words_and_never_before_a_closing_mark() -> None:
    """Numbers and article marks stay whole."""
    text = "自“立案”起 90 日内（《行政处罚法（2021）》第六十条、第八十五条），由机关负责人批准；" * 3
    lines = wrap(text, 11)
    assert "".join(lines) == text
    assert not any(line[0] in "，。、；：）》”" or line[-1] in "（《“" for line in lines)
    assert not any(line.endswith("20") for line in lines)
    assert all(len(line) * 5 <= TEXT for line in lines)
    assert wrap("", 11) == []


def test_the_guide_lists_steps_limits_articles_and_documents() -> None:
    """For a page that citizens read: each limit with its words of law."""
    law = real_library().law(region="410481", field="urban")
    found = guide(law, "ordinary")
    steps = {step["kind"]: step for step in found["steps"]}  # type: ignore[index, attr-defined]
    assert steps["penalty_decided"]["demands"]
    assert steps["penalty_decided"]["form"] == "行政处罚决定书"
    assert all(limit["source"] and limit["quote"] for limit in found["limits"])  # type: ignore[attr-defined]
    assert "行政处罚决定书" in found["materials"]  # type: ignore[operator]
    assert len(found["articles"]) > 20  # type: ignore[arg-type]
    assert found["digest"] == law.digest
