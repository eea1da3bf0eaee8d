"""Single sign-on by OpenID Connect: where to send the browser, and what the provider's answer proves. No rows here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self
from urllib.parse import urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")  # signatures only: a shared secret proves too little
TIMEOUT: Final = 10
LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


class OidcRefused(Exception):
    """The provider cannot be asked, or its answer proves nothing. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The province's or city's unified sign-in."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str  # which claim is the user name here
    title: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What waits in the session until the browser comes back; without it an answer is nobody's."""

    state: str
    nonce: str
    verifier: str

    def as_dict(self) -> dict[str, str]:
        """The form a session keeps."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, str] | None) -> Self:
        """Read what a session kept; OidcRefused where it kept nothing."""
        try:
            return cls(**(kept or {}))
        except TypeError:
            raise OidcRefused("这次统一认证不是从本机这个浏览器发起的，或者已经过时。请重新登录") from None


@dataclass(frozen=True, slots=True)
class Proven:
    """Whom the provider vouches for."""

    subject: str
    username: str


def provider() -> Provider | None:
    """Give the provider of the settings, None where there is none."""
    if not settings.OIDC_ISSUER:
        return None
    return Provider(
        settings.OIDC_ISSUER,
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        settings.OIDC_CLAIM,
        settings.OIDC_TITLE,
    )


def start(one: Provider, redirect_uri: str) -> tuple[str, Kept]:
    """Give the address to send the browser to, and what to keep."""
    kept = Kept(generate_token(32), generate_token(32), generate_token(64))
    address, _ = _client(one, redirect_uri).create_authorization_url(
        _metadata(one)["authorization_endpoint"],
        state=kept.state,
        nonce=kept.nonce,
        code_verifier=kept.verifier,
    )
    return str(address), kept


def finish(one: Provider, redirect_uri: str, kept: Kept, query: Mapping[str, str]) -> Proven:
    """Give whom the provider vouches for in this answer. Raises OidcRefused."""
    if query.get("state") != kept.state:
        raise OidcRefused("这次统一认证不是从本机这个浏览器发起的，或者已经过时。请重新登录")
    if "error" in query:
        raise OidcRefused(f"统一认证没有同意登录（{query['error'][:60]}）")
    if query.get("iss", one.issuer) != one.issuer:
        raise OidcRefused("应答来自另一个认证中心")
    metadata = _metadata(one)
    try:
        token = _client(one, redirect_uri).fetch_token(
            metadata["token_endpoint"],
            code=query.get("code", ""),
            code_verifier=kept.verifier,
            timeout=TIMEOUT,
        )
    except (OAuthError, requests.RequestException, ValueError) as wrong:
        raise OidcRefused("统一认证没有交出登录凭据，请重新登录") from wrong
    return _proven(one, _claims(one, metadata, str(token.get("id_token", "")), kept.nonce))


def _claims(one: Provider, metadata: Mapping[str, Any], token: str, nonce: str) -> Mapping[str, Any]:
    """Give what the identity token says, if the provider signed it, for us, for this very sign-in, and lately."""
    wanted = jwt.JWTClaimsRegistry(
        leeway=60,
        iss={"essential": True, "value": one.issuer},
        aud={"essential": True, "value": one.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        keys = KeySet.import_key_set({"keys": _json(metadata["jwks_uri"])["keys"]})
        claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        wanted.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as wrong:
        raise OidcRefused("统一认证的身份凭据不能核实：签名、期限或者接收方不对") from wrong
    return claims


def _proven(one: Provider, claims: Mapping[str, Any]) -> Proven:
    username = claims.get(one.claim)
    if not isinstance(username, str) or not username:
        raise OidcRefused(f"统一认证没有给出用户名（{one.claim}）。请联系系统管理员核对设置")
    return Proven(str(claims["sub"])[:255], username[:40])


def _client(one: Provider, redirect_uri: str) -> Any:
    return OAuth2Session(
        one.client_id,
        one.client_secret,
        scope="openid profile",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )


def _metadata(one: Provider) -> dict[str, Any]:
    found = _json(one.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != one.issuer:
        raise OidcRefused("认证中心自报的名称与设置不同，请核对 MINGJING_OIDC_ISSUER")
    return found


def _json(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise OidcRefused("统一认证的地址须以 https:// 开头")
    try:
        answer = requests.get(address, timeout=TIMEOUT)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as wrong:
        raise OidcRefused("统一认证中心现在连接不上，请稍后再试，或者用密码登录") from wrong
    return found
