"""One step of an item: written once, committed to the log where it matters, its standing counted anew."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from mingjing.cases.timeline import moment
from mingjing.kit.clock import legal_day
from mingjing.personnel import selectors as register
from mingjing.rectification.kinds import LOGGED
from mingjing.rectification.models import Item, ItemUnit, Standing, Step
from mingjing.rectification.standing import Now, now_of
from mingjing.translog.keeping import keep, next_seq

LONGEST: Final = 3000


class NotRectified(Exception):
    """Nothing was written. The Chinese message says why and what mends it."""


def held(item: Item) -> Item:
    """Give an item that nobody else can write to in this transaction."""
    return Item.objects.select_for_update(of=("self",)).select_related("plan__agency").get(pk=item.pk)


def now(item: Item, at: datetime) -> Now:
    """Give where an item stands at a moment."""
    return now_of(Step.objects.filter(item=item).order_by("seq"), legal_day(at))


def append(item: Item, kind: str, facts: Mapping[str, Any], *, by: str, at: datetime) -> Step:
    """Write the next step and work out anew where the item stands. The caller holds item and transaction."""
    step = Step(item=item, seq=next_seq(item.steps), kind=kind, facts=dict(facts), by=by, at=at)
    keep(
        step,
        lambda made: content_of(item, made),
        kind="rectification",
        ref=f"{item.code}/{step.seq}",
        at=at,
        logged=kind in LOGGED,
    )
    refresh(item, legal_day(at))
    return step


def content_of(item: Item, step: Step) -> dict[str, Any]:
    """Give what a step commits to; a confirmation commits to the source and to what was proposed as well."""
    more = {"source": item.source, "proposed": item.proposed} if step.kind == "confirmed" else {}
    return {
        "item": item.code,
        "seq": step.seq,
        "step": step.kind,
        "facts": step.facts,
        "by": step.by,
        "at": moment(step.at),
        **more,
    }


def refresh(item: Item, today: date) -> None:
    """Write anew the rows by which lists find an item."""
    found = now_of(Step.objects.filter(item=item).order_by("seq"), today)
    before = Standing.objects.filter(item=item).first()
    same = before is not None and before.check_code == found.check
    Standing.objects.update_or_create(
        item=item,
        defaults={
            "agency": item.plan.agency,
            "state": found.state,
            "due": found.due,
            "permanent": found.permanent,
            "closed_on": found.closed_on,
            "check_code": found.check,
            "red": before.red if same and before else None,
            "counted_on": before.counted_on if same and before else None,
        },
    )
    ItemUnit.objects.filter(item=item).delete()
    codes = {one.agency for one in found.units if one.agency}
    known = {one.code: one for one in register.agencies() if one.code in codes} if codes else {}
    ItemUnit.objects.bulk_create(
        ItemUnit(item=item, place=place, leads=one.leads, name=one.name, agency=known.get(one.agency))
        for place, one in enumerate(found.units)
    )


def rebuild_standings(today: date, *, dry_run: bool = False) -> list[str]:
    """Work out anew from the steps where every item stands; give a Chinese line for each that stood otherwise."""
    told = []
    for item in Item.objects.select_related("plan__agency").order_by("pk").iterator():
        with transaction.atomic():
            held(item)
            stood = Standing.objects.filter(item=item).first()
            found = now_of(Step.objects.filter(item=item).order_by("seq"), today)
            names = [(one.name, one.leads) for one in ItemUnit.objects.filter(item=item)]
            right = (found.state, found.due, found.permanent, found.check)
            same = stood and (stood.state, stood.due, stood.permanent, stood.check_code) == right
            if same and names == [(one.name, one.leads) for one in found.units]:
                continue
            told.append(f"整改台账 {item.code}：状态与步骤记录不符，应为{found.state.label}")
            if not dry_run:
                refresh(item, today)
    return told


def clean(text: str, longest: int, title: str) -> str:
    """Give words as they are kept: one kind of line end, nothing that cannot be seen."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(one for one in plain if one == "\n" or unicodedata.category(one)[0] != "C").strip()
    if len(plain) > longest:
        raise NotRectified(f"{title}超过 {longest} 个字。请缩短。")
    return plain


def said(text: str, title: str) -> str:
    """Give words that must be there."""
    plain = clean(text, LONGEST, title)
    if not plain:
        raise NotRectified(f"请写明{title}。")
    return plain
