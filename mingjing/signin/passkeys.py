"""Passkeys (WebAuthn): what the browser is asked and how its answer is checked; rows are written by `services`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from mingjing.signin.policy import origin

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

NAME: Final = "明镜执法"


class PasskeyRefused(Exception):
    """The browser's answer does not prove what it must. The message is Chinese."""


def possible() -> bool:
    """Whether browsers offer passkeys here: the address must be a name, and encrypted unless it is this machine."""
    parts = urlsplit(origin())
    host = parts.hostname or ""
    named = not host.replace(".", "").isdecimal() and ":" not in host
    return named and (parts.scheme == "https" or host == "localhost")


def ask_new(person: "Person", known: Sequence[bytes]) -> tuple[dict[str, Any], Any]:
    """Give what the browser needs to make a passkey, and what to keep in the session until it answers."""
    # The handle says nothing of the person: it is stored on the device and shown to whoever holds it.
    user = PublicKeyCredentialUserEntity(
        name=person.username, id=str(person.pk).encode(), display_name=person.name
    )
    options, state = _server().register_begin(
        user,
        [AttestedCredentialData(one) for one in known],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), state


def check_new(state: Any, answer: Mapping[str, Any]) -> tuple[bytes, str, int]:
    """Give a new passkey: its public part, its id in hex, its counter. Raises PasskeyRefused."""
    try:
        data = _server().register_complete(state, answer)
    except (ValueError, KeyError, TypeError) as wrong:
        raise PasskeyRefused("浏览器交来的通行密钥不能核实，请重新添加") from wrong
    made = data.credential_data
    if made is None:
        raise PasskeyRefused("浏览器没有交来通行密钥，请重新添加")
    return bytes(made), made.credential_id.hex(), data.counter


def ask_known(known: Sequence[bytes]) -> tuple[dict[str, Any], Any]:
    """Give what the browser needs to use one of these passkeys, and what to keep until it answers."""
    options, state = _server().authenticate_begin(
        [AttestedCredentialData(one) for one in known], UserVerificationRequirement.PREFERRED
    )
    return dict(options), state


def check_known(state: Any, known: Sequence[bytes], answer: Mapping[str, Any]) -> tuple[str, int]:
    """Give the id of the passkey that answered, in hex, and its counter. Raises PasskeyRefused."""
    try:
        used = _server().authenticate_complete(state, [AttestedCredentialData(one) for one in known], answer)
        counter = AuthenticatorData(websafe_decode(answer["response"]["authenticatorData"])).counter
    except (ValueError, KeyError, TypeError) as wrong:
        raise PasskeyRefused("通行密钥没有通过核实。请重试，或者改用其他方式") from wrong
    return used.credential_id.hex(), counter


def _server() -> Fido2Server:
    host = urlsplit(origin()).hostname or ""
    return Fido2Server(PublicKeyCredentialRpEntity(name=NAME, id=host), verify_origin=origin().__eq__)
