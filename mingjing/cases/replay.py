"""Stored cases judged under two libraries, streamed and on several processors; nothing is written."""

import json
import multiprocessing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db import connection, connections

from mingjing.cases.statements import moment_of, run
from mingjing.cases.timeline import act_record
from mingjing.lawengine.model import ActRecord, CaseHead
from mingjing.lawengine.replay import Change, Difference, compare, differences
from mingjing.packs.load import Library

_ITS_ACTS: Final = "SELECT 1 FROM cases_act t WHERE t.case_id = c.id"
_STATING: Final = {
    "sqlite": "json_type(t.facts, '$.' || %s) IS NOT NULL",
    "postgresql": "jsonb_exists(t.facts, %s)",
}
BATCH: Final = 400  # cases of which the acts are read at once

LawKey = tuple[str, str, str]  # region, field, agency: whose law it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which cases to judge. Days are those on which cases were opened."""

    agencies: Sequence[int]
    since: date | None = None
    until: date | None = None
    procedure: str = ""
    codes: Sequence[str] = ()
    limit: int | None = None  # at most so many, the latest first


class CaseRow(NamedTuple):
    """What a replay tells of a case."""

    pk: int
    code: str
    number: str
    party: str
    title: str
    agency: str
    procedure: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """A case that is judged otherwise, and in what."""

    case: CaseRow
    found: tuple[Difference, ...]


@dataclass(frozen=True)
class Plan:
    """What is to be judged, by whose law, and in which parts."""

    changes: Mapping[LawKey, Change]
    where: str
    values: tuple[object, ...]
    total: int  # cases selected
    parts: tuple[tuple[int, int], ...] = field(repr=False)  # first and last id, both included
    on: datetime


def plan(old: Library, new: Library, selection: Selection, *, on: datetime) -> Plan:
    """Compare the libraries for every agency concerned, and find the cases that the difference can touch."""
    where, values = _condition(selection)
    total, laws = 0, {}
    keys = run(
        "SELECT c.region, c.field, a.code, count(*) FROM cases_case c JOIN personnel_agency a ON a.id = c.agency_id "  # noqa: S608
        f"WHERE {where} GROUP BY c.region, c.field, a.code",
        values,
    ).fetchall()
    compared: dict[tuple[str, str], Change] = {}
    for region, sector, agency, count in keys:
        total += count
        given = {"region": region, "field": sector, "agency": agency}
        was, now = old.law(**given), new.law(**given)
        # Agencies without a pack of their own share one law, and comparing it once is enough.
        pair = (was.digest, now.digest)
        change = compared.get(pair)
        if change is None:
            change = compared[pair] = compare(was, now)
        if not change.nothing:
            laws[region, sector, agency] = change
    if not laws:
        return Plan(laws, where, values, total, (), on)
    kinds = sorted({kind for change in laws.values() for kind in change.kinds})
    facts = sorted({fact for change in laws.values() for fact in change.facts})
    stating = [_STATING[connection.vendor]] * len(facts)
    having = " OR ".join([f"t.kind IN ({_marks(kinds)})", *stating])
    where, values = f"{where} AND EXISTS ({_ITS_ACTS} AND ({having}))", (*values, *kinds, *facts)
    return Plan(laws, where, values, total, _parts(where, values), on)


def replay(what: Plan, *, workers: int = 1) -> Iterator[Replayed]:
    """Judge every case of the plan, in the order of their ids; give those that are judged otherwise.

    With several workers each gets a connection of its own; the caller's are closed before they start, because two
    processes must not share one.
    """
    if workers < 2 or len(what.parts) < 2:
        for part in what.parts:
            yield from _judge_part(what, part)
        return
    for one in connections.all(initialized_only=True):
        one.close()
        if hasattr(one, "close_pool"):  # of PostgreSQL: what waits in it would be inherited too
            one.close_pool()
    context = multiprocessing.get_context("fork")
    with context.Pool(min(workers, len(what.parts)), _begin, (what,)) as pool:
        for found in pool.imap(_work, range(len(what.parts))):
            yield from found


