"""Which act of a case is the decision to publish, and its public view as it stands now; nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from mingjing.cases.selectors import act_by_code, acts_of, deadlines_of, engine_view, facts_of
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import Field, Law
from mingjing.packs.naming import NamingTerms, naming_terms
from mingjing.packs.procedures import worded
from mingjing.personnel.selectors import names_of
from mingjing.publicity.mask import PublicField, Secrecy, public_view, secrecy_of
from mingjing.publicity.naming import Naming

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case

PUBLISHED: Final = "decision_published"
WITHDRAWN: Final = "publication_withdrawn"
TOPIC: Final = "publication"
RESULT: Final = (
    "penalty_kinds",
    "fine_yuan",
    "no_penalty_ground",
    "inspection_conclusion",
    "measure_kind",
    "licence_content",
    "determination_content",
)


@dataclass(frozen=True)
class Draft:
    """A decision as the public would see it, with the originals for the people who check the masking."""

    law: Law
    decision: "Act"
    fields: Sequence[PublicField]
    secrecy: Secrecy
    party_kind: str
    due_on: date | None
    told: Mapping[str, Any]  # what the fields were rendered from; never stored
    naming: NamingTerms  # how the agency writes the name of a natural person it penalised

    @property
    def view(self) -> list[dict[str, Any]]:
        """What would be published, line by line."""
        return [line.as_json() for line in self.fields]

    def value(self, name: str) -> str:
        """Give one line of the view, empty where there is none."""
        return next((line.value for line in self.fields if line.name == name), "")

    @property
    def title(self) -> str:
        """What lists call it: the kind of violation, or the matter, or the kind of decision."""
        text = self.value("violation_kind") or self.value("matter") or self.law.title_of(self.decision.kind)
        return text[:300]

    @property
    def result(self) -> str:
        """What was decided, in a few words: 罚款 5,000元."""
        return " ".join(value for name in RESULT if (value := self.value(name)))[:200]

    @property
    def document_no(self) -> str:
        return str(self.decision.facts.get("document_no", ""))

    @property
    def decided_on(self) -> date | None:
        return legal_day(self.decision.done_at) if self.decision.done_at else None


def publishable_kinds(law: Law) -> frozenset[str]:
    """Give the kinds of act that the law wants published: those from which a limit of publication runs."""
    starts: set[str] = set()
    for rule in law.deadlines:
        if rule.topic == TOPIC and PUBLISHED in rule.acts:
            for version in rule.versions:
                origin = version.raw.get("from", ())
                starts.update([origin] if isinstance(origin, str) else list(cast("list[str]", origin)))
    return frozenset(starts)


def draft_of(
    case: "Case",
    marks: Iterable[str] = (),
    amended: Mapping[str, Any] = MappingProxyType({}),
    clear: Iterable[str] = (),
) -> Draft | None:
    """Give the decision of a case and its public view, None where nothing of the case is to be published.

    `amended` are the right values of fields that the decision states wrongly; they are masked like all others;
    `clear` is what a recogniser would hide and a person found to be no personal data.
    """
    law, _, _ = engine_view(case)
    acts = acts_of(case)
    kinds = publishable_kinds(law)
    decision = next((act for act in reversed(acts) if act.kind in kinds), None)
    if decision is None:
        return None
    facts = facts_of(case)
    party_kind = str(facts.get("party_kind", ""))
    told = {**_told(law, decision, facts), **amended}
    terms = naming_terms(region=case.region, field=case.field, agency=case.agency.code)
    naming = Naming(terms.style, frozenset(terms.fields)).of(told)
    secrecy = _secrecy(case, law, acts, party_kind, marks, amended, clear, naming)
    fields = public_view(worded(law, case.procedure).fields, told, party_kind, secrecy=secrecy)
    return Draft(law, decision, fields, secrecy, party_kind, _due_on(case, law, decision), told, terms)


def told_of(
    act_code: str, amended: Mapping[str, Any] = MappingProxyType({})
) -> tuple[Mapping[str, Any], Mapping[str, Field]]:
    """Give what a decision and its case state, unmasked, and the fields by which to read it; not for the public."""
    act = act_by_code(act_code)
    law, _, _ = engine_view(act.case)
    return {**_told(law, act, facts_of(act.case)), **amended}, law.fields


def _told(law: Law, decision: "Act", facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts that belong to a decision: its own and those of the whole case, each in its latest form."""
    of_case = {
        name: value for name, value in facts.items() if name in law.fields and law.fields[name].of_case
    }
    return {
        **of_case,
        **decision.facts,
        **{name: of_case[name] for name in decision.facts if name in of_case},
    }


def _secrecy(
    case: "Case",
    law: Law,
    acts: Sequence["Act"],
    party_kind: str,
    marks: Iterable[str],
    amended: Mapping[str, Any],
    clear: Iterable[str],
    naming: Naming,
) -> Secrecy:
    agency = case.agency
    numbers = (str(act.facts.get("document_no", "")) for act in acts)
    return secrecy_of(
        law.fields,
        [*(act.facts for act in acts), amended],
        party_kind,
        people=_people(law, acts),
        marks=marks,
        keep=[agency.name, agency.short_name, agency.phone, agency.review_body, agency.court, *numbers],
        clear=clear,
        naming=naming,
    )


def _people(law: Law, acts: Sequence["Act"]) -> set[str]:
    """Give the names of everybody who took part in the case for an agency."""
    names = {str(one["name"]) for act in acts for one in act.performers}
    usernames: set[str] = set()
    for act in acts:
        for name, value in act.facts.items():
            if name in law.fields and law.fields[name].type in {"person", "people"}:
                usernames.update([value] if isinstance(value, str) else value)
    return names | set(names_of(usernames).values())


def _due_on(case: "Case", law: Law, decision: "Act") -> date | None:
    limits = [
        row.due
        for row in deadlines_of(case)
        if row.due
        and row.topic == TOPIC
        and row.start_seq == decision.seq
        and _meets(law, row.rule, PUBLISHED)
    ]
    return legal_day(min(limits)) if limits else None


def _meets(law: Law, rule: str, kind: str) -> bool:
    return rule in law.rules_by_id and kind in law.rules_by_id[rule].acts


def is_withdrawal_limit(law: Law, rule: str) -> bool:
    """Say whether a limit of publication asks for a withdrawal rather than a publication."""
    return _meets(law, rule, WITHDRAWN) and not _meets(law, rule, PUBLISHED)
