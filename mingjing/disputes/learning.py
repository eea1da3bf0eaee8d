"""What a loss teaches: the case judged again by today's packs, the checks that fire, or the draft of a new one."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.selectors import case_by_code, engine_view
from mingjing.disputes.models import Dispute
from mingjing.disputes.services import NotEntered, append, hold, now_of
from mingjing.kit.clock import legal_day
from mingjing.lawengine.judge import CaseState
from mingjing.lawengine.model import ActRecord, CaseHead, Field, Law, Outcome, Rule, Verdict
from mingjing.packs.dispute_terms import dispute_terms
from mingjing.packs.laws import article_numbers, law_register
from mingjing.packs.load import library
from mingjing.packs.skeleton import Wanted, skeleton
from mingjing.packs.source import PackError, PackFile
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person

MATCHES: Final = {"clause": "就是被指违反的条款", "topic": "管这一类原因", "other": "与原因无关"}
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{2,59}")
# What an example may carry of a real case: nothing that somebody wrote, so no name and no address.
_PLAIN: Final = ("bool", "int", "money", "decimal", "choice", "date")

Clauses = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Fired:
    """One rule of today that would have spoken, at which act, and how near it is to the cause of the loss."""

    verdict: Verdict
    seq: int
    act: str
    match: str

    @property
    def refuses(self) -> bool:
        """Say whether the act could not have been recorded."""
        return self.verdict.refuses

    @property
    def match_title(self) -> str:
        """How near, in words."""
        return MATCHES[self.match]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The answer of today's packs to a loss. `passed`: rules on the very clause that found nothing wrong."""

    fired: Sequence[Fired]
    passed: Sequence[Rule]

    @property
    def on_clause(self) -> list[Fired]:
        """What speaks about the clause that was broken."""
        return [one for one in self.fired if one.match == "clause"]

    @property
    def stops(self) -> bool:
        """Say whether a rule on the clause or on this kind of cause would have refused the act."""
        return any(one.refuses and one.match != "other" for one in self.fired)

    @property
    def tells(self) -> bool:
        """Say whether one would at least have told the officer."""
        return any(one.match != "other" for one in self.fired)


def clauses_of(causes: Iterable[dict[str, str]]) -> Clauses:
    """Give the articles that a judgment names, as the law register calls them."""
    return frozenset(pair for one in causes for pair in cited(one["law"], one["article"]))


def cited(law: str, article: str) -> Iterable[tuple[str, int]]:
    """Give law and number of every article of a citation; nothing where the register has no such law."""
    statute = law_register().find(law)
    return ((statute.name, number) for number in article_numbers(article)) if statute else ()


def lesson_of(row: Dispute, viewer: "Person") -> Lesson:
    """Judge the acts up to the decision anew by the packs in use, as each was done."""
    case = case_by_code(viewer, row.case_code)
    law, head, acts = engine_view(case)
    causes = now_of(row).decision.get("causes", [])
    return replayed(law, head, _until(case, row, acts), clauses_of(causes), topics_of(causes))


def topics_of(causes: Iterable[dict[str, str]]) -> frozenset[str]:
    """Give the topics of the checks that answer for these causes."""
    known = dispute_terms().causes
    return frozenset(topic for one in causes for topic in known[one["cause"]].topics)


def _until(case: "Case", row: Dispute, acts: Sequence[ActRecord]) -> list[ActRecord]:
    seq = case.acts.get(code=row.act_code).seq
    return [one for one in acts if one.seq <= seq]


def replayed(
    law: Law, head: CaseHead, acts: Iterable[ActRecord], clauses: Clauses, topics: frozenset[str]
) -> Lesson:
    """Judge acts one by one; gives what fires, the nearest to the cause and the hardest first. Pure."""
    state, fired, seen = CaseState(law, head), [], set[str]()
    for act in acts:
        verdicts = state.judge(act)
        for one in verdicts:
            if one.outcome is not Outcome.PASS:
                fired.append(Fired(one, act.seq, law.title_of(act.kind), _match(one, clauses, topics)))
            elif one.applies:
                seen.add(one.rule)
        state.absorb(act, verdicts)
    order = list(MATCHES)
    fired.sort(key=lambda one: (order.index(one.match), not one.refuses, one.verdict.severity.value, one.seq))
    spoke = {one.verdict.rule for one in fired}
    passed = [law.rules_by_id[rule] for rule in sorted(seen - spoke) if rule in law.rules_by_id]
    return Lesson(fired, [rule for rule in passed if _rests_on(rule, clauses)])


def _match(verdict: Verdict, clauses: Clauses, topics: frozenset[str]) -> str:
    source = verdict.source
    if source is not None and clauses & set(cited(source.law, source.article)):
        return "clause"
    return "topic" if verdict.topic in topics else "other"


def _rests_on(rule: Rule, clauses: Clauses) -> bool:
    sources = (version.source for version in rule.versions)
    return any(clauses & set(cited(one.law, one.article)) for one in sources)


