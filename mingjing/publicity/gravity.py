"""How grave a decision is for the credit register and how long it is shown; the figures come from the packs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mingjing.cases.law import law_of
from mingjing.packs.credit import CreditTerms, Grade, Penalty, Proposal, credit_terms
from mingjing.publicity.decisions import Draft
from mingjing.publicity.refusals import PublicityRefused

if TYPE_CHECKING:
    from mingjing.cases.models import Case


@dataclass(frozen=True, slots=True)
class Spanned:
    """One grade with the last days of its shortest and longest period for one decision."""

    grade: Grade
    shortest: date
    longest: date


@dataclass(frozen=True, slots=True)
class Gravity:
    """What the packs say of one decision: the proposed grade and the periods of all."""

    terms: CreditTerms
    proposal: Proposal
    spans: tuple[Spanned, ...]

    def span(self, code: str) -> Spanned | None:
        """Give the periods of one grade."""
        return next((one for one in self.spans if one.grade.code == code), None)

    @property
    def proposed(self) -> Spanned | None:
        """The periods of the proposed grade, None where the packs cannot tell."""
        return self.span(self.proposal.grade.code) if self.proposal.grade else None


def terms_of(case: "Case") -> CreditTerms:
    """Give the credit rules that bind the agency of a case."""
    return credit_terms(region=case.region, field=case.field, agency=case.agency.code)


def gravity_of(case: "Case", draft: Draft) -> Gravity | None:
    """Grade the decision of a draft; None where it is no penalty or was made before the rules came into force."""
    terms, kinds = terms_of(case), draft.told.get("penalty_kinds")
    if not kinds or draft.decided_on is None or not terms.binds(case.procedure, draft.decided_on):
        return None
    fine = draft.told.get("fine_yuan")
    penalty = Penalty(case.procedure, draft.party_kind, kinds, Decimal(fine) if fine else None)
    calendar = law_of(case).calendar
    spans = (Spanned(one, *terms.span(one, draft.decided_on, calendar)) for one in terms.grades)
    return Gravity(terms, terms.proposal(penalty), tuple(spans))


def with_grade(case: "Case", draft: Draft, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of a publication with the grade that the packs are sure of; raises PublicityRefused.

    Whatever the packs do not decide, or somebody decides otherwise, needs its reason in writing.
    """
    told, gravity = dict(facts), gravity_of(case, draft)
    if gravity is None:
        return told
    proposal = gravity.proposal
    if not told.get("credit_grade") and proposal.grade and proposal.sure:
        told["credit_grade"] = proposal.grade.code
    wants = _wants_reason(gravity, told)
    if wants and not str(told.get("credit_reason", "")).strip():
        raise PublicityRefused(f"{wants}请在“程度和期限的理由”写明。")
    return told


def _wants_reason(gravity: Gravity, facts: Mapping[str, Any]) -> str:
    """Say what has to be explained; empty where nothing has."""
    proposal, chosen = gravity.proposal, gravity.span(str(facts.get("credit_grade", "")))
    if chosen is None:
        raise PublicityRefused(f"请选定失信程度：{'；'.join(proposal.reasons)}。")
    if not chosen.grade.shown:
        return f"{chosen.grade.title}失信信息原则上不予公示，确有必要公示的要说明理由。"
    if proposal.grade is None or not proposal.sure:
        return f"失信程度由人选定：{'；'.join(proposal.reasons)}。"
    if chosen.grade != proposal.grade:
        return f"选定的程度（{chosen.grade.title}）与法规包的判断（{proposal.grade.title}）不同。"
    return _about_days(chosen, str(facts.get("publication_until", "")))


def _about_days(chosen: Spanned, until: str) -> str:
    try:
        last = date.fromisoformat(until)
    except ValueError:
        return ""  # the form itself refuses it
    if last > chosen.longest:
        return f"公示截止日超过{chosen.grade.title}失信信息的最长公示期（至 {chosen.longest}）。"
    if last < chosen.shortest:
        return f"公示截止日不满{chosen.grade.title}失信信息的最短公示期（至 {chosen.shortest}）。"
    return ""
