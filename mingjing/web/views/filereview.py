"""File-review campaigns: plan and draw, read files of other agencies, tell the units, hear objections, the result."""

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.appraisal import planning, printed, reading, results, selectors, sight
from mingjing.appraisal.drawing import NotProven, bundle_of, declaration_of
from mingjing.appraisal.limits import due_after, terms_of
from mingjing.appraisal.planning import PROCEDURES, Plan
from mingjing.appraisal.selectors import Line
from mingjing.appraisal.standing import ROLES, STATES, TITLES, Standing
from mingjing.appraisal.writing import NotDone
from mingjing.cases.selectors import case_by_own_code
from mingjing.exchange.sheets import workbook_bytes
from mingjing.kit.clock import legal_day
from mingjing.packs.complaint_terms import Period
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_below, names_of
from mingjing.web import filereview_page as pages
from mingjing.web.access import SignedRequest, allowed

PAGE: Final = 50
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKED: Final = "案卷评查"
CHOICES: Final = 300  # files offered as a base of a test file


@require_GET
@allowed("filereview.view")
def campaigns(request: SignedRequest) -> HttpResponseBase:
    """The campaigns that concern this person, and the files he still has to read."""
    found = selectors.lines(request.user)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(one, STATES[one.now.state]) for one in page],
        "waiting": [(line, one, ROLES[one.role]) for line, one in selectors.waiting_for(request.user)],
        "may_plan": may(request.user, "filereview.manage", request.user.agency.code),
        "missed": len(selectors.missed_by(request.user)),
    }
    return render(request, "web/filereview/list.html", context)


@require_GET
@allowed("filereview.view")
def mine(request: SignedRequest) -> HttpResponseBase:
    """The known faults that this person overlooked, each with its item and source: his own list, for nobody else."""
    return render(request, "web/filereview/mine.html", {"missed": selectors.missed_by(request.user)})


@require_http_methods(["GET", "POST"])
@allowed("filereview.manage")
def new(request: SignedRequest) -> HttpResponseBase:
    """Plan a campaign."""
    terms, typed = terms_of(request.user.agency), request.POST
    fault, field = "", ""
    if request.method == "POST":
        try:
            row = planning.plan(
                told=_plan(request), by=request.user, at=timezone.now(), once=typed.get("once", "")[:64]
            )
        except NotDone as refused:
            fault, field = str(refused), refused.field
        else:
            messages.success(request, "名单已封存，抽样规则已公告。两方提交承诺后抽取样本。")
            return redirect("filereview", row.code)
    people = planning.candidates(request.user)
    context = {
        "units": [one for one in agencies_below(request.user.agency.code) if one != request.user.agency],
        "people": sorted(people, key=lambda one: (one.agency.code, one.username)),
        "procedures": PROCEDURES.items(),
        "terms": terms,
        "typed": typed.dict() if typed else {"take": "5", "share": str(terms.second_share_percent)},
        "agencies": typed.getlist("agencies"),
        "readers": typed.getlist("readers") if typed else [one.username for one in people],
        "kinds": typed.getlist("procedures") if typed else list(PROCEDURES),
        "once": typed.get("once") or secrets.token_hex(16),
        "fault": fault,
        "field": field,
    }
    return render(request, "web/filereview/new.html", context, status=422 if fault else 200)


def _plan(request: SignedRequest) -> Plan:
    typed = request.POST
    return Plan(
        title=typed.get("title", ""),
        begins=_day(typed.get("begins", ""), "begins"),
        ends=_day(typed.get("ends", ""), "ends"),
        procedures=typed.getlist("procedures"),
        agencies=typed.getlist("agencies"),
        take=pages.count(typed.get("take", "")),
        share=pages.count(typed.get("share", "")),
        readers=typed.getlist("readers"),
        party=typed.get("party", ""),
    )


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotDone("日期没有写对，应当像 2026-12-31。", field=field) from None


@require_GET
@allowed("filereview.view")
def campaign(request: SignedRequest, code: str) -> HttpResponseBase:
    """One campaign: how far it has come, what this person may do, what concerns him."""
    return _page(request, pages.line_for(request, code))


def _page(request: SignedRequest, line: Line, fault: str = "") -> HttpResponseBase:
    row, now = line.row, line.now
    files = selectors.files_of(row)
    page = Paginator(files, PAGE).get_page(request.GET.get("page"))
    told = now.state in selectors.TOLD
    steps = sight.steps_seen(line)
    names = names_of({*row.content["readers"], row.by, *(one.by for one in steps)})
    party = next(
        (name for name, one in row.content["parties"].items() if one == request.user.agency.code), ""
    )
    acts = party and (line.organiser or may(request.user, "filereview.answer", request.user.agency.code))
    context = {
        "line": line,
        "row": row,
        "now": now,
        "state": STATES[now.state],
        "terms": terms_of(row.office),
        "steps": [(one, TITLES[one.kind], names.get(one.by, one.by)) for one in steps],
        "parties": [(name, name in now.pledges, name in now.reveals) for name in row.content["parties"]],
        "party": party if acts else "",
        "digest": declaration_of(row).digest,
        "sizes": [(_agency(files, one), len(codes)) for one, codes in row.frame.items()],
        "kinds": "、".join(PROCEDURES[one] for one in row.content["procedures"]),
        "files": _files(line, page, names) if line.organiser else [],
        "page": page,
        "readers": _readers(files, line, names) if line.organiser else [],
        "own": _own(request, line, files) if line.unit and told else [],
        "readings": [
            (one, ROLES[one.role], now.opinion(one.file.key, one.role, request.user.username))
            for one in selectors.readings_for(request.user, line)
        ],
        "units": list(printed.result_rows(line)) if told else [],
        "fault": fault,
    }
    return render(request, "web/filereview/campaign.html", context, status=422 if fault else 200)


