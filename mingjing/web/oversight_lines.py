"""A matter of oversight as lists show it: its title, its state in words, what is left of its limit."""

from datetime import datetime
from typing import Any, Final

from mingjing.oversight.selectors import Line
from mingjing.oversight.standing import STATES
from mingjing.oversight.terms import terms_of
from mingjing.packs.load import library
from mingjing.packs.oversight_terms import FILING
from mingjing.web import limits

UNDER_REVIEW: Final = "待审查"


def shown(one: Line, now: datetime) -> dict[str, Any]:
    """Give what templates show of a matter; a limit only while somebody has to act by it."""
    filing = one.row.kind == FILING
    waits = one.now.state == "open" or (filing and not one.now.ended)
    left, colour = "", ""
    if waits and one.now.due:
        left, colour = limits.left_of(one.now.due, "running", now, library().calendar)
    return {
        "row": one.row,
        "now": one.now,
        "left": left,
        "colour": colour,
        "state": UNDER_REVIEW if filing and not one.now.ended else STATES[one.now.state],
        "title": terms_of(one.row.agency, one.row.kind).title,
    }
