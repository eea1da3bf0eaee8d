"""Agreements of delegation and lists of empowerment: signed, published, ended; judged by the rules of the packs."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mingjing.kit.clock import BEIJING, legal_day
from mingjing.lawengine.judge import judge_act
from mingjing.lawengine.model import ActRecord, CaseHead, Law, Verdict
from mingjing.packs.load import library
from mingjing.packs.values import Unfit, clean_value
from mingjing.personnel.models import Agency, AgencyKind, Delegation, DelegationEvent
from mingjing.personnel.refusals import RegisterRefused, empty, not_theirs, unfit
from mingjing.personnel.register_log import note
from mingjing.translog.turns import take_turn

# Kind of instrument -> the procedure whose rules judge it, and the kind of act that concludes it.
JUDGED_AS: Final = {
    "delegation": ("delegation", "delegation_agreed"),
    "empowerment": ("empowerment", "empowerment_confirmed"),
}
# What the instrument itself must be; what must have been done before it is judged in the case that prepares it.
OF_THE_LETTER: Final = ("condition", "required")
LIMIT: Final = "fine_at_most"  # of the agreement alone: no fact of the common vocabulary
_YUAN: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
BEFORE_IT: Final = "legal_review"
STATES: Final = {
    "unpublished": "尚未公布",
    "not_begun": "未到期限",
    "in_force": "有效",
    "expired": "期限届满",
    "ended": "已终止",
}
HOLDERS: Final = {
    "delegation": (AgencyKind.DELEGATED, AgencyKind.BUREAU, AgencyKind.TOWNSHIP),
    "empowerment": (AgencyKind.TOWNSHIP,),
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement with where it stood on a day."""

    row: Delegation
    state: str
    published_on: date | None
    published_at: str
    ended_on: date | None

    @property
    def state_title(self) -> str:
        """The state in Chinese."""
        return STATES[self.state]

    @property
    def in_force(self) -> bool:
        return self.state == "in_force"


def agreement_on(row: Delegation, on: date) -> Agreement:
    """Give an agreement as it stood on the day `on`; its last day still counts."""
    events = {event.kind: event for event in row.events.all() if event.on <= on}
    published, ended = events.get("published"), events.get("ended")
    if ended:
        state = "ended"
    elif on > row.valid_until:
        state = "expired"
    elif published is None:
        state = "unpublished"
    else:
        state = "in_force" if on >= row.valid_from else "not_begun"
    return Agreement(
        row,
        state,
        published.on if published else None,
        published.note if published else "",
        ended.on if ended else None,
    )


def agreements_held(agency: Agency, on: date) -> list[Agreement]:
    """Give the agreements by which this body acts, those in force first, then the latest."""
    rows = agency.delegations_held.select_related("delegator", "delegate").prefetch_related("events")
    found = [agreement_on(row, on) for row in rows]
    return sorted(found, key=lambda one: (not one.in_force, -one.row.valid_until.toordinal(), one.row.number))


def agreements_of(agency_ids: Iterable[int], on: date) -> list[Agreement]:
    """Give the agreements that any of these agencies has given or holds, the latest first."""
    ids = list(agency_ids)
    rows = Delegation.objects.filter(delegator__in=ids) | Delegation.objects.filter(delegate__in=ids)
    rows = rows.select_related("delegator", "delegate").prefetch_related("events").distinct()
    return [agreement_on(row, on) for row in rows.order_by("-signed_on", "-pk")]


def verdicts_on(*, kind: str, delegator: Agency, terms: Mapping[str, Any], on: date) -> tuple[Verdict, ...]:
    """Judge what an instrument says by the rules of the packs about such instruments."""
    procedure, act = JUDGED_AS[kind]
    law: Law = library().law(region=delegator.region, field=delegator.field, agency=delegator.code)
    head = CaseHead(
        region=delegator.region,
        field=delegator.field,
        agency=delegator.code,
        agency_kind=delegator.kind,
        procedure=procedure,
    )
    done_at = datetime.combine(on, time(12), BEIJING)
    record = ActRecord(seq=1, kind=act, done_at=done_at, facts=dict(terms), performers=(), evidence=())
    rules = {rule.id for rule in law.rules if rule.kind in OF_THE_LETTER and rule.topic != BEFORE_IT}
    return tuple(one for one in judge_act(law, head, (), record) if one.rule in rules)


