"""The witness: what grows is cosigned, everything else refused as the protocol says, and nothing is forgotten."""

import hashlib
import io
import shutil
import sqlite3
from pathlib import Path

import pytest

from mingjing.translog.cosignature import cosignatures, cosignatures_of
from mingjing.translog.merkle import EMPTY_ROOT
from mingjing.translog.note import Checkpoint, SigningKey, open_checkpoint, sign_note, signature_lines
from mingjing.translog.tiles import tree_of
from mingjing.translog.witness import MOST_BYTES, open_witness, set_up
from mingjing.translog.witness_client import request_body
from mingjing.translog.witness_http import application_of
from mingjing.translog.witness_store import DATABASE, MARKER, StoreRefused
from tests.translog.logs import KEY, VKEY, MemoryLog, act_leaf

NOW = 1_800_000_000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A witness of one log, as `mingjing witness init` and `add-log` leave it."""
    folder = tmp_path_factory.mktemp("witness") / "made"
    set_up(folder, "witness.example")
    with open_witness(folder).store.turn() as turn:
        turn.add_log(KEY.name, VKEY)
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A copy of it for one test."""
    return Path(shutil.copytree(made, tmp_path / "witness"))


@pytest.fixture
def witness(folder):
    """That witness, open."""
    return open_witness(folder)


def log_of(count, **more):
    """A log of so many acts."""
    return MemoryLog([act_leaf(number, **more) for number in range(1, count + 1)])


def body(log, old, *, note=None, size=None):
    """The request for the newest checkpoint of a log, from an older size."""
    size = size or log.edge.size
    proof = tree_of(log.read, size).consistency(old) if 0 < old <= size else []
    return request_body(old, proof, note or log.files["checkpoint"])


def latest(witness):
    """Size and moment that the witness remembers."""
    with witness.store.turn() as turn:
        found = turn.latest(KEY.name)
    return (found.size, found.at) if found else None


def evidence(witness):
    """Why the witness kept requests."""
    with witness.store.turn() as turn:
        return [one.why for one in turn.refused()]


def test_a_log_that_grows_is_cosigned_with_every_key_of_the_witness(witness):
    """First contact, growth, and the same size again: each answered with two lines of that moment."""
    log = log_of(300)
    for number, (old, more) in enumerate([(0, 0), (300, 100), (400, 0)]):
        log.append([act_leaf(300 + at) for at in range(1, more + 1)])
        answer = witness.add_checkpoint(body(log, old), NOW + number)
        assert answer.status == 200
        keys = [signer.public for signer in witness.signers]
        text = open_checkpoint(log.files["checkpoint"], KEY.public).text
        found = cosignatures(text, signature_lines(answer.body), keys)
        assert {(one.key.algorithm_name, one.at) for one in found} == {
            ("Ed25519", NOW + number),
            ("ML-DSA-44", NOW + number),
        }
    assert latest(witness) == (400, NOW + 2)
    assert evidence(witness) == []


@pytest.mark.parametrize("old", [0, 3, 9])
def test_who_asks_from_another_size_is_told_the_right_one(witness, old):
    """409 with the size and its type; then the right request is cosigned."""
    log = log_of(5)
    witness.add_checkpoint(body(log, 0), NOW)
    log.append([act_leaf(number) for number in range(6, 11)])
    answer = witness.add_checkpoint(body(log, old), NOW)
    assert (answer.status, answer.body, answer.content_type) == (409, b"5\n", "text/x.tlog.size")
    assert witness.add_checkpoint(body(log, 5), NOW).status == 200


