"""Making receipts of what is in this log, for the rooms that hold its content; nothing is checked here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from mingjing.translog.key_history import ED25519, SM2, KeyRange, ranges
from mingjing.translog.keys import LogKeyMissing, public_keys, public_ranges, statements
from mingjing.translog.policy import Policy
from mingjing.translog.receipt import KINDS, MAX_KEYS, Receipt, document_receipt, salted_receipt
from mingjing.translog.receipt_compact import NotCompact, compact
from mingjing.translog.selectors import NotInLog, proof_for
from mingjing.translog.trees import sm3_in_use
from mingjing.translog.witnesses import policy

__all__ = [
    "NotInLog",
    "Slip",
    "log_keys",
    "receipt_of_content",
    "receipt_of_document",
    "slip_of",
    "witnesses",
]

PAGE = "/portal/verify/receipt/"


def receipt_of_document(code: str, ref: str, pdf: str = "") -> Receipt:
    """Give the receipt of the document logged under `ref`; without `pdf`, its digest, the file is needed to check it.

    Raises NotInLog while it is not under a published checkpoint.
    """
    return document_receipt(code, pdf, proof_for(ref), _vkeys())


def receipt_of_content(kind: str, ref: str, salt: bytes, content: Mapping[str, Any]) -> Receipt:
    """Give the receipt of what was logged as SHA-256(salt | canonical content); raises NotInLog as above."""
    return salted_receipt(kind, salt, content, proof_for(ref), _vkeys())


def _vkeys() -> list[str]:
    try:
        return [key.vkey for key in public_keys()][-MAX_KEYS:]
    except LogKeyMissing:
        return []  # the portal may stand where the key is not; whoever checks takes it from elsewhere anyhow


def log_keys(published: str = "") -> list[str]:
    """Give the keys to trust, as `receipt_check` reads them; before any rotation it is the `published` one."""
    found = ranges(statements())
    texts = [_trusted(one) for one in found if one.kind == ED25519] or ([published] if published else [])
    return [*texts, *map(_trusted, _national(found))] if texts else []


def _national(stated: Sequence[KeyRange]) -> list[KeyRange]:
    """Give the log's SM2 keys, which sign beside the others where the national algorithms are in use."""
    known = [one for one in stated if one.kind == SM2]
    if known or not sm3_in_use():
        return known
    try:
        return [one for one in public_ranges() if one.kind == SM2]
    except LogKeyMissing:
        return []  # the portal may stand where the key is not


def _trusted(one: KeyRange) -> str:
    return one.key.vkey if one.end is None else f"{one.key.vkey} until={one.end}"


def witnesses() -> dict[str, Any] | None:
    """Give the policy in force as the browser's check reads it; None without one."""
    return _as_data(rules) if (rules := policy()) else None


def _as_data(rules: Policy) -> dict[str, Any]:
    return {
        "witnesses": [{"name": one.name, "vkey": one.key.vkey} for one in rules.witnesses.values()],
        "groups": [
            {"name": one.name, "least": one.least, "members": list(one.members)}
            for one in rules.groups.values()
        ],
        "quorum": rules.quorum,
        "words": rules.in_words,
    }


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed of a receipt: its thing, its place in the log, the address for the QR code if it fits one."""

    title: str
    index: int
    logged_at: str
    size: str
    origin: str
    address: str


def slip_of(receipt: Receipt) -> Slip:
    """Give what a paper says of a receipt. What follows the # of the address never leaves the reader's phone."""
    try:
        address = f"{settings.MINGJING_ORIGIN}{PAGE}#{compact(receipt)}"
    except NotCompact:
        address = ""
    origin, size, *_ = receipt.proof.note.decode("utf-8").split("\n")
    leaf = json.loads(receipt.proof.extra)
    return Slip(KINDS[receipt.kind], receipt.proof.index, leaf["at"], size, origin, address)
