"""Pending cases to which a newer, lighter text applies (从旧兼从轻), to be looked at before the decision."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from mingjing.cases.law import case_file, law_for
from mingjing.cases.models import Act, Case
from mingjing.kit.clock import BEIJING
from mingjing.lawengine.judge import CaseState
from mingjing.lawengine.model import ActRecord, Law, Rule, Version
from mingjing.lawengine.versions import CONDUCT_DAY, lighter_now
from mingjing.lawengine.view import View, event_of
from mingjing.packs.load import Library

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

MOST = 200  # lines of one list


@dataclass(frozen=True, slots=True)
class LighterText:
    """A case still to be decided for which today's text of a rule is lighter than that of the day of the conduct."""

    case: Case
    rule: Rule
    conduct: date
    then: Version
    now: Version


def lighter_law_todos(
    agency: "Agency", today: date, *, library: Library | None = None, own: str = ""
) -> list[LighterText]:
    """Give the pending cases of an agency to which a newer, lighter text applies, under its law or another library.

    `own` is the username of an officer, to give only the cases that are theirs.
    """
    law = _law(agency, library)
    if not any(rule.dated_by == "conduct" and _lightened(rule, today) for rule in law.rules):
        return []
    rows = Case.objects.filter(agency=agency, ended=False, imported=False)
    if own:
        rows = rows.filter(handler_rows__username=own, handler_rows__agency=agency)
    stated = Act.objects.filter(agency=agency, case__in=rows, facts__has_key=CONDUCT_DAY)
    found: list[LighterText] = []
    for case in (
        rows.filter(pk__in=stated.values("case")).select_related("agency").order_by("next_due", "-id")
    ):
        found += _of_case(case, law, today)
        if len(found) >= MOST:
            break
    return found[:MOST]


def _law(agency: "Agency", library: Library | None) -> Law:
    if library is None:
        return law_for(agency)
    return library.law(region=agency.region, field=agency.field, agency=agency.code)


def _lightened(rule: Rule, today: date) -> bool:
    """Say whether any text of the rule was heavier than today's: of most laws no case need be read."""
    texts = [version for link in (rule, rule.base) if link for version in link.versions]
    return any(lighter_now(rule, version.in_force, today) for version in texts)


def _of_case(case: Case, law: Law, today: date) -> Iterator[LighterText]:
    file = case_file(case)
    try:
        conduct = date.fromisoformat(str(file.facts.get(CONDUCT_DAY)))
    except ValueError:
        return
    state = CaseState(law, file.head)
    for act in file.acts:
        state.absorb(act)
    done = {act.kind for act in file.acts}
    for rule in law.rules:
        text = lighter_now(rule, conduct, today)
        if text and not done & set(rule.acts) and _may_apply(rule, text, state, today):
            yield LighterText(case, rule, conduct, *text)


def _may_apply(rule: Rule, texts: Iterable[Version], state: CaseState, today: date) -> bool:
    """Say whether the rule may speak of this case: its conditions do not fail on what is known so far."""
    noon = datetime.combine(today, time(12), tzinfo=BEIJING)
    view = View(state, event_of(ActRecord(len(state.events) + 1, rule.acts[0], noon)))
    conditions = [rule.when, *(text.when for text in texts)]
    return rule.speaks_in(state.head.procedure) and all(
        condition is None or view.holds(condition) is not False for condition in conditions
    )
