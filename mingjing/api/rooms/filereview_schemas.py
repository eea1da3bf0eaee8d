"""The shapes of file reviews as the API gives and takes them."""

from datetime import datetime
from typing import TYPE_CHECKING

from mingjing.api.rows import told
from mingjing.api.schemas import Links, Told

if TYPE_CHECKING:
    from mingjing.appraisal.selectors import Line as ReviewOf


class ReviewLine(Told):
    """One campaign of file reviews."""

    code: str
    title: str
    office: str
    state: str
    organiser: bool
    reader: bool
    unit: bool
    at: datetime

    @classmethod
    def of(cls, line: "ReviewOf") -> "ReviewLine":
        """A campaign and what the viewer is in it."""
        row = line.row
        return told(
            cls, line, code=row.code, title=row.title, office=row.office.code, state=line.now.state, at=row.at
        )


class ReviewPage(Told):
    """Campaigns of file reviews."""

    items: list[ReviewLine]
    links: Links
