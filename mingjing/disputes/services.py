"""Entering a dispute and its steps: row, step, act in the case file and log entry are written together or not."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mingjing.cases.law import law_of
from mingjing.cases.selectors import acts_of, case_by_code
from mingjing.cases.services import Deed, record_act
from mingjing.disputes.models import Dispute, DisputeEvent
from mingjing.disputes.standing import ATTENDED, IN_PERSON, Standing, standing_of
from mingjing.evidence.selectors import refs
from mingjing.kit.clock import legal_day
from mingjing.norms.selectors import register_for
from mingjing.packs.dispute_terms import KINDS, Outcome, dispute_terms
from mingjing.packs.laws import Unresolved
from mingjing.personnel.permissions import may
from mingjing.translog.keeping import keep, next_seq

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.personnel.models import Person

LOGGED: Final = frozenset({"opened", "decided", "performed"})
STARTED, CONCLUDED = "remedy_started", "remedy_concluded"
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LONGEST: Final = 1000


class NotEntered(Exception):
    """Nothing was written. The Chinese message says what is wrong; `field` names the box it speaks of."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suit:
    """What a notice of reconsideration or of a suit says."""

    kind: str
    decision: str  # the code of the act it is brought against
    body: str
    opened_on: date
    docket: str = ""
    claims: str = ""
    instance: int = 1
    simple: bool = False
    stayed: bool = False
    previous: Dispute | None = None


@transaction.atomic
def open_dispute(*, case: "Case", suit: Suit, by: "Person", at: datetime, once: str = "") -> Dispute:
    """Enter what was brought against a decision: the row, its first step, the act in the case file and the log entry.

    The same `once` gives the same dispute. An appeal meets the limit of the instance before. Raises NotEntered, and
    ActRefused in the words of the rule.
    """
    if once and (there := Dispute.objects.filter(once=once).first()) is not None:
        return there
    _allowed(by, case)
    decision = _checked(case, suit, legal_day(at))
    row = Dispute(
        no=f"{'FY' if suit.kind == 'reconsideration' else 'SS'}{suit.opened_on:%Y%m%d}-{_letters()}",
        case_code=case.code,
        act_code=decision.code,
        agency=case.agency,
        kind=suit.kind,
        instance=suit.instance,
        simple=suit.simple,
        body=suit.body.strip(),
        docket=suit.docket.strip(),
        claims=suit.claims.strip(),
        previous=suit.previous,
        opened_on=suit.opened_on,
        by=by.username,
        at=at,
        once=once or secrets.token_hex(16),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if (there := Dispute.objects.filter(once=row.once).first()) is None:
            raise
        return there  # the same form, sent twice at the same moment
    append(row, "opened", {"decision": decision.code, "body": row.body}, on=suit.opened_on, by=by, at=at)
    facts = {
        "remedy_kind": suit.kind,
        "remedy_body": row.body,
        "remedy_no": row.docket,
        "enforcement_stayed": suit.stayed,
    }
    _in_case_file(case, STARTED, facts, by=by, at=at, once=f"dispute-{row.no}")
    if suit.previous is not None and suit.instance > 1:
        append(suit.previous, "appealed", {"to": row.no}, on=suit.opened_on, by=by, at=at)
    return row


def previous_in(case: "Case", no: str) -> Dispute | None:
    """Give the proceeding of the case that went before, by its number; None where none is named. Raises NotEntered."""
    found = Dispute.objects.filter(case_code=case.code, no=no).first() if no else None
    if no and found is None:
        raise NotEntered("前一程序不是本案的复议、诉讼。", field="previous")
    return found


def _letters() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(6))


def _checked(case: "Case", suit: Suit, today: date) -> "Act":
    if suit.kind not in KINDS:
        raise NotEntered("请选择行政复议或者行政诉讼。", field="kind")
    decision = next((one for one in acts_of(case) if one.code == suit.decision), None)
    if decision is None:
        raise NotEntered("请选择被申请复议、被起诉的是本案哪一个行为。", field="decision")
    if not suit.body.strip():
        raise NotEntered("请填写复议机关或者人民法院的全称。", field="body")
    if suit.opened_on > today:
        raise NotEntered("收到通知的日期晚于今天。", field="opened_on")
    if decision.done_at and suit.opened_on < legal_day(decision.done_at):
        raise NotEntered("收到通知的日期早于决定作出的日期。请核对。", field="opened_on")
    if suit.previous is not None and suit.previous.case_code != case.code:
        raise NotEntered("前一程序不是本案的复议、诉讼。", field="previous")
    return decision


