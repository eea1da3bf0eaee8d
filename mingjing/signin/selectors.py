"""What other rooms may read of sign-in; nothing is written here."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone

from mingjing.signin.models import ActivationCode, Factor, FactorChange, PasswordUsed, RecoveryCode, SignIn
from mingjing.signin.services import REF, content
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

CHANGES = {
    "factor_added": "添加验证方式",
    "factor_removed": "移除验证方式",
    "factors_reset": "重置验证方式",
    "unlocked": "解除锁定",
    "codes_made": "生成恢复码",
    "oidc_linked": "绑定统一认证",
    "activation_made": "制发激活码",
    "activation_used": "凭激活码设定密码",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one account."""

    factors: int
    last_in: datetime | None
    locked: bool


def factors_of(person: "Person") -> list[Factor]:
    """Give the factors of a person, the oldest first."""
    return list(Factor.objects.filter(person=person).order_by("pk"))


def passkeys_of(person: "Person") -> list[bytes]:
    """Give the public parts of a person's passkeys."""
    rows = Factor.objects.filter(person=person, kind=Factor.Kind.PASSKEY).order_by("pk")
    return [bytes(one.material) for one in rows]


def codes_left(person: "Person") -> int:
    """Give how many recovery codes are unused."""
    return RecoveryCode.objects.filter(person=person, used_at=None).count()


def never_in(ids: Collection[int]) -> set[int]:
    """Give those of these people who have neither signed in nor set a password of their own yet."""
    entered = SignIn.objects.filter(person__in=ids, outcome="in").order_by().values_list("person", flat=True)
    own = PasswordUsed.objects.filter(person__in=ids, own=True).order_by().values_list("person", flat=True)
    return set(ids) - set(entered) - set(own)


def activations(ids: Collection[int], at: datetime) -> dict[int, datetime]:
    """Give until when the activation code of each of these people opens, of those who have one that does."""
    rows = ActivationCode.objects.filter(person__in=ids, used_at=None, expires_at__gt=at)
    return dict(rows.values_list("person", "expires_at"))


def sign_ins_of(person: "Person", limit: int = 50) -> list[SignIn]:
    """Give the latest tries to come in under this name, the latest first."""
    return list(SignIn.objects.filter(person=person).order_by("-at", "-pk")[:limit])


def last_before(person: "Person") -> SignIn | None:
    """Give the sign-in before the present one."""
    return next(iter(SignIn.objects.filter(person=person, outcome="in").order_by("-pk")[1:2]), None)


def standings(people: Collection["Person"]) -> dict[int, Standing]:
    """Give how it stands with these accounts, by id."""
    ids = {one.pk: one.username for one in people}
    rows = Factor.objects.filter(person__in=ids).order_by().values_list("person")
    factors = dict(rows.annotate(number=Count("pk")))
    entered = SignIn.objects.filter(person__in=ids, outcome="in").order_by().values_list("person")
    last = dict(entered.annotate(at=Max("at")))
    locked = _locked()
    return {
        pk: Standing(factors.get(pk, 0), last.get(pk), username in locked) for pk, username in ids.items()
    }


def _locked() -> set[str]:
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    rows = AccessAttempt.objects.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gt=since
    )
    return set(rows.values_list("username", flat=True))


def factor_changes(limit: int) -> list[FactorChange]:
    """Give the latest changes of factors and locks, the latest first."""
    return list(FactorChange.objects.select_related("person").order_by("-pk")[:limit])


def audit_factors() -> Iterator[str]:
    """Give one Chinese line for every change of factors that is not as the log says."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("register") if ref.startswith(REF)}
    for row in FactorChange.objects.order_by("pk").iterator():
        committed = logged.pop(f"{REF}{row.code}", None)
        if committed is None:
            yield f"登录验证变更 {row.pk}：日志中没有它，是绕过系统插入的"
        elif committed != act_commitment(bytes(row.salt), content(row)):
            yield f"登录验证变更 {row.pk}：内容与存证不符，已被改动"
    for ref in logged:
        yield f"日志中的登录验证变更（{ref}）在数据库中不存在：已被删除"
