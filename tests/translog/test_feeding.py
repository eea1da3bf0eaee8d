"""The log and real witnesses over loopback: cosigned, published, watched; rolled back or rewritten, it stops."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from mingjing.cli.worker import Worker
from mingjing.translog import selectors
from mingjing.translog.feeding import Feeder
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.models import Entry
from mingjing.translog.note import Checkpoint, open_checkpoint, text_of
from mingjing.translog.policy import Policy
from mingjing.translog.remembered import remembered_path
from mingjing.translog.services import SealingStopped, seal_log
from mingjing.translog.verify import verify_log
from mingjing.translog.witness_models import Cosignature
from tests.translog.running_witness import RunningWitness

pytestmark = pytest.mark.django_db

ROLLED_BACK = (
    "DELETE FROM translog_cosignature WHERE size > %s",
    "DELETE FROM translog_witnessed WHERE size > %s",
    "DELETE FROM translog_checkpoint WHERE size > %s",
    "DELETE FROM translog_head WHERE size > %s",
    'DELETE FROM translog_sealed WHERE "index" >= %s',
)


@pytest.fixture
def feeder():
    """A feeder that asks whenever it is told to."""
    made = Feeder(every=timedelta(0), timeout=60)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """One witness for all tests here, killed afterwards."""
    running = RunningWitness(tmp_path_factory.mktemp("witnesses") / "sfj", "sfj")
    yield running
    running.kill()


@pytest.fixture
def witness(home, settings, process):
    """That witness, running and witnessing this test's log, which has a name of its own."""
    settings.LOG_ORIGIN = f"{home.name}.example/log"
    return process.add_log(ensure_log_key().public.vkey).start()


@pytest.fixture
def in_force(settings, tmp_path):
    """Put a policy in force: the lines of these witnesses and a quorum."""

    def put(*witnesses, quorum="sfj", groups=""):
        path = tmp_path / "policy"
        lines = "".join(one.policy_lines for one in witnesses)
        path.write_text(f"log {ensure_log_key().public.vkey}\n{lines}{groups}quorum {quorum}\n")
        settings.MINGJING_WITNESS_POLICY = path

    return put


def size_published():
    """The size of the published checkpoint, 0 for none."""
    note = selectors.checkpoint()
    return Checkpoint.parse(text_of(note)).size if note else 0


def test_a_sealed_log_is_cosigned_and_only_then_published(queue, seal, feeder, witness, in_force, client):
    """Checkpoint, proofs, portal page and health follow the witness; a mirror of it all is still a whole log."""
    in_force(witness, quorum="sfj")
    queue(3)
    seal()
    assert (size_published(), selectors.state_of("case-1/1").name) == (0, "sealed")
    with pytest.raises(selectors.NotInLog):
        selectors.proof_for(0)
    feeder.finish(timezone.now())
    note = client.get("/log/checkpoint").content
    standing = Policy.parse(client.get("/log/policy").content).judge(note)
    assert standing.met
    assert set(standing.cosignatures) == {"sfj", "sfj-pq"}
    page = client.get("/portal/about-log/").content.decode()
    assert all(words in page for words in ("最近一次见证", "“sfj”已签名", "ML-DSA-44", "第 3 条"))
    assert witness.url not in page
    assert open_checkpoint(note, ensure_log_key().public).size == 3
    assert selectors.proof_for(0).note == note
    assert selectors.state_of("case-1/1").name == "checkpointed"
    assert verify_log(selectors.DatabaseReader(), ensure_log_key().public.vkey).ok
    queue(2, first=4)
    seal()
    assert size_published() == 3
    feeder.finish(timezone.now())
    assert (size_published(), witness.latest_size(ensure_log_key().public.name)) == (5, 5)


def test_the_public_policy_names_no_address(queue, seal, feeder, witness, in_force, client):
    """Where a witness is reached inside the office network is nobody's business."""
    in_force(witness, quorum="sfj")
    published = client.get("/log/policy").content.decode()
    assert witness.url not in published
    assert witness.witness.signers[0].public.vkey in published
    assert Policy.parse(published.encode()).quorum == "sfj"


def test_with_its_witness_down_the_log_is_sealed_on_and_after_a_while_alarms(
    queue, seal, feeder, witness, in_force, settings, client
):
    """The published checkpoint stays, the officer is told after so many minutes, all is well when it is back."""
    in_force(witness)
    queue(2)
    seal()
    feeder.finish(timezone.now())
    assert client.get("/healthz").json()["witness"] == "ok"
    witness.kill()
    queue(3, first=3)
    assert seal() == 3
    now = timezone.now()
    feeder.finish(now)
    assert size_published() == 2
    assert not selectors.watch(now).late
    later = now + timedelta(minutes=settings.MINGJING_WITNESS_MINUTES + 1)
    found = selectors.watch(later)
    assert found.late
    assert "没有运行" in found.in_words
    settings.MINGJING_WITNESS_MINUTES = 0
    assert client.get("/healthz").json()["witness"] == "late"
    assert "一段时间没有新的见证" in client.get("/portal/about-log/").content.decode()
    settings.MINGJING_WITNESS_MINUTES = 10
    witness.start()
    feeder.finish(now + timedelta(minutes=1))
    assert size_published() == 5
    assert not selectors.watch(timezone.now()).late


def test_killed_between_two_requests_a_witness_forgets_nothing(queue, seal, feeder, witness, in_force):
    """kill -9 after every answer: each time it goes on exactly where it was, and the feeder with it."""
    in_force(witness)
    for number in range(1, 4):
        queue(1, first=number)
        seal()
        feeder.finish(timezone.now())
        assert size_published() == number
        witness.kill()
        assert witness.latest_size(ensure_log_key().public.name) == number
        witness.start()
    assert Cosignature.objects.filter(name="sfj.example").count() == 6


