"""Complaints and orders of 12345: registering, reading, each step of handling. Who complained is never told here."""

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from django.http import FileResponse
from django.utils import timezone
from ninja import File, Form, Query
from ninja.files import UploadedFile

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found, refused
from mingjing.api.refusals import refusing
from mingjing.api.repeating import token_of
from mingjing.api.rooms.complaint_schemas import (
    ClueAnswer,
    ComplaintAnswer,
    ComplaintFilters,
    ComplaintGiven,
    ComplaintLine,
    ComplaintNo,
    ComplaintPage,
    OrderLine,
    OrdersAnswer,
    OrdersGiven,
    ReceivedAnswer,
    StepGiven,
)
from mingjing.api.rooms.rectification import kept_file
from mingjing.api.rows import page_of, told
from mingjing.api.schemas import Digest
from mingjing.complaints import carrying, entering, handling, orders, selectors
from mingjing.complaints.access import Sight
from mingjing.complaints.selectors import Line, NoSuchComplaint
from mingjing.complaints.services import NotTaken, receive, told_in
from mingjing.exchange.tables import read_table
from mingjing.exchange.unreadable import Unreadable
from mingjing.personnel.selectors import NotOnRegister, agency, person

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

room = Room("投诉举报")
VIEW, ENTER, HANDLE = "complaint.view", "complaint.enter", "complaint.handle"
APPROVE, EXPLAIN, IMPORT = "complaint.approve", "complaint.explain", "complaint.import"
Take = Callable[[Called, Line, StepGiven, datetime], object]
Sent = Annotated[list[UploadedFile], File(default_factory=list, description="照片、PDF，最多 3 个")]


@room.get("/complaints", VIEW, answer=ComplaintPage)
def list_complaints(request: Called, filters: Query[ComplaintFilters]) -> ComplaintPage:
    """列出投诉举报和 12345 工单，新的在前；不含投诉人身份。"""
    today = timezone.localdate()
    lines = [one for one in selectors.seen_by(request.auth.person) if _fits(one, filters)]
    if filters.state:
        lines = selectors.in_state(lines, filters.state, today)
    rows, links = page_of(request, lines, lambda one: one.row.no, filters)
    return ComplaintPage(items=[ComplaintLine.of(one, today) for one in rows], links=links)


def _fits(line: Line, filters: ComplaintFilters) -> bool:
    told_here = ComplaintLine.of(line, timezone.localdate())
    return (not filters.kind or told_here.kind == filters.kind) and (
        not filters.order_no or told_here.order_no == filters.order_no
    )


@room.get("/complaints/{no}", VIEW, answer=ComplaintAnswer)
def get_complaint(request: Called, no: ComplaintNo) -> ComplaintAnswer:
    """读取一件投诉举报和各个步骤；不含投诉人身份，涉及单位只读到转来的内容。"""
    return ComplaintAnswer.whole(_one(request, no), timezone.localdate())


@room.post("/complaints", ENTER, answer=ReceivedAnswer)
def register_complaint(request: Called, given: ComplaintGiven) -> ReceivedAnswer:
    """登记窗口、电话、来信、转来的投诉举报；投诉人身份封存，查询码只给这一次。"""
    typed = {name: str(value) for name, value in given.model_dump().items()}
    try:
        got = receive(
            told=told_in(typed, agency(given.about)),
            channel=given.channel,
            at=timezone.now(),
            by=request.auth.person,
            once=token_of(request),
        )
    except NotTaken as refusal:
        raise refused({refusal.field: [str(refusal)]}) from None
    except NotOnRegister as missing:
        raise refused({"about": [str(missing)]}) from None
    no = got.complaint.no
    return ReceivedAnswer(no=no, code=got.code, self=f"/api/v1/complaints/{no}")


@room.post("/complaints-with-files", ENTER, answer=ReceivedAnswer)
def register_complaint_with_files(
    request: Called, given: Form[ComplaintGiven], files: Sent
) -> ReceivedAnswer:
    """登记带附件（照片、PDF）的投诉举报（multipart/form-data）；与不带附件的登记相同。"""
    typed = {name: str(value) for name, value in given.model_dump().items()}
    with refusing(NotTaken):
        got = entering.enter(
            told=told_in(typed, _about(given.about)),
            channel=given.channel,
            uploads=files,
            by=request.auth.person,
            at=timezone.now(),
            once=token_of(request),
        )
    no = got.complaint.no
    return ReceivedAnswer(no=no, code=got.code, self=f"/api/v1/complaints/{no}")


def _about(code: str) -> "Agency":
    try:
        return agency(code)
    except NotOnRegister as missing:
        raise refused({"about": [str(missing)]}) from None


@room.file("/complaints/{no}/files/{digest}", VIEW, media=("application/octet-stream",))
def download_complaint_file(request: Called, no: ComplaintNo, digest: Digest) -> FileResponse:
    """下载一个附件的原始字节：办理机关看全部，涉及单位看转去的。"""
    if digest not in {one["digest"] for one in selectors.files_seen(_one(request, no))}:
        raise not_found()
    return kept_file(digest, no)


