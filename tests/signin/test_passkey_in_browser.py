"""Passkeys in a real browser with Chromium's virtual authenticator: made, used, copied, taken away."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mingjing.signin import passkeys, selectors
from mingjing.signin.models import Factor
from tests.browser.leaving import leave
from tests.cast import PASSWORD, make_cast

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """The authenticator of a browser, over the protocol of its developer tools."""

    def __init__(self, page: Page) -> None:
        self._tools = page.context.new_cdp_session(page)
        self._tools.send("WebAuthn.enable")
        made = self._tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.id = made["authenticatorId"]

    def keys(self) -> list[dict[str, Any]]:
        """What it holds."""
        found: list[dict[str, Any]] = self._tools.send(
            "WebAuthn.getCredentials", {"authenticatorId": self.id}
        )["credentials"]
        return found

    def forget(self) -> None:
        """Lose everything."""
        self._tools.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})

    def take(self, key: dict[str, Any]) -> None:
        """Hold a copy of another's key."""
        self._tools.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": key})


@pytest.fixture
def origin(transactional_db: Any, live_server: Any, settings: Any) -> str:
    """Our address as browsers see it, with its people."""
    settings.MINGJING_ORIGIN = str(live_server.url)
    make_cast()
    return str(live_server.url)


def sign_in(page: Page, origin: str) -> None:
    """The password of the officer."""
    page.goto(f"{origin}/login/")
    page.get_by_label("用户名").fill("officer")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: not url.startswith(f"{origin}/login/?") and url != f"{origin}/login/")


def add_passkey(page: Page, origin: str, title: str) -> None:
    """From one's own page, with the password again."""
    page.goto(f"{origin}/account/factors/")
    page.get_by_role("link", name="添加通行密钥").click()
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    page.get_by_label("名称").fill(title)
    page.get_by_role("button", name="添加").click()


def test_a_passkey_is_made_and_used_and_nothing_else_opens(page: Page, origin: str) -> None:
    """Made on one's own page; asked for at the next sign-in; without the device the door stays shut."""
    device = Device(page)
    sign_in(page, origin)
    add_passkey(page, origin, "办公室电脑")
    expect(page.get_by_text("已添加")).to_be_visible()
    (factor,) = Factor.objects.all()
    assert (factor.kind, factor.title) == ("passkey", "办公室电脑")
    assert len(device.keys()) == 1

    leave(page)
    sign_in(page, origin)
    expect(page).to_have_url(f"{origin}/login/second/")
    page.goto(f"{origin}/cases/")
    expect(page.get_by_label("用户名")).to_be_visible()
    sign_in(page, origin)
    page.get_by_role("button", name="用通行密钥验证").click()
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()
    assert "通行密钥" in selectors.sign_ins_of(factor.person)[0].how

    # A copy that counts from the start again is noticed: the counter went backwards.
    (key,) = device.keys()
    device.forget()
    device.take({**key, "signCount": 0})
    leave(page)
    sign_in(page, origin)
    page.get_by_role("button", name="用通行密钥验证").click()
    expect(page.get_by_text("使用次数倒退")).to_be_visible()
    page.goto(f"{origin}/cases/")
    expect(page.get_by_label("用户名")).to_be_visible()


def test_passkeys_are_offered_where_browsers_allow_them(settings: Any) -> None:
    """A name over https, or this machine by its name; not an address of numbers, not plain http."""
    for origin, offered in {
        "https://zfgs.example.gov.cn": True,
        "http://localhost:8000": True,
        "http://127.0.0.1:8000": False,
        "https://10.1.2.3": False,
        "http://zfgs.example.gov.cn": False,
    }.items():
        settings.MINGJING_ORIGIN = origin
        assert passkeys.possible() is offered, origin
