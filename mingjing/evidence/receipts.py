"""The receipt of a piece of evidence: what its holder checks the file and its catalogue entry by, without us."""

from typing import TYPE_CHECKING

from mingjing.translog.receipt import Receipt
from mingjing.translog.receipts import receipt_of_content

if TYPE_CHECKING:
    from mingjing.evidence.models import EvidenceItem


def receipt_of(item: "EvidenceItem") -> Receipt:
    """Give the receipt of a piece of evidence; it discloses the catalogue entry. Raises NotInLog while not sealed."""
    return receipt_of_content("evidence", item.commitment, bytes(item.salt), item.body())