@room.post("/complaints/{no}/case", "act.clue", answer=ClueAnswer)
def open_case_of_complaint(request: Called, no: ComplaintNo) -> ClueAnswer:
    """把一件违法行为举报转为案件线索：除举报人身份外的内容都带过去；转过的返回原来的案件。"""
    line = _one(request, no)
    if line.sight is not Sight.OFFICE:
        raise not_found()
    with refusing(NotTaken):
        case = carrying.open_clue(complaint=line.row, by=request.auth.person, at=timezone.now())
    return ClueAnswer(case=case.code, self=f"/api/v1/cases/{case.code}")


@room.post("/complaints/{no}/steps", HANDLE, APPROVE, EXPLAIN, answer=ComplaintAnswer)
def take_complaint_step(request: Called, no: ComplaintNo, given: StepGiven) -> ComplaintAnswer:
    """办理一步：分派、转办、受理、说明、延期、答复、回访、办结等。需要的权限由步骤决定。"""
    line, (scope, take) = _one(request, no), STEPS[given.step]
    demand(request, scope)
    try:
        take(request, line, given, timezone.now())
    except NotTaken as refusal:
        raise refused({refusal.field: [str(refusal)]}) from None
    except NotOnRegister as missing:
        raise refused({"handler" if given.step == "assign" else "to": [str(missing)]}) from None
    return ComplaintAnswer.whole(_seen_after(request, line), timezone.localdate())


def _seen_after(request: Called, line: Line) -> Line:
    """How it stands now; as it was seen before where it was handed to another agency and is out of sight."""
    try:
        return selectors.one_for(request.auth.person, line.row.no)
    except NoSuchComplaint:
        return line


@room.post("/complaint-orders", IMPORT, answer=OrdersAnswer)
def import_orders(request: Called, given: Form[OrdersGiven], file: File[UploadedFile]) -> OrdersAnswer:
    """导入（默认只试）12345 热线工单的表格；同一工单不会登记两次。"""
    now, by = timezone.now(), request.auth.person
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"orders{Path(file.name or '').suffix[:8]}"
            with path.open("wb") as kept:
                for piece in file.chunks():
                    kept.write(piece)
            table = read_table(path)
        rows = orders.plan(table.headers, table.rows, by=by, at=now)
        if not given.dry_run:
            orders.carry_out(rows, by=by, at=now)
    except (Unreadable, NotTaken) as refusal:
        raise refused({"file": [str(refusal)]}) from None
    return OrdersAnswer(items=[told(OrderLine, one) for one in rows])


def _one(request: Called, no: str) -> Line:
    try:
        return selectors.one_for(request.auth.person, no)
    except NoSuchComplaint:
        raise not_found() from None


def _worded(take: Callable[..., object], name: str) -> Take:
    """A step that takes words and nothing else."""
    return lambda request, line, given, at: take(
        complaint=line.row, by=request.auth.person, at=at, **{name: given.text}
    )


def _decided(take: Callable[..., object], *, granted: bool) -> Take:
    """A decision on what was asked for."""
    return lambda request, line, given, at: take(
        complaint=line.row, granted=granted, reason=given.text, by=request.auth.person, at=at
    )


def _assign(request: Called, line: Line, given: StepGiven, at: datetime) -> object:
    return handling.assign(complaint=line.row, handler=person(given.handler), by=request.auth.person, at=at)


def _transfer(request: Called, line: Line, given: StepGiven, at: datetime) -> object:
    to = agency(given.to)
    return handling.transfer(complaint=line.row, to=to, reason=given.text, by=request.auth.person, at=at)


def _accept(request: Called, line: Line, given: StepGiven, at: datetime) -> object:
    return handling.accept(complaint=line.row, by=request.auth.person, at=at)


def _release(request: Called, line: Line, given: StepGiven, at: datetime) -> object:
    return handling.release(
        complaint=line.row, text=given.text, files=given.files, by=request.auth.person, at=at
    )


def _reply(request: Called, line: Line, given: StepGiven, at: datetime) -> object:
    return handling.reply(complaint=line.row, text=given.text, ways=given.ways, by=request.auth.person, at=at)


def _call_back(request: Called, line: Line, given: StepGiven, at: datetime) -> object:
    return handling.call_back(
        complaint=line.row, satisfaction=given.satisfaction, text=given.text, by=request.auth.person, at=at
    )


# Step -> the scope that it needs, and the service that takes it.
STEPS: Final[Mapping[str, tuple[str, Take]]] = {
    "assign": (HANDLE, _assign),
    "transfer": (HANDLE, _transfer),
    "accept": (HANDLE, _accept),
    "refuse": (HANDLE, _worded(handling.refuse, "reason")),
    "release": (HANDLE, _release),
    "explain": (EXPLAIN, _worded(handling.explain, "text")),
    "ask_extension": (HANDLE, _worded(handling.ask_extension, "reason")),
    "extend": (APPROVE, _decided(handling.decide_extension, granted=True)),
    "not_extend": (APPROVE, _decided(handling.decide_extension, granted=False)),
    "note": (HANDLE, _worded(handling.note, "text")),
    "reply": (HANDLE, _reply),
    "call_back": (APPROVE, _call_back),
    "close": (HANDLE, _worded(handling.close, "text")),
    "reopen": (APPROVE, _decided(handling.decide_reopening, granted=True)),
    "not_reopen": (APPROVE, _decided(handling.decide_reopening, granted=False)),
}
