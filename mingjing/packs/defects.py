"""Defects planted in typical case files that are lawful as they lie, and which of them the rules find."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from mingjing.lawengine.judge import review_case
from mingjing.lawengine.model import ActRecord, Finding, Law, Standing
from mingjing.packs.facts import clean_facts
from mingjing.packs.load import Library
from mingjing.packs.typical import CaseFile, typical_files

ENOUGH: Final = 0.8
LONG: Final = timedelta(days=400)

Acts = tuple[ActRecord, ...]


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect: its class, what was done to the file in words, and whether a rule found it."""

    kind: str
    what: str
    found_by: tuple[str, ...]


def plant(library: Library) -> tuple[tuple[Defect, ...], tuple[str, ...]]:
    """Plant every defect in every typical file, one at a time. Also gives what stands against the files as they lie."""
    defects, blemishes = [], []
    for file in typical_files(library):
        law = library.law(region=file.head.region, field=file.head.field)
        standing = _review(law, file, file.acts)
        blemishes += [
            f"{file.title}，第 {one.act_seq} 项：{one.title}。{one.reason}" for one in _held(standing)
        ]
        refused = set(_refused_by_form(law, file, file.acts))
        blemishes += [f"{file.title}：表单不能通过：{field}" for field in sorted(refused)]
        before = {_mark(one) for one in _held(standing)}
        for kind, what, acts in _defects(law, file):
            after = _held(_review(law, file, acts))
            found = tuple(sorted({one.rule for one in after if _mark(one) not in before}))
            found = found or tuple(set(_refused_by_form(law, file, acts)) - refused)
            defects.append(Defect(kind, f"{file.title}：{what}", found))
    return tuple(defects), tuple(blemishes)


def defects_table(library: Library) -> tuple[str, bool]:
    """Give the share of planted defects that rules find, class by class, and whether it is enough."""
    defects, blemishes = plant(library)
    lines = ["在合法的示范案卷中逐一植入缺陷，看规则能否发现："]
    for kind in dict.fromkeys(defect.kind for defect in defects):
        same = [defect for defect in defects if defect.kind == kind]
        lines.append(f"  {kind}：植入 {len(same)}，发现 {sum(1 for one in same if one.found_by)}")
    found = sum(1 for defect in defects if defect.found_by)
    share = found / len(defects) if defects else 0.0
    lines.append(f"合计植入 {len(defects)} 处，发现 {found} 处，占 {share:.1%}（要求不低于 {ENOUGH:.0%}）")
    missed = [f"  {defect.kind}——{defect.what}" for defect in defects if not defect.found_by]
    lines += ["没有发现的：", *missed] if missed else []
    lines += ["示范案卷本身的问题（应当没有）：", *(f"  {one}" for one in blemishes)] if blemishes else []
    return "\n".join(lines), share >= ENOUGH and not blemishes


def _review(law: Law, file: CaseFile, acts: Acts) -> Standing:
    last = max(act.done_at for act in acts if act.done_at is not None)
    return review_case(law, file.head, acts, last)


def _held(standing: Standing) -> tuple[Finding, ...]:
    return standing.findings + standing.unknowns


def _mark(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.outcome


def _refused_by_form(law: Law, file: CaseFile, acts: Acts) -> Iterator[str]:
    """Give the fields that the forms of the acts insist on and miss: such an act is not even judged."""
    known: dict[str, object] = {}
    for act in acts:
        clean = clean_facts(
            law.kinds[act.kind],
            act.facts,
            head=file.head,
            known=known,
            done_at=act.done_at,
            fields=law.fields,
        )
        known |= act.facts
        yield from (f"form.{act.kind}.{name}" for name in clean.errors)


def _defects(law: Law, file: CaseFile) -> Iterator[tuple[str, str, Acts]]:
    for number, act in enumerate(file.acts):
        title = law.title_of(act.kind)
        for kind, what, changed in _of_act(law, act):
            yield kind, f"“{title}”{what}", (*file.acts[:number], changed, *file.acts[number + 1 :])
        rest = file.acts[number + 1 :]
        if rest and number:
            yield "缺少行为", f"没有“{title}”", (*file.acts[:number], *rest)
            later = tuple(_later(one) for one in file.acts[number:])
            yield "超过期限", f"“{title}”及以后推迟 {LONG.days} 日", (*file.acts[:number], *later)


def _of_act(law: Law, act: ActRecord) -> Iterator[tuple[str, str, ActRecord]]:
    """Spoil one act: who did it, what it states, what it rests on."""
    if act.performers:
        first, *others = act.performers
        expired = replace(first, certificate_state="expired")
        spoilt: tuple[tuple[str, Callable[[], ActRecord]], ...] = (
            (f"的{first.name}证件过期", lambda: replace(act, performers=(expired, *others))),
            ("只有一人实施", lambda: replace(act, performers=(first,))),
            ("由辅助人员实施", lambda: replace(act, performers=(replace(first, auxiliary=True), *others))),
        )
        certified = law.kinds[act.kind].performers > 1
        yield from (("人员资格", what, make()) for what, make in spoilt if certified)
    for name in law.kinds[act.kind].own_fields & act.facts.keys():
        if act.facts[name] is True:
            yield "应做未做", f"“{law.label(name)}”为否", replace(act, facts={**act.facts, name: False})
    for use in law.kinds[act.kind].fields:
        if use.required and use.name in act.facts:
            facts = {name: value for name, value in act.facts.items() if name != use.name}
            yield "缺少记载", f"没有写“{law.label(use.name)}”", replace(act, facts=facts)
    if "fine_yuan" in act.facts:
        more = str(Decimal(str(act.facts["fine_yuan"])) * 20)
        yield "罚款过高", f"的罚款改为 {more} 元", replace(act, facts={**act.facts, "fine_yuan": more})
    if act.evidence:
        yield "缺少证据", "没有证据", replace(act, evidence=())


def _later(act: ActRecord) -> ActRecord:
    return replace(act, done_at=act.done_at + LONG if act.done_at else None)
