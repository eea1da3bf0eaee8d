"""Registering, accepting, renewing and revoking clients, each step in the trail of administration; nobody is let in."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mingjing.clients.models import Client
from mingjing.clients.scopes import in_order, scopes_of, titles, unknown
from mingjing.kit.clock import beijing
from mingjing.personnel.permissions import ADMINISTRATORS, may
from mingjing.personnel.register_log import note
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LONGEST: Final = timedelta(days=366)  # so that every year somebody looks whether it is still wanted
MOST_PERSONAL: Final = 20
MOST_NETWORKS: Final = 20
LONGEST_KEYS: Final = 20_000
FEWEST_BITS: Final = {4: 8, 6: 32}  # by version of the protocol, the fewest bits that name a network
NOT_KEYS: Final = "公钥应当是一个 JWK Set（RFC 7517），只含公钥，不含私钥。"
SECRET, TOKEN = "mjs_", "mjp_"


class ClientRefused(Exception):
    """Nothing was written. `errors` says by field, in Chinese, what is wrong and how to mend it."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {field: list(texts) for field, texts in errors.items()}
        super().__init__("；".join(text for texts in self.errors.values() for text in texts))


def can_be_acted_for(person: "Person") -> bool:
    """Whether a program may act in this person's name at all: whoever reads the trail reads it himself."""
    return person.is_active and may(person, "client.own", person.agency.code)


def digest_of(secret: str) -> str:
    """Give what is kept of a secret. It is random and long, so a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def register(
    *,
    person: "Person",
    title: str,
    scopes: Sequence[str],
    expires_at: datetime,
    networks: Sequence[str] = (),
    keys: Mapping[str, Any] | None = None,
    by: "Person",
    at: datetime,
) -> tuple[Client, str]:
    """Register a system that is to act in the name of `person`; give it with its secret, which is shown this once.

    It opens nothing until that person has accepted it: whoever keeps accounts does not thereby act for officers.
    """
    if not may(by, "client.manage", person.agency.code):
        raise ClientRefused({"": ["您的角色不能登记本机关的接口客户端，请由本机关的系统管理员办理。"]})
    asked = {
        "title": title,
        "scopes": scopes,
        "expires_at": expires_at,
        "networks": networks,
        "keys": keys or {},
    }
    return _written(Client.Kind.SYSTEM, person, asked, by=by, at=at, accepted=by.pk == person.pk)


@transaction.atomic
def issue_token(
    *,
    person: "Person",
    title: str,
    scopes: Sequence[str],
    expires_at: datetime,
    networks: Sequence[str] = (),
    at: datetime,
) -> tuple[Client, str]:
    """Give a person a token of their own, within their own rights; shown this once."""
    take_turn("tokens", person.pk)
    held = Client.objects.filter(person=person, kind=Client.Kind.PERSONAL, revoked_at=None, expires_at__gt=at)
    if held.count() >= MOST_PERSONAL:
        raise ClientRefused({"": [f"个人令牌最多同时有 {MOST_PERSONAL} 个，请先停用不再使用的。"]})
    asked = {"title": title, "scopes": scopes, "expires_at": expires_at, "networks": networks, "keys": {}}
    return _written(Client.Kind.PERSONAL, person, asked, by=person, at=at, accepted=True)


def _written(
    kind: str, person: "Person", asked: Mapping[str, Any], *, by: "Person", at: datetime, accepted: bool
) -> tuple[Client, str]:
    if errors := _wrong(person, asked, at):
        raise ClientRefused(errors)
    secret = _secret(kind)
    row = Client.objects.create(
        code=f"mjc_{secrets.token_hex(8)}",
        kind=kind,
        title=asked["title"].strip(),
        agency=person.agency,
        person=person,
        scopes=in_order(asked["scopes"]),
        networks=[str(ip_network(one.strip(), strict=False)) for one in asked["networks"]],
        digest=digest_of(secret),
        keys=dict(asked["keys"]),
        created_at=at,
        created_by=by.username,
        accepted_at=at if accepted else None,
        expires_at=asked["expires_at"],
    )
    _note(row, by, "token_issued" if kind == Client.Kind.PERSONAL else "client_registered")
    return row, secret


def _wrong(person: "Person", asked: Mapping[str, Any], at: datetime) -> dict[str, list[str]]:
    """Say by field why a client may not be as it is asked for."""
    errors: dict[str, list[str]] = {}
    if not 1 <= len(asked["title"].strip()) <= 60 or "\0" in asked["title"]:
        errors["title"] = ["请填写名称，不超过 60 个字。"]
    if not can_be_acted_for(person):
        errors["person"] = ["不能以该人员的名义登记：已经离任，或者是审计管理员。"]
    if not asked["scopes"]:
        errors["scopes"] = ["请至少选择一项权限。"]
    elif beyond := sorted(set(asked["scopes"]) - set(scopes_of(person))):
        known = "、".join(titles(beyond) or unknown(beyond))
        errors["scopes"] = [f"超出了{person.name}本人的权限：{known}。请去掉，或者先由安全管理员授予角色。"]
    if not at < asked["expires_at"] <= at + LONGEST:
        errors["expires_at"] = [f"有效期应当在今天之后、{LONGEST.days} 天之内。"]
    if not asked["networks"] and set(person.roles) & set(ADMINISTRATORS):
        errors["networks"] = ["管理员的程序能登记人员、授予角色，只能从固定的机器来：请写明来源网段。"]
    if wrong := _not_networks(asked["networks"]):
        errors["networks"] = [
            f"不是网段：{'、'.join(wrong)}。请写成 10.1.2.0/24 或者 10.1.2.3 的样子，每行一个。"
        ]
    elif set(person.roles) & set(ADMINISTRATORS) and (wide := _too_wide(asked["networks"])):
        errors["networks"] = [f"网段太宽，等于不限来源：{'、'.join(wide)}。请写明管理员的程序所在的网段。"]
    if asked["keys"] and not _public(asked["keys"]):
        errors["keys"] = [NOT_KEYS]
    return errors


def _not_networks(texts: Sequence[str]) -> list[str]:
    wrong = []
    for text in texts[:MOST_NETWORKS]:
        try:
            ip_network(text.strip(), strict=False)
        except ValueError:
            wrong.append(text[:40])
    return wrong + [text[:40] for text in texts[MOST_NETWORKS:]]


def _too_wide(texts: Sequence[str]) -> list[str]:
    """Give the networks of which hardly anybody is outside."""
    found = [ip_network(text.strip(), strict=False) for text in texts]
    return [str(one) for one in found if one.prefixlen < FEWEST_BITS[one.version]]


def read_keys(text: str) -> dict[str, Any]:
    """Give the JWK set that somebody pasted; empty for nothing. Raises ClientRefused for what is no JSON."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or len(text) > LONGEST_KEYS:
        raise ClientRefused({"keys": [NOT_KEYS]})
    return found


