"""The only writers of sign-in: factors added and removed, codes used, every coming and going noted."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from axes.utils import reset
from django.db import transaction
from django.utils import timezone

from mingjing.kit.clock import beijing
from mingjing.signin import passkeys, totp
from mingjing.signin.models import Desk, Factor, FactorChange, OidcLink, RecoveryCode, SignIn
from mingjing.signin.passkeys import PasskeyRefused
from mingjing.signin.policy import SECOND_TRIES, SECOND_WAIT
from mingjing.signin.sealing import SealBroken, seal, unseal
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import enqueue
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

REF: Final = "signin/"
CODES: Final = 10
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like something else


class SignInRefused(Exception):
    """The proof does not hold. The message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Where:
    """From where somebody comes."""

    address: str = ""
    agent: str = ""


# --- factors ----------------------------------------------------------------------------------


@transaction.atomic
def add_totp(*, person: "Person", secret: str, code: str, title: str, at: datetime) -> Factor:
    """Bind an authenticator app that has shown it knows the secret. Raises SignInRefused, having written nothing."""
    step = totp.step_of(secret, code, at, after=0)
    if step is None:
        raise SignInRefused("动态口令不对。请核对手机的时间是否准确，再输入应用上现在显示的六位数字")
    factor = Factor.objects.create(
        person=person,
        kind=Factor.Kind.TOTP,
        title=_title(title, "动态口令"),
        material=seal(secret.encode(), _owner(person)),
        counter=step,
        added_at=at,
    )
    note_change(person, person.username, "factor_added", factor.title, at)
    return factor


@transaction.atomic
def add_passkey(
    *, person: "Person", state: Any, answer: Mapping[str, Any], title: str, at: datetime
) -> Factor:
    """Bind a passkey that the browser has made. Raises SignInRefused, having written nothing."""
    try:
        material, credential, counter = passkeys.check_new(state, answer)
    except PasskeyRefused as refused:
        raise SignInRefused(str(refused)) from refused
    take_turn("passkey", credential)
    if Factor.objects.filter(credential=credential).exists():
        raise SignInRefused("这个通行密钥已经添加过")
    factor = Factor.objects.create(
        person=person,
        kind=Factor.Kind.PASSKEY,
        title=_title(title, "通行密钥"),
        material=material,
        credential=credential,
        counter=counter,
        added_at=at,
    )
    note_change(person, person.username, "factor_added", factor.title, at)
    return factor


@transaction.atomic
def remove_factor(*, person: "Person", pk: int, at: datetime) -> None:
    """Take one of one's own factors away; with the last one the recovery codes go too."""
    factor = Factor.objects.filter(person=person, pk=pk).first()
    if factor is None:
        raise SignInRefused("没有这个验证方式，可能已经移除")
    factor.delete()
    if not Factor.objects.filter(person=person).exists():
        RecoveryCode.objects.filter(person=person).delete()
    note_change(person, person.username, "factor_removed", factor.title, at)


@transaction.atomic
def reset_factors(*, person: "Person", by: "Person", at: datetime) -> None:
    """Take away all factors of somebody who has lost them; they bind new ones. Nobody does it for himself."""
    if person.pk == by.pk:
        raise SignInRefused("本人的验证方式不能由本人重置。请由另一名安全管理员办理")
    Factor.objects.filter(person=person).delete()
    RecoveryCode.objects.filter(person=person).delete()
    note_change(person, by.username, "factors_reset", "", at)


@transaction.atomic
def unlock(*, person: "Person", by: "Person", at: datetime) -> None:
    """Lift the lock of an account before its time. Nobody does it for himself."""
    if person.pk == by.pk:
        raise SignInRefused("本人的锁定不能由本人解除。请由另一名安全管理员办理")
    reset(username=person.username)
    note_change(person, by.username, "unlocked", "", at)


@transaction.atomic
def new_codes(*, person: "Person", at: datetime) -> list[str]:
    """Replace the recovery codes; give the new ones, which are shown this once and kept as digests only."""
    take_turn("recovery-codes", person.pk)
    if not Factor.objects.filter(person=person).exists():
        raise SignInRefused("请先添加动态口令或者通行密钥，再生成恢复码")
    codes = ["-".join(_word(5) for _ in range(2)) for _ in range(CODES)]
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=_digest(code)) for code in codes)
    note_change(person, person.username, "codes_made", "", at)
    return codes


# --- the second factor at the door ------------------------------------------------------------


def check_code(*, person: "Person", code: str, at: datetime, where: Where) -> str:
    """Let somebody pass by an authenticator's code or a recovery code; give how. Raises SignInRefused."""
    with transaction.atomic():
        take_turn("second-factor", person.pk)  # of many guesses at once not one more passes than may
        _not_too_often(person, at)
        how = _by_totp(person, code, at) or _by_recovery(person, code, at)
        if not how:
            note_sign_in(person=person, outcome="refused", how="第二步验证", at=at, where=where)
    if not how:
        raise SignInRefused("动态口令或者恢复码不对，或者已经用过。动态口令每 30 秒换一次，请输入现在显示的")
    return how


