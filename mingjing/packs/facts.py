"""The facts of an act as somebody states them, checked against its form; what the law demands is judged elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mingjing.kit.clock import beijing, chinese_date
from mingjing.lawengine.model import CaseHead
from mingjing.lawengine.vocabulary import ActKind, Field, FieldUse
from mingjing.packs.values import Unfit, clean_value

# Given by the system to a numbered act, and read from the file when an old case is brought in.
NUMBER: Final = "document_no"


@dataclass(frozen=True, slots=True)
class CleanFacts:
    """The facts in canonical form, and by field what could not be taken. A field with an error is not in `facts`."""

    facts: Mapping[str, object]
    errors: Mapping[str, list[str]]


def clean_facts(
    kind: ActKind,
    raw: Mapping[str, object],
    *,
    head: CaseHead,
    known: Mapping[str, object],
    done_at: datetime | None,
    fields: Mapping[str, Field],
    opened_on: date | None = None,
    insist: bool = True,
) -> CleanFacts:
    """Read what a form or file gives for an act of this kind. Never raises for what somebody typed.

    A field that the form insists on may be missing where the case knows it already (`of_case`), in an excerpt, and
    where `insist` is false, as for an old file: what it does not say cannot be demanded of it. An excerpt has lost
    the acts that its facts belonged to, so any of its acts may state any fact of the whole case. A field whose
    conditions (`only_if`) are not met is refused where it is filled in, wherever the form may insist.
    """
    asked = {use.name for use in kind.fields} | ({NUMBER} if kind.number else set())
    if head.fragment:
        asked |= {name for name in raw if name in fields and fields[name].of_case}
    on = beijing(done_at).date() if done_at else date.max
    facts: dict[str, object] = {}
    errors: dict[str, list[str]] = {}
    for name, value in raw.items():
        if name not in asked or name not in fields:
            errors[name] = [
                f"“{kind.title}”的表单没有“{fields[name].title if name in fields else name}”这一项"
            ]
            continue
        try:
            cleaned = clean_value(fields[name], value, fields, on)
        except Unfit as fault:
            errors[name] = [f"“{fields[name].title}”{fault}"]
            continue
        if cleaned is not None and (fault_in_time := _out_of_time(fields[name], cleaned, done_at, opened_on)):
            errors[name] = [fault_in_time]
        elif cleaned is not None:
            facts[name] = cleaned
    if insist and not head.fragment:
        _hold_to_form(kind, facts, errors, known, fields)
    return CleanFacts(facts, errors)


def _hold_to_form(
    kind: ActKind,
    facts: dict[str, object],
    errors: dict[str, list[str]],
    known: Mapping[str, object],
    fields: Mapping[str, Field],
) -> None:
    """Refuse what the form does not ask for here, and what it requires and is missing."""
    asked_for = kind.fields_for(facts, known)
    for use in kind.fields:
        if use.name in facts and use not in asked_for:
            del facts[use.name]
            errors[use.name] = [f"“{fields[use.name].title}”只在{_condition(use, fields)}时填写，请留空"]
    for use in asked_for:
        if use.required and use.name not in facts and not _given(fields[use.name], known):
            errors.setdefault(use.name, [f"请填写“{fields[use.name].title}”"])


def _condition(use: FieldUse, fields: Mapping[str, Field]) -> str:
    return "、".join(one.in_words(fields[one.name]) for one in use.only_if)


def _given(field: Field, known: Mapping[str, object]) -> bool:
    return field.of_case and field.name in known


def _out_of_time(field: Field, value: object, done_at: datetime | None, opened_on: date | None) -> str:
    """Say that a date lies after the act or before the case, where the field may not."""
    if field.type not in ("date", "datetime") or not isinstance(value, str):
        return ""
    day = date.fromisoformat(value[:10])
    if field.not_future and done_at is not None:
        late = (
            datetime.fromisoformat(value) > beijing(done_at).replace(second=59)
            if field.type == "datetime"
            else day > beijing(done_at).date()
        )
        if late:
            return f"“{field.title}”晚于本行为的时间，请核对日期"
    if field.not_before_case and opened_on is not None and day < opened_on:
        return f"“{field.title}”早于本案开始之日（{chinese_date(opened_on)}），请核对日期"
    return ""
