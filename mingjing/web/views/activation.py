"""The first sign-in of moved-in accounts: sheets of codes for the security administrator, a password for its holder."""

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.exchange.migration import newcomers
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.kit.parts import NARROW, Column
from mingjing.personnel.selectors import NotOnRegister
from mingjing.personnel.selectors import person as registered
from mingjing.personnel.services import choose_password
from mingjing.signin import activation
from mingjing.signin.passwords import chosen_by_owner
from mingjing.signin.policy import origin
from mingjing.signin.services import SignInRefused
from mingjing.typeset.printing import print_table
from mingjing.typeset.render import DocumentNotDrawn
from mingjing.web import register_form
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.session_rules import where
from mingjing.web.views.factors import confirmed

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

ACTIVATING: Final = "signin.activating"  # whose code was proven, and when
SHEET: Final = (
    Column("序号", NARROW), Column("姓名", 2), Column("用户名", 3), Column("部门", 3), Column("激活码", 4),
    Column("设好密码后划去", 2),
)  # fmt: skip


# --- the security administrator ---------------------------------------------------------------


@never_cache
@require_GET
@allowed("people.secure")
def newcomers_page(request: SignedRequest) -> HttpResponseBase:
    """Tables of officers that were moved in, and how many of each cannot come in yet."""
    context = {
        "lines": newcomers.arrivals(request.user, timezone.now()),
        "days": activation.LIVES.days,
        "most": newcomers.AT_ONCE,
    }
    return render(request, "web/migration/newcomers.html", context)


@never_cache
@require_POST
@allowed("people.secure")
@confirmed
@sensitive_variables()
def sheet(request: SignedRequest, code: str) -> HttpResponseBase:
    """One sheet of codes, to be printed now: it is nowhere kept, and nobody can ask for it again."""
    at = timezone.now()
    try:
        with transaction.atomic():
            made = newcomers.sheet_for(request.user, code, at, anew="anew" in request.POST)
            pdf = _printed(made, request.user)
    except (SignInRefused, DocumentNotDrawn) as refused:
        messages.error(request, f"{str(refused).removesuffix('。')}。", extra_tags="red")
        return redirect("migration-newcomers")
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="activation-{made.number}.pdf"'
    return answer


def _printed(made: newcomers.Sheet, by: "Person") -> bytes:
    at = timezone.now()
    until = chinese_date(legal_day(at + activation.LIVES))
    address = origin() + reverse("login-activate")
    return print_table(
        title="首次登录激活单",
        agency=made.people[0].agency.name,
        at=at,
        columns=SHEET,
        rows=[
            [str(n), one.name, one.username, one.department or "—", made.codes[one.username], ""]
            for n, one in enumerate(made.people, 1)
        ],
        lines=[
            f"编号 {made.number}，{len(made.people)} 人，{by.name}制发，有效期至{until}。",
            f"打开 {address} ，输入用户名和激活码，设定自己的密码，再用密码登录。",
        ],
        notes=[
            "每个激活码只能由本人用一次，只能用来设定密码。请按行裁开，密封后当面交给本人，不要拍照、转发。",
            "系统不保存激活码，本单不能再次打印；遗失的，重新制发，以前的随即作废。发完后请销毁余下的部分和电子文件。",
        ],
        code=address,
    )


# --- who holds a code -------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponseBase:
    """User name and code; a right one opens the page on which the password is set, and nothing else."""
    if request.user.is_authenticated:
        return redirect("account-password")
    refusal, username = "", request.POST.get("username", "").strip()[:150]
    if request.method == "POST":
        try:
            pk = activation.prove(
                person=_named(username),
                username=username,
                code=request.POST.get("code", "")[:60],
                where=where(request),
                at=timezone.now(),
            )
        except SignInRefused as refused:
            refusal = f"{refused}。"
        else:
            request.session.cycle_key()
            request.session[ACTIVATING] = {"pk": pk, "at": timezone.now().timestamp()}
            return redirect("login-activate-password")
    context = {"refusal": refusal, "username": username}
    return render(request, "web/session/activate.html", context, status=422 if refusal else 200)


def _named(username: str) -> "Person | None":
    try:
        return registered(username)
    except (NotOnRegister, ValueError):
        return None


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def activate_password(request: HttpRequest) -> HttpResponseBase:
    """One's own first password, twice; then the code is used up and one signs in like everybody."""
    kept: Any = request.session.get(ACTIVATING) or {"pk": 0, "at": 0}
    late = timezone.now().timestamp() - kept["at"] > activation.PENDING.total_seconds()
    person = None if late else activation.holder(pk=kept["pk"], at=timezone.now())
    if person is None:
        request.session.pop(ACTIVATING, None)
        return redirect("login-activate")
    form = register_form.first_password_form()
    if request.method == "POST":
        try:
            if form.read(request.POST).accepted(_set, person=person, pk=kept["pk"]):
                del request.session[ACTIVATING]
                request.session["signin.activated"] = True
                return redirect("login")
        except SignInRefused:
            return redirect("login-activate")
    context = {"person": person, "form": form, "minutes": int(activation.PENDING.total_seconds() // 60)}
    status = 422 if form.errors else 200
    return render(request, "web/session/activate_password.html", context, status=status)


@transaction.atomic
def _set(*, person: "Person", pk: int, password: str) -> None:
    """Use the code up and set the password, both or neither."""
    activation.use(pk=pk, at=timezone.now())
    chosen_by_owner(choose_password(username=person.username, password=password))
