"""Taking a plan in: the file kept, its rows proposed, then confirmed by a person; nothing is worked off here."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mingjing.evidence.refusals import EvidenceRefused
from mingjing.evidence.services import receive_upload
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library
from mingjing.packs.rectification_checks import rectification_checks
from mingjing.personnel.permissions import may
from mingjing.rectification.kinds import State
from mingjing.rectification.models import Item, Plan, Step
from mingjing.rectification.plan import PaperUnreadable, read_plan
from mingjing.rectification.record import LONGEST, NotRectified, append, clean, held, now, refresh, said
from mingjing.rectification.standing import Unit
from mingjing.rectification.units import agencies_within_reach, proposed_agency

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
MOST_UNITS: Final = 30
LARGEST: Final = 20 * 1024 * 1024  # of a plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An item as a person wants it in the ledger."""

    problem: str = ""
    measure: str
    units: Sequence[Unit]
    due: date | None = None
    permanent: bool = False
    check: str = ""
    since: date | None = None
    why: str = ""  # of what was changed against the proposal


def import_plan(
    *,
    content: bytes,
    name: str,
    agency: "Agency",
    by: "Person",
    at: datetime,
    issuer: str = "",
    title: str = "",
    written: date | None = None,
) -> Plan:
    """Read a document and propose its rows. The file is kept as evidence is. Raises NotRectified, nothing kept."""
    demand_size(len(content))
    if not may(by, "rectify.enter", agency.code):
        raise NotRectified(
            f"您不能为{agency.name}导入整改方案。请由该机关的法制审核、案卷管理人员或者负责人导入。"
        )
    if there := Plan.objects.filter(agency=agency, file_digest=sha256(content).hexdigest()).first():
        raise NotRectified(f"这份文件已经导入过：{there.title}（{there.code}）。")
    try:
        read = read_plan(content, name, written=written, holidays=library().calendar)
    except PaperUnreadable as fault:
        raise NotRectified(str(fault)) from None
    code = f"ZG{legal_day(at):%Y}-{''.join(secrets.choice(LETTERS) for _ in range(6))}"
    try:
        kept = receive_upload(
            BytesIO(content),
            original_name=name,
            dossier=code,
            agency=agency.code,
            by=by.username,
            title="整改方案原件",
            legal_kind="documentary",
            side="neutral",
            taken_by=by.name,
            declared_size=len(content),
        )
    except EvidenceRefused as refused:
        raise NotRectified(str(refused)) from None
    plan = Plan(
        code=code,
        agency=agency,
        title=(clean(title, 200, "标题") or read.title or name)[:200],
        issuer=clean(issuer, 100, "制发机关") or agency.name,
        written=written or read.written.day,
        file_name=kept.original_name,
        file_digest=kept.digest,
        text=read.text,
        by=by.username,
        at=at,
    )
    return _written(plan, [one.as_json() for one in read.items])


def demand_size(size: int) -> None:
    """Raise NotRectified for a document that is not read into memory."""
    if size > LARGEST:
        raise NotRectified(f"文件超过 {LARGEST // 1024 // 1024} MB。请去掉图片，只留正文。")


@transaction.atomic
def _written(plan: Plan, rows: Sequence[dict[str, Any]]) -> Plan:
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError:
        raise NotRectified("这份文件刚才已经导入过。请刷新台账。") from None
    for seq, row in enumerate(rows, 1):
        source, start, end = row.pop("source"), row.pop("start"), row.pop("end")
        _new_item(plan, seq, row, source, start, end)
    return plan


def _new_item(
    plan: Plan, seq: int, proposed: Mapping[str, Any], source: str = "", start: int = 0, end: int = 0
) -> Item:
    item = Item.objects.create(
        plan=plan,
        seq=seq,
        code=f"{plan.code}-{seq}",
        proposed=dict(proposed),
        source=source,
        start=start,
        end=end,
    )
    refresh(item, legal_day(plan.at))
    return item


def proposal_of(item: Item) -> Wanted:
    """Give what the form of an item shows first: the proposal, with the agencies its units can mean."""
    told, reach = item.proposed, agencies_within_reach(item.plan.agency)
    units = [
        Unit(name, proposed_agency(name, reach), leads)
        for leads, names in ((True, told.get("lead", [])), (False, told.get("responsible", [])))
        for name in names
    ]
    due = date.fromisoformat(told["deadline"]) if told.get("deadline") else None
    measure = str(told.get("measure", ""))
    return Wanted(
        problem=str(told.get("problem", "")),
        measure=measure,
        units=units,
        due=due,
        permanent=bool(told.get("standing")),
    )


@transaction.atomic
def confirm(*, item: Item, wanted: Wanted, by: "Person", at: datetime) -> Step:
    """Take an item into the ledger as a person wants it; the proposal stays beside it. Raises NotRectified."""
    found = held(item)
    _demand_enter(found.plan, by)
    if now(found, at).state != State.PROPOSED:
        raise NotRectified("这一项已经确认过，或者已经决定不列入。")
    return append(found, "confirmed", _checked(found, wanted, at), by=by.username, at=at)


