"""Published test vectors: FIPS 180-4 examples, RFC 8032 section 7.1, and what a strict verifier must refuse."""

from typing import Final

L: Final = 2**252 + 27742317777372353535851937790883648493
P: Final = 2**255 - 19

# message in hex, how often it is repeated, digest
SHA256: Final = [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("616263", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".hex(),
        1,
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    ("61" * 1000, 1000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
]
SHA512: Final = [
    (
        "616263",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
    (
        "",
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    ),
    (
        b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
        b"mnopqrstnopqrstu".hex(),
        "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
        "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
    ),
]
# key, message, signature (RFC 8032, 7.1: TEST 1, 2, 3)
_SIGNED: Final = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def _larger(signature: str) -> str:
    """The same signature with L added to S: true in arithmetic, and forbidden, or each had two spellings."""
    s = int.from_bytes(bytes.fromhex(signature[64:]), "little") + L
    return signature[:64] + s.to_bytes(32, "little").hex()


ED25519: Final = [
    *((key, message, signature, True) for key, message, signature in _SIGNED),
    *((key, message + "00", signature, False) for key, message, signature in _SIGNED),
    *((key, message, _larger(signature), False) for key, message, signature in _SIGNED),
    *((key, message, signature[:-2], False) for key, message, signature in _SIGNED),
    *((_SIGNED[0][0], message, signature, False) for _, message, signature in _SIGNED[1:]),
    # A key whose y is no number below P, and one that is on no curve.
    ((P + 1).to_bytes(32, "little").hex(), "", _SIGNED[0][2], False),
    ((2).to_bytes(32, "little").hex(), "", _SIGNED[0][2], False),
]

# RFC 6962 hashing: an empty leaf, a leaf, a node (vectors of transparency-dev/merkle)
LEAF_EMPTY: Final = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
LEAF: Final = (b"L123456".hex(), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")
NODE: Final = (
    b"N123".hex(),
    b"N456".hex(),
    "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb",
)