def test_a_forged_history_signed_with_the_genuine_key_is_refused_and_kept(witness):
    """422 whatever size it has; the witness stays where it was and has the proof of what was tried."""
    honest = log_of(20)
    witness.add_checkpoint(body(honest, 0), NOW)
    forged = MemoryLog([act_leaf(1, digest="cd" * 32), *(act_leaf(number) for number in range(2, 26))])
    assert witness.add_checkpoint(body(forged, 20), NOW).status == 422
    same_size = MemoryLog([act_leaf(1, digest="cd" * 32), *(act_leaf(number) for number in range(2, 21))])
    assert witness.add_checkpoint(body(same_size, 20), NOW).status == 422
    assert witness.add_checkpoint(body(same_size, 0), NOW).status == 409
    assert latest(witness) == (20, NOW)
    assert ["改动" in why or "两个版本" in why for why in evidence(witness)] == [True, True]
    assert witness.add_checkpoint(body(honest, 20), NOW).status == 200


def test_an_older_checkpoint_is_not_cosigned_again(witness):
    """A log that was rolled back is told how far it once was."""
    log = log_of(5)
    early = log.files["checkpoint"]
    witness.add_checkpoint(body(log, 0), NOW)
    log.append([act_leaf(6)])
    witness.add_checkpoint(body(log, 5), NOW)
    answer = witness.add_checkpoint(request_body(0, [], early), NOW)
    assert (answer.status, answer.body) == (409, b"6\n")
    assert witness.add_checkpoint(request_body(6, [], early), NOW).status == 400
    assert latest(witness) == (6, NOW)


def test_only_the_key_of_the_log_is_believed(witness):
    """An unknown log is 404, a signature of a stranger or a false one 403; another key of the log once added counts."""
    log = log_of(3)
    checkpoint = open_checkpoint(log.files["checkpoint"], KEY.public)
    stranger = SigningKey("stranger.gov.cn/log", bytes(32))
    assert (
        witness.add_checkpoint(request_body(0, [], log_of(3, case="x").files["checkpoint"]), NOW).status
        == 200
    )
    foreign = Checkpoint(stranger.name, 3, checkpoint.root).signed(stranger)
    assert witness.add_checkpoint(request_body(0, [], foreign), NOW).status == 404
    new_key = SigningKey(KEY.name, bytes([9] * 32))
    changed = sign_note(checkpoint.text, [new_key])
    assert witness.add_checkpoint(request_body(0, [], changed), NOW).status == 403
    broken = log.files["checkpoint"].replace(b"\n3\n", b"\n4\n")
    assert witness.add_checkpoint(request_body(0, [], broken), NOW).status == 403
    with witness.store.turn() as turn:
        turn.add_log(new_key.name, new_key.public.vkey)
    assert witness.add_checkpoint(request_body(0, [], changed), NOW).status == 409


def test_the_empty_log_has_one_root(witness):
    """A checkpoint of size zero with another root is 422, with the right one it is cosigned."""
    empty = Checkpoint(KEY.name, 0, EMPTY_ROOT).signed(KEY)
    odd = Checkpoint(KEY.name, 0, bytes(32)).signed(KEY)
    assert witness.add_checkpoint(request_body(0, [], odd), NOW).status == 422
    assert witness.add_checkpoint(request_body(0, [], empty), NOW).status == 200
    assert (
        witness.add_checkpoint(request_body(0, [bytes(32)], log_of(2).files["checkpoint"]), NOW).status == 422
    )


NOTE = log_of(3).files["checkpoint"]


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        NOTE,
        b"old\n\n" + NOTE,
        b"old 01\n\n" + NOTE,
        b"old -1\n\n" + NOTE,
        b"old 0\nnot base64\n\n" + NOTE,
        b"old 0\nAAAA\n\n" + NOTE,
        b"old 0\n\n" + NOTE[:-1],
        b"old 0\n\nno note\n",
        request_body(0, [bytes(32)] * 64, NOTE),
        request_body(4, [], NOTE),
    ],
)
def test_a_malformed_request_is_400(witness, request_):
    """And changes nothing."""
    assert witness.add_checkpoint(request_, NOW).status == 400
    assert latest(witness) is None
    assert witness.add_checkpoint(request_body(0, [], NOTE), NOW).status == 200


