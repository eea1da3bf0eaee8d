"""Signing in: refusals, lock-out and time-out are said in Chinese, and nothing typed is lost by them."""

from urllib.parse import unquote

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast
from tests.web.conftest import SignIn


def enter(client: Client, password: str, **more: str):
    """Try to sign in as the officer."""
    return client.post("/login/", {"username": "officer", "password": password, **more})


def test_the_right_password_leads_back_to_the_page_that_was_asked_for(cast: Cast, client: Client) -> None:
    """Nobody has to look for his page again."""
    asked = client.get("/cases/?q=占道")
    assert asked.status_code == 302
    assert asked["Location"].startswith("/login/?next=%2Fcases%2F%3Fq%3D")
    entered = enter(client, PASSWORD, next="/cases/?q=占道")
    assert (entered.status_code, unquote(entered["Location"])) == (302, "/cases/?q=占道")


def test_a_wrong_password_is_refused_in_chinese_and_the_name_kept(cast: Cast, client: Client) -> None:
    """One sentence, and the user name need not be typed again."""
    page = enter(client, "wrong").content.decode()
    assert "用户名或密码不对" in page
    assert 'value="officer"' in page


def test_another_site_cannot_be_the_next_page(cast: Cast, client: Client) -> None:
    """A link to this login page leads nowhere else."""
    assert enter(client, PASSWORD, next="https://example.com/")["Location"] == "/"


def test_five_failures_lock_the_account_and_say_for_how_long(cast: Cast, client: Client) -> None:
    """The sixth attempt fails even with the right password; another person is not locked."""
    for _ in range(5):
        answer = enter(client, "wrong")
    assert answer.status_code == 429
    assert "账号暂时锁定" in answer.content.decode()
    assert "30 分钟" in answer.content.decode()
    assert enter(client, PASSWORD).status_code == 429
    assert client.post("/login/", {"username": "head", "password": PASSWORD}).status_code == 302


def test_a_page_asked_for_after_the_session_ended_says_that_it_timed_out(cast: Cast, at_desk: SignIn) -> None:
    """The sign-in page tells an ended session from a first visit."""
    client = at_desk(cast.officer)
    client.session.flush()
    page = client.get(client.get("/")["Location"]).content.decode()
    assert "登录已超时" in page


@pytest.mark.parametrize("header", ["HX-Request", "X-Requested-With"])
def test_a_fragment_after_the_session_ended_is_401_and_no_page_is_swapped_in(
    client: Client, header: str, db: None
) -> None:
    """A form keeps standing with what was typed; the script shows the notice."""
    answer = client.post("/cases/new/clue_registered/check", headers={header: "true"})
    assert (answer.status_code, answer.content.decode()) == (401, "登录已超时，请重新登录。")


def test_a_page_left_open_gets_a_new_form_token(cast: Cast, client: Client, at_desk: SignIn) -> None:
    """Signed in again in another window, the old page can still be sent."""
    assert client.get("/session/").json() == {"signed_in": False, "token": ""}
    state = at_desk(cast.officer).get("/session/").json()
    assert state["signed_in"]
    assert len(state["token"]) == 64


def test_signing_out_is_a_form_and_not_a_link(cast: Cast, at_desk: SignIn) -> None:
    """No picture on some page can sign anybody out."""
    client = at_desk(cast.officer)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302
