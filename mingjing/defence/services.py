"""The only writers of what a party hands in: written line by line, sent once as an act, never changed after."""

import hashlib
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mingjing.cases.services import ActRefused, Deed, Party, record_act
from mingjing.cases.timeline import moment
from mingjing.defence.access import Inside
from mingjing.defence.models import Received, StatementDraft
from mingjing.defence.party_file import Running
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.signin.tries import Tries
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import enqueue

RECEIVED: Final = "party_statement_received"
REQUESTED: Final = "hearing_requested"
MOST_LINES: Final = 20
LONGEST_TEXT, LONGEST_REQUEST = 1500, 400
SALT_BYTES: Final = 32
A_DAY: Final = Tries("party-arrivals", most=20, within=timedelta(days=1))
KINDS: Final = Received.Kind


class NotTaken(Exception):
    """Nothing was taken in or changed. The message is Chinese; `field` names the box it speaks of."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


# --- writing ----------------------------------------------------------------------------------


def draft_of(inside: Inside) -> StatementDraft:
    """Give what this party is writing, beginning it where there is nothing."""
    return _begun(StatementDraft.objects.all(), inside)


def _begun(drafts: QuerySet[StatementDraft], inside: Inside) -> StatementDraft:
    # Asked for and held in one question: what was found may be sent, and gone, before a second one.
    draft, _ = drafts.get_or_create(
        case_code=inside.case.code,
        party_key=inside.party_key,
        defaults={"once": secrets.token_hex(16), "saved_at": timezone.now()},
    )
    return draft


def write_line(*, inside: Inside, line: str, text: str, request: str) -> None:
    """Add an argument under the id of its form, or change the one that has it: sent twice it is there once."""
    said = _clean(text, LONGEST_TEXT, "意见", "text")
    if not said:
        raise NotTaken("请写下您的意见。", field="text")
    asked = _clean(request, LONGEST_REQUEST, "请求", "request")
    with transaction.atomic():
        draft = _locked(inside)
        known = _line(draft, line)
        if known is None:
            if len(draft.lines) >= MOST_LINES:
                raise NotTaken(f"一次最多写 {MOST_LINES} 条。请先提交，再写其余的。")
            known = {"id": line, "exhibits": []}
            draft.lines.append(known)
        known |= {"text": said, "request": asked}
        _save(draft)


def drop_line(*, inside: Inside, line: str) -> None:
    """Take a line back that is not sent yet; the files that came with it stay where they were taken in."""
    with transaction.atomic():
        draft = _locked(inside)
        draft.lines = [one for one in draft.lines if one["id"] != line]
        _save(draft)


def attach(*, inside: Inside, line: str, exhibit: Mapping[str, Any]) -> None:
    """Put a file that is in evidence beside an argument; the same file twice is there once."""
    with transaction.atomic():
        draft = _locked(inside)
        known = _line(draft, line)
        if known is None:
            raise NotTaken("这一条意见已经提交或者删除。请刷新后查看。")
        if all(one["digest"] != exhibit["digest"] for one in known["exhibits"]):
            known["exhibits"].append(dict(exhibit))
            _save(draft)


def _locked(inside: Inside) -> StatementDraft:
    _demand_open(inside)
    return _begun(StatementDraft.objects.select_for_update(), inside)


def _line(draft: StatementDraft, line: str) -> dict[str, Any] | None:
    return next((one for one in draft.lines if one["id"] == line), None)


def _save(draft: StatementDraft) -> None:
    draft.saved_at = timezone.now()
    draft.save(update_fields=["lines", "saved_at"])


def _demand_open(inside: Inside) -> None:
    if not inside.file.takes_statements:
        raise NotTaken("本案现在不接收在线陈述、申辩。已经作出决定的，请按决定书写明的途径申请复议或者起诉。")


def _clean(text: str, longest: int, title: str, field: str) -> str:
    """Give words as they are kept: one kind of line end, nothing that cannot be seen."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(
        one for one in plain if one == "\n" or unicodedata.category(one) not in {"Cc", "Cf", "Cs"}
    )
    if len(plain.strip()) > longest:
        raise NotTaken(f"{title}超过 {longest} 个字。请分成几条来写。", field=field)
    return plain.strip()


# --- sending ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """One thing to be handed in."""

    kind: str
    text: str = ""
    request: str = ""
    exhibits: Sequence[Mapping[str, Any]] = ()


@transaction.atomic
def send(*, inside: Inside, once: str, at: datetime) -> list[Received]:
    """Hand in every argument that is written: one act of the case, one row and log entry each, all or none.

    What was sent under `once` before is given again: a second click, another tab or a page sent again after a crash
    hands nothing in twice. Raises NotTaken, having written nothing.
    """
    drafts = StatementDraft.objects.select_for_update()
    found = drafts.filter(case_code=inside.case.code, party_key=inside.party_key, once=once).first()
    if found is None:
        return _again(inside, once)
    _demand_open(inside)
    lines = [_Line(KINDS.ARGUMENT, one["text"], one["request"], one["exhibits"]) for one in found.lines]
    if not lines:
        raise NotTaken("还没有写意见。请先写一条，再提交；没有意见的，请选择“没有意见”。")
    received = _hand_in(inside, lines, once=once, at=at, position="argues")
    found.delete()
    return received