@transaction.atomic
def confirm_complete(*, plan: Plan, by: "Person", at: datetime) -> int:
    """Confirm as proposed every item of a plan that names units and limit; gives how many. Raises NotRectified."""
    taken = 0
    for item in Item.objects.filter(plan=plan, now__state=State.PROPOSED).select_related("plan__agency"):
        if not item.proposed.get("open") and item.proposed:
            confirm(item=item, wanted=proposal_of(item), by=by, at=at)
            taken += 1
    return taken


@transaction.atomic
def add_item(*, plan: Plan, wanted: Wanted, by: "Person", at: datetime) -> Item:
    """Add an item that the reader did not see, and confirm it. Raises NotRectified."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    _demand_enter(plan, by)
    last = Item.objects.filter(plan=plan).order_by("-seq").values_list("seq", flat=True).first() or 0
    item = _new_item(plan, last + 1, {}, start=len(plan.text), end=len(plan.text))
    append(item, "confirmed", _checked(item, wanted, at), by=by.username, at=at)
    return item


@transaction.atomic
def leave_out(*, item: Item, reason: str, by: "Person", at: datetime) -> Step:
    """Leave an item out of the ledger, with the reason. Raises NotRectified."""
    found = held(item)
    _demand_enter(found.plan, by)
    if now(found, at).state != State.PROPOSED:
        raise NotRectified("这一项已经确认过，或者已经决定不列入。")
    return append(found, "left_out", {"text": said(reason, "理由")}, by=by.username, at=at)


@transaction.atomic
def leave_out_rest(*, plan: Plan, reason: str, by: "Person", at: datetime) -> int:
    """Leave out every item that nobody decided on, as after a wrong file; gives how many. Raises NotRectified."""
    rest = list(Item.objects.filter(plan=plan, now__state=State.PROPOSED))
    for item in rest:
        leave_out(item=item, reason=reason, by=by, at=at)
    return len(rest)


@transaction.atomic
def split(*, item: Item, parts: Sequence[str], by: "Person", at: datetime) -> list[Item]:
    """Put several proposals in the place of one, each with a part of its measure. Raises NotRectified."""
    found = held(item)
    Plan.objects.select_for_update().get(pk=found.plan_id)
    _demand_enter(found.plan, by)
    if now(found, at).state != State.PROPOSED:
        raise NotRectified("只有待确认的一项可以拆分。")
    measures = [clean(one, LONGEST, "整改措施") for one in parts if one.strip()]
    if len(measures) < 2:
        raise NotRectified("拆分要写出至少两项措施，每行一项。")
    last = Item.objects.filter(plan=found.plan).order_by("-seq").values_list("seq", flat=True)[0]
    made = [
        _new_item(
            found.plan,
            last + n,
            {**found.proposed, "measure": one, "title": one[:26]},
            found.source,
            found.start,
            found.end,
        )
        for n, one in enumerate(measures, 1)
    ]
    append(found, "split", {"into": [one.code for one in made]}, by=by.username, at=at)
    return made


def _checked(item: Item, wanted: Wanted, at: datetime) -> dict[str, Any]:
    """Give an item as it is kept, or raise NotRectified where something is missing or contradicts itself."""
    measure = clean(wanted.measure, LONGEST, "整改措施")
    if not measure:
        raise NotRectified("请写明整改措施。")
    units = _units(item, wanted.units)
    if not units:
        raise NotRectified("请至少写明一个牵头单位或者责任单位：没有单位负责的事项没有人办。")
    if wanted.permanent == (wanted.due is not None):
        raise NotRectified("时限要么是一个日期，要么是长期坚持，请选一样。")
    return {
        "problem": clean(wanted.problem, LONGEST, "问题"),
        "measure": measure,
        "units": [asdict(one) for one in units],
        "due": wanted.due.isoformat() if wanted.due else None,
        "permanent": wanted.permanent,
        "why": clean(wanted.why, 300, "修改说明"),
        **check_facts(wanted.check, wanted.since, at),
    }


def check_facts(code: str, since: date | None, at: datetime) -> dict[str, Any]:
    """Give the check of an item as it is kept; one that looks back does so from a day, today where none is said."""
    if not code:
        return {"check": "", "since": None}
    known = rectification_checks().get(code)
    if known is None:
        raise NotRectified("没有这样的系统检查。请重新选择。")
    day = (since or legal_day(at)) if known.since else None
    return {"check": code, "since": day.isoformat() if day else None}


def _units(item: Item, wanted: Sequence[Unit]) -> list[Unit]:
    reach = {one.code for one in agencies_within_reach(item.plan.agency)}
    found: dict[tuple[str, bool], Unit] = {}
    for one in wanted:
        name = clean(one.name, 100, "单位")
        if one.agency and one.agency not in reach:
            raise NotRectified(f"“{name}”对应的机关不在本台账可以交办的范围内。")
        if name:
            found.setdefault((name, one.leads), Unit(name, one.agency, one.leads))
    if len(found) > MOST_UNITS:
        raise NotRectified(f"一项最多写 {MOST_UNITS} 个单位。")
    return sorted(found.values(), key=lambda one: not one.leads)


def _demand_enter(plan: Plan, by: "Person") -> None:
    if not may(by, "rectify.enter", plan.agency.code):
        raise NotRectified("由台账所属机关的法制审核、案卷管理人员或者负责人确认。")
