"""A client that signs instead of showing a secret (private_key_jwt, RFC 7523): what its assertion proves."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mingjing.clients.entry import NotLetIn, keys_of
from mingjing.signin.tries import Tries

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS: Final = (
    "RS256",
    "PS256",
    "ES256",
    "EdDSA",
    "Ed25519",
)  # signatures only: a shared secret proves too little
LIVES: Final = timedelta(minutes=5)
SEEN: Final = Tries("api-assertion", 1, LIVES * 3)  # an assertion opens the door once


def client_of(assertion: str, now: datetime) -> str:
    """Give the client that has signed this, lately, for us, and not shown it before. Raises NotLetIn."""
    try:
        code = str(_unproven(assertion)["sub"])[:64]
        keys = KeySet.import_key_set({"keys": keys_of(code.replace("\0", ""))["keys"]})  # type: ignore[typeddict-item]
        claims = jwt.decode(assertion, keys, algorithms=list(ALGORITHMS)).claims
        _wanted(code, now).validate(claims)
        if claims["exp"] > now.timestamp() + LIVES.total_seconds():
            raise NotLetIn("expired")
        seen = f"{code}/{str(claims['jti'])[:200]}"
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise NotLetIn("unknown") from None
    if SEEN.take(seen, at=now) is None:
        raise NotLetIn("expired")
    return code


def _wanted(code: str, now: datetime) -> jwt.JWTClaimsRegistry:
    origin = settings.MINGJING_ORIGIN
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=30,
        iss={"essential": True, "value": code},
        sub={"essential": True, "value": code},
        aud={"essential": True, "values": [origin, f"{origin}/api/v1/token"]},
        exp={"essential": True},
        jti={"essential": True},
    )


def _unproven(assertion: str) -> dict[str, Any]:
    """The claims as they are said, to see whose keys to ask for."""
    said: dict[str, Any] = json.loads(jws.extract_compact(assertion.encode()).payload)
    return said
