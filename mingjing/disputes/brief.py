"""The opponent's brief: the strongest objections to a case, read off the engine, each with article and rank."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases import citations
from mingjing.cases.law import case_file
from mingjing.cases.likeness import Like, like_cases
from mingjing.cases.outcomes import fen
from mingjing.disputes.learning import cited
from mingjing.disputes.models import DisputeEvent
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.lawengine.model import ActRecord, Deadline, Finding, Law, Outcome, Severity, Standing, Status
from mingjing.norms.selectors import register_for
from mingjing.packs.dispute_terms import KINDS, DisputeTerms, Weight, dispute_terms
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person

DAYS_A_YEAR: Final = 365
BOTH_SIDES: Final = "evidence_of_both_sides"  # the rule that says the same of one-sided evidence
OWN_WORDS: Final = "party_statement"
_COUNTED: Final = (Status.MET, Status.RUNNING)


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing the other side will say: its kind with weight, the words, the article, and what takes it away."""

    kind: Weight
    said: str
    article: str = ""
    verified: bool = True
    remedy: str = ""
    seq: int = 0
    act: str = ""
    case: str = ""  # the code of another case that the viewer may open
    dispute: str = ""

    @property
    def rank(self) -> tuple[int, int]:
        """What it is ordered by: the heavier kind first, then the earlier act."""
        return -self.kind.weight, self.seq


def objections(case: "Case", *, viewer: "Person", at: datetime) -> list[Objection]:
    """Give every objection that can be computed, the strongest first."""
    file, terms = case_file(case), dispute_terms()
    standing = file.state.standing(at)
    titles = {act.seq: file.law.title_of(act.kind) for act in file.acts}
    found = [
        *_found(standing, terms, titles),
        *_excused(file.law, file.acts, terms),
        *_evidence(file.acts, standing, terms),
        *_near(standing.deadlines, terms, legal_day(at)),
        *_discretion(case, file.facts, viewer, terms),
        *_lost_alike(case, file.law, file.facts, standing, viewer, at, terms),
    ]
    return sorted(found, key=lambda one: one.rank)


def _found(standing: Standing, terms: DisputeTerms, titles: Mapping[int, str]) -> Iterator[Objection]:
    for one in (*standing.findings, *standing.unknowns):
        source, seq = one.source, one.act_seq or 0
        yield Objection(
            terms.weights[_kind(one)],
            f"{one.title}：{one.reason}",
            source.cite() if source else "",
            source.verified if source else True,
            one.remedy,
            seq,
            titles.get(seq, "全案"),
        )


def _kind(one: Finding) -> str:
    if one.outcome is Outcome.UNKNOWN:
        return "unknown"
    if one.veto:
        return "veto"
    return {Severity.BLOCK: "block", Severity.GRADE: "grade", Severity.WARN: "warn"}[one.severity]


def _excused(law: Law, acts: Iterable[ActRecord], terms: DisputeTerms) -> Iterator[Objection]:
    for act in acts:
        for name in terms.excuses:
            if reason := str(act.facts.get(name) or ""):
                said = f"{law.label(name)}：“{reason[:120]}”。对方会问：这个理由成立吗，有什么证明？"
                remedy = "把证明这个理由的材料（照片、通知、说明）放进案卷。"
                yield Objection(
                    terms.weights["excused"], said, remedy=remedy, seq=act.seq, act=law.title_of(act.kind)
                )


def _evidence(acts: Sequence[ActRecord], standing: Standing, terms: DisputeTerms) -> Iterator[Objection]:
    held = {ref.digest: ref for act in acts for ref in act.evidence}.values()
    against = [ref for ref in held if ref.side != "for"]
    kinds = {ref.legal_kind for ref in against}
    weak = terms.weights["evidence_weak"]
    article = "《行政诉讼法（2017）》第三十四条"
    if len(against) < terms.evidence_least:
        said = f"支持认定的证据只有 {len(against)} 件。"
        yield Objection(weak, said, article, verified=False, remedy="补充能够互相印证的证据。")
    elif kinds == {OWN_WORDS}:
        said = "认定事实只靠当事人自己的陈述，没有别的证据印证。"
        yield Objection(weak, said, article, verified=False, remedy="补充现场笔录、照片、书证等证据。")
    told = any(one.rule.endswith(BOTH_SIDES) for one in standing.findings)
    if held and not told and all(ref.side == "against" for ref in held):
        said = "入卷的证据全部对当事人不利，没有一件对他有利。"
        remedy = "核查有无从轻、减轻、不予处罚的事实；确实没有的，在调查终结报告中说明。"
        yield Objection(terms.weights["one_sided"], said, "《行政处罚法（2021）》第五十四条", remedy=remedy)


