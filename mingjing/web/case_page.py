"""Everything one case page shows, gathered once: the acts in time, limits, findings, and what may be done now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from mingjing.cases import drafts, selectors, shown
from mingjing.cases.law import CaseFile, file_of
from mingjing.cases.party_record import PartyRecord, openable_by, record_of_case
from mingjing.cases.timeline import read_back
from mingjing.clients.recorded import Through, recorded_in
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.clock import beijing, legal_day
from mingjing.lawengine.model import (
    ActKind,
    Deadline,
    Law,
    NextAct,
    Outcome,
    Severity,
    Standing,
    Status,
    Verdict,
)
from mingjing.onsite.selectors import OnSite, onsite_of
from mingjing.packs.procedures import worded
from mingjing.personnel.duties import answering, outside
from mingjing.personnel.permissions import role_names
from mingjing.personnel.selectors import names_of
from mingjing.translog.selectors import indexes_of
from mingjing.web import act_form
from mingjing.web.limits import Limit, limit
from mingjing.web.usual import usual_next

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.evidence.models import EvidenceItem
    from mingjing.personnel.models import Person

# Acts that have a desk of their own, where their form stands beside what must be read first.
DESKS = {
    "decision_published": "publicity-case",
    "publication_withdrawn": "publicity-case",
    "legal_review_opined": "review-case",
}
AHEAD = 5  # steps offered as buttons; the rest unfolds
UNFOLDED = 3  # the latest acts, whose facts are shown without asking
FOLD_FACTS_AFTER = 6  # short facts shown at once; the rest unfolds
OPEN = {Status.RUNNING, Status.MISSED, Status.PAUSED, Status.UNKNOWN}


@dataclass(frozen=True)
class Entry:
    """One act in the timeline."""

    act: "Act"
    title: str
    when: str
    kind: ActKind | None
    facts: Sequence[shown.Fact]
    more: Sequence[shown.Fact]
    unknown: Sequence[str]
    evidence: Sequence["EvidenceItem"]
    document: str
    breaches: Sequence[Verdict]
    hints: Sequence[Verdict]
    unclear: Sequence[Verdict]
    passed: Sequence[Verdict]
    log_index: int | None  # None until it is sealed
    on_site: OnSite | None = None  # how it came in, if it was written without a network
    outside: Sequence[str] = ()  # performers whose posts do not answer for such acts, by name
    through: Through | None = None  # the program that recorded it, if one did


@dataclass(frozen=True)
class Step:
    """One kind of act that could come next, as a button or as a reason why not."""

    kind: ActKind
    url: str = ""
    reasons: Sequence[Verdict] = ()
    by: str = ""
    prepares: bool = False  # written out by this viewer, recorded by a head
    offered: bool = True  # False: allowed, but seldom done at this point of a case


@dataclass(frozen=True)
class CasePage:
    """One case for one viewer at one moment."""

    case: "Case"
    viewer: "Person"
    now: datetime
    # Only these kinds of act are tried, and those that come next or that a limit asks for; None: all.
    trying: frozenset[str] | None = None

    @classmethod
    def of_several(
        cls, cases: "Iterable[Case]", viewer: "Person", now: datetime, trying: Mapping[int, Iterable[str]]
    ) -> dict[int, "CasePage"]:
        """Give pages of which only the next steps are asked for, by the id of the case: their acts are read at once."""
        pages = {
            case.pk: cls(case=case, viewer=viewer, now=now, trying=frozenset(trying.get(case.pk, ())))
            for case in cases
        }
        for pk, acts in selectors.acts_of_several([page.case for page in pages.values()]).items():
            pages[pk].__dict__["acts"] = acts
        return pages

    @cached_property
    def acts(self) -> list["Act"]:
        """The acts in their order."""
        return selectors.acts_of(self.case)

    @cached_property
    def file(self) -> CaseFile:
        """The case as the engine reads it, from the acts already at hand."""
        return file_of(self.case, self.acts)

    @property
    def law(self) -> Law:
        """The law of the case."""
        return self.file.law

    @cached_property
    def words(self) -> Law:
        """The law with its fields named as this procedure names them."""
        return worded(self.law, self.case.procedure)

    @cached_property
    def standing(self) -> Standing:
        """Where the case stands now."""
        return self.file.state.standing(self.now)

    @cached_property
    def evidence(self) -> list["EvidenceItem"]:
        """The evidence of the case."""
        return list(evidence_of(self.case.code))

    @cached_property
    def log_indexes(self) -> dict[str, int]:
        """Where the acts stand in the log, by their codes; those that wait to be sealed are left out."""
        return indexes_of([act.code for act in self.acts])

    @cached_property
    def on_site(self) -> Mapping[str, OnSite]:
        """How the acts that were written on site came in, by their codes."""
        return onsite_of(self.case.code)

    @cached_property
    def through(self) -> Mapping[str, Through]:
        """The programs that recorded acts of the case, by the codes of the acts."""
        return recorded_in(self.case.code)

    @property
    def sealed(self) -> bool:
        """Whether the whole case is in the log, so that it can be proved."""
        return len(self.log_indexes) == len(self.acts)

    @cached_property
    def entries(self) -> list[Entry]:
        """The timeline, earliest first, in the order of recording."""
        names = shown.names_in(self.acts)
        items = {item.digest: item for item in self.evidence}
        folded = max(0, len(self.acts) - UNFOLDED)
        return [self._entry(act, names, items, folded=at < folded) for at, act in enumerate(self.acts)]

    def _entry(
        self, act: "Act", names: Mapping[str, str], items: Mapping[str, "EvidenceItem"], *, folded: bool
    ) -> Entry:
        kind = self.law.kinds.get(act.kind)
        facts = shown.facts_of_act(kind, self.words, act.facts, names)
        short = [] if folded else [fact for fact in facts if not fact.long][:FOLD_FACTS_AFTER]
        held = read_back(act.held)
        return Entry(
            act=act,
            title=self.law.title_of(act.kind),
            when=_when(act),
            kind=kind,
            facts=short,
            more=[fact for fact in facts if fact not in short],
            unknown=shown.unknown_facts(kind, self.words, act.facts, self.file.facts),
            document=self._document(act, kind),
            evidence=[items[ref["digest"]] for ref in act.evidence if ref["digest"] in items],
            breaches=[
                one for one in held if one.outcome is Outcome.BREACH and one.severity is not Severity.WARN
            ],
            hints=[one for one in held if one.outcome is Outcome.BREACH and one.severity is Severity.WARN],
            unclear=[one for one in held if one.outcome is Outcome.UNKNOWN],
            passed=self._passed(act),
            log_index=self.log_indexes.get(act.code),
            on_site=self.on_site.get(act.code),
            outside=self._outside(act, kind),
            through=self.through.get(act.code),
        )

    @cached_property
    def _answering(self) -> Mapping[str, frozenset[str]]:
        return answering(self.case.agency.code, self.case.procedure)

    def _outside(self, act: "Act", kind: ActKind | None) -> list[str]:
        """Who performed it outside the duties of his post, by the responsibility list as it stands."""
        people = {one["person"]: one["name"] for one in act.performers}
        return [people[one] for one in outside(self._answering, people, kind.stage)] if kind else []

    def _passed(self, act: "Act") -> list[Verdict]:
        """What the act was found to comply with, in the words of the version that it was judged by."""
        passed = []
        for stored in act.verdicts:
            rule = self.law.rules_by_id.get(stored["rule"])
            if stored["outcome"] != Outcome.PASS or rule is None:
                continue
            version = next(
                (one for one in rule.versions if str(one.in_force) == stored["version_from"]), None
            )
            source, quote = (version.source, version.quote) if version else (None, "")
            passed.append(
                Verdict(rule.id, rule.title, Outcome.PASS, rule.severity, source=source, quote=quote)
            )
        return passed

    def _document(self, act: "Act", kind: ActKind | None) -> str:
        """The title of the document that this act gives; imported acts came with papers of their own."""
        form = kind.form_in(self.case.procedure) if kind and not act.imported else ""
        return self.law.forms[form].title if form in self.law.forms else ""

    @cached_property
    def limits(self) -> list[Limit]:
        """The limits that still matter, overdue first."""
        lines = [limit(one, self.now, self.law.calendar) for one in self.standing.deadlines if _counts(one)]
        order = {"red": 0, "amber": 1, "": 2}
        return sorted(lines, key=lambda line: (order[line.colour], str(line.deadline.due)))

    @cached_property
    def limits_over(self) -> list[Limit]:
        """The limits that are met or no longer count."""
        return [
            limit(one, self.now, self.law.calendar) for one in self.standing.deadlines if not _counts(one)
        ]

    @property
    def main_limit(self) -> Limit | None:
        """The limit for deciding the case while it runs, else the nearest one; publishing comes last."""
        counted = [line for line in self.limits if line.total and line.deadline.status is not Status.UNKNOWN]
        deciding = [line for line in counted if line.deadline.topic == "decision"]
        handling = [line for line in counted if line.deadline.topic != "publication"]
        return next(iter(deciding or handling or counted), None)

    @property
    def party(self) -> str:
        """What the other side is called in this procedure."""
        own = self.law.procedures.get(self.case.procedure)
        return own.party if own else "当事人"

    # --- what may be done now ---------------------------------------------------------------------

    @cached_property
    def _next(self) -> list[tuple[ActKind, NextAct]]:
        kinds = self.law.kinds_in(self.case.procedure)
        if self.trying is None:
            found = self.standing.next_acts
        else:
            found = self.standing.next_of(self.trying | self.urged | {*self.usual})
        return [(kinds[one.kind], one) for one in found if one.kind in kinds]

    @cached_property
    def mine(self) -> list[Step]:
        """What the law allows now and this viewer may do."""
        return [
            Step(kind, address_of(kind, self.case), prepares=not self._may(kind), offered=one.offered)
            for kind, one in self._next
            if one.allowed and (self._may(kind) or self._may_prepare(kind))
        ]

    @cached_property
    def urged(self) -> frozenset[str]:
        """The kinds of act that a running limit asks for; of several that would do, the usual ones."""
        rules, usual = self.law.rules_by_id, set(self.usual)
        urging = [line.deadline.rule for line in self.limits if line.deadline.bound != "not_before"]
        wanted = [set(rules[rule].acts) for rule in urging if rule in rules]
        return frozenset(kind for kinds in wanted for kind in kinds & usual or kinds)

    @cached_property
    def usual(self) -> list[str]:
        """What usually comes after the acts so far."""
        return usual_next([act.kind for act in self.acts], self.case.procedure)

    @property
    def asked(self) -> list[Step]:
        """What waits for this viewer: the next usual act and what a limit asks for, unless others are to do it."""
        wanted = self.urged | set(self.usual[:1])
        # A step that officers may take as well is not asked of others.
        officer = "officer" in self.viewer.roles
        return [
            step
            for step in self.ahead
            if step.kind.kind in wanted and (officer or "officer" not in step.kind.roles)
        ]

    @property
    def ahead(self) -> list[Step]:
        """What moves the case on: first what usually comes next, then what a limit asks for."""
        if self.case.imported:  # history is there to be looked into; nothing waits in it
            return []
        # An act that would skip a step is allowed sometimes, and never proposed.
        mine = {step.kind.kind: step for step in self.mine if step.offered}
        order = dict.fromkeys([*self.usual[:1], *sorted(self.urged), *self.usual])
        return [mine[kind] for kind in order if kind in mine][:AHEAD]

    @property
    def besides(self) -> list[Step]:
        """What else fits this point of the case."""
        return [step for step in self._rest if step.offered]

    @property
    def rarer(self) -> list[Step]:
        """What may be done and seldom is: repeated or earlier acts, changes, corrections."""
        return [step for step in self._rest if not step.offered]

    @property
    def _rest(self) -> list[Step]:
        first = {step.kind.kind for step in self.ahead}
        return [step for step in self.mine if step.kind.kind not in first]

    @cached_property
    def waiting(self) -> list[dict[str, str]]:
        """The forms that are prepared and wait for a head."""
        rows = drafts.waiting_on(case_codes=[self.case.code], roles=[act_form.HEAD])
        names = names_of([one.prepared_by for one in rows])
        mine = act_form.HEAD in self.viewer.roles
        return [
            {
                "title": self.law.title_of(one.kind),
                "by": names.get(one.prepared_by, one.prepared_by),
                "url": reverse("act-new", args=[self.case.code, one.kind]) if mine else "",
            }
            for one in rows
        ]

    @cached_property
    def theirs(self) -> list[Step]:
        """What the law allows now and somebody else must do."""
        done = {act.kind for act in self.acts}
        return [
            Step(kind, by=role_names(kind.roles))
            for kind, one in self._next
            if one.offered and kind.kind not in done and not self._may(kind) and not self._may_prepare(kind)
        ]

    @cached_property
    def barred(self) -> list[Step]:
        """What the law does not allow now, with the reasons."""
        return [
            Step(kind, reasons=[verdict for verdict in one.verdicts if verdict.refuses])
            for kind, one in self._next
            if not one.allowed and self._may(kind)
        ]

    def _may(self, kind: ActKind) -> bool:
        return act_form.why_not(self.viewer, kind, self.case.agency) is None

    def _may_prepare(self, kind: ActKind) -> bool:
        return act_form.may_prepare(self.viewer, kind, self.case.agency)

    @cached_property
    def record(self) -> PartyRecord | None:
        """What the party was found to have done before this case; nothing while nobody is named."""
        if self.case.imported or not self.case.party_name:
            return None
        return record_of_case(self.case, self.file.facts, self.case.opened_on or legal_day(self.now))

    @property
    def openable(self) -> frozenset[str]:
        """The earlier cases of the party that this viewer may open."""
        return openable_by(self.viewer, self.record) if self.record else frozenset()

    # --- findings -----------------------------------------------------------------------------------

    @cached_property
    def findings(self) -> list[Any]:
        """What the file review holds against the case, the costliest first."""
        return sorted(self.standing.findings, key=lambda one: (not one.veto, -one.points, one.act_seq or 0))

    @property
    def blocking(self) -> int:
        """How many findings are breaches that would have stopped the act."""
        return sum(1 for one in self.findings if one.severity is Severity.BLOCK)


def _counts(deadline: Deadline) -> bool:
    """Whether a limit still matters; one that was met late is over, and held against the act that met it."""
    return deadline.status in OPEN and deadline.met_on is None


def _when(act: "Act") -> str:
    """When it was done; of imported acts often only the day is known."""
    if act.done_at is None:
        return shown.UNKNOWN
    midnight = beijing(act.done_at).strftime("%H:%M") == "00:00"
    return shown.day(legal_day(act.done_at)) if act.imported and midnight else shown.minute(act.done_at)


def address_of(kind: ActKind, case: "Case") -> str:
    """Where an act of this kind is recorded: at its desk, or in the generated form."""
    if kind.kind in DESKS:
        return reverse(DESKS[kind.kind], args=[case.code])
    return reverse("act-new", args=[case.code, kind.kind])
