"""What people see of papers that came in: lists, one paper with its case and its money; every reading is scoped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q, QuerySet

from mingjing.cases.law import case_file, law_of
from mingjing.cases.payment import PAYING, RECEIPTS, Payment, payment_of
from mingjing.cases.selectors import acts_of, cases_of_agency
from mingjing.disputes.selectors import Line, disputes_of
from mingjing.exchange.intake.matching import Candidate, Match, candidates, match
from mingjing.exchange.intake.models import IntakeFile, Paper, PaperStep
from mingjing.exchange.intake.sorts import SORTS, Sort, sort_shown
from mingjing.kit.clock import chinese_date
from mingjing.kit.money import yuan
from mingjing.packs.dispute_terms import dispute_terms
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_visible_to, names_of

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.personnel.models import Person

VIEW, WORK = "inbox.view", "inbox.work"
FILES: Final = 20
STATES: Final = {
    "unknown": "待认领",
    "open": "待确认",
    "changed": "确认后有变动",
    "surplus": "多缴待退",
    "confirmed": "已确认",
    "refused": "不采用",
}
STEPS: Final = {
    "assigned": "认领到案件",
    "confirmed": "确认，记入案件",
    "seen": "核对变动",
    "settled": "多缴已处理",
    "refused": "不采用",
    "reopened": "重新办理",
}
RULED: Final = "court_ruled"
FINE, DUES = "fine_paid", "dues_paid"
TRANSFERRED, ANSWERED = "criminal_transferred", "transfer_answered"
RECORDED: Final[Mapping[str, tuple[str, ...]]] = {
    "payment": (FINE, DUES),
    "execution": (RULED,),
    "transfer": (ANSWERED,),
}


class NoSuchPaper(LookupError):
    """There is no such paper or file for this viewer."""


def papers(viewer: "Person", *, sort: str = "", state: str = "") -> QuerySet[Paper]:
    """Give the papers of the viewer's own agency, the latest first."""
    rows = Paper.objects.filter(agency__in=agencies_visible_to(viewer, VIEW))
    rows = rows.filter(sort=sort) if sort in SORTS else rows
    return rows.filter(_where(state)).select_related("agency").order_by("-changed_at", "-id")


def _where(state: str) -> Q:
    if state == "unknown":
        return Q(state=Paper.State.OPEN, case_code="")
    if state == "open":
        return Q(state=Paper.State.OPEN) & ~Q(case_code="")
    if state == "surplus":
        return Q(state=Paper.State.CONFIRMED, surplus_yuan__gt=0)
    return Q(state=state) if state in Paper.State.values else Q()


def counts(viewer: "Person", sort: str = "") -> dict[str, int]:
    """Count the papers of each state for the tabs of the page."""
    rows = papers(viewer, sort=sort).order_by()
    return rows.aggregate(**{name: Count("pk", filter=_where(name)) for name in STATES})


def paper_for(viewer: "Person", pk: int) -> Paper:
    """Give one paper. Raises NoSuchPaper."""
    found = papers(viewer).filter(pk=pk).first()
    if found is None:
        raise NoSuchPaper(pk)
    return found


def files(viewer: "Person") -> QuerySet[IntakeFile]:
    """Give what was handed in for the viewer's own agency, the latest first."""
    rows = IntakeFile.objects.filter(agency__in=agencies_visible_to(viewer, VIEW))
    return rows.select_related("agency").order_by("-id")


def file_for(viewer: "Person", code: str) -> IntakeFile:
    """Give one file with its report. Raises NoSuchPaper."""
    found = files(viewer).filter(code=code).first()
    if found is None:
        raise NoSuchPaper(code)
    return found


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper with everything that bears on it."""

    paper: Paper
    sort: Sort
    fields: Sequence[tuple[str, str]]  # title and value, as people read them
    how: str  # how its case was found
    case: "Case | None"
    dispute: Line | None
    candidates: Sequence[Candidate]
    choices: Sequence[Line]  # that are not decided: which of them it is, a person says
    money: Payment | None
    notes: Sequence[str]  # what to look at before confirming
    kind: str  # the act that confirming records, "" where it is a step of a dispute or nothing
    act: "Act | None"
    steps: Sequence[tuple[PaperStep, str, str]]
    may_confirm: bool

    @property
    def surplus(self) -> Decimal:
        """What was paid beyond what is due, before it is confirmed."""
        if self.money is None or self.paper.kind != "payment":
            return Decimal(0)
        return max(Decimal(0), Decimal(self.paper.values["amount_yuan"]) - self.money.left)


def open_paper(viewer: "Person", pk: int, now: datetime) -> Opened:
    """Give one paper with its case, its money and what speaks for or against it. Raises NoSuchPaper."""
    paper = paper_for(viewer, pk)
    sort, found = sort_shown(paper.sort), match(paper.sort, paper.agency, paper.values)
    case = cases_of_agency(paper.agency).filter(code=paper.case_code).first() if paper.case_code else None
    lines = disputes_of(case) if case and paper.sort == "court" else []
    dispute = next((one for one in lines if one.row.no == paper.dispute_no), None)
    money = payment_of(case_file(case), now) if case and paper.sort == "payments" else None
    kind = act_kind(paper, case)
    people = list(paper.steps.order_by("id"))
    names = names_of([one.by for one in people])
    acts = acts_of(case) if case else []
    return Opened(
        paper=paper,
        sort=sort,
        fields=[
            (one.title, _written(sort, code, paper.values[code]))
            for code, one in sort.fields.items()
            if paper.values.get(code)
        ],
        how=found.how if case and found.case and found.case.pk == case.pk else "由人认领" if case else "",
        case=case,
        dispute=dispute,
        choices=[one for one in lines if one.row.kind == paper.kind and one.now.decided_on is None],
        candidates=_proposed(paper, found) if case is None and paper.state == Paper.State.OPEN else [],
        money=money,
        notes=_notes(paper, case, money, acts),
        kind=kind,
        act=next((one for one in acts if one.code == paper.act_code), None) if paper.act_code else None,
        steps=[(one, STEPS[one.kind], names.get(one.by, one.by)) for one in people],
        may_confirm=_may_confirm(viewer, paper, case, kind),
    )


def _proposed(paper: Paper, found: Match) -> list[Candidate]:
    """Give what a number has come to say since the paper came in, then the cases of the party's name."""
    named = [one for one in candidates(paper) if found.case is None or one.case.pk != found.case.pk]
    return ([Candidate(found.case, None, exact=False)] if found.case else []) + named


