"""The tables of the room, a module for each part of it."""

from mingjing.inspections.models.draws import (
    Campaign,
    Draw,
    DrawLine,
    DrawParty,
    DrawRecord,
    Invitation,
    ListVersion,
    Opening,
    Pledge,
    RecordProof,
    Reveal,
)
from mingjing.inspections.models.registers import Avoidance, InspectedObject, Register

__all__ = [
    "Avoidance",
    "Campaign",
    "Draw",
    "DrawLine",
    "DrawParty",
    "DrawRecord",
    "InspectedObject",
    "Invitation",
    "ListVersion",
    "Opening",
    "Pledge",
    "RecordProof",
    "Register",
    "Reveal",
]
