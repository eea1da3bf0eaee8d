"""A procedure read off the law: its acts in order, what each needs, its limits and demands; drawing is elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from mingjing.lawengine.model import ActKind, Law, Rule, Severity, Source, Version
from mingjing.lawengine.periods import UNIT_NAMES
from mingjing.lawengine.terms import ActRef, DeadlineTerms, SequenceTerms
from mingjing.lawengine.verdicts import act_title

STAGE_TITLES: Final[Mapping[str, str]] = {
    "clue": "线索", "filing": "立案", "investigation": "调查取证", "review": "审核", "notice": "告知、陈述申辩",
    "hearing": "听证", "discussion": "集体讨论", "decision": "决定", "service": "送达", "execution": "执行",
    "closing": "结案归档", "publication": "公示", "remedy": "救济",
}  # fmt: skip
PROCEDURE_TITLES: Final[Mapping[str, str]] = {"ordinary": "普通程序", "summary": "简易程序（当场处罚）"}


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
    kinds = {name: kind for name, kind in law.kinds.items() if procedure in kind.procedures}
    always = _always(law, kinds)
    return tuple(_step(law, kind, kinds, kind.kind in always) for kind in kinds.values())


def guide(law: Law, procedure: str) -> dict[str, object]:
    """Give what a service guide says: steps with limits and demands, the documents made, and the articles relied on."""
    steps = outline(law, procedure)
    clauses = [clause for step in steps for clause in (*step.limits, *step.demands)]
    articles = {(clause.source.cite(), clause.quote): clause for clause in clauses}
    return {
        "procedure": procedure,
        "title": PROCEDURE_TITLES[procedure],
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


def _step(law: Law, kind: ActKind, kinds: Mapping[str, ActKind], always: bool) -> Step:
    rules = law.rules_by_act[kind.kind]
    groups = {group for rule in rules for group in _groups(rule, kinds) if kind.kind not in group}
    return Step(
        kind=kind,
        stage=STAGE_TITLES[kind.stage],
        needs=tuple(sorted(groups)),
        limits=tuple(clause for rule in rules if (clause := _limit(law, rule, kinds))),
        demands=tuple(
            _demand(rule) for rule in rules if rule.kind != "deadline" and rule.severity is Severity.BLOCK
        ),
        blocks=sum(1 for rule in rules if rule.severity is Severity.BLOCK),
        always=always,
    )


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


def _always(law: Law, kinds: Mapping[str, ActKind]) -> frozenset[str]:
    """Find the acts without which there is no lawful decision: what it needs, and what those need in turn."""
    decisions = [name for name, kind in kinds.items() if kind.stage == "decision"]
    # Decisions are alternatives; the one that the law says most about is what the procedure is for.
    needed = {max(decisions, key=lambda name: len(law.rules_by_act[name]))}
    waiting = list(needed)
    while waiting:
        for rule in law.rules_by_act[waiting.pop()]:
            conditional = rule.when is not None or _newest(rule).when is not None
            if conditional or rule.severity is not Severity.BLOCK:
                continue
            alone = {group[0] for group in _groups(rule, kinds) if len(group) == 1} - needed
            needed |= alone
            waiting += alone
    return frozenset(needed)


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
    return Clause(_limit_text(law, terms, start), version.source, version.quote, rule.id)


def _limit_text(law: Law, terms: DeadlineTerms, start: list[ActRef]) -> str:
    since = (
        law.label(terms.start_field)
        if terms.start_field
        else "或者".join(act_title(law, ref) for ref in start)
    )
    span = f"{terms.amount} {UNIT_NAMES[terms.unit].removesuffix('（自然日）')}"
    if terms.bound == "before":
        return f"至少在“{since}”前 {span}"
    return f"自“{since}”起 {span}内" if terms.bound == "within" else f"自“{since}”起满 {span}后"
