"""With every right over database and disk somebody changes the past: whatever he changes, a check finds it."""

from datetime import date

import pytest

from mingjing.cli.drills import tamper
from mingjing.cli.drills.attacks import ATTACKS, FILE_ATTACKS
from mingjing.cli.drills.keys import run_procedures
from mingjing.cli.drills.stage import set_stage
from mingjing.cli.whole_audit import audit_everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(settings):
    """The log is kept with both suites."""
    settings.MINGJING_LOG_SUITES = ["sha256", "sm3"]


def test_every_attack_is_found_and_an_untouched_bureau_is_clean(both, tmp_path):
    """Each is really carried out; kept checkpoint, comparison, witness and receipts find all; nothing of them stays."""
    outsiders = set_stage(date(2026, 3, 2), tmp_path / "witness")
    assert tamper.first_finding(outsiders.checkpoint) == ("", "")
    assert outsiders.witness_refuses() == ""

    outcomes = list(tamper.run_attacks(outsiders))

    assert [outcome.attack for outcome in outcomes if not outcome.found] == []
    assert len(outcomes) >= len(ATTACKS) + len(FILE_ATTACKS) + len(tamper.FORKS) >= 40
    assert {outcome.check for outcome in outcomes} == {
        tamper.KEPT,
        tamper.STORED,
        tamper.WITNESS,
        tamper.RECEIPT,
    }
    # Every attack was taken back, so nothing of them is left to be found.
    assert list(audit_everything()) == []
    for attack in ATTACKS:
        with tamper.undone():
            assert tamper.run(attack.statements) > 0, attack.title


@pytest.mark.django_db(transaction=True)
def test_every_procedure_with_the_keys_goes_as_it_must(both, settings, tmp_path):
    """Change, loss and theft, step by step, with both kinds of keys."""
    settings.MINGJING_HOME = tmp_path
    assert [step.title for step in run_procedures() if not step.good] == []
