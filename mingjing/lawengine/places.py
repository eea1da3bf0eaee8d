"""Where acts of a kind belong in a case, by what the packs say of the kind alone; no rule of law is judged here."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from mingjing.lawengine.model import ActKind, CaseHead, Outcome, Severity, Verdict
from mingjing.lawengine.periods import shown
from mingjing.lawengine.terms import ActRef
from mingjing.lawengine.verdicts import act_titles
from mingjing.lawengine.view import Event

if TYPE_CHECKING:
    from mingjing.lawengine.judge import CaseState

ONCE: Final = "kind.once"
OPENING: Final = "kind.opening"
PROCEDURE: Final = "kind.procedure"
UNDEFINED: Final = "kind.undefined"
AFTER: Final = "kind.after"
UNTIL: Final = "kind.until"
SEALED: Final = "kind.sealed"

# What an act kind may say that it does to the file (`ends` in its pack).
ARCHIVES: Final = "archived"
REOPENS: Final = "reopened"
PUBLICATION: Final = "publication"  # the stage of acts towards the public


def misplaced(state: "CaseState", event: Event) -> list[Verdict]:
    """Refuse an act that such a case cannot have here.

    Of an excerpt nothing is said about what came before: what is not in it may still have been done.
    """
    name = event.act.kind
    kind = state.law.kinds.get(name)
    if kind is None:
        reason = f"法律包没有定义行为“{name}”"
        return [_refused(UNDEFINED, name, reason, "请检查行为名称，或者在法律包中定义")]
    found = []
    if state.head.procedure not in kind.procedures:
        reason = f"本案适用的程序没有“{kind.title}”"
        found.append(_refused(PROCEDURE, kind.title, reason, "需要改变程序的，请先按规定转换"))
    if not kind.repeats and name in state.by_kind:
        reason = f"“{kind.title}”已经办理，只能办理一次"
        found.append(_refused(ONCE, kind.title, reason, "记载有误的，请办理更正"))
    if state.head.fragment:
        return found
    # What the public is shown is no part of the file: a withdrawal is due within days, whatever became of the file.
    if kind.ends != REOPENS and kind.stage != PUBLICATION and (archived := _archived_by(state)) is not None:
        found.append(_sealed(state, kind, archived))
    if not state.events:
        return found if found or _opens(kind, state.head) else [*found, _not_first(state, kind)]
    kind = kind.in_procedure(state.head.procedure)
    return [*found, *_too_early(state, kind, event), *_too_late(state, kind, event)]


def offered(state: "CaseState", event: Event) -> bool:
    """Say whether an act is worth proposing here; one that is not may still be done."""
    place = state.law.kinds[event.act.kind].place_in(state.head.procedure)
    if place.seldom:
        return False
    if not all(_done(state, group, event) for group in place.usually_after):
        return False
    return _ended_by(state, (*place.usually_until, *place.until), place.again, event) is None


def _archived_by(state: "CaseState") -> Event | None:
    """Give the act that put the file into the archive, unless one recorded later reopened it."""
    moves = [
        event
        for name, events in state.by_kind.items()
        if (known := state.law.kinds.get(name)) is not None and known.ends in {ARCHIVES, REOPENS}
        for event in events
    ]
    last = max(moves, key=_order, default=None)
    return last if last is not None and state.law.kinds[last.act.kind].ends == ARCHIVES else None


def _sealed(state: "CaseState", kind: ActKind, archived: Event) -> Verdict:
    day = f"于{shown(archived.day)}" if archived.day else "经"
    reason = f"本案已{day}办理“{state.law.title_of(archived.act.kind)}”，案卷只能查阅，不再办理“{kind.title}”"
    reopening = "、".join(
        f"“{one.title}”" for one in state.law.kinds_in(state.head.procedure).values() if one.ends == REOPENS
    )
    return _refused(
        SEALED, kind.title, reason, f"确需再办的，经批准先办理{reopening or '案卷的重启'}，办完再归档"
    )


def _not_first(state: "CaseState", kind: ActKind) -> Verdict:
    in_order = state.law.kinds_in(state.head.procedure).values()
    openers = "、".join(f"“{one.title}”" for one in in_order if _opens(one, state.head))
    return _refused(OPENING, kind.title, f"案件不能从“{kind.title}”开始", f"请先办理{openers}之一")


def _opens(kind: ActKind, head: CaseHead) -> bool:
    return head.procedure in kind.opens


def _too_early(state: "CaseState", kind: ActKind, event: Event) -> Iterable[Verdict]:
    for group in kind.place.after:
        if not _done(state, group, event):
            needed = act_titles(state.law, group)
            reason = f"“{kind.title}”之前应当先办理{needed}，案卷里没有"
            yield _refused(AFTER, kind.title, reason, f"请先办理{needed}；已经办理的，先补录")


def _too_late(state: "CaseState", kind: ActKind, event: Event) -> Iterable[Verdict]:
    ended = _ended_by(state, kind.place.until, kind.place.again, event)
    if ended is None:
        return
    day = f"于{shown(ended.day)}" if ended.day else "经"
    reason = f"本案已{day}办理“{state.law.title_of(ended.act.kind)}”，不再办理“{kind.title}”"
    again = act_titles(state.law, kind.place.again, "、")
    remedy = f"依法需要再办的，先记录{again}{'之一' if len(kind.place.again) > 1 else ''}；" if again else ""
    yield _refused(UNTIL, kind.title, reason, f"{remedy}发现新的违法行为的，另行登记线索、立案")


def _done(state: "CaseState", group: Iterable[ActRef], event: Event) -> bool:
    return any(not _later(one, event) for one in _matching(state, group))


def _ended_by(
    state: "CaseState", until: Iterable[ActRef], again: Iterable[ActRef], event: Event
) -> Event | None:
    """Give the act that ended the time for such acts, unless a later one opened it anew."""
    ends = [one for one in _matching(state, until) if not _later(one, event)]
    if not ends:
        return None
    last = max(ends, key=_order)
    opened = (one for one in _matching(state, again) if not _later(one, event))
    return None if any(_order(one) > _order(last) for one in opened) else last


def _matching(state: "CaseState", refs: Iterable[ActRef]) -> Iterable[Event]:
    for ref in refs:
        yield from (one for one in state.by_kind.get(ref.kind, ()) if ref.matches(one.act.facts))


def _order(event: Event) -> int:
    return event.seq


def _later(one: Event, event: Event) -> bool:
    """Say whether an act recorded earlier was done later. Where a date is missing the order of the file counts."""
    return one.at is not None and event.at is not None and one.at > event.at


def _refused(rule: str, title: str, reason: str, remedy: str) -> Verdict:
    return Verdict(rule, title, Outcome.BREACH, Severity.BLOCK, reason, remedy=remedy)