def _near(limits: Iterable[Deadline], terms: DisputeTerms, today: date) -> Iterator[Objection]:
    for one in limits:
        due = legal_day(one.due) if isinstance(one.due, datetime) else one.due
        done = one.met_on if one.status is Status.MET else today
        if one.bound != "within" or one.status not in _COUNTED or not (one.start and due and done):
            continue
        whole, left = (due - one.start).days, (due - done).days
        if whole > 0 and 0 <= left * 100 <= terms.near_share * whole:
            yield Objection(
                terms.weights["near_limit"],
                f"{one.title}：{chinese_date(due)}届满，{_how_near(one, left)}",
                one.source.cite() if one.source else "",
                one.source.verified if one.source else True,
                "核对起算的送达回证和本步骤的日期证明是否齐全。",
                one.start_seq or 0,
            )


def _how_near(one: Deadline, left: int) -> str:
    days = f"只剩 {left} 日" if left else "是最后一日"
    if one.status is Status.MET and one.met_on is not None:
        return f"{chinese_date(one.met_on)}才办，{days}。"
    return f"还没有办，{days}。"


def _discretion(
    case: "Case", facts: Mapping[str, Any], viewer: "Person", terms: DisputeTerms
) -> Iterator[Objection]:
    like, fine = Like.of(facts, case.region), fen(facts.get("fine_yuan"))
    if like is None or fine is None:
        return
    found = like_cases(like, viewer=viewer, fine_fen=fine, besides=case)
    if found.unusual and found.spread is not None:
        told = found.spread
        said = (
            f"{found.where}同类案件 {told.count} 件，罚款多在 {told.q1 / 100:,.0f} 至 {told.q3 / 100:,.0f} 元，"
            f"本案 {fine / 100:,.0f} 元，{'高' if fine > told.q3 else '低'}出通常的范围。"
        )
        remedy = "在决定书和讨论记录中写明与同类案件不同的事实。"
        yield Objection(
            terms.weights["discretion"], said, "《行政处罚法（2021）》第五条第二款", remedy=remedy
        )


def _lost_alike(
    case: "Case",
    law: Law,
    facts: Mapping[str, Any],
    standing: Standing,
    viewer: "Person",
    at: datetime,
    terms: DisputeTerms,
) -> Iterator[Objection]:
    register = register_for(case.agency.code)
    touched = {pair for pair in citations.cited(facts, law, register) if pair[1]}
    for one in (*standing.findings, *standing.unknowns):
        if one.source is not None:
            touched |= set(cited(one.source.law, one.source.article))
    since = legal_day(at) - timedelta(days=DAYS_A_YEAR * terms.alike_years)
    visible = set(agencies_visible_to(viewer))
    for event in losses_since(since, procedure_of=case):
        causes = [one for one in event.facts["causes"] if touched & set(cited(one["law"], one["article"]))]
        for one in causes:
            seen = event.dispute.agency_id in visible
            where = event.dispute.agency.name if seen else "其他机关"
            said = (
                f"{where}因违反《{one['law']}》{one['article']}，{chinese_date(event.on)}在"
                f"{KINDS[event.dispute.kind]}中被{terms.outcomes[event.facts['outcome']].title}，"
                f"原因：{terms.causes[one['cause']].title}。本案也要适用这一条。"
            )
            yield Objection(
                terms.weights["lost_alike"],
                said,
                f"《{one['law']}》{one['article']}",
                remedy="对照那件案件的理由，逐项核对本案。",
                dispute=event.dispute.no if seen else "",
            )


def losses_since(since: date, *, procedure_of: "Case") -> list[DisputeEvent]:
    """Give the losses of all other cases since a day, the latest first."""
    rows = DisputeEvent.objects.filter(loss=True, on__gte=since).exclude(dispute__case_code=procedure_of.code)
    return list(rows.select_related("dispute__agency").order_by("-on", "-id"))
