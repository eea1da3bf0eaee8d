"""A draw as the people who hold it see it: what is due from whom, and no name before its visit begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from mingjing.inspections.drawing.bundle import CHANGE, CLOSING, COMMITMENTS, RESULT, VOID
from mingjing.inspections.drawing.declaration import FORMAT as DECLARATION
from mingjing.inspections.models import Draw, DrawLine, DrawParty, DrawRecord, Pledge
from mingjing.inspections.standing import STAGES, proof_kept, records_of, seed_is_settled, silent_parties
from mingjing.personnel.permissions import may
from mingjing.personnel.tree import subtree

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


class NoSuchDraw(LookupError):
    """There is no such draw for this person."""


@dataclass(frozen=True, slots=True)
class PartyState:
    """How far one party has come, and whether the viewer acts for it."""

    name: str
    pledge: Pledge | None
    revealed: bool
    own: bool
    invited: bool


@dataclass(frozen=True, slots=True)
class DrawPage:
    """All that a page of one draw shows; `lines` are those whose names are open."""

    draw: Draw
    stage: str
    stage_title: str
    records: Sequence[DrawRecord]
    waiting: bool  # the last record is not under a checkpoint yet
    parties: Sequence[PartyState]
    lines: Sequence[DrawLine]
    drawn: int
    short: int  # visits for which too few inspectors were left
    settled: bool  # all that makes the seed is there: it can be drawn, and no longer be voided
    silent: Sequence[str]  # parties whose pledge or number is due

    @property
    def own_party(self) -> PartyState | None:
        """The party for which the viewer acts, if any."""
        return next((one for one in self.parties if one.own), None)

    @property
    def stage_open(self) -> bool:
        """Whether parties can still be bound."""
        return self.stage == DECLARATION

    @property
    def may_pledge(self) -> bool:
        own = self.own_party
        return self.stage == DECLARATION and own is not None and own.pledge is None and not self.waiting

    @property
    def may_reveal(self) -> bool:
        own = self.own_party
        due = self.stage == COMMITMENTS and own is not None and not own.revealed
        return due and not self.waiting and not self.settled

    @property
    def may_run(self) -> bool:
        return self.stage == COMMITMENTS and not self.waiting and self.settled

    @property
    def may_void(self) -> bool:
        return self.stage == DECLARATION or (self.stage == COMMITMENTS and not self.settled)

    @property
    def may_change(self) -> bool:
        return self.stage in {RESULT, CHANGE}

    @property
    def over(self) -> bool:
        return self.stage in {CLOSING, VOID}

    @property
    def names_open(self) -> bool:
        """Whether all names are open: only when the visits are over."""
        return self.stage == CLOSING


def draws_for(person: "Person") -> "QuerySet[Draw]":
    """Give the draws that this person may see, the latest first: of agencies he sees, and those he is a party to."""
    seen = Q(campaign__agency__in=_agencies(person))
    if may(person, "draw.pledge", person.agency.code):
        seen |= Q(pk__in=DrawParty.objects.filter(agency=person.agency_id).values("draw"))
    return Draw.objects.filter(seen).select_related("campaign", "campaign__agency", "list").order_by("-id")


def draw_for(person: "Person", code: str, round_: int) -> Draw:
    """Give one of them, or raise NoSuchDraw."""
    found = draws_for(person).filter(campaign__code=code, round=round_).first()
    if found is None:
        raise NoSuchDraw(code)
    return found


def draw_page(draw: Draw, person: "Person", at: datetime) -> DrawPage:
    """Give what the page of a draw shows to this person."""
    records = records_of(draw)
    stage = str(records[-1].body["format"])
    pledges = {one.party: one for one in draw.pledges.select_related("reveal")}
    seats = dict(draw.seats.values_list("name", "agency"))
    acts_for = person.agency_id if may(person, "draw.pledge", person.agency.code) else None
    lines = draw.lines.order_by("position")
    opened = set(draw.openings.values_list("object", flat=True))
    bound = stage == COMMITMENTS
    return DrawPage(
        draw=draw,
        stage=stage,
        stage_title=STAGES[stage],
        records=records,
        waiting=proof_kept(records[-1].digest) is None or proof_kept(draw.list.digest) is None,
        parties=[
            PartyState(
                name=name,
                pledge=pledges.get(name),
                revealed=hasattr(pledges.get(name), "reveal"),
                own=acts_for is not None and seats.get(name) == acts_for,
                invited=seats.get(name) is None,
            )
            for name in draw.declaration["parties"]
        ],
        lines=list(lines if stage == CLOSING else lines.filter(object__in=opened)),
        drawn=lines.filter(skipped="").count(),
        short=sum(
            len(one) < draw.declaration["staffing"]["each"]
            for one in lines.filter(skipped="").values_list("inspectors", flat=True)
        ),
        settled=bound and seed_is_settled(draw, at),
        silent=_due(draw, stage, pledges),
    )


def _due(draw: Draw, stage: str, pledges: Mapping[str, Pledge]) -> Sequence[str]:
    """Give the parties from whom something is due now."""
    if stage == DECLARATION:
        return [one for one in draw.declaration["parties"] if one not in pledges]
    return silent_parties(draw) if stage == COMMITMENTS else []


@dataclass(frozen=True, slots=True)
class InvitedPage:
    """What somebody invited sees of a draw: his own part, no lists, no names."""

    draw: Draw
    name: str
    may_pledge: bool
    may_reveal: bool
    words: str


def party_page(seat: DrawParty, at: datetime) -> InvitedPage:
    """Give what is due from an invited party now."""
    draw, last = seat.draw, records_of(seat.draw)[-1]
    stage, waiting = str(last.body["format"]), proof_kept(last.digest) is None
    own = draw.pledges.filter(party=seat.name).select_related("reveal").first()
    revealed = hasattr(own, "reveal")
    settled = stage == COMMITMENTS and seed_is_settled(draw, at)
    words = "随机数已经公开，谢谢参与。" if revealed else f"本次抽取{STAGES[stage]}。"
    if settled and not revealed:
        words = "公开号码已经公布，不再公开随机数：按公告的规则，由公开号码代替。"
    elif stage in {DECLARATION, COMMITMENTS} and not revealed:
        words = (
            "承诺已经提交，各方都提交并存证之后，请再打开这个链接公开随机数。"
            if own
            else "正在存证，请稍候片刻再打开。"
        )
    return InvitedPage(
        draw=draw,
        name=seat.name,
        may_pledge=stage == DECLARATION and own is None and not waiting,
        may_reveal=stage == COMMITMENTS and own is not None and not (revealed or waiting or settled),
        words=words,
    )


def _agencies(person: "Person") -> Sequence[int]:
    if not may(person, "draw.view", person.agency.code):
        return []
    if "supervisor" in person.roles:
        return list(subtree(person.agency_id))
    return [person.agency_id]
