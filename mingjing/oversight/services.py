"""Drafting, issuing and answering supervision documents, two persons for each; what stands against a step is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.numbers import next_number
from mingjing.cases.timeline import moment
from mingjing.kit.clock import legal_day
from mingjing.oversight.models import Matter, Step
from mingjing.oversight.standing import ENDS, Standing, standing_of
from mingjing.oversight.terms import reply_due, terms_of
from mingjing.packs.oversight_terms import FILING, PAPERS
from mingjing.personnel.permissions import may
from mingjing.personnel.tree import subtree
from mingjing.translog.keeping import keep, next_seq
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

LONGEST: Final = 3000
DEMANDS: Final = 20


class NotDone(Exception):
    """Nothing was written. The Chinese message says why; `field` names the box it speaks of."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a supervision document says. `due` empty: by the limit of its kind."""

    kind: str
    to: "Agency"
    subject: str
    found: str
    basis: str
    demands: Sequence[str]
    due: date | None = None
    case_code: str = ""


@transaction.atomic
def draft(*, told: Draft, by: "Person", at: datetime, once: str, follows: Matter | None = None) -> Matter:
    """Draft a document to a unit below; nobody but the office sees it until somebody else issues it.

    A decision follows the opinion or notice that was not answered or not carried out. Raises NotDone.
    """
    take_turn("oversight", once)
    if (there := Matter.objects.filter(once=once).first()) is not None:
        return there
    _demand_may(by, "oversight.draft", told.to)
    if told.kind not in PAPERS:
        raise NotDone("请选择文书种类。", field="kind")
    if told.to.pk == by.agency_id:
        raise NotDone("监督文书发给下级单位，不能发给本机关。", field="to")
    demands = [words(one, "要求", "demands") for one in told.demands if one.strip()]
    if not demands or len(demands) > DEMANDS:
        raise NotDone(f"请逐条写明要求，每行一条，最多 {DEMANDS} 条。", field="demands")
    today = legal_day(at)
    due = told.due or reply_due(told.to, told.kind, today)
    if due is None:
        raise NotDone("节假日安排还没有公布，不能推算期限，请直接写明日期。", field="due")
    if due <= today:
        raise NotDone("报告期限应当晚于今天。", field="due")
    content = {
        "found": words(told.found, "查明的情况", "found"),
        "basis": words(told.basis, "依据", "basis"),
        "demands": demands,
        "due": due.isoformat(),
    }
    row = Matter(
        kind=told.kind,
        office=by.agency,
        agency=told.to,
        case_code=told.case_code,
        content=content,
        follows=follows,
    )
    row.subject = words(told.subject, "事项", "subject", 200)
    return enter(row, by=by, at=at, once=once)


def enter(row: Matter, *, by: "Person", at: datetime, once: str) -> Matter:
    """Number and write a matter, with its entry in the log. The caller holds the transaction."""
    row.no = next_number(row.office, terms_of(row.agency, row.kind).mark, legal_day(at).year)
    row.by, row.at, row.once = by.username, at, once
    return keep(row, content_of, kind="oversight", ref=row.no, at=at)


def locked(matter: Matter) -> tuple[Matter, Standing]:
    """Give a matter so that nobody else takes a step until the transaction ends, and where it stands."""
    row = Matter.objects.select_for_update(of=("self",)).select_related("office", "agency").get(pk=matter.pk)
    return row, stand(row)


def stand(row: Matter) -> Standing:
    """Give where a matter stands."""
    due = row.content.get("due")
    return standing_of(date.fromisoformat(due) if due else None, row.steps.all())


def append(row: Matter, kind: str, facts: Mapping[str, Any], *, by: "Person", at: datetime) -> Step:
    """Write the next step with its entry in the log. The caller holds the matter and the transaction."""
    step = Step(matter=row, seq=next_seq(row.steps), kind=kind, facts=dict(facts), by=by.username, at=at)
    ref = f"{row.no}/{step.seq}"
    return keep(step, lambda made: step_content(row.no, made), kind="oversight", ref=ref, at=at)


@transaction.atomic
def issue(*, matter: Matter, by: "Person", at: datetime) -> Step:
    """Issue a draft: by somebody of the office who did not draft it."""
    row, now = locked(matter)
    _demand_office(row, by)
    if now.state != "draft":
        raise NotDone("这份文书已经处理过。")
    if by.username == row.by:
        raise NotDone("起草人不能核准自己起草的文书，请由另一名监督人员核准。")
    if date.fromisoformat(row.content["due"]) <= legal_day(at):
        raise NotDone("文书上的报告期限已经到了。请放弃这份草稿，重新起草。")
    if row.follows is not None and row.follows.kind == FILING:
        filing, then = locked(row.follows)
        if not then.ended:
            append(filing, "opined", {"no": row.no}, by=by, at=at)
    return append(row, "issued", {}, by=by, at=at)


