"""The party's door: the code on a paper in his hands and a second proof; who came, was refused and looked is kept."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.law import case_file
from mingjing.cases.outcomes import PARTY_CODES, party_keys
from mingjing.cases.selectors import case_by_own_code
from mingjing.defence.models import PartyLook, PartyVisit
from mingjing.defence.party_file import PartyFile, facts_at
from mingjing.packs.party_pages import party_pages
from mingjing.signin.tries import Tries

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case

LAST: Final = 6  # characters of his number that the party types
SESSION: Final = timedelta(minutes=30)
WAIT: Final = timedelta(minutes=30)
BY_CODE: Final = Tries("party-code", most=5, within=WAIT)
BY_ADDRESS: Final = Tries("party-address", most=20, within=WAIT)


class DoorClosed(Exception):
    """Nobody is let in. The Chinese message is the same whichever part was wrong, or whether there is such a code."""


class DoorLocked(DoorClosed):
    """Too many tries with this code or from this address."""


@dataclass(frozen=True, slots=True)
class Where:
    """From where somebody comes."""

    address: str
    agent: str


def enter(*, code: str, act: "Act | None", last: str, where: Where, at: datetime) -> PartyVisit:
    """Let a party in with the code on a paper that was served on him and the end of his number, or raise DoorClosed.

    `act` is the act of the paper with this code, None where there is none. A try is counted by the code as it was
    typed, whether or not it is one: a code that is none is locked just as well.
    """
    tries = BY_ADDRESS.take(where.address, at=at), BY_CODE.take(code, at=at)
    if None in tries:
        _note(act, PartyVisit.Outcome.LOCKED, where, at)
        minutes = int(WAIT.total_seconds() // 60)
        raise DoorLocked(f"核对的次数过多，请过 {minutes} 分钟再试，或者到本机关办理。")
    known = facts_at(case_file(act.case).acts, act.seq) if act else {}
    # Compared even where there is no such paper, so that the time taken says nothing either.
    fits = _fits(last, known)
    if act is None or not fits or not _in_hand(act, known, at):
        _note(act, PartyVisit.Outcome.REFUSED, where, at)
        raise DoorClosed(
            "查验码或者证件号码后六位不对，或者这份文书还没有送达给您。请对照文书和证件重新填写；仍然不行的，请到本机关办理。"
        )
    BY_ADDRESS.give_back(tries[0] or 0)
    BY_CODE.forget(code)
    return _visit(act, PartyVisit.Outcome.ENTERED, where, at, keys=party_keys(known))


def _fits(last: str, known: Mapping[str, Any]) -> bool:
    """Compare what was typed with the end of every number of the party that the case has, all of them to the end."""
    typed, fits = _digest(last), False
    for name in PARTY_CODES:
        number = _bare(str(known.get(name) or ""))
        # A number too short to have an end of its own opens nothing.
        wanted = _digest(number[-LAST:]) if len(number) >= LAST else _digest(secrets.token_hex(8))
        fits |= hmac.compare_digest(typed, wanted)
    return fits


def _digest(text: str) -> bytes:
    return hashlib.sha256(_bare(text).encode()).digest()


def _bare(text: str) -> str:
    return "".join(one for one in text.upper() if one.isalnum())


def _in_hand(act: "Act", known: Mapping[str, Any], at: datetime) -> bool:
    file = PartyFile(case_file(act.case), party_keys(known), at, party_pages())
    return act.seq in file.served


def _note(act: "Act | None", outcome: str, where: Where, at: datetime) -> None:
    """Keep a refusal at the paper that was tried; of codes that are none there is nothing to keep it at."""
    if act is None:
        return
    lately = PartyVisit.objects.filter(case_code=act.case.code, act_code=act.code, at__gt=at - WAIT)
    if outcome == PartyVisit.Outcome.LOCKED and lately.filter(outcome=outcome).exists():
        return  # once in a while is enough: whoever goes on knocking fills no table
    _visit(act, outcome, where, at)


def _visit(
    act: "Act", outcome: str, where: Where, at: datetime, *, keys: tuple[str, str] = ("", "")
) -> PartyVisit:
    return PartyVisit.objects.create(
        code=secrets.token_hex(16),
        agency_id=act.case.agency_id,
        case_code=act.case.code,
        act_code=act.code,
        party_code_key=keys[0],
        party_name_key=keys[1],
        outcome=outcome,
        at=at,
        address=where.address[:45],
        agent=where.agent[:200],
    )


@dataclass(frozen=True, slots=True)
class Inside:
    """A party inside: the visit, the case and what he may see of it."""

    visit: PartyVisit
    case: "Case"
    file: PartyFile

    @property
    def party_key(self) -> str:
        """By what his papers are found again, whichever of his documents he comes with."""
        return party_key(self.file.keys)


def party_key(keys: tuple[str, str]) -> str:
    """Give one key for a party: by code where he has one, else by name."""
    return keys[0] or f"n{keys[1]}"


def inside(code: str, *, at: datetime) -> Inside | None:
    """Give the party that came in under this visit, None where nobody did."""
    visit = PartyVisit.objects.filter(code=code, outcome=PartyVisit.Outcome.ENTERED).first()
    if visit is None:
        return None
    case = case_by_own_code(visit.case_code)
    if case.erased:  # what he might see was lawfully destroyed, and whose it was with it
        return None
    keys = (visit.party_code_key, visit.party_name_key)
    return Inside(visit, case, PartyFile(case_file(case), keys, at, party_pages()))


def looked(visit: PartyVisit, what: str, *, at: datetime) -> None:
    """Keep that this visitor has opened something; whoever reloads a page has looked once in a minute."""
    if visit.looks.filter(what=what[:200], at__gt=at - timedelta(minutes=1)).exists():
        return
    PartyLook.objects.create(visit=visit, what=what[:200], at=at)


def visits_of(case_code: str) -> list[PartyVisit]:
    """Give who came with a code of this case or was refused, latest first, with what was opened."""
    rows = PartyVisit.objects.filter(case_code=case_code).prefetch_related("looks")
    return list(rows.order_by("-at", "-id")[:200])


def latest_visits(agencies: Iterable[int], *, limit: int) -> list[PartyVisit]:
    """Give the latest comings and refusals in the cases of these agencies, with what was opened."""
    rows = PartyVisit.objects.filter(agency__in=list(agencies)).prefetch_related("looks")
    return list(rows.order_by("-at", "-id")[:limit])
