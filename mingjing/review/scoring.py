"""The file-review sheet of a case as it stands at a moment, for whoever reviews files; nothing is written here."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from mingjing.cases import selectors as cases
from mingjing.cases.law import law_of
from mingjing.packs.load import library
from mingjing.packs.review_standard import FILE, HUMAN, Human, Standard, read_human, read_standard
from mingjing.review.sheet import ScoreSheet, fill

if TYPE_CHECKING:
    from mingjing.cases.models import Case


@cache
def review_standard() -> Standard:
    """Give the file-review standard of the packs."""
    return read_standard(library().file(FILE))


@cache
def human_items() -> dict[str, Human]:
    """Give what only people can judge, by item of the standard."""
    return read_human(library().file(HUMAN))


def score_sheet(case: "Case", on: datetime) -> ScoreSheet:
    """Give the file-review sheet of a case as it stands at a moment."""
    acts = [(act.seq, act.kind, act.verdicts) for act in cases.acts_of(case)]
    standing = cases.standing_of(case, on)
    return fill(law_of(case), case.procedure, review_standard(), human_items(), acts, standing)
