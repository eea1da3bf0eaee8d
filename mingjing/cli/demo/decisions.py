"""Real published penalties replayed as imported excerpts: what was published is a fact, all else stays unknown."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.services import Deed, Origin, open_case, record_act
from mingjing.kit.clock import BEIJING
from mingjing.kit.document_number import normalise, parse
from mingjing.kit.money import canonical_yuan

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Agency, Person

TABLE: Final = Path(__file__).parent / "decisions.toml"

# Kind of act whose number is counted -> the fact that keeps its serial.
SERIALS: Final = {"prior_notice_issued": "notice_serial", "penalty_decided": "decision_serial"}


@dataclass(frozen=True, slots=True)
class Step:
    """One act that a publication proves. `done_at` is None where the day was not published."""

    kind: str
    done_at: datetime | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """One published penalty."""

    card: str
    origin: Origin
    procedure: str
    steps: tuple[Step, ...]


def replay(agency: "Agency", by: "Person") -> int:
    """Record every decision of the table as a case of `agency`; gives how many there are. A second run adds nothing."""
    told = decisions()
    for decision in told:
        play(decision, agency, by)
    return len(told)


def play(decision: Decision, agency: "Agency", by: "Person", mark: str = "decision") -> "Case":
    """Record one decision, act by act, and give its case. `mark` keeps another playing apart from the first."""
    first, *rest = decision.steps
    act = open_case(
        agency=agency,
        procedure=decision.procedure,
        deed=_deed(first, by),
        once=f"{mark}-{decision.card}-0",
        origin=decision.origin,
    )
    for number, step in enumerate(rest, start=1):
        record_act(case=act.case, deed=_deed(step, by), once=f"{mark}-{decision.card}-{number}")
    return act.case


def decisions() -> tuple[Decision, ...]:
    """Read the table."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["decision"]
    return tuple(_decision(row) for row in rows)


def _decision(row: Mapping[str, Any]) -> Decision:
    steps = list(_steps(row))
    # What is a fact of the whole case is stated by the first act that is known.
    steps[0] = Step(steps[0].kind, steps[0].done_at, {**_plain(row["facts"]), **steps[0].facts})
    return Decision(
        card=row["card"],
        origin=Origin(region=row["region"], field=row["field"], source=row["source"], fragment=True),
        procedure=row.get("procedure", "ordinary"),
        steps=tuple(steps),
    )


def _steps(row: Mapping[str, Any]) -> Iterator[Step]:
    for act in row["act"]:
        facts = {**_plain(act.get("facts", {})), **_added_up(act.get("lines", ()))}
        yield Step(act["kind"], _moment(act.get("on")), _numbered(act["kind"], facts))


def _numbered(kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Keep a decision's number as published beside the one way of writing it, and its serial as a figure."""
    spelled = facts.get("document_no", "")
    if not spelled:
        return facts
    facts["document_no"] = normalise(spelled)
    if kind in ("penalty_decided", "on_the_spot_decided"):
        facts["document_no_as_published"] = spelled
    number = parse(spelled)
    if number and kind in SERIALS and number.serial.isdigit():
        facts[SERIALS[kind]] = int(number.serial)
    return facts


def _added_up(lines: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Add up a published list of goods: how many pieces at what price each."""
    if not lines:
        return {}
    total = reduce(lambda sum_, line: sum_ + line[0] * Decimal(line[1]), lines, Decimal(0))
    return {"goods_lines_pieces": sum(line[0] for line in lines), "goods_lines_yuan": canonical_yuan(total)}


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def _moment(on: Any) -> datetime | None:
    """Give a published day as its first minute in Beijing; a published hour is kept."""
    if on is None or isinstance(on, datetime):
        return on
    return datetime.combine(on, time(), tzinfo=BEIJING)


def _deed(step: Step, by: "Person") -> Deed:
    return Deed(kind=step.kind, facts=step.facts, performers=(), by=by, done_at=step.done_at, imported=True)
