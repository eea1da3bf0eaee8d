"""Training and examinations: what a person learns and sits, what the head sees, what the administrator keeps."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mingjing.appraisal.selectors import missed_by
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.kit.parts import NARROW, Column
from mingjing.personnel import selectors
from mingjing.personnel.authority import terms_of
from mingjing.personnel.permissions import may
from mingjing.personnel.refusals import RegisterRefused
from mingjing.personnel.reviewers import review_staff
from mingjing.publicity import selectors as published
from mingjing.publicity.search import Wanted
from mingjing.review.rotation import rotation
from mingjing.training import applications, bank, courses, exams, hours
from mingjing.training.selectors import exam_by_pk, exams_set, own_sitting, sittings_of
from mingjing.typeset.printing import print_table
from mingjing.web import training_form as forms
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.register_form import Form

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

DECISIONS: Final = 8  # typical cases offered as courses
SHOWN: Final = 200


def _year(request: SignedRequest) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isdecimal() and len(text) == 4 else timezone.localdate().year


def _courses(person: "Person") -> list[courses.Course]:
    own = courses.findings_course(person)
    page = published.found(Wanted(on=timezone.localdate(), agency=person.agency.code))
    cases = [
        courses.decision_course(
            person,
            code=one.code,
            kind_title=one.kind_title,
            title=f"{one.document_no} {one.title}".strip(),
            link=one.code,
        )
        for one in page.entries[:DECISIONS]
    ]
    return [*([own] if own else []), *(one for one in cases if one.provisions), *courses.law_courses(person)]


# --- one's own desk -----------------------------------------------------------------------------


@allowed("training.learn")
def training(request: SignedRequest) -> HttpResponseBase:
    """One's own hours, courses, examinations and application."""
    return _own_page(request)


def _own_page(request: SignedRequest, refused: Form | None = None) -> HttpResponseBase:
    person, now = request.user, timezone.now()
    done = courses.counted(person, now.year)
    context = {
        "balance": hours.balance_of(person, _year(request)),
        "terms": terms_of(person.agency),
        "courses": [(one, one.code in done) for one in _courses(person)],
        "exams": [(one, sittings_of(person, one)) for one in exams_set(legal_day(now))],
        "applications": applications.applications_of(person),
        "form": refused or forms.apply_form(),
        "may_apply": "officer" in person.roles and not person.is_auxiliary,
        "refused": refused,
        "overlooked": len(missed_by(person)),
    }
    return render(request, "web/training/own.html", context, status=422 if refused else 200)


