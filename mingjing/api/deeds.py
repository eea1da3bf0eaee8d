"""An act as a program reports it, handed to the one service that records acts; the law is asked there, never here."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as _

from mingjing.api.door import Called, demand
from mingjing.api.problems import act_refused, not_found, refused
from mingjing.api.repeating import token_of
from mingjing.api.rooms.case_schemas import ActGiven, OpeningGiven
from mingjing.cases.law import law_for, law_of
from mingjing.cases.services import ActRefused, Deed, open_case, record_act
from mingjing.publicity.decisions import PUBLISHED, WITHDRAWN

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.lawengine.model import ActKind

# Recorded at their desk alone: recorded here, they would be acts that the public sees nothing of.
PUBLICITY = (PUBLISHED, WITHDRAWN)


def kind_in(case: "Case", name: str) -> "ActKind":
    """A kind of act as the procedure of a case uses it. Raises Problem where it is none of that procedure."""
    kind = law_of(case).kinds.get(name)
    if kind is None or case.procedure not in kind.procedures:
        raise not_found()
    return kind.in_procedure(case.procedure)


def deed_of(request: Called, given: ActGiven, *, procedure: str = "", case: "Case | None" = None) -> Deed:
    """What is reported, if this client may report such an act. Raises Problem."""
    person = request.auth.person
    law = law_of(case) if case else law_for(person.agency)
    kind = law.kinds.get(given.kind)
    if kind is None or (case.procedure not in kind.procedures if case else procedure not in kind.opens):
        said = _("这个程序中没有这种行为。可用的行为见“接下来可以办理的行为”和“行为种类”。")
        raise refused({"kind": [said]})
    if given.kind in PUBLICITY:
        raise refused({"kind": [_("公示和撤回公示在公示室办理，不能作为一般行为记录。")]})
    demand(request, f"act.{kind.stage}")
    return Deed(
        kind=given.kind,
        facts=given.facts,
        performers=given.performers or [person.username],
        by=person,
        done_at=given.done_at,
        evidence=given.evidence,
    )


def opened(request: Called, given: OpeningGiven) -> "Act":
    """Open a case. Raises Problem with the verdicts of the law where it may not be."""
    deed = deed_of(request, given, procedure=given.procedure)
    agency = request.auth.person.agency
    return _recorded(open_case, agency=agency, procedure=given.procedure, deed=deed, once=token_of(request))


def recorded(request: Called, case: "Case", given: ActGiven) -> "Act":
    """Record an act in a case. Raises Problem with the verdicts of the law where it may not be."""
    return _recorded(record_act, case=case, deed=deed_of(request, given, case=case), once=token_of(request))


def _recorded(service: Any, **told: Any) -> "Act":
    try:
        act: Act = service(**told)
    except ActRefused as refusal:
        raise act_refused(refusal.trial) from None
    return act