def _allowed(by: "Person", case: "Case") -> None:
    if not may(by, "dispute.manage", case.agency.code):
        raise NotEntered("您没有登记复议、诉讼的权限。请由本机关法制审核人员或者案卷管理人员登记。")


def _in_case_file(
    case: "Case", kind: str, facts: Mapping[str, Any], *, by: "Person", at: datetime, once: str
) -> None:
    """Record the act that the case file has for it, in procedures that know such an act."""
    if case.imported or kind not in law_of(case).kinds_in(case.procedure):
        return
    deed = Deed(kind=kind, facts=facts, performers=[by.username], by=by, done_at=at)
    record_act(case=case, deed=deed, once=once)


def hold(row: Dispute) -> None:
    """Let nobody else take a step until the transaction ends; call it before looking where the dispute stands."""
    Dispute.objects.select_for_update().get(pk=row.pk)


def append(
    row: Dispute,
    kind: str,
    facts: Mapping[str, Any],
    *,
    on: date,
    by: "Person",
    at: datetime,
    loss: bool = False,
) -> DisputeEvent:
    """Write the next step; openings, endings and performances go into the log. The caller holds the transaction."""
    # Whoever holds the dispute appends: two who send at once get two places, not one.
    hold(row)
    event = DisputeEvent(
        dispute=row,
        seq=next_seq(row.events),
        kind=kind,
        on=on,
        facts=dict(facts),
        loss=loss,
        by=by.username,
        at=at,
    )
    return keep(
        event,
        lambda made: content_of(row, made),
        kind="dispute",
        ref=f"{row.no}/{event.seq}",
        at=at,
        logged=kind in LOGGED,
    )


def content_of(row: Dispute, event: DisputeEvent) -> dict[str, Any]:
    """Give what a step commits to."""
    return {
        "no": row.no,
        "dispute": row.kind,
        "instance": row.instance,
        "seq": event.seq,
        "step": event.kind,
        "on": event.on.isoformat(),
        "loss": event.loss,
        "facts": event.facts,
    }


def now_of(row: Dispute) -> Standing:
    """Give where a dispute stands."""
    return standing_of(row.opened_on, row.events.order_by("seq"), dispute_terms())


def _begin(row: Dispute, by: "Person", on: date, at: datetime) -> tuple["Case", Standing]:
    case = case_by_code(by, row.case_code)
    _allowed(by, case)
    hold(row)
    if on > legal_day(at):
        raise NotEntered("日期晚于今天。", field="on")
    if on < row.opened_on:
        raise NotEntered("日期早于收到通知的日期。请核对。", field="on")
    return case, now_of(row)


@transaction.atomic
def reply(*, row: Dispute, by: "Person", on: date, text: str, at: datetime) -> DisputeEvent:
    """Enter that the answer was handed in with evidence and grounds."""
    _begin(row, by, on, at)
    return append(row, "replied", {"text": _words(text, "交了哪些证据和依据")}, on=on, by=by, at=at)