@never_cache
@require_POST
@allowed("training.learn")
def apply(request: SignedRequest) -> HttpResponseBase:
    """Ask for an enforcement certificate."""
    form = forms.apply_form().read(request.POST)
    if not form.accepted(applications.apply, by=request.user, at=timezone.now()):
        return _own_page(request, form)
    messages.success(request, "已提交申请，等待本机关负责人同意。", extra_tags="green")
    return redirect("training")


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("training.learn")
def course(request: SignedRequest, code: str) -> HttpResponseBase:
    """One course: the provisions to read (GET), its test drawn (POST)."""
    found = next((one for one in _courses(request.user) if one.code == code), None)
    if found is None:
        raise Http404(code)
    if request.method == "POST":
        try:
            drawn = courses.begin_quiz(
                person=request.user, course=found, seed=secrets.token_hex(16), at=timezone.now()
            )
            return redirect("course-test", drawn.pk)
        except courses.NotFinished as told:
            messages.error(request, str(told), extra_tags="amber")
    done = found.code in courses.counted(request.user, timezone.localdate().year)
    context = {"course": found, "done": done, "lessons": courses.lessons(request.user, found)}
    return render(request, "web/training/course.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("training.learn")
def quiz(request: SignedRequest, pk: int) -> HttpResponseBase:
    """The short test of a course; passed, its hours count."""
    found = courses.quiz_of(request.user, pk)
    if found is None:
        raise Http404(str(pk))
    told = ""
    if request.method == "POST":
        try:
            row = courses.finish_quiz(quiz=found, answers=_answers(request), at=timezone.now())
            messages.success(request, f"已完成“{row.title}”，计 {row.hours} 学时。", extra_tags="green")
            return redirect("training")
        except courses.NotFinished as failed:
            told = str(failed)
    return render(
        request, "web/training/quiz.html", {"quiz": found, "told": told}, status=422 if told else 200
    )


def _answers(request: SignedRequest) -> dict[str, list[str]]:
    return {
        name.removeprefix("q."): request.POST.getlist(name) for name in request.POST if name.startswith("q.")
    }


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("training.learn")
def exam(request: SignedRequest, pk: int) -> HttpResponseBase:
    """What an examination is (GET); the paper drawn and the clock started (POST)."""
    found = exam_by_pk(pk)
    if found is None:
        raise Http404(str(pk))
    if request.method == "POST":
        try:
            return redirect("sitting", exams.begin(exam=found, person=request.user, at=timezone.now()).pk)
        except exams.ExamRefused as told:
            messages.error(request, str(told), extra_tags="red")
    context = {
        "exam": found,
        "sittings": sittings_of(request.user, found),
        "kinds": dict(forms.QUESTION_KINDS),
    }
    return render(request, "web/training/exam.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("training.learn")
def sitting(request: SignedRequest, pk: int) -> HttpResponseBase:
    """The paper of a sitting; handed in, or closed by the server, it shows its mark."""
    found, now = own_sitting(request.user, pk), timezone.now()
    if found is None:
        raise Http404(str(pk))
    if request.method == "POST":
        result = exams.submit(sitting=found, answers=_answers(request), at=now)
        messages.success(
            request, f"已{result.get_ending_display()}，得 {result.mark} 分。", extra_tags="green"
        )
        return redirect("sitting", pk)
    exams.close_if_over(found, at=now)
    found = own_sitting(request.user, pk)
    if found is None:
        raise Http404(str(pk))
    done = exams.closed(found)
    context = {
        "sitting": found,
        "asked": exams.sheet_of(found),
        "result": found.result if done else None,
        "left": max(0, int((found.ends_at - now).total_seconds())),
    }
    return render(request, "web/training/sitting.html", context)


@never_cache
@require_POST
@allowed("training.learn")
def save(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Keep the answers so far; 409 once the sitting is closed."""
    found = own_sitting(request.user, pk)
    if found is None:
        raise Http404(str(pk))
    now = timezone.now()
    try:
        exams.save_answers(sitting=found, answers=_answers(request), at=now)
    except exams.ExamRefused as told:
        return JsonResponse({"told": str(told)}, status=409)
    return JsonResponse({"told": f"已保存 {timezone.localtime(now):%H:%M:%S}"})


@allowed("training.learn")
def hours_paper(request: SignedRequest) -> HttpResponseBase:
    """The certificate of one's hours of a year, line by line."""
    person, now = request.user, timezone.now()
    found = hours.balance_of(person, _year(request))
    columns = [
        Column("序号", NARROW), Column("完成日期", 2), Column("类别", 2), Column("内容", 6), Column("学时", NARROW),
    ]  # fmt: skip
    rows = [
        [str(n), chinese_date(one.on), one.get_kind_display(), one.title, str(one.hours)]
        for n, one in enumerate(found.lines, 1)
    ]
    reached = "已达到" if not found.short else f"还差 {found.short} 学时，未达到"
    sources = "；".join(terms_of(person.agency).hours_sources)
    pdf = print_table(
        title="行政执法人员培训学时证明",
        agency=person.agency.name,
        at=now,
        columns=columns,
        rows=rows,
        lines=[
            f"{person.name}（{person.username}），{person.department or '—'} {person.post}",
            f"{found.year} 年度累计 {found.hours} 学时，应当完成 {found.demanded} 学时，{reached}。",
        ],
        notes=[f"学时要求依据：{sources}。", f"打印日期：{chinese_date(legal_day(now))}。"],
        signs=["单位（盖章）："],
        upright=True,
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="training-hours.pdf"'
    return response


# --- head, supervisor, administrator ------------------------------------------------------------


@allowed("training.board")
def board(request: SignedRequest) -> HttpResponseBase:
    """Who has how many hours and who is short; applications that wait; results."""
    year = _year(request)
    ids = set(selectors.agencies_visible_to(request.user, "training.board"))
    bodies = [one for one in selectors.agencies() if one.pk in ids]
    lines = hours.balances(bodies, year)
    context = {
        "year": year,
        "lines": lines,
        "short": sum(bool(one.short) for one in lines),
        "several": len(bodies) > 1,
        "applications": applications.applications_seen_by(request.user, "training.board")[:SHOWN],
        "may_decide": may(request.user, "training.approve", request.user.agency.code),
        "may_manage": may(request.user, "training.manage", request.user.agency.code),
    }
    return render(request, "web/training/board.html", context)


@never_cache
@require_POST
@allowed("training.approve")
def decide(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Approve or refuse an application."""
    try:
        step = applications.decide(
            pk=pk,
            approved=request.POST.get("approved") == "true",
            opinion=request.POST.get("opinion", ""),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, f"已登记：{step.get_kind_display()}。", extra_tags="green")
    except RegisterRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
    return redirect("training-board")


@allowed("training.manage")
def desk(request: SignedRequest) -> HttpResponseBase:
    """The question bank, examinations and classes as the administrator keeps them."""
    return _desk_page(request)


def _desk_page(
    request: SignedRequest, refused: Form | None = None, report: bank.Report | None = None
) -> HttpResponseBase:
    made = {one.name: one for one in (forms.exam_form(), forms.class_form(_people(request)))}
    context = {
        "holdings": [
            (subject, [(title, counts.get(kind, 0)) for kind, title in forms.QUESTION_KINDS])
            for subject, counts in bank.holdings()
        ],
        "kinds": forms.QUESTION_KINDS,
        "exams": exams_set(),
        "forms": {**made, **({refused.name: refused} if refused else {})},
        "refused": refused,
        "report": report,
        "faults": report.faults[:SHOWN] if report else [],
    }
    return render(request, "web/training/desk.html", context, status=422 if refused else 200)


def _people(request: SignedRequest) -> list[tuple[str, str]]:
    rows = selectors.people_visible_to(request.user).filter(is_active=True).select_related("agency")
    return [(one.username, f"{one.agency.short_name}　{one.name}（{one.username}）") for one in rows]


@never_cache
@require_POST
@allowed("training.manage")
def desk_step(request: SignedRequest, step: str) -> HttpResponseBase:
    """Import questions, set an examination or enter a class."""
    steps: dict[str, Callable[[SignedRequest], HttpResponseBase]] = {
        "import": _import,
        "exam": _set_exam,
        "class": _enter_class,
    }
    if step not in steps:
        raise Http404(step)
    return steps[step](request)


def _import(request: SignedRequest) -> HttpResponseBase:
    file = request.FILES.get("file")
    form = forms.import_form().read(request.POST)
    if not isinstance(file, UploadedFile):
        form.errors["file"] = ["没有选择文件。请先选择一个 JSON 文件。"]
    elif (file.size or 0) > bank.LARGEST:
        form.errors["file"] = ["文件超过 32 MB。请分成几个文件导入。"]
    else:
        try:
            report = bank.import_questions(
                file.read(), subject=form.typed["subject"] or "未分科目", by=request.user.username
            )
            return _desk_page(request, report=report)
        except RegisterRefused as refused:
            form.errors = refused.errors
    return _desk_page(request, form)


def _set_exam(request: SignedRequest) -> HttpResponseBase:
    form = forms.exam_form().read(request.POST)
    parts = forms.parts_of(form)

    def set_one(**typed: Any) -> None:
        figures = {name: int(typed.pop(name) or 0) for name in forms.FIGURES}
        typed |= {**figures, "parts": parts}
        exams.define_exam(**typed, at=timezone.now(), by=request.user.username)

    if not form.accepted(set_one):
        return _desk_page(request, form)
    messages.success(request, f"已设定考试“{form.typed['title']}”。", extra_tags="green")
    return redirect("training-desk")


def _enter_class(request: SignedRequest) -> HttpResponseBase:
    form = forms.class_form(_people(request)).read(request.POST)

    def enter(*, username: str, title: str, hours_counted: str, on: date, proof: str) -> None:
        hours.record_class(
            username=username,
            title=title,
            hours=int(hours_counted) if hours_counted.isdecimal() and len(hours_counted) < 5 else 0,
            on=on,
            proof=proof,
            by=request.user.username,
            at=timezone.now(),
        )

    if not form.accepted(enter):
        return _desk_page(request, form)
    messages.success(request, "已登记培训学时。", extra_tags="green")
    return redirect("training-desk")


# --- reviewers ------------------------------------------------------------------------------------


@allowed("people.view")
def reviewers(request: SignedRequest) -> HttpResponseBase:
    """Reviewers against the share that is demanded, whose turn it is, and counsel."""
    ids = set(selectors.agencies_visible_to(request.user, "people.view"))
    bodies = [one for one in selectors.agencies() if one.pk in ids and one.kind in {"bureau", "township"}]
    today = timezone.localdate()
    context = {"lines": [(one, review_staff(one), rotation(one, today)) for one in bodies]}
    return render(request, "web/people/reviewers.html", context)
