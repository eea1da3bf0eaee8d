"""Fines and outcomes of like cases as people read them in templates."""

from decimal import Decimal

from django import template

from mingjing.kit.money import yuan

register = template.Library()

OUTCOMES = {"penalty": "行政处罚", "no_penalty": "不予处罚", "prompt": "提示、告诫"}


@register.filter
def fen_as_yuan(fen: float) -> str:
    """1,234.50元, from fen; half a fen, as a median may have it, is rounded away."""
    return yuan((Decimal(str(fen)) / 100).quantize(Decimal("0.01")))


@register.filter
def outcome_of_violation(code: str) -> str:
    """How a violation was dealt with, in Chinese."""
    return OUTCOMES.get(code, code)
