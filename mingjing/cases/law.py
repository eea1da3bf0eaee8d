"""A stored case as the law engine reads it: its head, its acts, and the law of its agency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from mingjing.cases.models import Case
from mingjing.cases.statements import read_acts
from mingjing.cases.timeline import act_record, read_back
from mingjing.lawengine.judge import CaseState
from mingjing.lawengine.model import ActRecord, CaseHead, Law, Verdict
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


class Row(Protocol):
    """What the engine needs of a stored act."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def performers(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def evidence(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def held(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True)
class CaseFile:
    """One case, the law that governs it, and its acts so far."""

    case: Case
    law: Law
    acts: tuple[ActRecord, ...]
    held: tuple[
        tuple[Verdict, ...], ...
    ] = ()  # act by act, what was said of it when it was recorded, if no pass

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
        """The engine's fold over the acts so far, ready to judge the next one.

        What was said of an act when it was recorded stands: only limits are worked out afresh.
        """
        state = CaseState(self.law, self.head)
        for act, verdicts in zip(self.acts, self.held, strict=True):
            state.absorb(act, verdicts)
        return state

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """What the acts have stated so far; a later act corrects an earlier one."""
        return {name: value for act in self.acts for name, value in act.facts.items()}


def law_for(agency: "Agency") -> Law:
    """Give the law that binds an agency: the nation's, its region's, its field's and its own."""
    return library().law(region=agency.region, field=agency.field, agency=agency.code)


def law_of(case: Case) -> Law:
    """Give the law of a case. An imported case may come from another region or field than the agency that keeps it."""
    return library().law(region=case.region, field=case.field, agency=case.agency.code)


def case_file(case: Case) -> CaseFile:
    """Read a case with its acts, in their order."""
    return file_of(case, read_acts(case))


def file_of(case: Case, rows: Sequence[Row]) -> CaseFile:
    """Give a case with these acts of it, already read."""
    return CaseFile(
        case=case,
        law=law_of(case),
        acts=tuple(engine_act(row) for row in rows),
        held=tuple(read_back(row.held) for row in rows),
    )


def engine_act(row: Row) -> ActRecord:
    """Give one stored act as the engine reads it."""
    return act_record(
        seq=row.seq,
        kind=row.kind,
        done_at=row.done_at,
        facts=row.facts,
        performers=row.performers,
        evidence=row.evidence,
    )
