"""What other rooms and the faces may read of what parties handed in, and of what they were answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mingjing.cases.selectors import acts_of, case_by_own_code, cases_seen_by
from mingjing.defence.models import Received
from mingjing.defence.services import RECEIVED, content_of, exhibit_content, exhibit_ref, exhibit_salt
from mingjing.personnel.selectors import agencies_visible_to
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipts import receipt_of_content
from mingjing.translog.selectors import NotInLog

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.personnel.models import Person

ANSWERED = "statement_answered"
PAGE = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """What the agency says to one argument."""

    text: str
    accepted: bool | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing handed in, whether an officer has taken it over, and the reply, if there is one."""

    row: Received
    taken_over: bool
    reply: Reply | None

    @property
    def is_open(self) -> bool:
        """Whether somebody of the agency has still to do something about it."""
        if self.row.kind == Received.Kind.ARGUMENT:
            return self.reply is None
        return self.row.kind != Received.Kind.HEARING and not self.taken_over


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came in together in one case."""

    case: "Case"
    no: str
    at: datetime
    items: Sequence[Item]

    @property
    def open(self) -> int:
        """How many things in it wait for the agency."""
        return sum(one.is_open for one in self.items)

    @property
    def late(self) -> bool:
        return any(one.row.late for one in self.items)


def received_of(case: "Case", party_key: str = "") -> list[Item]:
    """Give what was handed in in a case, by one party or by all, each with its reply, earliest first."""
    rows = Received.objects.filter(case_code=case.code)
    rows = rows.filter(party_key=party_key) if party_key else rows
    acts = acts_of(case)
    return [_item(row, acts) for row in rows]


def arrivals_of(case: "Case") -> list[Arrival]:
    """Give what came in in a case by arrival, latest first."""
    found: dict[str, list[Item]] = {}
    for one in received_of(case):
        found.setdefault(one.row.arrival_no, []).append(one)
    return [Arrival(case, no, items[0].row.at, items) for no, items in reversed(found.items())]


def waiting_for(viewer: "Person") -> list[Arrival]:
    """Give the arrivals of live cases that still wait for a reply, earliest first; an officer's own cases first."""
    seen = Received.objects.filter(agency__in=agencies_visible_to(viewer)).order_by("-at")
    codes = list(dict.fromkeys(seen.values_list("case_code", flat=True)[: PAGE * 5]))
    live = cases_seen_by(viewer).filter(code__in=codes, ended=False).select_related("agency")[:PAGE]
    arrivals = [one for case in live for one in arrivals_of(case) if one.open]
    return sorted(arrivals, key=lambda one: (viewer.username not in one.case.handlers, one.at))


def received_by_no(no: str) -> Received | None:
    """Give one thing handed in by its number."""
    return Received.objects.filter(no=no).first()


def receipt_of(row: Received) -> Receipt | None:
    """Give the receipt of one thing handed in, None while the log has not sealed it."""
    try:
        return receipt_of_content("argument", row.no, bytes(row.salt), content_of(row))
    except NotInLog:
        return None


def receipt_of_exhibit(row: Received, digest: str) -> Receipt | None:
    """Give the receipt of a file handed in with it, None where there is none or it is not sealed yet."""
    exhibit = next((one for one in row.exhibits if one["digest"] == digest), None)
    if exhibit is None:
        return None
    content, salt = exhibit_content(row, exhibit), exhibit_salt(row, digest)
    try:
        return receipt_of_content("argument", exhibit_ref(row, digest), salt, content)
    except NotInLog:
        return None


def _item(row: Received, acts: Sequence["Act"]) -> Item:
    later = [act for act in acts if act.kind != RECEIVED]
    if row.kind != Received.Kind.ARGUMENT:
        own = next((act.seq for act in acts if act.code == row.act_code), 0)
        return Item(row, any(act.kind == "statement_waived" and act.seq > own for act in acts), None)
    same = [
        (act, one) for act in later for one in _rows(act) if bare(one.get("argument_text")) == bare(row.said)
    ]
    answered = [(act, one) for act, one in same if str(one.get("argument_answer") or "").strip()]
    if not answered:
        return Item(row, bool(same), None)
    act, one = answered[-1]
    return Item(row, True, Reply(str(one["argument_answer"]), one.get("argument_accepted"), act.done_at))


def _rows(act: "Act") -> Iterable[Mapping[str, Any]]:
    rows = act.facts.get("arguments")
    return rows if isinstance(rows, list) else ()


def bare(text: object) -> str:
    """Give words without blanks and line ends, as the rule on replies compares them."""
    return "".join(str(text or "").split())


def taken_facts(case: "Case") -> dict[str, Any]:
    """Give the facts with which an officer takes over what came in: every argument, in the party's own words."""
    known = [dict(one) for act in acts_of(case) for one in _rows(act)]
    rows: dict[str, dict[str, Any]] = {}
    for one in known:
        rows[bare(one.get("argument_text"))] = {**rows.get(bare(one.get("argument_text")), {}), **one}
    for item_ in received_of(case):
        if item_.row.kind == Received.Kind.ARGUMENT:
            rows.setdefault(bare(item_.row.said), {"argument_text": item_.row.said})
    return {"arguments": list(rows.values())}


def case_of(row: Received) -> "Case":
    """Give the case a thing was handed in for."""
    return case_by_own_code(row.case_code)
