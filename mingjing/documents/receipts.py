"""The receipt of an issued document: what its holder checks it by, without us."""

from typing import TYPE_CHECKING

from mingjing.documents.codes import reference
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipts import receipt_of_document

if TYPE_CHECKING:
    from mingjing.documents.models import IssuedDocument


def receipt_of(document: "IssuedDocument") -> Receipt:
    """Give the receipt of a document. Raises NotInLog while the document is not under a published checkpoint."""
    return receipt_of_document(document.code, reference(document.code), document.digest)
