"""Ceiling: a figure may not go beyond a bound, which may depend on who the party is or on another fact."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, cast

from mingjing.lawengine.model import ActRecord, Rule, Verdict, Version
from mingjing.lawengine.terms import Bound, CeilingTerms, Multiple
from mingjing.lawengine.verdicts import breach, lacking, not_applicable, passed
from mingjing.lawengine.view import View

_BREAKS: Final = {
    "at_most": lambda figure, bound: figure > bound,
    "at_least": lambda figure, bound: figure < bound,
    "below": lambda figure, bound: figure >= bound,
    "above": lambda figure, bound: figure <= bound,
}
_WORDS: Final = {"at_most": "不得超过", "at_least": "不得少于", "below": "应当低于", "above": "应当高于"}


def judge(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge one figure exactly, in decimals. A missing figure is unknown; a party the bound does not name is free."""
    terms = cast("CeilingTerms", version.terms)
    excused = state.holds(terms.unless) if terms.unless else False
    if excused:
        return not_applicable(rule, version, "符合除外情形")
    kind = state.facts.get(terms.by) if terms.by else None
    figure = number(state.facts.get(terms.fact))
    if figure is None or (terms.by and kind is None):
        return lacking(
            rule, version, state.law, [name for name in (terms.fact, terms.by) if _lacks(name, state)]
        )
    limits = {name: limit_of(bound, kind, state) for name, bound in terms.bounds.items()}
    if unstated := [limit for limit in limits.values() if isinstance(limit, str)]:
        return lacking(rule, version, state.law, dict.fromkeys(unstated))
    exact = {name: limit for name, limit in limits.items() if isinstance(limit, Decimal)}
    if not exact:
        return not_applicable(rule, version, f"{state.law.label(terms.by)}不在限额所列之内")
    return _weigh(rule, version, state, figure, exact, unclear=excused is None)


def _lacks(name: str, state: View) -> bool:
    return bool(name) and number(state.facts.get(name)) is None and not isinstance(state.facts.get(name), str)


def _weigh(
    rule: Rule,
    version: Version,
    state: View,
    figure: Decimal,
    limits: Mapping[str, Decimal],
    *,
    unclear: bool,
) -> Verdict:
    """Compare the figure with every bound. That an exception is unclear matters only once the figure needs it."""
    terms = cast("CeilingTerms", version.terms)
    broken = next((name for name, limit in limits.items() if _BREAKS[name](figure, limit)), None)
    if broken is None:
        text = f"{state.law.label(terms.fact)} {plain(figure)}{_unit(terms, state)}，在限额之内"
        return passed(rule, version, text)
    if unclear and terms.unless:
        return lacking(rule, version, state.law, state.missing(terms.unless))
    return _beyond(rule, version, state, broken, figure, limits[broken])


def number(value: object) -> Decimal | None:
    """Give a fact as an exact number, or None where it is unknown or no number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def limit_of(bound: Bound, kind: object, state: View) -> Decimal | str | None:
    """Give the bound as a number; the name of the fact it lacks; or None where it does not name this kind of party."""
    figure = bound.get(str(kind)) if isinstance(bound, Mapping) else bound
    if isinstance(figure, Multiple):
        other = number(state.facts.get(figure.fact))
        return figure.fact if other is None else other * figure.times
    return figure


def plain(figure: Decimal) -> str:
    """Write a number as people do: no exponent, no zeros at the end."""
    text = f"{figure:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _beyond(rule: Rule, version: Version, state: View, name: str, figure: Decimal, limit: Decimal) -> Verdict:
    terms = cast("CeilingTerms", version.terms)
    unit = _unit(terms, state)
    who = ""
    if terms.by and (field := state.law.fields.get(terms.by)):
        who = f"（{field.title}：{field.label(state.facts[terms.by])}）"
    found, allowed = f"{plain(figure)}{unit}", f"{plain(limit)}{unit}"
    reason = f"{state.law.label(terms.fact)} {found}，{_WORDS[name]} {allowed}{who}"
    return breach(rule, version, reason, found=found, allowed=allowed)


def _unit(terms: CeilingTerms, state: View) -> str:
    field = state.law.fields.get(terms.fact)
    return field.unit if field else ""
