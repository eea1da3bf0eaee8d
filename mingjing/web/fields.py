"""Form controls from typed fields: what each is called, holds and was given. No law is judged, no database read."""

import json
import re
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from mingjing.cases.shown import columns_of
from mingjing.lawengine.model import ActKind, Field
from mingjing.lawengine.vocabulary import FieldUse

PREFIX = "f"
RADIOS_UP_TO = 5  # more options than this go into a list box
WIDE = {"longtext", "rows", "citations", "people", "multichoice"}
GROUPED = {"bool", "multichoice", "rows", "citations", "people"}
LOCAL_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")


@dataclass(frozen=True)
class Option:
    """One choice of a control."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Control:
    """One input of a form, or one cell of a row: everything a template needs to draw it."""

    name: str
    field: Field
    value: Any = ""
    required: bool = False
    errors: Sequence[str] = ()
    options: Sequence[Option] = ()
    rows: Sequence["Row"] = ()
    blank: "Row | None" = None
    label: str = ""
    only_if: str = ""  # for the page's script: the other controls and the values that bring this one out
    off: bool = False

    @property
    def id(self) -> str:
        """The id in the page: the name without dots."""
        return self.name.replace(".", "-")

    @property
    def template(self) -> str:
        """The file that draws this type."""
        return f"web/fields/{self.look}.html"

    @property
    def look(self) -> str:
        """How the type is drawn: several types share a look."""
        kind = self.field.type
        if kind in {"citations", "rows"}:
            return "rows"
        if kind in {"choice", "bool"}:
            return "radios" if len(self.options) <= RADIOS_UP_TO else "select"
        looks = {"multichoice": "checks", "person": "select", "people": "people", "int": "number"}
        return looks.get(
            kind, kind if kind in {"longtext", "date", "datetime", "money", "decimal"} else "text"
        )

    @property
    def grouped(self) -> bool:
        """Whether the label stands over several inputs and so must be a legend."""
        return self.look in {"radios", "checks", "rows", "people"}

    @property
    def wide(self) -> bool:
        """Whether it takes the whole line."""
        return self.field.type in WIDE

    @property
    def titled(self) -> str:
        """The words beside it: its own label in a repeated control, else the field's title."""
        return self.label or self.field.title


@dataclass(frozen=True)
class Row:
    """One row of a repeated field."""

    number: str
    cells: Sequence[Control]


@dataclass(frozen=True)
class Choices:
    """The lists that a control may offer: people by username."""

    people: Sequence[tuple[str, str]] = ()


def controls(
    kind: ActKind,
    fields: Mapping[str, Field],
    values: Mapping[str, Any],
    *,
    errors: Mapping[str, Sequence[str]],
    choices: Choices,
    skip: Sequence[str] = (),
    known: Mapping[str, Any] | None = None,
    beside: Collection[str] = (),
) -> list[Control]:
    """The inputs of an act's form in the order of the pack, without those in `skip`.

    One whose condition waits for another input of the page, also one drawn `beside` these, is there and switched off;
    one whose condition depends on nothing that could still be changed here (`known`) is left out.
    """
    stated = said(kind, fields, values)
    asked = kind.fields_for(stated, known or {})
    boxes = _boxes(kind, kind.deciding(stated, known or {}), skip, beside)
    return [
        replace(
            _control(
                f"{PREFIX}.{wanted.name}",
                fields[wanted.name],
                values.get(wanted.name),
                fields,
                choices,
                required=wanted.required,
                errors=errors.get(wanted.name, ()),
            ),
            only_if=_switch(wanted, boxes.union(beside)),
            off=wanted not in asked,
        )
        for wanted in kind.fields
        if wanted.name in boxes
    ]


def _boxes(
    kind: ActKind, facts: Mapping[str, object], skip: Sequence[str], beside: Collection[str]
) -> set[str]:
    """The fields that are on the page: those that another field of the page may still bring out are among them."""
    boxes: set[str] = set()
    for use in kind.fields:
        settled = [one for one in use.only_if if one.name not in boxes and one.name not in beside]
        if use.name not in skip and all(kind.meets(one, facts) for one in settled):
            boxes.add(use.name)
    return boxes


