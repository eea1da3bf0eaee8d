"""Reading forms: what a lawyer may write, and how each slip of the pen is told."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from mingjing.documents.check import check_forms
from mingjing.documents.compose import document_data
from mingjing.documents.forms import FormError, parse_form
from mingjing.lawengine.vocabulary import Form
from mingjing.packs.load import library
from tests.documents.story import AGENCY, at, law, told

HEAD: dict[str, Any] = {"form": "x", "title": "测试", "layout": "letter", "edition": date(2026, 1, 1)}


def words(
    blocks: list[dict[str, Any]], facts: dict[str, Any], shared: dict[str, Any] | None = None
) -> list[str]:
    """The paragraphs that a form of these blocks gives for one act."""
    form = parse_form("x", {**HEAD, "block": blocks}, shared or {})
    act = told("penalty_decided", facts)
    data = document_data(
        form, agency=AGENCY, case_number="", act=act, acts=(), law=law(), at=at("2026-04-01T10:00")
    )
    return [text for block in data["blocks"] for text in block.get("text", ())]


def faults(*blocks: dict[str, Any]) -> list[str]:
    """What the check says of a form of these blocks."""
    forms = {"x": Form("x", "测试", {**HEAD, "block": list(blocks)})}
    return check_forms(SimpleNamespace(fields=law().fields, kinds={}, forms=forms))


def test_the_forms_of_the_packs_are_sound():
    """Every placeholder, filter and condition of every form is known, and every kind of act finds its form."""
    assert check_forms(library()) == []


@pytest.mark.parametrize(
    ("text", "facts", "written"),
    [
        ("{fine_yuan}", {"fine_yuan": "1234.5"}, "1,234.50元"),
        ("{fine_yuan|upper}", {"fine_yuan": "190"}, "壹佰玖拾元整"),
        ("{correction_until}", {"correction_until": "2026-03-05"}, "2026年3月5日"),
        ("{hearing_at}", {"hearing_at": "2026-03-05T01:05:00+00:00"}, "2026年3月5日9时05分"),
        ("{hearing_at|date}", {"hearing_at": "2026-03-05T09:05+08:00"}, "2026年3月5日"),
        ("{penalty_kinds}", {"penalty_kinds": ["warning", "fine"]}, "警告、罚款"),
        ("{publicity_told|yes:公示/不公示}", {"publicity_told": False}, "不公示"),
        ("{publicity_told}", {"publicity_told": True}, "是"),
        ("因{discretion_reason|bare}，", {"discretion_reason": "初次违法。"}, "因初次违法，"),
        ("{penalty_content}", {}, "未载明"),
        ("{penalty_content?}", {}, "／"),
        ("{penalty_content|else:无}", {}, "无"),
        ("[{penalty_content|else:}]", {}, "[]"),
        ("{party_uscc/party_id_number}", {"party_id_number": "41"}, "41"),
        ("{review_body}", {}, "舞钢市人民政府"),
        ("{review_body}", {"review_body": "平顶山市人民政府"}, "平顶山市人民政府"),
        ("{confiscated_goods|count}", {"confiscated_goods": [{"goods_name": "炉"}] * 3}, "3"),
        ("{handlers}", {"handlers": ["somebody"]}, "somebody"),
    ],
)
def test_a_value_is_written_as_people_write_it(text, facts, written):
    """Each type and filter once, known and unknown."""
    assert words([{"text": text}], facts) == [written]


def test_a_condition_on_an_unknown_fact_does_not_hold():
    """Neither the condition nor its opposite speaks where nobody recorded the fact; `otherwise` does."""
    blocks = [
        {"text": "公示", "when": "publicity_told"},
        {"text": "不公示", "when": "!publicity_told", "otherwise": True},
        {"text": "不明", "otherwise": True},
        {"text": "完"},
    ]
    assert words(blocks, {"publicity_told": True}) == ["公示", "完"]
    assert words(blocks, {"publicity_told": False}) == ["不公示", "完"]
    assert words(blocks, {}) == ["不明", "完"]


def test_otherwise_looks_back_no_further_than_the_last_plain_part():
    """A paragraph that always stands closes the choice before it."""
    blocks = [
        {"text": "甲", "when": "publicity_told"},
        {"text": "乙"},
        {"text": "丙", "needs": ["fine_yuan"]},
        {"text": "丁", "otherwise": True},
        {"text": "戊", "when": "publicity_told"},
        {"text": "己", "otherwise": True},
    ]
    assert words(blocks, {"publicity_told": True}) == ["甲", "乙", "丁", "戊"]
    assert words(blocks, {"fine_yuan": "1"}) == ["乙", "丙", "己"]


def test_items_are_numbered_only_where_there_are_several():
    """One penalty stands alone; two get numbers; none is said to be missing."""
    items = {"items": [{"text": "甲", "needs": ["fine_yuan"]}, {"text": "乙", "needs": ["court"]}]}
    assert words([items], {"fine_yuan": "1"}) == ["1．甲；", "2．乙。"]
    assert words([{"items": items["items"][1:]}], {}) == ["乙。"]
    assert words([{"items": items["items"][:1]}], {}) == ["未载明"]


def test_shared_parts_and_words_serve_every_form():
    """A part is written once and used by name; a word follows the party."""
    shared = {
        "snippet": {"end": {"block": [{"text": "{who}签收"}]}},
        "word": {
            "who": {"choices": [{"when": "party_kind == 'citizen'", "text": "你"}], "otherwise": "你单位"}
        },
    }
    assert words([{"use": "end"}], {"party_kind": "citizen"}, shared) == ["你签收"]
    assert words([{"use": "end"}], {}, shared) == ["你单位签收"]


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ({"text": "{fine_yaun}"}, "占位“fine_yaun”没有定义"),
        ({"text": "{nobody_did.done_at}"}, "占位“nobody_did.done_at”没有定义"),
        ({"text": "{fine_yuan|loud}"}, "过滤器“loud”不存在"),
        ({"text": "{party_name|upper}"}, "过滤器“upper”不能用于 text 类型"),
        ({"text": "{ party_name }"}, "写错的占位"),
        ({"text": "甲", "when": "fine_yaun > 1"}, "“fine_yaun”没有定义"),
        ({"text": "甲", "needs": ["fine_yaun"]}, "needs 里的“fine_yaun”没有定义"),
        ({"table": "party_name", "columns": []}, "“party_name”不是表格字段"),
        ({"text": "{row_number}"}, "占位“row_number”没有定义"),
        ({"text": "甲", "when": "fine_yuan >"}, "条件“fine_yuan >”写错了"),
        ({"txt": "甲"}, "每段应有"),
        ({"text": "甲", "stile": "h1"}, "不认识 stile"),
        ({"text": "甲", "style": "huge"}, "style 应为"),
        ({"cells": [["案由", "{matter}"]]}, "letter 版式画不了 cells"),
        ({"use": "nothing"}, "没有共用段“nothing”"),
        ({"pairs": [{"label": "案由"}]}, "pairs 的每项应有"),
    ],
)
def test_a_slip_of_the_pen_is_told(block, fault):
    """The message names the form and what is wrong in it."""
    told_of = faults(block)

    assert len(told_of) == 1
    assert fault in told_of[0]
    assert "“x”" in told_of[0]


def test_a_form_without_a_slip_passes():
    """The twin of the test above."""
    good = {
        "table": "confiscated_goods",
        "columns": [{"title": "名称", "value": "{row_number}{goods_name?}"}],
    }
    assert faults({"text": "{fine_yuan|upper}", "when": "fine_yuan > 1"}, good) == []


@pytest.mark.parametrize(
    "change", [{"layout": "poster"}, {"form": "y"}, {"edition": "2026"}, {"colour": "red"}]
)
def test_a_wrong_head_is_refused(change):
    """Layout, name and date are checked, and nothing unknown is passed over."""
    with pytest.raises(FormError, match="文书“x”"):
        parse_form("x", {**HEAD, **change}, {})


def test_a_kind_whose_form_does_not_exist_is_told():
    """A kind of act may not point at nothing."""
    kind = replace(law().kinds["penalty_decided"], form="nothing")
    packs = SimpleNamespace(fields=law().fields, kinds={kind.kind: kind}, forms={})

    assert "“nothing”不存在" in check_forms(packs)[0]
