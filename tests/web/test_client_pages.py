"""API clients at the desk: registered by the administrator, accepted by the person, shown once, in the trail."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from mingjing.clients import services
from mingjing.clients.entry import NotLetIn, by_secret
from mingjing.clients.models import Client
from mingjing.personnel.models import RegisterChange
from tests.cast import make_person

if TYPE_CHECKING:
    from django.test import Client as Http

    from mingjing.personnel.models import Person
    from tests.cast import Cast
    from tests.web.conftest import SignIn


@pytest.fixture
def at_desk(at_desk: "SignIn") -> "SignIn":
    """Somebody signed in who has typed the password again lately."""

    def confirmed(person: "Person") -> "Http":
        browser = at_desk(person)
        session = browser.session
        session["signin.confirmed"] = timezone.now().timestamp()
        session.save()
        return browser

    return confirmed


def test_an_open_desk_makes_no_token(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that without the password typed again neither a token nor a client comes about; with it they do."""
    for person, page in ((cast.officer, "/account/api/"), (cast.admin, "/api-clients/")):
        browser = at_desk(person)
        session = browser.session
        del session["signin.confirmed"]
        session.save()
        assert browser.post(page, form())["Location"].startswith("/account/confirm/")
        assert not Client.objects.exists()
    assert at_desk(cast.officer).post("/account/api/", form()).status_code == 200


