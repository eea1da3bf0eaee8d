"""Which cases name which party: rows read from the acts, so that the dossier of a party is found by one seek.

Of codes only digests are kept, as in the record of violations.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mingjing.cases.models import Case, CaseParty
from mingjing.cases.outcomes import PARTY_CODES, party_keys

NAME_LENGTH = 200
NAMING = frozenset({*PARTY_CODES, "party_name"})


def note(case: Case, facts: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Enter the party that the facts of an act name, by all that is known of it then. The caller holds the case."""
    if not NAMING & facts.keys():
        return
    if (named := party_of({**known, **facts})) is not None:
        CaseParty.objects.bulk_create(
            [CaseParty(case=case, agency_id=case.agency_id, **named)], ignore_conflicts=True
        )


def renew(case: Case, acts: Iterable[Mapping[str, Any]]) -> None:
    """Enter anew whoever the acts of a case name. The caller holds the case."""
    CaseParty.objects.filter(agency=case.agency_id, case=case).delete()
    known: dict[str, Any] = {}
    for facts in acts:
        note(case, facts, known)
        known.update(facts)


def party_of(facts: Mapping[str, Any]) -> dict[str, str] | None:
    """Give the keys, name and kind of the party that an act names, or None where it names none."""
    code, name = party_keys(facts)
    if not name and not code:
        return None
    return {
        "code_key": code,
        "name_key": name,
        "name": str(facts.get("party_name") or "").strip()[:NAME_LENGTH],
        "kind": str(facts.get("party_kind") or "")[:24],
    }