def _written(sort: Sort, code: str, value: str) -> str:
    if code == "outcome" and sort.code == "court":
        outcome = dispute_terms().outcomes.get(value)
        return outcome.title if outcome else sort.shown(code, value)
    match sort.fields[code].type:
        case "money":
            return yuan(Decimal(value))
        case "day" | "day_ahead":
            return chinese_date(date.fromisoformat(value))
    return sort.shown(code, value)


def act_kind(paper: Paper, case: "Case | None") -> str:
    """Say which act of the case file this paper is; "" for a step of a dispute, a refund, or where none is known."""
    if case is None or paper.kind not in RECORDED:
        return ""
    known = law_of(case).kinds_in(case.procedure)
    return next((one for one in RECORDED[paper.kind] if one in known), "")


def _may_confirm(viewer: "Person", paper: Paper, case: "Case | None", kind: str) -> bool:
    if case is None or not may(viewer, WORK, paper.agency.code):
        return False
    if kind:
        act = law_of(case).kinds[kind]
        return may(viewer, f"act.{act.stage}", paper.agency.code) and bool(set(viewer.roles) & set(act.roles))
    return paper.kind == "refund" or may(viewer, "dispute.manage", paper.agency.code)


def _notes(paper: Paper, case: "Case | None", money: Payment | None, acts: Sequence[Any]) -> list[str]:
    if case is None:
        return []
    notes, name = [], paper.values.get("payer") or paper.values.get("party")
    if name and case.party_name and name != case.party_name:
        notes.append(f"凭据上的名称是“{name}”，本案当事人是“{case.party_name}”，请核对是不是代缴或者写错")
    if paper.kind == "payment":
        amount = Decimal(paper.values["amount_yuan"])
        seq = recorded_before(acts, paper.values["receipt_no"])
        if seq is not None and not paper.act_code:
            notes.append(f"本案第 {seq} 项已经登记过这个票据号码，不要重复登记")
        if money is None:
            notes.append("本案还没有应当缴款的决定")
        elif money.revoked:
            notes.append("决定已经撤销，收到的款项应当退还")
        elif amount < money.left:
            notes.append(f"只缴了一部分，缴后还差 {money.left - amount:,.2f} 元")
    if paper.kind == "transfer":
        notes.extend(_notes_on_answer(paper, acts))
    if paper.kind == "refund":
        notes.append("决定撤销、变更后退还的，另在案件中办理执行回转（征收、收费为退付）；这里只冲抵多缴的款")
    return notes


def _notes_on_answer(paper: Paper, acts: Sequence[Any]) -> list[str]:
    notes = []
    if not any(one.kind == TRANSFERRED for one in acts):
        notes.append("本案没有登记“移送涉嫌犯罪案件”，请核对是不是认领错了，或者先补记移送")
    if (seq := answered_before(acts, paper)) is not None and not paper.act_code:
        notes.append(f"本案第 {seq} 项已经登记过这份文书，不要重复登记")
    return notes


def answered_before(acts: Iterable[Any], paper: Paper) -> int | None:
    """Give the place of the act that states this answer of the police already; None where none does."""
    said = (paper.values["docket"], paper.values["outcome"])
    rows = (one for one in acts if one.kind == ANSWERED)
    names = ("transfer_answer_no", "transfer_answer")
    return next((one.seq for one in rows if tuple(map(one.facts.get, names)) == said), None)


def recorded_before(acts: Iterable[Any], receipt: str) -> int | None:
    """Give the place of the act of payment that states this receipt already; None where none does."""
    said = (one.seq for one in acts if one.kind in PAYING and receipt in map(one.facts.get, RECEIPTS))
    return next(said, None)


def waiting(viewer: "Person") -> int:
    """Count what waits for somebody of this agency."""
    rows = papers(viewer).order_by()
    return rows.filter(state__in=(Paper.State.OPEN, Paper.State.CHANGED)).count()