def test_an_open_desk_accepts_and_renews_nothing(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that saying yes to a program and a new secret need the password again, which leads back to the page."""
    client, _secret = registered(at_desk(cast.admin))
    kept = client.digest
    for person, page, step in (
        (cast.officer, "/account/api/", "accept"),
        (cast.admin, "/api-clients/", "rotate"),
    ):
        browser = at_desk(person)
        session = browser.session
        del session["signin.confirmed"]
        session.save()
        asked = browser.post(
            f"{page}{client.code}/step", {"step": step}, headers={"Referer": f"http://testserver{page}"}
        )
        assert asked["Location"] == f"/account/confirm/?{urlencode({'next': page})}"
        client.refresh_from_db()
        assert (client.accepted_at, client.digest) == (None, kept)
    at_desk(cast.officer).post(f"/account/api/{client.code}/step", {"step": "accept"})
    client.refresh_from_db()
    assert client.accepted_at is not None


def form(**more: object) -> dict[str, object]:
    """What the administrator types."""
    until = (timezone.localdate() + timedelta(days=90)).isoformat()
    return {"title": "办案软件", "person": "officer", "scopes": ["case.list"], "until": until, **more}


def registered(browser: "Http") -> tuple[Client, str]:
    """A system registered on the page, with the secret that the page has shown."""
    page = browser.post("/api-clients/", form()).content.decode()
    found = re.search(r"mjs_[\w-]+", page)
    assert found is not None
    return Client.objects.get(), found[0]


def test_a_system_opens_nothing_until_its_person_accepts(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that the administrator alone lets no program act for an officer, and that the officer's yes does."""
    client, secret = registered(at_desk(cast.admin))
    with pytest.raises(NotLetIn, match="not_accepted"):
        by_secret(client.code, secret, address="127.0.0.1", at=timezone.now())
    at_desk(cast.officer).post(f"/account/api/{client.code}/step", {"step": "accept"})
    assert by_secret(client.code, secret, address="127.0.0.1", at=timezone.now()).person == cast.officer


def test_the_secret_is_shown_once_and_a_new_one_ends_it(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that the list never shows a secret, that only its digest is kept, and that a new one ends the old."""
    desk = at_desk(cast.admin)
    client, secret = registered(desk)
    assert secret not in desk.get("/api-clients/").content.decode()
    assert client.digest == services.digest_of(secret)
    shown = desk.post(f"/api-clients/{client.code}/step", {"step": "rotate"}).content.decode()
    client.refresh_from_db()
    assert secret not in shown
    assert client.digest != services.digest_of(secret)


def test_no_client_gets_more_than_its_person_has(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that a scope beyond the person's own rights is refused with its name; its twin within them is not."""
    desk = at_desk(cast.admin)
    refused = desk.post("/api-clients/", form(scopes=["act.publication"]))
    assert refused.status_code == 422
    assert "超出了甲本人的权限：记录公示阶段的行为" in refused.content.decode()
    assert not Client.objects.exists()
    assert desk.post("/api-clients/", form(scopes=["act.filing"])).status_code == 200


MISTAKES: list[tuple[dict[str, object], str]] = [
    ({"until": ""}, "有效期应当在今天之后"),
    ({"until": "2099-01-01"}, "有效期应当在今天之后"),
    ({"until": "2027-02-31"}, "有效期应当在今天之后"),
    ({"title": " "}, "请填写名称"),
    ({"scopes": []}, "请至少选择一项权限"),
    ({"networks": "10.0.0.0/99"}, "不是网段：10.0.0.0/99"),
    ({"jwks": "{"}, "公钥应当是一个 JWK Set"),
    ({"jwks": '{"keys":[{"kty":"oct","k":"AAAA"}]}'}, "公钥应当是一个 JWK Set"),
    ({"person": "outsider"}, "请选择以谁的名义接入"),
    ({"person": "audit"}, "请选择以谁的名义接入"),
    ({"person": "security", "scopes": ["people.secure"]}, "请写明来源网段"),
    ({"person": "security", "scopes": ["people.secure"], "networks": "0.0.0.0/0"}, "网段太宽"),
]


def test_what_is_wrong_with_a_client_is_said(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that each mistake is named and nothing is written."""
    desk = at_desk(cast.admin)
    for wrong, said in MISTAKES:
        answer = desk.post("/api-clients/", form(**wrong))
        assert (answer.status_code, said in answer.content.decode()) == (422, True), wrong
    assert not Client.objects.exists()


def test_no_token_is_made_until_a_day_that_there_is_not(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that the 31st of February is told as a mistake and makes no token; a real day does."""
    desk = at_desk(cast.officer)
    answer = desk.post("/account/api/", form(until="2027-02-31"))
    assert (answer.status_code, "有效期应当在今天之后" in answer.content.decode()) == (422, True)
    assert not Client.objects.exists()
    assert desk.post("/account/api/", form()).status_code == 200


def test_every_step_is_in_the_trail_of_administration(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that registering, accepting, renewing and revoking stand in the audit page, each with a proof."""
    client, _secret = registered(at_desk(cast.admin))
    at_desk(cast.officer).post(f"/account/api/{client.code}/step", {"step": "accept"})
    for step in ("rotate", "revoke"):
        at_desk(cast.admin).post(f"/api-clients/{client.code}/step", {"step": step})
    page = at_desk(cast.audit).get("/audit/").content.decode()
    for said in ("登记接口客户端", "同意接口客户端", "更换接口密钥", "停用接口客户端"):
        assert said in page
    rows = RegisterChange.objects.filter(action__startswith="client_")
    assert [len(one.commitment) for one in rows] == [64] * 4


def test_a_token_of_ones_own_is_made_shown_and_ended(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that a person makes a token within their rights, and that ending it ends it at once."""
    desk = at_desk(cast.officer)
    found = re.search(r"mjp_[\w-]+", desk.post("/account/api/", form()).content.decode())
    assert found is not None
    call = {"Authorization": f"Bearer {found[0]}"}
    assert desk.get("/api/v1/me", headers=call).status_code == 200
    desk.post(f"/account/api/{Client.objects.get().code}/step", {"step": "revoke"})
    assert desk.get("/api/v1/me", headers=call).status_code == 401
    assert desk.post("/account/api/", form(scopes=["act.publication"])).status_code == 422


def test_other_peoples_clients_are_not_there(cast: "Cast", at_desk: "SignIn") -> None:
    """Proves that neither a colleague nor an administrator elsewhere reaches a client; its own people do."""
    client, _secret = registered(at_desk(cast.admin))
    step = {"step": "revoke"}
    assert at_desk(cast.officer2).post(f"/account/api/{client.code}/step", step).status_code == 404
    other = make_person("admin-elsewhere", "外地管理员", "admin", cast.elsewhere.code)
    assert at_desk(other).post(f"/api-clients/{client.code}/step", step).status_code == 404
    assert client.code not in at_desk(other).get("/api-clients/").content.decode()
    assert at_desk(cast.admin).post(f"/api-clients/{client.code}/step", step).status_code == 302
