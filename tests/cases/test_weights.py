"""Which penalties weigh so much that they are asked for: found by narrow rows, they are those that the acts tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from random import Random
from typing import Any

import pytest
from django.db import connection

from mingjing.cases import outcomes
from mingjing.cases.decided import Weight, cases_punished, penalties
from mingjing.cases.models import Case, CaseOutcome
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db

WEIGHT = Weight(frozenset({"suspension", "licence"}), frozenset({"person"}), 2000, 50000)
SINCE, KINDS = date(2026, 1, 1), ("warning", "fine", "suspension", "suspension_of_business", "licence")


@dataclass(frozen=True)
class Told:
    seq: int
    kind: str
    done_at: datetime | None
    facts: Mapping[str, Any]


def _history(chance: Random) -> list[Told]:
    acts: list[Told] = []
    at = datetime(2025, 11, 1, 4, tzinfo=UTC) + timedelta(days=chance.randrange(200))
    if chance.random() < 0.8:
        acts.append(Told(1, "filing_approved", at, {"party_kind": chance.choice(("person", "unit"))}))
    for _ in range(chance.randrange(3)):
        sums: dict[str, Any] = {
            name: chance.choice((None, "", "0", "1999.99", "2000", 2000, "49999.999", "50000.00", "abc"))
            for name in outcomes.SUMS
            if chance.random() < 0.7
        }
        kinds = {"penalty_kinds": chance.sample(KINDS, chance.randrange(3))} if chance.random() < 0.9 else {}
        kind = chance.choice(("penalty_decided", "on_the_spot_decided", "no_penalty_decided"))
        acts.append(Told(len(acts) + 1, kind, at, {**sums, **kinds}))
    if chance.random() < 0.2:
        acts.append(Told(len(acts) + 1, "decision_revoked", at, {}))
    return acts


def _heavy(acts: list[Told]) -> list[frozenset[str]]:
    """What a reader of the acts would find: the kinds of each penalty that stands and weighs enough."""
    found, party = [], ""
    for act in acts:
        party = str(act.facts.get("party_kind") or party)
        if act.kind == "decision_revoked":
            found = []
        elif act.kind in ("penalty_decided", "on_the_spot_decided") and act.done_at is not None:
            kinds = frozenset(act.facts.get("penalty_kinds") or ())
            sums = [act.facts.get(name) for name in outcomes.SUMS]
            yuan = sum((Decimal(str(one)) for one in sums if one not in (None, "", "abc")), Decimal(0))
            least = WEIGHT.person_yuan if party in WEIGHT.persons else WEIGHT.unit_yuan
            if act.done_at.date() >= SINCE and (kinds & WEIGHT.kinds or yuan >= least):
                found.append(kinds)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_narrow_rows_tell_what_the_acts_tell(cast: Cast, seed: int) -> None:
    """Made-up histories of two agencies; old cases, revoked decisions, other kinds and smaller sums are not there."""
    chance, expected = Random(seed), {}
    for number in range(60):
        case = Case.objects.create(
            code=f"c{number:03d}", log_code=f"l{number}", agency=chance.choice((cast.bureau, cast.elsewhere)),
            stage="decision", imported=chance.random() < 0.2, last_act_at=datetime(2026, 5, 1, tzinfo=UTC),
        )  # fmt: skip
        acts = _history(chance)
        outcomes.write(case, acts)
        if not case.imported and case.agency == cast.bureau:
            expected[case.code] = _heavy(acts)
    found: dict[str, list[frozenset[str]]] = {code: [] for code in expected}
    for one in penalties([cast.bureau.pk], SINCE, weight=WEIGHT):
        found[one.case_code].append(one.kinds)

    assert found == expected
    assert sum(map(len, expected.values())) > 3
    codes = cases_punished([cast.bureau.pk], SINCE, WEIGHT)
    assert sorted(codes) == sorted(code for code, kinds in expected.items() for _ in kinds)
    everything = list(penalties([cast.bureau.pk], SINCE))
    assert len(everything) > len(codes)
    assert [one.decided_on for one in everything] == sorted(one.decided_on for one in everything)


def test_the_migration_reads_from_the_acts_what_recording_writes(cast: Cast) -> None:
    """Filled for cases that were there before, the columns are those that their acts left."""
    for mark, name in (("a", "summary"), ("b", "ordinary")):
        told(cast, name, mark=mark)
    written = sorted(CaseOutcome.objects.values_list("id", "sum_fen", "kinds"))
    assert {sum_fen > 0 and kinds.startswith(",") for _, sum_fen, kinds in written} == {True}
    CaseOutcome.objects.update(sum_fen=0, kinds="")
    weigh = import_module("mingjing.cases.migrations.0012_weights_of_penalties").weigh

    class Editor:
        connection = connection

    weigh(None, Editor())
    assert sorted(CaseOutcome.objects.values_list("id", "sum_fen", "kinds")) == written
