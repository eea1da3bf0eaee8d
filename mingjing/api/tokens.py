"""Access tokens as signed JWT (RFC 9068): issued for minutes, read back; who may have one the register decides."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.utils import timezone
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from mingjing.clients.entry import NotLetIn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingjing.clients.entry import Caller

ALGORITHM: Final = "RS256"  # the one that RFC 9068 asks everybody to know
TYPE: Final = "at+jwt"
BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class Shown:
    """What an access token says that we have signed."""

    client: str
    scopes: frozenset[str]
    number: str


def audience() -> str:
    """For whom our tokens are: this API."""
    return f"{settings.MINGJING_ORIGIN}/api/v1"


def issue(caller: "Caller", scopes: "Sequence[str]", at: datetime) -> str:
    """Sign a token for this client, good for some minutes."""
    key = _keys()[-1]
    claims = {
        "iss": settings.MINGJING_ORIGIN,
        "aud": audience(),
        "sub": caller.person.username,
        "client_id": caller.client.code,
        "scope": " ".join(scopes),
        "iat": int(at.timestamp()),
        "exp": int((at + timedelta(minutes=settings.MINGJING_API_TOKEN_MINUTES)).timestamp()),
        "jti": secrets.token_hex(12),
    }
    return jwt.encode({"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}, claims, key)


def read(token: str) -> Shown:
    """Give what a token says, if we have signed it, for this API, and it has not run out. Raises NotLetIn."""
    wanted = jwt.JWTClaimsRegistry(
        now=int(timezone.now().timestamp()),
        iss={"essential": True, "value": settings.MINGJING_ORIGIN},
        aud={"essential": True, "value": audience()},
        exp={"essential": True},
        client_id={"essential": True},
        jti={"essential": True},
    )
    try:
        found = jwt.decode(token, _named, algorithms=[ALGORITHM])
        wanted.validate(found.claims)
        if found.header.get("typ") != TYPE:
            raise NotLetIn("unknown")
        claims = found.claims
        return Shown(
            str(claims["client_id"]), frozenset(str(claims["scope"]).split()), str(claims["jti"])[:48]
        )
    except (JoseError, ValueError, KeyError, TypeError):
        raise NotLetIn("unknown") from None


def _named(token: Any) -> RSAKey:
    """The key that a token says it is signed with."""
    wanted = token.headers().get("kid")
    found = next((key for key in _keys() if key.kid == wanted), None)
    if found is None:
        raise ValueError(wanted)
    return found


def public_keys() -> list[dict[str, Any]]:
    """The public halves, for whoever checks our tokens."""
    return [{**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM} for key in _keys()]


def _keys() -> list[RSAKey]:
    """Every key in the folder, the newest last, by the name of its file; the first is made where there is none."""
    folder = settings.MINGJING_API_KEYS
    names = sorted(path.name for path in folder.glob("*.pem"))
    if not names:
        _make(folder)
        names = sorted(path.name for path in folder.glob("*.pem"))
    return [_read(folder / name) for name in names]


@lru_cache(maxsize=32)
def _read(path: Path) -> RSAKey:
    return RSAKey.import_key(path.read_bytes(), {"kid": path.stem})


def _make(folder: Path) -> None:
    """Make the first key. Of two processes at once the first to link its finished file wins, and both read that one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = folder / f".draft-{os.getpid()}-{secrets.token_hex(4)}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
    try:
        os.link(draft, folder / "0001.pem")
    except FileExistsError:
        pass
    finally:
        draft.unlink()
