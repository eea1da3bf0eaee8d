"""SM2 and SM3: against the standards' own figures, and both ways against the openssl command."""

import hashlib
import subprocess

import pytest

from mingjing.translog.note import NoteRefused, SigningKey, open_note, sign_note
from mingjing.translog.sm2 import Sm2Key, Sm2Refused
from mingjing.translog.sm2_note import Sm2SigningKey, Sm2VerifyKey, parse_private, parse_vkey, parse_vkeys
from mingjing.translog.suites import SuiteMissing, sm3, suite_named

# GB/T 32918.5, A.2: public key, message and signature on the recommended curve, with the default id.
POINT = (
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
R = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
S = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
PUBLIC_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
OPTIONS = ("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")


def integer(value):
    """A positive INTEGER in DER."""
    data = int(value, 16).to_bytes(33, "big").lstrip(b"\0")
    data = b"\0" * (data[0] >> 7) + data
    return bytes([2, len(data)]) + data


def test_the_signature_of_the_standard_verifies():
    """GB/T 32918.5; one changed letter of the message, and it does not."""
    body = integer(R) + integer(S)
    signature = bytes([0x30, len(body)]) + body
    key = Sm2Key.from_public(PUBLIC_HEAD + bytes.fromhex(POINT))
    assert key.verifies(b"message digest", signature)
    assert not key.verifies(b"message digesT", signature)


def test_sm3_gives_the_digests_of_the_standard():
    """GB/T 32905, appendix A, and the same through the suite."""
    abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    long = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert hashlib.new("sm3", b"abc").hexdigest() == abc
    assert sm3().hashing(b"abc").digest().hex() == abc
    assert sm3().hashing(b"abcd" * 16).digest().hex() == long
    assert sm3().hashing(b"abc").digest().hex() == abc  # the empty hash it copies is still empty


def openssl(*arguments, **more):
    """Run the openssl command."""
    return subprocess.run(["openssl", *arguments], check=False, capture_output=True, **more)


def test_openssl_and_we_verify_each_other(tmp_path):
    """A key of openssl's signs for us, ours for openssl; neither takes a changed text."""
    private, public, text, signature = (tmp_path / name for name in ("k.pem", "p.der", "t", "s"))
    openssl("genpkey", "-algorithm", "SM2", "-out", private)
    openssl("pkey", "-in", private, "-pubout", "-outform", "DER", "-out", public)
    text.write_bytes(b"mingjing.local/log\n7\nroot\n")
    openssl("pkeyutl", "-sign", "-inkey", private, "-in", text, "-out", signature, *OPTIONS)
    theirs = Sm2Key.from_public(public.read_bytes())
    assert theirs.verifies(text.read_bytes(), signature.read_bytes())
    assert not theirs.verifies(text.read_bytes() + b"x", signature.read_bytes())

    ours = Sm2Key.generate()
    public.write_bytes(ours.public_der)
    signature.write_bytes(ours.sign(text.read_bytes()))
    check = ("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", public, "-sigfile", signature)
    assert openssl(*check, "-in", text, *OPTIONS).returncode == 0
    text.write_bytes(b"other")
    assert openssl(*check, "-in", text, *OPTIONS).returncode != 0


@pytest.mark.parametrize("bad", [b"", b"abc", PUBLIC_HEAD + bytes(64)])
def test_what_is_no_sm2_key_is_refused(bad):
    """Nothing, rubbish, a point that is not on the curve."""
    with pytest.raises(Sm2Refused):
        Sm2Key.from_public(bad)


def test_a_public_key_does_not_sign():
    """It says so; its private half does."""
    key = Sm2Key.generate()
    with pytest.raises(Sm2Refused, match="没有私钥"):
        Sm2Key.from_public(key.public_der).sign(b"text")
    assert key.verifies(b"text", key.sign(b"text"))


def test_keys_are_read_as_they_were_written():
    """Public and private, of both kinds, found by the type in them."""
    national, world = Sm2SigningKey.generate("log"), SigningKey.generate("log")
    for key in (national, world):
        assert parse_private(key.text) == key
        assert parse_vkey(key.public.vkey) == key.public
    assert parse_vkeys(f"{national.public.vkey}\n{world.public.vkey}") == [national.public, world.public]


def test_a_miscopied_key_is_refused():
    """The id no longer fits; a key of the other kind is named as such."""
    key = Sm2SigningKey.generate("log")
    with pytest.raises(NoteRefused, match="抄错"):
        parse_vkey(key.public.vkey.replace("log+", "lag+"))
    with pytest.raises(NoteRefused, match="SM2"):
        Sm2VerifyKey.parse(SigningKey.generate("log").public.vkey)


def test_readers_of_ed25519_pass_over_the_sm2_line():
    """Each opens the note by the key it knows; a changed text opens under neither."""
    national, world = Sm2SigningKey.generate("log"), SigningKey.generate("log")
    note = sign_note(b"log\n1\n", [world, national])
    assert open_note(note, world.public) == open_note(note, national.public) == b"log\n1\n"
    for key in (world.public, national.public):
        with pytest.raises(NoteRefused, match="签名无效"):
            open_note(note.replace(b"\n1\n", b"\n2\n", 1), key)


def test_a_suite_that_does_not_exist_is_named():
    """The two there are, are given."""
    with pytest.raises(SuiteMissing, match="sha256、sm3"):
        suite_named("md5")
    assert suite_named("sm3") is sm3()