def test_a_log_that_was_rolled_back_is_not_continued(
    queue, seal, feeder, witness, in_force, tampered, caplog, client
):
    """An old backup restored: the worker asks before it seals, stops with a clear message, and goes on when mended."""
    in_force(witness)
    queue(3)
    seal()
    feeder.finish(timezone.now())
    queue(2, first=4)
    seal()
    feeder.finish(timezone.now())
    for statement in ROLLED_BACK:
        tampered(statement, [3])
    queue(2, first=6)
    worker = Worker()
    worker.turn()
    worker.stop()
    assert selectors.log_health().size == 3
    assert selectors.log_health().queued >= 2
    with pytest.raises(
        SealingStopped, match=r"已见证到第 5 条，而本机日志只有 3 条.*出示了本日志签名的检查点"
    ):
        seal_log(at=timezone.now())
    assert "见证告警：见证方“sfj”已见证到第 5 条" in caplog.text
    assert client.get("/healthz").json()["witness"] == "late"
    assert "已停止写入" in client.get("/portal/about-log/").content.decode()
    assert size_published() == 3


def test_an_emptied_log_is_not_begun_again(queue, seal, feeder, witness, in_force, tampered):
    """With the old key and no entries at all, the witness still knows that there were some."""
    in_force(witness)
    queue(2)
    seal()
    feeder.finish(timezone.now())
    for statement in ROLLED_BACK:
        tampered(statement, [0])
    queue(1, first=3)
    Feeder().finish(timezone.now())
    with pytest.raises(SealingStopped, match="已见证到第 2 条，而本机日志只有 0 条"):
        seal_log(at=timezone.now())


def test_a_history_forged_with_the_genuine_key_is_refused_and_stops_the_log(
    queue, seal, feeder, witness, in_force, tampered
):
    """Rows rewritten, tree and checkpoints made anew: 422, kept as evidence, nothing more is sealed or published."""
    in_force(witness)
    queue(3)
    seal()
    feeder.finish(timezone.now())
    kept = selectors.checkpoint()
    forged = bytes(Entry.objects.first().data).replace(b"000001", b"00000f")
    # What the owner of the database can do: take the tree back, change an entry, seal and sign again.
    for statement in ROLLED_BACK[2:]:
        tampered(statement, [0])
    tampered("UPDATE translog_entry SET data = %s WHERE id = (SELECT MIN(id) FROM translog_entry)", [forged])
    tampered("INSERT INTO translog_queued (entry_id) SELECT id FROM translog_entry WHERE %s = 0", [0])
    remembered_path().unlink()  # he has the disk, too
    assert seal() == 3
    queue(1, first=4)
    seal()
    feeder.finish(timezone.now())
    with pytest.raises(SealingStopped, match="拒绝见证"):
        seal_log(at=timezone.now())
    with witness.witness.store.turn() as turn:
        assert [one.size for one in turn.refused() if one.origin == ensure_log_key().public.name] == [4]
    assert open_checkpoint(kept, ensure_log_key().public).size == 3
    assert witness.latest_size(ensure_log_key().public.name) == 3


def test_with_two_witnesses_both_are_needed_where_the_policy_says_so(
    queue, seal, feeder, witness, in_force, home, tmp_path
):
    """One of two down: nothing new is published; with a quorum of one it would be."""
    second = RunningWitness(tmp_path / "sjj", "sjj").add_log(ensure_log_key().public.vkey).start()
    try:
        in_force(witness, second, groups="group both all sfj sjj\n", quorum="both")
        queue(2)
        seal()
        feeder.finish(timezone.now())
        assert size_published() == 2
        assert len(selectors.watch(timezone.now()).witnesses) == 4
        second.kill()
        queue(1, first=3)
        seal()
        feeder.finish(timezone.now())
        assert size_published() == 2
        second.start()
        feeder.finish(timezone.now() + timedelta(minutes=1))
        assert size_published() == 3
    finally:
        second.kill()


def test_an_idle_log_is_cosigned_anew_before_it_would_alarm(queue, seal, feeder, witness, in_force, settings):
    """Without new entries the checkpoint still gets a fresh date; a moment later it does not need one."""
    in_force(witness)
    queue(1)
    seal()
    now = timezone.now()
    feeder.finish(now)
    feeder.finish(now + timedelta(seconds=30))
    assert Cosignature.objects.count() == 2
    time.sleep(1.01 - time.time() % 1)  # into another second: within one, the same line is signed again
    feeder.finish(now + timedelta(minutes=settings.MINGJING_WITNESS_MINUTES / 2, seconds=2))
    assert Cosignature.objects.count() == 4
    assert size_published() == 1


def test_a_cosignature_from_the_future_is_not_taken(queue, seal, feeder, witness, in_force):
    """A witness whose clock is an hour ahead would hide its later silence; five minutes are nobody's fault."""
    in_force(witness)
    queue(1)
    seal()
    now = timezone.now()
    feeder.finish(now - timedelta(hours=1))
    assert Cosignature.objects.count() == 0
    assert "时钟" in selectors.watch(now).witnesses[0].fault
    feeder.finish(now - timedelta(minutes=4))
    assert Cosignature.objects.count() == 2


def test_without_a_policy_nobody_is_asked(queue, seal, feeder):
    """The newest signed checkpoint is published at once, as before."""
    queue(2)
    seal()
    feeder.turn(timezone.now())
    assert not feeder.waiting
    assert size_published() == 2
    assert selectors.watch(timezone.now()) is None
