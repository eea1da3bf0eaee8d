"""A stored case as the law engine reads it: its head, its acts, and the law of its agency."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mingjing.cases.models import Act, Case
from mingjing.cases.timeline import act_record
from mingjing.lawengine.judge import CaseState
from mingjing.lawengine.model import ActRecord, CaseHead, Law
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


@dataclass(frozen=True)
class CaseFile:
    """One case, the law that governs it, and its acts so far."""

    case: Case
    law: Law
    acts: tuple[ActRecord, ...]

    @cached_property
    def head(self) -> CaseHead:
        agency = self.case.agency
        return CaseHead(
            region=self.case.region,
            field=self.case.field,
            agency=agency.code,
            agency_kind=agency.kind,
            procedure=self.case.procedure,
            fragment=self.case.fragment,
            promised=agency.promised,
        )

    @cached_property
    def state(self) -> CaseState:
        """The engine's fold over the acts so far, ready to judge the next one."""
        state = CaseState(self.law, self.head)
        for act in self.acts:
            state.absorb(act)
        return state

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """What the acts have stated so far; a later act corrects an earlier one."""
        return {name: value for act in self.acts for name, value in act.facts.items()}


def law_for(agency: "Agency") -> Law:
    """Give the law in force for an agency: the nation's, its region's, its field's and its own."""
    return library().law(region=agency.region, field=agency.field, agency=agency.code)


def case_file(case: Case) -> CaseFile:
    """Read a case with its acts, in their order."""
    return CaseFile(case=case, law=law_for(case.agency), acts=stored_acts(case))


def stored_acts(case: Case) -> tuple[ActRecord, ...]:
    """Give the acts of a case as the engine reads them."""
    rows = Act.objects.filter(case=case).order_by("seq")
    return tuple(
        engine_act(row) for row in rows.only("seq", "kind", "done_at", "facts", "performers", "evidence")
    )


def engine_act(row: Act) -> ActRecord:
    """Give one stored act as the engine reads it."""
    return act_record(
        seq=row.seq,
        kind=row.kind,
        done_at=row.done_at,
        facts=row.facts,
        performers=row.performers,
        evidence=row.evidence,
    )
