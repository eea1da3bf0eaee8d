"""Several issued documents as one PDF to print: the pages as they were issued, a bookmark for each."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import OutlineItem, Pdf

from mingjing.documents.selectors import pdf

if TYPE_CHECKING:
    from mingjing.documents.models import IssuedDocument


def together(documents: Sequence["IssuedDocument"], *, sheets: bool = False) -> bytes:
    """Put the documents one behind the other; with `sheets` each begins on a fresh sheet when printed on both sides.

    The originals stay what they are: signatures in them do not hold in the merged copy. Raises EvidenceAltered where
    a stored document is not the one that was issued.
    """
    merged = Pdf.new()
    with merged.open_outline() as outline:
        for document in documents:
            outline.root.append(OutlineItem(str(document), len(merged.pages)))
            merged.pages.extend(Pdf.open(io.BytesIO(pdf(document))).pages)
            if sheets and len(merged.pages) % 2:
                merged.add_blank_page(page_size=(595.276, 841.89))
    written = io.BytesIO()
    merged.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()
