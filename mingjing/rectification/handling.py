"""Working an item off: progress, proof, closing by another person, and only on proof; taking it up again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases import selectors as cases
from mingjing.documents.selectors import document_by_code
from mingjing.kit.clock import legal_day
from mingjing.packs.rectification_checks import Check, rectification_checks
from mingjing.personnel.selectors import agencies, agency_tree
from mingjing.rectification.access import codes_seen_by, reviews, supervises, works
from mingjing.rectification.checks import Result, run_check
from mingjing.rectification.kinds import DONE, IN_LEDGER, OPEN, State
from mingjing.rectification.models import Item, Standing, Step
from mingjing.rectification.record import NotRectified, append, held, now, said
from mingjing.rectification.services import check_facts
from mingjing.rectification.standing import Now

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

MOST_LINKS: Final = 20
SHOWN_ROWS: Final = 3
NO_LINKS: Final[Mapping[str, Sequence[dict[str, str]]]] = {"cases": (), "documents": ()}


@transaction.atomic
def report(*, item: Item, text: str, expected: date | None, by: "Person", at: datetime) -> Step:
    """Write down how far it is, and by when it is expected to be done. Raises NotRectified."""
    found, _ = _worked(item, by, at)
    if expected is not None and expected < legal_day(at):
        raise NotRectified("预计完成时间已经过去。请写今天或者以后的日期。")
    facts = {"text": said(text, "进展情况"), "expected": expected.isoformat() if expected else None}
    return append(found, "progress", facts, by=by.username, at=at)


def links_of(
    *, case_names: Sequence[str], document_codes: Sequence[str], by: "Person"
) -> dict[str, list[dict[str, str]]]:
    """Give the cases and documents that somebody names as proof. Raises NotRectified for what he cannot see."""
    return {
        "cases": [_case(name, by) for name in _names(case_names)],
        "documents": [_document(code, by) for code in _names(document_codes)],
    }


@transaction.atomic
def hand_in(
    *,
    item: Item,
    text: str,
    files: Sequence[dict[str, Any]] = (),
    links: Mapping[str, Sequence[dict[str, str]]] = NO_LINKS,
    by: "Person",
    at: datetime,
) -> Step:
    """Hand in proof: files already kept as evidence, and what `links_of` gave. Raises NotRectified."""
    found, _ = _worked(item, by, at)
    facts: dict[str, Any] = {"text": said(text, "佐证说明"), "files": list(files), **links}
    if not (files or any(links.values())):
        raise NotRectified("请附上文件，或者写明案件、文书。")
    return append(found, "proof", facts, by=by.username, at=at)


def _names(names: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(one.strip() for one in names if one.strip()))
    if len(found) > MOST_LINKS:
        raise NotRectified(f"一次最多写 {MOST_LINKS} 个案件、文书。")
    return found


def _case(name: str, by: "Person") -> dict[str, str]:
    rows = cases.cases_seen_by(by)
    case = rows.filter(number=name).first() or rows.filter(code=name).first()
    if case is None:
        raise NotRectified(f"没有找到案件“{name}”。请写案号，或者案件地址中的编号。")
    return {"code": case.code, "name": case.number or case.title or case.code}


def _document(code: str, by: "Person") -> dict[str, str]:
    found = document_by_code(code)
    if found is None or not cases.cases_seen_by(by).filter(pk=found.act.case_id).exists():
        raise NotRectified(f"没有找到查验码为“{code}”的文书。")
    return {"code": code, "name": f"{found.title}{found.number}", "case": found.act.case.code}


@transaction.atomic
def submit(*, item: Item, text: str, by: "Person", at: datetime) -> Step:
    """Ask for the closing. Raises NotRectified where nothing yet proves it or its check is red."""
    found, standing = _worked(item, by, at)
    if standing.state == State.SUBMITTED:
        raise NotRectified("已经申请过销号，正在等待审核。")
    demand_proof(found, standing, by=by, at=at)
    return append(found, "submitted", {"text": said(text, "完成情况")}, by=by.username, at=at)


@transaction.atomic
def close(*, item: Item, text: str, by: "Person", at: datetime) -> Step:
    """Close it, or for a standing duty confirm that it was kept this year. Never by who asked. Raises NotRectified."""
    found = held(item)
    standing = _submitted(found, at)
    if not reviews(by, found, standing):
        raise NotRectified("由牵头单位中有审核权限的人员销号。")
    if standing.submitted_by == by.username:
        raise NotRectified("申请销号的人不能自己审核。请由牵头单位的另一名人员审核。")
    result = demand_proof(found, standing, by=by, at=at)
    facts: dict[str, Any] = {"text": said(text, "审核意见"), "check": standing.check}
    if result is not None:
        facts |= {"seen": result.seen, "since": standing.since.isoformat() if standing.since else None}
    if standing.permanent:
        step = append(found, "kept", {**facts, "year": legal_day(at).year}, by=by.username, at=at)
    else:
        step = append(found, "closed", facts, by=by.username, at=at)
    _keep(found, result, at)
    return step


def demand_proof(item: Item, standing: Now, *, by: "Person", at: datetime) -> Result | None:
    """Raise NotRectified unless an item is proven: by its check being green, or else by what was handed in.

    A check that found nothing to look at proves nothing: then something must have been handed in as well.
    """
    check = check_of(standing)
    if check is None:
        if not standing.proofs:
            raise NotRectified("没有佐证，不能销号。请先提交佐证：文件、案件或者文书。")
        return None
    result = run_check(check, bound_agencies(item, standing), standing.since, legal_day(at))
    if not result.green:
        raise NotRectified(f"系统检查“{check.title}”没有通过，不能销号：{offences(result, by)}")
    if not (result.seen or standing.proofs):
        raise NotRectified(f"系统检查“{check.title}”还没有数据可查，不能证明已经整改。请另外提交佐证。")
    return result


@transaction.atomic
def send_back(*, item: Item, text: str, by: "Person", at: datetime) -> Step:
    """Send a request back with the reason: the lead unit, or who supervises. Raises NotRectified."""
    found = held(item)
    standing = _submitted(found, at)
    if not (reviews(by, found, standing) or supervises(by, found, standing)):
        raise NotRectified("由牵头单位或者监督机关退回。")
    return append(found, "sent_back", {"text": said(text, "退回理由")}, by=by.username, at=at)


@transaction.atomic
def reopen(*, item: Item, text: str, by: "Person", at: datetime) -> Step:
    """Have a closed item done again: who supervises it, or the lead unit itself. Raises NotRectified."""
    found = held(item)
    standing = now(found, at)
    if standing.state not in DONE:
        raise NotRectified("还没有销号。")
    if not (reviews(by, found, standing) or supervises(by, found, standing)):
        raise NotRectified("由牵头单位或者监督机关要求重新整改。")
    return append(found, "reopened_by_hand", {"text": said(text, "理由")}, by=by.username, at=at)


@transaction.atomic
def extend(*, item: Item, due: date | None, text: str, by: "Person", at: datetime) -> Step:
    """Set another day, with the reason; the first one stays in the story. Raises NotRectified."""
    found = held(item)
    standing = now(found, at)
    if standing.state not in OPEN or standing.permanent:
        raise NotRectified("只有正在推进、有日期的事项可以调整时限。")
    if not reviews(by, found, standing):
        raise NotRectified("由牵头单位中有审核权限的人员调整时限。")
    if due is None or due < legal_day(at) or due == standing.due:
        raise NotRectified("请写今天或者以后的新日期。")
    facts = {"due": due.isoformat(), "text": said(text, "理由")}
    return append(found, "extended", facts, by=by.username, at=at)


@transaction.atomic
def change_check(
    *, item: Item, check: str, since: date | None, text: str, by: "Person", at: datetime
) -> Step:
    """Hold an item to another check, or from another day, with the reason. Raises NotRectified."""
    found = held(item)
    standing = now(found, at)
    if standing.state not in OPEN:
        raise NotRectified("销号以后不能调整系统检查。")
    if not reviews(by, found, standing):
        raise NotRectified("由牵头单位中有审核权限的人员调整系统检查。")
    facts = check_facts(check, since, at)
    if (facts["check"], facts["since"]) == (standing.check, standing.since and standing.since.isoformat()):
        raise NotRectified("没有改变。")
    step = append(found, "check_changed", {**facts, "text": said(text, "理由")}, by=by.username, at=at)
    count(found, now(found, at), at)
    return step


# --- the check -------------------------------------------------------------------------------


def bound_agencies(item: Item, standing: Now) -> list[int]:
    """Give the agencies that an item's check looks at: those named in it, else the ledger's own and all below."""
    named = {one.agency for one in standing.units if one.agency}
    codes = named or set(agency_tree(item.plan.agency.code))
    return [one.pk for one in agencies() if one.code in codes]


def offences(result: Result, viewer: "Person") -> str:
    """Say how many rows offend, and name the first of those that are of an agency this person may see."""
    seen = codes_seen_by(viewer)
    rows = [f"{one.where}（{one.why}）" for one in result.rows if one.agency in seen]
    return f"{result.red} 处不符合。{'；'.join(rows[:SHOWN_ROWS])}"


def check_of(standing: Now) -> Check | None:
    """Give the check that an item is held to, None where to none. Raises NotRectified where the packs lost it."""
    if not standing.check:
        return None
    known = rectification_checks().get(standing.check)
    if known is None:
        raise NotRectified(f"法规包里没有检查“{standing.check}”。请调整系统检查。")
    return known


def count(item: Item, standing: Now, at: datetime) -> Result | None:
    """Run the check of an item and keep how many rows offend; None where it has none."""
    check = check_of(standing)
    if check is None:
        return None
    result = run_check(check, bound_agencies(item, standing), standing.since, legal_day(at))
    _keep(item, result, at)
    return result


def _keep(item: Item, result: Result | None, at: datetime) -> None:
    if result is not None:
        Standing.objects.filter(item=item).update(red=result.red, counted_on=legal_day(at))


@transaction.atomic
def look_again(*, item: Item, at: datetime) -> Result | None:
    """Run the check of an item now; a closed one that has turned red is open again, with the rows that offend."""
    found = held(item)
    standing = now(found, at)
    if standing.state not in IN_LEDGER:
        return None
    result = count(found, standing, at)
    if result is not None and result.red and standing.state in DONE:
        known = rectification_checks()[standing.check]
        facts = {"text": f"系统检查“{known.title}”没有通过", "check": known.code, **result.as_facts()}
        append(found, "reopened", facts, by="", at=at)
    return result


def checked(*, item: Item, at: datetime) -> Result:
    """Run the check of an item because somebody asks. Raises NotRectified where it has none."""
    result = look_again(item=item, at=at)
    if result is None:
        raise NotRectified("这一项没有系统检查。")
    return result


def watched() -> list[int]:
    """Give the items that the daily work has to look at: those with a check, and standing duties of years gone by."""
    rows = Standing.objects.filter(state__in=IN_LEDGER).exclude(
        check_code="", state__in=(*OPEN, State.CLOSED)
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def look_after(pk: int, at: datetime) -> None:
    """Do the daily work on one item."""
    item = Item.objects.select_related("plan__agency").get(pk=pk)
    look_again(item=item, at=at)
    found = now(item, at)
    Standing.objects.filter(item=item).update(state=found.state, closed_on=found.closed_on)


# --- who may ---------------------------------------------------------------------------------


def _worked(item: Item, by: "Person", at: datetime) -> tuple[Item, Now]:
    """Give the item held, if it is open and this person works on it."""
    found = held(item)
    standing = now(found, at)
    if not works(by, found, standing):
        raise NotRectified("由台账所属机关或者责任单位的人员办理。")
    if standing.state not in OPEN:
        title = State(standing.state).label
        raise NotRectified(f"这一项现在是“{title}”，不能办理这一步。")
    return found, standing


def _submitted(found: Item, at: datetime) -> Now:
    standing = now(found, at)
    if standing.state != State.SUBMITTED:
        raise NotRectified("还没有人申请销号。")
    return standing
