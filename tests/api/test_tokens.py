"""Access tokens: a client proves itself in one of three ways and gets a token for minutes; nothing else gets one."""

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Http
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from mingjing.api import tokens
from mingjing.clients import services
from tests.api.conftest import Program

if TYPE_CHECKING:
    from mingjing.clients.models import Client
    from tests.cast import Cast

KEY = ECKey.generate_key("P-256", {"kid": "firm-1"})


@pytest.fixture
def system(cast: "Cast") -> "tuple[Client, str]":
    """A firm's system that acts for an officer, accepted, with its secret."""
    now = timezone.now()
    client, secret = services.register(
        person=cast.officer,
        title="办案软件",
        scopes=["case.list", "case.view"],
        expires_at=now + timedelta(days=90),
        keys={"keys": [KEY.as_dict(private=False)]},
        by=cast.admin,
        at=now,
    )
    services.accept(client=client, by=cast.officer, at=now)
    return client, secret


def asked(body: dict[str, Any], **headers: str) -> Any:
    """Ask for a token."""
    form = {"grant_type": "client_credentials", **body}
    return Http().post(
        "/api/v1/token",
        "&".join(f"{name}={value}" for name, value in form.items()),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )


def basic(code: str, secret: str) -> str:
    """The header of client_secret_basic."""
    return "Basic " + base64.b64encode(f"{code}:{secret}".encode()).decode()


def assertion(code: str, **more: Any) -> dict[str, str]:
    """What a client signs in place of a secret."""
    now = int(timezone.now().timestamp())
    claims = {
        "iss": code,
        "sub": code,
        "aud": "http://127.0.0.1:8000/api/v1/token",
        "exp": now + 60,
        "jti": "n1",
    }
    signed = jwt.encode({"alg": "ES256", "kid": "firm-1"}, {**claims, **more}, KEY)
    return {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": signed,
    }


def test_each_way_of_proving_gets_a_token_that_opens_the_api(system: Any) -> None:
    """Proves that basic, post and signature all get a token, and that it opens what its scopes say."""
    client, secret = system
    answers = [
        asked({}, Authorization=basic(client.code, secret)),
        asked({"client_id": client.code, "client_secret": secret}),
        asked(assertion(client.code)),
    ]
    for one in answers:
        assert one.status_code == 200, one.content
        assert "no-store" in one["Cache-Control"]
        told = one.json()
        assert (told["token_type"], told["scope"]) == ("Bearer", "case.list case.view")
        assert Program(told["access_token"]).get("/cases").status_code == 200


def test_fewer_scopes_can_be_asked_for_and_more_cannot(system: Any) -> None:
    """Proves that a token holds what was asked for and no more, and that a scope beyond the client's is refused."""
    client, secret = system
    shown = {"client_id": client.code, "client_secret": secret}
    narrow = Program(asked({**shown, "scope": "case.list"}).json()["access_token"])
    assert narrow.get("/me").json()["scopes"] == ["case.list"]
    beyond = asked({**shown, "scope": "evidence.upload"})
    assert (beyond.status_code, beyond.json()["error"]) == (400, "invalid_scope")


PROVING_NOTHING: list[tuple[dict[str, str], str, int]] = [
    ({"client_secret": "mjs_wrong"}, "invalid_client", 401),
    ({"client_id": "mjc_unknown"}, "invalid_client", 401),
    ({"client_id": "%00"}, "invalid_client", 401),
    ({"grant_type": "password"}, "unsupported_grant_type", 400),
    ({"client_assertion": "a.b.c"}, "invalid_request", 400),
    ({"scope": "x" * 5000}, "invalid_request", 400),
]


def test_what_proves_nothing_gets_nothing(system: Any) -> None:
    """Proves that each way of not proving oneself is refused in the words of RFC 6749; unchanged, it is not."""
    client, secret = system
    good = {"client_id": client.code, "client_secret": secret}
    for change, error, status in PROVING_NOTHING:
        refused = asked({**good, **change})
        assert (refused.status_code, refused.json()["error"]) == (status, error), change
        assert refused.json()["error_description"].isascii()
    assert asked(good).status_code == 200


