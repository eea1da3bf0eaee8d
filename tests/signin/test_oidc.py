"""Unified sign-in against a real provider on the loopback: who is let in, and what proves nothing."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from mingjing.cli.ports import free_port
from mingjing.personnel import services as register
from mingjing.signin import selectors
from mingjing.signin.models import OidcLink
from tests.cast import Cast
from tests.signin.desk import App, inside
from tests.signin.provider import CLIENT, PASSWORD, SECRET

ORIGIN = "http://127.0.0.1:8000"
BACK = f"{ORIGIN}/login/sso/back/"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The provider, up and answering; gives its name."""
    port = free_port()
    program = Path(__file__).with_name("provider.py")
    folder = tmp_path_factory.mktemp("provider")
    process = subprocess.Popen([sys.executable, str(program), str(folder), str(port), BACK])
    try:
        _wait(f"http://127.0.0.1:{port}/o/.well-known/openid-configuration", process)
        yield f"http://127.0.0.1:{port}/o"
    finally:
        process.terminate()
        process.wait(60)


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(1200):
        assert process.poll() is None, "the provider has ended"
        try:
            if requests.get(address, timeout=30).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("the provider does not answer")


@pytest.fixture
def unified(settings: Any, issuer: str) -> str:
    """Our settings, as the operator would write them."""
    settings.MINGJING_ORIGIN = ORIGIN
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = issuer, CLIENT, SECRET
    return issuer


def through(issuer: str, address: str, user: str = "zhang") -> str:
    """Sign in at the provider and come to where it sends the browser back; gives path and query of that."""
    home = issuer.removesuffix("/o")
    with requests.Session() as browser:
        page = browser.get(f"{home}/login/", timeout=60)
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        body = {"username": user, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        browser.post(f"{home}/login/", body, allow_redirects=False, timeout=60)
        sent = browser.get(address, allow_redirects=False, timeout=60).headers["Location"]
    assert sent.startswith(BACK), sent
    return sent.removeprefix(ORIGIN)


def refusal(client: Client, path: str) -> str:
    """What the sign-in page says after such a return."""
    answer = client.get(path)
    assert answer["Location"].startswith("/login/")
    assert not inside(client)
    page = client.get(answer["Location"]).content.decode()
    found = re.search(r'role="alert"><p>(.*?)</p>', page)
    return found[1] if found else ""


def test_whoever_the_provider_vouches_for_is_let_in(cast: Cast, client: Client, unified: str) -> None:
    """With code, state, nonce and PKCE; led to the page asked for; noted with the way he came."""
    led = client.get("/login/sso/?next=/cases/")["Location"]
    asked = parse_qs(urlsplit(led).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    assert client.get(through(unified, led))["Location"] == "/cases/"
    assert inside(client)
    assert [one.how for one in selectors.sign_ins_of(cast.officer)] == ["统一身份认证"]
    assert OidcLink.objects.get().person == cast.officer


def test_the_second_factor_is_asked_for_all_the_same(cast: Cast, client: Client, unified: str) -> None:
    """The provider stands for the password and for nothing more."""
    app = App(cast.officer)
    returned = through(unified, client.get("/login/sso/")["Location"])
    assert client.get(returned)["Location"] == "/login/second/"
    assert not inside(client)
    client.post("/login/second/", {"code": app.code()})
    assert inside(client)


def test_the_answer_counts_in_the_browser_that_asked(cast: Cast, client: Client, unified: str) -> None:
    """Sent to another browser, or with another state, it opens nothing; nor does it a second time."""
    returned = through(unified, client.get("/login/sso/")["Location"])
    assert "不是从本机这个浏览器发起的" in refusal(Client(), returned)
    other = Client()
    other.get("/login/sso/")
    assert "不是从本机这个浏览器发起的" in refusal(other, returned)
    assert client.get(returned)["Location"] == "/"
    client.post("/logout/")
    assert "不是从本机这个浏览器发起的" in refusal(client, returned)


def test_a_code_of_another_sign_in_is_refused(cast: Cast, client: Client, unified: str) -> None:
    """One's own state with somebody else's code: PKCE and the nonce see it."""
    stolen = parse_qs(urlsplit(through(unified, Client().get("/login/sso/")["Location"])).query)["code"][0]
    own = through(unified, client.get("/login/sso/")["Location"])
    mixed = re.sub(r"code=[^&]+", f"code={stolen}", own)
    assert "没有交出登录凭据" in refusal(client, mixed)


def test_whoever_is_not_on_the_register_or_has_left_stays_out(
    cast: Cast, client: Client, unified: str
) -> None:
    """The provider knows more people than we; rights come from the register alone."""
    path = through(unified, client.get("/login/sso/")["Location"], "stranger")
    assert "没有在本系统登记" in refusal(client, path)
    register.set_active(username="officer", active=False, by="admin")
    assert "没有在本系统登记" in refusal(client, through(unified, client.get("/login/sso/")["Location"]))


def test_a_reused_name_opens_nothing(cast: Cast, client: Client, unified: str) -> None:
    """The first account of that name is bound for good; a later account with the same name is refused."""
    client.get(through(unified, client.get("/login/sso/")["Location"]))
    other = Client()
    path = through(unified, other.get("/login/sso/")["Location"], "second")
    assert "对不上" in refusal(other, path)
    again = Client()
    assert again.get(through(unified, again.get("/login/sso/")["Location"]))["Location"] == "/"


def test_a_token_of_another_client_or_issuer_proves_nothing(
    cast: Cast, client: Client, unified: str, settings: Any
) -> None:
    """The audience is checked, and the provider's own name against the settings."""
    led = client.get("/login/sso/")["Location"]
    returned = through(unified, led)
    settings.OIDC_ISSUER = unified + "/"
    assert "认证中心" in refusal(client, returned)


def test_a_provider_that_is_down_is_said_to_be(
    cast: Cast, client: Client, unified: str, settings: Any
) -> None:
    """And the password still opens."""
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert "连接不上" in refusal(client, "/login/sso/")
    settings.OIDC_ISSUER = "http://auth.example.cn"
    assert "https://" in refusal(client, "/login/sso/")
    client.post("/login/", {"username": "officer", "password": "mingjing-demo"})
    assert inside(client)


def test_without_a_provider_there_is_no_such_way(cast: Cast, client: Client) -> None:
    """The link is not on the page and the address leads back; with one it is there."""
    assert "统一身份认证" not in client.get("/login/").content.decode()
    assert client.get("/login/sso/")["Location"] == "/login/"
    assert client.get("/login/sso/back/")["Location"] == "/login/"
