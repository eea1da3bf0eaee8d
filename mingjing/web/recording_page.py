"""What the page of a recording shows beside the player: moments linked to acts, by the clock or by hand."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mingjing.cases.law import law_of
from mingjing.cases.selectors import acts_of
from mingjing.evidence.marks import marks_of
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.personnel.selectors import names_of

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.evidence.models import EvidenceItem

CLOCK = re.compile(r"(?:([0-9]{1,3})[:：])?([0-9]{1,3})[:：]([0-9]{1,2})|([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a recording to jump to."""

    second: int
    text: str
    act_seq: int  # 0: of no act
    by: str  # empty: computed from the time of the act
    pk: int  # of the mark; 0 where computed

    @property
    def clock(self) -> str:
        """The moment as players write it."""
        minutes, seconds = divmod(self.second, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def titled_acts(case: "Case") -> list[tuple["Act", str]]:
    """Give the acts of a case with their titles, in order."""
    law = law_of(case)
    return [(act, law.title_of(act.kind)) for act in acts_of(case)]


def moments(case: "Case", item: "EvidenceItem") -> list[Moment]:
    """Give the marks of people, and the acts that the times stated place within the recording, in order."""
    acts = titled_acts(case)
    found = [moment for act, title in acts if (moment := _by_clock(item, act, title))]
    seqs, kept = {act.code: act.seq for act, _ in acts}, marks_of(item)
    names = names_of({one.by for one in kept})
    found += [
        Moment(one.second, one.text, seqs.get(one.act, 0), names.get(one.by, one.by), one.pk) for one in kept
    ]
    return sorted(found, key=lambda one: one.second)


def _by_clock(item: "EvidenceItem", act: "Act", title: str) -> Moment | None:
    """Place an act in a recording that says when it began and ended; without both nothing is guessed."""
    if item.taken_at is None or item.taken_until is None or act.done_at is None or act.imported:
        return None
    if not item.taken_at <= act.done_at <= item.taken_until:
        return None
    return Moment((act.done_at - item.taken_at) // timedelta(seconds=1), title, act.seq, "", 0)


def second_of(text: str) -> int:
    """Read "时:分:秒", "分:秒" or seconds. Raises EvidenceRefused for anything else."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise EvidenceRefused("时点不是有效的时间", "请按“分:秒”填写，如 3:05", field="second")
    if found[4]:
        return int(found[4])
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
