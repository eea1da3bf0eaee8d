"""One file of a file-review campaign: made as a test file, read, judged, objected to."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mingjing.appraisal import reading, results, selectors
from mingjing.appraisal.limits import terms_of
from mingjing.appraisal.selectors import Line
from mingjing.appraisal.standing import ROLES
from mingjing.appraisal.writing import NotDone
from mingjing.cases.selectors import case_by_own_code
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of
from mingjing.review.scoring import human_items, review_standard
from mingjing.supervision.services import note_access
from mingjing.web import filereview_page as pages
from mingjing.web.access import SignedRequest, allowed

LOOKED: Final = "案卷评查"
CHOICES: Final = 50  # files offered as a base of a test file


@require_http_methods(["GET", "POST"])
@allowed("filereview.manage")
def plant(request: SignedRequest, code: str) -> HttpResponseBase:
    """Make a test file: a copy of a file that was not drawn, one fact of which reads wrongly on purpose."""
    line = pages.line_for(request, code)
    if not line.organiser:
        raise Http404(code)
    typed = request.POST if request.method == "POST" else request.GET
    source, fault = typed.get("source", ""), ""
    taken = set(line.row.files.values_list("case_code", flat=True))
    free = [one for codes in line.row.frame.values() for one in codes if one not in taken][:CHOICES]
    body = pages.file_body(case_by_own_code(source)) if source in free else None
    if request.method == "POST":
        try:
            _plant(request, line, source, body)
        except NotDone as refused:
            fault = str(refused)
        else:
            messages.success(request, "测试卷已掺入样本，评查人员看不出它是测试卷。")
            return redirect("filereview", code)
    context = {
        "line": line,
        "free": [(one, case_by_own_code(one)) for one in free],
        "source": source if body else "",
        "body": body,
        "items": [one for one in review_standard().items if one.no in human_items()],
        "terms": terms_of(line.row.office),
        "typed": typed.dict(),
        "fault": fault,
    }
    return render(request, "web/filereview/plant.html", context, status=422 if fault else 200)


def _plant(request: SignedRequest, line: Line, source: str, body: dict[str, Any] | None) -> None:
    typed = request.POST
    if body is None:
        raise NotDone("请选择没有抽中的案卷作底本。")
    try:
        made = pages.altered(body, typed.get("place", ""), typed.get("text", "").strip()[:2000])
    except KeyError:
        raise NotDone("请选择要改动的内容，并写得与原来不同。") from None
    reading.plant(
        campaign=line.row,
        source=source,
        body=made,
        faults=[(typed.get("item", ""), typed.get("words", ""))],
        by=request.user,
        at=timezone.now(),
    )


@require_http_methods(["GET", "POST"])
@allowed("filereview.view")
def file(request: SignedRequest, code: str, key: str) -> HttpResponseBase:
    """One file: to its reader whole with the form, to its unit what was found in it, to the organiser both."""
    line = pages.line_for(request, code)
    found = line.row.files.select_related("agency").filter(key=key).first()
    own = reading.reading_for(line.row, line.now, request.user.username, key) if found else None
    reads = own is not None and line.now.state in {"opened", *selectors.TOLD}
    unit = found is not None and found.case_code and found.agency_id == request.user.agency_id and line.unit
    if found is None or not (reads or line.organiser or (unit and line.now.state in selectors.TOLD)):
        raise Http404(key)
    fault = ""
    if request.method == "POST":
        try:
            said = _file_step(request, line, key)
        except NotDone as refused:
            fault = str(refused)
        else:
            messages.success(request, said)
            return redirect("filereview", code)
    if found.case_code and not unit:
        case = case_by_own_code(found.case_code)
        note_access(case=case, by=request.user, why=f"{LOOKED}：{line.row.title}", at=timezone.now())
    return _file_page(request, line, found, own if reads else None, fault)


def _file_page(request: SignedRequest, line: Line, found: Any, own: Any, fault: str) -> HttpResponseBase:
    handed = line.now.opinion(found.key, own.role, request.user.username) if own else None
    # One who has handed in his own reads the others once all is told; before that only a third reader does.
    later = bool(handed) and line.now.state in selectors.TOLD
    sees = line.organiser or own is None or own.role == "third" or later
    opinions = line.now.opinions.get(found.key, []) if sees else ([handed] if handed else [])
    names = names_of(one.reader for one in opinions) if line.organiser else {}
    objection = line.now.objections.get(found.key)
    open_for = "announced" if own and own.role == "again" else "opened"
    unit = found.agency_id == request.user.agency_id
    context = {
        "line": line,
        "file": found,
        "body": pages.body_of(found),
        "own": own,
        "role": ROLES[own.role] if own else "",
        "handed": handed,
        "writes": bool(own and not handed and line.now.state == open_for),
        "stages": pages.items_by_stage(request.POST if fault else None),
        "typed": request.POST,
        "opinions": [
            (one, ROLES[one.role], names.get(one.reader, ""), results.marks_told(found, one)) for one in opinions
        ],
        "objection": objection,
        "unit": unit,
        "may_object": unit
        and line.now.state == "announced"
        and objection is None
        and may(request.user, "filereview.answer", request.user.agency.code),
        "fault": fault,
    }  # fmt: skip
    return render(request, "web/filereview/file.html", context, status=422 if fault else 200)


def _file_step(request: SignedRequest, line: Line, key: str) -> str:
    typed, kind = request.POST, request.POST.get("step", "")
    shared: dict[str, Any] = {"campaign": line.row, "key": key, "by": request.user, "at": timezone.now()}
    if kind == "opined":
        reading.opine(marks=_marks(request), overruled=_overruled(request), **shared)
        return "评查意见已提交。"
    if kind == "excused":
        reading.excuse(reason=typed.get("reason", ""), **shared)
        return "已回避，由抽取的下一名评查人员接手。"
    if kind == "appointed":
        reading.appoint(role=typed.get("role", ""), reader=typed.get("reader", ""), **shared)
        return "已指定评查人员。"
    if kind == "objected":
        reading.object_to(text=typed.get("text", ""), **shared)
        return "复核申请已提交，由没有评过这份案卷的人员复核。"
    raise NotDone("没有这一步。")


def _marks(request: SignedRequest) -> dict[str, tuple[int, str]]:
    typed = request.POST
    given = {no: typed.get(f"p-{no}", "").strip() for no in human_items()}
    words = {no: typed.get(f"w-{no}", "") for no in human_items()}
    for no, text in words.items():
        if text.strip() and given[no] in {"", "0"}:
            raise NotDone(f"第 {no} 项写了问题，没有写扣几分。")
    return {no: (pages.count(points), words[no]) for no, points in given.items() if points not in {"", "0"}}


def _overruled(request: SignedRequest) -> dict[str, str]:
    prefix = "o-"
    return {
        name.removeprefix(prefix): str(text)
        for name, text in request.POST.items()
        if name.startswith(prefix) and str(text).strip()
    }
