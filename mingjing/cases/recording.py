"""Acts that must be recorded in sound or picture: what is demanded, what is there, what is said instead."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mingjing.lawengine.model import Law, Outcome, Rule, Severity, Source, Version
from mingjing.lawengine.terms import RecordingTerms
from mingjing.packs.condition_words import in_words
from mingjing.packs.plain_words import MEDIA

if TYPE_CHECKING:
    from datetime import date

    from mingjing.cases.models import Act

# A condition on the field of enforcement alone is decided by the agency and need not be told its people.
OF_FIELD: Final = re.compile(r"field == '([a-z_]+)'")
RECORDED: Final = "recorded"
EXCUSED: Final = "excused"
MISSING: Final = "missing"
STATES: Final = {RECORDED: "有记录", EXCUSED: "说明了原因", MISSING: "没有记录也没有说明"}


@dataclass(frozen=True, slots=True)
class Duty:
    """What a rule asks to be recorded of a kind of act, in words for whoever is about to do it."""

    rule: str
    title: str
    media: str
    whole: bool  # from the beginning to the end
    condition: str  # when it applies; empty where always
    instead: str  # what may be stated where there is no record; empty where nothing may
    must: bool  # False: advice
    source: Source
    quote: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """How one act stands that had to be recorded."""

    act: "Act"
    title: str
    state: str
    reason: str

    @property
    def words(self) -> str:
        """The state in Chinese."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many acts had to be recorded, and how many of them were."""

    recorded: int = 0
    excused: int = 0
    missing: int = 0

    @property
    def needed(self) -> int:
        """All that had to be."""
        return self.recorded + self.excused + self.missing

    @property
    def share(self) -> int | None:
        """Per cent that have their record; None where nothing had to be recorded."""
        return round(100 * self.recorded / self.needed) if self.needed else None


def duties(law: Law, procedure: str, kind: str, on: "date", *, field: str = "") -> list[Duty]:
    """Give what must be recorded of this kind of act on a day in one field of enforcement, what binds first."""
    found = []
    for rule in law.of_procedure(procedure).rules_by_act[kind]:
        version = next((one for one in rule.versions if one.in_force_on(on)), None)
        if version is None or not isinstance(version.terms, RecordingTerms):
            continue
        fields = [one[1] for code in _conditions(rule, version) if (one := OF_FIELD.fullmatch(code.strip()))]
        if all(one == field for one in fields):
            found.append(_duty(law, rule, version, version.terms))
    return sorted(found, key=lambda one: not one.must)


def _duty(law: Law, rule: Rule, version: Version, terms: RecordingTerms) -> Duty:
    conditions = [
        in_words(code, law) for code in _conditions(rule, version) if not OF_FIELD.fullmatch(code.strip())
    ]
    return Duty(
        rule=rule.id,
        title=rule.title,
        media="或者".join(MEDIA.get(one, one) for one in terms.media),
        whole=terms.whole,
        condition="，并且".join(words for words in conditions if words),
        instead=law.label(terms.unless) if terms.unless else "",
        must=rule.severity is not Severity.WARN,
        source=version.source,
        quote=version.quote,
    )


def _conditions(rule: Rule, version: Version) -> list[str]:
    return [one.source for one in (rule.when, version.when) if one]


def recorded_acts(law: Law, acts: Iterable["Act"]) -> list[Recorded]:
    """Give the acts that had to be recorded, by the verdicts they were recorded with; advice is no duty."""
    found = []
    for act in acts:
        states = [state for state in (_state(law, act, one) for one in act.verdicts) if state]
        if states and not act.imported:
            worst = max(states, key=lambda one: (one[0] == MISSING, one[0] == EXCUSED))
            found.append(Recorded(act, law.title_of(act.kind), *worst))
    return found


def _state(law: Law, act: "Act", verdict: Mapping[str, Any]) -> tuple[str, str] | None:
    """Give how an act stands by one rule, with the reason stated; None where the rule asks for no record of it."""
    rule = law.rules_by_id.get(verdict["rule"])
    if rule is None or rule.kind != "recording" or rule.severity is Severity.WARN:
        return None
    version = next((one for one in rule.versions if str(one.in_force) == verdict.get("version_from")), None)
    if version is None or not isinstance(version.terms, RecordingTerms):
        return None
    if verdict["outcome"] == Outcome.BREACH:
        return MISSING, ""
    if verdict["outcome"] != Outcome.PASS:
        return None
    if any(one["medium"] in version.terms.media for one in act.evidence):
        return RECORDED, ""
    return EXCUSED, str(act.facts.get(version.terms.unless, ""))


def coverage(found: Iterable[Recorded]) -> Coverage:
    """Count acts by how they stand."""
    states = [one.state for one in found]
    return Coverage(states.count(RECORDED), states.count(EXCUSED), states.count(MISSING))
