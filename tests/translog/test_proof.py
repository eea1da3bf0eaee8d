"""The `.tlog-proof` file: it proves its entry and stands on its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.translog.note import Checkpoint, NoteRefused
from mingjing.translog.proof import InclusionProof, ProofInvalid
from mingjing.translog.tiles import CHECKPOINT, tree_of
from tests.translog.logs import KEY, MemoryLog

LOG = MemoryLog([b"entry %d" % number for number in range(300)])


def proof(index: int, extra: bytes = b"") -> InclusionProof:
    """The proof of one entry of the log."""
    return InclusionProof(index, tuple(tree_of(LOG.read, 300).inclusion(index)), LOG.files[CHECKPOINT], extra)


@given(st.integers(0, 299), st.binary(max_size=40))
def test_a_proof_file_can_be_read_back_and_proves_its_entry(index, extra):
    """Write, read, verify; with and without extra data."""
    again = InclusionProof.parse(proof(index, extra).data)
    assert again == proof(index, extra)
    assert again.verify(LOG.entries[index], KEY.public) == Checkpoint(KEY.name, 300, LOG.edge.root())


@given(st.integers(0, 299), st.integers(0, 299))
def test_a_proof_proves_no_other_entry(index, other):
    """The proof of one entry is not the proof of another."""
    if index != other:
        with pytest.raises(ProofInvalid, match=f"序号 {index}"):
            proof(index).verify(LOG.entries[other], KEY.public)


@given(st.data())
def test_no_altered_proof_file_proves_the_entry(data):
    """Any flipped bit before the note is either unreadable or proves nothing: the extra data is not claimed."""
    good = proof(7).data
    at, bit = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 7))
    altered = good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]
    with pytest.raises((NoteRefused, ProofInvalid)):
        InclusionProof.parse(altered).verify(LOG.entries[7], KEY.public)


def test_the_file_has_the_lines_of_the_standard():
    """Header, extra, index, path, blank line, checkpoint (c2sp.org/tlog-proof)."""
    lines = proof(299, b"extra").data.decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra ZXh0cmE=", "index 299"]
    assert lines[3 + len(proof(299).path)] == ""
    assert lines[4 + len(proof(299).path) :][:2] == [KEY.name, "300"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v2\nindex 1\n\nnote",
        b"c2sp.org/tlog-proof@v1\n\nnote",
        b"c2sp.org/tlog-proof@v1\nindex 01\n\nnote",
        b"c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nnote",
        b"c2sp.org/tlog-proof@v1\nextra !\nindex 1\n\nnote",
        b"c2sp.org/tlog-proof@v1\nindex 1\n" + (b"A" * 43 + b"=\n") * 65 + b"\nnote",
    ],
)
def test_a_malformed_proof_file_is_refused(data):
    """Refused with words; the well-formed twin is read."""
    with pytest.raises(NoteRefused):
        InclusionProof.parse(data)
    twin = b"c2sp.org/tlog-proof@v1\nindex 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\nnote"
    assert len(InclusionProof.parse(twin).path) == 64