def said(kind: ActKind, fields: Mapping[str, Field], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as conditions read it: yes and no are not words."""
    words = {"true": True, "false": False}
    yes_or_no = {use.name for use in kind.fields if fields[use.name].type == "bool"}
    return {name: words.get(value, value) if name in yes_or_no else value for name, value in typed.items()}


def _switch(use: FieldUse, boxes: Set[str]) -> str:
    """The conditions that another input of this page decides, as its script reads them."""
    deciding = [one for one in use.only_if if one.name in boxes]
    wanted = {
        f"{PREFIX}.{one.name}": [
            str(value).lower() if value in (True, False) else value for value in one.values
        ]
        for one in deciding
    }
    return json.dumps(wanted) if wanted else ""


def _control(
    name: str,
    field: Field,
    value: Any,
    fields: Mapping[str, Field],
    choices: Choices,
    *,
    required: bool = False,
    errors: Sequence[str] = (),
) -> Control:
    control = Control(name, field, "" if value is None else value, required=required, errors=errors)
    if field.type in {"rows", "citations"}:
        return _with_rows(control, fields, choices)
    if field.type == "people":
        return _with_people(control, choices)
    if field.type == "datetime":
        return replace(control, value=str(control.value)[:16])
    return replace(control, options=_options(field, control.value, choices))


def _options(field: Field, value: Any, choices: Choices) -> list[Option]:
    if field.type == "bool":
        said = {True: "true", False: "false"}.get(value, str(value))
        return [Option("true", "是", said == "true"), Option("false", "否", said == "false")]
    offered = choices.people if field.type == "person" else field.options
    chosen = {value} if isinstance(value, str) else set(value or ())
    return [Option(code, label, code in chosen) for code, label in offered]


def _with_people(control: Control, choices: Choices) -> Control:
    """One list box a person, two at least, and one more than are chosen."""
    chosen = list(control.value or ())
    boxes = []
    for number in range(max(2, len(chosen) + 1)):
        name = chosen[number] if number < len(chosen) else ""
        options = [Option(code, label, code == name) for code, label in choices.people]
        boxes.append(
            Control(
                control.name, control.field, name, options=options, label=f"{control.field.title}{number + 1}"
            )
        )
    return replace(control, rows=[Row(str(number), [box]) for number, box in enumerate(boxes, 1)])


def _with_rows(control: Control, fields: Mapping[str, Field], choices: Choices) -> Control:
    """The rows that hold something, one blank row to type into, and one more as the pattern for added rows."""
    columns = columns_of(control.field, fields)
    filled = list(control.value or ())

    def row(index: str, number: str, values: Mapping[str, Any]) -> Row:
        return Row(
            number,
            [
                _control(
                    f"{control.name}.{index}.{column.name}", column, values.get(column.name), fields, choices
                )
                for column in columns
            ],
        )

    rows = [row(str(at), str(at + 1), values) for at, values in enumerate([*filled, {}])]
    return replace(control, rows=rows, blank=row("__row__", "__no__", {}))


def read_post(kind: ActKind, fields: Mapping[str, Field], post: QueryDict) -> dict[str, Any]:
    """What was typed, by field name; what was left empty is absent, because empty means unknown."""
    typed = {}
    for wanted in kind.fields:
        value = _read(f"{PREFIX}.{wanted.name}", fields[wanted.name], fields, post)
        if value not in ("", [], None):
            typed[wanted.name] = value
    return typed


def _read(name: str, field: Field, fields: Mapping[str, Field], post: QueryDict) -> Any:
    if field.type in {"rows", "citations"}:
        return _read_rows(name, columns_of(field, fields), fields, post)
    if field.type in {"multichoice", "people"}:
        return list(dict.fromkeys(value for value in post.getlist(name) if value))
    text = post.get(name, "").replace("\r\n", "\n").strip()
    if field.type == "datetime":
        return beijing(text)
    return text


def _read_rows(
    name: str, columns: Sequence[Field], fields: Mapping[str, Field], post: QueryDict
) -> list[dict[str, Any]]:
    indexes = {int(found[1]) for key in post if (found := re.match(re.escape(name) + r"\.(\d{1,4})\.", key))}
    rows = []
    for index in sorted(indexes):
        row = {
            column.name: _read(f"{name}.{index}.{column.name}", column, fields, post) for column in columns
        }
        row = {key: value for key, value in row.items() if value not in ("", [], None)}
        if row:
            rows.append(row)
    return rows


def beijing(text: str) -> str:
    """A local minute from a date-and-time input as the packs write it; anything else unchanged, to be refused there."""
    if LOCAL_MINUTE.fullmatch(text):
        return text[:16] + "+08:00"
    return text
