"""How violations were dealt with, read from the acts of a case, and the rows that are written of it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol

from mingjing.cases import statements
from mingjing.cases.models import Case
from mingjing.cases.statements import OUTCOME, Key
from mingjing.kit.clock import legal_day
from mingjing.packs.lists import plain_violation

PENALTY: Final = "penalty"
OUTCOMES: Final[Mapping[str, str]] = {
    "penalty_decided": PENALTY,
    "on_the_spot_decided": PENALTY,
    "no_penalty_decided": "no_penalty",
    "prompt_issued": "prompt",
    "warned": "prompt",
}
# After these what was written of the case before is no longer the whole truth.
CHANGING: Final = ("decision_revoked", "correction_rechecked")
TELLING: Final = frozenset({*OUTCOMES, *CHANGING})
# Not punished, and yet a violation: on the other grounds there was none, or nobody answers for it.
VIOLATION_FOUND: Final = ("trivial", "first_violation")
PARTY_CODES: Final = ("party_uscc", "party_id_number", "party_other_id_number", "party_registration_no")
VIOLATION: Final = ("benchmark_item", "violation_kind", "matter")
COLUMNS: Final = OUTCOME.columns
SUMS: Final = ("fine_yuan", "confiscated_gain_yuan", "confiscated_goods_yuan")
KEY_LENGTH, TITLE_LENGTH, KINDS_LENGTH = 32, 300, 200


class Told(Protocol):
    """What is read of an act, stored or about to be."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


def outcomes_of(acts: Iterable[Told], *, region: str, field: str) -> dict[Key, tuple[Any, ...]]:
    """Give the rows of a case by (outcome, number of the act). Pure.

    An act without a day gives none. A decision that was revoked or changed stands no longer.
    """
    facts: dict[str, Any] = {}
    rows: dict[Key, dict[str, Any]] = {}
    for act in acts:
        facts.update(act.facts)
        if act.kind == "decision_revoked":
            for (outcome, _), row in rows.items():
                row["standing"] = row["standing"] and outcome == "prompt"
        elif act.kind == "correction_rechecked":
            for row in rows.values():
                row["corrected"] = act.facts.get("corrected")
        elif _found(act) and act.done_at is not None:
            row = _row(facts, legal_day(act.done_at), act.facts)
            rows[OUTCOMES[act.kind], act.seq] = row | {"region": region, "field": field}
    return {key: tuple(row[name] for name in COLUMNS) for key, row in rows.items()}


def _found(act: Told) -> bool:
    """Say whether the act deals with a violation that was found."""
    if act.kind == "no_penalty_decided":
        return act.facts.get("no_penalty_ground") in VIOLATION_FOUND
    return act.kind in OUTCOMES


def _row(facts: Mapping[str, Any], day: date, stated: Mapping[str, Any]) -> dict[str, Any]:
    violation = next((str(facts[name]) for name in VIOLATION if facts.get(name)), "")
    code, name = party_keys(facts)
    return {
        "standing": True,
        "violation": violation[:TITLE_LENGTH],
        "violation_key": violation_key(violation),
        "tier": str(facts.get("discretion_tier") or ""),
        "party_kind": str(facts.get("party_kind") or ""),
        "party_code_key": code,
        "party_name_key": name,
        "fine_fen": fen(stated.get("fine_yuan")),
        "sum_fen": sum(fen(stated.get(name)) or 0 for name in SUMS),
        "kinds": listed(stated.get("penalty_kinds")),
        "decided_on": day,
        "corrected": facts.get("corrected"),
    }


def violation_key(violation: str) -> str:
    """Give what is equal for two ways of writing one violation: punctuation, 涉嫌 and 案 do not count."""
    plain = plain_violation(violation)
    return hashlib.sha256(plain.encode()).hexdigest()[:KEY_LENGTH] if plain else ""


def party_keys(facts: Mapping[str, Any]) -> tuple[str, str]:
    """Give the digests a party is found by: of its code, and of its name with its kind; empty where not stated."""
    code = next((str(facts[name]) for name in PARTY_CODES if facts.get(name)), "")
    name = str(facts.get("party_name") or "").strip()
    kind = str(facts.get("party_kind") or "")
    return _digest("code", code), _digest(f"name:{kind}", name)


def _digest(what: str, text: str) -> str:
    plain = text.replace(" ", "").upper()
    return hashlib.sha256(f"{what}:{plain}".encode()).hexdigest()[:KEY_LENGTH] if plain else ""


def listed(kinds: Any) -> str:
    """Write kinds of penalty so that each is found between its commas; an imported file may state anything."""
    told = [str(one) for one in kinds] if isinstance(kinds, list | tuple) else []
    while told and len(f",{','.join(told)},") > KINDS_LENGTH:
        told.pop()
    return f",{','.join(told)}," if told else ""


def fen(yuan: Any) -> int | None:
    """Give a sum in fen; an imported file may state what is no sum."""
    try:
        return int(Decimal(str(yuan)) * 100) if yuan is not None else None
    except (InvalidOperation, ValueError, OverflowError):
        return None


def write(case: Case, acts: Sequence[Told]) -> None:
    """Write the rows of a case over what stood there. The caller holds the case."""
    wanted = outcomes_of(acts, region=case.region, field=case.field)
    stored = statements.read_outcomes(case)
    statements.delete_rows(case, OUTCOME, stored.keys() - wanted.keys())
    statements.save_rows(case, OUTCOME, {key: row for key, row in wanted.items() if stored.get(key) != row})
