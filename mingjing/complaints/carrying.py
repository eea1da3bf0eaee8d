"""A report of a violation becomes a case by one tap: everything goes over but who reported it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.selectors import acts_of, case_by_own_code
from mingjing.cases.services import Deed, open_case
from mingjing.complaints.access import Sight, eye_of, sight_of, standing
from mingjing.complaints.handling import locked
from mingjing.complaints.kinds import Kind
from mingjing.complaints.masking import SHIELDED
from mingjing.complaints.models import Complaint
from mingjing.complaints.services import NotTaken, append
from mingjing.evidence.media import Media
from mingjing.evidence.particulars import Particulars
from mingjing.evidence.selectors import evidence_of
from mingjing.evidence.services import Bytes, catalogue
from mingjing.kit.canonical import digest
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.evidence.models import EvidenceItem
    from mingjing.personnel.models import Person

CLUE: Final = "clue_registered"
LONGEST: Final = 2000
PUBLIC: Final = {
    "clue_registered": "登记为案件线索，开始核查",
    "filing_approved": "决定立案调查",
    "filing_refused": "核查后决定不予立案",
    "penalty_decided": "作出处罚决定",
    "no_penalty_decided": "决定不予处罚",
    "case_transferred": "移送有权处理的机关",
    "criminal_transferred": "移送司法机关",
    "case_closed": "结案",
}


@transaction.atomic
def open_clue(*, complaint: Complaint, by: "Person", at: datetime) -> "Case":
    """Open the case of a reported violation with the masked words, place, party and files, or give it again.

    Raises NotTaken, or ActRefused where the law stands against it; then nothing is written.
    """
    found = locked(complaint)
    now = standing(found)
    if found.kind != Kind.VIOLATION or sight_of(eye_of(by), found, now) is not Sight.OFFICE:
        raise NotTaken("由办理违法行为举报的机关转为案件线索。")
    if not may(by, "act.clue", by.agency.code):
        raise NotTaken("您的角色不能登记案件线索。")
    if now.cases:
        return case_by_own_code(now.cases[0])
    if now.ended or now.accepted_at is None:
        raise NotTaken("受理之后、办结之前才能转为案件线索。")
    deed = Deed(kind=CLUE, facts=_facts(found), performers=[by.username], by=by, done_at=at)
    act = open_case(
        agency=by.agency, procedure="ordinary", deed=deed, once=digest(["complaint", found.no, "clue"])
    )
    for item in evidence_of(found.no):
        if not item.erased:
            _carry(item, act.case, by)
    append(found, "case_opened", {"case": act.case.code}, by=by.username, at=at)
    return act.case


def _facts(found: Complaint) -> dict[str, Any]:
    words = [found.text, f"发生时间：{found.happened}" if found.happened else "", f"举报登记编号：{found.no}"]
    facts = {
        "case_source": "complaint",
        "clue_received_on": legal_day(found.at).isoformat(),
        "clue_text": "\n".join(one for one in words if one)[:LONGEST],
        "matter": "举报的涉嫌违法行为",
        "place": found.place,
        "party_name": found.party,
        "reporter_name": SHIELDED,
    }
    return {name: value for name, value in facts.items() if value}


def _carry(item: "EvidenceItem", case: "Case", by: "Person") -> None:
    """Enter the very bytes in the case under the same label; nothing is copied."""
    label = Particulars(**{name: getattr(item, name) for name in Particulars.__slots__})
    stored = Bytes(item.digest, item.size, Media("", "", item.media_type), item.original_name)
    catalogue(
        label, stored, dossier=case.code, agency=case.agency.code, by=by.username, log_code=case.log_code
    )


def public_steps(codes: list[str]) -> list[tuple[datetime | None, str]]:
    """Give the steps of the opened cases that whoever reported may know: no fact, no name."""
    return [
        (act.done_at, PUBLIC[act.kind])
        for code in codes
        for act in acts_of(case_by_own_code(code))
        if act.kind in PUBLIC
    ]
