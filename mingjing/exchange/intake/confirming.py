"""What a person does about a paper: assigns, refuses, confirms it. Acts are written by the rooms that own them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.law import case_file
from mingjing.cases.payment import payment_of
from mingjing.cases.selectors import acts_of, cases_of_agency
from mingjing.cases.services import Deed, record_act
from mingjing.disputes.selectors import disputes_of
from mingjing.disputes.services import Ending, decide
from mingjing.exchange.intake.desk import (
    ANSWERED,
    DUES,
    RULED,
    WORK,
    act_kind,
    answered_before,
    recorded_before,
)
from mingjing.exchange.intake.models import Paper, PaperStep
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.kit.document_number import normalise
from mingjing.packs.dispute_terms import dispute_terms
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.disputes.models import Dispute
    from mingjing.personnel.models import Person

REASON: Final = 300
NOON: Final = time(12)
RULINGS: Final = ("enforce", "refuse", "immediate")


class NotConfirmed(Exception):
    """Nothing was written. The Chinese message says what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the person adds to what the paper says."""

    received_on: date | None = None
    outcome: str = ""
    causes: Sequence[tuple[str, str, str]] = ()
    duty: str = ""
    perform_by: date | None = None
    summary: str = ""
    dispute: str = ""  # which of several that are open
    examined: bool | None = None  # of a ruling: whether the parties were heard before it
    way: str = ""  # how it was paid, where the paper does not say
    bill_kind: str = ""
    surplus_seen: bool = False


def _held(paper: Paper, by: "Person", version: int | None = None) -> Paper:
    """Lock a paper for somebody who may work on it. A paper that changed since it was shown is shown again first."""
    held = Paper.objects.select_for_update(of=("self",)).select_related("agency").get(pk=paper.pk)
    if not may(by, WORK, held.agency.code):
        raise NotConfirmed("您没有办理收到的裁判、凭据的权限。请由本机关的执法、审核或者案卷管理人员办理。")
    if version is not None and held.version != version:
        raise NotConfirmed("这一件刚刚有了新的一版。请刷新，看过变动后再办理。")
    return held


def _step(held: Paper, kind: str, by: "Person", at: datetime, **facts: Any) -> PaperStep:
    return PaperStep.objects.create(
        paper=held, kind=kind, facts={"version": held.version, **facts}, by=by.username, at=at
    )


def _reason(text: str, longest: int = REASON) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > longest:
        raise NotConfirmed(f"请写明理由，不超过 {longest} 字。")
    return reason


@transaction.atomic
def assign(*, paper: Paper, number: str, by: "Person", at: datetime) -> Paper:
    """Say of which case of the agency a paper speaks: by its number or that of its decision. Raises NotConfirmed."""
    held = _held(paper, by)
    if held.state != Paper.State.OPEN:
        raise NotConfirmed("已经确认或者不采用的，不能改认领。")
    case = _case_named(held, number.strip())
    held.case_code, held.dispute_no = case.code, _only_dispute(held, case)
    held.save(update_fields=["case_code", "dispute_no"])
    _step(held, "assigned", by, at, case=case.code, number=case.number or case.decision_no)
    return held


def _case_named(held: Paper, number: str) -> "Case":
    rows = cases_of_agency(held.agency)
    for column, said in (("code", {number}), ("number", _both(number)), ("decision_no", _both(number))):
        cases = list(rows.filter(**{f"{column}__in": said - {""}})[:2])
        if len(cases) == 1:
            return cases[0]
    raise NotConfirmed(f"本机关没有案件编号或者决定文号是“{number[:60]}”的案件。请核对后重新填写。")


def _both(number: str) -> set[str]:
    return {number, normalise(number)}


def _only_dispute(held: Paper, case: "Case") -> str:
    if held.sort != "court":
        return ""
    rows = [one for one in disputes_of(case) if one.row.kind == held.kind and one.now.decided_on is None]
    return rows[0].row.no if len(rows) == 1 else ""


@transaction.atomic
def refuse(*, paper: Paper, reason: str, by: "Person", at: datetime) -> Paper:
    """Say why a paper is not used: of another agency, recorded by hand before. Raises NotConfirmed."""
    held, why = _held(paper, by), _reason(reason)
    if held.state != Paper.State.OPEN:
        raise NotConfirmed("只有待确认的可以不采用。已经记入案件的，在案件中更正。")
    return _ended(held, "refused", Paper.State.REFUSED, by, at, reason=why)


@transaction.atomic
def reopen(*, paper: Paper, reason: str, by: "Person", at: datetime) -> Paper:
    """Take a paper up again that was refused. Raises NotConfirmed."""
    held, why = _held(paper, by), _reason(reason)
    if held.state != Paper.State.REFUSED:
        raise NotConfirmed("只有不采用的可以重新办理。")
    return _ended(held, "reopened", Paper.State.OPEN, by, at, reason=why)


@transaction.atomic
def look_at_change(*, paper: Paper, reason: str, by: "Person", at: datetime) -> Paper:
    """Say what follows from a change of what was confirmed already; an act is corrected in its case, not here."""
    held, why = _held(paper, by), _reason(reason)
    if held.state != Paper.State.CHANGED:
        raise NotConfirmed("没有待核对的变动。")
    return _ended(held, "seen", Paper.State.CONFIRMED, by, at, reason=why)


@transaction.atomic
def settle_surplus(*, paper: Paper, reason: str, by: "Person", at: datetime) -> Paper:
    """Say how what was paid too much was dealt with. Raises NotConfirmed."""
    held, why = _held(paper, by), _reason(reason)
    if held.state != Paper.State.CONFIRMED or not held.surplus_yuan:
        raise NotConfirmed("没有多缴待退的金额。")
    yuan, held.surplus_yuan = held.surplus_yuan, Decimal(0)
    held.save(update_fields=["surplus_yuan"])
    _step(held, "settled", by, at, reason=why, yuan=str(yuan))
    return held


def _ended(held: Paper, kind: str, state: str, by: "Person", at: datetime, **facts: Any) -> Paper:
    held.state = state
    held.save(update_fields=["state"])
    _step(held, kind, by, at, **facts)
    return held


@transaction.atomic
def confirm(*, paper: Paper, version: int, said: Said, by: "Person", at: datetime) -> Paper:
    """Record what a paper says, in the name of whoever confirms it, or nothing at all.

    A payment, a ruling and an answer of the police become acts of the case, judged as any other; a judgment or a
    decision becomes the ending of its dispute. Confirmed twice it is recorded once. Raises NotConfirmed, NotEntered,
    and ActRefused in the words of the rule.
    """
    held = _held(paper, by, version)
    if held.state != Paper.State.OPEN:
        raise NotConfirmed("这一件已经办理过了。")
    case = cases_of_agency(held.agency).filter(code=held.case_code).first()
    if case is None:
        raise NotConfirmed("还不知道是哪一件案件的。请先认领。")
    match held.kind:
        case "payment":
            _pay(held, case, said, by, at)
        case "refund":
            _refund(held, by, at)
        case "execution":
            _rule(held, case, said, by, at)
        case "transfer":
            _answer(held, case, said, by, at)
        case _:
            _end_dispute(held, case, said, by, at)
    held.state = Paper.State.CONFIRMED
    held.save()
    _step(
        held, "confirmed", by, at, act=held.act_code, dispute=held.dispute_no, surplus=str(held.surplus_yuan)
    )
    return held


def _pay(held: Paper, case: "Case", said: Said, by: "Person", at: datetime) -> None:
    kind, values = act_kind(held, case), held.values
    due = payment_of(case_file(case), at)
    if not kind or due is None:
        raise NotConfirmed("本案没有应当缴款的决定，或者这一类案件没有缴款这一步。请核对是不是认领错了。")
    receipt = values["receipt_no"]
    if (seq := recorded_before(acts_of(case), receipt)) is not None:
        raise NotConfirmed(f"本案第 {seq} 项已经登记过票据 {receipt}。请写明“已经另行登记”，不采用这一件。")
    surplus = max(Decimal(0), Decimal(values["amount_yuan"]) - due.left)
    if surplus and not said.surplus_seen:
        raise NotConfirmed(f"比应缴的多 {surplus:,.2f} 元。请核对，并勾选“多缴的另行办理退付”。")
    way = values.get("way") or said.way
    if not way:
        raise NotConfirmed("请选择缴款方式。")
    facts: dict[str, Any] = {"paid_yuan": values["amount_yuan"], "paid_by": way}
    if kind == DUES:
        facts |= {"bill_no": receipt, "bill_kind": said.bill_kind}
    else:
        facts["receipt_no"] = receipt
    paid_on = date.fromisoformat(values["paid_on"])
    held.act_code = _act(held, case, kind, facts, _moment(case, paid_on, at), by)
    held.surplus_yuan = surplus


def _moment(case: "Case", day: date, now: datetime) -> datetime:
    """Give a moment of the day: after what was done before on the same day, and not later than now."""
    found = datetime.combine(day, NOON, BEIJING)
    before = [one.done_at for one in acts_of(case) if one.done_at and legal_day(one.done_at) == day]
    if before and max(before) >= found:
        found = max(before) + timedelta(minutes=1)
    return min(found, now)


def _refund(held: Paper, by: "Person", at: datetime) -> None:
    """Hold a refund against the payment it refunds: what was paid too much is then paid back."""
    refunded = {held.values.get("refund_of", ""), held.number} - {""}
    rows = Paper.objects.select_for_update().filter(
        agency=held.agency,
        sort=held.sort,
        kind="payment",
        number__in=refunded,
        surplus_yuan__gt=0,
    )
    for one in rows:
        left = one.surplus_yuan - Decimal(held.values["amount_yuan"])
        one.surplus_yuan = max(Decimal(0), left)
        one.save(update_fields=["surplus_yuan"])
        _step(one, "settled", by, at, reason=f"退付凭据 {held.number}", yuan=held.values["amount_yuan"])


def _rule(held: Paper, case: "Case", said: Said, by: "Person", at: datetime) -> None:
    if act_kind(held, case) != RULED:
        raise NotConfirmed("这一类案件没有人民法院裁定这一步。请核对是不是认领错了。")
    if held.values["outcome"] not in RULINGS:
        raise NotConfirmed("非诉执行裁定的结果应当是准予、不准予或者准予立即执行。请与法院核对后重新导入。")
    if said.received_on is None:
        raise NotConfirmed("请填写收到裁定的日期。")
    if said.examined is None:
        raise NotConfirmed("请选择是否属于裁定前听取意见的明显违法情形。")
    facts = {
        "court_ruling": held.values["outcome"],
        "court_examined": said.examined,
        "court_paper_received_on": said.received_on.isoformat(),
    }
    if reason := said.summary or held.values.get("summary"):
        facts["court_ruling_reason"] = reason
    held.act_code = _act(held, case, RULED, facts, _moment(case, said.received_on, at), by)


def _answer(held: Paper, case: "Case", said: Said, by: "Person", at: datetime) -> None:
    values = held.values
    if act_kind(held, case) != ANSWERED:
        raise NotConfirmed("这一类案件没有移送公安机关这一步。请核对是不是认领错了。")
    if said.received_on is None:
        raise NotConfirmed("请填写收到通知的日期。")
    if (seq := answered_before(acts_of(case), held)) is not None:
        raise NotConfirmed(f"本案第 {seq} 项已经登记过这份文书。请写明“已经另行登记”，不采用这一件。")
    facts = {
        "transfer_answer": values["outcome"],
        "transfer_answer_by": values["body"],
        "transfer_answer_no": values["docket"],
        "transfer_answered_on": values["decided_on"],
    }
    if reason := said.summary or values.get("reason"):
        facts["transfer_answer_reason"] = reason
    held.act_code = _act(held, case, ANSWERED, facts, _moment(case, said.received_on, at), by)


def _act(held: Paper, case: "Case", kind: str, facts: Mapping[str, Any], at: datetime, by: "Person") -> str:
    deed = Deed(kind=kind, facts=facts, performers=[by.username], by=by, done_at=at)
    return record_act(case=case, deed=deed, once=f"paper-{held.pk}").code


def _end_dispute(held: Paper, case: "Case", said: Said, by: "Person", at: datetime) -> None:
    row = _dispute(held, case, said.dispute)
    outcome = said.outcome or held.values["outcome"]
    if outcome not in dispute_terms().outcomes:
        raise NotConfirmed("这种结果是非诉执行裁定的，不是复议、诉讼的。请与来源单位核对后重新导入。")
    if said.received_on is None:
        raise NotConfirmed("请填写收到文书的日期，期限从这一天起算。")
    ending = Ending(
        outcome=outcome,
        docket=held.values["docket"],
        received_on=said.received_on,
        causes=said.causes,
        duty=said.duty,
        perform_by=said.perform_by,
        summary=said.summary or held.values.get("summary", ""),
    )
    decide(row=row, by=by, ending=ending, at=at)
    held.dispute_no = row.no


def _dispute(held: Paper, case: "Case", chosen: str) -> "Dispute":
    rows = {one.row.no: one.row for one in disputes_of(case) if one.row.kind == held.kind}
    if (no := chosen or held.dispute_no or _only_dispute(held, case)) in rows:
        return rows[no]
    raise NotConfirmed("本案没有登记这一程序，或者有几个。请先在“复议诉讼”登记受理或者应诉通知，再回来确认。")
