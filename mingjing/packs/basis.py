"""Whether the law that a text cites still holds on a day, and since when not; the text itself is anybody's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mingjing.packs.laws import LawRegister, Resolved, Unresolved

_CITED: Final = re.compile(r"《([^《》]{2,80})》([^《》]*)")


@dataclass(frozen=True, slots=True)
class BasisEnd:
    """That a basis no longer holds: the first day without it, and why, in Chinese."""

    since: date
    reason: str


def cited(text: str) -> list[tuple[str, str]]:
    """Give every law that a text names with what follows its name: 《行政处罚法》第五十一条."""
    return [(law, rest) for law, rest in _CITED.findall(text)]


def basis_faults(text: str, register: LawRegister, day: date) -> list[str]:
    """Say in Chinese what is wrong with the citations of a text on the day; nothing where all of them hold."""
    found = cited(text)
    if not found:
        return ["没有写明法律依据，请写成《行政处罚法》第五十一条的样子，法规名称加书名号"]
    told = (register.resolve(law, rest, on=day) for law, rest in found)
    return [one.reason for one in told if isinstance(one, Unresolved)]


def basis_ended(text: str, register: LawRegister, *, held: date, day: date) -> BasisEnd | None:
    """Say since when a text that cited good law on the day `held` has no basis left; None while any of it holds.

    What did not resolve on the day `held` is no basis and says nothing: an old list may cite what is not registered.
    """
    ends = list(_ends(text, register, held, day))
    if not ends or any(one is None for one in ends):
        return None
    return max((one for one in ends if one is not None), key=lambda one: one.since)


def basis_partly_ended(text: str, register: LawRegister, *, held: date, day: date) -> BasisEnd | None:
    """Give the first of the cited laws that no longer holds, whether or not others do."""
    ends = [one for one in _ends(text, register, held, day) if one is not None]
    return min(ends, key=lambda one: one.since) if ends else None


def _ends(text: str, register: LawRegister, held: date, day: date) -> Iterator[BasisEnd | None]:
    for law, rest in cited(text):
        found = register.resolve(law, rest, on=held)
        if isinstance(found, Resolved):
            yield _end(law, rest, register, found, (held, day))


def _end(
    law: str, rest: str, register: LawRegister, found: Resolved, span: tuple[date, date]
) -> BasisEnd | None:
    """Give the first day after `held` and not after `day` on which the citation leads nowhere."""
    statute, (held, day) = found.statute, span
    turns = [edition.in_force for edition in statute.editions]
    if statute.until is not None:
        turns.append(statute.until + timedelta(days=1))
    for turn in sorted(turns):
        if held < turn <= day:
            told = register.resolve(law, rest, on=turn)
            if isinstance(told, Unresolved):
                return BasisEnd(turn, told.reason)
    return None