@transaction.atomic
def declare(*, inside: Inside, kind: str, text: str, once: str, at: datetime) -> list[Received]:
    """Hand in a declaration: no arguments, a hearing demanded, no hearing demanded. Raises NotTaken."""
    # Whoever else sends for this party waits here: a double click finds what the first one has handed in.
    _begun(StatementDraft.objects.select_for_update(), inside)
    if earlier := _earlier(inside, once):
        return earlier
    _demand_open(inside)
    if kind in {KINDS.HEARING, KINDS.NO_HEARING} and inside.file.right("hearing") is None:
        raise NotTaken("告知书没有写明您有要求听证的权利，或者您已经提出过。有疑问的，请与承办人员联系。")
    said = _clean(text, LONGEST_TEXT, "说明", "text")
    return _hand_in(inside, [_Line(kind, said)], once=once, at=at, position=kind)


def _again(inside: Inside, once: str) -> list[Received]:
    if not (earlier := _earlier(inside, once)):
        raise NotTaken("这些意见已经提交，或者在别处改过。请刷新后查看。")
    return earlier


def _earlier(inside: Inside, once: str) -> list[Received]:
    return list(Received.objects.filter(once=once, case_code=inside.case.code, party_key=inside.party_key))


def _hand_in(
    inside: Inside, lines: Sequence[_Line], *, once: str, at: datetime, position: str
) -> list[Received]:
    if A_DAY.take(f"{inside.case.code}/{inside.party_key}", at=at) is None:
        raise NotTaken(f"一天最多提交 {A_DAY.most} 次。请把意见写在一起，明天再提交，或者到本机关当面提出。")
    limit = inside.file.right("hearing" if "hearing" in position else "statement")
    late, note = bool(limit and limit.over), _limit_in_words(limit)
    arrival = f"CS{legal_day(at):%Y%m%d}-{secrets.token_hex(4).upper()}"
    rows = [_row(inside, one, n, arrival, late, note, once, at) for n, one in enumerate(lines, 1)]
    deed = _deed(rows, arrival, position, late, note, at)
    try:
        act = record_act(case=inside.case, deed=deed, once=once)
    except ActRefused as refused:
        raise NotTaken("；".join(refused.trial.reasons())) from refused
    for row in rows:
        row.act_code = act.code
        row.commitment = act_commitment(bytes(row.salt), content_of(row))
        row.save(force_insert=True)
        leaf = {"c": inside.case.log_code, "h": row.commitment, "at": moment(at)}
        enqueue(kind="argument", data=leaf, ref=row.no)
        for one in row.exhibits:
            commitment = act_commitment(exhibit_salt(row, one["digest"]), exhibit_content(row, one))
            enqueue(kind="argument", data=leaf | {"h": commitment}, ref=exhibit_ref(row, one["digest"]))
    return rows


def _row(
    inside: Inside, line: _Line, n: int, arrival: str, late: bool, note: str, once: str, at: datetime
) -> Received:
    return Received(
        no=f"{arrival}-{n}",
        arrival_no=arrival,
        n=n,
        kind=line.kind,
        agency_id=inside.case.agency_id,
        case_code=inside.case.code,
        party_key=inside.party_key,
        text=line.text,
        request=line.request,
        exhibits=[dict(one) for one in line.exhibits],
        late=late,
        note=note,
        at=at,
        once=once,
        salt=secrets.token_bytes(SALT_BYTES),
    )


def _deed(rows: Sequence[Received], arrival: str, position: str, late: bool, note: str, at: datetime) -> Deed:
    evidence = list(dict.fromkeys(one["digest"] for row in rows for one in row.exhibits))
    facts: dict[str, Any] = {"arrival_no": arrival, "arrival_position": position, "arrival_late": late}
    if note:
        facts["arrival_late_note"] = note
    if position == KINDS.HEARING:
        said = rows[0].text or "要求听证。"
        facts = {"hearing_request_note": f"当事人在线提出（回执编号 {arrival}）：{said}"}
    if position == "argues":
        facts["party_arguments"] = [
            {"argument_no": row.no, "argument_text": row.said}
            | ({"argument_exhibits": "；".join(one["name"] for one in row.exhibits)} if row.exhibits else {})
            for row in rows
        ]
    kind = REQUESTED if position == KINDS.HEARING else RECEIVED
    return Deed(kind=kind, facts=facts, performers=(), by=Party(), done_at=at, evidence=evidence)


def _limit_in_words(limit: Running | None) -> str:
    if limit is None or limit.due is None:
        return ""
    said = f"期限至{chinese_date(limit.due, weekday=True)}届满（{limit.source}）。"
    return said + ("逾期提出的，仍予接收并复核。" if limit.over else "")


def content_of(row: Received) -> dict[str, Any]:
    """Give everything that the log entry of a row commits to, and that its receipt reveals."""
    return {
        "no": row.no,
        "kind": row.kind,
        "act": row.act_code,
        "text": row.text,
        "request": row.request,
        "exhibits": row.exhibits,
        "late": row.late,
        "at": moment(row.at),
    }


# A file has a log entry of its own for its hander-in. That of the evidence room would tell him, of a file which the
# agency has had before, who took it and where.


def exhibit_content(row: Received, exhibit: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the log entry of a file handed in commits to."""
    return {
        "no": row.no,
        **{name: exhibit[name] for name in ("digest", "name", "size")},
        "at": moment(row.at),
    }


def exhibit_salt(row: Received, digest: str) -> bytes:
    """Give the salt of that entry; nobody finds it who has not the salt of the argument."""
    return hashlib.sha256(bytes(row.salt) + digest.encode()).digest()


def exhibit_ref(row: Received, digest: str) -> str:
    """Give the reference of that entry."""
    return f"{row.no}/{digest[:32]}"
