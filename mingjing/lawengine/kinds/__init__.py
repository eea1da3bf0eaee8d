"""How each kind of rule is judged: one module a kind, all with one signature, entered by hand in JUDGES."""

from collections.abc import Callable, Mapping
from typing import Final

from mingjing.lawengine.kinds import (
    accrual,
    ceiling,
    condition,
    deadline,
    quorum,
    recording,
    required,
    separation,
    sequence,
)
from mingjing.lawengine.model import ActRecord, Rule, Verdict, Version
from mingjing.lawengine.view import View

Judge = Callable[[Rule, Version, View, ActRecord], Verdict]

JUDGES: Final[Mapping[str, Judge]] = {
    "sequence": sequence.judge,
    "deadline": deadline.judge,
    "quorum": quorum.judge,
    "separation": separation.judge,
    "ceiling": ceiling.judge,
    "accrual": accrual.judge,
    "required": required.judge,
    "recording": recording.judge,
    "condition": condition.judge,
}