@transaction.atomic
def office_step(
    *, matter: Matter, kind: str, by: "Person", at: datetime, said: str = "", due: date | None = None
) -> Step:
    """Take a step of the office. Raises NotDone.

    dropped: a draft, by its drafter or another; accepted, lifted (of a listing), sent_back with a new day: after a
    reply; extended with a new day, not_extended; upheld, withdrawn: a re-examination, decided by somebody else than
    who issued it.
    """
    row, now = locked(matter)
    _demand_office(row, by)
    if stops := _against(row, now, kind, by):
        raise NotDone(stops)
    facts: dict[str, Any] = {} if kind == "dropped" else {"text": words(said, "意见", "text")}
    if kind in {"sent_back", "extended"}:
        least = now.due if kind == "extended" else legal_day(at)
        if due is None or (least is not None and due <= least):
            raise NotDone("请写明新的期限，要晚于原来的期限和今天。", field="due")
        facts["due"] = due.isoformat()
    return append(row, kind, facts, by=by, at=at)


def _against(row: Matter, now: Standing, kind: str, by: "Person") -> str:
    """Say what stands against a step of the office, or nothing."""
    if (now.state == "draft") != (kind == "dropped") or now.ended:
        return "这份文书现在不能办这一步：草稿只能核准或者放弃，制发以后只能撤销，了结以后不再办理。"
    issuer = next((one.by for one in row.steps.all() if one.kind == "issued"), "")
    own = (by.username == issuer, "核准制发的人不能复查、撤销自己核准的文书。")
    unanswered = (now.replied_at is None, "单位还没有报告办理情况。")
    unasked = (now.asked is None, "单位没有申请延长期限。")
    filing = row.kind == FILING
    stops = {
        "dropped": [],
        "upheld": [(now.objected is None, "单位没有申请复查。"), own],
        "withdrawn": [(filing, "备案不能撤销。"), own],
        "extended": [unasked],
        "not_extended": [unasked],
        "accepted": [(filing or row.kind == "listing", "挂牌督办应当销号，备案应当审查。"), unanswered],
        "lifted": [(row.kind != "listing", "只有挂牌督办才销号。"), unanswered],
        "sent_back": [(filing, "备案有问题的，起草监督文书。"), unanswered],
        "reviewed": [(not filing, "只有备案才审查。")],
    }
    if kind not in stops:
        return "没有这一步。"
    return next((said for fault, said in stops[kind] if fault), "")


@transaction.atomic
def unit_step(
    *, matter: Matter, kind: str, by: "Person", at: datetime, said: str = "", files: Sequence[str] = ()
) -> Step:
    """Take a step of the unit: received, replied (with files of proof), extension_asked, objected. Raises NotDone."""
    row, now = locked(matter)
    if row.agency_id != by.agency_id or not may(by, "oversight.reply", row.agency.code):
        raise NotDone("只有收到文书的单位中有权限的人员才能办理。")
    if now.state in ENDS or now.state == "draft":
        raise NotDone("这份文书已经了结，不再需要办理。")
    if kind == "received":
        if now.received_at:
            raise NotDone("已经签收。")
        return append(row, kind, {}, by=by, at=at)
    facts: dict[str, Any] = {"text": words(said, "内容", "text")}
    if kind == "replied":
        if now.replied_at:
            raise NotDone("已经报告，等待监督机关认可。")
        return append(row, kind, facts | {"files": list(files)}, by=by, at=at)
    if kind == "extension_asked":
        if now.asked or now.extended or now.replied_at:
            raise NotDone("期限只能申请延长一次，报告之后也不能再申请。")
        return append(row, kind, facts, by=by, at=at)
    if kind != "objected" or now.was_objected:
        raise NotDone("对一份文书只能申请一次复查。")
    return append(row, kind, facts, by=by, at=at)


def _demand_may(by: "Person", action: str, to: "Agency") -> None:
    if to.pk not in subtree(by.agency_id) or not may(by, action, to.code):
        raise NotDone("只有监督机关的人员能对下级单位制发监督文书。")


def _demand_office(row: Matter, by: "Person") -> None:
    if row.office_id != by.agency_id or not may(by, "oversight.draft", row.agency.code):
        raise NotDone("只有制发文书的监督机关的人员才能办理。")


def words(text: str, title: str, field: str, longest: int = LONGEST) -> str:
    """Give words as they are kept, or raise NotDone where there are none or too many."""
    plain = text.replace("\r\n", "\n").strip()
    if not plain:
        raise NotDone(f"请写明{title}。", field=field)
    if len(plain) > longest:
        raise NotDone(f"{title}超过 {longest} 个字。请缩短。", field=field)
    return plain


def content_of(row: Matter) -> dict[str, Any]:
    """Give what the log entry of a matter commits to."""
    return {
        "no": row.no,
        "kind": row.kind,
        "office": row.office.code,
        "agency": row.agency.code,
        "case": row.case_code,
        "subject": row.subject,
        "content": row.content,
        "by": row.by,
        "at": moment(row.at),
    }


def step_content(no: str, step: Step) -> dict[str, Any]:
    """Give what the log entry of a step commits to."""
    return {
        "no": no,
        "seq": step.seq,
        "step": step.kind,
        "facts": step.facts,
        "by": step.by,
        "at": moment(step.at),
    }
