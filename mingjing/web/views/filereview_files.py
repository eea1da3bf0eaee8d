"""One file of a file-review campaign: made as a test file, read, judged, objected to."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mingjing.appraisal import bodies, reading, results, sight
from mingjing.appraisal.limits import terms_of
from mingjing.appraisal.selectors import Line
from mingjing.appraisal.standing import ROLES
from mingjing.appraisal.writing import NotDone
from mingjing.cases.selectors import case_by_own_code
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
    body = bodies.file_body(case_by_own_code(source)) if source in free else None
    if request.method == "POST":
        try:
            _plant(request, line, source)
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


def _plant(request: SignedRequest, line: Line, source: str) -> None:
    typed = request.POST
    bodies.plant_altered(
        campaign=line.row,
        source=source,
        place=typed.get("place", ""),
        text=typed.get("text", ""),
        faults=[(typed.get("item", ""), typed.get("words", ""))],
        by=request.user,
        at=timezone.now(),
    )


@require_http_methods(["GET", "POST"])
@allowed("filereview.view")
def file(request: SignedRequest, code: str, key: str) -> HttpResponseBase:
    """One file: to its reader whole with the form, to its unit what was found in it, to the organiser both."""
    line = pages.line_for(request, code)
    try:
        look = sight.look_at(request.user, line, key)
    except sight.NoSuchFile:
        raise Http404(key) from None
    fault = ""
    if request.method == "POST":
        try:
            said = _file_step(request, line, key)
        except NotDone as refused:
            fault = str(refused)
        else:
            messages.success(request, said)
            return redirect("filereview", code)
    if look.file.case_code and not look.unit:
        case = case_by_own_code(look.file.case_code)
        note_access(case=case, by=request.user, why=f"{LOOKED}：{line.row.title}", at=timezone.now())
    return _file_page(request, line, look, fault)


def _file_page(request: SignedRequest, line: Line, look: sight.Look, fault: str) -> HttpResponseBase:
    found, own = look.file, look.own
    names = names_of(one.reader for one in look.opinions) if line.organiser else {}
    context = {
        "line": line,
        "file": found,
        "body": bodies.body_of(found),
        "own": own,
        "role": ROLES[own.role] if own else "",
        "handed": look.handed,
        "writes": look.writes,
        "stages": pages.items_by_stage(request.POST if fault else None),
        "typed": request.POST,
        "opinions": [
            (one, ROLES[one.role], names.get(one.reader, ""), results.marks_told(found, one)) for one in look.opinions
        ],
        "objection": look.objection,
        "unit": look.unit,
        "may_object": look.objects,
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
