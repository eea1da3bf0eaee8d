"""Plans and rectification documents read into items: plain Python, no clock, nothing stored."""

from mingjing.rectification.plan.dates import Dated, Kind, Limit
from mingjing.rectification.plan.items import Plan, PlanItem
from mingjing.rectification.plan.paper import LARGEST, SUFFIXES, PaperUnreadable, too_large
from mingjing.rectification.plan.reading import read_plan, read_text

__all__ = [
    "LARGEST",
    "SUFFIXES",
    "Dated",
    "Kind",
    "Limit",
    "PaperUnreadable",
    "Plan",
    "PlanItem",
    "read_plan",
    "read_text",
    "too_large",
]
