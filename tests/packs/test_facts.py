"""What somebody states becomes a fact in one form, or a Chinese sentence that says how to state it."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.kit.canonical import canonical
from mingjing.lawengine.vocabulary import ActKind, Field, FieldUse, OnlyIf
from mingjing.packs.facts import CleanFacts, clean_facts
from tests.lawengine.world import HEAD, at

OPTIONS = (("fine", "罚款"), ("warning", "警告"))
FIELDS = {
    field.name: field
    for field in (
        Field("text", "案由", "text", max_length=10),
        Field("long", "事实", "longtext", max_length=50),
        Field("choice", "方式", "choice", options=OPTIONS),
        Field("choices", "种类", "multichoice", options=OPTIONS),
        Field("day", "日期", "date", not_future=True, not_before_case=True),
        Field("moment", "时间", "datetime", not_future=True),
        Field("sum", "罚款金额", "money"),
        Field("count", "天数", "int"),
        Field("rate", "比例", "decimal"),
        Field("yes", "已告知", "bool"),
        Field("uscc", "信用代码", "uscc"),
        Field("id_number", "身份号码", "id_number"),
        Field("phone", "电话", "phone"),
        Field("basis", "依据", "citations"),
        Field("host", "主持人", "person"),
        Field("people", "承办人", "people"),
        Field("rows", "申辩", "rows", columns=("text", "sum")),
        Field("party", "当事人", "text", of_case=True),
        Field("document_no", "文号", "text"),
    )
}


CITED = {"law": "行政处罚法", "article": "第九条"}
# Whatever JSON or a form could hold, and more.
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats() | st.datetimes() | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "law", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def kind_of(*required: str, number: str = "") -> ActKind:
    uses = tuple(FieldUse(name, name in required) for name in FIELDS if name != "document_no")
    return ActKind("decided", "决定", "decision", ("ordinary",), ("officer",), 2, uses, number=number)


def clean(raw: dict[str, Any], *required: str, **more: Any) -> CleanFacts:
    more = {"head": HEAD, "known": {}, "done_at": at("2026-03-02"), **more}
    return clean_facts(more.pop("kind", kind_of(*required)), raw, fields=FIELDS, **more)


@pytest.mark.parametrize(
    ("name", "raw", "fact"),
    [
        ("text", "  占道 \n 经营 ", "占道 经营"),
        ("long", "一\r\n二\n", "一\n二"),
        ("choice", "fine", "fine"),
        ("choices", ["warning", "fine", "fine"], ["fine", "warning"]),
        ("choices", "fine", ["fine"]),
        ("day", "2026-03-01", "2026-03-01"),
        ("day", "2026年3月1日", "2026-03-01"),
        ("day", "2026/3/1", "2026-03-01"),
        ("day", date(2026, 3, 1), "2026-03-01"),
        ("moment", "2026-03-02T09:30", "2026-03-02T09:30+08:00"),
        ("moment", "2026-03-02T01:30+00:00", "2026-03-02T09:30+08:00"),
        ("moment", at("2026-03-02", 9), "2026-03-02T09:00+08:00"),
        ("sum", "1,234.50", "1234.5"),
        ("sum", 200, "200"),
        ("sum", Decimal("26896.08"), "26896.08"),
        ("count", "15", 15),
        ("count", 0, 0),
        ("rate", "0.30", "0.3"),
        ("rate", "-1.5", "-1.5"),
        ("yes", "on", True),
        ("yes", False, False),
        ("yes", "否", False),
        ("uscc", "91230500ma1b3n1n2m", "91230500MA1B3N1N2M"),
        ("id_number", " 11010519491231002x", "11010519491231002X"),
        ("phone", "0375-8120000", "0375-8120000"),
        ("phone", "13800000000", "13800000000"),
        ("basis", [{"law": "《行政处罚法》", "article": "第九条"}, {"law": "", "article": ""}], [CITED]),
        ("host", "officer", "officer"),
        ("people", ["officer", "officer2", "officer"], ["officer", "officer2"]),
        ("rows", [{"text": "一", "sum": "1.50"}, {"text": " ", "sum": ""}], [{"text": "一", "sum": "1.5"}]),
    ],
)  # fmt: skip
def test_a_value_is_kept_in_its_one_form(name: str, raw: object, fact: object) -> None:
    """However it was typed; and that form can be hashed and is its own clean form."""
    found = clean({name: raw})
    assert (found.facts, found.errors) == ({name: fact}, {})
    assert canonical(found.facts)
    assert clean(dict(found.facts)).facts == found.facts


@pytest.mark.parametrize("name", sorted(FIELDS.keys() - {"document_no"}))
@pytest.mark.parametrize("nothing", [None, "", "  ", []])
def test_nothing_stated_is_no_fact(name: str, nothing: object) -> None:
    """An empty field is unknown, never an empty value."""
    assert clean({name: nothing}) == CleanFacts({}, {})


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("text", "一二三四五六七八九十一", "最多 10 字，现有 11 字"),
        ("text", "占\x00道", "控制字符"),
        ("text", "占\u202e道", "控制字符"),
        ("text", "\ud800", "控制字符"),
        ("text", 5, "应为文字"),
        ("choice", "jail", "没有“jail”这一选项"),
        ("choices", ["fine", "jail"], "没有“jail”这一选项"),
        ("day", "昨天", "不是有效日期"),
        ("day", "2026-02-30", "不是有效日期"),
        ("day", "0202-03-05", "年份应在 1900 年至 2199 年之间"),
        ("day", "9999-12-31", "年份应在"),
        ("day", "2026-03-03", "晚于本行为的时间"),
        ("day", "2026-02-28", "早于本案开始之日（2026年3月1日）"),
        ("moment", "2026-03-02", "几时几分"),
        ("moment", "25:00", "不是有效的日期和时间"),
        ("moment", "2026-03-02T12:01", "晚于本行为的时间"),
        ("sum", "一百", "不是金额"),
        ("sum", 1.5, "不是金额"),
        ("sum", True, "不是金额"),
        ("sum", "-1", "不是金额"),
        ("sum", "1.234", "最多两位小数"),
        ("count", "1.5", "整数"),
        ("count", True, "整数"),
        ("count", -1, "整数"),
        ("count", "9" * 17, "整数"),
        ("rate", "三成", "应为数字"),
        ("yes", "maybe", "“是”或者“否”"),
        ("uscc", "91230500MA1B3N1N2X", "校验码不符"),
        ("id_number", "110105202603030021", "出生日期"),
        ("phone", "打电话", "电话号码"),
        ("phone", "12", "电话号码"),
        ("basis", [{"law": "行政处罚法"}], "同时写明法律名称和条文"),
        ("basis", "行政处罚法", "条款的列表"),
        ("host", "甲 乙", "人员名单"),
        ("people", ["甲 乙"], "人员名单"),
        ("rows", [{"text": "一"}, {"sum": "x"}], "第 2 行“罚款金额”"),
        ("rows", [{"other": "一"}], "不认识的列"),
        ("rows", "一", "应为表格"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field_with_the_remedy(
    name: str, raw: object, words: str
) -> None:
    """The sentence names the field by its title; nothing of it becomes a fact, and the rest still does."""
    found = clean({name: raw, "party": "甲公司"}, opened_on=date(2026, 3, 1))
    assert found.facts == {"party": "甲公司"}
    (message,) = found.errors[name]
    assert words in message
    assert FIELDS[name].title in message


def test_a_field_of_another_form_is_refused() -> None:
    """By title if it exists, by name if not."""
    found = clean({"document_no": "1", "nonsense": "x"})
    assert "没有“文号”这一项" in found.errors["document_no"][0]
    assert "没有“nonsense”这一项" in found.errors["nonsense"][0]


def test_the_number_of_an_old_document_is_taken_where_the_kind_is_numbered() -> None:
    """An old file comes with its number."""
    assert clean({"document_no": "旧〔2019〕1号"}, kind=kind_of(number="罚决")).facts == {
        "document_no": "旧〔2019〕1号"
    }


def test_the_form_insists_unless_the_case_knows_or_cannot_know() -> None:
    """A fact of the case is never typed twice; an old file cannot be asked."""
    assert clean({}, "text", "party").errors == {"text": ["请填写“案由”"], "party": ["请填写“当事人”"]}
    assert clean({}, "text", "party", known={"party": "甲", "text": "x"}).errors == {"text": ["请填写“案由”"]}
    assert clean({}, "text", head=replace(HEAD, fragment=True)).errors == {}
    assert clean({}, "text", insist=False).errors == {}
    assert clean({"text": "\x00"}, "text").errors["text"] == ["“案由”含有看不见的控制字符，请删除后重新输入"]


def with_conditions() -> ActKind:
    uses = (
        FieldUse("choice"),
        FieldUse("text", required=True, only_if=(OnlyIf("choice", ("fine",)),)),
        FieldUse("long", only_if=(OnlyIf("text", ("x",)),)),
        FieldUse("count", only_if=(OnlyIf("party", ("甲",)),)),
        FieldUse("sum", only_if=(OnlyIf("choices", ("fine", "warning")), OnlyIf("yes", (True,)))),
    )
    own = frozenset(use.name for use in uses)
    return replace(kind_of(), fields=uses, own_fields=own)


@pytest.mark.parametrize(
    ("raw", "known", "errors"),
    [
        ({"choice": "fine", "text": "x"}, {}, {}),
        ({"choice": "fine"}, {}, {"text": ["请填写“案由”"]}),
        ({"choice": "warning"}, {}, {}),
        ({}, {}, {}),
        ({"choice": "warning", "text": "x"}, {}, {"text": ["“案由”只在“方式”为“罚款”时填写，请留空"]}),
        ({"text": "x"}, {"choice": "fine"}, {"text": ["“案由”只在“方式”为“罚款”时填写，请留空"]}),
        ({"count": 1}, {"party": "甲"}, {}),
        ({"count": 1}, {}, {}),
        ({"count": 1}, {"party": "乙"}, {"count": ["“天数”只在“当事人”为“甲”时填写，请留空"]}),
        ({"sum": "1"}, {"choices": ["warning"], "yes": True}, {}),
        (
            {"sum": "1"},
            {"choices": ["warning"], "yes": False},
            {"sum": ["“罚款金额”只在“种类”为“罚款”或“警告”、“已告知”为“是”时填写，请留空"]},
        ),
    ],
)
def test_a_field_is_asked_for_only_while_its_conditions_are_met(
    raw: dict[str, Any], known: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    """An empty field of the form meets no condition; a fact that the form does not have, any but another value."""
    found = clean(raw, kind=with_conditions(), known=known)
    assert found.errors == errors
    assert found.facts == {name: value for name, value in raw.items() if name not in errors}


def test_what_hangs_on_a_field_that_is_not_asked_for_is_not_asked_for_either() -> None:
    """And an old file states what it stated."""
    raw = {"choice": "warning", "text": "x", "long": "y"}
    assert clean(raw, kind=with_conditions()).errors.keys() == {"text", "long"}
    assert clean(raw, kind=with_conditions(), insist=False).facts == raw
    assert clean(raw, kind=with_conditions(), head=replace(HEAD, fragment=True)).facts == raw


def test_an_undated_act_bounds_no_date() -> None:
    """Nothing is later than a day nobody knows."""
    assert clean({"day": "2030-01-01"}, done_at=None).errors == {}


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), ANYTHING))
def test_no_input_whatever_breaks_the_reading(raw: dict[str, Any]) -> None:
    """Each field becomes a fact that can be hashed, an error, or nothing."""
    found = clean(raw)
    assert canonical(found.facts)
    assert not found.facts.keys() & found.errors.keys()
    assert found.facts.keys() | found.errors.keys() <= raw.keys()
    assert isinstance(
        clean(dict(found.facts), done_at=datetime(9999, 1, 1, tzinfo=at("2026-03-02").tzinfo)).facts, dict
    )