def _public(keys: Mapping[str, Any]) -> bool:
    """Whether these are public keys of kinds that sign; a shared secret would be a password kept in the open."""
    try:
        if not {one["kty"] for one in keys["keys"]} <= {"RSA", "EC", "OKP"}:
            return False
        found = KeySet.import_key_set({"keys": keys["keys"]}).keys
    except (JoseError, ValueError, KeyError, TypeError):
        return False
    return bool(found) and not any(one.is_private for one in found)


@transaction.atomic
def accept(*, client: Client, by: "Person", at: datetime) -> None:
    """Let the person in whose name a client acts say yes to it. Raises ClientRefused for anybody else."""
    row = _locked(client)
    if row.person_id != by.pk:
        raise ClientRefused({"": ["只有被代理的本人可以同意。"]})
    if row.revoked_at or row.accepted_at:
        raise ClientRefused({"": ["这个客户端已经停用或者已经同意过。"]})
    row.accepted_at = at
    row.save(update_fields=["accepted_at"])
    _note(row, by, "client_accepted")


@transaction.atomic
def revoke(*, client: Client, by: "Person", at: datetime) -> None:
    """Shut a client out at once; for whoever keeps the clients of the agency, and for the person it acts for."""
    row = _locked(client)
    if row.person_id != by.pk and not may(by, "client.manage", row.agency.code):
        raise ClientRefused({"": ["只有本人和本机关的系统管理员可以停用。"]})
    if row.revoked_at:
        return
    row.revoked_at, row.revoked_by = at, by.username
    row.save(update_fields=["revoked_at", "revoked_by"])
    _note(row, by, "client_revoked")


@transaction.atomic
def rotate(*, client: Client, by: "Person", at: datetime) -> str:
    """Give a client a new secret; the old one opens nothing from now on. Shown this once."""
    row = _locked(client)
    if row.kind != Client.Kind.SYSTEM or not may(by, "client.manage", row.agency.code):
        raise ClientRefused({"": ["只有本机关的系统管理员可以更换业务系统的密钥。"]})
    if row.revoked_at:
        raise ClientRefused({"": ["已经停用的客户端不能更换密钥，请另行登记。"]})
    secret = _secret(row.kind)
    row.digest, row.rotated_at = digest_of(secret), at
    row.save(update_fields=["digest", "rotated_at"])
    _note(row, by, "client_rotated")
    return secret


def _secret(kind: str) -> str:
    return (TOKEN if kind == Client.Kind.PERSONAL else SECRET) + secrets.token_urlsafe(32)


def _locked(client: Client) -> Client:
    return Client.objects.select_for_update(of=("self",)).select_related("agency", "person").get(pk=client.pk)


def _note(row: Client, by: "Person", action: str) -> None:
    """Append to the trail of administration, about the person in whose name the client acts."""
    details = {
        "client": row.code,
        "title": row.title,
        "scopes": row.scopes,
        "expires_at": beijing(row.expires_at).date().isoformat(),
    }
    note(by.username, action, row.person.username, details)
