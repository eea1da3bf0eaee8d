"""With every right over database and disk somebody changes the past: whatever he changes, a check finds it."""

from datetime import date

import pytest
from django.db import connection

from mingjing.cli.drills.stage import set_stage
from mingjing.cli.drills.tamper import ATTACKS, FILE_ATTACKS, first_finding, run_attacks, undone
from mingjing.cli.whole_audit import audit_everything

pytestmark = pytest.mark.django_db


def test_every_attack_is_found_and_an_untouched_bureau_is_clean() -> None:
    """Twenty-odd attacks one after another on a bureau with cases decided, published, withdrawn and sealed."""
    kept = set_stage(date(2026, 3, 2))
    assert first_finding(kept) == ""
    assert list(audit_everything()) == []

    outcomes = list(run_attacks(kept))

    assert [outcome.attack for outcome in outcomes if not outcome.found] == []
    assert len(outcomes) == len(ATTACKS) + len(FILE_ATTACKS)
    # Every attack was taken back, so nothing of them is left to be found.
    assert first_finding(kept) == ""


def test_an_attack_is_really_carried_out() -> None:
    """The statements of each attack change or delete something: an attack that does nothing proves nothing."""
    set_stage(date(2026, 3, 2))

    for attack in ATTACKS:
        with undone(), connection.cursor() as cursor:
            touched = 0
            for statement in attack.statements:
                cursor.execute(statement.replace(" index ", ' "index" ').replace("s.index", 's."index"'))
                touched += cursor.rowcount
            assert touched > 0, attack.title