def _agency(files: list[Any], code: str) -> str:
    return next((one.agency.name for one in files if one.agency.code == code), code)


def _files(line: Line, page: Iterable[Any], names: dict[str, str]) -> list[dict[str, Any]]:
    row, now, files = line.row, line.now, list(page)
    review = terms_of(row.office).review
    lacking = dict[str, list[str]]()
    for file, role in reading.lacking(row, now, files):
        lacking.setdefault(file.key, []).append(role)
    held = dict[str, list[tuple[str, str, Any]]]()
    for one in reading.readings_of(row, now, files):
        opinion = now.opinion(one.file.key, one.role, one.reader)
        held.setdefault(one.file.key, []).append(
            (ROLES[one.role], names.get(one.reader, one.reader), opinion)
        )
    finals = results.final_scores(row, now)
    return [
        {
            "file": file,
            "readings": held.get(file.key, []),
            "lacking": [(role, ROLES[role]) for role in lacking.get(file.key, [])],
            "free": [
                (one, names.get(one, one)) for one in reading.free_readers(row, now, file)
            ] if lacking.get(file.key) else [],
            "final": finals.get(file.key),
            "objection": now.objections.get(file.key),
            "answer_by": _answer_by(now, file.key, review),
        }
        for file in files
    ]  # fmt: skip


def _answer_by(now: Standing, key: str, review: Period) -> date | None:
    """By when an objection that nobody has decided is to be decided."""
    asked = now.objections.get(key)
    waits = asked is not None and now.opinion(key, "again") is None
    return due_after(review, legal_day(asked.at)) if asked and waits else None


def _readers(files: list[Any], line: Line, names: dict[str, str]) -> list[dict[str, Any]]:
    told = []
    for one in results.readers_of(files, line.now):
        low, high = one.rate.interval or (0.0, 1.0)
        told.append(
            {
                "name": names.get(one.username, one.username),
                "rate": one.rate,
                "low": round(100 * low),
                "high": round(100 * high),
            }
        )
    return told


def _own(request: SignedRequest, line: Line, files: list[Any]) -> list[dict[str, Any]]:
    found = {file.key: (score, vetoed) for file, score, vetoed, _ in printed.file_rows(line)}
    return [
        {
            "file": one,
            "case": case_by_own_code(one.case_code),
            "score": found[one.key][0],
            "vetoed": found[one.key][1],
            "objection": line.now.objections.get(one.key),
        }
        for one in files
        if one.case_code and one.agency_id == request.user.agency_id and one.key in found
    ]


@require_POST
@allowed("filereview.view")
def step(request: SignedRequest, code: str) -> HttpResponseBase:
    """Take a step of the campaign as a whole."""
    line, kind, now = pages.line_for(request, code), request.POST.get("step", ""), timezone.now()
    shared: dict[str, Any] = {"campaign": line.row, "by": request.user, "at": now}
    try:
        if kind == "pledged":
            planning.pledge(commits=request.POST.get("commitment", "").strip().lower(), **shared)
        elif kind == "revealed":
            planning.reveal(nonce=request.POST.get("nonce", "").strip().lower(), **shared)
        elif kind == "dropped":
            planning.drop(reason=request.POST.get("reason", ""), **shared)
        elif kind == "opened":
            reading.open_reading(**shared)
        elif kind == "announced":
            reading.announce(**shared)
        elif kind == "closed":
            reading.close(**shared)
        else:
            raise NotDone("没有这一步。")
    except NotDone as refused:
        return _page(request, line, str(refused))
    messages.success(request, f"已办理：{TITLES[kind]}。")
    return redirect("filereview", code)


@require_GET
@allowed("filereview.view")
def bundle(request: SignedRequest, code: str) -> HttpResponseBase:
    """The draw for everybody whom the campaign concerns, once it is told; for the organiser at once."""
    line = pages.line_for(request, code)
    if not sight.draw_seen(line):
        raise Http404(code)
    try:
        data = bundle_of(line.row)
    except NotProven as missing:
        return _page(request, line, str(missing))
    headers = {"Content-Disposition": f'attachment; filename="file-review-{code}.json"'}
    return HttpResponse(data, content_type="application/json", headers=headers)


def _told(request: SignedRequest, code: str) -> Line:
    line = pages.line_for(request, code)
    if not sight.result_seen(line):
        raise Http404(code)
    return line


@require_GET
@allowed("filereview.view")
def result_paper(request: SignedRequest, code: str) -> HttpResponseBase:
    """The result document."""
    line = _told(request, code)
    return HttpResponse(printed.result_pdf(line, at=timezone.now()), content_type="application/pdf")


@require_GET
@allowed("filereview.view")
def result_sheet(request: SignedRequest, code: str) -> HttpResponseBase:
    """The result as a workbook: units, and every point lost with its words."""
    line = _told(request, code)
    units = [["名次", "单位", "份数", "平均分", "否决", "等次"], *printed.result_rows(line)]
    lost = [["单位", "卷号", "得分", "否决", "项目", "名称", "扣分", "理由", "由谁查出"]]
    for one, score, vetoed, opinions in printed.file_rows(line):
        head = [one.agency.name, one.key, str(score), "是" if vetoed else ""]
        told = [row for opinion in opinions for row in results.marks_told(one, opinion)]
        lost += [
            [*head, no, title, str(points), words, who]
            for no, title, points, words, who in dict.fromkeys(told)
        ] or [[*head, "", "没有扣分", "", "", ""]]
    answer = HttpResponse(workbook_bytes({"单位": units, "逐份扣分": lost}), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="file-review-{code}.xlsx"'
    return answer
