"""Cosignatures: those of the public witness network are read, our own are read back, altered ones are refused."""

from pathlib import Path

import pytest

from mingjing.translog.cosignature import ED25519, MLDSA44, WitnessKey, WitnessSigner, cosignatures_of
from mingjing.translog.note import Checkpoint, NoteRefused, split_note
from tests.translog.logs import KEY

# A checkpoint of a Certificate Transparency log (Google's staging log coachandhorses2026h1, August 2026) as the
# witness "navigli" of Geomys cosigned it, with Ed25519 and with ML-DSA-44: made by programs that are not ours.
VECTORS = Path(__file__).parent / "vectors"
REAL_NOTE = (VECTORS / "coachandhorses2026h1.checkpoint").read_bytes()
REAL_KEYS = [WitnessKey.parse(line) for line in (VECTORS / "navigli.vkey").read_text().splitlines()]
REAL_MOMENT = 1785704691

AT = 1679315147
# The example of c2sp.org/tlog-cosignature: its checkpoint, and the line whose moment is the one above.
EXAMPLE = Checkpoint.parse(
    b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
)
EXAMPLE_LINE = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5n"
    "No0xUe+mbIUBkBIfZ+qnA==\n"
).encode()
SIGNERS = [WitnessSigner("witness.example", kind, bytes([kind]) * 32) for kind in (ED25519, MLDSA44)]
KINDS = pytest.mark.parametrize("signer", SIGNERS, ids=["ed25519", "mldsa44"])
CHECKPOINT = Checkpoint(KEY.name, 17, bytes(range(32)))
NOTE = CHECKPOINT.signed(KEY)


def test_cosignatures_of_a_witness_in_the_public_network_are_read():
    """Both kinds, made by another program over another log, verify and tell their moment."""
    found = cosignatures_of(REAL_NOTE, REAL_KEYS)
    assert {(one.key.algorithm_name, one.at) for one in found} == {
        ("Ed25519", REAL_MOMENT),
        ("ML-DSA-44", REAL_MOMENT),
    }
    for key, line in zip(REAL_KEYS, (VECTORS / "navigli.vkey").read_text().splitlines(), strict=True):
        assert key.vkey == line


@pytest.mark.parametrize("key", REAL_KEYS, ids=["mldsa44", "ed25519"])
def test_they_do_not_hold_for_another_size(key):
    """The same lines under a checkpoint that says something else are refused."""
    altered = REAL_NOTE.replace(b"\n185550722\n", b"\n185550723\n")
    with pytest.raises(NoteRefused, match="签名无效"):
        cosignatures_of(altered, [key])
    assert cosignatures_of(REAL_NOTE, [key])


def test_the_line_of_the_specification_has_the_layout_that_we_write():
    """Key id, moment, signature: 4, 8 and 64 bytes, the moment big-endian."""
    (line,) = split_note(EXAMPLE.text + b"\n" + EXAMPLE_LINE)[1]
    (own,) = split_note(EXAMPLE.text + b"\n" + SIGNERS[0].cosign(EXAMPLE.text, AT))[1]
    assert line.text == EXAMPLE_LINE
    assert len(line.signature) == len(own.signature) == 72
    assert line.signature[:8] == own.signature[:8]


@KINDS
def test_a_cosignature_is_read_back_with_its_moment(signer):
    """Signed, put under the note, found under the public key."""
    note = NOTE + signer.cosign(CHECKPOINT.text, AT)
    (found,) = cosignatures_of(note, [WitnessKey.parse(signer.public.vkey)])
    assert (found.at, found.key) == (AT, signer.public)
    assert note.endswith(found.line)


@KINDS
def test_neither_text_nor_moment_nor_name_can_be_changed(signer):
    """Everything that a cosignature states is signed; Ed25519 alone leaves the name to the key id."""
    line = split_note(NOTE + signer.cosign(CHECKPOINT.text, AT))[1][-1]
    key, later = signer.public, (AT + 1).to_bytes(8) + line.signature[8:]
    assert key.cosigned_at(CHECKPOINT.text, line.signature) == AT
    assert key.cosigned_at(CHECKPOINT.text, later) is None
    assert key.cosigned_at(CHECKPOINT.text, line.signature[:-1]) is None
    assert key.cosigned_at(Checkpoint(KEY.name, 18, bytes(32)).text, line.signature) is None
    namesake = WitnessKey("another.example", key.algorithm, key.raw)
    assert (namesake.cosigned_at(CHECKPOINT.text, line.signature) is None) == (key.algorithm == MLDSA44)


def test_unknown_lines_are_passed_over_and_the_newest_of_a_key_counts():
    """A note may carry anything; of one witness the last word is taken."""
    lines = [SIGNERS[0].cosign(CHECKPOINT.text, at) for at in (AT + 5, AT)]
    foreign = WitnessSigner("stranger.example", ED25519, bytes(32)).cosign(CHECKPOINT.text, AT)
    (found,) = cosignatures_of(NOTE + foreign + b"".join(lines), [SIGNERS[0].public])
    assert found.at == AT + 5
    assert cosignatures_of(NOTE + foreign, [SIGNERS[0].public]) == []


@pytest.mark.parametrize("at", [0, 2**63])
def test_a_moment_that_says_nothing_is_neither_signed_nor_read(at):
    """A witness may not leave the moment open."""
    with pytest.raises(ValueError, match="moment"):
        SIGNERS[0].cosign(CHECKPOINT.text, at)
    signature = at.to_bytes(8) + bytes(64)
    assert SIGNERS[0].public.cosigned_at(CHECKPOINT.text, signature) is None


@KINDS
def test_keys_are_written_and_read_back_and_slips_show(signer):
    """A private key from its file, a public one from its vkey; neither with a letter changed."""
    assert WitnessSigner.parse(signer.text + "\n") == signer
    with pytest.raises(NoteRefused):
        WitnessSigner.parse(signer.text.replace("witness.example", "witness.exampel"))
    with pytest.raises(NoteRefused):
        WitnessKey.parse(signer.public.vkey.replace("witness.example", "witness.exampel"))
    assert "seed" not in repr(signer)


@pytest.mark.parametrize("vkey", [KEY.public.vkey, "name+00000000+BAAA", "", "a+b+c"])
def test_what_is_no_key_of_a_witness_is_refused(vkey):
    """The key of a log does not verify cosignatures."""
    with pytest.raises(NoteRefused):
        WitnessKey.parse(vkey)
    assert WitnessKey.parse(SIGNERS[0].public.vkey) == SIGNERS[0].public
