"""Draws organised and led on: looked at, declared, bound, shown, drawn, changed, ended; each party for itself."""

from typing import TYPE_CHECKING

from django.utils import timezone

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found, refused
from mingjing.api.refusals import refusing
from mingjing.api.rooms.inspection_schemas import DrawAnswer, Round
from mingjing.api.rooms.inspections import draw_seen, draw_told
from mingjing.api.rooms.inspections import room as inspections
from mingjing.api.rooms.planning_schemas import (
    DrawStepGiven,
    OrganisingGiven,
    PledgeGiven,
    ProspectAnswer,
    RevealGiven,
    SourceGiven,
)
from mingjing.api.schemas import Code
from mingjing.inspections import ceremony, desk
from mingjing.inspections.ceremony import DrawRefused
from mingjing.inspections.drawing.roster import RosterRefused
from mingjing.inspections.planning.items import ItemRefused
from mingjing.inspections.planning.organising import Extra, organise, prospect
from mingjing.inspections.planning.plans import PlanRefused
from mingjing.inspections.planning.terms import line_or_special
from mingjing.inspections.register.lists import ListDamaged
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw, PlanLine, SpecialInspection

room = Room("随机抽取")
RUN, PLEDGE = "draw.run", "draw.pledge"


@room.ask("/inspections/prospects", RUN, answer=ProspectAnswer)
def look_at_prospect(request: Called, given: SourceGiven) -> ProspectAnswer:
    """组织抽取之前先看：名单有多少、抽多少、谁不列入、能不能公告。什么也不写入。"""
    source = _source(request, given)
    with refusing(PlanRefused, ItemRefused, DrawRefused, RosterRefused):
        return ProspectAnswer.of(prospect(source, given.begins, given.ends))


@inspections.post("/inspections/draws", RUN, answer=DrawAnswer)
def organise_draw(request: Called, given: OrganisingGiven) -> DrawAnswer:
    """公告一次抽取：名单和条件随即存证，不能再改；此后由各出数方分别提交承诺、公开随机数。"""
    source, person, now = _source(request, given), request.auth.person, timezone.now()
    extra = Extra(invited=given.invited, number=given.number, after=given.after, goes_on=given.goes_on)
    with refusing(PlanRefused, ItemRefused, DrawRefused, RosterRefused):
        found = prospect(source, given.begins, given.ends)
        if found.faults:
            raise refused({"": found.faults})
        made = organise(source=source, begins=given.begins, ends=given.ends, extra=extra, by=person, at=now)
    return draw_told(request, made)


@room.post("/inspections/draws/{campaign}/{round}/steps", RUN, answer=DrawAnswer)
def take_draw_step(request: Called, campaign: Code, round: Round, given: DrawStepGiven) -> DrawAnswer:
    """开抽、作废、变更、办结。结果由种子算出，由谁来点没有区别；没有开封的名单不在应答中。"""
    draw = draw_seen(request, campaign, round)
    if not may(request.auth.person, RUN, draw.campaign.agency.code):
        raise not_found()
    with refusing(DrawRefused, ListDamaged):
        _take(request, draw, given)
    return draw_told(request, draw)


@room.post("/inspections/draws/{campaign}/{round}/pledge", PLEDGE, answer=DrawAnswer)
def pledge_number(request: Called, campaign: Code, round: Round, given: PledgeGiven) -> DrawAnswer:
    """以本机关为出数方提交承诺；随机数由出数方自己产生、自己保管，不能更换。"""
    draw, person = draw_seen(request, campaign, round), request.auth.person
    party, now = _own_party(request, draw), timezone.now()
    with refusing(DrawRefused, ListDamaged):
        ceremony.pledge(draw=draw, party=party, commits=given.commitment, by=person.username, at=now)
    return draw_told(request, draw)


@room.post("/inspections/draws/{campaign}/{round}/reveal", PLEDGE, answer=DrawAnswer)
def reveal_number(request: Called, campaign: Code, round: Round, given: RevealGiven) -> DrawAnswer:
    """各方都提交承诺并存证以后，公开本机关的随机数。"""
    draw, person = draw_seen(request, campaign, round), request.auth.person
    party, now = _own_party(request, draw), timezone.now()
    with refusing(DrawRefused, ListDamaged):
        ceremony.reveal(draw=draw, party=party, nonce=given.nonce, by=person.username, at=now)
    return draw_told(request, draw)


def _own_party(request: Called, draw: "Draw") -> str:
    party = desk.draw_page(draw, request.auth.person, timezone.now()).own_party
    if party is None:
        raise not_found()
    return party.name


def _take(request: Called, draw: "Draw", given: DrawStepGiven) -> None:
    person, now = request.auth.person, timezone.now()
    if given.step == "run":
        ceremony.run_draw(draw=draw, number=given.number.strip(), by=person, at=now)
    elif given.step == "void":
        ceremony.void_draw(draw=draw, reason=given.reason, by=person, at=now)
    elif given.step == "change":
        ceremony.change_draw(draw=draw, change=given.change(), by=person, at=now)
    else:
        ceremony.close_draw(draw=draw, by=person, at=now)


def _source(request: Called, given: SourceGiven) -> "PlanLine | SpecialInspection":
    found = line_or_special(request.auth.person.agency, given.kind, given.source)
    if found is None:
        raise not_found()
    return found