_PLAN: list[Plan] = []  # in a worker: what it was forked for; laws are not sent but inherited


def _begin(what: Plan) -> None:
    _PLAN[:] = [what]


def _work(number: int) -> list[Replayed]:
    return list(_judge_part(_PLAN[0], _PLAN[0].parts[number]))


def _judge_part(what: Plan, part: tuple[int, int]) -> Iterator[Replayed]:
    rows = run(
        "SELECT c.id, c.code, c.number, c.decision_no, c.party_name, c.title, a.name, c.procedure, c.ended, c.region, "  # noqa: S608
        "c.field, c.fragment, a.code, a.kind, a.promised FROM cases_case c "
        f"JOIN personnel_agency a ON a.id = c.agency_id WHERE {what.where} AND c.id BETWEEN %s AND %s ORDER BY c.id",
        [*what.values, *part],
    ).fetchall()
    acts = _acts_of([row[0] for row in rows])
    for row in rows:
        pk, code, number, decision_no, party, title, agency, procedure, ended, *about = row
        region, sector, fragment, agency_code, agency_kind, promised = about
        change = what.changes.get((region, sector, agency_code))
        if change is None:
            continue
        head = CaseHead(
            region=region,
            field=sector,
            agency=agency_code,
            agency_kind=agency_kind,
            procedure=procedure,
            fragment=bool(fragment),
            promised=json.loads(promised),
        )
        if found := differences(change, head, acts.get(pk, ()), what.on):
            case = CaseRow(pk, code, decision_no or number, party, title, agency, procedure, bool(ended))
            yield Replayed(case, found)


def _acts_of(pks: Sequence[int]) -> dict[int, tuple[ActRecord, ...]]:
    if not pks:
        return {}
    rows = run(
        "SELECT case_id, seq, kind, done_at, facts, performers, evidence FROM cases_act "  # noqa: S608
        f"WHERE case_id IN ({_marks(pks)}) ORDER BY case_id, seq",
        pks,
    ).fetchall()
    return {pk: tuple(map(_act, group)) for pk, group in groupby(rows, key=lambda row: int(row[0]))}


def _act(row: tuple[Any, ...]) -> ActRecord:
    _, seq, kind, done_at, facts, performers, evidence = row
    return act_record(
        seq=seq,
        kind=kind,
        done_at=moment_of(done_at),
        facts=json.loads(facts),
        performers=json.loads(performers),
        evidence=json.loads(evidence),
    )


def _condition(selection: Selection) -> tuple[str, tuple[object, ...]]:
    """Give the condition on `c`, a case, and its values."""
    # Of a case whose content was destroyed there is nothing left to judge.
    parts = ["NOT c.erased", f"c.agency_id IN ({_marks(selection.agencies) or 'NULL'})"]
    values: list[object] = list(selection.agencies)
    bounds = (("c.opened_on >= %s", selection.since), ("c.opened_on <= %s", selection.until))
    for text, day in bounds:
        if day:
            parts.append(text)
            values.append(connection.ops.adapt_datefield_value(day))
    if selection.procedure:
        parts.append("c.procedure = %s")
        values.append(selection.procedure)
    if selection.codes:
        parts.append(f"c.code IN ({_marks(selection.codes)})")
        values += selection.codes
    where = " AND ".join(parts)
    if selection.limit is not None:
        latest = f"SELECT c.id FROM cases_case c WHERE {where} ORDER BY c.id DESC LIMIT {selection.limit:d}"  # noqa: S608
        where = f"c.id IN ({latest})"
    return where, tuple(values)


def _parts(where: str, values: Sequence[object]) -> tuple[tuple[int, int], ...]:
    sql = f"SELECT c.id FROM cases_case c WHERE {where} ORDER BY c.id"  # noqa: S608 - conditions of our own
    pks = [pk for (pk,) in run(sql, values).fetchall()]
    return tuple((batch[0], batch[-1]) for at in range(0, len(pks), BATCH) if (batch := pks[at : at + BATCH]))


def _marks(values: Iterable[object]) -> str:
    return ", ".join("%s" for _ in values)
