"""A procedure read off the law: its acts in order, what each needs, its limits and demands; drawing is elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import cast

from mingjing.lawengine.model import ActKind, Law, ProcedureLaw, Rule, Severity, Source, Version
from mingjing.lawengine.periods import UNIT_NAMES
from mingjing.lawengine.terms import ActRef, DeadlineTerms, SequenceTerms
from mingjing.lawengine.verdicts import act_title
from mingjing.packs.procedures import ENFORCEMENTS


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing the law asks, in a short sentence, with where it stands."""

    text: str
    source: Source
    quote: str
    rule: str


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of act of a procedure, and all that the law says of it."""

    kind: ActKind
    stage: str  # its Chinese title
    needs: tuple[tuple[str, ...], ...]  # groups of kinds of which one each must come before
    limits: tuple[Clause, ...]
    demands: tuple[Clause, ...]
    blocks: int  # how many rules stop the act when they are broken
    always: bool  # no lawful decision of this procedure without it


def outline(law: Law, procedure: str) -> tuple[Step, ...]:
    """Give the acts of a procedure in their order, by the newest text of every rule."""
    part = law.of_procedure(procedure)
    always = _always(part, law.procedures[procedure].main[0])
    ranks = _ranks(part.kinds.values())
    in_order = sorted(
        part.kinds.values(), key=lambda kind: (ranks[kind.stage], kind.stage, kind.order, kind.kind)
    )
    return tuple(_step(part, kind, kind.kind in always) for kind in in_order)


def _ranks(kinds: Iterable[ActKind]) -> dict[str, float]:
    """Give where each stage stands: in the middle of its acts, so that one early or late act does not move it."""
    orders: dict[str, list[int]] = {}
    for kind in kinds:
        orders.setdefault(kind.stage, []).append(kind.order)
    return {stage: median(found) for stage, found in orders.items()}


def guide(law: Law, procedure: str) -> dict[str, object]:
    """Give what a service guide says: steps with limits and demands, the documents made, and the articles relied on."""
    steps, about = outline(law, procedure), law.procedures[procedure]
    clauses = [clause for step in steps for clause in (*step.limits, *step.demands)]
    articles = {(clause.source.cite(), clause.quote): clause for clause in clauses}
    return {
        "procedure": procedure,
        "title": about.title,
        "enforcement": ENFORCEMENTS[about.enforcement],
        "party": about.party,
        "remark": about.remark,
        "basis": [basis.cite() for basis in about.basis],
        "texts": {key: list(told) if isinstance(told, tuple) else told for key, told in about.guide.items()},
        "digest": law.digest,
        "steps": [
            {
                "kind": step.kind.kind,
                "stage": step.stage,
                "title": step.kind.title,
                "remark": step.kind.remark,
                "limits": [_plain(clause) for clause in step.limits],
                "demands": [_plain(clause) for clause in step.demands],
                "form": law.forms[step.kind.form].title if step.kind.form in law.forms else "",
                "always": step.always,
            }
            for step in steps
        ],
        "limits": [{"step": step.kind.title, **_plain(clause)} for step in steps for clause in step.limits],
        "materials": sorted({law.forms[s.kind.form].title for s in steps if s.kind.form in law.forms} - {""}),
        "articles": [{"source": source, "quote": quote} for source, quote in articles],
    }


def _plain(clause: Clause) -> dict[str, str]:
    return {"text": clause.text, "source": clause.source.cite(), "quote": clause.quote, "rule": clause.rule}


def _step(part: ProcedureLaw, kind: ActKind, always: bool) -> Step:
    law, kinds, rules = part.law, part.kinds, _lasting(part, kind.kind)
    groups = {group for rule in rules for group in _groups(rule, kinds) if kind.kind not in group}
    return Step(
        kind=kind,
        stage=law.procedures[part.procedure].stages[kind.stage],
        needs=tuple(sorted(groups)),
        limits=tuple(clause for rule in rules if (clause := _limit(law, rule, kinds))),
        demands=tuple(
            _demand(rule) for rule in rules if rule.kind != "deadline" and rule.severity is Severity.BLOCK
        ),
        blocks=sum(1 for rule in rules if rule.severity is Severity.BLOCK),
        always=always,
    )


def _lasting(part: ProcedureLaw, kind: str) -> list[Rule]:
    """Give the rules on a kind of act that no day has ended: what ended is history, and no guide."""
    return [rule for rule in part.rules_by_act[kind] if _newest(rule).until is None]


def _newest(rule: Rule) -> Version:
    return rule.versions[-1]


def _demand(rule: Rule) -> Clause:
    version = _newest(rule)
    return Clause(rule.title, version.source, version.quote, rule.id)


def _groups(rule: Rule, kinds: Mapping[str, ActKind]) -> Iterator[tuple[str, ...]]:
    """Give the groups a rule needs, as far as this procedure has the acts."""
    terms = _newest(rule).terms
    for group in terms.needs if isinstance(terms, SequenceTerms) else ():
        if known := tuple(dict.fromkeys(ref.kind for ref in group if ref.kind in kinds)):
            yield known


def _always(part: ProcedureLaw, main: str) -> frozenset[str]:
    """Find the acts without which the main act cannot lawfully be done: what it needs, and what those need in turn."""
    openers = [name for name, kind in part.kinds.items() if part.procedure in kind.opens]
    # Where only one act can open a case, every case has it.
    needed = {main, *(openers if len(openers) == 1 else ())}
    waiting = [*needed]
    while waiting:
        alone = {group[0] for group in _always_before(part, waiting.pop()) if len(group) == 1} - needed
        needed |= alone
        waiting += alone
    return frozenset(needed)


def _always_before(part: ProcedureLaw, kind: str) -> Iterator[tuple[str, ...]]:
    """Give the groups of which one must come before acts of the kind in every case: by rule, or by its place."""
    for rule in _lasting(part, kind):
        conditional = rule.when is not None or _newest(rule).when is not None
        if rule.severity is Severity.BLOCK and not conditional:
            yield from _groups(rule, part.kinds)
    for group in part.kinds[kind].place.after:
        yield tuple(dict.fromkeys(ref.kind for ref in group if ref.kind in part.kinds))


def _limit(law: Law, rule: Rule, kinds: Mapping[str, ActKind]) -> Clause | None:
    """Put a limit into one short sentence; None where this procedure has nothing from which it could run."""
    version = _newest(rule)
    if rule.kind != "deadline":
        return None
    terms = cast("DeadlineTerms", version.terms)
    # A reference to the service of another procedure's decision says nothing here.
    start = [
        ref for ref in terms.start if ref.kind in kinds and (ref.value not in law.kinds or ref.value in kinds)
    ]
    if terms.start and not start:
        return None
    text = _limit_text(law, terms, start)
    # A limit of some cases only says of which: its title does, in fewer words than the condition.
    conditional = rule.when is not None or version.when is not None
    return Clause(f"{rule.title}，{text}" if conditional else text, version.source, version.quote, rule.id)


def _limit_text(law: Law, terms: DeadlineTerms, start: list[ActRef]) -> str:
    since = (
        law.label(terms.start_field)
        if terms.start_field
        else "或者".join(act_title(law, ref) for ref in start)
    )
    if terms.amount == 0 and terms.bound == "within":
        return f"“{since}”当日"
    span = f"{terms.amount} {UNIT_NAMES[terms.unit].removesuffix('（自然日）')}"
    if terms.bound == "before":
        return f"至少在“{since}”前 {span}"
    return f"自“{since}”起 {span}内" if terms.bound == "within" else f"自“{since}”起满 {span}后"
