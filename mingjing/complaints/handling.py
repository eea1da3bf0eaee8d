"""The steps of an office with a complaint, each an event; what stands against a step is said and nothing is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.complaints.access import Sight, eye_of, is_complained_about, parts_of, sight_of, standing
from mingjing.complaints.masking import masked, names_him
from mingjing.complaints.models import Complaint, ComplaintEvent
from mingjing.complaints.services import NotTaken, append
from mingjing.complaints.standing import SATISFIED, Standing
from mingjing.personnel.permissions import may
from mingjing.personnel.tree import subtree

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

LONGEST: Final = 3000
WAYS: Final[Mapping[str, str]] = {
    "page": "在查询页面答复",
    "phone": "电话告知",
    "paper": "书面答复",
    "face": "当面答复",
    "hotline": "回复 12345 平台",
}


def locked(complaint: Complaint) -> Complaint:
    """Give the complaint so that nobody else takes a step until the transaction ends."""
    return Complaint.objects.select_for_update().get(pk=complaint.pk)


@transaction.atomic
def assign(*, complaint: Complaint, handler: "Person", by: "Person", at: datetime) -> ComplaintEvent:
    """Give the complaint to somebody of the office who handles complaints and is not complained about."""
    found, now = _open(complaint, by, "complaint.handle")
    fit = handler.agency_id == now.office and may(handler, "complaint.handle", handler.agency.code)
    if not fit or is_complained_about(handler, found):
        raise NotTaken(
            f"{handler.name}不能承办：须是本机关办理投诉举报的人员，且不是被投诉人。", field="handler"
        )
    return append(found, "assigned", {"handler": handler.username}, by=by.username, at=at)


@transaction.atomic
def transfer(
    *, complaint: Complaint, to: "Agency", reason: str, by: "Person", at: datetime
) -> ComplaintEvent:
    """Hand the complaint over to another agency, never to the one whose conduct it is about."""
    found, now = _open(complaint, by, "complaint.handle")
    if to.pk == now.office:
        raise NotTaken("已经由这个机关办理。", field="to")
    if found.kind == "conduct" and to.pk in subtree(found.about_id):
        raise NotTaken("对执法行为的投诉不能转给被投诉的单位办理。", field="to")
    facts = {"office": to.pk, "office_name": to.name, "reason": _words(found, reason, "reason")}
    return append(found, "transferred", facts, by=by.username, at=at)


@transaction.atomic
def accept(*, complaint: Complaint, by: "Person", at: datetime) -> ComplaintEvent:
    """Say that it is handled here."""
    found, now = _open(complaint, by, "complaint.handle")
    if now.accepted_at:
        raise NotTaken("已经受理。")
    if not now.handler:
        append(found, "assigned", {"handler": by.username}, by=by.username, at=at)
    return append(found, "accepted", {}, by=by.username, at=at)


@transaction.atomic
def refuse(*, complaint: Complaint, reason: str, by: "Person", at: datetime) -> ComplaintEvent:
    """Not accept it, with the reason that the complainant reads."""
    found, now = _open(complaint, by, "complaint.handle")
    if now.accepted_at:
        raise NotTaken("已经受理的，请办理后答复。")
    return append(found, "refused", {"text": _words(found, reason, "text")}, by=by.username, at=at)


@transaction.atomic
def release(
    *, complaint: Complaint, text: str, files: Sequence[str], by: "Person", at: datetime
) -> ComplaintEvent:
    """Let the unit read the matter and ask it to explain: a text that a person has checked, files chosen one by one."""
    found, now = _accepted(complaint, by, "complaint.handle")
    if now.released is not None:
        raise NotTaken("已经转涉及单位说明。")
    known = {one["digest"]: one for one in found.files}
    said = _words(found, text, "text")
    facts = {"text": said, "files": [known[one] for one in files if one in known]}
    if masked(said, parts_of(found)) != said:
        raise NotTaken(
            "文字里还有号码、住址或者投诉人的自称。请改写后再转，例如把号码改为“（已屏蔽）”。", field="text"
        )
    return append(found, "released", facts, by=by.username, at=at)


@transaction.atomic
def explain(*, complaint: Complaint, text: str, by: "Person", at: datetime) -> ComplaintEvent:
    """Write down what the unit complained about says."""
    found = locked(complaint)
    now = standing(found)
    if sight_of(eye_of(by), found, now) is not Sight.UNIT:
        raise NotTaken("由被投诉的单位说明情况。")
    if now.ended:
        raise NotTaken("已经办结，不再接收说明。")
    return append(found, "explained", {"text": _plain(text, "text")}, by=by.username, at=at)


@transaction.atomic
def ask_extension(*, complaint: Complaint, reason: str, by: "Person", at: datetime) -> ComplaintEvent:
    """Ask for the one extension that the rule gives."""
    found, now = _accepted(complaint, by, "complaint.handle")
    if now.asked or now.extended or now.replied_at:
        raise NotTaken("已经申请过延长，或者已经答复。")
    return append(found, "extension_asked", {"text": _words(found, reason, "text")}, by=by.username, at=at)


@transaction.atomic
def decide_extension(
    *, complaint: Complaint, granted: bool, reason: str, by: "Person", at: datetime
) -> ComplaintEvent:
    """Grant or refuse an extension; never who asked for it."""
    found, now = _accepted(complaint, by, "complaint.approve")
    if now.asked is None:
        raise NotTaken("没有待批准的延长申请。")
    if by.username in {now.asked["by"], now.handler}:
        raise NotTaken("延长期限由承办人以外的人批准。")
    facts = {"text": _words(found, reason, "text")}
    return append(found, "extended" if granted else "not_extended", facts, by=by.username, at=at)


@transaction.atomic
def note(*, complaint: Complaint, text: str, by: "Person", at: datetime) -> ComplaintEvent:
    """Write down what was done."""
    found, _ = _accepted(complaint, by, "complaint.handle")
    return append(found, "noted", {"text": _words(found, text, "text")}, by=by.username, at=at)


@transaction.atomic
def reply(
    *, complaint: Complaint, text: str, ways: Sequence[str], by: "Person", at: datetime
) -> ComplaintEvent:
    """Reply: it stands on the complainant's page at once; `ways` says how else he was told."""
    found, now = _accepted(complaint, by, "complaint.handle")
    if now.handler != by.username:
        raise NotTaken("由承办人答复。")
    facts = {"text": _words(found, text, "text"), "ways": [one for one in ways if one in WAYS] or ["page"]}
    return append(found, "replied", facts, by=by.username, at=at)


