"""Reading the log: states, proofs and health, as others see them."""

import json

import pytest

from mingjing.translog import sealing, selectors, services
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.proof import InclusionProof
from tests.translog.conftest import AT


@pytest.mark.django_db
def test_an_entry_goes_from_queued_to_sealed_to_checkpointed(queue):
    """An officer can see how far an act has come; an unknown reference has no state."""
    ensure_log_key()
    queue(2)
    assert selectors.state_of("case-1/2") == selectors.State("queued")
    sealing.seal_batch(at=AT, limit=10)
    assert selectors.state_of("case-1/2") == selectors.State("sealed", 1)
    services.seal_log(at=AT)
    assert selectors.state_of("case-1/2") == selectors.State("checkpointed", 1)
    assert selectors.state_of("case-9/1") is None


@pytest.mark.django_db
def test_sealed_entries_are_read_in_the_order_of_the_log(queue, seal):
    """`after` is exclusive, so the last index seen is the place to go on from."""
    queue(5)
    seal()
    first = selectors.sealed_after(-1, 2)
    assert [(entry.index, entry.kind, entry.ref) for entry in first] == [
        (0, "act", "case-1/1"),
        (1, "act", "case-1/2"),
    ]
    assert json.loads(first[0].data)["n"] == 1
    assert [entry.index for entry in selectors.sealed_after(1, 9)] == [2, 3, 4]
    assert selectors.sealed_after(4, 9) == []


@pytest.mark.django_db
def test_every_entry_can_be_proved_by_reference_and_by_index(queue, seal):
    """Proofs hold under the latest checkpoint and carry their entry."""
    queue(300)
    seal()
    key = ensure_log_key().public
    for which, index in (("case-1/1", 0), ("case-1/300", 299), (255, 255), (256, 256)):
        proof = selectors.proof_for(which)
        assert proof.index == index
        assert proof.verify(proof.extra, key).size == 300
    assert InclusionProof.parse(selectors.tlog_proof_bytes(7)) == selectors.proof_for(7)
    assert [proof.index for proof in selectors.proofs_for([9, 3])] == [9, 3]
    assert selectors.indexes_of(["case-1/4", "case-1/2", "x"]) == {"case-1/4": 3, "case-1/2": 1}


@pytest.mark.django_db
def test_what_no_checkpoint_covers_has_no_proof_yet(queue, seal):
    """Queued, sealed but unsigned, unknown: no proof, and words why."""
    with pytest.raises(selectors.NotInLog):
        selectors.proof_for(0)
    queue(1)
    with pytest.raises(selectors.NotInLog, match="尚未封存"):
        selectors.proof_for("case-1/1")
    seal()
    assert selectors.proof_for("case-1/1")
    queue(1, first=2)
    sealing.seal_batch(at=AT, limit=10)
    for which in ("case-1/2", 1, -1):
        with pytest.raises(selectors.NotInLog, match="检查点只到第 1 条"):
            selectors.proof_for(which)


@pytest.mark.django_db
def test_a_proof_under_an_older_head_still_holds_after_the_log_has_grown(queue, seal):
    """A checkpoint that lags behind the tables gives proofs of its own size."""
    queue(256)
    seal()
    queue(300, first=257)
    sealing.seal_batch(at=AT, limit=300)
    proof = selectors.proof_for(200)
    assert proof.verify(proof.extra, ensure_log_key().public).size == 256


@pytest.mark.django_db
def test_the_health_of_the_log_shows_what_lags(queue, seal):
    """Waiting entries with their age, size, and what is signed."""
    assert selectors.log_health() == selectors.Health(0, None, 0, 0, None)
    queue(3)
    seal()
    entries = queue(2, first=4)
    sealing.seal_batch(at=AT, limit=1)
    health = selectors.log_health()
    assert (health.queued, health.size, health.checkpoint_size, health.checkpoint_at) == (1, 4, 3, AT)
    assert health.queued_since == entries[1].created
