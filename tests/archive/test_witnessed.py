"""Packages where a checkpoint is published only once a witness has cosigned it; the witness is a real one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mingjing.archive import services
from mingjing.archive.models import ArchivePackage, WaitingPackage
from mingjing.archive.services import seal_pending
from mingjing.translog.feeding import have_witnessed
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.models import Entry
from tests.archive.filed import finished
from tests.translog.running_witness import RunningWitness


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    """A home of its own: what a witness has signed is remembered there."""
    settings.MINGJING_HOME = tmp_path / "home"


@pytest.fixture
def witness(settings, tmp_path, cast):
    """A witness of this test's log, and the policy that asks for it."""
    running = RunningWitness(tmp_path / "sfj", "sfj")
    running.add_log(ensure_log_key().public.vkey).start()
    path = tmp_path / "policy"
    path.write_text(f"log {ensure_log_key().public.vkey}\n{running.policy_lines}quorum sfj\n")
    settings.MINGJING_WITNESS_POLICY = path
    yield running
    running.kill()


def test_a_package_is_sealed_under_a_checkpoint_that_its_witness_has_cosigned(cast, witness):
    """The worker's one step does it, with one leaf: nobody else asks the witness meanwhile."""
    finished(cast, "summary")
    have_witnessed(timezone.now())

    assert seal_pending() == 1
    assert ArchivePackage.objects.count() == 1
    assert not WaitingPackage.objects.exists()
    assert Entry.objects.filter(kind="package").count() == 1


def test_a_silent_witness_keeps_a_package_waiting_and_long_silent_nothing_is_tried(
    cast, witness, settings, monkeypatch
):
    """The twin: nothing is sealed, the reason is kept, and no leaf is left again and again."""
    finished(cast, "summary")
    have_witnessed(timezone.now())
    witness.kill()

    assert seal_pending() == 0
    assert "检查点" in WaitingPackage.objects.get().reason
    monkeypatch.setattr(services, "RETRY", timedelta(0))
    settings.MINGJING_WITNESS_MINUTES = 0
    left = Entry.objects.filter(kind="package").count()
    assert seal_pending() == 0
    assert Entry.objects.filter(kind="package").count() == left == 1
