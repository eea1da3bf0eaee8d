"""What was done in many cases at once, for rooms that keep lists of their own cases; nothing is written here."""

from collections.abc import Collection
from datetime import datetime

from mingjing.cases.models import Act, CaseDeadline


def acts_in(codes: Collection[str], kinds: Collection[str]) -> list[Act]:
    """Give the acts of these kinds in these cases, in the order they were recorded."""
    rows = Act.objects.filter(case__code__in=codes, kind__in=kinds).select_related("case")
    return list(rows.order_by("recorded_at", "id"))


def kinds_in(codes: Collection[str], kinds: Collection[str]) -> dict[str, set[str]]:
    """Give which of these kinds of act each of these cases has."""
    done: dict[str, set[str]] = {}
    rows = Act.objects.filter(case__code__in=codes, kind__in=kinds)
    for code, kind in rows.values_list("case__code", "kind"):
        done.setdefault(code, set()).add(kind)
    return done


def limits_in(codes: Collection[str], rule: str) -> dict[str, datetime | None]:
    """Give when the limit of a rule ends in each of these cases; `rule` is the last part of its id."""
    rows = CaseDeadline.objects.filter(case__code__in=codes, rule__endswith=f".{rule}")
    return dict(rows.values_list("case__code", "due"))