def check_passkey(
    *, person: "Person", state: Any, answer: Mapping[str, Any], at: datetime, where: Where
) -> str:
    """Let somebody pass by a passkey; give how. Raises SignInRefused."""
    _not_too_often(person, at)
    rows = {one.credential: one for one in Factor.objects.filter(person=person, kind=Factor.Kind.PASSKEY)}
    try:
        used, counter = passkeys.check_known(state, [bytes(one.material) for one in rows.values()], answer)
        factor = rows[used]
        # A counter that does not grow tells of a copied key; devices that keep none always say 0.
        if counter <= factor.counter and (counter or factor.counter):
            raise PasskeyRefused("通行密钥的使用次数倒退，可能被复制。请改用其他方式，并告知安全管理员")
    except PasskeyRefused as refused:
        note_sign_in(person=person, outcome="refused", how="通行密钥", at=at, where=where)
        raise SignInRefused(str(refused)) from refused
    Factor.objects.filter(pk=factor.pk).update(counter=counter, used_at=at)
    return f"密码和通行密钥“{factor.title}”"[:60]


def _by_totp(person: "Person", code: str, at: datetime) -> str:
    for factor in Factor.objects.filter(person=person, kind=Factor.Kind.TOTP):
        try:
            secret = unseal(bytes(factor.material), _owner(person)).decode()
        except SealBroken as broken:
            raise SignInRefused(str(broken)) from broken
        step = totp.step_of(secret, code, at, after=factor.counter)
        # The condition makes one of two requests with the same code lose.
        rows = Factor.objects.filter(pk=factor.pk, counter__lt=step or 0)
        if step is not None and rows.update(counter=step, used_at=at):
            return "密码和动态口令"
    return ""


def _by_recovery(person: "Person", code: str, at: datetime) -> str:
    rows = RecoveryCode.objects.filter(person=person, digest=_digest(code), used_at=None)
    return "密码和恢复码" if rows.update(used_at=at) else ""


def _not_too_often(person: "Person", at: datetime) -> None:
    last_in = SignIn.objects.filter(person=person, outcome="in").order_by("-pk").first()
    wrong = SignIn.objects.filter(person=person, outcome="refused", at__gt=at - SECOND_WAIT)
    wrong = wrong.filter(how__in=["第二步验证", "通行密钥"], pk__gt=last_in.pk if last_in else 0)
    if wrong.count() >= SECOND_TRIES:
        minutes = int(SECOND_WAIT.total_seconds() // 60)
        raise SignInRefused(
            f"第二步验证连续 {SECOND_TRIES} 次没有通过，请 {minutes} 分钟后再试，或者请安全管理员重置"
        )


# --- coming and going -------------------------------------------------------------------------


def note_sign_in(*, person: "Person", outcome: str, how: str, at: datetime, where: Where) -> SignIn:
    """Append one try to come in, or a going out."""
    return SignIn.objects.create(
        person=person,
        at=at,
        outcome=outcome,
        how=how,
        address=where.address[:45],
        agent=where.agent[:200],
    )


def take_desk(*, person: "Person", session: str, at: datetime) -> None:
    """Make this the session that counts where only one may."""
    Desk.objects.update_or_create(person=person, defaults={"session": _digest(session), "since": at})


def desk_taken(*, person: "Person", session: str) -> bool:
    """Whether another session has taken the place of this one."""
    desk = Desk.objects.filter(person=person).first()
    return desk is not None and desk.session != _digest(session)


@transaction.atomic
def link(*, person: "Person", issuer: str, subject: str, at: datetime) -> None:
    """Bind an account of the unified sign-in to a person at the first time; refuse another's ever after."""
    take_turn("oidc", issuer)
    bound = OidcLink.objects.filter(issuer=issuer, subject=subject).first()
    other = OidcLink.objects.filter(issuer=issuer, person=person).exclude(subject=subject).exists()
    if (bound and bound.person_id != person.pk) or other:
        raise SignInRefused(
            "统一认证的账号与本系统登记的人员对不上：该用户名曾由另一账号使用。请联系系统管理员核对"
        )
    if bound is None:
        OidcLink.objects.create(person=person, issuer=issuer, subject=subject, linked_at=at)
        note_change(person, person.username, "oidc_linked", "", at)


# --- the trail --------------------------------------------------------------------------------


def content(row: FactorChange) -> dict[str, Any]:
    """Give what the log entry of a change commits to: all of the row."""
    return {
        "v": 1,
        "code": row.code,
        "at": row.at.astimezone(UTC).isoformat(),
        "by": row.by,
        "action": row.action,
        "person": row.person_id,
        "title": row.title,
    }


def note_change(person: "Person", by: str, action: str, title: str, at: datetime) -> None:
    """Append a change to the trail and its salted commitment to the log, in the caller's transaction."""
    row = FactorChange(
        person=person,
        at=at,
        by=by,
        action=action,
        title=title,
        code=secrets.token_hex(8),
        salt=secrets.token_bytes(16),
    )
    row.commitment = act_commitment(bytes(row.salt), content(row))
    row.save(force_insert=True)
    leaf = {"h": row.commitment, "at": beijing(timezone.now()).isoformat()}
    enqueue(kind="register", data=leaf, ref=f"{REF}{row.code}")


def _owner(person: "Person") -> str:
    return f"person {person.pk}"


def _title(text: str, default: str) -> str:
    return (text.replace("\0", "").strip() or default)[:40]


def _word(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _digest(text: str) -> str:
    # Both kinds of secret are random and long, so a plain digest cannot be guessed back.
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()
