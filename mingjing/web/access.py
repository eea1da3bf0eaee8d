"""Who may open a page: sign-in, one permission, one agency. The table of permissions itself lives in personnel."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from mingjing.cases import selectors
from mingjing.cases.law import law_for
from mingjing.personnel.permissions import may, role_names
from mingjing.translog.stones import stone_for

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person


class SignedRequest(HttpRequest):
    """A request that `signed_in` has let through."""

    user: "Person"


View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Let only signed-in people through; a fragment answers 401, so that no sign-in page is swapped into a form."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            try:
                response = view(request, *args, **kwargs)
            except Destroyed as gone:
                response = _destroyed(request, gone.case)
            # Where several people share a desk, "back" after signing out must show nothing of a case.
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response
        if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
            return HttpResponse(
                "登录已超时，请重新登录。", status=401, content_type="text/plain; charset=utf-8"
            )
        query = {"next": request.get_full_path()}
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            query["timed_out"] = "1"
        return redirect(f"{settings.LOGIN_URL}?{urlencode(query)}")

    return guarded


def allowed(action: str) -> Callable[[View], View]:
    """Let only people through who may do `action` in their own agency; others get the page that says whom to ask."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            demand(request.user, action)
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return decorate


def demand(person: "Person", action: str, agency_code: str | None = None) -> None:
    """Raise PermissionDenied, with the roles of `person` in the message, unless `action` is theirs to do."""
    if not may(person, action, agency_code or person.agency.code):
        roles = role_names(person.roles) or "无"
        raise PermissionDenied(f"您现有的角色（{roles}）不能打开这一页或做这一步。")


class Destroyed(Exception):
    """The content of a case was lawfully destroyed: whatever page of it was asked for shows the stone."""

    def __init__(self, case: "Case") -> None:
        super().__init__(case.code)
        self.case = case


def _destroyed(request: HttpRequest, case: "Case") -> HttpResponseBase:
    recorded, kinds = selectors.acts_of(case), law_for(case.agency).kinds
    acts = [
        {
            "seq": act.seq,
            "kind_title": kinds[act.kind].title if act.kind in kinds else act.kind,
            "recorded_at": act.recorded_at,
            "commitment": act.commitment,
        }
        for act in recorded
    ]
    stone = stone_for(recorded[0].code)
    return render(
        request, "web/archive/destroyed.html", {"case": case, "stone": stone, "acts": acts}, status=410
    )


def case_of(request: SignedRequest, code: str, *, even_destroyed: bool = False) -> "Case":
    """The case, or the page that says there is none: other agencies' cases do not exist for this viewer."""
    try:
        found = selectors.case_by_code(request.user, code)
    except selectors.NotFound:
        raise Http404(code) from None
    if found.erased and not even_destroyed:
        raise Destroyed(found)
    return found
