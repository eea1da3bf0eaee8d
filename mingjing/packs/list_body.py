"""A list written back as the table it can be read from: one form for the database, exports and comparison."""

from typing import Any

from mingjing.lawengine.benchmark import Circumstance
from mingjing.packs.lists import ListItem, NormList


def body_of(found: NormList) -> dict[str, Any]:
    """Give the list as plain values. Reading it gives the list again, and its body is this one."""
    head = {
        "title": found.title,
        "issuer": found.issuer,
        "number": found.number,
        "version": found.version,
        "in_force": found.in_force.isoformat(),
        "until": found.until.isoformat() if found.until else "",
        "source": found.source,
        "note": found.note,
        "field": found.field,
        "item": [_item(one) for one in found.items],
    }
    return _stated(head) | ({} if found.verified else {"verified": False})


def _item(one: ListItem) -> dict[str, Any]:
    return _stated(
        {
            "code": one.code,
            "violation": one.violation,
            "also": list(one.also),
            "basis": one.basis,
            "conditions": list(one.conditions),
            "when": one.when.source if one.when else "",
            "effect": one.effect,
            "remark": one.remark,
            "question": [_question(asked) for asked in one.questions],
        }
    )


def _question(one: Circumstance) -> dict[str, Any]:
    return _stated(
        {
            "code": one.key,
            "title": one.question,
            "type": one.type,
            "unit": one.unit,
            "options": [[option.code, option.title] for option in one.options],
            "fact": one.fact,
        }
    )


def _stated(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not stated, so that equal lists have equal bodies."""
    return {key: value for key, value in table.items() if value not in ("", [], None)}