def test_no_cosignature_is_dated_before_the_one_before_it(witness):
    """With its clock put back the witness signs nothing, and goes on when the clock is right again."""
    log = log_of(3)
    assert witness.add_checkpoint(body(log, 0), NOW).status == 200
    assert witness.add_checkpoint(body(log, 3), NOW - 1).status == 503
    assert witness.add_checkpoint(body(log, 3), NOW).status == 200


def test_what_was_signed_is_on_the_disk_before_it_is_answered(folder, monkeypatch):
    """If it cannot be written, nothing is answered."""
    witness = open_witness(folder)
    database = sqlite3.connect(folder / DATABASE)
    database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON latest BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    database.commit()
    with pytest.raises(sqlite3.IntegrityError, match="disk full"):
        witness.add_checkpoint(request_body(0, [], NOTE), NOW)
    database.execute("DROP TRIGGER full")
    database.commit()
    database.close()
    assert latest(open_witness(folder)) is None
    assert witness.add_checkpoint(request_body(0, [], NOTE), NOW).status == 200
    assert latest(open_witness(folder)) == (3, NOW)


@pytest.mark.parametrize("lost", [DATABASE, MARKER])
def test_a_witness_that_lost_its_memory_does_not_open(folder, lost):
    """Without what it signed it could be led back: it says so and stops."""
    data = (folder / lost).read_bytes()
    (folder / lost).unlink()
    with pytest.raises(StoreRefused, match="不得继续用原密钥"):
        open_witness(folder)
    with pytest.raises(FileExistsError):
        set_up(folder, "witness.example")
    (folder / lost).write_bytes(data)
    assert open_witness(folder)


def test_the_memory_of_another_witness_is_not_taken(folder, tmp_path):
    """A fresh database in the old one's place is found out."""
    set_up(tmp_path / "other", "other.example")
    (folder / DATABASE).write_bytes((tmp_path / "other" / DATABASE).read_bytes())
    with pytest.raises(StoreRefused, match="不符"):
        open_witness(folder)
    assert open_witness(tmp_path / "other")


def call(witness, method, path, data=b"", length=None):
    """One request to the application, without a network."""
    told = {}
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(data)}
    environ["CONTENT_LENGTH"] = str(len(data)) if length is None else length
    application = application_of(witness, clock=lambda: float(NOW))
    found = b"".join(application(environ, lambda status, headers: told.update(status=status)))
    return int(told["status"][:3]), found


def test_over_http_there_are_three_addresses_and_no_more(witness):
    """Submission, the newest checkpoint of a log with its cosignatures, the public keys."""
    shown = f"/{hashlib.sha256(KEY.name.encode()).hexdigest()}/checkpoint"
    assert call(witness, "GET", shown)[0] == 404
    assert call(witness, "POST", "/add-checkpoint", request_body(0, [], NOTE))[0] == 200
    status, note = call(witness, "GET", shown)
    assert status == 200
    assert open_checkpoint(note, KEY.public).size == 3
    assert len(cosignatures_of(note, [signer.public for signer in witness.signers])) == 2
    assert call(witness, "GET", "/")[1].decode().splitlines() == [s.public.vkey for s in witness.signers]
    assert call(witness, "GET", "/add-checkpoint")[0] == 405
    assert call(witness, "DELETE", shown)[0] == 405
    assert call(witness, "GET", "/etc/passwd")[0] == 404


@pytest.mark.parametrize(
    ("data", "length"), [(b"x" * (MOST_BYTES + 1), None), (b"x" * (MOST_BYTES + 1), ""), (b"", "-1")]
)
def test_a_request_that_is_too_long_is_not_read(witness, data, length):
    """With or without a stated length; one of ordinary size is."""
    assert call(witness, "POST", "/add-checkpoint", data, length)[0] == 400
    assert call(witness, "POST", "/add-checkpoint", request_body(0, [], NOTE))[0] == 200