def test_a_form_that_is_too_much_is_told_so_and_asks_for_no_key(system: Any) -> None:
    """Proves that too many fields are a request that cannot be read, not one without a key; the usual form is read."""
    client, secret = system
    said = {"client_id": client.code, "client_secret": secret}
    refused = asked({**said, **{f"more-{number}": "1" for number in range(2000)}})
    assert (refused.status_code, refused.json()["type"]) == (400, "/api/v1/docs#problem-bad-request")
    assert asked(said).status_code == 200


def test_a_signature_for_something_else_opens_nothing(system: Any) -> None:
    """Proves that an assertion must be by this client, for us, and for minutes: not an old one, none for ever."""
    client, _secret = system
    for change in (
        {"aud": "https://elsewhere.example"},
        {"iss": "mjc_other"},
        {"exp": 1},
        {"exp": 99_999_999_999},
    ):
        assert asked(assertion(client.code, **change)).status_code == 401, change


def test_an_assertion_opens_the_door_once(system: Any) -> None:
    """Proves that an assertion that was seen on the line gets no second token."""
    client, _secret = system
    shown = assertion(client.code)
    assert [asked(shown).status_code for _ in range(2)] == [200, 401]


def test_too_many_wrong_secrets_from_one_address_wait(system: Any) -> None:
    """Proves that guessing is slowed down for everybody at that address."""
    client, secret = system
    wrong = {"client_id": client.code, "client_secret": "mjs_guess"}
    assert [asked(wrong).status_code for _ in range(31)][-2:] == [401, 429]
    assert asked({"client_id": client.code, "client_secret": secret}).status_code == 429


def forged(claims: dict[str, Any], header: dict[str, str], key: Any) -> str:
    """A token as an attacker would make it."""
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def test_only_what_we_have_signed_opens_the_api(cast: "Cast", system: Any) -> None:
    """Proves that other keys, a shared secret, another type, another audience and an old token open nothing."""
    client, secret = system
    good = asked({"client_id": client.code, "client_secret": secret}).json()["access_token"]
    key, claims = tokens._keys()[-1], dict(jwt.decode(good, tokens._named, algorithms=["RS256"]).claims)
    kind = {"alg": "RS256", "typ": "at+jwt", "kid": str(key.kid)}
    shared = OctKey.import_key(b"a secret that everybody may know!")
    tries = [
        forged(claims, {**kind, "alg": "ES256"}, KEY),
        forged(claims, {**kind, "alg": "HS256"}, shared),
        forged(claims, {**kind, "typ": "JWT"}, key),
        forged({**claims, "aud": "https://elsewhere.example"}, kind, key),
        forged({**claims, "exp": claims["iat"] - 1}, kind, key),
        good[:-4] + "AAAA",
    ]
    assert [Program(one).get("/me").status_code for one in tries] == [401] * 6
    assert Program(forged(claims, kind, key)).get("/me").status_code == 200


def test_a_revoked_client_loses_its_tokens_at_once(cast: "Cast", system: Any) -> None:
    """Proves that a token that was good a moment ago is not, once its client is revoked."""
    client, secret = system
    caller = Program(asked({"client_id": client.code, "client_secret": secret}).json()["access_token"])
    assert caller.get("/me").status_code == 200
    services.revoke(client=client, by=cast.admin, at=timezone.now())
    assert caller.get("/me").status_code == 401


def test_the_keys_that_we_publish_check_our_tokens(system: Any) -> None:
    """Proves that metadata leads to keys by which anybody can check a token, and that no private half is among them."""
    client, secret = system
    found = Http().get("/.well-known/oauth-authorization-server").json()
    keys = Http().get(found["jwks_uri"].removeprefix(found["issuer"])).json()
    assert all("d" not in one for one in keys["keys"])
    token = asked({"client_id": client.code, "client_secret": secret}).json()["access_token"]
    assert (
        jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims["client_id"]
        == client.code
    )
