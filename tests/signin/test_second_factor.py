"""The second factor at the door: asked for, right, wrong, used up, lost; and who must have one."""

from datetime import timedelta

import pyotp
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from mingjing.signin import selectors, services
from mingjing.signin.models import Factor, FactorChange, SignIn
from mingjing.signin.sealing import SealBroken, seal, unseal
from mingjing.signin.services import SignInRefused
from mingjing.translog.selectors import entries_of_kind
from tests.append_only import guards_lifted
from tests.cast import PASSWORD, Cast, make_person
from tests.signin.desk import App, inside, password
from tests.web.conftest import BACKEND


def test_without_a_factor_the_password_lets_in(cast: Cast, client: Client) -> None:
    """The demo's way, and the twin of all that follows."""
    assert password(client)["Location"] == "/"
    assert inside(client)


def test_with_a_factor_the_password_alone_does_not(cast: Cast, client: Client) -> None:
    """It leads to the second step, from which nothing else opens; the right code leads to where one wanted to go."""
    app = App(cast.officer)
    assert password(client, next="/cases/")["Location"] == "/login/second/"
    assert not inside(client)
    wrong = client.post("/login/second/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "动态口令或者恢复码不对" in wrong.content.decode()
    assert not inside(client)

    assert client.post("/login/second/", {"code": app.code()})["Location"] == "/cases/"
    assert inside(client)


def test_a_code_seen_over_the_shoulder_opens_nothing(cast: Cast) -> None:
    """The same code a second time is refused within its half minute."""
    app, here, elsewhere = App(cast.officer), Client(), Client()
    code = app.code()
    password(here), password(elsewhere)
    assert here.post("/login/second/", {"code": code}).status_code == 302
    assert elsewhere.post("/login/second/", {"code": code}).status_code == 422
    assert inside(here)
    assert not inside(elsewhere)


def test_the_second_step_without_the_first_leads_to_the_first(cast: Cast, client: Client) -> None:
    """Nobody proves the second thing only."""
    app = App(cast.officer)
    assert client.post("/login/second/", {"code": app.code()})["Location"] == "/login/"
    assert not inside(client)


def test_a_password_changed_between_the_steps_ends_them(cast: Cast, client: Client) -> None:
    """What was proven is worth nothing any more."""
    app = App(cast.officer)
    password(client)
    cast.officer.set_password("another-Phrase-9")
    cast.officer.save()
    assert client.post("/login/second/", {"code": app.code()})["Location"] == "/login/"
    assert not inside(client)


def test_five_wrong_codes_make_the_account_wait(cast: Cast, client: Client) -> None:
    """Then even the right one; another person is not touched; half an hour later it opens."""
    app, other = App(cast.officer), App(cast.head)
    password(client)
    for _ in range(5):
        client.post("/login/second/", {"code": "000000"})
    refused = client.post("/login/second/", {"code": app.code()})
    assert "30 分钟后再试" in refused.content.decode()
    head = Client()
    password(head, "head")
    assert head.post("/login/second/", {"code": other.code()}).status_code == 302
    later = timezone.now() + timedelta(minutes=31)
    where = services.Where()
    assert services.check_code(person=cast.officer, code=app.code(later), at=later, where=where)


def test_a_recovery_code_opens_once(cast: Cast, client: Client) -> None:
    """For the day the phone is lost; written in capitals it is the same; new codes make the old ones void."""
    App(cast.officer)
    first, second, *_ = codes = services.new_codes(person=cast.officer, at=timezone.now())
    assert len(set(codes)) == 10
    password(client)
    assert client.post("/login/second/", {"code": f" {first.upper()} "}).status_code == 302
    assert selectors.codes_left(cast.officer) == 9
    again = Client()
    password(again)
    assert again.post("/login/second/", {"code": first}).status_code == 422
    services.new_codes(person=cast.officer, at=timezone.now())
    assert again.post("/login/second/", {"code": second}).status_code == 422


def test_recovery_codes_need_a_factor(cast: Cast) -> None:
    """They stand in for one; without it there is nothing to stand in for."""
    with pytest.raises(SignInRefused, match="请先添加"):
        services.new_codes(person=cast.officer, at=timezone.now())
    App(cast.officer)
    assert services.new_codes(person=cast.officer, at=timezone.now())


def test_the_secret_is_not_in_the_database(cast: Cast) -> None:
    """Sealed for its owner: under another's row, or another server key, it does not open."""
    app = App(cast.officer)
    (factor,) = selectors.factors_of(cast.officer)
    assert app.otp.secret.encode() not in bytes(factor.material)
    sealed = seal(b"secret", "person 1")
    assert unseal(sealed, "person 1") == b"secret"
    with pytest.raises(SealBroken):
        unseal(sealed, "person 2")


# --- at one's own desk --------------------------------------------------------------------------


def test_an_app_is_bound_by_showing_what_it_shows(cast: Cast, client: Client) -> None:
    """The password again first; a wrong code binds nothing, the right one does; then codes are made and shown once."""
    password(client)
    led = client.get("/account/factors/totp/")
    assert led["Location"] == "/account/confirm/?next=%2Faccount%2Ffactors%2Ftotp%2F"
    assert client.post("/account/confirm/", {"password": "wrong"}).status_code == 422
    confirmed = client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/factors/totp/"})
    assert confirmed["Location"] == "/account/factors/totp/"
    page = client.get("/account/factors/totp/").content.decode()
    secret = client.session["signin.secret"]
    assert secret[:4] in page
    assert "data:image/svg+xml" in page

    body = {"code": "000000", "title": "工作手机"}
    assert client.post("/account/factors/totp/", body).status_code == 422
    assert not selectors.factors_of(cast.officer)
    client.post("/account/factors/totp/", {**body, "code": pyotp.TOTP(secret).now()})
    assert [one.title for one in selectors.factors_of(cast.officer)] == ["工作手机"]
    assert "signin.secret" not in client.session
    shown = client.post("/account/factors/codes/").content.decode()
    assert shown.count("<li><code>") == 10
    assert client.get("/account/factors/").content.decode().count("<li><code>") == 0


def test_an_open_desk_cannot_be_taken_over(cast: Cast, client: Client) -> None:
    """Without the password again nothing of sign-in is changed; with it, one's own factor goes, another's does not."""
    App(cast.officer), App(cast.head)
    (own,), (foreign,) = selectors.factors_of(cast.officer), selectors.factors_of(cast.head)
    client.force_login(cast.officer, backend=BACKEND)
    assert client.post(f"/account/factors/{own.pk}/remove")["Location"].startswith("/account/confirm/")
    assert selectors.factors_of(cast.officer)
    client.post("/account/confirm/", {"password": PASSWORD})
    assert client.post(f"/account/factors/{foreign.pk}/remove").status_code == 422
    assert client.post(f"/account/factors/{own.pk}/remove").status_code == 302
    assert (len(selectors.factors_of(cast.officer)), len(selectors.factors_of(cast.head))) == (0, 1)


def test_the_confirmation_leads_to_no_other_site(cast: Cast, client: Client) -> None:
    """A link with a foreign goal ends at one's own page."""
    password(client)
    answer = client.post("/account/confirm/", {"password": PASSWORD, "next": "https://example.com/"})
    assert answer["Location"] == "/account/factors/"


# --- who must -----------------------------------------------------------------------------------


def test_a_role_that_must_have_a_factor_does_nothing_before(cast: Cast, client: Client, settings) -> None:
    """The head is led to bind one, from wherever; the officer, whose role need not, works on."""
    settings.SIGNIN_SECOND_FACTOR_ROLES = ["head", "admin"]
    password(client, "head")
    assert client.get("/cases/")["Location"] == "/account/factors/"
    assert "须先添加第二种验证方式" in client.get("/account/factors/").content.decode()
    officer = Client()
    password(officer)
    assert officer.get("/cases/").status_code == 200

    app = App(cast.head)
    again = Client()
    password(again, "head")
    again.post("/login/second/", {"code": app.code()})
    assert again.get("/cases/").status_code == 200


def test_a_session_that_skipped_the_factor_is_ended(cast: Cast, client: Client, settings) -> None:
    """A factor bound elsewhere meanwhile is asked for, not passed over."""
    settings.SIGNIN_SECOND_FACTOR_ROLES = ["all"]
    App(cast.officer)
    client.force_login(cast.officer, backend=BACKEND)
    assert client.get("/cases/")["Location"].startswith("/login/?next=%2Fcases%2F")
    assert not inside(client)


# --- the security administrator -------------------------------------------------------------------


def test_lost_factors_are_reset_by_the_security_administrator(cast: Cast, client: Client) -> None:
    """Not by oneself, not by the system administrator; then the password lets in, until new ones are bound."""
    App(cast.officer), App(cast.security)
    for person, target, status in (
        (cast.admin, "officer", 403),
        (cast.security, "security", 302),
        (cast.security, "officer", 302),
    ):
        desk = Client()
        desk.force_login(person, backend=BACKEND)
        assert desk.post(f"/security/{target}/factors").status_code == status
    assert (len(selectors.factors_of(cast.officer)), len(selectors.factors_of(cast.security))) == (0, 1)
    assert password(client)["Location"] == "/"


def test_a_lock_is_lifted_by_the_security_administrator_and_not_by_oneself(
    cast: Cast, client: Client
) -> None:
    """Five failures, shown on the desk; the lifting is in the trail."""
    for _ in range(5):
        password(client, word="wrong")
    assert password(client).status_code == 429
    desk = Client()
    desk.force_login(cast.security, backend=BACKEND)
    assert "1 个已锁定" in desk.get("/security/").content.decode()
    with pytest.raises(SignInRefused, match="本人"):
        services.unlock(person=cast.security, by=cast.security, at=timezone.now())
    desk.post("/security/officer/unlock")
    assert "已锁定" not in desk.get("/security/").content.decode()
    assert password(client)["Location"] == "/"
    auditor = Client()
    auditor.force_login(cast.audit, backend=BACKEND)
    assert "解除锁定" in auditor.get("/audit/").content.decode()


# --- what is kept ---------------------------------------------------------------------------------


def test_everybody_sees_who_came_in_under_his_name(cast: Cast, client: Client) -> None:
    """Refused, let in, gone: with address and browser; and nothing of another's."""
    agent = {"HTTP_USER_AGENT": "Firefox 150"}
    client.post("/login/", {"username": "officer", "password": "wrong"}, **agent)
    client.post("/login/", {"username": "officer", "password": PASSWORD}, **agent)
    page = client.get("/account/sign-ins/").content.decode()
    assert page.count("Firefox 150") == 2
    assert "127.0.0.1" in page
    assert "被拒绝" in page
    client.post("/logout/")
    assert [one.outcome for one in selectors.sign_ins_of(cast.officer)] == ["out", "in", "refused"]
    assert selectors.sign_ins_of(cast.head) == []


def test_a_name_that_is_none_leaves_no_trace(cast: Cast, client: Client) -> None:
    """Whoever types a password into the wrong box does not find it in a log."""
    client.post("/login/", {"username": "qingtian-2026", "password": "x"})
    assert SignIn.objects.count() == 0
    client.post("/login/", {"username": "officer", "password": "x"})
    assert SignIn.objects.count() == 1


def test_every_change_of_factors_is_one_leaf_and_a_tampered_one_is_found(cast: Cast) -> None:
    """Whole, the audit says nothing; a changed row, and a deleted one, are named."""
    App(cast.officer)
    services.reset_factors(person=cast.officer, by=cast.security, at=timezone.now())
    refs = [ref for ref, _ in entries_of_kind("register") if ref.startswith(services.REF)]
    assert len(refs) == FactorChange.objects.count() == 2
    assert list(selectors.audit_factors()) == []
    with guards_lifted(connection):
        FactorChange.objects.filter(action="factors_reset").update(by="officer")
    assert ["已被改动" in line for line in selectors.audit_factors()] == [True]
    with guards_lifted(connection):
        FactorChange.objects.filter(action="factors_reset").delete()
    assert ["已被删除" in line for line in selectors.audit_factors()] == [True]


@pytest.mark.parametrize("table", [SignIn, FactorChange])
def test_the_trail_grows_and_nothing_else(cast: Cast, client: Client, table) -> None:
    """The database refuses to change or delete; a new row is taken."""
    password(client)
    App(cast.officer)
    for change in (
        lambda: table.objects.update(how="x") if table is SignIn else table.objects.update(by="x"),
        lambda: table.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert table.objects.count() == 1
    assert Factor.objects.update(title="新") == 1


def test_somebody_new_has_nothing(db: None, cast: Cast) -> None:
    """No factor, no codes, never here."""
    fresh = make_person("fresh", "新", "clerk")
    assert selectors.standings([fresh])[fresh.pk] == selectors.Standing(0, None, False)
    assert selectors.last_before(fresh) is None
