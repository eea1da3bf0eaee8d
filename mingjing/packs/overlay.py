"""How local packs go over the national one: they add rules and change terms, and never weaken a national block."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from mingjing.lawengine.model import Rule, Severity
from mingjing.lawengine.terms import (
    AccrualTerms,
    Bound,
    CeilingTerms,
    DeadlineTerms,
    QuorumTerms,
    RecordingTerms,
    RequiredTerms,
    SeparationTerms,
    SequenceTerms,
    Terms,
)

_FLAGS = ("certificate", "of_agency", "field_of_certificate", "legal_qualification", "no_auxiliary")


def scopes_of(region: str, field: str, agency: str) -> tuple[str, ...]:
    """Give the scopes that bind an agency, the widest first: nation, province, city, county, field, agency."""
    regions = tuple(region[:length] for length in (2, 4, 6) if len(region) >= length)
    return ("cn", *regions, f"field/{field}", f"agency/{agency}")


def combine(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Put rules, given widest scope first, over one another. Each replacement keeps what it replaces as its base."""
    placed: dict[str, Rule] = {}
    alias: dict[str, str] = {}
    for rule in rules:
        if not rule.overrides:
            placed[rule.id] = rule
            continue
        place = alias.get(rule.overrides, rule.overrides)
        # Where the replaced rule does not bind this agency, neither does its replacement.
        if place in placed:
            placed[place] = replace(rule, base=placed[place])
            alias[rule.id] = place
    return tuple(sorted(placed.values(), key=lambda rule: rule.id))


def objection(rule: Rule, base: Rule) -> str:
    """Say in Chinese why `rule` may not replace `base`, or nothing."""
    if rule.kind != base.kind:
        return f"种类是 {rule.kind}，被覆盖的规则是 {base.kind}"
    if base.severity is not Severity.BLOCK:
        return ""
    lost = sorted(set(base.acts) - set(rule.acts))
    weaker = (_weaker(version.terms, base.versions[-1].terms) for version in rule.versions)
    faults = {
        f"被覆盖的规则是 block，这里不能改为 {rule.severity}": rule.severity is not Severity.BLOCK,
        "被覆盖的 block 规则在更多的程序里适用，procedures 不能改窄": rule.procedures
        and set(base.procedures or (*rule.procedures, "all")) - set(rule.procedures),
        f"漏了被覆盖规则所管的行为：{'、'.join(lost)}": lost,
        "适用条件 when 不能改动；要另加条件的，请另写一条规则": rule.when is not None
        and rule.when != base.when,
    } | {f"{why}，比被覆盖的 block 规则宽": why for why in weaker}
    return next((fault for fault, found in faults.items() if found), "")


def _weaker(new: Terms, old: Terms) -> str:
    """Say in what the new terms ask less than the old; nothing where they do not or where it cannot be told."""
    match new, old:
        case QuorumTerms(), QuorumTerms():
            return _weaker_quorum(new, old)
        case SequenceTerms(), SequenceTerms():
            lost = set(old.needs) - set(new.needs) or set(old.forbids) - set(new.forbids)
            return "少了先后要求" if lost else ""
        case SeparationTerms(), SeparationTerms():
            lost_people = set(old.apart_from_people) - set(new.apart_from_people)
            return "少了应当分离的行为" if set(old.apart_from) - set(new.apart_from) or lost_people else ""
        case RequiredTerms(), RequiredTerms():
            return "少了必备内容" if set(old.facts) - set(new.facts) or set(old.true) - set(new.true) else ""
        case RecordingTerms(), RecordingTerms():
            return "放宽了记录方式" if set(new.media) - set(old.media) else ""
        case _:
            return _weaker_figure(new, old)


def _weaker_quorum(new: QuorumTerms, old: QuorumTerms) -> str:
    if new.officers < old.officers:
        return "人数更少"
    if new.only_auxiliary and not old.only_auxiliary:
        return "只查辅助人员"
    dropped = [flag for flag in _FLAGS if getattr(old, flag) and not getattr(new, flag)]
    return f"取消了 {'、'.join(dropped)} 要求" if dropped else ""


def _grows_faster(new: AccrualTerms, old: AccrualTerms) -> bool:
    uncapped = old.cap_times is not None and (new.cap_times is None or new.cap_times > old.cap_times)
    return uncapped or new.rate > old.rate or bool(set(old.pauses) - set(new.pauses))


def _weaker_figure(new: Terms, old: Terms) -> str:
    if isinstance(new, CeilingTerms) and isinstance(old, CeilingTerms):
        return "放宽了限额" if any(_looser(name, new, bound) for name, bound in old.bounds.items()) else ""
    if isinstance(new, AccrualTerms) and isinstance(old, AccrualTerms):
        return "放宽了累计标准" if _grows_faster(new, old) else ""
    if isinstance(new, DeadlineTerms) and isinstance(old, DeadlineTerms) and new.unit == old.unit:
        longer = new.amount > old.amount if old.bound == "within" else new.amount < old.amount
        return "放宽了期限" if longer else ""
    return ""


def _looser(name: str, new: CeilingTerms, old: Bound) -> bool:
    given = new.bounds.get(name)
    if given is None:
        return True
    was, now = _table(old), _table(given)
    if was.keys() - now.keys() and "" not in now:
        return True
    pairs = ((now.get(key, now.get("")), value) for key, value in was.items())
    upper = name in ("at_most", "below")
    return any(n is not None and (n > o if upper else n < o) for n, o in pairs)


def _table(bound: Bound) -> dict[str, Decimal]:
    by_value = bound if isinstance(bound, Mapping) else {"": bound}
    return {key: figure for key, figure in by_value.items() if isinstance(figure, Decimal)}
