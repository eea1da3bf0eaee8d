"""Sequence: some acts must come before this one, and some must not have been done at all."""

from typing import cast

from mingjing.lawengine.model import ActRecord, Rule, Verdict, Version
from mingjing.lawengine.periods import shown
from mingjing.lawengine.terms import ActRef, SequenceTerms
from mingjing.lawengine.verdicts import act_titles, breach, passed, unknown
from mingjing.lawengine.view import Event, View


def judge(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge what went before. In an excerpt, an act that is not there may still have been done."""
    terms = cast("SequenceTerms", version.terms)
    for ref in terms.forbids:
        if any(True for _ in state.matching([ref])):
            title = act_titles(state.law, [ref])
            return breach(
                rule, version, f"已经办理{title}，不得再办理“{state.law.title_of(act.kind)}”", found=title
            )
    for group in terms.needs:
        if (verdict := _needs(group, rule, version, state, act)) is not None:
            return verdict
    if terms.forbids and state.fragment:
        titles = act_titles(state.law, terms.forbids)
        return unknown(rule, version, f"摘录的案卷不完整，看不出是否办理过{titles}")
    return passed(rule, version, "应当先办的行为都已办理" if terms.needs else "没有办理过不得先办的行为")


def _needs(
    group: tuple[ActRef, ...], rule: Rule, version: Version, state: View, act: ActRecord
) -> Verdict | None:
    """Judge one group: one act of it must have been done, and not later than this act."""
    done = list(state.matching(group))
    if any(not _later(event, state) for event in done):
        return None
    title, needed = state.law.title_of(act.kind), act_titles(state.law, group)
    if done:
        at = shown(done[0].at) if done[0].at else ""
        return breach(
            rule, version, f"{needed}应当在“{title}”之前办理，案卷记载的时间却在其后：{at}", found=at
        )
    kinds = tuple(ref.kind for ref in group)
    if state.fragment:
        return unknown(rule, version, f"摘录的案卷里没有{needed}，看不出是否办理过", missing=kinds)
    return breach(
        rule, version, f"“{title}”之前应当先办理{needed}，案卷里没有", allowed=needed, missing=kinds
    )


def _later(event: Event, state: View) -> bool:
    """Say whether an act recorded earlier was done later. Where a date is missing the order of the file counts."""
    return event.at is not None and state.at is not None and event.at > state.at
