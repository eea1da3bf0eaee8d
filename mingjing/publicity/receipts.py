"""Receipts of what the public sees: publications, withdrawals, and documents by the code that their holder knows."""

from datetime import date
from typing import Any

from mingjing.publicity.models import Publication, PublicItem, Withdrawal
from mingjing.publicity.selectors import NotPublished, decision
from mingjing.publicity.verification import document_ref, normal
from mingjing.translog import receipts
from mingjing.translog.receipt import KINDS, Receipt
from mingjing.translog.receipt_compact import MAX_PACKED, compact
from mingjing.translog.receipts import NotInLog, Slip, receipt_of_content, receipt_of_document, slip_of

FORMAT = 1


def publication_receipt(code: str, *, on: date) -> Receipt:
    """Give the receipt of an open publication; of a withdrawn one that of its withdrawal. Raises NotPublished."""
    found = decision(code, on=on)
    try:
        if found.withdrawn:
            return _withdrawal(code)
        if found.open:
            return _publication(code)
    except NotInLog as missing:
        raise NotPublished(code) from missing
    raise NotPublished(code)


def _publication(code: str) -> Receipt:
    row = Publication.objects.get(code=code)
    content = {"v": FORMAT, "code": row.code, "document_no": row.document_no, "body": row.body}
    return receipt_of_content("publication", code, bytes(row.salt), content)


def _withdrawal(code: str) -> Receipt:
    row = Withdrawal.objects.get(publication__code=code)
    content = {"v": FORMAT, "withdraws": code, "ground": row.ground, "reason": row.reason}
    return receipt_of_content("withdrawal", f"withdrawal-{code}", bytes(row.salt), content)


def document_receipt(code: str) -> Receipt | None:
    """Give the receipt of a document to whoever knows its code, None while there is none.

    It does not tell the digest of the PDF: who has the PDF has that, and nobody else needs it.
    """
    bare = normal(code)
    try:
        return receipt_of_document(bare, document_ref(bare)) if bare else None
    except NotInLog:
        return None


def packed(receipt: Receipt) -> str:
    """Give a receipt as a page carries it for its own script: the text of the QR code, however long."""
    return compact(receipt, most=MAX_PACKED)


def title_of(receipt: Receipt) -> str:
    """Give in Chinese what a receipt is of."""
    return KINDS[receipt.kind]


def trust() -> dict[str, Any]:
    """Give what the browser's check must know beforehand: the published keys of the log, and its witnesses."""
    log = PublicItem.objects.filter(kind=PublicItem.Kind.LOG).order_by("-version").first()
    return {"keys": receipts.log_keys(log.body.get("key", "") if log else ""), "policy": receipts.witnesses()}


__all__ = [
    "Receipt",
    "Slip",
    "document_receipt",
    "packed",
    "publication_receipt",
    "slip_of",
    "title_of",
    "trust",
]
