"""What the public may know of a draw: its terms from the beginning, its names when all visits are over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from mingjing.inspections.drawing.bundle import CLOSING, RESULT, VOID
from mingjing.inspections.models import Draw
from mingjing.inspections.selectors import bundle_of
from mingjing.inspections.standing import STAGES, records_of

if TYPE_CHECKING:
    from mingjing.inspections.models import DrawRecord


@dataclass(frozen=True, slots=True)
class Outline:
    """One draw as published: `bundle` holds the names and is empty until the draw is closed."""

    code: str
    agency_code: str
    agency: str
    title: str
    round: int
    stage: str
    begins: date
    ends: date
    declared_at: datetime
    drawn_at: datetime | None
    records: int
    terms: dict[str, Any]
    bundle: bytes


def outlines(seen: Mapping[str, int]) -> Iterator[Outline]:
    """Give every draw that has more records than were `seen` under its code, the oldest first.

    Raises NotProven at a draw that is closed but whose last record is not under a checkpoint yet.
    """
    rows = Draw.objects.select_related("campaign", "campaign__agency", "list").annotate(
        count=Count("records")
    )
    for draw in rows.order_by("id"):
        if draw.count > seen.get(_code(draw), 0):
            yield _outline(draw)


def _code(draw: Draw) -> str:
    return f"{draw.campaign.code}-{draw.round}"


def _outline(draw: Draw) -> Outline:
    records, campaign = records_of(draw), draw.campaign
    last = records[-1].body["format"]
    return Outline(
        code=_code(draw),
        agency_code=campaign.agency.code,
        agency=campaign.agency.name,
        title=campaign.title,
        round=draw.round,
        stage=STAGES[last],
        begins=campaign.begins,
        ends=campaign.ends,
        declared_at=draw.declared_at,
        drawn_at=next((one.at for one in records if one.body["format"] == RESULT), None),
        records=len(records),
        terms=_terms(draw, records),
        bundle=bundle_of(draw) if last == CLOSING else b"",
    )


def _terms(draw: Draw, records: "list[DrawRecord]") -> dict[str, Any]:
    """Give the terms without inspectors' names and avoidance, which would tell who is to go where."""
    said = draw.declaration
    void = next((one.body["reason"] for one in records if one.body["format"] == VOID), "")
    return {
        "digest": draw.digest,
        "list": {
            "register": draw.list.register,
            "version": draw.list.version,
            "digest": draw.list.digest,
            "conditions": draw.list.conditions,
        },
        "strata": [{name: one[name] for name in ("name", "size", "root", "take")} for one in said["strata"]],
        "inspectors": len(said["inspectors"]),
        "each": said["staffing"]["each"],
        "parties": said["parties"],
        "number": said["number"],
        "silence": said["silence"],
        "suite": said["suite"],
        "void": void,
        "records": [
            {"number": one.number, "digest": one.digest, "at": one.at.isoformat()} for one in records
        ],
    }
