"""The official tables read off the rules: what is recorded, what is reviewed, what has a limit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mingjing.lawengine.model import Law, Procedure, Rule, Severity, Source
from mingjing.lawengine.terms import RecordingTerms
from mingjing.packs.condition_words import in_words
from mingjing.packs.outline import outline
from mingjing.packs.plain_words import MEDIA
from mingjing.packs.procedures import ENFORCEMENTS

REVIEW_TOPIC: Final = "legal_review"
# A condition on the field of enforcement says nothing in the list of an agency, which has one.
_FIELD: Final = re.compile(r"\bfield == '(\w+)'")
WHOLE, KEY = "全过程音像记录", "关键环节音像记录"


@dataclass(frozen=True, slots=True)
class Recording:
    """A line of 音像记录事项清单 (国办发〔2018〕118号 三、（八）); the columns are those that bureaus publish."""

    enforcement: str
    procedure: str
    act: str  # the step that is recorded
    scope: str  # the whole process, or its key steps
    way: str
    start: str
    content: str
    end: str
    keep: str
    note: str
    source: Source
    rule: str


@dataclass(frozen=True, slots=True)
class Review:
    """A line of 重大执法决定法制审核目录清单 (国办发〔2018〕118号 四、（十二）)."""

    enforcement: str
    procedure: str
    decisions: tuple[str, ...]
    matter: str
    standard: str
    source: Source
    quote: str
    rule: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A line of the table of limits: which act, within how long, on what basis."""

    enforcement: str
    procedure: str
    stage: str
    act: str
    text: str
    source: Source
    rule: str


def recording_list(law: Law) -> tuple[Recording, ...]:
    """Give every step that must be recorded in sound or picture, by kind of enforcement, in the order of its acts."""
    found: list[Recording] = []
    for procedure in procedures_of(law):
        part = law.of_procedure(procedure.code)
        for kind in part.kinds.values():
            for rule in _lasting(law, part.rules_by_act[kind.kind]):
                terms = rule.versions[-1].terms
                if isinstance(terms, RecordingTerms):
                    found.append(_recording(law, procedure, kind.title, rule, terms))
    return tuple(dict.fromkeys(found))


def _recording(law: Law, procedure: Procedure, act: str, rule: Rule, terms: RecordingTerms) -> Recording:
    row, version = rule.list_row, rule.versions[-1]
    return Recording(
        enforcement=ENFORCEMENTS[procedure.enforcement],
        procedure=procedure.short,
        act=act,
        scope=WHOLE if terms.whole else KEY,
        way="或者".join(MEDIA.get(medium, medium) for medium in terms.media),
        start=row.get("start", ""),
        content=row.get("content", rule.title),
        end=row.get("end", ""),
        keep=row.get("keep", ""),
        note="；".join(note for note in (_condition(law, rule), row.get("note", "")) if note),
        source=version.source,
        rule=rule.id,
    )


def review_catalogue(law: Law) -> tuple[Review, ...]:
    """Give every reason for which a decision must pass the legal review first, by kind of enforcement."""
    found: list[Review] = []
    for procedure in procedures_of(law):
        part = law.of_procedure(procedure.code)
        for rule in _lasting(law, part.rules):
            decisions = tuple(
                law.title_of(kind)
                for kind in rule.acts
                if kind in part.kinds and (kind in procedure.main or part.kinds[kind].stage == "decision")
            )
            demands = (
                rule.topic == REVIEW_TOPIC and rule.severity is Severity.BLOCK and rule.kind == "sequence"
            )
            if demands and decisions:
                found.append(_review(law, procedure, decisions, rule))
    return tuple(found)


def _review(law: Law, procedure: Procedure, decisions: tuple[str, ...], rule: Rule) -> Review:
    version = rule.versions[-1]
    return Review(
        enforcement=ENFORCEMENTS[procedure.enforcement],
        procedure=procedure.short,
        decisions=decisions,
        matter=rule.list_row.get("matter", rule.title),
        standard=rule.list_row.get("standard", _condition(law, rule)),
        source=version.source,
        quote=version.quote,
        rule=rule.id,
    )


def limit_table(law: Law, procedure: str) -> tuple[Limit, ...]:
    """Give every limit in time of a procedure in the order of its acts."""
    about = law.procedures[procedure]
    return tuple(
        Limit(
            enforcement=ENFORCEMENTS[about.enforcement],
            procedure=about.short,
            stage=step.stage,
            act=step.kind.title,
            text=clause.text,
            source=clause.source,
            rule=clause.rule,
        )
        for step in outline(law, procedure)
        for clause in step.limits
    )


def procedures_of(law: Law) -> list[Procedure]:
    """Give the procedures with those of one kind of enforcement beside each other."""
    first: dict[str, int] = {}
    for procedure in sorted(law.procedures.values(), key=lambda one: one.order):
        first.setdefault(procedure.enforcement, procedure.order)
    return sorted(law.procedures.values(), key=lambda one: (first[one.enforcement], one.order))


def _lasting(law: Law, rules: Iterable[Rule]) -> list[Rule]:
    """Give the rules that no day has ended and that speak about the field of this law."""
    return [rule for rule in rules if rule.versions[-1].until is None and _of_field(law, rule)]


def _of_field(law: Law, rule: Rule) -> bool:
    told = " ".join(one.source for one in (rule.when, rule.versions[-1].when) if one)
    return all(field == law.field for field in _FIELD.findall(told))


def _condition(law: Law, rule: Rule) -> str:
    """Give in words when the rule speaks; empty where it always does or words would say less."""
    conditions = (rule.when, rule.versions[-1].when)
    told = [_FIELD.sub("", one.source).strip("& ") for one in conditions if one]
    return "，并且".join(words for one in told if one and (words := in_words(one, law)))
