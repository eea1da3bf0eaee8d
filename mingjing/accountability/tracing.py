"""Who had which part in a case, computed from its acts: who did, reviewed, approved, entered; nobody is judged here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.law import law_of
from mingjing.cases.selectors import acts_of, findings_of
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import ActKind, Law
from mingjing.personnel.selectors import names_of

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case

PARTS: Final[Mapping[str, str]] = {
    "did": "实施",
    "reviewed": "法制审核",
    "approved": "审批",
    "named": "文书中写明",
    "entered": "代为记录",
}
_ALONE: Final = {"reviewer": "reviewed", "head": "approved"}


@dataclass(frozen=True, slots=True)
class Trace:
    """One part of one person in one act, and what the system found in that act."""

    person: str
    name: str
    part: str
    seq: int
    act: str
    on: str
    wrong: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """Give plain values to be kept."""
        return {**asdict(self), "wrong": list(self.wrong)}


def traces_of(case: "Case") -> list[Trace]:
    """Give every part of everybody, act by act."""
    law, found = law_of(case), list[Trace]()
    wrong: dict[int, list[str]] = {}
    for one in findings_of(case):
        wrong.setdefault(one.act_seq, []).append(one.title)
    acts = acts_of(case)
    parts = [(act, part, person) for act in acts for part, person in _parts(act, law)]
    names = names_of({person for _, _, person in parts})
    for act, part, person in parts:
        on = legal_day(act.done_at).isoformat() if act.done_at else ""
        found.append(
            Trace(
                person,
                names.get(person, person),
                part,
                act.seq,
                law.title_of(act.kind),
                on,
                wrong.get(act.seq, []),
            )
        )
    return found


def _parts(act: "Act", law: Law) -> Iterable[tuple[str, str]]:
    did = [str(one["person"]) for one in act.performers]
    part = _part_of(law.kinds.get(act.kind))
    yield from ((part, person) for person in did)
    for name, value in act.facts.items():
        if name in law.fields and law.fields[name].type in {"person", "people"}:
            for person in [value] if isinstance(value, str) else value or ():
                if person not in did:
                    yield "named", str(person)
    if act.recorded_by not in did:
        yield "entered", act.recorded_by


def _part_of(kind: ActKind | None) -> str:
    """Say what doing such an act is, by who alone may do it."""
    return _ALONE.get(kind.roles[0], "did") if kind is not None and len(kind.roles) == 1 else "did"


def people_in(traces: Iterable[Trace]) -> dict[str, str]:
    """Give everybody who had a part, by username, in the order of the acts."""
    return {one.person: one.name for one in traces}
