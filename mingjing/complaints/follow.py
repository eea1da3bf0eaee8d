"""The complainant's own door: number and code, and what he may still say; he never learns who else asked."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from mingjing.complaints.access import parts_of, standing
from mingjing.complaints.handling import LONGEST, locked
from mingjing.complaints.masking import masked
from mingjing.complaints.models import ComplainantWords, Complaint, ComplaintEvent
from mingjing.complaints.services import NotTaken, append, code_digest
from mingjing.complaints.standing import SATISFIED
from mingjing.signin.tries import Tries

WAIT: Final = timedelta(minutes=30)
SESSION: Final = timedelta(minutes=30)
BY_NUMBER: Final = Tries("complaint-number", most=5, within=WAIT)
BY_ADDRESS: Final = Tries("complaint-address", most=20, within=WAIT)
SENT: Final = Tries("complaint-sent", most=10, within=timedelta(days=1))
ADDED: Final = Tries("complaint-added", most=20, within=timedelta(days=1))
RATINGS: Final = ("yes", "partly", "no")


class DoorClosed(Exception):
    """Nobody is let in. The Chinese message is the same whichever part was wrong."""


class DoorLocked(DoorClosed):
    """Too many tries with this number or from this address."""


def enter(*, no: str, code: str, address: str, at: datetime) -> Complaint:
    """Give the complaint of this number and code, or raise DoorClosed after the same work."""
    no, code = _bare(no), _bare(code)
    tries = BY_ADDRESS.take(address, at=at), BY_NUMBER.take(no, at=at)
    if None in tries:
        minutes = int(WAIT.total_seconds() // 60)
        raise DoorLocked(f"核对的次数过多，请过 {minutes} 分钟再试。")
    found = Complaint.objects.filter(no=no).first()
    kept = found.code_digest if found else hashlib.sha256(b"nobody").hexdigest()
    fits = hmac.compare_digest(code_digest(no, code), kept)
    if found is None or not fits:
        raise DoorClosed("登记编号或者查询码不对。请对照回执重新填写。")
    BY_ADDRESS.give_back(tries[0] or 0)
    BY_NUMBER.forget(no)
    return found


def _bare(typed: str) -> str:
    return "".join(one for one in typed[:60].upper() if one.isalnum() or one == "-")


def by_number(no: str) -> Complaint | None:
    """Give the complaint that somebody inside has proved to be his."""
    return Complaint.objects.filter(no=no).first()


@transaction.atomic
def add_material(
    *, complaint: Complaint, text: str, files: Sequence[Mapping[str, Any]] = (), at: datetime
) -> ComplaintEvent:
    """Add words and files; the words lie apart, the event has them masked."""
    said = _said(text)
    if not said and not files:
        raise NotTaken("请写明补充的情况，或者选择文件。", field="text")
    found = locked(complaint)
    if standing(found).ended:
        raise NotTaken("已经办结。还有新情况的，请要求重新办理。")
    facts = {"text": masked(said, parts_of(found)), "files": [dict(one) for one in files]}
    event = append(found, "material", facts, by="", at=at)
    ComplainantWords.objects.create(complaint=found, seq=event.seq, said=said)
    return event


@transaction.atomic
def rate(*, complaint: Complaint, satisfaction: str, text: str, at: datetime) -> ComplaintEvent:
    """Say how content he is with the reply."""
    found = locked(complaint)
    now = standing(found)
    if satisfaction not in RATINGS:
        raise NotTaken("请选择是否满意。", field="satisfaction")
    if now.replied_at is None:
        raise NotTaken("还没有答复，不能评价。")
    if now.satisfaction:
        raise NotTaken("这一次答复已经评价过，或者已经回访过。")
    said = _said(text)
    facts = {"satisfaction": satisfaction, "text": masked(said, parts_of(found)) or SATISFIED[satisfaction]}
    event = append(found, "rated", facts, by="", at=at)
    ComplainantWords.objects.create(complaint=found, seq=event.seq, said=said)
    return event


@transaction.atomic
def ask_reopening(*, complaint: Complaint, text: str, at: datetime) -> ComplaintEvent:
    """Ask that it be handled once more, with the reason."""
    said = _said(text)
    if not said:
        raise NotTaken("请写明为什么要求重新办理。", field="text")
    found = locked(complaint)
    now = standing(found)
    if not now.ended or now.reopen_asked:
        raise NotTaken("还没有办结，或者已经要求过重新办理。")
    facts = {"text": masked(said, parts_of(found))}
    event = append(found, "reopen_asked", facts, by="", at=at)
    ComplainantWords.objects.create(complaint=found, seq=event.seq, said=said)
    return event


def _said(text: str) -> str:
    said = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(said) > LONGEST:
        raise NotTaken(f"内容超过 {LONGEST} 个字。请缩短。", field="text")
    return said
