"""How a draw stands, read from its records; what was drawn follows from them every time. Nothing is written here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from mingjing.inspections.drawing.bundle import CHANGE, CLOSING, COMMITMENTS, RESULT, VOID
from mingjing.inspections.drawing.declaration import FORMAT as DECLARATION
from mingjing.inspections.drawing.declaration import Declaration, read_declaration
from mingjing.inspections.drawing.roster import Roster
from mingjing.inspections.drawing.run import Run
from mingjing.inspections.drawing.seed import seed_of
from mingjing.inspections.models import Draw, DrawRecord, RecordProof
from mingjing.inspections.register.lists import roster_of

STAGES: Final[Mapping[str, str]] = {
    DECLARATION: "已经公告，等待各方提交承诺",
    COMMITMENTS: "各方已经承诺，等待公开随机数",
    RESULT: "已经抽出",
    CHANGE: "已经抽出",
    VOID: "已经作废",
    CLOSING: "已经办结",
}


def declaration_of(draw: Draw) -> Declaration:
    """Read the terms of a draw."""
    return read_declaration(draw.declaration)


def records_of(draw: Draw) -> list[DrawRecord]:
    """Give the records of a draw in their order."""
    return list(draw.records.order_by("number"))


def stage_of(draw: Draw) -> str:
    """Say how far a draw has come: the format of its last record."""
    return str(records_of(draw)[-1].body["format"])


def proof_kept(digest: str) -> bytes | None:
    """Give the proof that was kept of a record or list, None while no checkpoint has covered it."""
    row = RecordProof.objects.filter(ref=digest).values_list("proof", flat=True).first()
    return bytes(row) if row is not None else None


def silent_parties(draw: Draw) -> Sequence[str]:
    """Give the parties that have not shown their number, in the order of the declaration."""
    shown = set(draw.pledges.filter(reveal__isnull=False).values_list("party", flat=True))
    return [one for one in draw.declaration["parties"] if one not in shown]


def number_is_out(draw: Draw, at: datetime) -> bool:
    """Say whether a public number was declared and its hour has come."""
    number = draw.declaration["number"]
    return number is not None and at >= datetime.fromisoformat(number["after"])


def seed_is_settled(draw: Draw, at: datetime) -> bool:
    """Say whether only one seed is possible any more: from here on whoever sees the numbers knows the result."""
    if draw.declaration["number"] is None:
        return not silent_parties(draw)
    goes_on = draw.declaration["silence"] == "number"
    return number_is_out(draw, at) and (goes_on or not silent_parties(draw))


def run_of(draw: Draw) -> Run:
    """Run a draw again from its records, up to its last change."""
    records = [one.body for one in records_of(draw)]
    result = next(one for one in records if one["format"] == RESULT)
    run = run_from(draw, declaration_of(draw), result["reveals"], result["number"])
    for record in records:
        if record["format"] == CHANGE:
            run.apply(record)
    return run


def run_from(draw: Draw, declaration: Declaration, reveals: Mapping[str, str], number: str) -> Run:
    pledges = dict(draw.pledges.values_list("party", "commitment"))
    seed = seed_of(declaration.terms, pledges, reveals, number)
    rosters: dict[str, Roster] = {one.name: roster_of(draw.list, one.name) for one in declaration.strata}
    return Run(declaration, seed, lambda stratum, place: rosters[stratum][place])
