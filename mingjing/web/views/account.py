"""What everybody may change of their own account: the password, and nothing else."""

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mingjing.personnel import selectors, services
from mingjing.signin.passwords import chosen_by_owner
from mingjing.signin.services import take_desk
from mingjing.web import register_form
from mingjing.web.access import SignedRequest, signed_in
from mingjing.web.session_rules import password_changed


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def password(request: SignedRequest) -> HttpResponseBase:
    """Change one's own password; this window stays signed in, every other one is signed out."""
    form = register_form.own_password_form()
    if request.method == "POST":
        username = request.user.username
        form.read(request.POST)
        old = form.typed["old"]
        # Asked here too, because a wrong guess must count towards the lock of the account as at the sign-in page.
        if old and authenticate(request, username=username, password=old) is None:
            form.errors["old"] = ["原密码不对。请重新输入，注意大小写。"]
        if form.accepted(services.change_password, username=username):
            person = selectors.person(username)
            update_session_auth_hash(request, person)
            chosen_by_owner(person)
            password_changed(request, person)
            take_desk(person=person, session=str(request.session.session_key), at=timezone.now())
            text = "密码已修改。其他电脑和手机上的登录已失效，请用新密码登录。"
            messages.success(request, text, extra_tags="green")
            return redirect("account-password")
    return render(request, "web/session/password.html", {"form": form}, status=422 if form.errors else 200)