@transaction.atomic
def hear(
    *, row: Dispute, by: "Person", on: date, attended: str, who: str, reason: str, at: datetime
) -> DisputeEvent:
    """Enter a hearing and who came for the agency. Whoever did not come himself says why."""
    _begin(row, by, on, at)
    if attended not in ATTENDED:
        raise NotEntered("请选择谁出庭。", field="attended")
    if attended not in IN_PERSON and not reason.strip():
        raise NotEntered("负责人没有出庭的，应当写明不能出庭的理由。", field="reason")
    facts = {
        "attended": attended,
        "who": _words(who, "出庭人员姓名、职务", 100),
        "reason": reason.strip()[:300],
    }
    return append(row, "heard", facts, on=on, by=by, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the decision of the reconsideration body or the judgment says."""

    outcome: str
    docket: str
    received_on: date
    causes: Sequence[tuple[str, str, str]] = ()  # cause, law, article that was broken
    duty: str = ""
    perform_by: date | None = None
    summary: str = ""


@transaction.atomic
def decide(*, row: Dispute, by: "Person", ending: Ending, at: datetime) -> DisputeEvent:
    """Enter how it ended. A loss names its causes, each with the article of the law register that was broken."""
    case, now = _begin(row, by, ending.received_on, at)
    if now.decided_on is not None:
        raise NotEntered("本程序的结果已经登记。二审、再审请另行登记，并选本程序为前一程序。")
    outcome = dispute_terms().outcomes.get(ending.outcome)
    if outcome is None:
        raise NotEntered("请选择结果。", field="outcome")
    docket = ending.docket.strip() or row.docket
    if not docket:
        raise NotEntered("请填写案号。", field="docket")
    facts = {
        "outcome": outcome.code,
        "docket": docket,
        "causes": _causes(case, outcome, ending, now.opened_on),
        "summary": ending.summary.strip()[:LONGEST],
        **_duty(outcome, ending),
    }
    event = append(row, "decided", facts, on=ending.received_on, by=by, at=at, loss=outcome.loss)
    told = {
        "remedy_outcome": outcome.act,
        "remedy_no": docket,
        "remedy_received_on": ending.received_on.isoformat(),
    }
    _in_case_file(case, CONCLUDED, told, by=by, at=at, once=f"dispute-{row.no}-decided")
    return event


def _causes(case: "Case", outcome: Outcome, ending: Ending, day: date) -> list[dict[str, str]]:
    known, register = dispute_terms().causes, register_for(case.agency.code)
    found = []
    for code, law, article in ending.causes:
        if code not in known:
            raise NotEntered("请选择败诉原因。", field="causes")
        answer = register.resolve(law.strip(), article.strip(), on=day)
        if isinstance(answer, Unresolved):
            raise NotEntered(f"违反的条款：{answer.reason}。", field="causes")
        if not answer.articles:
            raise NotEntered("请写明违反的是第几条。", field="causes")
        found.append({"cause": code, "law": law.strip().strip("《》"), "article": article.strip()})
    if outcome.loss and not found:
        raise NotEntered("败诉、被纠错的，应当逐项写明原因和违反的条款。", field="causes")
    return found if outcome.loss else []


def _duty(outcome: Outcome, ending: Ending) -> dict[str, str]:
    duty = ending.duty.strip()[:LONGEST]
    if outcome.performs and not duty:
        raise NotEntered("请写明要由本机关履行什么（例如：退还罚款、重新作出决定）。", field="duty")
    if duty and ending.perform_by is None:
        raise NotEntered("请填写履行期限；文书没有写明的，填收到之日起合理的日期。", field="perform_by")
    if ending.perform_by is not None and ending.perform_by < ending.received_on:
        raise NotEntered("履行期限早于收到之日。", field="perform_by")
    return {"duty": duty, "perform_by": ending.perform_by.isoformat()} if duty and ending.perform_by else {}


@transaction.atomic
def perform(
    *, row: Dispute, by: "Person", on: date, text: str, proofs: Sequence[str], at: datetime
) -> DisputeEvent:
    """Enter that the judgment was carried out, with proof that lies in the case's evidence."""
    case, now = _begin(row, by, on, at)
    if not now.to_perform:
        raise NotEntered("没有待履行的内容。")
    held = refs(list(proofs), dossier=case.code)
    if not held or len(held) != len(set(proofs)):
        raise NotEntered(
            "请先把履行的凭证（退款回单、重新作出的决定等）上传到本案证据，再选入。", field="proofs"
        )
    facts = {"text": _words(text, "怎样履行的"), "proofs": [one.digest for one in held]}
    return append(row, "performed", facts, on=on, by=by, at=at)


@transaction.atomic
def note(*, row: Dispute, by: "Person", on: date, text: str, at: datetime) -> DisputeEvent:
    """Keep a remark: an extension, a settlement talk, a letter of the court."""
    _begin(row, by, on, at)
    return append(row, "note", {"text": _words(text, "内容")}, on=on, by=by, at=at)


def _words(text: str, what: str, longest: int = LONGEST) -> str:
    plain = text.replace("\0", "").strip()
    if not plain:
        raise NotEntered(f"请写明{what}。", field="text")
    return plain[:longest]
