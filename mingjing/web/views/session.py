"""Signing in and out, and whether one is still signed in."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from mingjing.web.access import signed_in


class Login(auth.LoginView):
    """User name and password; the reason of a refusal in one Chinese sentence."""

    template_name = "web/session/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page says about time-out and lock-out."""
        return super().get_context_data(**kwargs) | {
            "minutes": settings.SESSION_COOKIE_AGE // 60,
            "limit": settings.AXES_FAILURE_LIMIT,
            "cooloff": round(settings.AXES_COOLOFF_TIME * 60),
            "timed_out": "timed_out" in self.request.GET,
            "refusal": "用户名或密码不对，请核对后再输。注意大小写。",
        }


logout = auth.LogoutView.as_view()


@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Whether the session still lives (asking renews it), with a fresh form token for pages left open."""
    alive = request.user.is_authenticated
    return JsonResponse({"signed_in": alive, "token": get_token(request) if alive else ""})


@signed_in
def back(request: HttpRequest) -> HttpResponseBase:
    """The page in the second window after signing in again."""
    return render(request, "web/session/back.html")
