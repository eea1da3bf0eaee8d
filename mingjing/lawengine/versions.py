"""Which text of a rule counts for an act: the one in force on its day, or for punishments 从旧兼从轻."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final, cast

from mingjing.kit.clock import chinese_date
from mingjing.lawengine.model import Rule, Verdict, Version
from mingjing.lawengine.terms import Bound, CeilingTerms, Multiple
from mingjing.lawengine.verdicts import UNDATED, not_applicable, unknown
from mingjing.lawengine.view import View

CONDUCT_DAY: Final = "violation_ended_on"


def choose(rule: Rule, view: View) -> tuple[Rule, Version] | Verdict:
    """Give the rule and text that count, or the verdict where none does or it cannot be told which."""
    if view.day is None:
        return _undated(rule, view)
    now = rule.effective_on(view.day)
    if rule.dated_by == "conduct":
        return _by_conduct(rule, now, view)
    return now or not_applicable(rule, None, "行为当日尚未施行或者已经失效")


def _undated(rule: Rule, view: View) -> tuple[Rule, Version] | Verdict:
    """An act without a day came after the last dated one: that decides when no later text could count."""
    last = rule.versions[-1]
    if view.floor is not None and last.until is None and last.in_force <= view.floor:
        return rule, last
    return unknown(rule, None, f"{UNDATED}，无法确定适用哪一版规定")


def _by_conduct(rule: Rule, now: tuple[Rule, Version] | None, view: View) -> tuple[Rule, Version] | Verdict:
    """Give the text of the day the conduct ended, unless the one in force now is lighter for the party."""
    stated = view.facts.get(CONDUCT_DAY)
    try:
        conduct = date.fromisoformat(str(stated))
    except ValueError:
        reason = f"缺少“{view.law.label(CONDUCT_DAY)}”，无法确定适用行为时还是现行的规定"
        return unknown(rule, now[1] if now else None, reason, missing=(CONDUCT_DAY,))
    then = rule.effective_on(conduct)
    if then is None:
        return not_applicable(rule, None, f"违法行为终了日{chinese_date(conduct)}尚无这一规定")
    if now is None or now[1] is then[1]:
        return then
    return now if lighter(now[1], then[1]) else then


def explained(verdict: Verdict, version: Version, view: View) -> Verdict:
    """Say in the reason of a verdict on punishment which text counted and why."""
    conduct = date.fromisoformat(str(view.facts[CONDUCT_DAY]))
    newer = conduct < version.in_force
    why = "现行规定对当事人更轻，适用现行规定" if newer else "适用行为时的规定"
    told = f"（违法行为终了于{chinese_date(conduct)}，{why}：{version.source.cite()}）"
    return replace(verdict, reason=f"{verdict.reason}{told}")


def lighter_now(rule: Rule, conduct: date, today: date) -> tuple[Version, Version] | None:
    """Give the text of the day the conduct ended and that of today, if today's is lighter for the party."""
    then, now = rule.effective_on(conduct), rule.effective_on(today)
    if rule.dated_by != "conduct" or then is None or now is None or then[1] is now[1]:
        return None
    return (then[1], now[1]) if lighter(now[1], then[1]) else None


def lighter(new: Version, old: Version) -> bool:
    """Say whether the new text is lighter: no bound is higher for anybody, and one is lower."""
    news, olds = _bounds(new), _bounds(old)
    if news.keys() != olds.keys():
        return False
    return all(news[key] <= olds[key] for key in olds) and news != olds


def _bounds(version: Version) -> dict[tuple[str, str], Decimal]:
    """Give every bound as a number: a figure, or the factor on another fact."""
    terms = cast("CeilingTerms", version.terms)
    return {
        (name, key): figure.times if isinstance(figure, Multiple) else figure
        for name, bound in terms.bounds.items()
        for key, figure in _cells(bound).items()
    }


def _cells(bound: Bound) -> Mapping[str, Decimal | Multiple]:
    return bound if isinstance(bound, Mapping) else {"": bound}
