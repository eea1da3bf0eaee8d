"""Recorded facts as people read them: titles, labels, Chinese dates, amounts; what is absent is called unknown."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from mingjing.kit.clock import beijing, chinese_date
from mingjing.kit.money import yuan
from mingjing.lawengine.model import ActKind, Field, Law
from mingjing.personnel.selectors import names_of

if TYPE_CHECKING:
    from mingjing.cases.models import Act

UNKNOWN = "未载明"
CITATION: Final = (
    Field(name="law", title="法律、法规、规章（全称）", type="text", max_length=100),
    Field(name="article", title="条、款、项", type="text", max_length=60),
)


@dataclass(frozen=True)
class Fact:
    """One fact ready to print: a line of text, or a table where the field holds rows."""

    name: str
    title: str
    text: str = ""
    heads: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    known: bool = True
    long: bool = False


def facts_of_act(
    kind: ActKind | None, law: Law, facts: Mapping[str, Any], names: Mapping[str, str]
) -> list[Fact]:
    """The facts of an act in the order of its form, then any that the form does not name (imported files)."""
    order = [use.name for use in kind.fields] if kind else []
    rest = [name for name in facts if name not in order]
    return [shown(law, name, facts[name], names) for name in [*order, *rest] if name in facts]


def unknown_facts(
    kind: ActKind | None, law: Law, facts: Mapping[str, Any], known: Mapping[str, Any]
) -> list[str]:
    """The titles of fields that the form insists on and that neither the act nor the case knows."""
    if kind is None:
        return []
    asked = kind.fields_for(facts, known)
    missing = [use.name for use in asked if use.required and use.name not in facts and use.name not in known]
    return [law.label(name) for name in missing]


def shown(law: Law, name: str, value: Any, names: Mapping[str, str]) -> Fact:
    """One fact as it is read; a field that the packs do not know is shown by its name."""
    field = law.fields.get(name) or Field(name=name, title=name, type="text")
    if value is None:
        return Fact(name, field.title, UNKNOWN, known=False)
    if field.type in {"rows", "citations"} and isinstance(value, list):
        columns = columns_of(field, law.fields)
        table = [[as_text(column, row.get(column.name), names) for column in columns] for row in value]
        return Fact(name, field.title, heads=[column.title for column in columns], table=table, long=True)
    text = as_text(field, value, names)
    return Fact(name, field.title, text, long=len(text) > 60)


def as_text(field: Field, value: Any, names: Mapping[str, str]) -> str:
    """One value on one line; a value that does not fit its type (an old import) is printed as it stands."""
    if value is None:
        return ""
    write = _WRITERS.get(field.type)
    if write is None:
        return f"{value}{field.unit}" if field.unit else str(value)
    try:
        return write(field, value, names)
    except (ValueError, TypeError, InvalidOperation):
        return str(value)


def _citations(field: Field, value: Any, names: Mapping[str, str]) -> str:
    return "；".join(f"《{item['law']}》{item['article']}" for item in value)


_WRITERS: Mapping[str, Callable[[Field, Any, Mapping[str, str]], str]] = {
    "choice": lambda field, value, names: field.label(value),
    "multichoice": lambda field, value, names: "、".join(field.label(item) for item in value),
    "bool": lambda field, value, names: "是" if value is True else "否",
    "date": lambda field, value, names: day(date.fromisoformat(value)),
    "datetime": lambda field, value, names: minute(datetime.fromisoformat(value)),
    "money": lambda field, value, names: yuan(Decimal(value)),
    "person": lambda field, value, names: names.get(value, value),
    "people": lambda field, value, names: "、".join(names.get(item, item) for item in value),
    "citations": _citations,
    "rows": lambda field, value, names: f"{len(value)} 项",
}


def day(value: date) -> str:
    """2026年3月5日（周四）."""
    return chinese_date(value, weekday=True)


def minute(moment: datetime) -> str:
    """2026年3月5日（周四）14:05, on a Beijing clock."""
    local = beijing(moment)
    return f"{chinese_date(local.date(), weekday=True)}{local.hour:02d}:{local.minute:02d}"


def columns_of(field: Field, fields: Mapping[str, Field]) -> tuple[Field, ...]:
    """The typed columns of a repeated field."""
    if field.type == "citations":
        return CITATION
    return tuple(fields[name] for name in field.columns)


def names_in(acts: "Sequence[Act]") -> dict[str, str]:
    """The names of everybody whom the facts of these acts mention by username, for showing them."""
    mentioned = {one["person"]: one["name"] for act in acts for one in act.performers}
    wanted = {
        value for act in acts for fact in act.facts.values() for value in _words(fact)
    } - mentioned.keys()
    return {**mentioned, **names_of(wanted)}


def _words(fact: Any) -> list[str]:
    """The usernames that a fact may hold: a person or a list of people, never a sentence."""
    values = fact if isinstance(fact, list) else [fact]
    return [
        value
        for value in values
        if isinstance(value, str) and re.fullmatch(r"[\w.@+-]{1,40}", value, re.ASCII)
    ]
