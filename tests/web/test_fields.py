"""Every type of field is drawn with a label and read back as it was typed."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from mingjing.lawengine.vocabulary import ActKind, Field, FieldUse, OnlyIf
from mingjing.packs.load import library
from mingjing.web import fields
from tests.web.conftest import as_sent

VOCABULARY = {
    field.name: field
    for field in (
        Field("text", "文字", "text"),
        Field("longtext", "长文", "longtext"),
        Field("choice", "单选", "choice", options=(("a", "甲"), ("b", "乙"))),
        Field("many", "长单选", "choice", options=tuple((str(n), f"第{n}项") for n in range(9))),
        Field("multichoice", "多选", "multichoice", options=(("a", "甲"), ("b", "乙"))),
        Field("date", "日期", "date"),
        Field("datetime", "时间", "datetime"),
        Field("money", "金额", "money", unit="元"),
        Field("int", "件数", "int", unit="件"),
        Field("decimal", "面积", "decimal", unit="平方米"),
        Field("bool", "是否", "bool"),
        Field("uscc", "信用代码", "uscc"),
        Field("id_number", "身份号码", "id_number"),
        Field("phone", "电话", "phone"),
        Field("citations", "条款", "citations"),
        Field("person", "人员", "person"),
        Field("people", "多名人员", "people"),
        Field("rows", "问答", "rows", columns=("longtext", "choice")),
    )
}
TYPED: dict[str, Any] = {
    "text": "<b>占道</b>",
    "longtext": "第一行\n第二行",
    "choice": "b",
    "many": "7",
    "multichoice": ["a", "b"],
    "date": "2026-03-05",
    "datetime": "2026-03-05T09:30+08:00",
    "money": "1234.50",
    "int": "3",
    "decimal": "60.5",
    "bool": "false",
    "uscc": "91410481MA40B1AA23",
    "id_number": "11010519491231002X",
    "phone": "0375-0000000",
    "citations": [{"law": "城市道路管理条例", "article": "第二十七条第一项"}],
    "person": "officer",
    "people": ["officer", "officer2"],
    "rows": [{"longtext": "问", "choice": "a"}, {"longtext": "再问", "choice": "b"}],
}
KIND = ActKind(
    "k",
    "行为",
    "filing",
    ("ordinary",),
    ("officer",),
    1,
    tuple(FieldUse(name, required=True) for name in VOCABULARY),
)
PEOPLE = fields.Choices(people=[("officer", "甲"), ("officer2", "乙"), ("head", "己")])


def posted(values: dict[str, Any]) -> QueryDict:
    """The body that a browser sends."""
    body = QueryDict(mutable=True)
    for name, value in values.items():
        body.setlist(name, value if isinstance(value, list) else [value])
    return body


def drawn(values: dict[str, Any], errors: dict[str, list[str]] | None = None) -> str:
    """The whole form as HTML."""
    made = fields.controls(KIND, VOCABULARY, values, errors=errors or {}, choices=PEOPLE)
    return "".join(render_to_string("web/fields/_field.html", {"control": control}) for control in made)


def test_what_is_typed_into_any_field_is_read_back_unchanged() -> None:
    """A form sent as drawn gives the facts in the form that the packs clean."""
    assert fields.read_post(KIND, VOCABULARY, posted(as_sent(TYPED))) == TYPED


def test_what_is_left_empty_is_absent_because_empty_means_unknown() -> None:
    """Blank rows, unticked boxes and blank texts leave no trace."""
    empty = {
        "f.text": "  ",
        "f.people": ["", ""],
        "f.rows.0.longtext": " ",
        "f.rows.3.longtext": "有",
        "f.citations.0.law": "",
    }
    assert fields.read_post(KIND, VOCABULARY, posted(empty)) == {"rows": [{"longtext": "有"}]}


def test_a_draft_is_drawn_with_everything_that_was_typed() -> None:
    """Each value stands in its control, escaped; nothing typed can become markup."""
    html = drawn(TYPED)
    assert "&lt;b&gt;占道&lt;/b&gt;" in html
    assert "<b>占道" not in html
    for mark in (
        'value="2026-03-05T09:30"',
        'value="1234.50"',
        "第一行\n第二行",
        'value="第二十七条第一项"',
        'value="false" checked',
    ):
        assert mark in html


def test_every_control_has_a_label_or_a_legend() -> None:
    """No field without its title, in any look."""
    html = drawn({})
    for field in VOCABULARY.values():
        assert field.title in html
    assert html.count("<legend") == html.count("<fieldset") == 6


def test_an_error_stands_at_its_field_and_is_announced() -> None:
    """The text of the error is in the list that the control points at."""
    html = drawn({}, {"money": ["“金额”应为数字，如 1234.50"]})
    assert 'aria-describedby="errors-f-money" aria-invalid="true"' in html
    assert '<ul class="mj-errors" id="errors-f-money"><li>“金额”应为数字，如 1234.50</li></ul>' in html


def test_rows_grow_by_one_blank_row_and_carry_the_pattern_for_more() -> None:
    """Without script there is always one row to type into; with it the pattern makes more."""
    html = drawn({"rows": TYPED["rows"]})
    assert 'name="f.rows.2.longtext"' in html
    assert 'name="f.rows.3.longtext"' not in html
    assert 'name="f.rows.__row__.longtext"' in html


@pytest.mark.parametrize("kind", library().kinds.values(), ids=lambda kind: kind.kind)
def test_the_form_of_every_kind_of_act_can_be_drawn(kind: ActKind) -> None:
    """No kind in the packs asks for a field that has no control."""
    made = fields.controls(kind, library().fields, {}, errors={}, choices=PEOPLE)
    html = "".join(render_to_string("web/fields/_field.html", {"control": control}) for control in made)
    assert all(f'id="field-f-{use.name}"' in html for use in kind.fields)


CONDITIONAL = ActKind(
    "k",
    "行为",
    "filing",
    ("ordinary",),
    ("officer",),
    1,
    (
        FieldUse("choice"),
        FieldUse("text", only_if=(OnlyIf("choice", ("b",)),)),
        FieldUse("money", only_if=(OnlyIf("bool", (True,)),)),
        FieldUse("int", only_if=(OnlyIf("choice", ("a", "b")), OnlyIf("bool", (False,)))),
    ),
)


@pytest.mark.parametrize(
    ("typed", "known", "on", "off"),
    [
        ({}, {}, ["choice", "money"], ["text", "int"]),
        ({"choice": "b"}, {}, ["choice", "text", "money", "int"], []),
        ({"choice": "a"}, {"bool": True}, ["choice", "money"], ["text"]),
        ({"choice": "a"}, {"bool": False}, ["choice", "int"], ["text"]),
    ],
)
def test_a_field_whose_condition_is_not_met_is_off_or_left_out(
    typed: dict[str, Any], known: dict[str, Any], on: list[str], off: list[str]
) -> None:
    """Off while another box of the page may bring it out; left out where the case has settled it."""
    made = fields.controls(CONDITIONAL, VOCABULARY, typed, errors={}, choices=PEOPLE, known=known)
    assert [one.field.name for one in made if not one.off] == on
    assert [one.field.name for one in made if one.off] == off
    html = {
        one.field.name: render_to_string("web/fields/_field.html", {"control": one}).split(">")[0]
        for one in made
    }
    assert [name for name in html if "mj-off" in html[name]] == off
    assert 'data-only-if="{&quot;f.choice&quot;: [&quot;b&quot;]}"' in html["text"]
    assert "data-only-if" not in html["choice"]
    assert "bool" not in "".join(html.values())


def test_a_fact_that_can_be_changed_beside_the_form_still_brings_fields_out() -> None:
    """What the case knows is settled, unless the page has a box for changing it."""
    known = {"bool": False}
    made = fields.controls(
        CONDITIONAL, VOCABULARY, {}, errors={}, choices=PEOPLE, known=known, beside=["bool"]
    )
    money = next(one for one in made if one.field.name == "money")
    assert (money.off, money.only_if) == (True, '{"f.bool": ["true"]}')
    settled = fields.controls(CONDITIONAL, VOCABULARY, {}, errors={}, choices=PEOPLE, known=known)
    assert "money" not in [one.field.name for one in settled]


def test_yes_and_no_reach_the_script_as_the_form_sends_them() -> None:
    """The values of the condition are those of the boxes."""
    kind = replace(
        CONDITIONAL, fields=(FieldUse("bool"), FieldUse("text", only_if=(OnlyIf("bool", (False,)),)))
    )
    box, text = fields.controls(kind, VOCABULARY, {"bool": "false"}, errors={}, choices=PEOPLE)
    assert (text.off, text.only_if) == (False, '{"f.bool": ["false"]}')
    assert [one.value for one in box.options] == ["true", "false"]
