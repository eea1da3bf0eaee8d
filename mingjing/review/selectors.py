"""What the legal-review desk shows: what waits for whom, why a decision is major, and the eight points of a case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases import drafts
from mingjing.cases import selectors as cases
from mingjing.cases.law import law_of
from mingjing.lawengine.model import Law
from mingjing.personnel.selectors import names_of
from mingjing.review import checklist as eight
from mingjing.review.reasons import TOPIC, Reason
from mingjing.review.reasons import reasons_major as reasons_in

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case, CaseDeadline, Draft
    from mingjing.personnel.models import Person

REQUESTED: Final = "legal_review_requested"
OPINED: Final = "legal_review_opined"
COORDINATED: Final = "legal_review_coordinated"
KINDS: Final = (REQUESTED, OPINED, COORDINATED)
AGREED: Final = "agree"
# What the head may say to a disagreement: only when the officers are right must the reviewer write anew.
FOR_THE_OFFICERS: Final = "follow_officers"
DECIDED: Final = ("decision", "service", "execution", "closing")  # stages after which no opinion is asked for


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the review as the desk reads it."""

    seq: int
    kind: str
    done_at: datetime | None
    facts: Mapping[str, Any]
    by: str  # username


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the legal review of a case has come."""

    steps: tuple[Step, ...]

    @property
    def round(self) -> int:
        """How many times the case has been sent for review."""
        return sum(step.kind == REQUESTED for step in self.steps)

    @property
    def opinion(self) -> Step | None:
        """The latest opinion."""
        return next((step for step in reversed(self.steps) if step.kind == OPINED), None)

    @property
    def waits_for(self) -> str:
        """The role whose turn it is: reviewer, officer, or "" where nothing is asked of anybody."""
        if not self.steps:
            return ""
        last = self.steps[-1]
        if last.kind == OPINED:
            return "" if last.facts.get("review_conclusion") == AGREED else "officer"
        back = last.kind == COORDINATED and last.facts.get("coordination_conclusion") != FOR_THE_OFFICERS
        return "officer" if back else "reviewer"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case on the desk."""

    case: "Case"
    progress: Progress
    due: "CaseDeadline | None"
    disagreement: "Draft | None"
    by: str  # name of whoever did the last step

    @property
    def last(self) -> Step:
        """The latest act of the review."""
        return self.progress.steps[-1]


@dataclass(frozen=True, slots=True)
class Queue:
    """The desk: cases that wait for a reviewer, those returned to the officers, and disagreements at the head."""

    to_review: Sequence[Waiting]
    returned: Sequence[Waiting]
    disagreed: Sequence[Waiting]


@dataclass(frozen=True, slots=True)
class Checklist:
    """What lies beside the reviewer's form."""

    points: Sequence[eight.Point]
    officers: Sequence[eight.Officer]
    materials: Sequence[str]  # titles of what was sent
    note: str  # what the officers say of the round before


def reasons_major(case: "Case", on: datetime) -> tuple[Reason, ...]:
    """Give the rules that demand a legal review of a decision taken now, or may demand it; none: no review is due."""
    return reasons_in(*cases.engine_view(case), on)


def progress_of(case: "Case") -> Progress:
    """Say how far the legal review of a case has come."""
    return Progress(tuple(_step(act) for act in cases.acts_of(case) if act.kind in KINDS))


def _step(act: "Act") -> Step:
    return Step(act.seq, act.kind, act.done_at, act.facts, act.recorded_by)


def review_queue(viewer: "Person") -> Queue:
    """Give what lies on the desk of the viewer's agencies, the most urgent first."""
    progress = _progress_by_case(viewer)
    live = cases.cases_seen_by(viewer).filter(pk__in=[pk for pk, one in progress.items() if one.waits_for])
    found = {case.pk: case for case in live.select_related("agency")}
    dues = _limits(viewer, found.values())
    disputes = {
        one.case_code: one
        for one in drafts.waiting_on(case_codes=[case.code for case in found.values()], roles=["head"])
        if one.kind == COORDINATED
    }
    names = names_of(progress[pk].steps[-1].by for pk in found)
    lines = [
        Waiting(case, progress[pk], dues.get(pk), disputes.get(case.code), _name(names, progress[pk]))
        for pk, case in found.items()
    ]
    lines.sort(key=_urgency)
    return Queue(
        to_review=[one for one in lines if one.progress.waits_for == "reviewer"],
        returned=[one for one in lines if one.progress.waits_for == "officer" and one.disagreement is None],
        disagreed=[one for one in lines if one.progress.waits_for == "officer" and one.disagreement],
    )


def _name(names: Mapping[str, str], progress: Progress) -> str:
    by = progress.steps[-1].by
    return names.get(by, by)


def _urgency(one: Waiting) -> tuple[bool, str, int]:
    due = one.due.due if one.due else None
    return due is None, due.isoformat() if due else "", one.case.pk


def _progress_by_case(viewer: "Person") -> dict[int, Progress]:
    """The reviews of the live cases, read in one query from their acts."""
    live = cases.cases_seen_by(viewer).filter(ended=False, imported=False).exclude(stage__in=DECIDED)
    columns = ("acts__seq", "acts__kind", "acts__done_at", "acts__facts", "acts__recorded_by")
    rows = live.filter(acts__kind__in=KINDS).order_by("pk", "acts__seq").values_list("pk", *columns)
    steps: dict[int, list[Step]] = {}
    for pk, *step in rows:
        steps.setdefault(pk, []).append(Step(*step))
    return {pk: Progress(tuple(found)) for pk, found in steps.items()}


def _limits(viewer: "Person", found: Iterable["Case"]) -> dict[int, "CaseDeadline"]:
    """The running limit for the opinion of each case; the latest where a case was sent twice."""
    wanted = {case.pk: case for case in found}
    rows = cases.deadlines_running(viewer, topic=TOPIC).filter(case__in=wanted, urges=True)
    return {row.case_id: row for row in rows if _for_the_opinion(law_of(wanted[row.case_id]), row.rule)}


def _for_the_opinion(law: Law, rule: str) -> bool:
    known = law.rules_by_id.get(rule)
    return known is not None and OPINED in known.acts


def due_of(case: "Case") -> "CaseDeadline | None":
    """Give the running limit for the opinion of a case."""
    law = law_of(case)
    rows = [one for one in cases.deadlines_of(case) if one.urges and _for_the_opinion(law, one.rule)]
    return rows[-1] if rows else None


def disagreement_of(case: "Case") -> "Draft | None":
    """Give the disagreement that waits for the head of the case's agency."""
    return drafts.waiting_for(case_code=case.code, kind=COORDINATED, roles=["head"])


def checklist(case: "Case", on: datetime) -> Checklist:
    """Give the eight points with what the machine found on each, who acted, and what was sent."""
    law = law_of(case)
    acts = cases.acts_of(case)
    standing = cases.standing_of(case, on)
    overdue = [one for one in standing.findings if one.act_seq is None]
    request = next((act for act in reversed(acts) if act.kind == REQUESTED), None)
    facts = request.facts if request else {}
    materials = law.fields["review_materials"]
    return Checklist(
        points=eight.points(law, [(act.seq, act.kind, act.verdicts) for act in acts], overdue),
        officers=eight.officers((act.seq, act.performers) for act in acts),
        materials=[materials.label(code) for code in facts.get("review_materials", ())],
        note=facts.get("resubmission_note", ""),
    )
