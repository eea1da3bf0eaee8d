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
from mingjing.inspections.models.handovers import Handover, HandoverStep
from mingjing.inspections.models.items import FrequencyCap, InspectionItem
from mingjing.inspections.models.plans import (
    JointInspection,
    JointMember,
    PlanLine,
    PlanStep,
    SpecialInspection,
    YearPlan,
)
from mingjing.inspections.models.registers import (
    Avoidance,
    InspectedObject,
    ObjectChange,
    Register,
    RegisterImport,
)
from mingjing.inspections.models.visits import (
    CheckSheet,
    FirmVoice,
    FollowReply,
    Scheme,
    VisitStart,
    VisitTask,
    VoiceAnswer,
)

__all__ = [
    "Avoidance",
    "Campaign",
    "CheckSheet",
    "Draw",
    "DrawLine",
    "DrawParty",
    "DrawRecord",
    "FirmVoice",
    "FollowReply",
    "FrequencyCap",
    "Handover",
    "HandoverStep",
    "InspectedObject",
    "InspectionItem",
    "Invitation",
    "JointInspection",
    "JointMember",
    "ListVersion",
    "ObjectChange",
    "Opening",
    "PlanLine",
    "PlanStep",
    "Pledge",
    "RecordProof",
    "Register",
    "RegisterImport",
    "Reveal",
    "Scheme",
    "SpecialInspection",
    "VisitStart",
    "VisitTask",
    "VoiceAnswer",
    "YearPlan",
]
