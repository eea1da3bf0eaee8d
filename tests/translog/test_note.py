"""Signed notes: what the key signed opens, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.translog.note import (
    Checkpoint,
    NoteRefused,
    SigningKey,
    VerifyKey,
    open_checkpoint,
    open_note,
    sign_note,
)
from tests.translog.logs import KEY, VKEY

# The example in the documentation of golang.org/x/mod/sumdb/note.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
OTHER = SigningKey("example.gov.cn/log", bytes(32))
CHECKPOINT = Checkpoint(KEY.name, 17, bytes(range(32)))


def test_a_note_signed_by_another_program_opens():
    """Key format, key id and signature are those of the Go implementation."""
    assert open_note(GO_NOTE, VerifyKey.parse(GO_VKEY)).startswith(b"If you think")
    assert VerifyKey.parse(GO_VKEY).vkey == GO_VKEY


@given(st.data())
def test_no_altered_note_opens(data):
    """Flipping any one bit of a signed checkpoint makes it fail."""
    note = CHECKPOINT.signed(KEY)
    at, bit = data.draw(st.integers(0, len(note) - 1)), data.draw(st.integers(0, 7))
    altered = note[:at] + bytes([note[at] ^ 1 << bit]) + note[at + 1 :]
    with pytest.raises(NoteRefused):
        open_checkpoint(altered, KEY.public)
    assert open_checkpoint(note, KEY.public) == CHECKPOINT


def test_a_witness_may_add_its_line():
    """Unknown signatures are passed over; the log's own must still be there."""
    witness = SigningKey("witness.example", bytes([7] * 32))
    assert open_checkpoint(sign_note(CHECKPOINT.text, [witness, KEY]), KEY.public) == CHECKPOINT
    with pytest.raises(NoteRefused, match="没有"):
        open_checkpoint(sign_note(CHECKPOINT.text, [witness]), KEY.public)


def test_a_second_and_bad_line_under_the_known_key_refuses_the_note():
    """A note is not half right."""
    forged = KEY.public.key_id + OTHER.sign(CHECKPOINT.text)
    good = CHECKPOINT.signed(KEY)
    line = sign_note(b"x\n", [KEY]).rpartition(b"\n\n")[2]
    assert len(forged) == 68
    with pytest.raises(NoteRefused, match="签名无效"):
        open_note(good + line, KEY.public)
    assert open_note(good, KEY.public) == CHECKPOINT.text


def test_a_key_of_the_same_name_is_not_the_key():
    """The key id binds name and key: a namesake's signature counts for nothing."""
    with pytest.raises(NoteRefused, match="没有"):
        open_checkpoint(CHECKPOINT.signed(OTHER), KEY.public)


def test_a_checkpoint_of_another_log_is_refused():
    """One key may not speak for a second log."""
    foreign = Checkpoint("elsewhere.gov.cn/log", 17, bytes(32))
    with pytest.raises(NoteRefused, match=r"elsewhere\.gov\.cn"):
        open_checkpoint(sign_note(foreign.text, [KEY]), KEY.public)


@pytest.mark.parametrize(
    "text",
    [
        b"log\n17\n",
        b"log\n017\n" + b"A" * 43 + b"=\n",
        b"log\n-1\n" + b"A" * 43 + b"=\n",
        b"log\n17\nAAAA\n",
        b"log\n17\n" + b"A" * 42 + b"B=\n",
        b"log\n17\n" + b"A" * 43 + b"=",
        b"\n17\n" + b"A" * 43 + b"=\n",
        b"log\n\xff\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text):
    """Missing lines, padded numbers, short or oddly spelled roots are refused; the right form is read."""
    with pytest.raises(NoteRefused):
        Checkpoint.parse(text)
    assert Checkpoint.parse(b"log\n17\n" + b"A" * 43 + b"=\n") == Checkpoint("log", 17, bytes(32))


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        CHECKPOINT.text + b"\n- name AAAAAAAA\n",
        CHECKPOINT.text + "\n— name\n".encode(),
        CHECKPOINT.text + "\n— name AAAA\n".encode(),
        CHECKPOINT.text + "\n— name ***\n".encode(),
    ],
)
def test_a_malformed_note_is_refused(note):
    """No signatures, no blank line, no dash or no base64: refused with words, never a crash."""
    with pytest.raises(NoteRefused):
        open_note(note, KEY.public)


@pytest.mark.parametrize("text", [b"no newline", b"a\n\nb\n"])
def test_text_that_cannot_be_signed_is_refused(text):
    """A text with a blank line would end early for its reader."""
    with pytest.raises(NoteRefused):
        sign_note(text, [KEY])
    assert sign_note(b"a\nb\n", [KEY]).startswith(b"a\nb\n\n")


def test_keys_are_written_and_read_back():
    """The private key's text and the vkey give the keys again."""
    assert SigningKey.parse(KEY.text + "\n") == KEY
    assert VerifyKey.parse(VKEY) == KEY.public
    assert "AAEC" not in repr(KEY)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name+00000000",
        VKEY.replace("+", "+0", 1),
        VKEY[:-4] + "AAAA",
        VKEY.replace("example", "exampIe"),
        f"name+{'0' * 8}+{'BBBB'}",
        VKEY.replace("gov.cn", "gov cn"),
    ],
)
def test_a_mistyped_vkey_is_refused(vkey):
    """The key id shows a slip of the pen in name or key; the right vkey is taken."""
    with pytest.raises(NoteRefused):
        VerifyKey.parse(vkey)
    assert VerifyKey.parse(f" {VKEY}\n") == KEY.public


@pytest.mark.parametrize(
    "text", [VKEY, "PRIVATE+KEY+a+b", KEY.text.replace("gov", "org"), KEY.text[:-8] + "AAAAAAA="]
)
def test_a_damaged_private_key_is_refused(text):
    """A key file that was touched is not used."""
    with pytest.raises(NoteRefused):
        SigningKey.parse(text)
    assert SigningKey.parse(KEY.text) == KEY


def test_new_keys_differ():
    """A generated key is nobody else's."""
    assert SigningKey.generate("a") != SigningKey.generate("a")
