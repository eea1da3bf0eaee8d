"""Moving old data in: a file handed in, its columns and words settled, the trial read and confirmed by a head."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.exchange.migration import roles, selectors, services, stumbling
from mingjing.exchange.migration.services import MigrationRefused
from mingjing.exchange.migration.sorts import SORTS
from mingjing.exchange.unreadable import Unreadable
from mingjing.personnel.permissions import Scope, may, role_names, scope_of
from mingjing.personnel.refusals import RegisterRefused
from mingjing.personnel.selectors import NotOnRegister, agencies, agency, names_of
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.exchange.models import Migration
    from mingjing.personnel.models import Agency

LARGEST: Final = 30 * 1024 * 1024  # forms without evidence take little more
PAGE: Final = 50
SURE: Final = {
    "same": ("高", "green", "名称一致"),
    "code": ("高", "green", "字段码一致"),
    "saved": ("高", "green", "上次同样的表格这样对应"),
    "ruled": ("高", "green", "已由人指定"),
    "near": ("中", "amber", "名称相近，请核对"),
    "ask": ("低", "red", "有几种可能，请核对"),
    "unknown": ("", "", "没有认出，不迁入"),
    "empty": ("", "", "没有列名"),
}
TONES: Final = {
    "ready": "green",
    "done": "green",
    "refused": "red",
    "stored": "blue",
    "skipped": "",
    "waiting": "",
}
STATES: Final = {
    "mapping": "amber", "checking": "blue", "checked": "amber", "running": "blue", "done": "green",
    "failed": "red", "stuck": "red",
}  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("migrate.view")
def migrations(request: SignedRequest) -> HttpResponseBase:
    """What was moved in so far and what is under way; a new file is handed in here."""
    fault = ""
    if request.method == "POST":
        try:
            return redirect("migration", _handed_in(request).code)
        except (Unreadable, MigrationRefused) as refused:
            fault = str(refused)
    found = Paginator(selectors.migrations_seen_by(request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "query": "",
        "lines": [(one, SORTS[one.sort].title, STATES.get(one.state, "")) for one in found],
        "names": names_of({one.prepared_by for one in found}),
        "sorts": selectors.sorts_for(request.user),
        "chosen": request.POST.get("sort", ""),
        "agencies": _agencies(request),
        "largest": LARGEST // 1024 // 1024,
        "fault": fault,
    }
    return render(request, "web/migration/list.html", context, status=422 if fault else 200)


def _agencies(request: SignedRequest) -> "list[Agency]":
    return agencies() if scope_of(request.user.roles, "migrate.people") is Scope.ALL else []


def _handed_in(request: SignedRequest) -> "Migration":
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise Unreadable("请选择要迁入的文件")
    if (sent.size or 0) > LARGEST:
        most = LARGEST // 1024 // 1024
        raise Unreadable(
            f"文件超过 {most} MB。请由管理员用 mingjing migration 命令迁入，或者按年份分成几个文件"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "old"
        with path.open("wb") as kept:
            for piece in sent.chunks():
                kept.write(piece)
        return services.begin(
            path=path,
            name=Path(sent.name or "").name,
            sort=request.POST.get("sort", ""),
            agency=_chosen_agency(request),
            by=request.user,
            at=timezone.now(),
            sheet=request.POST.get("sheet", "").strip()[:100],
        )


def _chosen_agency(request: SignedRequest) -> "Agency":
    if not (code := request.POST.get("agency", "")):
        return request.user.agency
    try:
        return agency(code)
    except NotOnRegister:
        raise MigrationRefused("没有这个机关。请重新选择") from None


def _migration(request: SignedRequest, code: str) -> "Migration":
    try:
        return selectors.migration_by_code(request.user, code)
    except selectors.NoSuchMigration:
        raise Http404(code) from None


@never_cache
@require_GET
@allowed("migrate.view")
def migration(request: SignedRequest, code: str) -> HttpResponseBase:
    """One migration as far as it has come."""
    return _shown(request, _migration(request, code))


def _shown(request: SignedRequest, one: "Migration", fault: str = "") -> HttpResponseBase:
    sort, counts = SORTS[one.sort], selectors.counts(one)
    state = request.GET.get("state", "")
    rows = selectors.report(one, state if state in counts else "")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    whole = sum(counts.values())
    past = one.rows.filter(line__lte=one.cursor).count() if one.staged and one.cursor else 0
    mine = may(request.user, sort.permission, one.agency.code)
    may_confirm = may(request.user, "migrate.confirm", one.agency.code)
    context: dict[str, Any] = {
        "one": one,
        "sort": sort,
        "tone": STATES.get(one.state, ""),
        "counts": counts,
        "tabs": [
            (key, title, counts[key], TONES[key]) for key, title in selectors.row_states() if counts[key]
        ],
        "whole": whole,
        "past": past,
        "share": past * 100 // whole if whole else 0,
        "columns": _columns(one) if mine and one.state in services.OPEN else [],
        "fields": list(sort.fields().values()),
        "units": services.UNITS,
        "words": _words(one) if mine and one.state == "checked" else [],
        "mine": mine,
        "may_confirm": may_confirm,
        "own": one.prepared_by == request.user.username,
        "names": names_of({one.prepared_by, one.confirmed_by} - {""}),
        "busy": one.state in ("checking", "running"),
        "may_drop": (mine or may_confirm) and services.may_be_dropped(one),
        "page": page,
        "query": f"state={state}" if state in counts else "",
        "state": state,
        "tried": len(stumbling.WAITS),
        "fault": fault,
    }
    return render(request, "web/migration/one.html", context, status=422 if fault else 200)


def _columns(one: "Migration") -> list[dict[str, Any]]:
    return [
        {**column, "samples": samples, "sure": SURE[column["how"]], "money": _money(one, column)}
        for column, samples in zip(one.columns, one.samples, strict=True)
    ]


def _money(one: "Migration", column: dict[str, Any]) -> bool:
    field = SORTS[one.sort].fields().get(column["key"])
    return bool(field and field.unit) or "金额" in column["heading"] or "元" in column["heading"]


def _words(one: "Migration") -> list[tuple[str, str, str, int, list[str]]]:
    """Words that nobody knows: field, its title, word, rows, what it may mean."""
    fields = SORTS[one.sort].fields()
    return [
        (key, fields[key].title, word, times, list(fields[key].words))
        for key, told in one.unknown.items()
        for word, times in sorted(told.items(), key=lambda line: -line[1])
    ]


@require_POST
@allowed("migrate.view")
def columns(request: SignedRequest, code: str) -> HttpResponseBase:
    """Settle what the columns are and begin the trial."""
    one = _migration(request, code)
    said = {
        column["number"]: (
            request.POST.get(f"key-{column['number']}", ""),
            request.POST.get(f"unit-{column['number']}", ""),
        )
        for column in one.columns
    }
    try:
        services.settle_columns(migration=one, columns=said, by=request.user, at=timezone.now())
    except MigrationRefused as refused:
        for column in one.columns:  # what was chosen stays chosen
            column["key"], column["unit"] = said[column["number"]]
        return _shown(request, one, str(refused))
    return redirect("migration", code)


@require_POST
@allowed("migrate.view")
def words(request: SignedRequest, code: str) -> HttpResponseBase:
    """Settle what words mean and try again."""
    one = _migration(request, code)
    said: dict[str, dict[str, str]] = {}
    for number, (key, _, word, _, _) in enumerate(_words(one)):
        if ours := request.POST.get(f"word-{number}-{key}", ""):
            said.setdefault(key, {})[word] = ours
    try:
        if not said:
            raise MigrationRefused("没有选择任何用语。请至少选一个，其余的可以在表里改正后重新上传")
        services.settle_words(migration=one, words=said, by=request.user, at=timezone.now())
    except MigrationRefused as refused:
        return _shown(request, one, str(refused))
    return redirect("migration", code)


@require_POST
@allowed("migrate.confirm")
def confirm(request: SignedRequest, code: str) -> HttpResponseBase:
    """Let it be written."""
    one = _migration(request, code)
    try:
        services.confirm(migration=one, by=request.user, at=timezone.now())
    except MigrationRefused as refused:
        return _shown(request, one, str(refused))
    messages.success(request, "已确认，后台正在迁入。可以离开本页。")
    return redirect("migration", code)


@require_POST
@allowed("migrate.view")
def try_again(request: SignedRequest, code: str) -> HttpResponseBase:
    """Let what is stuck go on."""
    one = _migration(request, code)
    try:
        stumbling.try_again(migration=one, by=request.user)
    except MigrationRefused as refused:
        return _shown(request, one, str(refused))
    messages.success(request, "已重新开始，从断处继续。")
    return redirect("migration", code)


@require_POST
@allowed("migrate.view")
def drop(request: SignedRequest, code: str) -> HttpResponseBase:
    """Give it up before anything was written."""
    one = _migration(request, code)
    try:
        services.drop(migration=one, by=request.user, at=timezone.now())
    except MigrationRefused as refused:
        return _shown(request, one, str(refused))
    messages.success(request, "已放弃，文件和逐行内容已经删除，没有迁入任何记录。")
    return redirect("migrations")


@never_cache
@require_GET
@allowed("migrate.view")
def refused(request: SignedRequest, code: str) -> HttpResponseBase:
    """The refused rows under their own headings with what is wrong and how to mend it."""
    one = _migration(request, code)
    answer = StreamingHttpResponse(selectors.refused_csv(one), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="migration-{one.code[:8]}-refused.csv"'
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.secure")
def proposed_roles(request: SignedRequest) -> HttpResponseBase:
    """Roles that moved-in tables propose: the security administrator reads them and gives those that are right."""
    if request.method == "POST":
        try:
            refused = roles.give(request.POST.getlist("person"), by=request.user)
        except RegisterRefused as fault:
            messages.error(request, "".join(fault.errors[""]), extra_tags="red")
            return redirect("migration-roles")
        for name, reason in refused.items():
            messages.error(request, f"{name}：{reason}", extra_tags="red")
        if len(refused) < len(request.POST.getlist("person")):
            messages.success(
                request, "已授予角色。还不能登录的，请在“迁入账号的首次登录”制发激活单。", extra_tags="green"
            )
        return redirect("migration-roles")
    lines = [(one, role_names(one.roles)) for one in roles.proposals(request.user)]
    return render(request, "web/migration/roles.html", {"lines": lines})