@transaction.atomic
def call_back(
    *, complaint: Complaint, satisfaction: str, text: str, by: "Person", at: datetime
) -> ComplaintEvent:
    """Ask the complainant whether he is content; never who handled it."""
    found, now = _replied(complaint, by, "complaint.approve")
    if by.username == now.handler or any(
        one.by == by.username and one.kind == "replied" for one in _all(found)
    ):
        raise NotTaken("回访由承办人以外的人进行。")
    if satisfaction not in SATISFIED:
        raise NotTaken("请选择回访结果。", field="satisfaction")
    facts = {"satisfaction": satisfaction, "text": _words(found, text or SATISFIED[satisfaction], "text")}
    return append(found, "called_back", facts, by=by.username, at=at)


@transaction.atomic
def close(*, complaint: Complaint, text: str, by: "Person", at: datetime) -> ComplaintEvent:
    """Close it: replied to, and the complainant asked or heard."""
    found, now = _replied(complaint, by, "complaint.handle")
    if not (now.called_back or now.satisfaction):
        raise NotTaken("还没有回访，投诉人也没有评价。请先由承办人以外的人回访。")
    facts = {"text": _words(found, text or "办结。", "text"), "satisfaction": now.satisfaction}
    return append(found, "closed", facts, by=by.username, at=at)


@transaction.atomic
def decide_reopening(
    *, complaint: Complaint, granted: bool, reason: str, by: "Person", at: datetime
) -> ComplaintEvent:
    """Handle it once more, asked for or not, or say why not; never who handled it."""
    found = locked(complaint)
    now = _handled_here(found, by, "complaint.approve")
    if not now.ended:
        raise NotTaken("还没有办结。")
    if now.handler == by.username:
        raise NotTaken("是否重新办理由承办人以外的人决定。")
    if not granted and not now.reopen_asked:
        raise NotTaken("投诉人没有要求重新办理。")
    facts = {"text": _words(found, reason, "text")}
    return append(found, "reopened" if granted else "not_reopened", facts, by=by.username, at=at)


def _open(complaint: Complaint, by: "Person", action: str) -> tuple[Complaint, Standing]:
    """Give the complaint held, if it is this person's office's and not ended."""
    found = locked(complaint)
    now = _handled_here(found, by, action)
    if now.ended:
        raise NotTaken("已经办结。需要再办的，请先决定重新办理。")
    return found, now


def _handled_here(found: Complaint, by: "Person", action: str) -> Standing:
    now = standing(found)
    if sight_of(eye_of(by), found, now) is not Sight.OFFICE or not may(by, action, by.agency.code):
        raise NotTaken("这一步由办理机关中有权限的人员办理。")
    return now


def _accepted(complaint: Complaint, by: "Person", action: str) -> tuple[Complaint, Standing]:
    found, now = _open(complaint, by, action)
    if now.accepted_at is None:
        raise NotTaken("还没有受理。请先受理。")
    return found, now


def _replied(complaint: Complaint, by: "Person", action: str) -> tuple[Complaint, Standing]:
    found, now = _accepted(complaint, by, action)
    if now.replied_at is None:
        raise NotTaken("还没有答复。请先答复。")
    return found, now


def _all(found: Complaint) -> list[Any]:
    return list(found.events.all())


def _plain(text: str, field: str) -> str:
    said = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not said:
        raise NotTaken("请写明内容。", field=field)
    if len(said) > LONGEST:
        raise NotTaken(f"内容超过 {LONGEST} 个字。请缩短。", field=field)
    return said


def _words(complaint: Complaint, text: str, field: str) -> str:
    """Give what an officer wrote. Words that name the complainant are refused: events are read by more people."""
    said = _plain(text, field)
    if names_him(said, parts_of(complaint)):
        raise NotTaken("文字里有投诉人的姓名、电话或者住址。请改写为“投诉人”后再提交。", field=field)
    return said