@transaction.atomic
def sign_agreement(  # noqa: PLR0913 - a document, each part of it named by the caller
    *,
    kind: str,
    number: str,
    delegator: str,
    delegate: str,
    terms: Mapping[str, Any],
    valid_from: date,
    valid_until: date,
    signed_on: date,
    by: str,
) -> Delegation:
    """Enter an agreement as signed. Raises RegisterRefused, with rule and article, where the law forbids it."""
    take_turn("delegation", number.strip())
    bodies = {one.code: one for one in Agency.objects.filter(code__in=[delegator, delegate])}
    errors = _wrong_entry(kind, number, {"delegator": delegator, "delegate": delegate}, set(bodies))
    errors |= not_theirs("number", "people.manage", by)
    terms, wrong = _read(terms, signed_on)
    errors |= wrong
    if valid_until < valid_from:
        errors["valid_until"] = ["期限止早于期限起。请核对。"]
    if signed_on > legal_day(timezone.now()):
        errors["signed_on"] = ["签订日期晚于今天。请填写实际日期。"]
    if errors:
        raise RegisterRefused(errors)
    _may_hold(kind, bodies[delegator], bodies[delegate])
    days = {"delegation_from": valid_from.isoformat(), "delegation_until": valid_until.isoformat()}
    told = {**terms, **days}
    judged = {name: value for name, value in told.items() if name != LIMIT}
    breaches = [
        f"{one.title}：{one.reason}（{one.source.cite() if one.source else ''}）{one.remedy}"
        for one in verdicts_on(kind=kind, delegator=bodies[delegator], terms=judged, on=signed_on)
        if one.refuses
    ]
    if breaches:
        raise RegisterRefused({"": breaches})
    row = Delegation.objects.create(
        kind=kind,
        number=number.strip(),
        delegator=bodies[delegator],
        delegate=bodies[delegate],
        terms=told,
        valid_from=valid_from,
        valid_until=valid_until,
        signed_on=signed_on,
        by=by,
        at=timezone.now(),
    )
    note(
        by,
        "delegation_signed",
        row.delegate.code,
        {"number": row.number, "delegator": delegator, "terms": told, "signed_on": signed_on.isoformat()},
    )
    return row


def _read(terms: Mapping[str, Any], on: date) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Read what an instrument says as facts of the common vocabulary, and by name what is none."""
    fields, read, errors = library().fields, dict[str, Any](), dict[str, list[str]]()
    for name, value in terms.items():
        if name == LIMIT:
            if isinstance(value, str) and _YUAN.fullmatch(value):
                read[name] = value
            else:
                errors[name] = ["请写数字，如 1000。"]
        elif name not in fields:
            errors[name] = [f"没有“{name}”这一项。"]
        else:
            try:
                read[name] = clean_value(fields[name], value, fields, on)
            except Unfit as fault:
                errors[name] = [f"“{fields[name].title}”{fault}"]
    return {name: value for name, value in read.items() if value is not None}, errors


def _wrong_entry(kind: str, number: str, sides: Mapping[str, str], known: set[str]) -> dict[str, list[str]]:
    errors = empty({"number": number}) | unfit(Delegation, {"number": number})
    if kind not in JUDGED_AS:
        errors["kind"] = ["请选择委托书或者赋权清单。"]
    for name, code in sides.items():
        if code not in known:
            errors[name] = [f"没有代码为“{code}”的机关。请先登记。"]
    if len(set(sides.values())) < len(sides):
        errors["delegate"] = ["委托机关不能委托自己。请另选。"]
    if Delegation.objects.filter(number=number.strip()).exists():
        errors["number"] = [f"编号“{number}”已登记。请核对编号。"]
    return errors


def publish_agreement(*, pk: int, on: date, where: str, by: str) -> DelegationEvent:
    """Append that both bodies made the agreement public. Raises RegisterRefused."""
    return _append(pk, DelegationEvent.Kind.PUBLISHED, on, where, by)


def end_agreement(*, pk: int, on: date, reason: str, by: str) -> DelegationEvent:
    """Append that the agreement ended before its time. Raises RegisterRefused."""
    return _append(pk, DelegationEvent.Kind.ENDED, on, reason, by)


@transaction.atomic
def _append(pk: int, kind: DelegationEvent.Kind, on: date, text: str, by: str) -> DelegationEvent:
    row = Delegation.objects.select_for_update(of=("self",)).select_related("delegate").filter(pk=pk).first()
    if row is None:
        raise RegisterRefused({"": ["没有这份委托书。请刷新页面后重试。"]})
    errors = not_theirs("note", "people.manage", by) | empty({"note": text})
    errors |= unfit(DelegationEvent, {"note": text})
    done = {event.kind for event in row.events.all()}
    if kind.value in done or "ended" in done:
        errors["note"] = [
            f"{row.number}已经{'终止' if 'ended' in done else '公布'}，不能再登记“{kind.label}”。"
        ]
    if on < row.signed_on or on > legal_day(timezone.now()):
        errors["on"] = ["日期应当在签订之后、今天之前（含）。请核对。"]
    if errors:
        raise RegisterRefused(errors)
    event = DelegationEvent.objects.create(
        delegation=row, kind=kind, on=on, note=text.strip(), by=by, at=timezone.now()
    )
    details = {"number": row.number, "on": on.isoformat(), "note": text.strip()}
    note(by, f"delegation_{kind.value}", row.delegate.code, details)
    return event


def _may_hold(kind: str, delegator: Agency, delegate: Agency) -> None:
    """Raise RegisterRefused where one body cannot give this power, or the other cannot hold it."""
    if kind == "delegation" and delegator.kind != AgencyKind.BUREAU:
        raise RegisterRefused(
            {"delegator": [f"{delegator.name}不是行政执法机关，无权委托。受委托组织不得再委托。"]}
        )
    if delegate.kind not in HOLDERS[kind]:
        named = "、".join(one.label for one in HOLDERS[kind])
        raise RegisterRefused(
            {"delegate": [f"{delegate.name}登记为“{delegate.get_kind_display()}”，只有{named}可以承接。"]}
        )
