"""The sheets that a file has besides its pieces: cover, catalogue, closing sheet, filled from the packs' own forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mingjing.archive.contents import CaseContents
from mingjing.documents.assemble import people_named
from mingjing.documents.compose import document_data
from mingjing.documents.forms import document_form
from mingjing.lawengine.model import ActRecord

ARCHIVED: Final = "file_archived"
COVER: Final = "file_cover"
CATALOGUE: Final = "file_catalogue"
CLOSING: Final = "file_closing_sheet"
PHOTOS: Final = "file_photos"
ELECTRONIC: Final = "file_electronic"


@dataclass(frozen=True)
class SheetMaker:
    """Fills the sheets of one file; `at` dates them where the file is not archived yet."""

    contents: CaseContents
    at: datetime

    def filled(self, form: str, counted: Mapping[str, Any]) -> dict[str, Any]:
        """Give the data of one sheet: what the acts say, and what was counted in binding."""
        law, acts = self.contents.law, self.contents.acts
        archived = next((act for act in reversed(acts) if act.kind == ARCHIVED), None)
        stated = archived.facts if archived else {}
        at = archived.done_at if archived and archived.done_at else self.at
        sheet = ActRecord(
            len(acts) + 1, "", at, {**stated, **counted}, archived.performers if archived else ()
        )
        return document_data(
            document_form(law.forms, form),
            agency=self.contents.case.agency,
            case_number=self.contents.case.number,
            act=sheet,
            acts=acts,
            law=law,
            at=at,
            people=people_named(law, acts, at),
            procedure=self.contents.case.procedure,
        )


def rows_of_catalogue(rows: Sequence[tuple[Any, str]]) -> list[dict[str, str]]:
    """Give the rows of the catalogue: each piece with the pages it begins and ends on."""
    return [
        {
            "item_doc_no": piece.number,
            "item_responsible": piece.responsible,
            "item_title": piece.title,
            "item_on": piece.day,
            "item_pages": pages,
            "item_note": "",
        }
        for piece, pages in rows
    ]
