"""Passwords over time and sessions over the day: history, age, first password, longest session, one session."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.personnel import selectors as register
from mingjing.personnel import services
from mingjing.personnel.services import RegisterRefused
from mingjing.signin import passwords, selectors
from mingjing.signin.models import PasswordUsed
from tests.cast import PASSWORD, Cast
from tests.signin.desk import inside, password

FRESH = "Qingtian-2026"


def own(old: str, new: str) -> dict[str, str]:
    return {"own.old": old, "own.password": new, "own.again": new}


def aged(days: int) -> None:
    """Let everybody's password be so many days old."""
    PasswordUsed.objects.update(at=timezone.now() - timedelta(days=days))


def test_none_of_the_last_five_passwords_comes_round_again(cast: Cast) -> None:
    """Changed five times, the first is still refused; after one more it may be used; hashes only are kept."""
    words = [PASSWORD, *[f"Qingtian-202{number}" for number in range(5)]]
    for old, new in pairwise(words):
        services.change_password(username="officer", old=old, password=new)
        with pytest.raises(RegisterRefused, match=r"最近 5 次|相同"):
            services.change_password(username="officer", old=new, password=old)
    services.change_password(username="officer", old=words[-1], password=PASSWORD)
    assert register.person("officer").check_password(PASSWORD)
    rows = PasswordUsed.objects.filter(person=cast.officer)
    assert rows.count() == 5
    assert not any(word in one.hash for one in rows for word in words)


def test_anothers_password_is_nobodys_business(cast: Cast) -> None:
    """The history is each person's own."""
    services.change_password(username="officer", old=PASSWORD, password=FRESH)
    services.change_password(username="head", old=PASSWORD, password=FRESH)
    assert register.person("head").check_password(FRESH)


@pytest.mark.parametrize(("days", "led"), [(89, False), (91, True)])
def test_a_password_of_ninety_days_must_be_changed_first(
    cast: Cast, client: Client, days: int, led: bool
) -> None:
    """Every page leads there until it is done; then the page opens."""
    aged(days)
    password(client)
    answer = client.get("/cases/")
    assert (answer.status_code == 302) is led
    if led:
        assert answer["Location"] == "/account/password/"
        assert "密码须先更换" in client.get("/account/password/").content.decode()
        assert client.get("/cases/", headers={"HX-Request": "true"}).status_code == 403
        client.post("/account/password/", own(PASSWORD, FRESH))
        assert client.get("/cases/").status_code == 200


def test_a_password_that_never_runs_out_does_not(cast: Cast, client: Client, settings: Any) -> None:
    """Where the operator says so."""
    settings.SIGNIN_PASSWORD_DAYS = 0
    aged(4000)
    password(client)
    assert client.get("/cases/").status_code == 200
    assert passwords.due_at(cast.officer) is None


def test_the_first_password_is_changed_where_that_is_demanded(
    cast: Cast, client: Client, settings: Any
) -> None:
    """What an administrator has set is not known to one person only; one's own choice stays."""
    settings.SIGNIN_OWN_PASSWORD = True
    password(client)
    assert client.get("/cases/")["Location"] == "/account/password/"
    client.post("/account/password/", own(PASSWORD, FRESH))
    assert client.get("/cases/").status_code == 200
    services.set_password(username="officer", password="another-Phrase-9", by="security")
    again = Client()
    password(again, word="another-Phrase-9")
    assert again.get("/cases/")["Location"] == "/account/password/"


@pytest.mark.parametrize(("hours", "stays"), [(11, True), (13, False)])
def test_a_session_ends_after_so_many_hours_however_busy(
    cast: Cast, client: Client, hours: int, stays: bool
) -> None:
    """Twelve by default; the sign-in page says why, and the sign-ins too."""
    password(client)
    session = client.session
    session["signin.since"] -= hours * 3600
    session.save()
    assert inside(client) is stays
    if not stays:
        password(client)
        session = client.session
        session["signin.since"] -= hours * 3600
        session.save()
        answer = client.get("/cases/?q=x")
        assert "本次登录已满时限" in client.get(answer["Location"]).content.decode()
        assert "登录满时限" in {one.how for one in selectors.sign_ins_of(cast.officer)}


def test_a_second_sign_in_ends_the_first_where_only_one_may_be(cast: Cast, settings: Any) -> None:
    """The first window is told why; another person's is not touched; a fragment answers 401."""
    settings.SIGNIN_ONE_SESSION = True
    first, second, other = Client(), Client(), Client()
    password(first), password(other, "head")
    assert inside(first)
    password(second)
    assert first.get("/cases/", headers={"HX-Request": "true"}).status_code == 401
    password(first)
    answer = second.get("/cases/")
    assert "您的账号在别处登录" in second.get(answer["Location"]).content.decode()
    assert inside(first)
    assert inside(other)


def test_two_windows_are_allowed_by_default(cast: Cast) -> None:
    """The twin: a phone and a desk."""
    first, second = Client(), Client()
    password(first), password(second)
    assert inside(first)
    assert inside(second)


def test_a_changed_password_keeps_this_window(cast: Cast, client: Client, settings: Any) -> None:
    """Its session key changes with it; the rule of one session follows."""
    settings.SIGNIN_ONE_SESSION = True
    password(client)
    client.post("/account/password/", own(PASSWORD, FRESH))
    assert inside(client)


def test_the_portal_knows_no_session(cast: Cast, client: Client, settings: Any) -> None:
    """An officer whose password has run out reads the portal like anybody."""
    aged(400)
    password(client)
    assert client.get("/portal/").status_code == 200
