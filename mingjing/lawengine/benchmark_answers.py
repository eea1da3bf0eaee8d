"""Understanding answers, and choosing the rows that hold: what is unknown chooses nothing."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from mingjing.lawengine.benchmark_model import Answer, Circumstance, Item, Tier
from mingjing.lawengine.condition import Condition, Context


def known_answers(
    item: Item, answers: Mapping[str, object], facts: Mapping[str, object]
) -> dict[str, Answer]:
    """Give the answers that can be understood, in the order of the questions."""
    found = {}
    for one in item.circumstances:
        raw = answers.get(one.key)
        value = understood(one, raw if raw not in (None, "") else facts.get(one.fact) if one.fact else None)
        if value is not None:
            found[one.key] = value
    return found


def understood(circumstance: Circumstance, raw: object) -> Answer | None:
    """Read one answer; None where there is none or it is no answer to this question."""
    if circumstance.type == "choice":
        return next((one.code for one in circumstance.options if raw in (one.code, one.title)), None)
    if circumstance.type == "bool":
        return (
            raw
            if isinstance(raw, bool)
            else {"true": True, "是": True, "false": False, "否": False}.get(str(raw))
        )
    return number(raw)


def number(raw: object) -> Decimal | None:
    """Read an exact figure, or None."""
    if raw is None or isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        return None
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def reader(known: Mapping[str, Answer], facts: Mapping[str, object]) -> "_Reader":
    """Give what conditions read variables by: answers first, then facts."""
    return _Reader(known, facts)


class _Reader:
    def __init__(self, known: Mapping[str, Answer], facts: Mapping[str, object]) -> None:
        self.known, self.facts = known, facts

    def __call__(self, name: str) -> object:
        value = self.known.get(name, self.facts.get(name))
        # CEL has doubles only; conditions compare, they do not add up sums.
        return float(value) if isinstance(value, Decimal) else value


def choose(
    tiers: Iterable[Tier], context: Context, known: Mapping[str, Answer], facts: Mapping[str, object]
) -> tuple[list[Tier], tuple[str, ...]]:
    """Give the rows that hold, mildest first, or the names that must be known before any row can be chosen."""
    for group in _overriding_first(tiers):
        states = [(tier, _holds(tier.when, context)) for tier in group]
        unknown = [tier.when for tier, state in states if state is None and tier.when]
        if unknown:
            return [], _unstated(unknown, known, facts)
        if holding := [tier for tier, state in states if state]:
            return sorted(holding, key=lambda tier: tier.milder_first), ()
    return [], ()


def _overriding_first(tiers: Iterable[Tier]) -> tuple[list[Tier], list[Tier]]:
    rows = list(tiers)
    return [tier for tier in rows if tier.overrides], [tier for tier in rows if not tier.overrides]


def _holds(when: Condition | None, context: Context) -> bool | None:
    return True if when is None else when.holds(context)


def _unstated(
    conditions: Iterable[Condition], known: Mapping[str, Answer], facts: Mapping[str, object]
) -> tuple[str, ...]:
    names = {name for condition in conditions for name in condition.names}
    absent = {name for name in names if name not in known and facts.get(name) is None}
    # Nothing is absent, yet a condition cannot be evaluated: a fact is of another type than the row expects.
    return tuple(sorted(absent or names))
