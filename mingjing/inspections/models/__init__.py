"""The tables of the room, a module for each part of it."""

from mingjing.inspections.models.draws import (
    Campaign,
    Draw,
    DrawLine,
    DrawRecord,
    ListVersion,
    Opening,
    Pledge,
    RecordProof,
    Reveal,
)

__all__ = [
    "Campaign",
    "Draw",
    "DrawLine",
    "DrawRecord",
    "ListVersion",
    "Opening",
    "Pledge",
    "RecordProof",
    "Reveal",
]