@transaction.atomic
def name_check(*, row: Dispute, by: "Person", rule: str, at: datetime) -> None:
    """Keep which check of today stops such a decision; it must be one that fires on this very case."""
    _demand(row, by)
    found = next((one for one in lesson_of(row, by).fired if one.verdict.rule == rule), None)
    if found is None:
        raise NotEntered("这项检查在本案上没有反应，不能说它能拦住。请选择列出的检查，或者提出新的检查。")
    facts = {"rule": rule, "title": found.verdict.title, "refuses": found.refuses, "act": found.act}
    append(row, "check_named", facts, on=legal_day(at), by=by, at=at)


@transaction.atomic
def draft_check(*, row: Dispute, by: "Person", name: str, title: str, at: datetime) -> None:
    """Write the beginning of a new rule with this case as its example, for the lawyers to finish."""
    case = _demand(row, by)
    if not _SLUG.fullmatch(name):
        raise NotEntered("检查的英文名写成小写字母、数字和下划线，如 notice_served_in_person。", field="name")
    if not title.strip():
        raise NotEntered("请用一句话写明检查什么。", field="title")
    if row.events.filter(kind="check_drafted", facts__name=name).exists():
        raise NotEntered("这项检查已经提出。", field="name")
    file, text = drafted(row, case, name=name, title=title.strip()[:80])
    facts = {"name": name, "title": title.strip()[:80], "file": file, "rule": _id(file), "toml": text}
    append(row, "check_drafted", facts, on=legal_day(at), by=by, at=at)


def _demand(row: Dispute, by: "Person") -> "Case":
    case = case_by_code(by, row.case_code)
    if not may(by, "dispute.manage", case.agency.code):
        raise NotEntered("您没有登记复议、诉讼的权限。请由本机关法制审核人员或者案卷管理人员办理。")
    hold(row)
    if not now_of(row).lost:
        raise NotEntered("没有败诉、被纠错的，不需要写明检查。")
    return case


def _id(file: str) -> str:
    return file.removesuffix(".toml").replace("/", ".")


def drafted(row: Dispute, case: "Case", *, name: str, title: str) -> tuple[str, str]:
    """Give the name and the text of the draft. Raises NotEntered where the packs cannot take such a file."""
    law, head, acts = engine_view(case)
    until = _until(case, row, acts)
    decision, cause = until[-1], now_of(row).decision["causes"][0]
    area = library().procedures[head.procedure].enforcement
    started = law_register().find(cause["law"])
    day = decision.done_at and legal_day(decision.done_at)
    edition = started.edition_on(day) if started and day else None
    wanted = Wanted(
        id=f"cn.{area}.{name}",
        act=decision.kind,
        title=title,
        law=cause["law"],
        article=cause["article"],
        in_force=edition.in_force if edition else (day or row.opened_on),
    )
    try:
        file, text = skeleton(library(), wanted)
        whole = f"{text.rstrip()}\n\n{example_of(row, law, until)}"
        PackFile.parse(file, whole)
    except PackError as fault:
        raise NotEntered(f"不能起草：{fault.message}") from fault
    return file, whole


def example_of(row: Dispute, law: Law, acts: Sequence[ActRecord]) -> str:
    """Write the case as an example that must be a breach: kinds, days and plain values, nothing anybody wrote."""
    *before, decision = acts
    lines = [
        "# 败诉案件：写好条件以后，这个例子应当得出 breach。只带行为、日期和选择、数字类的值，不带当事人信息。",
        "[[example]]",
        f"name = {json.dumps(f'{row.no}：当时没有拦住', ensure_ascii=False)}",
        f"on = {_day(decision)}",
        'expect = "breach"',
    ]
    if facts := _facts(law, decision):
        lines.append(f"facts = {facts}")
    if before:
        lines += ["before = [", *(f"  {_before(law, act)}," for act in before), "]"]
    return "\n".join(lines) + "\n"


def _day(act: ActRecord) -> str:
    return f"{legal_day(act.done_at):%Y-%m-%d}" if act.done_at else "2026-01-01"


def _before(law: Law, act: ActRecord) -> str:
    parts = [f'kind = "{act.kind}"', f"on = {_day(act)}"]
    if facts := _facts(law, act):
        parts.append(f"facts = {facts}")
    return f"{{ {', '.join(parts)} }}"


def _facts(law: Law, act: ActRecord) -> str:
    told = [
        f"{name} = {_value(law.fields[name], value)}"
        for name, value in sorted(act.facts.items())
        if name in law.fields and law.fields[name].type in _PLAIN
    ]
    return f"{{ {', '.join(told)} }}" if told else ""


def _value(field: Field, value: Any) -> str:
    return json.dumps(str(value) if field.type in {"money", "decimal", "date"} else value, ensure_ascii=False)
