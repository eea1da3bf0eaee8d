"""Changing, ending and replacing the keys of a log: every step logged, every proof still verified."""

import sys

import pytest
from django.db import IntegrityError, transaction

from mingjing.translog import selectors, services
from mingjing.translog.files import DatabaseReader
from mingjing.translog.key_history import ED25519, SM2
from mingjing.translog.key_services import KeyRefused, audit_keys, close, open_successor, retire, rotate
from mingjing.translog.keys import LogKeyMissing, ensure_log_key, key_folder, public_ranges, signers, vkeys
from mingjing.translog.models import Entry, KeyStatement, Sealed
from mingjing.translog.note import NoteRefused, SigningKey, open_checkpoint
from mingjing.translog.proof import InclusionProof
from mingjing.translog.signers import SignerFailed
from mingjing.translog.sm2_note import parse_vkeys
from mingjing.translog.verify import verify_log
from tests.translog.conftest import AT

pytestmark = pytest.mark.django_db
WHO = {"by": "admin", "at": AT, "reason": "到期更换"}
NEXT = "mingjing.local/log-2"


@pytest.fixture
def log(queue, seal):
    """A log of three acts, sealed and signed by its first key; gives that."""
    queue(3)
    seal()
    return ensure_log_key()


def kinds():
    """The kinds of the leaves in the order of the log."""
    return list(Sealed.objects.order_by("index").values_list("entry__kind", flat=True))


def test_two_keys_sign_until_the_old_one_is_retired(log, queue, seal):
    """A reader who knows only the old key, or only the new one, is served all through the overlap."""
    old, before = log.public, selectors.checkpoint()
    new = rotate(kind=ED25519, **WHO).key
    seal()
    assert kinds()[-1] == "key"
    for key in (old, new):
        assert open_checkpoint(selectors.checkpoint(), key).size == 4
    ended = retire(key_id=old.key_id.hex(), **WHO)
    queue(1, first=4)
    seal()
    assert (ended.begin, ended.end) == (0, 4)
    assert ensure_log_key().public == new
    assert open_checkpoint(selectors.checkpoint(), new).size == 6
    with pytest.raises(NoteRefused):
        open_checkpoint(selectors.checkpoint(), old)
    report = verify_log(DatabaseReader(), vkeys(), before)
    assert report.ok, report.text
    assert audit_keys() == []


def test_a_proof_from_before_still_verifies(log, queue, seal):
    """Handed out under the old key, checked with all keys of the log; with the new key alone it is refused."""
    proof = InclusionProof.parse(selectors.tlog_proof_bytes(1))
    new = rotate(kind=ED25519, **WHO).key
    seal()
    retire(key_id=log.public.key_id.hex(), **WHO)
    seal()
    assert proof.verify(proof.extra, *parse_vkeys(vkeys())).size == 3
    with pytest.raises(NoteRefused):
        proof.verify(proof.extra, new)


def test_the_only_key_is_not_retired(log):
    """First another one must sign."""
    with pytest.raises(KeyRefused, match="唯一"):
        retire(key_id=log.public.key_id.hex(), **WHO)


def test_the_old_key_is_not_retired_before_the_new_one_has_signed(log):
    """Nobody would have a checkpoint under both; after the next sealing it may go."""
    rotate(kind=ED25519, **WHO)
    with pytest.raises(KeyRefused, match="还没有在任何检查点上签名"):
        retire(key_id=log.public.key_id.hex(), **WHO)
    services.seal_log(at=AT)
    assert retire(key_id=log.public.key_id.hex(), **WHO).end == 4


def test_a_change_of_keys_gives_its_reason(log):
    """Without one nothing is written."""
    with pytest.raises(KeyRefused, match="原因"):
        rotate(kind=ED25519, by="admin", at=AT, reason=" ")
    assert not KeyStatement.objects.exists()
    assert not Entry.objects.filter(kind="key").exists()


def test_the_sm2_key_changes_in_the_same_way(settings, log, queue, seal):
    """Both SM2 keys sign the second tree, the Ed25519 key stays."""
    settings.MINGJING_LOG_SUITES = ["sha256", "sm3"]
    seal()
    (old,) = signers(SM2)
    new = rotate(kind=SM2, **WHO).key
    seal()
    assert [one.public for one in signers(SM2)] == [old.public, new]
    assert ensure_log_key() == log
    retire(key_id=old.public.key_id.hex(), **WHO)
    seal()
    assert open_checkpoint(selectors.checkpoint(), new).size == 5


def test_a_lost_file_stops_the_signing_until_it_is_restored(log, queue, seal):
    """With two keys in use each must be there."""
    rotate(kind=ED25519, **WHO)
    seal()
    (path,) = key_folder().glob("log-*.key")
    text = path.read_text()
    path.unlink()
    queue(1, first=4)
    with pytest.raises(LogKeyMissing, match="备份"):
        services.seal_log(at=AT)
    path.write_text(text)
    path.chmod(0o600)
    assert seal() == 1


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_a_key_that_others_can_read_is_refused(log, mode):
    """Who can read it can sign; closed again it is used."""
    path = key_folder() / "log.key"
    path.chmod(mode)
    with pytest.raises(LogKeyMissing, match="chmod 600"):
        ensure_log_key()
    path.chmod(0o600)
    assert ensure_log_key() == log


