"""The officer's handbook on the phone and as a book, and the official lists as tables on paper."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from mingjing.cases.law import law_for
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.kit.parts import NARROW, Column, Part
from mingjing.lawengine.model import Law
from mingjing.packs.catalogues import recording_list, review_catalogue
from mingjing.packs.conduct import checklists
from mingjing.packs.handbook import handbook as bind
from mingjing.packs.load import library
from mingjing.packs.procedures import limited_to
from mingjing.typeset.printing import print_book, print_table
from mingjing.web.access import SignedRequest, allowed

TITLE = "行政执法手册"


def _law(request: SignedRequest) -> Law:
    agency = request.user.agency
    return limited_to(law_for(agency), agency.enforcements)


def _parts(request: SignedRequest) -> list[Part]:
    agency = request.user.agency
    lists = checklists(library(), region=agency.region, field=agency.field, agency=agency.code)
    return bind(_law(request), lists)


@allowed("packs.view")
def handbook(request: SignedRequest) -> HttpResponseBase:
    """The handbook chapter by chapter; one chapter is open at a time, so that a phone can carry it."""
    chapters = _chapters(_parts(request))
    asked = request.GET.get("chapter", "1")
    at = int(asked) if asked.isdecimal() and 1 <= int(asked) <= len(chapters) else 1
    title, parts = chapters[at - 1]
    context = {
        "chapters": [(number, name) for number, (name, _) in enumerate(chapters, 1)],
        "at": at,
        "title": title,
        "parts": parts,
        "before": at - 1,
        "after": at + 1 if at < len(chapters) else 0,
    }
    return render(request, "web/guidance/handbook.html", context)


def _chapters(parts: Sequence[Part]) -> list[tuple[str, list[Part]]]:
    chapters: list[tuple[str, list[Part]]] = []
    for part in parts:
        if part["kind"] == "heading" and part["level"] == 1:
            chapters.append((part["text"], []))
        else:
            chapters[-1][1].append(part)
    return chapters


@allowed("packs.view")
def handbook_book(request: SignedRequest) -> HttpResponseBase:
    """The whole handbook as a PDF book."""
    now, law = timezone.now(), _law(request)
    lines = [chinese_date(legal_day(now)), f"由现行法规包生成，摘要 {law.digest[:16]}"]
    book = print_book(
        title=TITLE, agency=request.user.agency.name, at=now, parts=_parts(request), lines=lines
    )
    return _paper(book, "handbook")


@allowed("packs.view")
def recording_paper(request: SignedRequest) -> HttpResponseBase:
    """音像记录事项清单 as the official table."""
    columns = [
        Column("序号", NARROW), Column("执法类别", NARROW), Column("记录环节", 2), Column("记录方式", 2),
        Column("开始时间", 2), Column("记录内容", 4), Column("结束时间", 2), Column("存储期限", 1), Column("备注", 3),
    ]  # fmt: skip
    rows = [
        [
            str(number), line.enforcement, line.act, f"{line.scope}：{line.way}", line.start, line.content, line.end,
            line.keep, line.note,
        ]
        for number, line in enumerate(recording_list(_law(request)), 1)
    ]  # fmt: skip
    return _list(request, "音像记录事项清单", columns, rows, "recording-list")


@allowed("packs.view")
def review_paper(request: SignedRequest) -> HttpResponseBase:
    """重大执法决定法制审核目录清单 as the official table."""
    columns = [
        Column("序号", NARROW), Column("执法类别", NARROW), Column("执法决定", 2), Column("审核事项", 3),
        Column("情形和标准", 3), Column("依据", 4),
    ]  # fmt: skip
    rows = [
        [
            str(number), line.enforcement, "、".join(line.decisions), line.matter, line.standard,
            f"{line.source.cite()}：{line.quote}",
        ]
        for number, line in enumerate(review_catalogue(_law(request)), 1)
    ]  # fmt: skip
    return _list(request, "重大执法决定法制审核目录清单", columns, rows, "review-catalogue")


def _list(
    request: SignedRequest, title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], name: str
) -> HttpResponse:
    now, agency = timezone.now(), request.user.agency
    paper = print_table(
        title=title,
        agency=agency.name,
        at=now,
        columns=columns,
        rows=rows,
        lines=[f"编制机关：{agency.name}　　编制日期：{_day(now)}　　共 {len(rows)} 项"],
        notes=["本清单由系统按执行中的规则生成：规则改变，清单随之改变。"],
    )
    return _paper(paper, name)


def _day(moment: datetime) -> str:
    return chinese_date(legal_day(moment))


def _paper(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
