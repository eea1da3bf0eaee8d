"""Required: what an act must state, show, answer or rest on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from mingjing.lawengine.kinds.recording import MEDIA
from mingjing.lawengine.model import ActRecord, EvidenceRef, Rule, Verdict, Version
from mingjing.lawengine.terms import Replied, RequiredTerms
from mingjing.lawengine.verdicts import breach, lacking, passed, unknown
from mingjing.lawengine.view import View


def judge(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge everything demanded at once, so that one refusal names all that is missing.

    Whether something was stated is the very question here: what is not there is a breach. Only an excerpt, which may
    have left it out, is unknown; so is a question about rows that nobody has stated at all.
    """
    terms = cast("RequiredTerms", version.terms)
    if terms.plain and _all_there(terms, state):
        return passed(rule, version, _COMPLETE)
    if terms.answered and state.facts.get(terms.answered[0]) is None:
        return lacking(rule, version, state.law, [terms.answered[0]])
    absent = tuple(name for name in terms.stated if state.facts.get(name) is None)
    faults = list(_faults(terms, state, act, absent))
    if not faults:
        return passed(rule, version, _COMPLETE)
    reason = f"“{state.law.title_of(act.kind)}”" + "；".join(faults)
    # What is there and wrong is wrong in an excerpt too; only what is not there may be missing from the excerpt.
    if state.fragment and not any(fault.startswith(_WRONG) for fault in faults):
        return unknown(rule, version, f"{reason}（摘录的案卷不完整）", missing=absent)
    return breach(rule, version, reason, missing=absent)


SHOWN = 40  # characters of an argument that a refusal quotes
_COMPLETE = "应当具备的都已具备"
_WRONG = ("写明的", "没有逐项答复", "不齐全")


def _all_there(terms: RequiredTerms, state: View) -> bool:
    """Say whether nothing plain is wrong: most acts are complete, and most rules ask no more."""
    facts = state.facts
    for name in terms.facts:
        if facts.get(name) is None:
            return False
    return all(facts.get(name) is True for name in terms.true) if terms.true else True


def _faults(terms: RequiredTerms, state: View, act: ActRecord, absent: tuple[str, ...]) -> Iterator[str]:
    label = state.law.label
    if absent:
        yield f"缺少{'、'.join(f'“{label(name)}”' for name in absent)}"
    for name in terms.true:
        if name not in absent and state.facts[name] is not True:
            yield f"写明的“{label(name)}”是“否”，应当为“是”"
    if terms.answered:
        yield from _incomplete(terms.answered[0], terms.answered[1:], state, "没有逐项答复")
    if terms.replied:
        yield from _unreplied(terms.replied, state)
    if terms.rows_complete and terms.rows_complete[0] not in absent:
        yield from _incomplete(*terms.rows_complete, state, "不齐全")
    if terms.evidence_at_least:
        yield from _too_little(terms, state, act)
    if terms.contains_field and terms.contains_field not in absent:
        yield from _not_contained(terms, state)


def _incomplete(name: str, columns: Sequence[str], state: View, fault: str) -> Iterator[str]:
    """Say which rows lack one of the columns, counting from one."""
    rows = state.facts.get(name)
    listed = rows if isinstance(rows, list) else []
    empty: tuple[object, ...] = (None, "", [])
    poor = [n for n, row in enumerate(listed, 1) if any(row.get(column) in empty for column in columns)]
    if poor or not listed:
        titles = "、".join(state.law.label(column) for column in columns)
        which = f"第 {'、'.join(map(str, poor))} 项缺“{titles}”" if poor else "一项也没有"
        yield f"{fault}：“{state.law.label(name)}”{which}"


def _unreplied(terms: Replied, state: View) -> Iterator[str]:
    """Say what was handed in and has no reply. Only the very same words count: nobody may put them differently."""
    replied = {
        _bare(row.get(terms.to))
        for row in state.rows(terms.where)
        if str(row.get(terms.column) or "").strip()
    }
    handed_in = [row for event in state.matching([terms.act]) for row in _listed(event.act.facts, terms.rows)]
    open_ = [str(row.get(terms.to) or "") for row in handed_in if _bare(row.get(terms.to)) not in replied]
    if open_:
        quoted = "；".join(f"“{text[:SHOWN]}{'……' if len(text) > SHOWN else ''}”" for text in open_)
        yield f"有 {len(open_)} 条当事人提出的意见没有“{state.law.label(terms.column)}”：{quoted}"


def _listed(facts: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    rows = facts.get(name)
    return rows if isinstance(rows, list) else []


def _bare(text: object) -> str:
    """Give words without their blanks and line ends, which forms and browsers write each in their own way."""
    return "".join(str(text or "").split())


def _too_little(terms: RequiredTerms, state: View, act: ActRecord) -> Iterator[str]:
    own = list(act.evidence)
    held = own if terms.evidence_of == "act" else [*state.evidence(), *own]
    enough = len({item.digest for item in held if _counts(item, terms)})
    if enough < terms.evidence_at_least:
        kinds = "、".join([*terms.evidence_kinds, *(MEDIA[one] for one in terms.evidence_media)]) or "证据"
        side = {"for": "有利于当事人的", "against": "证明违法事实的"}.get(terms.evidence_side, "")
        yield f"应当有{side}{kinds}至少 {terms.evidence_at_least} 份，现有 {enough} 份"


def _counts(item: EvidenceRef, terms: RequiredTerms) -> bool:
    return (
        (not terms.evidence_kinds or item.legal_kind in terms.evidence_kinds)
        and (not terms.evidence_media or item.medium in terms.evidence_media)
        and (not terms.evidence_side or item.side == terms.evidence_side)
    )


def _not_contained(terms: RequiredTerms, state: View) -> Iterator[str]:
    stated = state.facts[terms.contains_field]
    values = stated if isinstance(stated, list) else [stated]
    field = state.law.fields.get(terms.contains_field)
    label = field.label if field else str
    if terms.contains_any and not set(values) & set(terms.contains_any):
        wanted = "、".join(label(one) for one in terms.contains_any)
        yield f"写明的“{state.law.label(terms.contains_field)}”应当包括其一：{wanted}"
    if lost := [label(one) for one in terms.contains_all if one not in values]:
        yield f"写明的“{state.law.label(terms.contains_field)}”缺少：{'、'.join(lost)}"