def test_keys_may_lie_in_a_folder_of_their_own(settings, home, tmp_path_factory):
    """On a stick, say: nothing is written below the home."""
    settings.MINGJING_LOG_KEYS = tmp_path_factory.mktemp("stick")
    ensure_log_key()
    assert (settings.MINGJING_LOG_KEYS / "log.key").exists()
    assert not (home / "keys").exists()


# A device: a program that keeps a key of its own and signs what it is given.
DEVICE = """
import base64, sys
sys.path.insert(0, {root!r})
from mingjing.translog.note import SigningKey
key = SigningKey({name!r}, bytes(range(32)))
text = sys.stdin.buffer.read() + {also!r}
print(base64.b64encode(key.sign(text)).decode())
sys.exit({status})
"""


@pytest.fixture
def device(settings, tmp_path_factory):
    """Set a program as the signer; gives its public key."""

    def plug_in(also=b"", status=0, name="mingjing.local/log"):
        program = tmp_path_factory.mktemp("device") / "sign.py"
        root = str(settings.BASE_DIR)
        program.write_text(DEVICE.format(root=root, name=name, also=also, status=status))
        key = SigningKey(name, bytes(range(32))).public
        settings.MINGJING_LOG_SIGNERS = [(key.vkey, [sys.executable, str(program)])]
        return key

    return plug_in


def test_a_device_signs_a_new_log(device, home, queue, seal):
    """No key file is ever made."""
    key = device()
    queue(1)
    seal()
    assert open_checkpoint(selectors.checkpoint(), key).size == 1
    assert not key_folder().exists()


def test_a_log_moves_to_a_device(device, log, seal):
    """Rotation takes the device's key; afterwards the file may be destroyed."""
    key = device()
    assert rotate(kind=ED25519, **WHO).key == key
    seal()
    retire(key_id=log.public.key_id.hex(), **WHO)
    (key_folder() / "log.key").unlink()
    seal()
    assert open_checkpoint(selectors.checkpoint(), key).size == 5


@pytest.mark.parametrize(
    ("fault", "words"),
    [({"also": b"x"}, "另一把密钥"), ({"status": 3}, "返回 3")],
)
def test_a_device_that_fails_loses_nothing(device, home, queue, seal, fault, words):
    """What is sealed stays sealed and is signed when the device works again."""
    device(**fault)
    queue(1)
    with pytest.raises(SignerFailed, match=words):
        services.seal_log(at=AT)
    key = device()
    services.seal_log(at=AT)
    assert open_checkpoint(selectors.checkpoint(), key).size == 1


def test_a_compromised_log_is_closed_and_goes_on_under_another_name(settings, log, queue, seal):
    """The last leaf of the one names the other, the first of the other names the one; the tree is one tree."""
    queue(1, first=4)  # waits: it belongs before the end
    assert close(successor=NEXT, **WHO) == 5
    old_end = selectors.checkpoint()
    queue(1, first=5)
    with pytest.raises(LogKeyMissing, match="关闭"):
        services.seal_log(at=AT)

    settings.LOG_ORIGIN = NEXT
    opened = open_successor(**WHO)
    seal()
    assert kinds() == ["act", "act", "act", "act", "key", "key", "act"]
    ending, beginning = KeyStatement.objects.order_by("id").values_list("body", flat=True)
    assert (ending["other"], ending["size"]) == (NEXT, 5)
    assert (beginning["other"], beginning["size"]) == ("mingjing.local/log", 5)
    assert bytes.fromhex(beginning["root"]) == open_checkpoint(old_end, log.public).root
    report = verify_log(DatabaseReader(), opened.key.vkey)
    assert (report.ok, report.checkpoint.origin) == (True, NEXT)
    assert verify_log(DatabaseReader(), vkeys(), old_end).ok
    assert {(one.key.name, one.end) for one in public_ranges()} == {(log.name, 5), (NEXT, None)}
    assert audit_keys() == []


def test_a_log_whose_key_is_gone_for_good_goes_on_under_another_name(settings, log, queue, seal):
    """Its public key, as it was published, is asked for; without it nothing is opened."""
    (key_folder() / "log.key").unlink()
    settings.LOG_ORIGIN = NEXT
    with pytest.raises(KeyRefused, match="还没有关闭"):
        open_successor(**WHO)
    with pytest.raises(KeyRefused, match="签不出"):
        open_successor(lost_key=SigningKey.generate(log.name).public.vkey, **WHO)
    opened = open_successor(lost_key=log.public.vkey, **WHO)
    queue(1, first=4)
    seal()
    assert (opened.begin, kinds()) == (3, ["act", "act", "act", "key", "act"])
    assert verify_log(DatabaseReader(), opened.key.vkey).ok


def test_another_name_alone_opens_nothing(settings, log):
    """Who only changes the setting is told the way."""
    rotate(kind=ED25519, **WHO)
    settings.LOG_ORIGIN = NEXT
    with pytest.raises(LogKeyMissing, match="LOG_ORIGIN"):
        services.seal_log(at=AT)


def test_an_altered_statement_is_found(log, seal, tampered):
    """Statements only grow; past the trigger, the log tells."""
    rotate(kind=ED25519, **WHO)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyStatement.objects.update(by="nobody")
    assert audit_keys() == []
    tampered("UPDATE translog_keystatement SET body = '{}'")
    assert "已被改动" in audit_keys()[0]
