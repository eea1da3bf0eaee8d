"""Importing a table of published penalties: planned as a whole, then written row by row, each wholly or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.importing import History
from mingjing.cases.selectors import cases_seen_by, facts_of
from mingjing.cases.services import ActRefused, Deed, Origin, open_case, record_act
from mingjing.exchange.compare import against_stored, compare
from mingjing.exchange.mapping import Reading
from mingjing.exchange.parties import name_key
from mingjing.exchange.rows import Desk, Examined, examine
from mingjing.exchange.tables import Table
from mingjing.kit.canonical import digest
from mingjing.kit.clock import BEIJING

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Agency, Person

# How many stored cases are asked for at once.
BATCH: Final = 5000


class Fate(StrEnum):
    """What becomes of a row."""

    READY = "ready"  # will be imported
    DONE = "done"  # has been imported now
    STORED = "stored"  # was imported before
    REFUSED = "refused"


@dataclass(slots=True)
class Planned:
    """One row and what becomes of it."""

    row: Examined
    fate: Fate
    case: str = ""  # code of the case it became, or had become


@dataclass(slots=True)
class Plan:
    """A whole table, ready to be carried out. Nothing has been written."""

    table: Table
    reading: Reading
    agency: "Agency"
    by: "Person"
    rows: list[Planned] = field(default_factory=list)

    def count(self, fate: Fate) -> int:
        return sum(planned.fate is fate for planned in self.rows)


def plan_import(table: Table, reading: Reading, *, agency: "Agency", by: "Person", on: date) -> Plan:
    """Examine every row, compare it with the others and with what is stored. Writes nothing."""
    desk = Desk(reading, on)
    examined = [examine(row, desk) for row in table.rows]
    compare(examined)
    plan = Plan(table, reading, agency, by)
    for start in range(0, len(examined), BATCH):
        plan.rows += _compared_with_stored(examined[start : start + BATCH], by)
    return plan


def carry_out(plan: Plan) -> Iterator[Planned]:
    """Import the rows that are ready, one transaction each; give each row as it is done.

    Stopped anywhere, what was given is imported whole and the rest not at all; run again, it goes on from there.
    """
    for planned in plan.rows:
        if planned.fate is not Fate.READY:
            continue
        try:
            planned.case = _import_row(planned.row, plan)
            planned.fate = Fate.DONE
        except ActRefused as refused:
            planned.fate = Fate.REFUSED
            planned.row.faults += refused.trial.reasons()
        yield planned


def _compared_with_stored(rows: Sequence[Examined], by: "Person") -> list[Planned]:
    stored = stored_cases((row.facts["document_no"] for row in rows if "document_no" in row.facts), by)
    return [_planned(row, stored.get((row.facts.get("document_no", ""), row.key[1]))) for row in rows]


def stored_cases(numbers: Iterable[str], by: "Person") -> "dict[tuple[str, str], Case]":
    """Give by number and party the cases that somebody may see with these decision numbers."""
    rows = cases_seen_by(by).filter(decision_no__in=set(numbers))
    return {(case.decision_no, name_key(case.party_name)): case for case in rows}


def _planned(row: Examined, case: "Case | None") -> Planned:
    if case is not None and not row.shifted:
        if against := against_stored(row, facts_of(case)):
            row.contradict(against)
        elif not row.faults:
            return Planned(row, Fate.STORED, case.code)
    return Planned(row, Fate.REFUSED if row.faults else Fate.READY)


def _import_row(row: Examined, plan: Plan) -> str:
    told = f"“双公示”表格 {plan.table.name[:200]} 第 {row.line} 行（表格摘要 {plan.table.digest[:16]}）"
    return write_row(row, agency=plan.agency, by=plan.by, source=told).code


def write_row(row: Examined, *, agency: "Agency", by: "Person", source: str) -> "Case":
    """Write one row as one imported case, or give the case it became before. All of it is written, or nothing.

    Raises ActRefused where a fact cannot be kept.
    """
    history = history_of(row, agency=agency, by=by, source=source)
    (first, token), *rest = history.deeds
    with transaction.atomic():
        act = open_case(
            agency=agency, procedure=history.procedure, deed=first, once=token, origin=history.origin
        )
        for deed, once in rest:
            record_act(case=act.case, deed=deed, once=once)
    return act.case


def history_of(row: Examined, *, agency: "Agency", by: "Person", source: str) -> History:
    """Give one row as the old case it proves."""
    token = digest({"agency": agency.code, "key": list(row.key), "facts": row.facts})
    return told(
        "summary" if row.summary else "ordinary", list(_deeds(row, by)), token, agency=agency, source=source
    )


def told(procedure: str, deeds: Sequence[Deed], token: str, *, agency: "Agency", source: str) -> History:
    """Give an old case of an agency as its table tells it: an excerpt, each act under a token of its own."""
    first, *rest = deeds
    return History(
        procedure=procedure,
        deeds=[(first, token), *((one, digest({"of": token, "kind": one.kind})) for one in rest)],
        origin=Origin(region=agency.region, field=agency.field, source=source, fragment=True),
    )


def _deeds(row: Examined, by: "Person") -> Iterator[Deed]:
    """Give the acts that a row proves, in order: filing where its day is stated, the decision, the publication."""
    if row.filed_on and not row.summary:
        yield deed_of("filing_approved", {}, row.filed_on, by)
    kind = "on_the_spot_decided" if row.summary else "penalty_decided"
    yield deed_of(kind, row.facts, row.decided_on, by)
    if row.published_on or row.published:
        yield deed_of("decision_published", row.published, row.published_on, by)


def deed_of(
    kind: str, facts: dict[str, Any], on: date | None, by: "Person", performers: Sequence[str] = ()
) -> Deed:
    """Give an act as an old table proves it: the day alone is known, so it is kept at its first minute in Beijing."""
    done_at = datetime.combine(on, time(), tzinfo=BEIJING) if on else None
    return Deed(kind=kind, facts=facts, performers=performers, by=by, done_at=done_at, imported=True)
