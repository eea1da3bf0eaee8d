"""The ledger of rectification: items worked off on proof, checked and closed by others, sent back, done again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

from django.http import FileResponse
from django.utils import timezone
from ninja import File, Form, Query
from ninja.files import UploadedFile

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.rooms.rectification_schemas import (
    CheckAnswer,
    ItemNo,
    ItemStepGiven,
    ProgressGiven,
    ProofGiven,
    RectifyAnswer,
    RectifyBoard,
    RectifyFilters,
    RectifyingAgencyLine,
    RectifyLine,
    RectifyPage,
)
from mingjing.api.rows import newest_first
from mingjing.api.schemas import Digest
from mingjing.evidence.selectors import NotInEvidence, open_content
from mingjing.rectification import handling, papers
from mingjing.rectification import selectors as ledger
from mingjing.rectification.kinds import STEPS as TITLES
from mingjing.rectification.record import NotRectified

if TYPE_CHECKING:
    from mingjing.rectification.selectors import Line

room = Room("整改台账")
VIEW, WORK, REVIEW = "rectify.view", "rectify.work", "rectify.review"
SUPERVISE, BOARD = "rectify.supervise", "rectify.board"
Sent = Annotated[list[UploadedFile], File(default_factory=list, description="佐证文件，最多 5 个")]


@room.get("/rectification", VIEW, answer=RectifyPage)
def list_rectification_items(request: Called, filters: Query[RectifyFilters]) -> RectifyPage:
    """列出整改台账的项目。"""
    today, person = timezone.localdate(), request.auth.person
    asked = filters.model_dump(include={"state", "unit", "due", "plan", "agency", "mine"})
    rows, links = newest_first(request, ledger.items_of(person, asked, today), filters)
    return RectifyPage(items=[RectifyLine.of(one) for one in ledger.lines(rows, today)], links=links)


@room.get("/rectification-board", BOARD, answer=RectifyBoard)
def get_rectification_board(request: Called) -> RectifyBoard:
    """读取可以查阅的各机关的整改情况；按登记的顺序，不排名。"""
    found = ledger.board(request.auth.person, timezone.localdate())
    return RectifyBoard(items=[RectifyingAgencyLine.of(agency, counted) for agency, counted in found])


@room.get("/rectification/{item}", VIEW, answer=RectifyAnswer)
def get_rectification_item(request: Called, item: ItemNo) -> RectifyAnswer:
    """读取整改台账的一项和各个步骤。"""
    return item_told_whole(_item(request, item))


@room.post("/rectification/{item}/progress", WORK, answer=RectifyAnswer)
def report_rectification_progress(request: Called, item: ItemNo, given: ProgressGiven) -> RectifyAnswer:
    """报告整改进展。"""
    line, by = _item(request, item), request.auth.person
    with refusing(NotRectified):
        handling.report(item=line.item, text=given.text, expected=given.expected, by=by, at=timezone.now())
    return item_told_whole(_item(request, item))


@room.post("/rectification/{item}/proofs", WORK, answer=RectifyAnswer)
def hand_in_rectification_proof(
    request: Called, item: ItemNo, given: Form[ProofGiven], files: Sent
) -> RectifyAnswer:
    """提交佐证（multipart/form-data）：文件、案件、文书，至少一样。"""
    line = _item(request, item)
    with refusing(NotRectified):
        papers.hand_in(
            line=line,
            text=given.text,
            files=files,
            case_names=given.cases,
            document_codes=given.documents,
            by=request.auth.person,
            at=timezone.now(),
        )
    return item_told_whole(_item(request, item))


@room.post("/rectification/{item}/steps", WORK, REVIEW, SUPERVISE, answer=RectifyAnswer)
def take_rectification_step(request: Called, item: ItemNo, given: ItemStepGiven) -> RectifyAnswer:
    """办理一步：申请销号、审核销号、退回、要求重新整改、调整时限或者系统检查。申请人不能自己审核。"""
    line, (scopes, take) = _item(request, item), STEPS[given.step]
    if not request.auth.scopes & set(scopes):
        demand(request, scopes[0])
    with refusing(NotRectified):
        take(request, line, given, timezone.now())
    return item_told_whole(_item(request, item))


@room.post("/rectification/{item}/checks", WORK, REVIEW, SUPERVISE, answer=CheckAnswer)
def check_rectification_item(request: Called, item: ItemNo) -> CheckAnswer:
    """现在运行这一项的系统检查；已经销号而检查不通过的，重新整改。"""
    line, at = _item(request, item), timezone.now()
    with refusing(NotRectified):
        result = handling.checked(item=line.item, at=at)
    told = "" if result.green else handling.offences(result, request.auth.person)
    return CheckAnswer(
        green=result.green,
        seen=result.seen,
        red=result.red,
        offences=told,
        item=item_told_whole(_item(request, item)),
    )


@room.file("/rectification/{item}/files/{digest}", VIEW, media=("application/octet-stream",))
def download_rectification_proof(request: Called, item: ItemNo, digest: Digest) -> FileResponse:
    """下载一份佐证文件的原始字节。"""
    line = _item(request, item)
    if digest not in ledger.files_of(line.item):
        raise not_found()
    return kept_file(digest, line.item.code)


def kept_file(digest: str, dossier: str) -> FileResponse:
    """A file that was handed in, as bytes. Raises Problem."""
    try:
        stored = open_content(digest, dossier)
    except NotInEvidence:
        raise not_found() from None
    return FileResponse(
        stored.open(), as_attachment=True, filename=stored.name, content_type="application/octet-stream"
    )


def _item(request: Called, code: str) -> "Line":
    try:
        return ledger.one_for(request.auth.person, code, timezone.localdate())
    except ledger.NotInLedger:
        raise not_found() from None


def item_told_whole(line: "Line") -> RectifyAnswer:
    """An item with its story."""
    titles = {kind: str(one) for kind, one in TITLES.items()}
    return RectifyAnswer.whole(line, ledger.steps_of(line.item), titles)


Take = Callable[[Called, "Line", ItemStepGiven, datetime], object]


def _worded(service: Callable[..., object]) -> Take:
    """A step that takes words and nothing else."""
    return lambda request, line, given, at: service(
        item=line.item, text=given.text, by=request.auth.person, at=at
    )


def _extend(request: Called, line: "Line", given: ItemStepGiven, at: datetime) -> object:
    return handling.extend(item=line.item, due=given.due, text=given.text, by=request.auth.person, at=at)


def _change_check(request: Called, line: "Line", given: ItemStepGiven, at: datetime) -> object:
    return handling.change_check(
        item=line.item,
        check=given.check,
        since=given.since,
        text=given.text,
        by=request.auth.person,
        at=at,
    )


# Step -> the scopes of which one is needed, and the service that takes it.
STEPS: Final[Mapping[str, tuple[tuple[str, ...], Take]]] = {
    "submit": ((WORK,), _worded(handling.submit)),
    "close": ((REVIEW,), _worded(handling.close)),
    "send_back": ((REVIEW, SUPERVISE), _worded(handling.send_back)),
    "reopen": ((REVIEW, SUPERVISE), _worded(handling.reopen)),
    "extend": ((REVIEW,), _extend),
    "change_check": ((REVIEW,), _change_check),
}
