"""Receipts to test with: a small log in memory, two witnesses, and one receipt of every kind; all from one seed."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mingjing.translog.cosignature import ED25519, WitnessSigner
from mingjing.translog.leaf import act_commitment, document_commitment, leaf_bytes
from mingjing.translog.merkle import HASH, TileTree, leaf_hashes, root_of
from mingjing.translog.note import Checkpoint, SignatureLine, SigningKey
from mingjing.translog.policy import Policy
from mingjing.translog.proof import InclusionProof
from mingjing.translog.receipt import KINDS, Receipt, document_receipt, salted_receipt
from mingjing.translog.sm2 import Sm2Missing
from mingjing.translog.sm2_note import Sm2SigningKey

ORIGIN = "wugang.example/log"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
WORDS = [
    "在街道两侧擅自堆放物料",
    "𠮷野家",
    "罚款 500 元",
    "\u007f\u2028 “引号” \\ / \t",
    "ﬀ\u0301e",
    "",
    "z",
]


@dataclass
class Maker:
    """A log with its key and witnesses, growing as receipts are made."""

    dice: random.Random
    national: Sm2SigningKey | None = None  # signs beside the log's own key

    def __post_init__(self) -> None:
        self.key = SigningKey(ORIGIN, self.dice.randbytes(32))
        self.witnesses = [
            WitnessSigner(name, ED25519, self.dice.randbytes(32)) for name in ("justice", "audit")
        ]
        self.vkey = self.key.public.vkey
        self.vkeys = [self.vkey, *([self.national.public.vkey] if self.national else [])]

    @property
    def policy(self) -> Policy:
        """Any one of the two witnesses."""
        lines = [f"witness w{number} {one.public.vkey}" for number, one in enumerate(self.witnesses)]
        return Policy.parse("\n".join([*lines, "group any1 any w0 w1", "quorum any1", ""]).encode())

    def prove(self, leaf: bytes, size: int, index: int, *, cosigned: int = 1) -> InclusionProof:
        """Put the leaf at a place of a log of `size`, sign and let the first `cosigned` witnesses cosign."""
        entries = [b"entry %d" % number for number in range(size)]
        entries[index] = leaf
        hashes = leaf_hashes(entries)

        def tile(level: int, number: int, width: int) -> bytes:
            assert level == 0, "the small logs of these tests have one level of tiles"
            return hashes[number * 256 * HASH :][: width * HASH]

        path = tuple(TileTree(tile, size).inclusion(index))
        return InclusionProof(index, path, self.note(size, root_of(entries)[1], cosigned), leaf)

    def note(self, size: int, root: bytes, cosigned: int = 1) -> bytes:
        """A signed checkpoint with the cosignatures of the first witnesses."""
        head = Checkpoint(ORIGIN, size, root)
        seen = 1_780_000_000 + size
        lines = [one.cosign(head.text, seen) for one in self.witnesses[:cosigned]]
        if self.national:
            key_id, signature = self.national.public.key_id, self.national.sign(head.text)
            lines.insert(0, SignatureLine(ORIGIN, key_id, signature).text)
        return head.signed(self.key) + b"".join(lines)

    def receipt(self, kind: str, *, size: int = 11, index: int = 4, cosigned: int = 1) -> Receipt:
        """A receipt of this kind with content at random."""
        at = (datetime(2026, 3, 5, tzinfo=UTC) + timedelta(seconds=self.dice.randrange(10**7))).isoformat()
        if kind == "document":
            code = "".join(self.dice.choices(ALPHABET, k=26))
            pdf = self.dice.randbytes(32)
            leaf = leaf_bytes(kind, {"h": document_commitment(code, pdf), "at": at, "c": "k7"})
            proof = self.prove(leaf, size, index, cosigned=cosigned)
            return document_receipt(code, pdf.hex(), proof, (self.vkey,))
        salt, content = self.dice.randbytes(32), self.content(kind)
        fields = {"c": content["case"], "n": content["n"]} if kind == "act" else {}
        leaf = leaf_bytes(kind, {"h": act_commitment(salt, content), "at": at, **fields})
        proof = self.prove(leaf, size, index, cosigned=cosigned)
        return salted_receipt(kind, salt, content, proof, (self.vkey,))

    def content(self, kind: str) -> dict[str, object]:
        """Content with every shape that JSON has, so that two canonical forms would be found out."""
        dice = self.dice
        content: dict[str, object] = {
            dice.choice(WORDS) + str(number): dice.choice(
                [
                    dice.choice(WORDS),
                    dice.randrange(-(2**53) + 1, 2**53),
                    True,
                    None,
                    [],
                    {"b": 1, "a": [False]},
                ]
            )
            for number in range(dice.randrange(1, 6))
        }
        if kind == "act":
            content |= {"case": "k7", "n": dice.randrange(1, 40)}
        if kind == "evidence":
            content |= {"digest": dice.randbytes(32).hex()}
        return content


def national_key() -> Sm2SigningKey | None:
    """An SM2 key of the log, None where this machine's OpenSSL has no SM2."""
    try:
        return Sm2SigningKey.generate(ORIGIN)
    except Sm2Missing:
        return None


def many(maker: Maker, count: int) -> list[Receipt]:
    """Receipts of all kinds at random places of logs of random size."""
    made = []
    for number in range(count):
        size = maker.dice.randrange(1, 250)
        kind = list(KINDS)[number % len(KINDS)]
        index = maker.dice.randrange(size)
        made.append(maker.receipt(kind, size=size, index=index, cosigned=number % 3))
    return made
