"""The SM3 tree beside the SHA-256 tree: the same leaves in the same places, signed with SM2, at once or later."""

import pytest
from django.db import IntegrityError, connection, transaction

from mingjing.translog import selectors, services
from mingjing.translog.files import DatabaseReader
from mingjing.translog.keys import ensure_log_key, signers
from mingjing.translog.merkle import root_of
from mingjing.translog.models import Head, Sm3Head, Sm3Tile
from mingjing.translog.note import open_checkpoint
from mingjing.translog.proof import InclusionProof, ProofInvalid
from mingjing.translog.sm2_note import parse_vkey
from mingjing.translog.suites import sm3
from mingjing.translog.tiles import tree_of
from mingjing.translog.trees import second
from mingjing.translog.verify import verify_log
from tests.append_only import tampering
from tests.translog.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(settings):
    """Both suites are in use."""
    settings.MINGJING_LOG_SUITES = ["sha256", "sm3"]


def second_vkey():
    """The public key of the second tree."""
    (key,) = signers("sm2")
    return key.public.renamed(f"{key.name}-sm3").vkey


def test_both_trees_hold_the_same_leaves(both, queue, seal):
    """Roots by definition, each with its own hash; both logs verify; the bundles are the same bytes."""
    entries = [bytes(entry.data) for entry in queue(300)]
    seal(limit=70)
    assert bytes(Head.objects.get(size=300).root) == root_of(entries)[1]
    assert bytes(Sm3Head.objects.get(size=300).root) == root_of(entries, sm3().hashing)[1]
    assert verify_log(DatabaseReader(), ensure_log_key().public.vkey).ok
    report = verify_log(DatabaseReader(second()), second_vkey())
    assert report.ok, report.text
    assert (report.checkpoint.origin, report.checked) == (f"{services.origin()}-sm3", 300)
    bundle = "tile/entries/000"
    assert DatabaseReader(second()).read(bundle) == DatabaseReader().read(bundle)
    assert DatabaseReader(second()).read("tile/0/000") != DatabaseReader().read("tile/0/000")


def test_the_standard_checkpoint_has_an_sm2_line_too(both, queue, seal):
    """Whoever trusts SM2 alone, or Ed25519 alone, opens it."""
    queue(1)
    seal()
    for key in (ensure_log_key().public, signers("sm2")[0].public):
        assert open_checkpoint(selectors.checkpoint(), key).size == 1


def test_without_the_setting_there_is_no_second_tree(queue, seal):
    """One signature line, no SM3 head, no SM2 key file."""
    queue(3)
    seal()
    assert not Sm3Head.objects.exists()
    assert selectors.checkpoint().count("\u2014".encode()) == 1


def test_a_tree_taken_into_use_later_is_made_of_the_leaves_there_are(settings, queue, seal):
    """In steps, each of which may be the last for a while; then it goes along with the first."""
    entries = [bytes(entry.data) for entry in queue(600)]
    seal()
    settings.MINGJING_LOG_SUITES = ["sha256", "sm3"]
    assert services.seal_log(at=AT, limit=256) == 256
    assert Sm3Head.objects.get().size == 256
    assert verify_log(DatabaseReader(second()), second_vkey()).ok
    entries += [bytes(entry.data) for entry in queue(2, first=601)]
    assert seal(limit=256)
    assert bytes(Sm3Head.objects.get(size=602).root) == root_of(entries, sm3().hashing)[1]
    assert verify_log(DatabaseReader(second()), second_vkey()).ok


def test_proofs_of_the_second_tree_verify(both, queue, seal):
    """A proof under the SM3 checkpoint is checked with SM3, by the name of its log."""
    entries = [bytes(entry.data) for entry in queue(300)]
    seal()
    reader, vkey = DatabaseReader(second()), second_vkey()
    tree = tree_of(reader.read, 300, sm3().hashing)
    note = reader.read("checkpoint")
    proof = InclusionProof(7, tuple(tree.inclusion(7)), note, entries[7])
    key = parse_vkey(vkey)
    assert proof.verify(entries[7], key).size == 300
    with pytest.raises(ProofInvalid, match="证明不成立"):
        proof.verify(entries[8], key)


def test_an_altered_second_tree_is_found(both, queue, seal, tampered):
    """One hash of an SM3 tile: the first tree is whole, the second names the tile."""
    queue(300)
    seal()
    tile = DatabaseReader(second()).read("tile/0/000")
    tampered("UPDATE translog_sm3tile SET data = %s WHERE path = 'tile/0/000'", [bytes(32) + tile[32:]])
    assert verify_log(DatabaseReader(), ensure_log_key().public.vkey).ok
    report = verify_log(DatabaseReader(second()), second_vkey())
    assert not report.ok
    assert "tile/0/000：序号 0 的叶哈希" in report.text


@pytest.mark.django_db(transaction=True)
def test_a_second_head_taken_back_stops_the_sealing(both, queue, seal):
    """What is signed would otherwise be two histories; the queue stays as it was."""
    queue(2)
    seal()
    with tampering(connection) as cursor:
        cursor.execute("UPDATE translog_sm3head SET root = translog_head.root FROM translog_head")
    queue(1, first=3)
    with pytest.raises(services.LogDamaged):
        services.seal_log(at=AT)
    assert Head.objects.count() == 1


def test_the_tables_of_the_second_tree_only_grow(both, queue, seal):
    """The database refuses to change or take back a tile or a head; a new one it takes."""
    queue(300)
    seal()
    for change in (Sm3Tile.objects.all(), Sm3Head.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change.delete()
    queue(1, first=301)
    assert seal() == 1


def test_the_second_log_is_served_and_exported(both, queue, seal, client, tmp_path):
    """Under its own prefix, to be verified from the files alone."""
    queue(300)
    seal()
    note = client.get("/log-sm3/checkpoint")
    assert note.status_code == 200
    assert note.content.startswith(f"{services.origin()}-sm3\n300\n".encode())
    tile = client.get("/log-sm3/tile/0/000")
    assert tile.content == DatabaseReader(second()).read("tile/0/000")
    assert services.export_log(tmp_path, second()) == 300
    assert verify_log(tmp_path, second_vkey()).ok


def test_a_second_log_that_is_not_kept_is_not_served(queue, seal, client):
    """404, where the first log is there."""
    queue(1)
    seal()
    assert client.get("/log-sm3/checkpoint").status_code == 404
    assert client.get("/log/checkpoint").status_code == 200
